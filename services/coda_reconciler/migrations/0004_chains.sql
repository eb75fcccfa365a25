-- What a new statement touches of its account's chain is found by an index, however long the chain is.

-- The place among the statements of its day, from 0, where these are arranged by their balances; 0 in a crowded day.
alter table statements add column place integer not null default 0;

-- How many statements an account has, and how many of them follow one with their own number. An account without a row
-- was booked before this table was: the first statement that comes reads its chain whole, once, and counts it.
create table chains (
    enterprise_number text not null,
    iban              text not null,
    currency          text not null,
    booked            bigint not null check (booked > 0),
    repeating         bigint not null,
    primary key (enterprise_number, iban, currency)
);

drop index statements_in_chain;
create index statements_in_order on statements (enterprise_number, iban, currency, day, place, sequence, statement_id);
-- The account as one expression, each in an order of its own: which index answers is not left to an estimate.
create index statements_by_number on statements
    ((enterprise_number || iban || currency), year, sequence, old_balance, day);
create index statements_by_ending on statements
    ((iban || enterprise_number || currency), year, sequence, new_balance);

grant select, insert, update on chains to coda_reconciler_worker;
alter table chains enable row level security;
alter table chains force row level security;
create policy worker_all on chains to coda_reconciler_worker using (true) with check (true);

-- Gaps that were open before their records were kept were told, but alarmed nobody. They get their records, and the
-- alarm that is due: after five days, in which there is a bank day at any time of the year. How long they were open
-- nobody knows any more. The owner of the tables is bound by their policies, but for this moment.
alter table statements no force row level security;
alter table gaps no force row level security;
alter table tasks no force row level security;
with open_ones as (
    select s.*, b.statement_id as before_id, b.year as before_year, b.sequence as before_sequence, b.day as before_day,
           b.new_balance as before_balance,
           case when s.year > b.year then 1 else b.sequence % 999 + 1 end as expected
    from statements s
    cross join lateral (
        select * from statements b
        where (b.enterprise_number, b.iban, b.currency) = (s.enterprise_number, s.iban, s.currency)
              and (b.day, b.sequence, b.statement_id) < (s.day, s.sequence, s.statement_id)
        order by b.day desc, b.sequence desc, b.statement_id desc limit 1
    ) as b
    where s.gap and not exists (select from gaps where gaps.statement_id = s.statement_id)
), kept as (
    insert into gaps (statement_id, enterprise_number, iban, version, opened, opened_at)
    select statement_id, enterprise_number, iban, version,
           jsonb_build_object(
               'statement_id', statement_id, 'enterprise_number', enterprise_number, 'iban', iban,
               'year', year, 'sequence', sequence, 'day', day, 'expected_sequence', expected,
               'expected_balance', jsonb_build_object('amount', before_balance::text, 'currency', currency),
               'found_balance', jsonb_build_object('amount', old_balance::text, 'currency', currency),
               'before', jsonb_build_object('statement_id', before_id, 'year', before_year,
                                            'sequence', before_sequence, 'day', before_day),
               'missing', case when 0 not in (before_sequence, sequence) and expected < sequence
                          then jsonb_build_object('first', expected, 'last', sequence - 1) end),
           now()
    from open_ones
    returning statement_id, enterprise_number
)
insert into tasks (id, kind, key, payload, correlation_id, first_due_at, due_at, once)
select gen_random_uuid(), 'raise_gap_alarm', statement_id,
       json_build_object('statement_id', statement_id, 'enterprise_number', enterprise_number), statement_id,
       now() + interval '5 days', now() + interval '5 days', true
from kept on conflict do nothing;
alter table statements force row level security;
alter table gaps force row level security;
alter table tasks force row level security;
