"""intake: everything that comes in."""

from datetime import timedelta
from functools import partial

from services.intake import endpoints, handlers, tasks
from services.intake.adapters.folder_figures import PrometheusFolders
from services.intake.adapters.folders import watched_folders
from services.intake.adapters.postgres import PostgresIntake
from services.intake.domain.progress import TOLD
from services.intake.domain.submissions import HandInDocument
from services.intake.domain.watching import LookIntoFolder, PutAway, TakeFile
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
    _watch_folders(service, settings, documents)

    service.serve(endpoints.routes, resources={"documents": documents, "limits": settings.limits})
    return service


def _watch_folders(service: Service[IntakeStore], settings: Settings, documents: Documents) -> None:
    """Folders into which banks put their files. A task of a folder that is watched no more ends without a word."""
    folders = watched_folders(settings.folders, settings.bank_file_key_file, settings.bank_file_known_hosts)
    quiet, figures = timedelta(seconds=settings.bank_file_quiet_s), PrometheusFolders()
    # Who is down for an hour is a dead letter that operators see, and is asked again all the same.
    patiently = partial(
        service.task,
        attempts=1_000,
        longest=timedelta(hours=1),
        longest_pause_seconds=60.0,
        timeout=timedelta(seconds=60),
        concurrency=4,
    )
    patiently(LookIntoFolder)(partial(tasks.look_into_folder, folders=folders, quiet=quiet, figures=figures))
    patiently(TakeFile)(partial(tasks.take_file, folders=folders, documents=documents, figures=figures))
    patiently(PutAway)(partial(tasks.put_away_file, folders=folders, figures=figures))
    service.every("watch_folders", seconds=settings.bank_file_quiet_s)(partial(tasks.watch_folders, folders=folders))
    service.measure(figures)
    for folder in folders.values():
        service.on_close(folder.close)


def main() -> None:
    build(load(Settings)).run()


if __name__ == "__main__":
    main()
