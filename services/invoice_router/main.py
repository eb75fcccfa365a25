"""invoice_router: settings, stores, and what happens on which event."""

from functools import partial

from services.invoice_router import endpoints, handlers, tasks
from services.invoice_router.adapters.postgres import PostgresRouter
from services.invoice_router.adapters.reading_pool import ReadingPool
from services.invoice_router.ports import ReleaseHeld, RouterStore
from services.invoice_router.settings import Settings
from shared.chassis.documents import Documents
from shared.chassis.service import Service
from shared.chassis.settings import load
from shared.contracts.directory import CompanyChanged
from shared.contracts.invoices import InvoiceSubmitted


def build(settings: Settings) -> Service[RouterStore]:
    """The service, ready to run; nothing is opened yet."""
    documents = Documents(settings.object_store_url)
    reader = ReadingPool(timeout_ms=settings.reading_timeout_ms, processes=settings.reading_processes)
    service: Service[RouterStore] = Service("invoice_router", settings, store=PostgresRouter)

    read = partial(handlers.read_documents, documents=documents, reader=reader)
    service.on(InvoiceSubmitted, prepare=read)(handlers.route_documents)
    service.on(CompanyChanged)(handlers.follow_companies)
    service.task(ReleaseHeld, buried=tasks.release_died)(tasks.release_held)

    # A reader of its own: what is only looked at never holds up what was handed in.
    looking = ReadingPool(timeout_ms=settings.reading_timeout_ms)
    turns = endpoints.Turns(endpoints.VALIDATED_AT_ONCE, endpoints.OF_ONE_CALLER, endpoints.TURN_WITHIN_S)
    service.serve(endpoints.routes, resources={"reader": looking, "turns": turns})
    service.on_close(reader.close)
    service.on_close(looking.close)
    return service


def main() -> None:
    """Run until told to stop."""
    build(load(Settings)).run()


if __name__ == "__main__":
    main()
