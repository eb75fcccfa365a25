"""coda_reconciler: reads bank statements (CODA 2.6), books their movements, matches them with invoices.

Decides    whether a statement is whole and true to its own sums; whose account it is (the mandate says so);
           whether its chain has a gap; which open invoices a movement pays or takes back, by which rule (R01 to R12)
           and on what evidence, or what a person is to decide.
Consumes   bank_file.received, company.changed (mandates), invoice.accepted (open items), payment.decided.
Publishes  transactions.booked, statement.gap_opened / gap_alarmed / gap_closed / quarantined / released,
           invoice.settled / partially_paid / reopened, payment.suggested / undone / withdrawn.
Owns       statements and their chain with its gaps, mandates by account, the statements that wait for a mandate, the
           ones that are refused; movements that may pay, open items, the names by which they find each other,
           allocations, proposals, people's decisions and whose account they say it is.
Answers    at a terminal: `relais coda check`, `show` and `anonymise`.
"""
