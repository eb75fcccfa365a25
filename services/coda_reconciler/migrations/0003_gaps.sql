-- The gaps in the chains of statements: what is missing before which statement, since when, whether somebody was
-- alarmed. A gap that closed stays, as the proof that it did.

create table gaps (
    statement_id      text primary key references statements,
    enterprise_number text not null,
    iban              text not null,
    version           bigint not null, -- that of the statement's link when it was told
    opened            jsonb not null,  -- the facts as they were told last
    opened_at         timestamptz not null,
    alarmed_at        timestamptz,
    closed_at         timestamptz
);
create index gaps_open on gaps (enterprise_number, iban) where closed_at is null;

grant select, insert, update on gaps to coda_reconciler_worker;
alter table gaps enable row level security;
alter table gaps force row level security;
create policy worker_all on gaps to coda_reconciler_worker using (true) with check (true);
