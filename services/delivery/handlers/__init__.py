"""What delivery does when something happened: tell the software, hand over to the office, keep projections."""

from services.delivery.handlers.bank_files import know_bank_files, tell_put_aside
from services.delivery.handlers.clients import know_clients, know_offices
from services.delivery.handlers.documents import (
    take_accepted,
    take_held,
    take_payment,
    take_quarantined,
    take_routed,
)
from services.delivery.handlers.gaps import tell_gaps
from services.delivery.handlers.handing_over import tell_delivered
from services.delivery.handlers.progress import tell_progress
from services.delivery.handlers.received import take_repeated, take_submitted
from services.delivery.handlers.redelivering import deliver_again
from services.delivery.handlers.sandbox import answer_decision
from services.delivery.handlers.softwares import know_softwares
from services.delivery.handlers.statements import know_connections, read_movements, tell_transactions
from services.delivery.handlers.telling import tell_software

__all__ = [
    "answer_decision",
    "deliver_again",
    "know_bank_files",
    "know_clients",
    "know_connections",
    "know_offices",
    "know_softwares",
    "read_movements",
    "take_accepted",
    "take_held",
    "take_payment",
    "take_quarantined",
    "take_repeated",
    "take_routed",
    "take_submitted",
    "tell_delivered",
    "tell_gaps",
    "tell_progress",
    "tell_put_aside",
    "tell_software",
    "tell_transactions",
]
