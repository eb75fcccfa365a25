-- Mails of mode `test`, for their developers to read. A code in here opens a simulated company's connection and
-- nothing else; codes of live connections are stored nowhere.
create table sandbox_mails (
    connection_id     text not null references connections,
    issue             integer not null check (issue > 0),
    ordinal           integer not null check (ordinal > 0),
    software          text not null,
    enterprise_number text not null,
    recipient         text not null,
    subject           text not null,
    text              text not null,
    html              text not null,
    code              text not null,
    outcome           text not null check (outcome in ('sent', 'bounced')),
    written_at        timestamptz not null,
    primary key (connection_id, issue, ordinal)
);
create index sandbox_mails_of_software on sandbox_mails (software, written_at desc);

grant select, insert, delete on sandbox_mails to token_mailer_worker;
grant select on sandbox_mails to token_mailer_api;

alter table sandbox_mails enable row level security;
alter table sandbox_mails force row level security;

create policy worker_all on sandbox_mails to token_mailer_worker using (true) with check (true);
create policy api_own on sandbox_mails for select to token_mailer_api
    using (software = public.app_principal('software') and public.app_mode() = 'test');
