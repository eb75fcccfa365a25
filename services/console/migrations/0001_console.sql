-- Failures as operators see them, readings of Kafka's topics, the audit of what operators did.

create table failures (
    dead_letter_id  uuid primary key,
    service         text not null,
    topic           text not null,
    status          text not null,
    failed_at       timestamptz not null,
    updated_at      timestamptz not null,
    replay_asked_at timestamptz,
    letter          text not null
);
create index failures_newest on failures ((status = 'dead') desc, failed_at desc);

create table readings (
    at     timestamptz primary key,
    topics text not null
);

create table audit (
    id             bigint generated always as identity primary key,
    at             timestamptz not null,
    operator       text not null,
    action         text not null,
    dead_letter_id uuid,
    detail         text not null
);

do $$
declare
    name text;
begin
    foreach name in array array['failures', 'readings', 'audit'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy worker_all on %I to console_worker using (true) with check (true)', name);
        execute format('create policy api_reads on %I for select to console_api using (public.app_is_operator())', name);
        execute format('grant select on %I to console_api', name);
    end loop;
end $$;

grant select, insert, update, delete on failures, readings to console_worker;
-- What operators did is only ever added to.
grant select, insert on audit to console_worker;
grant insert on audit to console_api;
create policy api_writes on audit for insert to console_api with check (public.app_is_operator());
grant update (replay_asked_at) on failures to console_api;
create policy api_asks on failures for update to console_api
    using (public.app_is_operator()) with check (public.app_is_operator());
