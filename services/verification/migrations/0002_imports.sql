-- Offices keep their own clients: what they may write, and what they are told of a row that they may not see.

-- Whether an account has a mandate is asked by the account.
create index mandates_iban on mandates (iban);

-- An office adds a company that nobody knew; its own period makes the row visible to it from that moment.
create policy api_add on companies for insert to verification_api
    with check (public.app_principal('office') is not null);

create policy api_own_add on office_periods for insert to verification_api
    with check (office_id = public.app_principal('office'));
create policy api_own_edit on office_periods for update to verification_api
    using (office_id = public.app_principal('office'));
create policy api_own_end on office_periods for delete to verification_api
    using (office_id = public.app_principal('office'));

create policy owner_reads on mandates for select to current_user using (true);
create policy owner_reads on requests for select to current_user using (true);

-- Two booleans of each company asked for, no row: is it known, and does another office serve it from that day on?
create function client_claims(office text, day date, numbers text[])
    returns table (enterprise_number text, known boolean, taken boolean)
    language sql stable security definer set search_path from current
as $$
    select asked.number,
           company.enterprise_number is not null,
           exists (select from office_periods as period
                   where period.enterprise_number = asked.number and period.office_id <> office
                     and (period.until is null or period.until > day))
    from (select distinct number from unnest(numbers) as given (number)) as asked
    left join companies as company on company.enterprise_number = asked.number
$$;

-- The places (from 1) of the mandates asked for whose account another company holds on a day of theirs.
create function mandates_elsewhere(numbers text[], ibans text[], sinces date[], untils date[])
    returns table (place bigint)
    language sql stable security definer set search_path from current
as $$
    select asked.place
    from unnest(numbers, ibans, sinces, untils) with ordinality as asked (number, iban, since, until, place)
    where exists (select from mandates as other
                  where other.iban = asked.iban and other.enterprise_number <> asked.number
                    and (other.until is null or other.until > asked.since)
                    and (asked.until is null or asked.until > other.since))
$$;

-- Which of these companies a blocked request waits for: they are looked at before the others.
create function awaited_companies(numbers text[])
    returns table (enterprise_number text)
    language sql stable security definer set search_path from current
as $$
    select distinct request.enterprise_number
    from requests as request
    where request.state = 'blocked' and request.enterprise_number = any(numbers)
$$;

do $$
declare
    name text;
begin
    foreach name in array array['client_claims(text, date, text[])', 'mandates_elsewhere(text[], text[], date[], date[])',
                                'awaited_companies(text[])'] loop
        execute format('revoke all on function %s from public', name);
        execute format('grant execute on function %s to verification_api, verification_worker', name);
    end loop;
end $$;
