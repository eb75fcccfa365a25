-- By which allocation money went back, while it has: a person may find that it was another payment's money. Of what went
-- back before, nobody knows.
alter table payments add column taken_back_by text not null default '';
