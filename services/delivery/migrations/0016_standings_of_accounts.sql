-- What the reconciler told of an account when its last statement was booked: which statement is the last only the chain
-- of balances says. Null, and 0 statements, while nothing was told; then days and numbers decide.
alter table bank_accounts
    add column booked bigint not null default 0,
    add column standing jsonb,
    add check ((booked = 0) = (standing is null));
