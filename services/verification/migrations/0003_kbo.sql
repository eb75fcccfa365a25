-- The register of enterprises (KBO/BCE Open Data). Two equal tables: readers see the one that kbo_edition names, a
-- full extract is loaded into the other, and the swap is the update of one row.

create table kbo_left (
    enterprise_number text collate "C" primary key,
    ceased            boolean not null,
    name_nl           text,
    name_fr           text,
    name_de           text,
    name_en           text,
    name_other        text,
    postal_code       text
);
create table kbo_right (like kbo_left including all);

create table kbo_edition (
    single      boolean primary key default true check (single),
    side        text not null check (side in ('left', 'right')),
    number      integer not null,
    snapshot_on date not null,
    kind        text not null check (kind in ('full', 'update')),
    taken_at    timestamptz not null default now()
);

do $$
declare
    name text;
begin
    foreach name in array array['kbo_left', 'kbo_right', 'kbo_edition'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to verification_worker', name);
        execute format('create policy worker_all on %I to verification_worker using (true) with check (true)', name);
        execute format('create policy owner_reads on %I for select to current_user using (true)', name);
    end loop;
end $$;
grant truncate on kbo_left, kbo_right to verification_worker;

create view kbo_enterprises with (security_invoker = true) as
    select * from kbo_left where (select side from kbo_edition) = 'left'
    union all
    select * from kbo_right where (select side from kbo_edition) = 'right';
grant select on kbo_enterprises to verification_worker;

-- Readiness answers any software without showing it a row: null for a number that the register does not know.
create function kbo_ceased(number text) returns boolean
    language sql stable security definer set search_path from current
as $$
    select ceased from kbo_enterprises where enterprise_number = number
$$;
revoke all on function kbo_ceased(text) from public;
grant execute on function kbo_ceased(text) to verification_api, verification_worker;
