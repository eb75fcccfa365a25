-- A redelivery is finished when every channel has what it holds; until then the channels' own rows tell how far it is.

alter table redeliveries rename column finished_at to queued_at; -- when all of it stood in the feed and the channels
alter table redeliveries add column failure text not null default ''; -- why a run of it died
create index handovers_of_redelivery on handovers (occasion, state) where occasion <> '';

-- Whoever asked for it starts it again.
grant update (failure) on redeliveries to delivery_api;
