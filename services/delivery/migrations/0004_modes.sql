-- A key for simulated companies sees and hears nothing of real ones, and the other way round.

alter table stream_events add column mode text not null default 'live' check (mode in ('test', 'live'));
alter table webhook_endpoints add column mode text not null default 'live' check (mode in ('test', 'live'));
alter table documents add column mode text not null default 'live' check (mode in ('test', 'live'));
-- Few among the many live ones.
create index stream_events_test on stream_events (software, position) where mode = 'test';

-- Both modes share the positions of a stream, so what is missing there cannot be told from what a caller sees.
alter table streams add column forgotten_to bigint not null default 0;

create policy api_mode on stream_events as restrictive to delivery_api using (mode = public.app_mode());
create policy api_mode on webhook_endpoints as restrictive to delivery_api
    using (mode = public.app_mode()) with check (mode = public.app_mode());
create policy api_mode on documents as restrictive to delivery_api
    using (mode = public.app_mode()) with check (mode = public.app_mode());
-- Statements are those of real companies.
create policy api_mode on statements as restrictive to delivery_api using (public.app_mode() = 'live');

-- The subqueries are bound by the policies of the endpoints: whoever sees an endpoint sees what belongs to it.
create policy api_mode on webhook_queue as restrictive to delivery_api
    using (exists (select from webhook_endpoints as own where own.endpoint_id = webhook_queue.endpoint_id));
create policy api_mode on webhook_attempts as restrictive to delivery_api
    using (exists (select from webhook_endpoints as own where own.endpoint_id = webhook_attempts.endpoint_id));
