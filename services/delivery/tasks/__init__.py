"""What delivery does on the outside and on time: open edges, hand over by channels, call webhooks, forget."""

from services.delivery.tasks.edges import open_edge
from services.delivery.tasks.forgetting import forget_notices
from services.delivery.tasks.handing_over import Carriers, hand_over, wake_channels
from services.delivery.tasks.packing import Packer
from services.delivery.tasks.redelivering import redeliver, redelivery_died
from services.delivery.tasks.simulating import simulate_decision
from services.delivery.tasks.webhooks import send_webhooks, wake_webhooks

__all__ = [
    "Carriers",
    "Packer",
    "forget_notices",
    "hand_over",
    "open_edge",
    "redeliver",
    "redelivery_died",
    "send_webhooks",
    "simulate_decision",
    "wake_channels",
    "wake_webhooks",
]
