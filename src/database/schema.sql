-- What the migrations make. Written by tools/schema.ts; do not edit.

CREATE OR REPLACE FUNCTION public.count_epoch()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  counted text := 'chartwarden.counted_' || tg_argv[0];
begin
  if current_setting(counted, true) is distinct from pg_current_xact_id()::text then
    perform set_config(counted, pg_current_xact_id()::text, true);
    update epochs set value = value + 1 where tenant_id = coalesce(new.tenant_id, old.tenant_id) and name = tg_argv[0];
  end if;
  return null;
end $function$;

create table access_tokens (
  tenant_id smallint not null,
  token_hash bytea not null,
  sealed bytea not null,
  expires_at timestamp with time zone not null,
  client_id text,
  account_id uuid,
  grant_hash bytea,
  constraint access_tokens_pkey PRIMARY KEY (tenant_id, token_hash)
);
CREATE INDEX access_tokens_grant ON access_tokens USING btree (tenant_id, grant_hash);

create table account_links (
  tenant_id smallint not null,
  link_hash bytea not null,
  account_id uuid not null,
  sealed bytea not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint account_links_pkey PRIMARY KEY (tenant_id, link_hash)
);
CREATE INDEX account_links_account ON account_links USING btree (tenant_id, account_id);

create table account_sessions (
  tenant_id smallint not null,
  session_hash bytea not null,
  session_id uuid not null,
  account_id uuid not null,
  sealed bytea not null,
  seen_at timestamp with time zone not null default now(),
  idle_until timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint account_sessions_pkey PRIMARY KEY (tenant_id, session_hash)
);
CREATE INDEX account_sessions_account ON account_sessions USING btree (tenant_id, account_id);

create table accounts (
  tenant_id smallint not null,
  account_id uuid not null,
  username_token bytea not null,
  sealed bytea not null,
  version integer not null,
  created_at timestamp with time zone not null default now(),
  constraint accounts_pkey PRIMARY KEY (tenant_id, account_id)
);
CREATE UNIQUE INDEX accounts_username ON accounts USING btree (tenant_id, username_token);

create table blob_chunks (
  tenant_id smallint not null,
  blob_id uuid not null,
  chunk integer not null,
  sealed bytea not null,
  constraint blob_chunks_pkey PRIMARY KEY (tenant_id, blob_id, chunk)
);

create table blobs (
  tenant_id smallint not null,
  blob_id uuid not null,
  begun_at timestamp with time zone not null default now(),
  row_id uuid,
  constraint blobs_pkey PRIMARY KEY (tenant_id, blob_id)
);
CREATE INDEX blobs_unused ON blobs USING btree (begun_at) WHERE (row_id IS NULL);

create table blocked_passwords (
  digest bytea not null,
  constraint blocked_passwords_pkey PRIMARY KEY (digest)
);

create table care_relations (
  tenant_id smallint not null,
  carer_token bytea not null,
  owner_id uuid not null,
  row_id uuid not null,
  kind text not null,
  lasts bytea,
  constraint care_relations_pkey PRIMARY KEY (tenant_id, carer_token, owner_id, row_id, kind)
);
CREATE INDEX care_relations_owner ON care_relations USING btree (tenant_id, owner_id, carer_token);
CREATE INDEX care_relations_row ON care_relations USING btree (tenant_id, row_id);

create table challenges (
  tenant_id smallint not null,
  challenge_hash bytea not null,
  purpose text not null,
  account_id uuid,
  expires_at timestamp with time zone not null,
  constraint challenges_pkey PRIMARY KEY (tenant_id, challenge_hash)
);

create table client_keys_used (
  tenant_id smallint not null,
  client_id text not null,
  kid text not null,
  used_at timestamp with time zone not null,
  constraint client_keys_used_pkey PRIMARY KEY (tenant_id, client_id, kid)
);

create table clients (
  tenant_id smallint not null,
  client_id text not null,
  sealed bytea not null,
  created_at timestamp with time zone not null default now(),
  revoked_at timestamp with time zone,
  constraint clients_pkey PRIMARY KEY (tenant_id, client_id)
);

