"""coda_reconciler: settings, stores, and what happens on which event."""

from functools import partial

from services.coda_reconciler import handlers, tasks
from services.coda_reconciler.adapters.ledger_figures import PrometheusLedger
from services.coda_reconciler.adapters.postgres import PostgresMandateReader, PostgresReconciler
from services.coda_reconciler.domain.gaps import RaiseGapAlarm
from services.coda_reconciler.ports import ReconcilerStore
from services.coda_reconciler.settings import Settings
from shared.chassis.documents import Documents
from shared.chassis.service import Service
from shared.chassis.settings import load
from shared.contracts.deliveries import PaymentDecided
from shared.contracts.directory import CompanyChanged
from shared.contracts.invoices import InvoiceAccepted
from shared.contracts.statements import BankFileReceived

_OBJECTS_BEFORE_COLLECTION = 1_000_000
"""More than a batch of a bank's morning has at a time: then nothing of it is looked through while it is worked on."""

_READ_AT_ONCE_BYTES = 4_000_000
"""Of bank files: some 20,000 movements. What is read of a byte takes fifty of memory until it is booked."""


def build(settings: Settings) -> Service[ReconcilerStore]:
    """The service, ready to run; nothing is opened yet."""
    documents = Documents(settings.object_store_url)
    reader = PostgresMandateReader(settings.database_url.get_secret_value())
    figures = PrometheusLedger()
    service: Service[ReconcilerStore] = Service(
        "coda_reconciler", settings, store=partial(PostgresReconciler, figures=figures)
    )
    service.measure(figures)

    read_files = partial(handlers.read_bank_files, documents=documents, reader=reader)
    book = partial(handlers.book_bank_files, documents=documents)
    service.on(BankFileReceived, prepare=read_files, claimed_bytes=_READ_AT_ONCE_BYTES)(book)

    read_waiting = partial(handlers.read_waiting_statements, documents=documents, reader=reader)
    service.on(CompanyChanged, prepare=read_waiting)(partial(handlers.follow_companies, documents=documents))

    service.on(InvoiceAccepted)(handlers.open_items)
    service.on(PaymentDecided)(handlers.follow_decisions)
    service.task(RaiseGapAlarm)(tasks.raise_gap_alarm)
    service.on_close(reader.close)
    return service


def main() -> None:
    """Run until told to stop."""
    build(load(Settings)).run(objects_before_collection=_OBJECTS_BEFORE_COLLECTION)


if __name__ == "__main__":
    main()
