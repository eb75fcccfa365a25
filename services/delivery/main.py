"""Delivery as a process of its own."""

from datetime import timedelta
from functools import partial
from typing import Any

from services.delivery import endpoints, handlers, tasks
from services.delivery.adapters.kafka import KafkaEdges
from services.delivery.adapters.postgres import PostgresDelivery
from services.delivery.adapters.webhooks import Webhooks
from services.delivery.domain.edges import OpenEdge
from services.delivery.domain.webhooks import SendWebhooks
from services.delivery.ports import DeliveryStore
from services.delivery.settings import Settings
from shared.chassis.administration import Administration
from shared.chassis.documents import Documents
from shared.chassis.service import Service
from shared.chassis.settings import load
from shared.contracts.connections import (
    ConnectionActivated,
    ConnectionBlocked,
    ConnectionChanged,
    ConnectionExpired,
    ConnectionOfficeChanged,
    ConnectionRefused,
    ConnectionRevoked,
    ConnectionRotated,
    MailBounced,
    SubmissionRejected,
    TokenExpired,
    TokenMailed,
)
from shared.contracts.directory import SoftwareChanged
from shared.contracts.event import Event
from shared.contracts.invoices import InvoiceAccepted, InvoiceHeld, InvoiceQuarantined, InvoiceRouted
from shared.contracts.statements import (
    InvoicePartiallyPaid,
    InvoiceReopened,
    InvoiceSettled,
    PaymentSuggested,
    TransactionsBooked,
)

TOLD: tuple[type[Event], ...] = (
    TokenMailed,
    TokenExpired,
    MailBounced,
    ConnectionBlocked,
    ConnectionRefused,
    ConnectionExpired,
    ConnectionActivated,
    ConnectionRotated,
    ConnectionRevoked,
    ConnectionOfficeChanged,
    SubmissionRejected,
)
PAYMENTS: tuple[type[Event], ...] = (InvoiceSettled, InvoicePartiallyPaid, InvoiceReopened, PaymentSuggested)


def build(settings: Settings) -> Service[DeliveryStore]:
    """The service: tell softwares, hand documents over to offices, open edges, answer both."""
    service: Service[DeliveryStore] = Service("delivery", settings, store=PostgresDelivery)
    originals = Documents(settings.object_store_url)
    edges = KafkaEdges(_administration(settings), settings.password_secret)
    for told in TOLD:
        service.on(told)(handlers.tell_software)
    for payment in PAYMENTS:
        service.on(payment)(handlers.take_payment)
    service.on(InvoiceAccepted)(handlers.take_accepted)
    service.on(InvoiceRouted)(handlers.take_routed)
    service.on(InvoiceHeld)(handlers.take_held)
    service.on(InvoiceQuarantined)(handlers.take_quarantined)
    service.on(TransactionsBooked, prepare=partial(handlers.read_movements, originals=originals))(
        handlers.tell_transactions
    )
    service.on(ConnectionChanged)(handlers.know_connections)
    service.on(SoftwareChanged)(handlers.know_softwares)
    # Many at once, because those that wait are made together.
    service.task(OpenEdge, attempts=1_000, longest=timedelta(days=7), concurrency=64)(
        partial(tasks.open_edge, edges=edges)
    )
    webhooks = Webhooks(settings.reach)
    service.on_close(webhooks.close)
    # More places than there are endpoints, so that none waits for another; one that is lost is found by the next wake.
    service.task(SendWebhooks, attempts=3, timeout=timedelta(seconds=45), concurrency=400)(
        partial(tasks.send_webhooks, sender=webhooks, key=settings.webhook_secret)
    )
    service.every("wake_webhooks", seconds=2)(tasks.wake_webhooks)
    service.every("forget_notices", seconds=3600)(tasks.forget_notices)
    resources: dict[str, Any] = {
        "documents": originals,
        "kafka_bootstrap": settings.edge_bootstrap,
        "kafka_password": edges.password,
        "webhooks": webhooks,
        "webhook_key": settings.webhook_secret,
        "webhook_reach": settings.reach,
    }
    service.serve(endpoints.routes, resources=resources)
    return service


def _administration(settings: Settings) -> Administration:
    return Administration(
        settings.kafka_bootstrap_servers,
        settings.kafka_admin_username,
        settings.kafka_admin_password.get_secret_value(),
        settings.kafka_security_protocol,
    )


def main() -> None:
    """Runs until SIGTERM."""
    build(load(Settings)).run()


if __name__ == "__main__":
    main()
