-- What a newer version is compared with, which one it replaced, who numbered a self-billed invoice, and repeats.
-- `facts` is the sidecar's JSON, deflated: nobody looks into it here, and it takes a quarter of the room.

alter table invoices
    add column issuer text not null default '',
    add column supersedes text,
    add column facts bytea;

update invoices as newer set supersedes = older.document_id
from invoices as older
where (older.enterprise_number, older.family, older.number, older.year, older.version)
    = (newer.enterprise_number, newer.family, newer.number, newer.year, newer.version - 1);

alter table invoices
    drop constraint invoices_enterprise_number_family_number_year_version_key,
    drop constraint invoices_enterprise_number_family_number_year_content_sha25_key,
    add constraint invoices_version unique (enterprise_number, family, number, year, issuer, version),
    add constraint invoices_content unique (enterprise_number, family, number, year, issuer, content_sha256);

drop index invoices_held;
create index invoices_held on invoices (enterprise_number, received_at, version, document_id) where office_id is null;

alter table quarantined_documents
    add column number text not null default '',
    add column received_at timestamptz;

create table repeated_documents (
    document_id text primary key,
    enterprise_number text not null,
    connection_id text not null,
    software text not null,
    repeats text not null,
    received_at timestamptz not null,
    since timestamptz not null default now()
);

grant select, insert on repeated_documents to invoice_router_worker;
alter table repeated_documents enable row level security;
alter table repeated_documents force row level security;
create policy worker_all on repeated_documents to invoice_router_worker using (true) with check (true);
