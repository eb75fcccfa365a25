"""What the reconciler does with each event it listens to.

Lock order is the same everywhere: accounts (`iban:`), then companies (`company:`), each sorted by the chassis.
"""

from services.coda_reconciler.handlers.bank_files import book_bank_files
from services.coda_reconciler.handlers.companies import follow_companies
from services.coda_reconciler.handlers.decisions import follow_decisions
from services.coda_reconciler.handlers.invoices import open_items
from services.coda_reconciler.handlers.preparation import read_bank_files, read_waiting_statements

__all__ = [
    "book_bank_files",
    "follow_companies",
    "follow_decisions",
    "open_items",
    "read_bank_files",
    "read_waiting_statements",
]
