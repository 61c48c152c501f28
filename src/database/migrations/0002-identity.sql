-- safe
-- What every column gives away is in docs/leakage.md.

create table accounts (
  tenant_id smallint not null,
  account_id uuid not null,
  username_token bytea not null,
  sealed bytea not null,
  version integer not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, account_id)
);
create unique index accounts_username on accounts (tenant_id, username_token);

create table credentials (
  tenant_id smallint not null,
  credential_id uuid not null,
  account_id uuid not null,
  kind text not null check (kind in ('passkey', 'password', 'totp', 'recovery')),
  lookup bytea,
  sealed bytea not null,
  counter bigint not null default 0,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  primary key (tenant_id, credential_id)
);
create index credentials_account on credentials (tenant_id, account_id);
create unique index credentials_lookup on credentials (tenant_id, lookup);

create table account_sessions (
  tenant_id smallint not null,
  session_hash bytea not null,
  session_id uuid not null,
  account_id uuid not null,
  sealed bytea not null,
  seen_at timestamptz not null default now(),
  idle_until timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, session_hash)
);
create index account_sessions_account on account_sessions (tenant_id, account_id);

create table account_links (
  tenant_id smallint not null,
  link_hash bytea not null,
  account_id uuid not null,
  sealed bytea not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (tenant_id, link_hash)
);
create index account_links_account on account_links (tenant_id, account_id);

create table recovery_requests (
  tenant_id smallint not null,
  request_id uuid not null,
  account_id uuid not null,
  requested_at timestamptz not null,
  expires_at timestamptz not null,
  state text not null check (state in ('waiting', 'cancelled', 'done')),
  approvals jsonb not null default '[]',
  primary key (tenant_id, request_id)
);

create table challenges (
  tenant_id smallint not null,
  challenge_hash bytea not null,
  purpose text not null,
  account_id uuid,
  expires_at timestamptz not null,
  primary key (tenant_id, challenge_hash)
);

create table sign_in_failures (
  tenant_id smallint not null,
  who_token bytea not null,
  failures integer not null,
  last_at timestamptz not null,
  blocked_until timestamptz not null,
  primary key (tenant_id, who_token)
);

create table trusted_devices (
  tenant_id smallint not null,
  device_hash bytea not null,
  account_id uuid not null,
  expires_at timestamptz not null,
  primary key (tenant_id, device_hash, account_id)
);

create table blocked_passwords (
  digest bytea primary key
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
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  consumed_at timestamptz,
  primary key (tenant_id, model, id_hash)
);
create index oauth_rows_grant on oauth_rows (tenant_id, grant_hash);
create index oauth_rows_uid on oauth_rows (tenant_id, model, uid_hash);
create index oauth_rows_account on oauth_rows (tenant_id, account_id, model);

create table oauth_keys (
  tenant_id smallint not null,
  kid text not null,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  primary key (tenant_id, kid)
);

create table client_keys_used (
  tenant_id smallint not null,
  client_id text not null,
  kid text not null,
  used_at timestamptz not null,
  primary key (tenant_id, client_id, kid)
);

-- Tokens of people end with their account and with what they granted.
alter table access_tokens add column account_id uuid, add column grant_hash bytea;
create index access_tokens_grant on access_tokens (tenant_id, grant_hash);
