-- What stands under every service's schema. Run at each migration, by whoever may make roles; again changes nothing.

create schema if not exists relais authorization relais_owner;
revoke all on schema relais from public;
create table if not exists relais.migrations (
    schema     text not null,
    file       text not null,
    sha256     text not null,
    applied_at timestamptz not null default clock_timestamp(),
    primary key (schema, file)
);
alter table relais.migrations owner to relais_owner;
alter table relais.migrations enable row level security;
alter table relais.migrations force row level security;
drop policy if exists owner_all on relais.migrations;
create policy owner_all on relais.migrations to relais_owner using (true) with check (true);

-- Who calls, as `kind:id`; null outside a call. The API role sets it for each transaction.
create or replace function public.app_principal() returns text
    language sql stable parallel safe
    as $$ select nullif(current_setting('app.principal', true), '') $$;

-- The id of who calls, where the caller is of this kind; else null, which no row equals.
create or replace function public.app_principal(kind text) returns text
    language sql stable parallel safe
    as $$
        select case when split_part(current_setting('app.principal', true), ':', 1) = kind
                    then nullif(substr(current_setting('app.principal', true), length(kind) + 2), '') end
    $$;

create or replace function public.app_is_operator() returns boolean
    language sql stable parallel safe
    as $$ select coalesce(split_part(current_setting('app.principal', true), ':', 1) = 'operator', false) $$;

-- Whether the caller came with a key for simulated companies (test) or for real ones (live).
create or replace function public.app_mode() returns text
    language sql stable parallel safe
    as $$ select coalesce(nullif(current_setting('app.mode', true), ''), 'live') $$;

revoke create on schema public from public;
