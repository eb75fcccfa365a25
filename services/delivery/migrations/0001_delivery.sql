-- Software streams, office feeds, documents on their way, channels, and who may use Kafka at the edge.
-- A position is given out under the lock of its counter row, so no later one is visible before an earlier one.

create table streams (
    software      text primary key,
    last_position bigint not null default 0
);

create table stream_events (
    software          text not null,
    position          bigint not null,
    id                uuid not null unique,
    type              text not null,
    time              timestamptz not null,
    text              text not null,
    primary key (software, position)
);
create index stream_events_time on stream_events (time);
create index stream_events_type on stream_events (software, type, position);

create table feeds (
    office_id     text primary key,
    last_position bigint not null default 0
);

create table feed_entries (
    office_id   text not null,
    position    bigint not null,
    document_id text not null,
    added_at    timestamptz not null,
    primary key (office_id, position),
    unique (office_id, document_id)
);

create table documents (
    document_id       text primary key,
    enterprise_number text not null,
    connection_id     text not null,
    software          text not null,
    office_id         text,
    client_code       text not null,
    state             text not null,
    family            text not null,
    number            text not null,
    issue_date        date,
    invoice_version   integer not null,
    claim             jsonb,
    reason            text not null,
    payment           text not null,
    balance           numeric(18, 3),
    currency          text not null,
    payment_version   integer not null,
    position          bigint not null,
    version           integer not null,
    timeline          jsonb not null
);
create index documents_of_software on documents (software, position);

create table statements (
    statement_id      text primary key,
    enterprise_number text not null,
    event_id          uuid not null,
    booked_at         timestamptz not null,
    body              jsonb not null, -- the event, for a software that becomes a reader later
    readers           text[] not null
);
create index statements_of_company on statements (enterprise_number, booked_at);

create table connections (
    connection_id     text primary key,
    enterprise_number text not null,
    software          text not null,
    state             text not null,
    scopes            text[] not null,
    sequence          bigint not null
);
create index connections_of_company on connections (enterprise_number) where state = 'active';

create table channels (
    office_id text not null,
    channel   text not null check (channel in ('kafka')),
    chosen_at timestamptz not null,
    primary key (office_id, channel)
);

-- Read by the administration, which makes a wiped Kafka whole again.
create table edge_principals (
    principal   text primary key,
    kind        text not null check (kind in ('office', 'software')),
    owner       text not null,
    topics      text[] not null,
    submissions text,
    opened_at   timestamptz -- null while it is only wanted
);

do $$
declare
    name text;
begin
    foreach name in array array['streams', 'stream_events', 'feeds', 'feed_entries', 'documents', 'statements',
                                'connections', 'channels', 'edge_principals'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to delivery_worker', name);
        execute format('create policy worker_all on %I to delivery_worker using (true) with check (true)', name);
    end loop;
end $$;

grant select on streams, stream_events, feeds, feed_entries, documents, statements, channels, edge_principals
    to delivery_api;
grant update (state, reason, version, timeline) on documents to delivery_api;
grant insert on channels to delivery_api;

create policy api_own on streams for select to delivery_api using (software = public.app_principal('software'));
create policy api_own on stream_events for select to delivery_api
    using (software = public.app_principal('software'));
create policy api_own on feeds for select to delivery_api using (office_id = public.app_principal('office'));
create policy api_own on feed_entries for select to delivery_api
    using (office_id = public.app_principal('office'));
create policy api_own on documents for select to delivery_api
    using (software = public.app_principal('software') or office_id = public.app_principal('office'));
create policy api_progress on documents for update to delivery_api
    using (office_id = public.app_principal('office')) with check (office_id = public.app_principal('office'));
create policy api_own on statements for select to delivery_api
    using (public.app_principal('software') = any (readers));
create policy api_own on channels for select to delivery_api using (office_id = public.app_principal('office'));
create policy api_choose on channels for insert to delivery_api
    with check (office_id = public.app_principal('office'));
create policy api_own on edge_principals for select to delivery_api
    using (kind || ':' || owner = public.app_principal());

grant usage on schema delivery to administration;
grant select on edge_principals to administration;
create policy administration_reads on edge_principals for select to administration using (true);
