-- Bank accounts as their statements tell of them, what is missing in between, and what their movements pay.

create table bank_accounts (
    enterprise_number text not null,
    iban              text not null,
    currency          text not null,
    first_statement   text not null,
    first_year        integer not null,
    first_sequence    integer not null,
    first_day         date not null,
    last_statement    text not null,
    last_year         integer not null,
    last_sequence     integer not null,
    last_day          date not null,
    balance           numeric(18, 3) not null, -- after the last statement
    primary key (enterprise_number, iban, currency)
);

create table statement_gaps (
    statement_id      text primary key, -- the one that does not follow what stands before it
    enterprise_number text not null,
    iban              text not null,
    currency          text,
    day               date,
    sequence          integer,
    version           bigint not null,
    facts             jsonb, -- null while only the end is known, which came first
    opened_at         timestamptz,
    alarmed_at        timestamptz,
    closed_at         timestamptz
);
create index statement_gaps_open on statement_gaps (enterprise_number, iban, currency)
    where closed_at is null and facts is not null;

-- What was booked before this table was. The owner of the tables is bound by their policies, but for this moment.
alter table statements no force row level security;
insert into bank_accounts
select enterprise_number, iban, currency,
       (array_agg(statement_id order by day, sequence))[1], (array_agg(year order by day, sequence))[1],
       (array_agg(sequence order by day, sequence))[1], min(day),
       (array_agg(statement_id order by day desc, sequence desc))[1], (array_agg(year order by day desc, sequence desc))[1],
       (array_agg(sequence order by day desc, sequence desc))[1], max(day),
       (array_agg(balance order by day desc, sequence desc))[1]
from (select statement_id, enterprise_number, body ->> 'iban' as iban, body -> 'new_balance' ->> 'currency' as currency,
             (body ->> 'year')::int as year, (body ->> 'sequence')::int as sequence,
             (body ->> 'new_balance_date')::date as day, (body -> 'new_balance' ->> 'amount')::numeric as balance
      from statements) as booked
group by enterprise_number, iban, currency;
alter table statements force row level security;

create table payment_counters (
    name          text primary key,
    last_position bigint not null default 0 -- given out under this row's lock, which is taken last
);

create table payments (
    payment_id        text primary key,
    allocation_id     text not null,
    movement          text not null,
    enterprise_number text not null,
    document_id       text not null,
    invoice_number    text not null,
    state             text not null,
    version           integer not null,
    balance           jsonb not null,
    first_at          timestamptz not null,
    changed_at        timestamptz not null,
    allocation        jsonb, -- null while only the end is known, which came first
    rank              integer not null,
    reasons           text[] not null,
    return_reason     text not null,
    round_id          uuid,
    decision          text not null default '' check (decision in ('', 'accept', 'refuse', 'undo')),
    decided_by        text not null default '',
    decided_at        timestamptz,
    history           jsonb not null,
    position          bigint not null
);
create unique index payments_by_position on payments (position);
create index payments_of_movement on payments (movement);
create index payments_of_document on payments (document_id);

do $$
declare
    name text;
begin
    foreach name in array array['bank_accounts', 'statement_gaps', 'payment_counters', 'payments'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to delivery_worker', name);
        execute format('create policy worker_all on %I to delivery_worker using (true) with check (true)', name);
    end loop;
end $$;

-- A software sees its own connections, so that what it may read of a company's statements ends with them.
grant select on connections to delivery_api;
create policy api_own on connections for select to delivery_api using (software = public.app_principal('software'));
create policy api_mode on connections as restrictive for select to delivery_api using (public.app_mode() = 'live');
create index connections_of_software on connections (software) where state = 'active';

-- The subqueries are bound by the policies of what they look at: an office sees its clients, a software its connections.
grant select on bank_accounts, statement_gaps to delivery_api;
do $$
declare
    name text;
begin
    foreach name in array array['bank_accounts', 'statement_gaps'] loop
        execute format('create policy api_operator on %I for select to delivery_api using (public.app_is_operator())', name);
        execute format(
            'create policy api_of_office on %1$I for select to delivery_api using (exists ('
            '    select from clients, jsonb_to_recordset(clients.offices) as period (office_id text, since date, until date)'
            '    where clients.enterprise_number = %1$I.enterprise_number'
            '          and period.office_id = public.app_principal(''office'')'
            '          and period.since <= (now() at time zone ''Europe/Brussels'')::date'
            '          and (period.until is null or period.until > (now() at time zone ''Europe/Brussels'')::date)))',
            name);
        execute format(
            'create policy api_of_software on %1$I for select to delivery_api using (exists ('
            '    select from connections as own where own.enterprise_number = %1$I.enterprise_number'
            '          and own.software = public.app_principal(''software'') and own.state = ''active'''
            '          and (own.scopes = ''{}'' or ''statements:read'' = any (own.scopes))))',
            name);
        -- Statements are those of real companies.
        execute format('create policy api_mode on %I as restrictive to delivery_api using (public.app_mode() = ''live'')',
                       name);
    end loop;
end $$;

-- Whoever sees a document sees what pays it, and may decide.
grant select, update (state, changed_at, decision, decided_by, decided_at, position) on payments to delivery_api;
create policy api_of_document on payments to delivery_api
    using (exists (select from documents as own where own.document_id = payments.document_id))
    with check (exists (select from documents as own where own.document_id = payments.document_id));
grant select, insert, update on payment_counters to delivery_api;
create policy api_counts on payment_counters to delivery_api using (true) with check (true);
