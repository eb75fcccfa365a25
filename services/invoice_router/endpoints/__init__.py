"""The HTTP side of invoice_router: the dry run."""

from services.invoice_router.endpoints.turns import Turns
from services.invoice_router.endpoints.validation import OF_ONE_CALLER, TURN_WITHIN_S, VALIDATED_AT_ONCE, routes

__all__ = ["OF_ONE_CALLER", "TURN_WITHIN_S", "VALIDATED_AT_ONCE", "Turns", "routes"]
