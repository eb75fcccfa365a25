"""verification: may this company be connected?"""

from datetime import timedelta
from functools import partial
from typing import Any

from services.verification import endpoints, handlers, tasks
from services.verification.adapters.postgres import PostgresDirectory
from services.verification.domain.sandbox import ContinueTrial
from services.verification.endpoints import imports
from services.verification.ports import (
    ClientsImported,
    CompanyAwaited,
    CompanyTouched,
    DirectoryStore,
    OfficeTouched,
    SoftwareTouched,
)
from services.verification.settings import Settings
from shared.chassis.sealing import seal
from shared.chassis.service import Service
from shared.chassis.settings import load
from shared.contracts import ConnectionActivated, ConnectionRequested, ConnectionRevoked, MailBounced


def build(settings: Settings) -> Service[DirectoryStore]:
    """The service, put together; nothing runs yet."""
    service: Service[DirectoryStore] = Service("verification", settings, store=PostgresDirectory)
    to_token_mailer = partial(seal, public_key_base64=settings.sealing_public_key)
    answering: dict[str, Any] = {"seal": to_token_mailer, "help_desk": settings.helpdesk_contact}

    service.on(ConnectionRequested)(partial(handlers.verify_requests, **answering))
    service.on(ConnectionActivated)(handlers.close_requests)
    service.on(ConnectionRevoked)(handlers.end_requests)
    service.on(MailBounced)(partial(handlers.note_bounces, **answering))

    # These tasks touch Postgres only: while it answers they succeed, and what they publish must not be lost.
    patient: dict[str, Any] = {"attempts": 10**6, "longest": timedelta(days=3650), "longest_pause_seconds": 5.0}
    service.task(CompanyTouched, **patient)(partial(tasks.publish_company, **answering))
    # Few at a time, for each holds the locks of all its companies.
    service.task(ClientsImported, concurrency=2, **patient)(partial(tasks.publish_clients, **answering))
    service.task(OfficeTouched, **patient)(tasks.publish_office)
    service.task(SoftwareTouched, **patient)(tasks.publish_software)
    service.task(CompanyAwaited, **patient)(partial(tasks.reconsider_company, **answering))
    service.task(ContinueTrial, **patient)(partial(tasks.continue_trial, **answering))
    service.every("sweep_blocked", seconds=300)(tasks.sweep_blocked)
    service.every("expire_requests", seconds=60)(tasks.expire_requests)

    limits = {imports.PATH: settings.import_limit_bytes}
    service.serve(endpoints.routes, resources=_resources(settings), body_limits_bytes=limits)
    return service


def _resources(settings: Settings) -> dict[str, Any]:
    limits = {"minute": settings.readiness_per_minute, "day": settings.readiness_per_day}
    return {"help_desk": settings.helpdesk_contact, "readiness_limits": limits}


def main() -> None:
    build(load(Settings)).run()


if __name__ == "__main__":
    main()
