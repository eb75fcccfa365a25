-- What matching knows and decides: the words of movements, the names by which movements and items find each other,
-- proposals, what people decided, which account is whose.
--
-- Rows of 0001 go on: what a movement's structured communication said becomes its facts, and items keep their
-- reference; their numbers are found only once a newer version of the invoice comes, for nobody kept their dates.

-- Even the owner sees nothing of tables whose row-level security is forced.
alter table movements no force row level security;
alter table open_items no force row level security;
alter table allocations no force row level security;

-- A row of `movements` is a payment or what takes one back: nothing else can ever pay an invoice, and the statement's
-- own lines keep it. Account, year, number and currency are those of its statement.
alter table movements
    add column facts json,
    add column decision json,
    drop constraint movements_check,
    add check (remaining >= 0 and remaining <= abs(amount));
delete from movements where reference is null or amount <= 0;
update movements set facts = json_build_object(
    'kind', 'payment', 'references', json_build_array(json_build_object(
        'text', reference, 'is_valid', true, 'is_structured', true, 'evidence', json_build_object(
            'line', 0, 'columns', '', 'text', reference, 'meaning', 'structured_reference'))));
alter table movements
    alter column facts set not null,
    drop column iban,
    drop column year,
    drop column statement_sequence,
    drop column currency,
    drop column reference;

alter table open_items
    add column issue_date date,
    add column due_date date,
    add column customer_name text not null default '',
    add column debtors text[] not null default '{}',
    add column keys text[] not null default '{}',
    add column discounts json not null default '[]',
    add column mandate text not null default '',
    add column preceding text[] not null default '{}';
update open_items set issue_date = make_date(year, 1, 1);
alter table open_items alter column issue_date set not null;
drop index open_items_by_reference;

-- Signed: what takes an allocation back is an entry of its own with the same `allocation_id`.
alter table allocations rename column allocation_id to entry_id;
alter table allocations
    add column allocation_id text,
    add column difference numeric(18, 3) not null default 0,
    add column difference_kind text,
    add column rule text not null default 'R03',
    drop constraint allocations_amount_check,
    drop column currency;
update allocations set allocation_id = numbered.allocation_id
from (select entry_id, concat_ws('/', statement_id, position, document_id, row_number() over (
          partition by statement_id, position, document_id order by entry_id)) as allocation_id
      from allocations) as numbered
where numbered.entry_id = allocations.entry_id;
alter table allocations
    alter column allocation_id set not null,
    alter column rule drop default,
    add check (amount <> 0 or difference <> 0);
create index allocations_of_movement on allocations (statement_id, position, entry_id);

-- The one place where a name leads to what bears it. `node` is `statement/position` of a movement or
-- `family/year/number` of an item. Rows that `joins` make a component: whatever is reached over them is decided
-- together. The others only help to suggest, one step far, and are there while something remains.
create table names (
    enterprise_number text not null,
    kind text not null,
    name text not null,
    is_item boolean not null,
    node text not null,
    joins boolean not null,
    primary key (enterprise_number, kind, name, is_item, node)
);
create index names_of_node on names (enterprise_number, node);

insert into names
select enterprise_number, 'reference', reference, true, concat_ws('/', family, year, number), true
from open_items where reference is not null;
insert into names
select enterprise_number, 'reference', facts -> 'references' -> 0 ->> 'text', false,
       concat_ws('/', statement_id, position), true
from movements;

alter table movements force row level security;
alter table open_items force row level security;
alter table allocations force row level security;

-- What was suggested of a movement and still holds; a new round takes the place of the earlier ones.
create table proposals (
    statement_id text not null,
    position integer not null,
    rank integer not null,
    allocation_ids json not null,
    proposal json not null,
    primary key (statement_id, position, rank),
    foreign key (statement_id, position) references movements
);

-- Each decision of a person, and why it changed nothing where it did not.
create table decisions (
    decision_id text primary key,
    enterprise_number text not null,
    document_id text not null,
    allocation_id text not null,
    decision text not null,
    decided_by text not null,
    refusal text,
    made_at timestamptz not null default now()
);
create index decisions_of_company on decisions (enterprise_number, made_at);

-- What a person settled of a movement, or that nothing of it may be settled; the last one holds.
create table pins (
    pin_id bigint generated always as identity primary key,
    statement_id text not null,
    position integer not null,
    decision_id text not null,
    pin json not null,
    foreign key (statement_id, position) references movements
);
create index pins_of_movement on pins (statement_id, position, pin_id);

-- What a person said that a movement does not pay.
create table refused_pairs (
    statement_id text not null,
    position integer not null,
    enterprise_number text not null,
    family text not null,
    number text not null,
    year integer not null,
    decision_id text not null,
    primary key (statement_id, position, enterprise_number, family, number, year),
    foreign key (statement_id, position) references movements
);

-- Whose account it is, learnt from a person only; what was withdrawn stays written. The last line of an account, a
-- debtor and a decision holds.
create table debtor_accounts (
    line_id bigint generated always as identity primary key,
    enterprise_number text not null,
    iban text not null,
    debtor text not null,
    decision_id text not null,
    withdrawn boolean not null
);
create index debtor_accounts_of_iban on debtor_accounts (enterprise_number, iban, debtor, decision_id, line_id desc);

-- When the file came in which a statement waits for its company's mandate; unknown of those that wait already.
alter table waiting_statements add column received_at timestamptz;

create index statements_after_gaps on statements (enterprise_number, iban, currency, day) where gap;

grant select, insert, delete on names, proposals to coda_reconciler_worker;
-- Append-only: nobody changes what a person decided.
grant select, insert on decisions, pins, refused_pairs, debtor_accounts to coda_reconciler_worker;

do $$
declare
    name text;
begin
    foreach name in array array['names', 'proposals', 'decisions', 'pins', 'refused_pairs', 'debtor_accounts'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy worker_all on %I to coda_reconciler_worker using (true) with check (true)',
                       name);
    end loop;
end
$$;
