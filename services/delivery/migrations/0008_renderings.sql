-- What was rendered of documents and statements, so that the second demand reads it. The files lie in the document
-- store under their company; a line that is lost costs one rendering.

create table renderings (
    subject           text not null, -- a document or a statement
    language          text not null,
    renderer          text not null, -- its version: what an older one made is rendered anew
    enterprise_number text not null,
    claim             jsonb not null,
    rendered_at       timestamptz not null,
    primary key (subject, language)
);
create index renderings_of_company on renderings (enterprise_number);

alter table renderings enable row level security;
alter table renderings force row level security;
-- The worker's side alone: whoever may see a document is decided before its page is asked for.
grant select, insert, update, delete on renderings to delivery_worker;
create policy worker_all on renderings to delivery_worker using (true) with check (true);
