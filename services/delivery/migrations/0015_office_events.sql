-- What offices are told beside their documents, and who handed in the bank files of which statements are put aside.

create table office_streams (
    office_id     text primary key,
    last_position bigint not null default 0, -- given out under this row's lock
    forgotten_to  bigint not null default 0
);

create table office_events (
    office_id         text not null,
    position          bigint not null,
    event_id          text not null unique, -- evt_ and the UUID that is told
    type              text not null,
    time              timestamptz not null,
    enterprise_number text, -- null where the office may not know whose it is
    text              text not null,
    primary key (office_id, position)
);
create index office_events_by_time on office_events (time);

-- Which office was told last of what is missing before a statement: another one that takes the company over is told too.
create table gap_tellings (
    statement_id text primary key,
    office_id    text not null
);

-- Files that operators and watched folders brought are not here: nobody outside is told of them.
create table bank_file_senders (
    file_sha256 text primary key,
    sender      text not null -- software:robaws, office:janssens
);

create table put_aside (
    file_sha256 text not null,
    file_index  integer not null,
    told        jsonb, -- null while only the release is known, which came first
    told_by     uuid,
    told_at     timestamptz,
    released_by uuid,
    released_at timestamptz,
    primary key (file_sha256, file_index)
);

do $$
declare
    name text;
begin
    foreach name in array array['office_streams', 'office_events', 'gap_tellings', 'bank_file_senders', 'put_aside'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to delivery_worker', name);
        execute format('create policy worker_all on %I to delivery_worker using (true) with check (true)', name);
    end loop;
    -- Statements are those of real companies.
    foreach name in array array['office_streams', 'office_events'] loop
        execute format('grant select on %I to delivery_api', name);
        execute format('create policy api_own on %I for select to delivery_api '
                       'using (office_id = public.app_principal(''office''))', name);
        execute format('create policy api_mode on %I as restrictive for select to delivery_api '
                       'using (public.app_mode() = ''live'')', name);
    end loop;
end $$;
