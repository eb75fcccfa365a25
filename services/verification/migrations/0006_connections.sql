-- What a connection may see of its own company: name, language and accounts. Its office is not among them, nor the
-- address and the code that the office keeps of it.
create policy owner_reads on credentials for select to current_user using (true);

create function company_of_connection(id text)
    returns table (enterprise_number text, name text, language text, mandates json, activated_at timestamptz)
    language sql stable security definer set search_path from current
as $$
    select company.enterprise_number, company.name, company.language,
           (select coalesce(json_agg(json_build_array(mandate.iban, mandate.since, mandate.until)
                                     order by mandate.iban), '[]')
            from mandates as mandate where mandate.enterprise_number = company.enterprise_number),
           (select request.activated_at from requests as request where request.connection_id = id)
    from companies as company
    where id = public.app_principal('connection') and public.app_mode() = 'live'
      and company.enterprise_number in (select known.enterprise_number from credentials as known
                                        where known.kind = 'connection' and known.owner = id)
$$;
revoke all on function company_of_connection(text) from public;
grant execute on function company_of_connection(text) to verification_api;
