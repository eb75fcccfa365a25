"""intake: everything that comes in."""

from functools import partial

from services.intake import endpoints, handlers, tasks
from services.intake.adapters.postgres import PostgresIntake
from services.intake.domain.progress import TOLD
from services.intake.ports import IntakeStore
from services.intake.settings import Settings
from shared.chassis.documents import Documents
from shared.chassis.service import Service
from shared.chassis.settings import load


def build(settings: Settings) -> Service[IntakeStore]:
    """The service, put together; nothing runs yet."""
    service: Service[IntakeStore] = Service("intake", settings, store=PostgresIntake)
    documents = Documents(settings.object_store_url)

    service.on_submissions(handlers.take_submissions, prepare=partial(handlers.store_documents, documents=documents))
    for event in TOLD:
        service.on(event)(handlers.follow_connections)
    service.every("forget_answers", seconds=3600)(tasks.forget_answers)

    service.serve(endpoints.routes, resources={"documents": documents})
    return service


def main() -> None:
    build(load(Settings)).run()


if __name__ == "__main__":
    main()
