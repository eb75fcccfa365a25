-- Webhooks: where softwares hear, what waits for each of them, and the log of every try.
-- No secret is here: they are derived from the endpoint's id and `generation`.

create table webhook_endpoints (
    endpoint_id     text primary key,
    software        text not null,
    url             text not null,
    description     text not null,
    types           text[] not null,
    created_at      timestamptz not null,
    enabled         boolean not null,
    disabled_reason text not null check (disabled_reason in ('', 'by_software', 'gone', 'retries_exhausted')),
    disabled_at     timestamptz,
    generation      integer not null,
    older_secrets   jsonb not null,
    position        bigint not null, -- everything up to it was sent or stands in webhook_queue
    failures        integer not null, -- in a row
    slow_until      timestamptz,
    replay_after    bigint,
    replay_until    bigint,
    check ((replay_after is null) = (replay_until is null))
);
create index webhook_endpoints_of_software on webhook_endpoints (software);

create table webhook_queue (
    endpoint_id text not null references webhook_endpoints on delete cascade,
    position    bigint not null,
    software    text not null,
    event_id    text not null,
    type        text not null,
    company     text not null,
    attempts    integer not null,
    next_at     timestamptz, -- null for what stands behind another event of its company
    primary key (endpoint_id, position),
    -- What is forgotten in the stream is no longer sent either.
    foreign key (software, position) references stream_events (software, position) on delete cascade
);
create index webhook_queue_of_stream on webhook_queue (software, position);
create index webhook_queue_due on webhook_queue (next_at) where next_at is not null;

create table webhook_attempts (
    id          bigint generated always as identity primary key,
    endpoint_id text not null references webhook_endpoints on delete cascade,
    software    text not null,
    event_id    text not null,
    type        text not null,
    position    bigint, -- null for a test
    number      integer not null,
    at          timestamptz not null,
    duration_ms integer not null,
    status      integer,
    reason      text not null, -- empty where the event was taken
    next_at     timestamptz
);
create index webhook_attempts_of_endpoint on webhook_attempts (endpoint_id, id);
create index webhook_attempts_at on webhook_attempts (at);

do $$
declare
    name text;
begin
    foreach name in array array['webhook_endpoints', 'webhook_queue', 'webhook_attempts'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to delivery_worker', name);
        execute format('create policy worker_all on %I to delivery_worker using (true) with check (true)', name);
        execute format('create policy api_own on %I to delivery_api using (software = public.app_principal(''software'')) '
                       'with check (software = public.app_principal(''software''))', name);
    end loop;
end $$;

grant select, insert, update, delete on webhook_endpoints to delivery_api;
grant select, update (attempts, next_at) on webhook_queue to delivery_api;
grant select, insert on webhook_attempts to delivery_api;
