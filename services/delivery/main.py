"""Delivery as a process of its own."""

from datetime import timedelta
from functools import partial
from typing import Any

from services.delivery import endpoints, handlers, tasks
from services.delivery.adapters.folder import FolderCourier
from services.delivery.adapters.kafka import KafkaEdges
from services.delivery.adapters.mail import MailCourier
from services.delivery.adapters.office_webhook import WebhookCourier
from services.delivery.adapters.postgres import PostgresDelivery
from services.delivery.adapters.postgres.renderings import PostgresRenderings
from services.delivery.adapters.rendering import RenderingMaker, RenderingPool
from services.delivery.adapters.sealed_secrets import SealedSecrets
from services.delivery.adapters.sftp import SftpCourier
from services.delivery.adapters.webhooks import Webhooks
from services.delivery.domain.channels import ChannelKind
from services.delivery.domain.edges import OpenEdge
from services.delivery.domain.handovers import HandOver
from services.delivery.domain.redelivery import Redeliver
from services.delivery.domain.simulated_payments import SimulateDecision
from services.delivery.domain.webhooks import SendWebhooks
from services.delivery.ports import Courier, DeliveryStore
from services.delivery.settings import Settings
from shared.chassis.administration import Administration
from shared.chassis.documents import Documents
from shared.chassis.memory import Memory
from shared.chassis.service import Service
from shared.chassis.settings import load
from shared.chassis.smtp import SmtpPost
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
from shared.contracts.deliveries import DocumentBooked, DocumentFetched, DocumentRefused
from shared.contracts.directory import CompanyChanged, OfficeChanged, SoftwareChanged
from shared.contracts.event import Event
from shared.contracts.invoices import (
    InvoiceAccepted,
    InvoiceHeld,
    InvoiceQuarantined,
    InvoiceRepeated,
    InvoiceRouted,
    InvoiceSubmitted,
)
from shared.contracts.statements import (
    BankFileReceived,
    InvoicePartiallyPaid,
    InvoiceReopened,
    InvoiceSettled,
    PaymentSuggested,
    PaymentUndone,
    PaymentWithdrawn,
    StatementGapAlarmed,
    StatementGapClosed,
    StatementGapOpened,
    StatementQuarantined,
    StatementReleased,
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
PAYMENTS: tuple[type[Event], ...] = (
    InvoiceSettled,
    InvoicePartiallyPaid,
    InvoiceReopened,
    PaymentSuggested,
    PaymentUndone,
    PaymentWithdrawn,
)
GAPS: tuple[type[Event], ...] = (StatementGapOpened, StatementGapAlarmed, StatementGapClosed)

PROGRESS: tuple[type[Event], ...] = (DocumentFetched, DocumentBooked, DocumentRefused)


def build(settings: Settings) -> Service[DeliveryStore]:
    """The service: tell softwares, hand documents over to offices, open edges, answer both."""
    service: Service[DeliveryStore] = Service("delivery", settings, store=PostgresDelivery)
    originals = Documents(settings.object_store_url)
    edges = KafkaEdges(_administration(settings), settings.password_secret)
    pdfs = _pdf_maker(service, settings, originals)
    _listen(service, originals)
    # Many at once, because those that wait are made together.
    service.task(OpenEdge, attempts=1_000, longest=timedelta(days=7), concurrency=64)(
        partial(tasks.open_edge, edges=edges)
    )
    service.task(Redeliver, timeout=timedelta(seconds=60), concurrency=2, buried=tasks.redelivery_died)(
        partial(tasks.redeliver, deliver_again=handlers.deliver_again)
    )
    service.task(SimulateDecision)(partial(tasks.simulate_decision, answer_decision=handlers.answer_decision))
    webhooks = Webhooks(settings.reach)
    service.on_close(webhooks.close)
    # More places than there are endpoints, so that none waits for another; one that is lost is found by the next wake.
    service.task(SendWebhooks, attempts=3, timeout=timedelta(seconds=45), concurrency=400)(
        partial(tasks.send_webhooks, sender=webhooks, key=settings.webhook_secret)
    )
    service.every("wake_webhooks", seconds=2)(tasks.wake_webhooks)
    carriers = _hand_over_by_channels(service, settings, webhooks, tasks.Packer(originals, pdfs))
    service.every("forget_notices", seconds=3600)(tasks.forget_notices)
    resources: dict[str, Any] = {
        "documents": originals,
        "pdf_maker": pdfs,
        "statement_pdf_maker": pdfs,
        "kafka_bootstrap": settings.edge_bootstrap,
        "kafka_password": edges.password,
        "webhooks": webhooks,
        "webhook_key": settings.webhook_secret,
        "webhook_reach": settings.reach,
        "couriers": carriers.couriers,
        "channel_secrets": carriers.secrets,
    }
    service.serve(endpoints.routes, resources=resources)
    return service


def _listen(service: Service[DeliveryStore], originals: Documents) -> None:
    """On X do Y."""
    for told in TOLD:
        service.on(told)(handlers.tell_software)
    for payment in PAYMENTS:
        service.on(payment)(handlers.take_payment)
    for gap in GAPS:
        service.on(gap)(handlers.tell_gaps)
    service.on(BankFileReceived)(handlers.know_bank_files)
    for of_file in (StatementQuarantined, StatementReleased):
        service.on(of_file)(handlers.tell_put_aside)
    for progress in PROGRESS:
        service.on(progress)(handlers.tell_progress)
    service.on(InvoiceSubmitted)(handlers.take_submitted)
    service.on(InvoiceAccepted)(handlers.take_accepted)
    service.on(InvoiceRepeated)(handlers.take_repeated)
    service.on(InvoiceRouted)(handlers.take_routed)
    service.on(InvoiceHeld)(handlers.take_held)
    service.on(InvoiceQuarantined)(handlers.take_quarantined)
    service.on(TransactionsBooked, prepare=partial(handlers.read_movements, originals=originals))(
        handlers.tell_transactions
    )
    service.on(ConnectionChanged)(handlers.know_connections)
    service.on(SoftwareChanged)(handlers.know_softwares)
    service.on(CompanyChanged)(handlers.know_clients)
    service.on(OfficeChanged)(handlers.know_offices)


def _pdf_maker(service: Service[DeliveryStore], settings: Settings, files: Documents) -> RenderingMaker:
    """Makes the PDF of whatever came without one, in processes of their own."""
    renderer = RenderingPool(processes=settings.rendering_processes, timeout_ms=settings.rendering_timeout_ms)
    memory = PostgresRenderings(settings.database_url.get_secret_value())
    service.on_close(renderer.close)
    service.on_close(memory.close)
    return RenderingMaker(files, renderer, memory)


def _hand_over_by_channels(
    service: Service[DeliveryStore], settings: Settings, webhooks: Webhooks, packer: tasks.Packer
) -> tasks.Carriers:
    """By each kind of channel that this house offers; Kafka's records go along with what they follow from."""
    couriers: dict[ChannelKind, Courier] = {"sftp": SftpCourier(settings.reach), "webhook": WebhookCourier(webhooks)}
    if settings.folder_root is not None:
        couriers["folder"] = FolderCourier(settings.folder_root)
    if settings.smtp_host:
        couriers["mail"] = MailCourier(_post(settings), settings.mail_from, settings.return_path)
    for courier in couriers.values():
        service.on_close(courier.close)
    secrets = SealedSecrets(settings.webhook_secret)
    memory = Memory(settings.parcels_megabytes * 1_000_000)
    carriers = tasks.Carriers(couriers, packer, secrets, handlers.tell_delivered, memory)
    # Many at once, because a receiver that is silent holds its place until its time is over.
    service.task(HandOver, attempts=3, timeout=timedelta(seconds=60), concurrency=100)(
        partial(tasks.hand_over, carriers=carriers)
    )
    service.every("wake_channels", seconds=2)(tasks.wake_channels)
    return carriers


def _post(settings: Settings) -> SmtpPost:
    return SmtpPost(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_tls,
        settings.smtp_username,
        settings.smtp_password.get_secret_value(),
        settings.smtp_timeout_s,
        ca_file=settings.smtp_ca_file,
        lines=settings.smtp_lines,
    )


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
