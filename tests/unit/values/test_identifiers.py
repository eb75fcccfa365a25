"""Ids and digests."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values import (
    ConnectionId,
    CredentialId,
    DocumentId,
    OfficeId,
    Sha256,
    SoftwareSlug,
    StatementId,
    ValueRejected,
)


@given(st.uuids())
def test_an_id_and_its_uuid_stand_for_each_other(uuid: UUID) -> None:
    for kind in (ConnectionId, DocumentId, StatementId):
        assert kind.of(uuid).uuid == uuid
        assert kind(str(kind.of(uuid))) == kind.of(uuid)
        assert len(kind.of(uuid)) == 30


@given(st.uuids(), st.uuids())
def test_ids_sort_as_their_uuids_do(one: UUID, other: UUID) -> None:
    assert (DocumentId.of(one) < DocumentId.of(other)) == (one < other)


def test_the_id_of_a_uuid_never_changes() -> None:
    assert ConnectionId.of(UUID(int=0)) == "con_" + "0" * 26
    assert ConnectionId.of(UUID(int=2**128 - 1)) == "con_7" + "z" * 25
    uuid = UUID("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")
    assert DocumentId.of(uuid) == "doc_01jegv5gymfsfrn6rc3mq3yjjv"


REFUSED = {
    "another prefix": (ConnectionId, "doc_" + "0" * 26, "connection_id_malformed"),
    "too large for a uuid": (DocumentId, "doc_8" + "0" * 25, "document_id_malformed"),
    "capitals": (StatementId, "stm_" + "A" * 26, "statement_id_malformed"),
    "a letter nobody can tell from a digit": (StatementId, "stm_" + "l" * 26, "statement_id_malformed"),
    "line end": (DocumentId, "doc_" + "0" * 26 + "\n", "document_id_malformed"),
    "office with a dot": (OfficeId, "a.b", "office_id_malformed"),
    "office of one letter": (OfficeId, "a", "office_id_malformed"),
    "office too long": (OfficeId, "a" * 21, "office_id_malformed"),
    "software with a path": (SoftwareSlug, "../robaws", "software_slug_malformed"),
    "software with two hyphens": (SoftwareSlug, "exact--online", "software_slug_malformed"),
    "software ending in a hyphen": (SoftwareSlug, "exact-", "software_slug_malformed"),
    "software too long": (SoftwareSlug, "a" * 41, "software_slug_malformed"),
    "short credential": (CredentialId, "abc1234", "credential_id_malformed"),
    "long credential": (CredentialId, "a" * 33, "credential_id_malformed"),
    "digest too short": (Sha256, "0" * 63, "sha256_malformed"),
    "digest with another letter": (Sha256, "g" * 64, "sha256_malformed"),
    "digest beyond ASCII": (Sha256, "\uff11" * 64, "sha256_malformed"),
}


@pytest.mark.parametrize(("kind", "text", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_id_is_refused_with_the_reason(kind: type[str], text: str, code: str) -> None:
    with pytest.raises(ValueRejected) as refusal:
        kind(text)
    assert refusal.value.code == code


@pytest.mark.parametrize("slug", ["robaws", "exact-online", "a", "1-2-3", "a" * 40])
def test_a_software_slug_is_words_joined_by_hyphens(slug: str) -> None:
    assert SoftwareSlug(slug) == slug


def test_a_digest_is_that_of_the_bytes_in_lower_case() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Sha256.of(b"") == empty == Sha256(empty.upper())
