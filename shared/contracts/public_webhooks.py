"""What a billing software is told by webhook alone."""

from shared.contracts.event import Facts
from shared.values import WebhookEndpointId


class WebhookTestFacts(Facts):
    """The software asked for a test: the signature is right when this is understood. It is in no stream."""

    endpoint_id: WebhookEndpointId
