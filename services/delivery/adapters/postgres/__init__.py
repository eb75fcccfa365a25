"""Delivery's store in Postgres, a file for each thing that it keeps."""

from services.delivery.adapters.postgres.documents import PostgresDocuments
from services.delivery.adapters.postgres.edges import PostgresEdges
from services.delivery.adapters.postgres.statements import PostgresStatements
from services.delivery.adapters.postgres.streams import PostgresStreams
from services.delivery.adapters.postgres.webhook_queue import PostgresWebhookQueue


class PostgresDelivery(PostgresDocuments, PostgresStreams, PostgresStatements, PostgresEdges, PostgresWebhookQueue):
    """Both ports, bound to one transaction: the role decides what can be done and seen."""
