-- A return with the bank's costs in it has another amount than its payment: where only an end-to-end id tells which
-- payment that is, it is looked up without the amount that its name has behind it (`id/amount`). By a whole number, as
-- names are: see 0006.
create index names_by_id on names
    ((enterprise_number::bigint << 30 | (hashtextextended(regexp_replace(name, '/[0-9]+$', ''), 0) & 1073741823)))
    where kind = 'end_to_end' and not is_item;
