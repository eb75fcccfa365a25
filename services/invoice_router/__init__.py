"""invoice_router: reads sales invoices (UBL 2.1), proves whose they are, finds the accountant who receives them.

Decides    whether a document can be read safely; whether its supplier is the connected company; whether it is new,
           the same again or a newer version; which office serves the company on the day of receipt.
Consumes   invoice.submitted, company.changed.
Publishes  invoice.accepted, invoice.routed, invoice.held, invoice.repeated, invoice.quarantined.
Owns       invoices and their versions, repeats, quarantine, the offices of companies as a projection.
Answers    POST /v1/documents/validate: a dry run without effect; at a terminal `relais ubl check` and `show`.
"""
