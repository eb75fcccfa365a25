-- Bytes that something on Kafka may refer to for a day.
create table uploads (
    upload_id     text primary key,
    connection_id text not null references connections,
    claim         jsonb not null,
    uploaded_at   timestamptz not null
);
create index uploads_age on uploads (uploaded_at);

alter table uploads enable row level security;
alter table uploads force row level security;
grant select, insert, update, delete on uploads to intake_worker;
grant select, insert, update (uploaded_at) on uploads to intake_api;
create policy worker_all on uploads to intake_worker using (true) with check (true);
-- The subqueries are bound by the policies of connections: whoever sees a connection sees what belongs to it.
create policy api_of_connection on uploads to intake_api
    using (exists (select from connections as own where own.connection_id = uploads.connection_id))
    with check (exists (select from connections as own where own.connection_id = uploads.connection_id));
