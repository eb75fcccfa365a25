-- Connections, their tokens, the mails with them, and the credentials that follow.
create table connections (
    connection_id     text primary key,
    enterprise_number text not null,
    software          text not null,
    mode              text not null check (mode in ('test', 'live')),
    office_id         text not null,
    language          text not null,
    company_name      text not null,
    scopes            text[] not null,
    email_key_id      text not null,
    email_ciphertext  text not null,
    masked_email      text not null,
    address_version   integer not null,
    ordinal           integer not null,
    heard             bigint not null,
    issue             integer not null,
    generation        integer not null,
    state             text not null check (state in ('pending', 'active', 'revoked')),
    version           bigint not null
);
create index connections_of_company on connections (enterprise_number);

create table tokens (
    connection_id   text not null references connections,
    issue           integer not null check (issue > 0),
    software        text not null,
    key_id          text not null,
    nonce           bytea not null check (octet_length(nonce) = 16),
    sha256          text not null unique,
    address_version integer not null,
    language        text not null,
    company_name    text not null,
    issued_at       timestamptz not null,
    expires_at      timestamptz not null,
    consumed_at     timestamptz,
    ended           text not null check (ended in ('', 'superseded', 'expired', 'revoked')),
    mails           integer not null,
    primary key (connection_id, issue)
);
create index tokens_open on tokens (expires_at) where ended = '' and consumed_at is null;

create table mails (
    connection_id     text not null,
    issue             integer not null,
    ordinal           integer not null check (ordinal > 0),
    enterprise_number text not null,
    requested_at      timestamptz not null,
    due_at            timestamptz not null,
    state             text not null
        check (state in ('planned', 'sending', 'sent', 'retry', 'uncertain', 'bounced', 'dropped')),
    attempts          integer not null,
    reply_code        integer not null,
    reply             text not null,
    sent_at           timestamptz,
    primary key (connection_id, issue, ordinal),
    foreign key (connection_id, issue) references tokens
);

-- Only when a company was written to: whoever is connected with it may count, and learns nothing of who asked.
create table mailings (
    enterprise_number text not null,
    requested_at      timestamptz not null,
    mail_sha256       text not null,
    primary key (enterprise_number, mail_sha256)
);
create index mailings_by_time on mailings (enterprise_number, requested_at);

create table connection_credentials (
    credential_id text primary key,
    connection_id text not null references connections,
    generation    integer not null check (generation > 0),
    issue         integer not null,
    key_id        text not null,
    nonce         bytea not null check (octet_length(nonce) = 16),
    secret_sha256 text not null,
    issued_at     timestamptz not null,
    cause_id      uuid not null,
    ends_at       timestamptz,
    unique (connection_id, generation)
);

create table wrong_tries (
    scope    text primary key,
    software text not null,
    count    integer not null,
    since    timestamptz not null
);

grant select, insert, update, delete
    on connections, tokens, mails, mailings, connection_credentials, wrong_tries to token_mailer_worker;
grant select, update on connections, tokens to token_mailer_api;
grant select, insert, update on mails to token_mailer_api;
grant select, insert on mailings to token_mailer_api;
grant select, insert, update on connection_credentials, wrong_tries to token_mailer_api;

alter table connections enable row level security;
alter table connections force row level security;
alter table tokens enable row level security;
alter table tokens force row level security;
alter table mails enable row level security;
alter table mails force row level security;
alter table mailings enable row level security;
alter table mailings force row level security;
alter table connection_credentials enable row level security;
alter table connection_credentials force row level security;
alter table wrong_tries enable row level security;
alter table wrong_tries force row level security;

create policy worker_all on connections to token_mailer_worker using (true) with check (true);
create policy worker_all on tokens to token_mailer_worker using (true) with check (true);
create policy worker_all on mails to token_mailer_worker using (true) with check (true);
create policy worker_all on mailings to token_mailer_worker using (true) with check (true);
create policy worker_all on connection_credentials to token_mailer_worker using (true) with check (true);
create policy worker_all on wrong_tries to token_mailer_worker using (true) with check (true);

create policy api_own on connections to token_mailer_api using (
    software = public.app_principal('software')
    or connection_id = public.app_principal('connection')
    or office_id = public.app_principal('office')
    or public.app_is_operator()
);
-- What hangs from a connection is seen by who sees the connection: the inner select is under the policy above.
create policy api_own on tokens to token_mailer_api using (
    exists (select from connections c where c.connection_id = tokens.connection_id)
);
create policy api_own on mails to token_mailer_api using (
    exists (select from connections c where c.connection_id = mails.connection_id)
);
create policy api_own on mailings to token_mailer_api using (
    exists (select from connections c where c.enterprise_number = mailings.enterprise_number)
);
create policy api_own on connection_credentials to token_mailer_api using (
    exists (select from connections c where c.connection_id = connection_credentials.connection_id)
);
create policy api_own on wrong_tries to token_mailer_api using (software = public.app_principal('software'));
