"""How many keys may a software have, and what may they and its connections do?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.verification.domain.directory import Software, software_snapshot
from services.verification.domain.keys import KeyRefused, granted, with_key, without_key
from services.verification.domain.verdicts import software_obstacle
from shared.contracts.access import Credential, Mode
from shared.values import CredentialId, Sha256, SoftwareSlug

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
ROBAWS = Software(SoftwareSlug("robaws"), "Robaws")


def key(number: int, mode: Mode = "live", **facts: Any) -> Credential:
    return Credential(id=CredentialId(f"robaws{number:04d}"), secret_sha256=Sha256.of(b""), mode=mode, **facts)


def having(*keys: Credential, **facts: Any) -> Software:
    return replace(ROBAWS, credentials=keys, **facts)


def test_a_third_key_of_a_mode_is_refused_and_one_of_the_other_mode_is_not() -> None:
    both = having(key(1), key(2))
    refused = with_key(both, key(3), NOW)
    assert isinstance(refused, KeyRefused) and refused.code == "software_keys_full"
    more = with_key(both, key(3, "test"), NOW)
    assert isinstance(more, Software) and len(more.credentials) == 3


def test_a_key_that_ended_makes_room_and_is_forgotten() -> None:
    software = having(key(1, ends_at=NOW), key(2, ends_at=NOW + timedelta(seconds=1)))
    changed = with_key(software, key(3), NOW)
    assert isinstance(changed, Software)
    assert [each.id for each in changed.credentials] == ["robaws0002", "robaws0003"]


def test_a_key_cannot_end_before_it_begins() -> None:
    refused = with_key(ROBAWS, key(1, ends_at=NOW), NOW)
    assert isinstance(refused, KeyRefused) and refused.code == "key_end_passed"


@pytest.mark.parametrize(
    ("allowed", "asked", "taken"),
    [
        ((), ("statements:write",), True),
        ((), ("everything",), False),
        (("invoices:write",), ("invoices:write",), True),
        (("invoices:write",), ("statements:read",), False),
    ],
)
def test_a_key_may_not_do_more_than_its_software(allowed: tuple[str, ...], asked: tuple[str, ...], taken: bool) -> None:
    outcome = with_key(having(scopes=allowed), key(1, scopes=asked), NOW)
    assert isinstance(outcome, Software) == taken
    assert taken or (isinstance(outcome, KeyRefused) and outcome.code == "scope_not_allowed")


def test_a_key_that_is_taken_back_is_gone_and_another_stays() -> None:
    assert without_key(having(key(1), key(2)), key(1).id) == having(key(2))
    assert without_key(having(key(1)), key(2).id) is None


@pytest.mark.parametrize(
    ("allowed", "asked", "given"),
    [
        ((), (), ()),
        ((), ("statements:read",), ("statements:read",)),
        (("invoices:write", "statements:write"), (), ("invoices:write",)),
        (("invoices:write",), ("invoices:write",), ("invoices:write",)),
        (("invoices:write",), ("invoices:write", "statements:read"), None),
        (("statements:write",), (), None),
    ],
)
def test_a_connection_cannot_ask_for_more_than_its_software_may(
    allowed: tuple[str, ...], asked: tuple[str, ...], given: tuple[str, ...] | None
) -> None:
    software = having(scopes=allowed)
    assert granted(asked, software) == given
    assert software_obstacle(software, asked) == (None if given is not None else "software_not_allowed")


def test_the_snapshot_carries_rights_and_quota() -> None:
    told = software_snapshot(having(key(1), scopes=("invoices:write",), daily_companies=500))
    assert (told.scopes, told.daily_companies, len(told.credentials)) == (("invoices:write",), 500, 1)
