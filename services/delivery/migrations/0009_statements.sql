-- Statements go the way of documents: into their office's feed, through its channels, and once more when asked for.

alter table handovers rename column document_id to subject; -- a document or a statement

-- What was chosen before there were statements keeps its meaning: invoices.
alter table channels
    add column documents       text[] not null default '{sales_invoice}',
    add column statement_files text[] not null default '{}',
    add column removed         boolean not null default false; -- while a success of it is not told yet

alter table statements
    add column iban     text generated always as (body ->> 'iban') stored,
    add column dated    text generated always as (body ->> 'new_balance_date') stored, -- ISO 8601: sorts as the day does
    add column currency text generated always as (body -> 'new_balance' ->> 'currency') stored;

-- Who was told of which statement, as a list of each software's own: `readers` of the statement say the same, but no
-- index on them serves a caller under row-level security, because looking into a list is not leakproof.
create table statement_readings (
    software     text not null,
    booked_at    timestamptz not null,
    statement_id text not null references statements,
    primary key (software, booked_at, statement_id),
    unique (software, statement_id)
);

create table statement_feeds (
    office_id     text primary key,
    last_position bigint not null default 0
);

create table statement_entries (
    office_id      text not null,
    position       bigint not null,
    statement_id   text not null references statements,
    client_code    text not null, -- as it was when the statement came
    added_at       timestamptz not null,
    redelivery     text not null default '', -- the one that moved it last
    outcome        text not null default '' check (outcome in ('', 'processed', 'failed')),
    outcome_reason text not null default '',
    outcome_at     timestamptz,
    fetched_at     timestamptz, -- when the office first read one of its files
    primary key (office_id, position),
    unique (office_id, statement_id)
);
create index statement_entries_of_statement on statement_entries (statement_id, office_id);

-- What stands in the pods of offices already stands in their feeds as well, in the order in which it came. The owner of
-- the tables is bound by their policies, but for this moment.
alter table pod_entries no force row level security;
alter table statements no force row level security;
alter table clients no force row level security;
insert into statement_entries (office_id, position, statement_id, client_code, added_at)
select substr(entry.owner, 8), row_number() over (partition by entry.owner order by entry.offered_at, entry.subject),
       entry.subject, coalesce(client.client_code, ''), entry.offered_at
from pod_entries as entry
join statements as statement on statement.statement_id = entry.subject
left join clients as client on client.enterprise_number = statement.enterprise_number
where entry.owner like 'office:%' and entry.model = 'coda' and not entry.again;
insert into statement_feeds (office_id, last_position)
select office_id, max(position) from statement_entries group by office_id;
insert into statement_readings (software, booked_at, statement_id)
select unnest(readers), booked_at, statement_id from statements;
alter table pod_entries force row level security;
alter table statements force row level security;
alter table clients force row level security;

-- A redelivery is of documents or of statements, and an office's or a software's.
alter table redeliveries
    alter column office_id drop not null,
    add column software text,
    add column model    text not null default 'sales_invoice' check (model in ('sales_invoice', 'coda')),
    add column accounts integer not null default 0, -- how many accounts its statements are of
    add check ((office_id is null) <> (software is null));
alter table redelivery_documents rename column document_id to subject;
create index redeliveries_of_software on redeliveries (software, asked_at) where software is not null;
create policy api_software on redeliveries to delivery_api
    using (software = public.app_principal('software')) with check (software = public.app_principal('software'));

do $$
declare
    name text;
begin
    foreach name in array array['statement_feeds', 'statement_entries', 'statement_readings'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to delivery_worker', name);
        execute format('create policy worker_all on %I to delivery_worker using (true) with check (true)', name);
    end loop;
end $$;

grant delete on handovers to delivery_api;
grant select, update (outcome, outcome_reason, outcome_at, fetched_at) on statement_entries to delivery_api;
create policy api_own on statement_entries to delivery_api
    using (office_id = public.app_principal('office')) with check (office_id = public.app_principal('office'));
grant select on statement_readings to delivery_api;
create policy api_own on statement_readings for select to delivery_api
    using (software = public.app_principal('software'));
-- Statements are those of real companies.
create policy api_mode on statement_readings as restrictive to delivery_api using (public.app_mode() = 'live');
create policy api_mode on statement_entries as restrictive to delivery_api
    using (public.app_mode() = 'live') with check (public.app_mode() = 'live');
-- The subqueries are bound by the policies of the entries. With a limit, because without one all entries of a caller
-- would be read to show it a page.
create policy api_office on statements for select to delivery_api
    using ((select true from statement_entries as entry where entry.statement_id = statements.statement_id limit 1));
alter policy api_pods on statements
    using ((select true from pod_entries as entry where entry.subject = statements.statement_id limit 1));
