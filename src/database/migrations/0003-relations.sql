-- safe
-- What every column gives away is in docs/leakage.md.

alter table care_relations
  add column kind text not null default 'encounter',
  add column lasts bytea;
alter table care_relations alter column kind drop default;
alter table care_relations drop constraint care_relations_pkey;
alter table care_relations add primary key (tenant_id, carer_token, owner_id, row_id, kind);

create table unit_members (
  tenant_id smallint not null,
  member_token bytea not null,
  unit_token bytea not null,
  row_id uuid not null,
  lasts bytea,
  primary key (tenant_id, member_token, unit_token, row_id)
);
create index unit_members_row on unit_members (tenant_id, row_id);

create table reviews (
  tenant_id smallint not null,
  review_id uuid not null,
  kind text not null check (kind in ('break-glass', 'question')),
  owner_id uuid not null,
  actor_token bytea,
  sealed bytea not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  finding text check (finding in ('justified', 'misuse')),
  primary key (tenant_id, review_id)
);
create index reviews_open on reviews (tenant_id, opened_at) where closed_at is null;
create index reviews_actor on reviews (tenant_id, actor_token);
