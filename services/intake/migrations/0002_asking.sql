-- What a software sees of the mail to its company, since when it is connected, and how much it asked.

alter table connections
    add column active_since    timestamptz,
    add column address_version integer not null default 0,
    add column bounced_version integer not null default 0,
    add column queued_at       timestamptz,
    add column mailed_at       timestamptz,
    add column answered_at     timestamptz;
create index connections_answered on connections (software, answered_at desc) where answered_at is not null;

alter table softwares add column daily_companies integer;

-- One row a software: how many different companies it asked for on its latest day, and whether too many of the
-- latest were unknown.
create table askers (
    software        text primary key,
    day             date not null,
    companies       integer not null default 0,
    newest_at       timestamptz,
    throttled_since timestamptz
);
create table asked_companies (
    software          text not null,
    day               date not null,
    enterprise_number text not null,
    primary key (software, day, enterprise_number)
);
create index asked_companies_age on asked_companies (day);

do $$
declare
    name text;
begin
    foreach name in array array['askers', 'asked_companies'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to intake_worker', name);
        execute format('grant select, insert, update on %I to intake_api', name);
        execute format('create policy worker_all on %I to intake_worker using (true) with check (true)', name);
        execute format('create policy api_software on %I to intake_api using (software = public.app_principal(''software''))'
                       ' with check (software = public.app_principal(''software''))', name);
    end loop;
end $$;