create table credentials (
  tenant_id smallint not null,
  credential_id uuid not null,
  account_id uuid not null,
  kind text not null,
  lookup bytea,
  sealed bytea not null,
  counter bigint not null default 0,
  created_at timestamp with time zone not null default now(),
  used_at timestamp with time zone,
  constraint credentials_pkey PRIMARY KEY (tenant_id, credential_id),
  constraint credentials_kind_check CHECK ((kind = ANY (ARRAY['passkey'::text, 'password'::text, 'totp'::text, 'recovery'::text])))
);
CREATE INDEX credentials_account ON credentials USING btree (tenant_id, account_id);
CREATE UNIQUE INDEX credentials_lookup ON credentials USING btree (tenant_id, lookup);

create table epochs (
  tenant_id smallint not null,
  name text not null,
  value bigint not null,
  constraint epochs_pkey PRIMARY KEY (tenant_id, name)
);

create table imports (
  tenant_id smallint not null,
  source_digest bytea not null,
  item bigint not null,
  constraint imports_pkey PRIMARY KEY (tenant_id, source_digest, item)
);

create table index_pages (
  tenant_id smallint not null,
  owner_id uuid not null,
  type text not null,
  page integer not null,
  version integer not null,
  sealed bytea not null,
  constraint index_pages_pkey PRIMARY KEY (tenant_id, owner_id, type, page)
);
CREATE INDEX index_pages_type ON index_pages USING btree (tenant_id, type, owner_id, page);

create table ledger_chains (
  chain_id integer generated always as identity not null,
  node text not null,
  opened_at timestamp with time zone not null default now(),
  sequenced bigint not null default 0,
  link bytea not null default decode(repeat('00'::text, 32), 'hex'::text),
  constraint ledger_chains_pkey PRIMARY KEY (chain_id)
);

create table ledger_cosignatures (
  size bigint not null,
  root bytea not null,
  witness text not null,
  checkpoint text not null,
  cosignature text not null,
  constraint ledger_cosignatures_pkey PRIMARY KEY (size, witness)
);

create table ledger_entries (
  tenant_id smallint not null,
  entry_id uuid not null,
  chain_id integer not null,
  seq bigint not null,
  previous bytea not null,
  owner_id uuid not null,
  kind text not null,
  at timestamp with time zone not null,
  commitment bytea not null,
  blind bytea not null,
  digests bytea,
  sealed bytea not null,
  constraint ledger_entries_pkey PRIMARY KEY (tenant_id, entry_id)
);
CREATE UNIQUE INDEX ledger_entries_chain ON ledger_entries USING btree (chain_id, seq);

create table ledger_head (
  only_one boolean not null default true,
  size bigint not null,
  root bytea not null,
  checkpoint text not null,
  fence bigint not null,
  constraint ledger_head_pkey PRIMARY KEY (only_one),
  constraint ledger_head_only_one_check CHECK (only_one)
);

create table ledger_leaves (
  idx bigint not null,
  entry_id uuid not null,
  owner_id uuid not null,
  owner_seq bigint not null,
  leaf bytea not null,
  constraint ledger_leaves_pkey PRIMARY KEY (idx)
);
CREATE UNIQUE INDEX ledger_leaves_entry ON ledger_leaves USING btree (entry_id);
CREATE UNIQUE INDEX ledger_leaves_owner ON ledger_leaves USING btree (owner_id, owner_seq);

create table ledger_owner_heads (
  owner_id uuid not null,
  seq bigint not null,
  last_commitment bytea not null,
  constraint ledger_owner_heads_pkey PRIMARY KEY (owner_id)
);

create table ledger_tiles (
  level smallint not null,
  n bigint not null,
  hashes bytea not null,
  constraint ledger_tiles_pkey PRIMARY KEY (level, n)
);

create table legal_holds (
  tenant_id smallint not null,
  hold_id uuid not null,
  owner_id uuid not null,
  sealed bytea not null,
  placed_at timestamp with time zone not null default now(),
  lifted_at timestamp with time zone,
  constraint legal_holds_pkey PRIMARY KEY (tenant_id, hold_id)
);

create table migrations (
  name text not null,
  at timestamp with time zone not null default now(),
  constraint migrations_pkey PRIMARY KEY (name)
);

