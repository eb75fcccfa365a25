-- Channels as offices choose them, and what each has to hand over. Secrets stand here sealed: a copy of this table
-- opens none of them.

alter table channels rename to chosen_channels;

create table channels (
    channel_id      text primary key,
    office_id       text not null,
    kind            text not null check (kind in ('kafka', 'folder', 'sftp', 'mail', 'webhook')),
    name            text not null,
    created_at      timestamptz not null,
    companies       text[] not null,
    client_codes    text[] not null,
    files           text[] not null,
    language        text,
    place           jsonb not null,
    sealed_secret   text not null,
    enabled         boolean not null,
    stopped_reason  text not null check (stopped_reason in ('', 'by_office', 'retries_exhausted')),
    failing_since   timestamptz,
    last_error      text not null,
    last_error_at   timestamptz,
    last_success_at timestamptz,
    tested_at       timestamptz,
    last_position   bigint not null default 0 -- given out under this row's lock
);
create index channels_of_office on channels (office_id);
create unique index channels_kafka on channels (office_id) where kind = 'kafka';

create table handovers (
    channel_id  text not null references channels on delete cascade,
    position    bigint not null,
    office_id   text not null,
    document_id text not null,
    occasion    text not null, -- empty, or the redelivery that asked for it again
    added_at    timestamptz not null,
    state       text not null check (state in ('waiting', 'handed_over', 'done', 'failed')),
    attempts    integer not null,
    next_at     timestamptz,
    last_error  text not null,
    receipt     text not null,
    ended_at    timestamptz,
    primary key (channel_id, position),
    unique (channel_id, document_id, occasion)
);
create index handovers_open on handovers (channel_id, position) where state in ('waiting', 'handed_over');
create index handovers_failed on handovers (channel_id, position) where state = 'failed';
create index handovers_done on handovers (ended_at) where state = 'done';

-- Who chose Kafka before keeps it, under the id that the service derives from the office (26 digits of base 32).
do $$
declare
    chosen record;
    bits   bit(130);
    id     text;
begin
    for chosen in select office_id, chosen_at from chosen_channels order by office_id loop
        bits := B'00' || ('x' || left(encode(sha256(convert_to('kafka/' || chosen.office_id, 'UTF8')), 'hex'), 32))::bit(128);
        id := 'chn_';
        for place in 0..25 loop
            id := id || substr('0123456789abcdefghjkmnpqrstvwxyz', substring(bits from place * 5 + 1 for 5)::int + 1, 1);
        end loop;
        insert into channels (channel_id, office_id, kind, name, created_at, companies, client_codes, files, place,
                              sealed_secret, enabled, stopped_reason, last_error)
        values (id, chosen.office_id, 'kafka', '', chosen.chosen_at, '{}', '{}', '{xml}', '{}', '', true, '', '');
    end loop;
end $$;

drop table chosen_channels;

do $$
declare
    name text;
begin
    foreach name in array array['channels', 'handovers'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to delivery_worker', name);
        execute format('create policy worker_all on %I to delivery_worker using (true) with check (true)', name);
        execute format('create policy api_own on %I to delivery_api using (office_id = public.app_principal(''office'')) '
                       'with check (office_id = public.app_principal(''office''))', name);
        -- Documents of real companies go through them.
        execute format('create policy api_mode on %I as restrictive to delivery_api '
                       'using (public.app_mode() = ''live'') with check (public.app_mode() = ''live'')', name);
    end loop;
end $$;

grant select, insert, update, delete on channels to delivery_api;
grant select, update (state, attempts, next_at, ended_at) on handovers to delivery_api;
