"""intake: everything that comes in."""

from functools import partial

from services.intake import endpoints, handlers, tasks
from services.intake.adapters.postgres import PostgresIntake
from services.intake.domain.progress import TOLD
from services.intake.domain.submissions import HandInDocument
from services.intake.ports import IntakeStore
from services.intake.settings import Settings
from shared.chassis.documents import Documents
from shared.chassis.service import Service
from shared.chassis.settings import load
from shared.contracts import SoftwareChanged


def build(settings: Settings) -> Service[IntakeStore]:
    """The service, put together; nothing runs yet."""
    service: Service[IntakeStore] = Service("intake", settings, store=PostgresIntake)
    documents = Documents(settings.object_store_url)

    take = partial(handlers.take_submissions, limits=settings.limits)
    service.on_submissions(take, prepare=partial(handlers.store_documents, documents=documents))
    for event in TOLD:
        service.on(event)(partial(handlers.follow_connections, limits=settings.limits))
    service.on(SoftwareChanged)(handlers.follow_softwares)
    service.task(
        HandInDocument,
        attempts=10**6,
        longest=tasks.ACTIVATION_HEARD_WITHIN,
        longest_pause_seconds=5.0,
        gave_up=tasks.connection_stayed_inactive,
    )(tasks.hand_in_document)
    service.every("forget_answers", seconds=3600)(tasks.forget_answers)

    service.serve(endpoints.routes, resources={"documents": documents, "limits": settings.limits})
    return service


def main() -> None:
    build(load(Settings)).run()


if __name__ == "__main__":
    main()
