-- A mailbox is proven before documents go there: its office gives back the code that a sample brought. Those of the
-- time before are taken for proven.

alter table channels
    add column awaited_code text not null default '', -- a digest by a key; empty: proven, or nothing to prove
    add column wrong_codes  integer not null default 0;
