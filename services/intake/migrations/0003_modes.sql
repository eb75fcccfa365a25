-- A key for simulated companies sees no connection of a real one, and the other way round.
create policy api_mode on connections as restrictive to intake_api
    using (mode = public.app_mode() or public.app_is_operator())
    with check (mode = public.app_mode() or public.app_is_operator());
