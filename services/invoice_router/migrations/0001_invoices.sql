-- Invoices with their versions, what is quarantined, and the offices of companies. The only endpoint is a dry run
-- without tables, so the api role has no grant on any of them.

create table companies (
    enterprise_number text primary key,
    offices jsonb not null,
    client_code text not null,
    sequence bigint not null
);

create table invoices (
    document_id text primary key,
    enterprise_number text not null,
    connection_id text not null,
    software text not null,
    family text not null check (family in ('invoice', 'credit_note')),
    number text not null,
    year integer not null,
    issue_date date not null,
    version integer not null check (version >= 1),
    content_sha256 text not null,
    received_at timestamptz not null,
    document jsonb not null,
    office_id text,
    sequence bigint not null,
    unique (enterprise_number, family, number, year, version),
    unique (enterprise_number, family, number, year, content_sha256)
);
create index invoices_held on invoices (enterprise_number) where office_id is null;

create table quarantined_documents (
    document_id text primary key,
    enterprise_number text not null,
    connection_id text not null,
    software text not null,
    reason text not null,
    findings jsonb not null,
    since timestamptz not null default now()
);

grant select, insert, update on companies, invoices to invoice_router_worker;
grant select, insert on quarantined_documents to invoice_router_worker;

do $$
declare
    name text;
begin
    foreach name in array array['companies', 'invoices', 'quarantined_documents'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy worker_all on %I to invoice_router_worker using (true) with check (true)',
                       name);
    end loop;
end
$$;