create table oauth_keys (
  tenant_id smallint not null,
  kid text not null,
  sealed bytea not null,
  created_at timestamp with time zone not null default now(),
  retired_at timestamp with time zone,
  constraint oauth_keys_pkey PRIMARY KEY (tenant_id, kid)
);

create table oauth_rows (
  tenant_id smallint not null,
  model text not null,
  id_hash bytea not null,
  sealed bytea not null,
  grant_hash bytea,
  uid_hash bytea,
  account_id uuid,
  client_id text,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  consumed_at timestamp with time zone,
  constraint oauth_rows_pkey PRIMARY KEY (tenant_id, model, id_hash)
);
CREATE INDEX oauth_rows_account ON oauth_rows USING btree (tenant_id, account_id, model);
CREATE INDEX oauth_rows_grant ON oauth_rows USING btree (tenant_id, grant_hash);
CREATE INDEX oauth_rows_uid ON oauth_rows USING btree (tenant_id, model, uid_hash);

create table operators (
  tenant_id smallint not null,
  operator_id text not null,
  public_key bytea not null,
  added_at timestamp with time zone not null default now(),
  removed_at timestamp with time zone,
  constraint operators_pkey PRIMARY KEY (tenant_id, operator_id)
);

create table owner_consents (
  tenant_id smallint not null,
  owner_id uuid not null,
  sealed bytea not null,
  constraint owner_consents_pkey PRIMARY KEY (tenant_id, owner_id)
);

create table owners (
  tenant_id smallint not null,
  owner_id uuid not null,
  patient_token bytea,
  shard smallint not null,
  kek_version integer not null,
  wrapped_key bytea,
  audit_key bytea not null,
  shredded_at timestamp with time zone,
  constraint owners_pkey PRIMARY KEY (tenant_id, owner_id)
);
CREATE INDEX owners_shard ON owners USING btree (tenant_id, shard);
CREATE UNIQUE INDEX owners_patient ON owners USING btree (tenant_id, patient_token);

create table record_heads (
  tenant_id smallint not null,
  id_token bytea not null,
  row_id uuid not null,
  type text not null,
  version integer not null,
  deleted boolean not null,
  owner_id uuid not null,
  page integer,
  constraint record_heads_pkey PRIMARY KEY (tenant_id, id_token)
);
CREATE UNIQUE INDEX record_heads_row ON record_heads USING btree (tenant_id, row_id);

create table record_versions (
  tenant_id smallint not null,
  row_id uuid not null,
  version integer not null,
  type text not null,
  owner_id uuid not null,
  at timestamp with time zone not null,
  act character(1) not null,
  label bytea not null,
  body bytea,
  entry_id uuid not null,
  constraint record_versions_pkey PRIMARY KEY (tenant_id, row_id, version),
  constraint record_versions_act_check CHECK ((act = ANY (ARRAY['C'::bpchar, 'U'::bpchar, 'D'::bpchar])))
);
CREATE INDEX record_versions_type ON record_versions USING btree (tenant_id, type, at, row_id);

create table recovery_requests (
  tenant_id smallint not null,
  request_id uuid not null,
  account_id uuid not null,
  requested_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  state text not null,
  approvals jsonb not null default '[]'::jsonb,
  constraint recovery_requests_pkey PRIMARY KEY (tenant_id, request_id),
  constraint recovery_requests_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'cancelled'::text, 'done'::text])))
);

create table reviews (
  tenant_id smallint not null,
  review_id uuid not null,
  kind text not null,
  owner_id uuid not null,
  actor_token bytea,
  sealed bytea not null,
  opened_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  finding text,
  constraint reviews_pkey PRIMARY KEY (tenant_id, review_id),
  constraint reviews_finding_check CHECK ((finding = ANY (ARRAY['justified'::text, 'misuse'::text]))),
  constraint reviews_kind_check CHECK ((kind = ANY (ARRAY['break-glass'::text, 'question'::text])))
);
CREATE INDEX reviews_actor ON reviews USING btree (tenant_id, actor_token);
CREATE INDEX reviews_open ON reviews USING btree (tenant_id, opened_at) WHERE (closed_at IS NULL);

create table search_tokens (
  tenant_id smallint not null,
  param text not null,
  token bytea not null,
  row_id uuid not null,
  constraint search_tokens_pkey PRIMARY KEY (tenant_id, param, token, row_id)
);
CREATE INDEX search_tokens_row ON search_tokens USING btree (tenant_id, row_id);

