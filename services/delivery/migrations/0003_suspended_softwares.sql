-- Which softwares are suspended, as the highest snapshot told; their edges on Kafka are closed until they are not.
create table software_states (
    software  text primary key,
    suspended boolean not null,
    sequence  bigint not null
);
alter table software_states enable row level security;
alter table software_states force row level security;
grant select, insert, update, delete on software_states to delivery_worker;
create policy worker_all on software_states to delivery_worker using (true) with check (true);

-- Read by the administration: of a closed edge it makes the topics, but neither the user nor its rules.
alter table edge_principals add column closed boolean not null default false;
