-- One idempotency key with a test key and with a live one stands for two calls.
alter table kept_answers add column mode text not null default 'live' check (mode in ('test', 'live'));
alter table kept_answers drop constraint kept_answers_pkey, add primary key (principal, mode, key);
create policy api_mode on kept_answers as restrictive to intake_api
    using (mode = public.app_mode()) with check (mode = public.app_mode());
