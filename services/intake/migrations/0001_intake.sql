-- What came in: connections as their software sees them, documents, bank files, and answers kept for repetitions.

create table connections (
    connection_id        text primary key,
    software             text not null,
    mode                 text not null check (mode in ('test', 'live')),
    enterprise_number    text not null,
    requested_at         timestamptz not null,
    updated_at           timestamptz not null,
    generation           integer not null,
    ordinal              integer not null,
    language             text,
    scopes               text[] not null default '{}',
    verification         text not null,
    verification_version bigint not null default 0,
    answered_ordinal     integer not null default 0,
    reason               text not null default '',
    contact              text not null default '',
    told_in              text,
    masked_email         text not null default '',
    expires_at           timestamptz,
    token                text not null default 'none',
    token_issue          integer not null default 0,
    token_expires_at     timestamptz,
    access               text not null default 'none',
    unique (software, mode, enterprise_number, generation)
);

create table timeline (
    event_id      uuid primary key,
    connection_id text not null references connections,
    at            timestamptz not null,
    kind          text not null,
    note          text not null default ''
);
create index timeline_connection on timeline (connection_id, at);

create table documents (
    document_id       text primary key,
    connection_id     text not null references connections,
    software          text not null,
    enterprise_number text not null,
    sha256            text not null,
    received_at       timestamptz not null,
    unique (connection_id, sha256)
);

create table bank_files (
    sha256        text primary key,
    size          bigint not null,
    received_at   timestamptz not null,
    received_from text not null
);

create table softwares (
    software text primary key,
    state    text not null,
    sequence bigint not null
);

create table kept_answers (
    principal      text not null,
    key            text not null,
    request_sha256 text not null,
    status         integer not null,
    body           jsonb not null,
    headers        jsonb not null,
    kept_at        timestamptz not null,
    primary key (principal, key)
);
create index kept_answers_age on kept_answers (kept_at);

do $$
declare
    name text;
begin
    foreach name in array array['connections', 'timeline', 'documents', 'bank_files', 'softwares',
                                'kept_answers'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to intake_worker', name);
        execute format('create policy worker_all on %I to intake_worker using (true) with check (true)', name);
    end loop;
end $$;

grant select, insert, update on connections to intake_api;
grant select, insert on timeline, documents, bank_files, kept_answers to intake_api;

grant select on softwares to intake_api;

-- Who is suspended is on the public list of softwares.
create policy api_listed on softwares for select to intake_api using (true);
create policy api_software on connections to intake_api
    using (software = public.app_principal('software')) with check (software = public.app_principal('software'));
create policy api_connection on connections for select to intake_api
    using (connection_id = public.app_principal('connection'));

-- The subqueries are bound by the policies of connections: whoever sees a connection sees what belongs to it.
create policy api_of_connection on timeline to intake_api
    using (exists (select from connections as own where own.connection_id = timeline.connection_id))
    with check (exists (select from connections as own where own.connection_id = timeline.connection_id));
create policy api_of_connection on documents to intake_api
    using (exists (select from connections as own where own.connection_id = documents.connection_id))
    with check (exists (select from connections as own where own.connection_id = documents.connection_id));

create policy api_sender on bank_files to intake_api
    using (received_from = public.app_principal()) with check (received_from = public.app_principal());
create policy api_own on kept_answers to intake_api
    using (principal = public.app_principal()) with check (principal = public.app_principal());
