-- Bank files by folders that are watched, and by uploads that a software refers to on its topic.
create table sightings (
    folder   text not null,
    name     text not null,
    size     bigint not null,
    modified bigint not null, -- nanoseconds since 1970, by the clock of the folder's machine
    since    timestamptz not null,
    due_at   timestamptz not null,
    primary key (folder, name)
);
alter table sightings enable row level security;
alter table sightings force row level security;
grant select, insert, update, delete on sightings to intake_worker;
create policy worker_all on sightings to intake_worker using (true) with check (true);

-- A bank file is no connection's: its upload belongs to the software alone.
alter table uploads
    alter column connection_id drop not null,
    add column software text,
    add constraint uploads_owner check (num_nonnulls(connection_id, software) = 1);
create policy api_of_software on uploads to intake_api
    using (software = public.app_principal('software') and public.app_mode() = 'live')
    with check (software = public.app_principal('software') and public.app_mode() = 'live');
