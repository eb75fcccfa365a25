"""coda_reconciler: reads bank statements (CODA 2.6), books their movements, matches them with invoices.

Decides    whether a statement is whole and true to its own sums; whose account it is (the mandate says so);
           whether its chain has a gap; which open invoice a structured communication pays.
Consumes   bank_file.received, company.changed (mandates), invoice.accepted (open items).
Publishes  transactions.booked, statement.gap_opened, statement.gap_closed, statement.quarantined,
           invoice.settled, invoice.partially_paid.
Owns       statements and their chain, movements, open items, allocations, mandates by account, the statements
           that wait for a mandate, the ones that are refused.
Answers    at a terminal: `relais coda check`, `show` and `anonymise`.
"""
