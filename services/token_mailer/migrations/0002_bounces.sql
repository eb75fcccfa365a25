-- What mail servers on the way reported of our mails: one row a report, so that each counts once. No address.
create table bounces (
    sha256        text primary key,
    connection_id text not null,
    issue         integer not null,
    ordinal       integer not null,
    verdict       text not null check (verdict in ('bounced', 'given_up', 'delayed')),
    status        text not null,
    reply_code    integer not null,
    noted_at      timestamptz not null
);
create index bounces_of_mail on bounces (connection_id, issue, ordinal);

grant select, insert, delete on bounces to token_mailer_worker;

alter table bounces enable row level security;
alter table bounces force row level security;

create policy worker_all on bounces to token_mailer_worker using (true) with check (true);
