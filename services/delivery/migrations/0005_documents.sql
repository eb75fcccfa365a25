-- What is known of each document, from its receipt on; what offices did with their entries; what they asked for again;
-- client companies and offices as the directory tells of them.

alter table documents
    add column received_at      timestamptz,
    add column self_billed      boolean not null default false,
    add column due_date         date,
    add column customer_name    text not null default '',
    add column customer_number  text not null default '',
    add column tax_inclusive    numeric(18, 3),
    add column payable          numeric(18, 3),
    add column invoice_currency text not null default '',
    add column reference        text not null default '',
    add column search           text not null default '', -- what is looked for in it, without case and accents
    add column supersedes       text,
    add column superseded_by    text,
    add column repeats          text,
    add column findings         jsonb not null default '[]',
    add column differences      jsonb not null default '[]',
    add column pdf              jsonb,
    add column sidecar          jsonb;
update documents set received_at = coalesce((timeline -> 0 ->> 'at')::timestamptz, now()), search = lower(number);
alter table documents alter column received_at set not null;
create index documents_of_software_by_receipt on documents (software, received_at, document_id);
create index documents_of_office_by_receipt on documents (office_id, received_at, document_id)
    where office_id is not null;
create index documents_of_company on documents (enterprise_number, issue_date) where issue_date is not null;
create index documents_superseding on documents (supersedes) where supersedes is not null;

-- A document that is delivered again moves to a new position: whoever reads on finds it there, each only once.
alter table feed_entries
    add column redelivery     text not null default '', -- the one that moved it last
    add column outcome        text not null default '' check (outcome in ('', 'processed', 'failed')),
    add column outcome_reason text not null default '',
    add column outcome_at     timestamptz;
create index feed_entries_by_outcome on feed_entries (office_id, outcome, position);
grant update (outcome, outcome_reason, outcome_at) on feed_entries to delivery_api;
create policy api_acknowledge on feed_entries for update to delivery_api
    using (office_id = public.app_principal('office')) with check (office_id = public.app_principal('office'));

create table redeliveries (
    redelivery_id text primary key,
    office_id     text not null,
    mode          text not null check (mode in ('test', 'live')),
    asked_at      timestamptz not null,
    asked         text not null, -- as JSON
    channels      text[] not null, -- empty: all that the office has
    total         integer not null, -- documents, as those that follow when it was asked for
    companies     integer not null,
    never_fetched integer not null,
    done          integer not null default 0,
    finished_at   timestamptz
);
create index redeliveries_of_office on redeliveries (office_id, asked_at);

create table redelivery_documents (
    redelivery_id text not null references redeliveries on delete cascade,
    place         integer not null, -- in the order of the feed when it was asked for
    document_id   text not null,
    primary key (redelivery_id, place),
    unique (redelivery_id, document_id)
);

create table clients (
    enterprise_number text primary key,
    name              text not null,
    search            text not null, -- the name without case and accents
    language          text not null,
    client_code       text not null,
    offices           jsonb not null,
    office_ids        text[] not null,
    sequence          bigint not null
);

create table offices (
    office_id text primary key,
    name      text not null,
    language  text not null,
    client    boolean not null,
    sequence  bigint not null
);

do $$
declare
    name text;
begin
    foreach name in array array['redeliveries', 'redelivery_documents', 'clients', 'offices'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to delivery_worker', name);
        execute format('create policy worker_all on %I to delivery_worker using (true) with check (true)', name);
    end loop;
end $$;

grant select on redeliveries, clients, offices to delivery_api;
grant insert on redeliveries, redelivery_documents to delivery_api;

create policy api_own on redeliveries to delivery_api
    using (office_id = public.app_principal('office')) with check (office_id = public.app_principal('office'));
create policy api_mode on redeliveries as restrictive to delivery_api
    using (mode = public.app_mode()) with check (mode = public.app_mode());
-- The subquery is bound by the policies of what it looks at. Whose the documents are is looked at again when they come.
create policy api_own on redelivery_documents for insert to delivery_api
    with check (exists (select from redeliveries as own where own.redelivery_id = redelivery_documents.redelivery_id));

create policy api_own on clients for select to delivery_api
    using (public.app_principal('office') = any (office_ids));
create policy api_own on offices for select to delivery_api using (office_id = public.app_principal('office'));
-- The directory is one of real companies.
create policy api_mode on clients as restrictive to delivery_api using (public.app_mode() = 'live');
create policy api_mode on offices as restrictive to delivery_api using (public.app_mode() = 'live');
