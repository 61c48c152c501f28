-- safe
-- What every column gives away is in docs/leakage.md.

create table owner_consents (
  tenant_id smallint not null,
  owner_id uuid not null,
  sealed bytea not null,
  primary key (tenant_id, owner_id)
);
