-- safe
-- What every column gives away is in docs/leakage.md.

create table owners (
  tenant_id smallint not null,
  owner_id uuid not null,
  patient_token bytea,
  shard smallint not null,
  kek_version integer not null,
  wrapped_key bytea,
  audit_key bytea not null,
  shredded_at timestamptz,
  primary key (tenant_id, owner_id)
);
create unique index owners_patient on owners (tenant_id, patient_token);
create index owners_shard on owners (tenant_id, shard);

create table record_heads (
  tenant_id smallint not null,
  id_token bytea not null,
  row_id uuid not null,
  type text not null,
  version integer not null,
  deleted boolean not null,
  owner_id uuid not null,
  page integer,
  primary key (tenant_id, id_token)
);
create unique index record_heads_row on record_heads (tenant_id, row_id);

create table record_versions (
  tenant_id smallint not null,
  row_id uuid not null,
  version integer not null,
  type text not null,
  owner_id uuid not null,
  at timestamptz not null,
  act char(1) not null check (act in ('C', 'U', 'D')),
  label bytea not null,
  body bytea,
  entry_id uuid not null,
  primary key (tenant_id, row_id, version)
);
create index record_versions_type on record_versions (tenant_id, type, at, row_id);

create table blobs (
  tenant_id smallint not null,
  blob_id uuid not null,
  begun_at timestamptz not null default now(),
  row_id uuid,
  primary key (tenant_id, blob_id)
);
create index blobs_unused on blobs (begun_at) where row_id is null;

create table blob_chunks (
  tenant_id smallint not null,
  blob_id uuid not null,
  chunk integer not null,
  sealed bytea not null,
  primary key (tenant_id, blob_id, chunk)
);

create table index_pages (
  tenant_id smallint not null,
  owner_id uuid not null,
  type text not null,
  page integer not null,
  version integer not null,
  sealed bytea not null,
  primary key (tenant_id, owner_id, type, page)
);
create index index_pages_type on index_pages (tenant_id, type, owner_id, page);

create table search_tokens (
  tenant_id smallint not null,
  param text not null,
  token bytea not null,
  row_id uuid not null,
  primary key (tenant_id, param, token, row_id)
);
create index search_tokens_row on search_tokens (tenant_id, row_id);

create table care_relations (
  tenant_id smallint not null,
  carer_token bytea not null,
  owner_id uuid not null,
  row_id uuid not null,
  primary key (tenant_id, carer_token, owner_id, row_id)
);
create index care_relations_row on care_relations (tenant_id, row_id);

create table epochs (
  tenant_id smallint not null,
  name text not null,
  value bigint not null,
  primary key (tenant_id, name)
);
insert into epochs values (1, 'keys', 1), (1, 'policy', 1), (1, 'sessions', 1);

create table clients (
  tenant_id smallint not null,
  client_id text not null,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  primary key (tenant_id, client_id)
);

create table operators (
  tenant_id smallint not null,
  operator_id text not null,
  public_key bytea not null,
  added_at timestamptz not null default now(),
  removed_at timestamptz,
  primary key (tenant_id, operator_id)
);

create table access_tokens (
  tenant_id smallint not null,
  token_hash bytea not null,
  sealed bytea not null,
  expires_at timestamptz not null,
  client_id text,
  primary key (tenant_id, token_hash)
);

create table spent_assertions (
  tenant_id smallint not null,
  assertion_hash bytea not null,
  expires_at timestamptz not null,
  primary key (tenant_id, assertion_hash)
);

create table legal_holds (
  tenant_id smallint not null,
  hold_id uuid not null,
  owner_id uuid not null,
  sealed bytea not null,
  placed_at timestamptz not null default now(),
  lifted_at timestamptz,
  primary key (tenant_id, hold_id)
);

create table shred_requests (
  tenant_id smallint not null,
  request_id uuid not null,
  owner_id uuid not null,
  delay_seconds bigint not null,
  requested_at timestamptz not null,
  requested_index bigint,
  state text not null check (state in ('waiting', 'cancelled', 'done')),
  approvals jsonb not null default '[]',
  primary key (tenant_id, request_id)
);

create table imports (
  tenant_id smallint not null,
  source_digest bytea not null,
  item bigint not null,
  primary key (tenant_id, source_digest, item)
);

create table ledger_chains (
  chain_id integer generated always as identity primary key,
  node text not null,
  opened_at timestamptz not null default now(),
  sequenced bigint not null default 0,
  link bytea not null default decode(repeat('00', 32), 'hex')
);

create table ledger_entries (
  tenant_id smallint not null,
  entry_id uuid not null,
  chain_id integer not null,
  seq bigint not null,
  previous bytea not null,
  owner_id uuid not null,
  kind text not null,
  at timestamptz not null,
  commitment bytea not null,
  blind bytea not null,
  digests bytea,
  sealed bytea not null,
  primary key (tenant_id, entry_id)
);
create unique index ledger_entries_chain on ledger_entries (chain_id, seq);

create table ledger_leaves (
  idx bigint primary key,
  entry_id uuid not null,
  owner_id uuid not null,
  owner_seq bigint not null,
  leaf bytea not null
);
create unique index ledger_leaves_entry on ledger_leaves (entry_id);
create unique index ledger_leaves_owner on ledger_leaves (owner_id, owner_seq);

create table ledger_owner_heads (
  owner_id uuid primary key,
  seq bigint not null,
  last_commitment bytea not null
);

create table ledger_tiles (
  level smallint not null,
  n bigint not null,
  hashes bytea not null,
  primary key (level, n)
);

create table ledger_head (
  only_one boolean primary key default true check (only_one),
  size bigint not null,
  root bytea not null,
  checkpoint text not null,
  fence bigint not null
);

create table ledger_cosignatures (
  size bigint not null,
  root bytea not null,
  witness text not null,
  checkpoint text not null,
  cosignature text not null,
  primary key (size, witness)
);

-- Sealed bytes do not compress: PostgreSQL is not to try.
alter table record_versions alter column label set storage external, alter column body set storage external;
alter table blob_chunks alter column sealed set storage external;
alter table index_pages alter column sealed set storage external;
alter table ledger_entries alter column sealed set storage external;
