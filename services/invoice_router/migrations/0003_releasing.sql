-- More was held for the company than one transaction takes up: what comes in meanwhile waits behind it.

alter table companies add column releasing boolean not null default false;
