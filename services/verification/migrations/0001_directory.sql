-- The directory and the requests. Credentials are digests only; e-mail addresses stand here and nowhere else.

create table softwares (
    slug        text primary key,
    name        text not null,
    state       text not null check (state in ('active', 'suspended')),
    credentials jsonb not null default '[]',
    version     bigint not null default 0
);

create table offices (
    office_id   text primary key,
    name        text not null,
    language    text not null,
    client      boolean not null,
    credentials jsonb not null default '[]',
    version     bigint not null default 0
);

create table companies (
    enterprise_number text primary key,
    name              text not null,
    language          text not null,
    client_code       text not null default '',
    ceased            boolean not null default false,
    email             text,
    address_version   integer not null default 0,
    bounced           boolean not null default false,
    version           bigint not null default 0
);

create table office_periods (
    enterprise_number text not null references companies on delete cascade,
    office_id         text not null references offices,
    since             date not null,
    until             date check (until is null or until > since),
    primary key (enterprise_number, office_id, since)
);
create index office_periods_office on office_periods (office_id);

create table mandates (
    enterprise_number text not null references companies on delete cascade,
    iban              text not null,
    since             date not null,
    until             date check (until is null or until > since),
    primary key (enterprise_number, iban)
);

create table requests (
    connection_id     text primary key,
    enterprise_number text not null,
    software          text not null,
    mode              text not null,
    ordinal           integer not null,
    language          text,
    scopes            text[] not null default '{}',
    state             text not null
                      check (state in ('verifying', 'verified', 'blocked', 'refused', 'expired', 'active')),
    reason            text not null default '',
    office_id         text,
    address_version   integer not null default 0,
    expires_at        timestamptz,
    version           bigint not null,
    checked_at        timestamptz not null default now()
);
create index requests_open on requests (enterprise_number) where state in ('blocked', 'verified');
create index requests_waiting on requests (expires_at) where state = 'blocked';

do $$
declare
    name text;
begin
    foreach name in array array['softwares', 'offices', 'companies', 'office_periods', 'mandates', 'requests'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to verification_worker', name);
        execute format('create policy worker_all on %I to verification_worker using (true) with check (true)', name);
    end loop;
end $$;

-- The operator edits everything; an office sees what it serves today and edits that.
grant select, insert, update on softwares, offices, companies to verification_api;
grant select, insert, update, delete on office_periods, mandates to verification_api;

create policy api_operator on softwares to verification_api
    using (public.app_is_operator()) with check (public.app_is_operator());
create policy api_listed on softwares for select to verification_api using (true);

create policy api_operator on offices to verification_api
    using (public.app_is_operator()) with check (public.app_is_operator());
create policy api_own on offices for select to verification_api
    using (office_id = public.app_principal('office'));

create policy api_operator on office_periods to verification_api
    using (public.app_is_operator()) with check (public.app_is_operator());
create policy api_own on office_periods for select to verification_api
    using (office_id = public.app_principal('office'));

create policy api_operator on companies to verification_api
    using (public.app_is_operator()) with check (public.app_is_operator());
create policy api_served_see on companies for select to verification_api
    using (exists (select from office_periods as period
                   where period.enterprise_number = companies.enterprise_number
                     and period.office_id = public.app_principal('office')
                     and period.since <= (now() at time zone 'Europe/Brussels')::date
                     and (period.until is null or period.until > (now() at time zone 'Europe/Brussels')::date)));
create policy api_served_edit on companies for update to verification_api
    using (exists (select from office_periods as period
                   where period.enterprise_number = companies.enterprise_number
                     and period.office_id = public.app_principal('office')
                     and period.since <= (now() at time zone 'Europe/Brussels')::date
                     and (period.until is null or period.until > (now() at time zone 'Europe/Brussels')::date)));

-- Whoever sees a company sees and edits its mandates: the subquery is bound by the policies of companies.
create policy api_of_company on mandates to verification_api
    using (exists (select from companies as company where company.enterprise_number = mandates.enterprise_number))
    with check (exists (select from companies as company
                        where company.enterprise_number = mandates.enterprise_number));

-- Readiness answers any software without showing it a row: five facts, no name, no address, no office.
create policy owner_reads on companies for select to current_user using (true);
create policy owner_reads on office_periods for select to current_user using (true);
create policy owner_reads on offices for select to current_user using (true);

create function standing(number text, day date)
    returns table (ceased boolean, served boolean, served_by_client boolean, has_email boolean, bounced boolean)
    language sql stable security definer set search_path from current
as $$
    select company.ceased,
           count(period.office_id) > 0,
           coalesce(bool_or(office.client), false),
           company.email is not null,
           company.bounced
    from companies as company
    left join office_periods as period
        on period.enterprise_number = company.enterprise_number
        and period.since <= day and (period.until is null or period.until > day)
    left join offices as office on office.office_id = period.office_id
    where company.enterprise_number = number
    group by company.enterprise_number
$$;
revoke all on function standing(text, date) from public;
grant execute on function standing(text, date) to verification_api, verification_worker;
