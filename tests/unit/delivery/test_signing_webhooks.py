"""Signatures of webhooks, held against the reference library of Standard Webhooks."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from services.delivery.domain.signatures import secret_of, secret_text, signed_headers
from services.delivery.domain.webhooks import WebhookEndpoint, rotated
from shared.values import SoftwareSlug, WebhookEndpointId

ENDPOINT = WebhookEndpointId.of(uuid4())
KEY = b"k" * 32


@given(st.binary(max_size=200).map(lambda data: base64.b64encode(data)), st.uuids().map(str))
def test_the_reference_library_accepts_what_we_sign(body: bytes, event_id: str) -> None:
    secret = secret_of(KEY, ENDPOINT, 1)
    headers = signed_headers([secret], event_id, datetime.now(UTC), b'"' + body + b'"')
    assert Webhook(secret_text(secret)).verify(b'"' + body + b'"', headers) == body.decode()


def test_our_signature_is_the_one_that_the_reference_library_makes() -> None:
    secret, at, body = secret_of(KEY, ENDPOINT, 3), datetime(2026, 3, 2, 9, tzinfo=UTC), '{"a":"é"}'
    headers = signed_headers([secret], "event", at, body.encode())
    assert headers["webhook-signature"] == Webhook(secret_text(secret)).sign("event", at, body)


def test_a_time_of_another_zone_signs_the_same_instant() -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    elsewhere = at.astimezone(ZoneInfo("Europe/Brussels"))
    assert signed_headers([KEY], "event", at, b"") == signed_headers([KEY], "event", elsewhere, b"")


@pytest.mark.parametrize("changed", ["body", "id", "timestamp", "secret"])
def test_whatever_is_changed_the_signature_no_longer_fits(changed: str) -> None:
    secret = secret_of(KEY, ENDPOINT, 1)
    headers = signed_headers([secret], "event", datetime.now(UTC), b'{"a":1}')
    body = b'{"a":2}' if changed == "body" else b'{"a":1}'
    headers |= {"webhook-id": "another"} if changed == "id" else {}
    headers |= {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 1)} if changed == "timestamp" else {}
    verifier = Webhook(secret_text(secret_of(KEY, ENDPOINT, 2 if changed == "secret" else 1)))
    with pytest.raises(WebhookVerificationError):
        verifier.verify(body, headers)


def test_both_secrets_sign_for_a_day_after_a_rotation_and_then_only_the_newer() -> None:
    at = datetime.now(UTC)
    endpoint = WebhookEndpoint(
        endpoint_id=ENDPOINT, software=SoftwareSlug("robaws"), url="https://a.example", created_at=at
    )
    turned = rotated(endpoint, at)
    assert turned.generations(at + timedelta(hours=23, minutes=59)) == (2, 1)
    assert turned.generations(at + timedelta(hours=24)) == (2,)
    secrets = [secret_of(KEY, ENDPOINT, each) for each in turned.generations(at)]
    headers = signed_headers(secrets, "event", at, b"{}")
    for secret in secrets:
        assert Webhook(secret_text(secret)).verify(b"{}", headers) == {}


def test_many_rotations_in_a_row_keep_the_newest_three_secrets() -> None:
    at = datetime.now(UTC)
    endpoint = WebhookEndpoint(
        endpoint_id=ENDPOINT, software=SoftwareSlug("robaws"), url="https://a.example", created_at=at
    )
    for _ in range(5):
        endpoint = rotated(endpoint, at)
    assert endpoint.generations(at) == (6, 5, 4)


def test_secrets_differ_by_endpoint_and_generation_and_are_shown_as_the_standard_says() -> None:
    other = WebhookEndpointId.of(uuid4())
    secrets = {secret_of(KEY, endpoint, generation) for endpoint in (ENDPOINT, other) for generation in (1, 2)}
    assert len(secrets) == 4
    for secret in secrets:
        text = secret_text(secret)
        assert text.startswith("whsec_") and 24 <= len(base64.b64decode(text.removeprefix("whsec_"))) <= 64
