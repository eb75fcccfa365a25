-- Pods: what offices and connections fetch the v2 way. `owner` is the principal whose pod it is.
-- A position is given out under the lock of its feed's row, so no later one is visible before an earlier one.

create table pods (
    pod_id integer generated always as identity primary key,
    owner  text not null,
    mode   text not null default 'live' check (mode in ('test', 'live')),
    unique (owner, mode)
);

create table pod_feeds (
    feed_id           integer generated always as identity primary key,
    owner             text not null,
    mode              text not null default 'live' check (mode in ('test', 'live')),
    enterprise_number text not null,
    last_position     bigint not null default 0,
    unique (owner, enterprise_number, mode)
);

-- Beside the feed, not in it: who marks as done never waits for who adds, and the other way round.
create table pod_offsets (
    feed_id       integer primary key references pod_feeds,
    owner         text not null,
    read_to       bigint not null default 0,
    again_read_to bigint not null default 0
);

create table pod_entries (
    feed_id      integer not null references pod_feeds,
    position     bigint not null,
    owner        text not null,
    feed_index   uuid not null unique,
    again        boolean not null,
    model        text not null check (model in ('coda', 'sales_invoice')),
    subject      text not null, -- a document or a statement
    offered_at   timestamptz not null,
    delivered_at timestamptz,
    primary key (feed_id, position)
);
create unique index pod_entries_once on pod_entries (feed_id, subject) where not again;
create index pod_entries_again on pod_entries (feed_id, position) where again;
create index pod_entries_subject on pod_entries (subject, owner);

-- Statements that came in before their company had an office.
create table pod_statements_kept (
    statement_id      text primary key references statements,
    enterprise_number text not null
);
create index pod_statements_kept_of_company on pod_statements_kept (enterprise_number);

create table pod_settings (
    principal text not null,
    mode      text not null default 'live' check (mode in ('test', 'live')),
    models    text[] not null,
    cod       text not null check (cod in ('ascii', 'bank')),
    primary key (principal, mode)
);

do $$
declare
    name text;
begin
    foreach name in array array['pods', 'pod_feeds', 'pod_offsets', 'pod_entries', 'pod_statements_kept',
                                'pod_settings'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to delivery_worker', name);
        execute format('create policy worker_all on %I to delivery_worker using (true) with check (true)', name);
    end loop;
    foreach name in array array['pods', 'pod_feeds', 'pod_offsets', 'pod_entries'] loop
        execute format('create policy api_own on %I to delivery_api using (owner = public.app_principal()) '
                       'with check (owner = public.app_principal())', name);
    end loop;
    foreach name in array array['pods', 'pod_feeds', 'pod_settings'] loop
        execute format('create policy api_mode on %I as restrictive to delivery_api using (mode = public.app_mode()) '
                       'with check (mode = public.app_mode())', name);
    end loop;
    -- Whatever is in a feed is about real companies.
    foreach name in array array['pod_offsets', 'pod_entries'] loop
        execute format('create policy api_mode on %I as restrictive to delivery_api '
                       'using (public.app_mode() = ''live'') with check (public.app_mode() = ''live'')', name);
    end loop;
end $$;

grant select, insert on pods, pod_feeds, pod_offsets to delivery_api;
grant update (read_to, again_read_to) on pod_offsets to delivery_api;
grant select, update (delivered_at) on pod_entries to delivery_api;
grant select, insert, update (models, cod) on pod_settings to delivery_api;

-- A connection reads what the software behind it chose.
create policy api_own on pod_settings to delivery_api
    using (principal = public.app_principal()) with check (principal = public.app_principal());
create policy api_of_connection on pod_settings for select to delivery_api
    using (principal = 'software:' || (select software from credentials
                                       where kind = 'connection' and owner = public.app_principal('connection')
                                       limit 1));

-- Whoever has a statement in a feed of its own may read it; the subquery is bound by the policies of the entries.
create policy api_pods on statements for select to delivery_api
    using (exists (select from pod_entries as entry where entry.subject = statements.statement_id));

-- A connection's company as the connection may see it: neither the client code nor an office, only whether it has one.
create policy owner_reads on connections for select to current_user using (true);
create policy owner_reads on clients for select to current_user using (true);

create function company_of_connection(id text, day date)
    returns table (enterprise_number text, name text, language text, has_office boolean)
    language sql stable security definer set search_path from current
as $$
    select client.enterprise_number, client.name, client.language,
           exists (select from jsonb_to_recordset(client.offices) as period (since date, until date)
                   where period.since <= day and (period.until is null or period.until > day))
    from connections as connection
    join clients as client using (enterprise_number)
    where connection.connection_id = id and id = public.app_principal('connection') and public.app_mode() = 'live'
$$;
revoke all on function company_of_connection(text, date) from public;
grant execute on function company_of_connection(text, date) to delivery_api;
