-- Statements and their chain, movements, open items and what was paid of them. Amounts: numeric(18,3), as CODA
-- counts in thousandths. No endpoint reads these tables, so the api role has no grant on any of them.

create table companies (
    enterprise_number text primary key,
    sequence bigint not null
);

create table mandates (
    enterprise_number text not null references companies,
    iban text not null,
    since date not null,
    until date,
    primary key (iban, enterprise_number, since)
);
create index mandates_of_company on mandates (enterprise_number);

create table statements (
    statement_id text primary key,
    enterprise_number text not null,
    iban text not null,
    currency text not null,
    content_sha256 text not null unique,
    file_sha256 text not null,
    year integer not null,
    sequence integer not null,
    day date not null,
    old_balance numeric(18, 3) not null,
    new_balance numeric(18, 3) not null,
    gap boolean not null,
    version bigint not null,
    raw jsonb not null,
    movements jsonb not null
);
create index statements_in_chain on statements (enterprise_number, iban, currency, year, sequence, day);

create table movements (
    statement_id text not null references statements,
    position integer not null,
    enterprise_number text not null,
    iban text not null,
    year integer not null,
    statement_sequence integer not null,
    sequence integer not null,
    detail integer not null,
    amount numeric(18, 3) not null,
    currency text not null,
    value_date date,
    entry_date date,
    transaction_code text not null,
    reference text,
    remaining numeric(18, 3) not null,
    primary key (statement_id, position),
    check (remaining >= 0 and (remaining = 0 or remaining <= amount))
);
create index movements_unallocated on movements (enterprise_number, reference) where remaining > 0;

create table open_items (
    enterprise_number text not null,
    family text not null,
    number text not null,
    year integer not null,
    document_id text not null,
    document_version integer not null,
    reference text,
    currency text not null,
    payable numeric(18, 3) not null,
    allocated numeric(18, 3) not null check (allocated >= 0),
    balance numeric(18, 3) not null check (balance >= 0),
    version bigint not null,
    primary key (enterprise_number, family, number, year)
);
create index open_items_by_reference on open_items (enterprise_number, reference) where reference is not null;

create table allocations (
    allocation_id bigint generated always as identity primary key,
    enterprise_number text not null,
    family text not null,
    number text not null,
    year integer not null,
    statement_id text not null,
    position integer not null,
    document_id text not null,
    amount numeric(18, 3) not null check (amount > 0),
    currency text not null,
    facts jsonb not null,
    made_at timestamptz not null default now(),
    foreign key (statement_id, position) references movements,
    foreign key (enterprise_number, family, number, year) references open_items
);
create index allocations_of_item on allocations (enterprise_number, family, number, year, allocation_id desc);

create table waiting_statements (
    content_sha256 text primary key,
    iban text not null,
    file_sha256 text not null,
    file_index integer not null,
    first_line integer not null,
    charset text not null,
    raw jsonb not null,
    since timestamptz not null default now()
);
create index waiting_for_account on waiting_statements (iban);

create table quarantined_statements (
    file_sha256 text not null,
    file_index integer not null,
    code text not null,
    line integer not null,
    columns text not null,
    found text not null,
    expected text not null,
    raw jsonb not null,
    since timestamptz not null default now(),
    primary key (file_sha256, file_index)
);

grant select, insert, update on companies, statements, movements, open_items to coda_reconciler_worker;
grant select, insert, delete on mandates, waiting_statements to coda_reconciler_worker;
-- Append-only: nobody changes what was allocated or refused.
grant select, insert on allocations, quarantined_statements to coda_reconciler_worker;

do $$
declare
    name text;
begin
    foreach name in array array['companies', 'mandates', 'statements', 'movements', 'open_items', 'allocations',
                                'waiting_statements', 'quarantined_statements'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy worker_all on %I to coda_reconciler_worker using (true) with check (true)',
                       name);
    end loop;
end
$$;
