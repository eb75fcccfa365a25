"""What the router does when a document or a changed company comes in."""

from services.invoice_router.handlers.reading import read_documents
from services.invoice_router.handlers.routing import follow_companies, route_documents

__all__ = ["follow_companies", "read_documents", "route_documents"]
