-- Since when a connection was active, and which of its sides ended it when.
alter table connections
    add column activated_at timestamptz,
    add column ended_at timestamptz,
    add column ended_by text not null default ''
        check (ended_by in ('', 'software', 'office', 'company', 'operator'));
create index connections_of_office on connections (office_id);

-- Of connections that are there already only the first is known: when their code was registered. The tables' own
-- policies let nobody change their rows here, so they are put aside for this one statement.
alter table connections no force row level security;
update connections as connection
   set activated_at = token.consumed_at
  from (select connection_id, max(consumed_at) as consumed_at from tokens group by connection_id) as token
 where token.connection_id = connection.connection_id;
alter table connections force row level security;

-- The newest address of a company, sealed, where it is newer than the one that came with a request.
alter table company_offices
    add column email_key_id text not null default '',
    add column email_ciphertext text not null default '',
    add column address_version integer not null default 0;
create index company_offices_by_office on company_offices using gin (periods jsonb_path_ops);

-- Which companies an office served at any time, so that its own are not looked for among everybody's; which of them
-- it serves today is for is_served_by to say.
create function companies_of_office(office text) returns text[]
    language sql stable security definer set search_path from current
as $$
    select coalesce(array_agg(enterprise_number), '{}') from company_offices
     where periods @> jsonb_build_array(jsonb_build_object('office_id', office))
$$;
revoke all on function companies_of_office(text) from public;
grant execute on function companies_of_office(text) to token_mailer_api, token_mailer_worker;
grant execute on function is_served_by(text, text, text) to token_mailer_worker;

-- The letter that tells of an ending has no token: it is kept as the mail of issue 0.
alter table sandbox_mails drop constraint sandbox_mails_issue_check;
alter table sandbox_mails add constraint sandbox_mails_issue_check check (issue >= 0);
