-- Addresses that wait to be confirmed, connections that live on after their request, and readiness counted.

-- The version of the address that is not confirmed; a newer address has another version, and so is confirmed.
alter table companies add column unconfirmed_version integer not null default 0;

alter table requests add column activated_at timestamptz;
alter table requests drop constraint requests_state_check;
alter table requests add constraint requests_state_check
    check (state in ('verifying', 'verified', 'blocked', 'refused', 'expired', 'active', 'revoked'));

-- Active ones too: when their company gets another office, their softwares hear of it.
drop index requests_open;
create index requests_open on requests (enterprise_number) where state in ('blocked', 'verified', 'active');

-- The sweep takes those seen longest ago, however many wait.
create index requests_unchecked on requests (checked_at, connection_id) where state = 'blocked';

-- Beside standing(): one more fact of a company for any caller, and no more than that.
create function email_unconfirmed(number text) returns boolean
    language sql stable security definer set search_path from current
as $$
    select coalesce((select company.email is not null and company.unconfirmed_version = company.address_version
                     from companies as company where company.enterprise_number = number), false)
$$;
revoke all on function email_unconfirmed(text) from public;
grant execute on function email_unconfirmed(text) to verification_api, verification_worker;

create table readiness_calls (
    software text not null,
    span     text not null check (span in ('minute', 'day')),
    begins   timestamptz not null,
    calls    integer not null,
    primary key (software, span)
);
alter table readiness_calls enable row level security;
alter table readiness_calls force row level security;
grant select, insert, update, delete on readiness_calls to verification_worker;
grant select, insert, update on readiness_calls to verification_api;
create policy worker_all on readiness_calls to verification_worker using (true) with check (true);
create policy api_own on readiness_calls to verification_api
    using (software = public.app_principal('software')) with check (software = public.app_principal('software'));
