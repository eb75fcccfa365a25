"""Delivery's store in Postgres, a file for each thing that it keeps."""

from services.delivery.adapters.postgres.accounts import PostgresAccounts
from services.delivery.adapters.postgres.channels import PostgresChannels
from services.delivery.adapters.postgres.clients import PostgresClients
from services.delivery.adapters.postgres.document_lists import PostgresDocumentLists
from services.delivery.adapters.postgres.documents import PostgresDocuments
from services.delivery.adapters.postgres.edges import PostgresEdges
from services.delivery.adapters.postgres.office_events import PostgresOfficeEvents
from services.delivery.adapters.postgres.payments import PostgresPayments
from services.delivery.adapters.postgres.pod_reading import PostgresPodReading
from services.delivery.adapters.postgres.put_aside import PostgresPutAside
from services.delivery.adapters.postgres.redeliveries import PostgresRedeliveries
from services.delivery.adapters.postgres.routed_statements import PostgresRoutedStatements
from services.delivery.adapters.postgres.statements import PostgresStatements
from services.delivery.adapters.postgres.streams import PostgresStreams
from services.delivery.adapters.postgres.webhook_queue import PostgresWebhookQueue


class PostgresDelivery(
    PostgresDocuments,
    PostgresDocumentLists,
    PostgresRedeliveries,
    PostgresClients,
    PostgresStreams,
    PostgresStatements,
    PostgresRoutedStatements,
    PostgresAccounts,
    PostgresPayments,
    PostgresEdges,
    PostgresChannels,
    PostgresPodReading,
    PostgresWebhookQueue,
    PostgresOfficeEvents,
    PostgresPutAside,
):
    """Both ports, bound to one transaction: the role decides what can be done and seen."""
