-- Who may see a connection: its software with a key of its mode, the office that serves the company today, the
-- connection itself, the operator. Which office that is comes from company.changed.
create table company_offices (
    enterprise_number text primary key,
    sequence          bigint not null,
    periods           jsonb not null
);
alter table company_offices enable row level security;
alter table company_offices force row level security;
grant select, insert, update, delete on company_offices to token_mailer_worker;
create policy worker_all on company_offices to token_mailer_worker using (true) with check (true);
create policy owner_reads on company_offices for select to current_user using (true);

-- Until the company was told of, the office to which the connection was given when it was asked for.
create function is_served_by(number text, office text, first_office text) returns boolean
    language sql stable security definer set search_path from current
as $$
    select coalesce(
        (select exists (
            select from jsonb_to_recordset(known.periods) as period (office_id text, since date, until date)
            where period.office_id = office
              and period.since <= (now() at time zone 'Europe/Brussels')::date
              and (period.until is null or period.until > (now() at time zone 'Europe/Brussels')::date))
         from company_offices as known where known.enterprise_number = number),
        office = first_office, false)
$$;
revoke all on function is_served_by(text, text, text) from public;
grant execute on function is_served_by(text, text, text) to token_mailer_api;

drop policy api_own on connections;
create policy api_own on connections to token_mailer_api using (
    (software = public.app_principal('software') and mode = public.app_mode())
    or connection_id = public.app_principal('connection')
    or (public.app_principal('office') is not null and mode = public.app_mode()
        and is_served_by(enterprise_number, public.app_principal('office'), office_id))
    or public.app_is_operator()
);

-- Whoever has a code may learn which connection it belongs to, and nothing else: its digest is the proof.
create policy owner_reads on tokens for select to current_user using (true);
create policy owner_reads on connections for select to current_user using (true);
create function holder_of_token(digest text) returns table (connection_id text, software text, mode text)
    language sql stable security definer set search_path from current
as $$
    select connection.connection_id, connection.software, connection.mode
    from tokens as token join connections as connection using (connection_id)
    where token.sha256 = digest
$$;
revoke all on function holder_of_token(text) from public;
grant execute on function holder_of_token(text) to token_mailer_api;

-- Wrong tries of people who come without credentials are counted by where they come from.
create policy api_public on wrong_tries to token_mailer_api
    using (software = '' and public.app_principal('public') is not null)
    with check (software = '' and public.app_principal('public') is not null);
create index wrong_tries_age on wrong_tries (since);
