-- Ways that do not wait for the list: reports, guardianship, assistance, admonition, services offered.
create table followup.referral (
    referral_id bigint generated always as identity primary key,
    item_id bigint not null references followup.item,
    kind text not null,
    department text not null,
    county_code text not null,
    situation text,
    reason text,
    officer text,
    opened_at timestamptz not null,
    due_at timestamptz not null,
    state text not null default 'open' check (state in ('open', 'accepted', 'done', 'declined', 'withdrawn')),
    organisation text,
    agreed_by text,
    check ((reason is null) = (officer is null)),
    check (agreed_by is null or organisation is not null)
);
comment on table followup.referral is 'Somebody beside the child director is told or asked, by an article of law (rules/referrals.yaml)';
comment on column followup.referral.referral_id is 'Number on the list of its department';
comment on column followup.referral.item_id is 'Item it follows from; its flags are the evidence';
comment on column followup.referral.kind is 'mandatory_report, temporary_guardianship …';
comment on column followup.referral.department is 'Who is told or asked';
comment on column followup.referral.county_code is 'County where it happens, whatever the hukou';
comment on column followup.referral.situation is 'Statutory situation, as its code; null where it was opened by itself';
comment on column followup.referral.reason is 'Why, in the words of the officer; null where it was opened by itself';
comment on column followup.referral.officer is 'Account that opened it; null: the rule did';
comment on column followup.referral.opened_at is 'When';
comment on column followup.referral.due_at is 'Until when it must be answered';
comment on column followup.referral.state is 'open → accepted → done; declined; withdrawn with the evidence that opened it by itself';
comment on column followup.referral.organisation is 'Organisation of the register that accepted it';
comment on column followup.referral.agreed_by is 'Who agreed that it is told who the child is; null: it is not';
create unique index referral_waiting on followup.referral (item_id, kind, department) where state in ('open', 'accepted');
create index referral_open on followup.referral (county_code, department) where state in ('open', 'accepted');

create table followup.referral_answer (
    referral_answer_id bigint generated always as identity primary key,
    referral_id bigint not null references followup.referral,
    state text not null check (state in ('accepted', 'done', 'declined')),
    actor text not null check (actor <> ''),
    reason text not null check (reason <> ''),
    organisation text,
    agreed_by text,
    answered_at timestamptz not null default now()
);
comment on table followup.referral_answer is 'What a department or organisation answered; never changed';
comment on column followup.referral_answer.referral_answer_id is 'Running number';
comment on column followup.referral_answer.referral_id is 'Referral';
comment on column followup.referral_answer.state is 'accepted, done or declined';
comment on column followup.referral_answer.actor is 'Account that recorded it';
comment on column followup.referral_answer.reason is 'What was done or why not, in words';
comment on column followup.referral_answer.organisation is 'Organisation that accepted';
comment on column followup.referral_answer.agreed_by is 'Who agreed that it is told who the child is';
comment on column followup.referral_answer.answered_at is 'When';
create trigger kept before update or delete on followup.referral_answer
for each row execute function identity.refuse_change();
