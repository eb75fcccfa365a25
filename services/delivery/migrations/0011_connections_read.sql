-- Who may send over a connection may see what became of it: its own documents, and of these only.
create policy api_connection on documents for select to delivery_api
    using (connection_id = public.app_principal('connection'));
create index documents_of_connection on documents (connection_id, position);
