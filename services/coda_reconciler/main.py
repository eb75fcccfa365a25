"""coda_reconciler: settings, stores, and what happens on which event."""

from functools import partial

from services.coda_reconciler import handlers
from services.coda_reconciler.adapters.postgres import PostgresMandateReader, PostgresReconciler
from services.coda_reconciler.ports import ReconcilerStore
from services.coda_reconciler.settings import Settings
from shared.chassis.documents import Documents
from shared.chassis.service import Service
from shared.chassis.settings import load
from shared.contracts.directory import CompanyChanged
from shared.contracts.invoices import InvoiceAccepted
from shared.contracts.statements import BankFileReceived


def build(settings: Settings) -> Service[ReconcilerStore]:
    """The service, ready to run; nothing is opened yet."""
    documents = Documents(settings.object_store_url)
    reader = PostgresMandateReader(settings.database_url.get_secret_value())
    service: Service[ReconcilerStore] = Service("coda_reconciler", settings, store=PostgresReconciler)

    read_files = partial(handlers.read_bank_files, documents=documents, reader=reader)
    service.on(BankFileReceived, prepare=read_files)(partial(handlers.book_bank_files, documents=documents))

    read_waiting = partial(handlers.read_waiting_statements, documents=documents, reader=reader)
    service.on(CompanyChanged, prepare=read_waiting)(partial(handlers.follow_companies, documents=documents))

    service.on(InvoiceAccepted)(handlers.open_items)
    service.on_close(reader.close)
    return service


def main() -> None:
    """Run until told to stop."""
    build(load(Settings)).run()


if __name__ == "__main__":
    main()
