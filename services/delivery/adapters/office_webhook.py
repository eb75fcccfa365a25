"""The webhook of an office (Standard Webhooks 1.0.0), called as those of softwares are."""

from datetime import UTC, datetime

from services.delivery.domain.channel_secrets import signing_secrets
from services.delivery.domain.channels import Channel, WebhookPlace
from services.delivery.domain.files import Parcel
from services.delivery.domain.handovers import Outcome
from services.delivery.domain.office_calls import call_body
from services.delivery.domain.signatures import signed_headers
from services.delivery.domain.webhooks import Answer
from services.delivery.ports import WebhookSender

_NOT_FINAL = frozenset({401, 403, 404, 405, 407, 408, 410, 425, 429})
"""What is said of the address or of who calls, or for now, and not of this document: the same call may be taken once
the receiver is mended (RFC 9110 §15.5, RFC 8470 §5.2, RFC 6585 §4)."""


class WebhookCourier:
    """Its sender keeps to the public internet, follows no redirect and waits no longer than 15 s."""

    def __init__(self, sender: WebhookSender) -> None:
        self._sender = sender

    async def deliver(self, channel: Channel, secret: str, parcel: Parcel) -> Outcome:
        """One try. Whatever goes wrong is an outcome, never raised."""
        if not isinstance(channel.place, WebhookPlace):
            return Outcome("refused", "channel_incomplete", "the channel has no address")
        body, now = call_body(parcel), datetime.now(UTC)
        headers = signed_headers(signing_secrets(secret, now), str(parcel.parcel_id), now, body)
        return outcome_of(await self._sender.send(channel.place.url, headers, body))

    async def close(self) -> None:
        """The sender is the softwares' too, and ends with them."""


def outcome_of(answer: Answer) -> Outcome:
    """What an answer means for the document: other 4xx than those are a refusal of just this one, all else may pass."""
    words = f"HTTP {answer.status}" if answer.status is not None else ""
    if answer.delivered:
        return Outcome("done", words=words)
    if answer.status is not None and 400 <= answer.status < 500 and answer.status not in _NOT_FINAL:
        return Outcome("refused", answer.reason, words)
    return Outcome("retry", answer.reason, words, answer.retry_after)
