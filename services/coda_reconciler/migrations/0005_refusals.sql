-- A refusal can be taken back. What a person refused is kept as it was suggested, and the last line of a movement and an
-- item holds; nothing is ever changed or deleted.

-- Even the owner sees nothing of tables whose row-level security is forced.
alter table refused_pairs no force row level security;
alter table decisions no force row level security;

alter table refused_pairs
    drop constraint refused_pairs_pkey,
    add column line_id bigint generated always as identity primary key,
    add column allocation_id text not null default '', -- empty: a settlement that was undone
    add column proposal json,
    add column withdrawn boolean not null default false;
update refused_pairs set allocation_id = decisions.allocation_id
from decisions where decisions.decision_id = refused_pairs.decision_id and decisions.decision = 'refuse';
create index refused_pairs_of_movement on refused_pairs (statement_id, position, line_id);

alter table refused_pairs force row level security;
alter table decisions force row level security;