create table shred_requests (
  tenant_id smallint not null,
  request_id uuid not null,
  owner_id uuid not null,
  delay_seconds bigint not null,
  requested_at timestamp with time zone not null,
  requested_index bigint,
  state text not null,
  approvals jsonb not null default '[]'::jsonb,
  constraint shred_requests_pkey PRIMARY KEY (tenant_id, request_id),
  constraint shred_requests_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'cancelled'::text, 'done'::text])))
);

create table sign_in_failures (
  tenant_id smallint not null,
  who_token bytea not null,
  failures integer not null,
  last_at timestamp with time zone not null,
  blocked_until timestamp with time zone not null,
  constraint sign_in_failures_pkey PRIMARY KEY (tenant_id, who_token)
);

create table spent_assertions (
  tenant_id smallint not null,
  assertion_hash bytea not null,
  expires_at timestamp with time zone not null,
  constraint spent_assertions_pkey PRIMARY KEY (tenant_id, assertion_hash)
);

create table trusted_devices (
  tenant_id smallint not null,
  device_hash bytea not null,
  account_id uuid not null,
  expires_at timestamp with time zone not null,
  constraint trusted_devices_pkey PRIMARY KEY (tenant_id, device_hash, account_id)
);

create table unit_members (
  tenant_id smallint not null,
  member_token bytea not null,
  unit_token bytea not null,
  row_id uuid not null,
  lasts bytea,
  constraint unit_members_pkey PRIMARY KEY (tenant_id, member_token, unit_token, row_id)
);
CREATE INDEX unit_members_row ON unit_members USING btree (tenant_id, row_id);
CREATE CONSTRAINT TRIGGER unit_members_epoch AFTER INSERT OR DELETE OR UPDATE ON unit_members DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION count_epoch('members');

create table watch_cases (
  tenant_id smallint not null,
  case_id uuid not null,
  entity_token bytea not null,
  sealed bytea not null,
  last_at timestamp with time zone not null,
  closed boolean not null,
  next_due timestamp with time zone,
  closed_at timestamp with time zone,
  constraint watch_cases_pkey PRIMARY KEY (tenant_id, case_id)
);
CREATE INDEX watch_cases_closed ON watch_cases USING btree (tenant_id, closed_at) WHERE (closed_at IS NOT NULL);
CREATE INDEX watch_cases_due ON watch_cases USING btree (tenant_id, next_due) WHERE (next_due IS NOT NULL);
CREATE INDEX watch_cases_entity ON watch_cases USING btree (tenant_id, entity_token, last_at);

create table watch_counts (
  tenant_id smallint not null,
  actor_token bytea not null,
  thing_token bytea not null,
  at timestamp with time zone not null,
  constraint watch_counts_pkey PRIMARY KEY (tenant_id, actor_token, thing_token)
);

create table watch_decoys (
  tenant_id smallint not null,
  patient_token bytea not null,
  sealed bytea not null,
  constraint watch_decoys_pkey PRIMARY KEY (tenant_id, patient_token)
);

create table watch_holds (
  tenant_id smallint not null,
  hold_id uuid not null,
  change bigint generated always as identity not null,
  sealed bytea not null,
  ends_at timestamp with time zone not null,
  constraint watch_holds_pkey PRIMARY KEY (tenant_id, hold_id)
);
CREATE INDEX watch_holds_change ON watch_holds USING btree (tenant_id, change);

create table watch_questions (
  tenant_id smallint not null,
  question_id uuid not null,
  asked_token bytea not null,
  sealed bytea not null,
  asked_at timestamp with time zone not null,
  answered_at timestamp with time zone,
  constraint watch_questions_pkey PRIMARY KEY (tenant_id, question_id)
);
CREATE INDEX watch_questions_open ON watch_questions USING btree (tenant_id, asked_token, asked_at) WHERE (answered_at IS NULL);

create table watch_snapshots (
  tenant_id smallint not null,
  node text not null,
  sealed bytea not null,
  at timestamp with time zone not null,
  constraint watch_snapshots_pkey PRIMARY KEY (tenant_id, node)
);
