-- safe
-- What every column gives away is in docs/leakage.md.

-- When the next step of a case's playbooks is due, and when somebody closed it.
alter table watch_cases add column next_due timestamptz, add column closed_at timestamptz;
create index watch_cases_due on watch_cases (tenant_id, next_due) where next_due is not null;
create index watch_cases_closed on watch_cases (tenant_id, closed_at) where closed_at is not null;

-- What somebody is asked, or whoever leads a unit: sealed, with what they answered.
create table watch_questions (
  tenant_id smallint not null,
  question_id uuid not null,
  asked_token bytea not null,
  sealed bytea not null,
  asked_at timestamptz not null,
  answered_at timestamptz,
  primary key (tenant_id, question_id)
);
create index watch_questions_open on watch_questions (tenant_id, asked_token, asked_at) where answered_at is null;
