-- What a software may do at most, and how many companies it may ask for in a day (null: no quota of its own).
alter table softwares
    add column scopes text[] not null default '{}',
    add column daily_companies integer check (daily_companies > 0);
