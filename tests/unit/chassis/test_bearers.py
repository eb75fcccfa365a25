"""Is an access token ours, unchanged, and what does it say?"""

from base64 import b64decode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.chassis.bearers import LIFETIME, BearerInvalid, BearerReader, BearerSigner, looks_like_a_bearer
from shared.chassis.keys import make_key
from shared.values import CredentialId

PRIVATE = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
PUBLIC = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
OTHER_PUBLIC = "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="
"""The first two key pairs of RFC 8032 §7.1."""
CREDENTIAL, NOW, ID = CredentialId("robaws0001"), datetime(2026, 3, 14, 9, 30, tzinfo=UTC), UUID(int=7)


def _private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(b64decode(PRIVATE))


def signed(claims: dict[str, Any] | None = None, **header: Any) -> str:
    """A token with claims of the test's own, signed with the right key."""
    told = {"iss": "relais/token_mailer", "aud": "relais", "sub": CREDENTIAL, "iat": 1, "exp": 2, "jti": "x"}
    return jwt.encode(told | (claims or {}), _private(), "EdDSA", headers={"typ": "at+jwt"} | header)


@pytest.mark.parametrize("scopes", [None, (), ("invoices:write", "statements:read")])
def test_a_token_reads_back_also_while_keys_change(scopes: tuple[str, ...] | None) -> None:
    text = BearerSigner(PRIVATE).sign(CREDENTIAL, scopes, NOW, ID)
    bearer = BearerReader(f"{OTHER_PUBLIC}, {PUBLIC}").read(text)
    assert (bearer.credential_id, bearer.ends_at, bearer.scopes) == (CREDENTIAL, NOW + LIFETIME, scopes)


def test_its_end_is_told_and_left_to_who_knows_the_time() -> None:
    assert BearerReader(PUBLIC).read(signed({"exp": 2})).ends_at == datetime.fromtimestamp(2, UTC)


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_changed_part_is_refused(position: int) -> None:
    parts = BearerSigner(PRIVATE).sign(CREDENTIAL, None, NOW, ID).split(".")
    parts[position] = parts[position][:-2] + ("AA" if parts[position][-2:] != "AA" else "BB")
    with pytest.raises(BearerInvalid):
        BearerReader(PUBLIC).read(".".join(parts))


@pytest.mark.parametrize("keys", ["", OTHER_PUBLIC])
def test_a_token_of_an_unknown_key_is_refused(keys: str) -> None:
    with pytest.raises(BearerInvalid):
        BearerReader(keys).read(BearerSigner(PRIVATE).sign(CREDENTIAL, None, NOW, ID))


@pytest.mark.parametrize(
    "text",
    [
        signed({"aud": "another"}),
        signed({"iss": "another"}),
        signed({"sub": "NOT AN ID"}),
        signed({"exp": "soon"}),
        signed({"jti": None}),
        signed(typ="JWT"),
        jwt.encode({"sub": CREDENTIAL, "aud": "relais"}, None, "none"),
        jwt.encode({"sub": CREDENTIAL, "aud": "relais"}, PUBLIC, "HS256"),
        "a.b.c",
        "..",
    ],
)  # fmt: skip
def test_what_is_no_access_token_of_ours_is_refused(text: str) -> None:
    with pytest.raises(BearerInvalid):
        BearerReader(PUBLIC).read(text)


def test_no_key_of_ours_looks_like_an_access_token() -> None:
    assert not looks_like_a_bearer(make_key("live", CREDENTIAL, bytes(32)))
    assert looks_like_a_bearer(signed())
