"""What intake does with the softwares' submissions, and with what others tell of connections and softwares."""

from services.intake.handlers.connections import follow_connections, follow_softwares
from services.intake.handlers.submissions import store_documents, take_submissions

__all__ = ["follow_connections", "follow_softwares", "store_documents", "take_submissions"]
