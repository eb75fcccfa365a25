-- What the chassis keeps in every service's schema: what was seen, what follows, what is to be done, what failed.
-- {worker} handles, relays and runs tasks; {api} may only add to the outbox and to the tasks.

create table inbox (
    event_id   uuid primary key,
    topic      text not null,
    handled_at timestamptz not null default now(),
    status     text not null default 'handled' check (status in ('handled', 'dead'))
);
create index inbox_age on inbox (handled_at);

create table consumed (
    topic       text not null,
    partition   integer not null,
    topic_id    text not null,
    next_offset bigint not null,
    primary key (topic, partition)
);

create table outbox (
    id              bigint generated always as identity primary key,
    event_id        uuid not null,
    topic           text not null,
    shard           integer not null,
    key             text not null,
    value           bytea,
    claim           json,
    headers         json not null,
    compacted       boolean not null default false,
    created_at      timestamptz not null default clock_timestamp(),
    acknowledged_at timestamptz,
    topic_id        text,
    partition       integer,
    position        bigint,
    check ((value is null) <> (claim is null)),
    unique (event_id, topic)
);
-- The relay walks the unacknowledged rows of a shard in the order of their ids: no high-water mark to fall behind.
create index outbox_pending on outbox (shard, id) where acknowledged_at is null;
create index outbox_age on outbox (acknowledged_at) where acknowledged_at is not null;
create index outbox_snapshots on outbox (topic, key, id) where compacted;

create table published (
    topic     text not null,
    partition integer not null,
    topic_id  text not null,
    position  bigint not null,
    -- Each incarnation has its own row: what goes to a topic made anew must not hide that the old one's are lost.
    primary key (topic, partition, topic_id)
);

create table tasks (
    id             uuid primary key,
    kind           text not null,
    key            text not null,
    payload        json not null,
    correlation_id text not null,
    traceparent    text not null default '',
    place          bigint generated always as identity,
    created_at     timestamptz not null default now(),
    first_due_at   timestamptz not null default now(),
    due_at         timestamptz not null default now(),
    attempt        integer not null default 0,
    fence          bigint not null default 0,
    lease_until    timestamptz,
    last_error     text not null default '',
    once           boolean not null default false
);
create index tasks_due on tasks (kind, due_at);
create index tasks_key on tasks (kind, key, first_due_at, place);
-- A waiting task that was never begun stands for every later one of the same kind and key.
create unique index tasks_once on tasks (kind, key) where once and fence = 0;

create table periodic (
    name   text primary key,
    due_at timestamptz not null default now()
);

create table dead_letters (
    id          uuid primary key,
    handler     text not null,
    topic       text not null,
    partition   integer not null,
    position    bigint not null,
    event_id    uuid not null,
    event_type  text not null default '',
    key         text not null default '',
    headers     json not null,
    value       bytea not null,
    reason_code text not null,
    reason      text not null,
    attempts    integer not null,
    failed_at   timestamptz not null default now(),
    status      text not null default 'dead' check (status in ('dead', 'handled')),
    replays     integer not null default 0
);
create index dead_letters_open on dead_letters (failed_at) where status = 'dead';

create table parked (
    id        bigint generated always as identity primary key,
    wanted    text not null,
    event_id  uuid not null unique,
    topic     text not null,
    partition integer not null,
    position  bigint not null,
    key       text not null,
    headers   json not null,
    value     bytea not null,
    parked_at timestamptz not null default now()
);
create index parked_wanted on parked (wanted, topic, id);

-- Who may call: a projection of software.changed, office.changed and connection.changed.
create table credentials (
    credential_id     text primary key,
    kind              text not null,
    owner             text not null,
    software          text,
    enterprise_number text,
    secret_sha256     text not null,
    scopes            text[] not null default '{{}}',
    mode              text not null,
    ends_at           timestamptz,
    suspended         boolean not null default false
);
create index credentials_owner on credentials (kind, owner);

create table credential_sources (
    kind     text not null,
    owner    text not null,
    sequence bigint not null,
    primary key (kind, owner)
);

do $$
declare
    name text;
begin
    foreach name in array array['inbox', 'consumed', 'outbox', 'published', 'tasks', 'periodic', 'dead_letters',
                                'parked', 'credentials', 'credential_sources'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to {worker}', name);
        execute format('create policy worker_all on %I to {worker} using (true) with check (true)', name);
    end loop;
end $$;

grant insert on outbox, tasks to {api};
create policy api_insert on outbox for insert to {api} with check (true);
create policy api_insert on tasks for insert to {api} with check (true);
-- Authentication comes before there is a principal: the digests of secrets are readable, nothing else is.
grant select on credentials to {api};
create policy api_select on credentials for select to {api} using (true);
