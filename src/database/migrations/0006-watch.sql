-- safe
-- What every column gives away is in docs/leakage.md.

-- What is held: sealed, with who is held, why, and who ended it.
create table watch_holds (
  tenant_id smallint not null,
  hold_id uuid not null,
  change bigint generated always as identity,
  sealed bytea not null,
  ends_at timestamptz not null,
  primary key (tenant_id, hold_id)
);
create index watch_holds_change on watch_holds (tenant_id, change);

-- Alerts about one person or one patient within fourteen days.
create table watch_cases (
  tenant_id smallint not null,
  case_id uuid not null,
  entity_token bytea not null,
  sealed bytea not null,
  last_at timestamptz not null,
  closed boolean not null,
  primary key (tenant_id, case_id)
);
create index watch_cases_entity on watch_cases (tenant_id, entity_token, last_at);

-- Different things one person did within the hour that nothing explains, counted over all nodes.
create table watch_counts (
  tenant_id smallint not null,
  actor_token bytea not null,
  thing_token bytea not null,
  at timestamptz not null,
  primary key (tenant_id, actor_token, thing_token)
);

create table watch_decoys (
  tenant_id smallint not null,
  patient_token bytea not null,
  sealed bytea not null,
  primary key (tenant_id, patient_token)
);

create table watch_snapshots (
  tenant_id smallint not null,
  node text not null,
  sealed bytea not null,
  at timestamptz not null,
  primary key (tenant_id, node)
);
