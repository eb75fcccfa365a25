"""Delivery's store in memory: the same behaviour as Postgres, for tests; one caller at a time."""

from services.delivery.adapters.memory.accounts import MemoryAccounts
from services.delivery.adapters.memory.channels import MemoryChannels
from services.delivery.adapters.memory.clients import MemoryClients
from services.delivery.adapters.memory.documents import MemoryDocuments
from services.delivery.adapters.memory.edges import MemoryEdges
from services.delivery.adapters.memory.office_events import MemoryOfficeEvents
from services.delivery.adapters.memory.payments import MemoryPayments
from services.delivery.adapters.memory.pods import MemoryPods
from services.delivery.adapters.memory.put_aside import MemoryPutAside
from services.delivery.adapters.memory.redeliveries import MemoryRedeliveries
from services.delivery.adapters.memory.routed_statements import MemoryRoutedStatements
from services.delivery.adapters.memory.statements import MemoryStatements
from services.delivery.adapters.memory.streams import MemoryStreams
from services.delivery.adapters.memory.tables import MemoryTables

__all__ = ["MemoryDelivery", "MemoryTables"]


class MemoryDelivery(
    MemoryDocuments,
    MemoryRedeliveries,
    MemoryClients,
    MemoryStreams,
    MemoryStatements,
    MemoryRoutedStatements,
    MemoryAccounts,
    MemoryPayments,
    MemoryEdges,
    MemoryChannels,
    MemoryPods,
    MemoryOfficeEvents,
    MemoryPutAside,
):
    """Both ports over the same tables."""
