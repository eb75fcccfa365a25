"""An office's webhook, a real server: signed as Standard Webhooks asks, and what each answer means for a document."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from services.delivery.adapters.office_webhook import WebhookCourier
from services.delivery.adapters.webhooks import Webhooks
from services.delivery.domain.addresses import Reach
from services.delivery.domain.channel_secrets import signing_text
from services.delivery.domain.channels import WebhookPlace
from tests.adapters.delivery.parcels import a_channel, a_document, a_parcel
from tests.component.delivery.receiving import HERE, Receiver, receiving
from tests.waiting import let_time_pass, until

OLD, NEW = "whsec_" + "A" * 32, "whsec_" + "B" * 32
LIMIT_S = 60.0
SECRET = signing_text(NEW, signing_text(OLD, "", datetime.now(UTC)), datetime.now(UTC))


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as running:
        yield running


@pytest.fixture
async def courier() -> AsyncIterator[WebhookCourier]:
    sender = Webhooks(HERE, timeout_seconds=LIMIT_S)
    yield WebhookCourier(sender)
    await sender.close()


async def test_a_call_tells_the_facts_with_links_and_verifies_with_both_secrets(
    courier: WebhookCourier, receiver: Receiver
) -> None:
    parcel = a_parcel(a_document("VF-9"))
    outcome = await courier.deliver(a_channel("webhook", WebhookPlace(receiver.url)), SECRET, parcel)
    assert (outcome.verdict, outcome.words) == ("done", "HTTP 200")
    ((headers, body),) = receiver.got
    for secret in (OLD, NEW):
        Webhook(secret).verify(body, headers)
    assert headers["webhook-id"] == str(parcel.parcel_id)
    told = json.loads(body)["data"]
    assert (told["number"], told["client_code"], told["version"]) == ("VF-9", "K12", 1)
    assert told["links"]["ubl"] == f"/v1/documents/{parcel.document.document_id}/ubl"


REFUSED, AGAIN = (400, 409, 413, 422), (302, 401, 403, 404, 408, 410, 425, 429, 500, 502, 503)


@pytest.mark.parametrize(
    ("status", "verdict"), [*((each, "refused") for each in REFUSED), *((each, "retry") for each in AGAIN)]
)
async def test_4xx_refuses_the_document_and_everything_else_is_tried_again_with_the_same_id_and_body(
    courier: WebhookCourier, receiver: Receiver, status: int, verdict: str
) -> None:
    channel, parcel = a_channel("webhook", WebhookPlace(receiver.url)), a_parcel()
    receiver.will_answer(status)
    outcome = await courier.deliver(channel, SECRET, parcel)
    assert (outcome.verdict, outcome.words) == (verdict, f"HTTP {status}")
    assert (await courier.deliver(channel, SECRET, parcel)).verdict == "done"
    (first, body), (second, again) = receiver.got
    assert (first["webhook-id"], body) == (second["webhook-id"], again)


async def test_a_wish_to_wait_is_heard_and_silence_is_a_timeout(courier: WebhookCourier, receiver: Receiver) -> None:
    channel = a_channel("webhook", WebhookPlace(receiver.url))
    receiver.will_answer(429, Retry_After="90")
    outcome = await courier.deliver(channel, SECRET, a_parcel())
    assert outcome.wish is not None and outcome.wish.total_seconds() == 90
    receiver.silent_s = 3600.0
    delivering = asyncio.create_task(courier.deliver(channel, SECRET, a_parcel()))
    await until(lambda: len(receiver.got) == 2)
    let_time_pass(LIMIT_S + 1)
    assert (await delivering).code == "timeout"


async def test_no_address_inside_is_called(receiver: Receiver) -> None:
    sender = Webhooks(Reach())
    for url in (receiver.url, receiver.url.replace("http://", "https://"), "https://localhost:8443/"):
        outcome = await WebhookCourier(sender).deliver(a_channel("webhook", WebhookPlace(url)), SECRET, a_parcel())
        assert (outcome.verdict, outcome.code) == ("retry", "address_refused")
    assert receiver.got == []
    await sender.close()
