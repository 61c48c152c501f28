-- safe
-- What every column gives away is in docs/leakage.md.

-- Of what a process remembers, whether it has changed: counted when the transaction that changes it commits, after all its
-- other locks, once, whoever writes.
create function count_epoch() returns trigger language plpgsql as $$
declare
  counted text := 'chartwarden.counted_' || tg_argv[0];
begin
  if current_setting(counted, true) is distinct from pg_current_xact_id()::text then
    perform set_config(counted, pg_current_xact_id()::text, true);
    update epochs set value = value + 1 where tenant_id = coalesce(new.tenant_id, old.tenant_id) and name = tg_argv[0];
  end if;
  return null;
end $$;

-- Who belongs where.
insert into epochs values (1, 'members', 1);
create constraint trigger unit_members_epoch after insert or update or delete on unit_members
  deferrable initially deferred for each row execute function count_epoch('members');

-- Whom a patient has relations with is asked for one patient and all that somebody belongs to.
create index care_relations_owner on care_relations (tenant_id, owner_id, carer_token);
