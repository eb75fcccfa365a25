"""The HTTP side of invoice_router: the dry run."""

from services.invoice_router.endpoints.validation import VALIDATED_AT_ONCE, routes

__all__ = ["VALIDATED_AT_ONCE", "routes"]
