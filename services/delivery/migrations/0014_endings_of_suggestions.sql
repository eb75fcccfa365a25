-- The ledger tells when a suggestion is over, so that nobody has to guess it from what was told of its movement or of its
-- invoice: neither is looked for any more.

alter table payments
    drop column movement, -- with its index
    drop column round_id;
