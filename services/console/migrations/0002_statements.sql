-- Bank statements that need an operator: put aside, or still missing after one bank day.

create table put_aside (
    file_sha256 text not null,
    file_index  integer not null,
    told        text, -- why, as it was told last; null while only the release is known, which came first
    told_at     timestamptz,
    released_to text,
    released_at timestamptz,
    primary key (file_sha256, file_index)
);
create index put_aside_newest on put_aside ((released_at is null) desc, told_at desc, file_sha256 desc, file_index desc)
    where told_at is not null;

create table missing_statements (
    statement_id text primary key,
    version      bigint not null,
    told         text,
    told_at      timestamptz,
    closed_at    timestamptz
);
create index missing_statements_open on missing_statements (told_at, statement_id)
    where told_at is not null and closed_at is null;

do $$
declare
    name text;
begin
    foreach name in array array['put_aside', 'missing_statements'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy worker_all on %I to console_worker using (true) with check (true)', name);
        execute format('create policy api_reads on %I for select to console_api using (public.app_is_operator())', name);
        execute format('grant select on %I to console_api', name);
        execute format('grant select, insert, update on %I to console_worker', name);
    end loop;
end $$;
