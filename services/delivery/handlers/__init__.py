"""What delivery does when something happened: tell the software, hand over to the office, keep projections."""

from services.delivery.handlers.documents import (
    take_accepted,
    take_held,
    take_payment,
    take_quarantined,
    take_routed,
)
from services.delivery.handlers.softwares import know_softwares
from services.delivery.handlers.statements import know_connections, read_movements, tell_transactions
from services.delivery.handlers.telling import tell_software

__all__ = [
    "know_connections",
    "know_softwares",
    "read_movements",
    "take_accepted",
    "take_held",
    "take_payment",
    "take_quarantined",
    "take_routed",
    "tell_software",
    "tell_transactions",
]
