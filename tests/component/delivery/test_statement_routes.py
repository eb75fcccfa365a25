"""Statements at the door: listed, read in every form, acknowledged, and asked for once more."""

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.delivery.adapters.memory import MemoryDelivery
from services.delivery.domain.clients import Client, Office
from services.delivery.domain.statement_lists import StatementEntry
from services.delivery.domain.statements import BookedStatement, RoutedStatement
from shared.chassis.errors import InvalidMessage
from shared.chassis.messages import EdgeRecord
from shared.contracts.connections import ConnectionChanged
from shared.contracts.directory import OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.statements import TransactionsBooked
from shared.values import ConnectionId, Iban, Language, SoftwareSlug, StatementId
from tests.component.delivery.doors import NOW, Runtime, key_of, opened
from tests.component.delivery.feeds import OFFICE, get, post
from tests.component.delivery.redeliveries import performed
from tests.component.delivery.test_handing_over_statements import CODA, MOVEMENTS, a_statement
from tests.unit.delivery.booked_statements import IBAN, NUMBER
from tests.unit.delivery.camt_shape import faults

ROBAWS = SoftwareSlug("robaws")
SAVINGS = Iban("BE68539007547034")
CONNECTION = ConnectionId.of(UUID(int=9))


def statement_id(number: int) -> StatementId:
    return StatementId.of(UUID(int=number))


def the_booked(number: int) -> BookedStatement:
    """Number 3 is of the savings account."""
    facts: dict[str, Any] = {"statement_id": statement_id(number), "sequence": number, "year": 2026}
    facts |= {"new_balance_date": date(2026, 3, number), "iban": SAVINGS if number == 3 else IBAN}
    return BookedStatement(UUID(int=100 + number), NOW + timedelta(minutes=number), a_statement(**facts), (ROBAWS,))


class Files:
    """What was stored of every statement, and the replica of each."""

    def __init__(self) -> None:
        self.languages: list[Language] = []

    async def get(self, claim: Claim) -> bytes:
        return {"text/plain": CODA, "application/jsonl": MOVEMENTS}[claim.media_type]

    async def pdf_of_statement(self, statement: TransactionsBooked, language: Language) -> bytes:
        self.languages.append(language)
        if statement.sequence == 3:
            raise InvalidMessage("renderer_failed", "no renderer survives this statement")
        return b"%PDF of a statement"


@pytest.fixture
async def runtime() -> Runtime:
    """Statements 1 to 4 at the office and told to the software."""
    runtime = Runtime()
    worker = MemoryDelivery(runtime.tables)
    statements = [the_booked(number) for number in (1, 2, 3, 4)]
    await worker.save_statements(statements)
    entries = [StatementEntry(RoutedStatement(OFFICE, "K12", each), each.booked_at) for each in statements]
    await worker.append_statement_entries(entries)
    periods = (OfficePeriod(office_id=OFFICE, since=date(2026, 1, 1)),)
    await worker.save_clients([(Client(NUMBER, "Bakkerij De Korenaar", Language.NL, "K12", periods), 1)])
    await worker.save_offices([(Office(OFFICE, "Janssens", Language.DE, client=True), 1)])
    facts = {"connection_id": CONNECTION, "enterprise_number": NUMBER, "software": ROBAWS, "state": "active"}
    await worker.save_connections([(ConnectionChanged.model_validate(facts | {"scopes": (), "mode": "live"}), 1)])
    return runtime


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
async def door(runtime: Runtime, files: Files) -> AsyncIterator[httpx.AsyncClient]:
    async with opened(runtime, documents=files, statement_pdf_maker=files) as client:
        yield client


def sequences(page: dict[str, Any]) -> list[int]:
    return [each["sequence"] for each in page["statements"]]


@pytest.mark.parametrize("name", ["janssens", "robaws"])
async def test_a_list_is_newest_first_page_by_page(door: httpx.AsyncClient, name: str) -> None:
    page = await get(door, "/v1/statements?limit=3", name)
    assert (sequences(page), page["more"]) == ([4, 3, 2], True)
    last = await get(door, f"/v1/statements?limit=3&cursor={page['next_cursor']}", name)
    assert (sequences(last), last["more"], last["next_cursor"]) == ([1], False, None)
    assert sequences(await get(door, "/v1/statements?order=oldest", name)) == [1, 2, 3, 4]
    for query, found in (
        (f"account={SAVINGS}", [3]),
        (f"account={SAVINGS}&account={IBAN}&dated_to=2026-03-03", [3, 2, 1]),
        ("dated_from=2026-03-02&dated_to=2026-03-03", [3, 2]),
        ("company=0202239951", []),
    ):
        assert sequences(await get(door, f"/v1/statements?{query}", name)) == found, query


async def test_an_office_reads_on_where_it_stopped(door: httpx.AsyncClient, runtime: Runtime) -> None:
    page = await get(door, "/v1/statements?order=oldest")
    late = the_booked(5)
    worker = MemoryDelivery(runtime.tables)
    await worker.save_statements([late])
    await worker.append_statement_entries([StatementEntry(RoutedStatement(OFFICE, "K12", late), NOW)])
    assert sequences(await get(door, f"/v1/statements?order=oldest&cursor={page['next_cursor']}")) == [5]


async def test_each_side_sees_what_is_its_own_business(door: httpx.AsyncClient) -> None:
    path = f"/v1/statements/{statement_id(2)}"
    at_office, at_software = await get(door, path), await get(door, path, "robaws")
    assert (at_office["client_code"], at_office["company_name"]) == ("K12", "Bakkerij De Korenaar")
    assert (at_office["position"], at_office["acknowledgement"]["outcome"]) == (2, "open")
    assert (at_office["iban"], at_office["new_balance"]) == (str(IBAN), {"amount": "1422.89", "currency": "EUR"})
    assert not {"client_code", "company_name", "position", "acknowledgement", "fetched_at"} & {
        name for name, value in at_software.items() if value is not None
    }
    assert at_office["files"]["xml"] == f"{path}/xml"


@pytest.mark.parametrize("name", ["peeters", "billit"])
async def test_what_is_anothers_does_not_exist(door: httpx.AsyncClient, name: str) -> None:
    assert (await get(door, "/v1/statements", name))["statements"] == []
    for path in ("", "/coda", "/pdf", "/xml", "/json", "/movements"):
        answer = await door.get(f"/v1/statements/{statement_id(1)}{path}", headers=key_of(name))
        assert (answer.status_code, answer.json()["code"]) == (404, "statement_unknown")
    for unknown in ("stm_1", "doc_00000000000000000000000001"):
        assert (await door.get(f"/v1/statements/{unknown}", headers=key_of(name))).status_code == 404


async def test_the_files_are_the_banks_lines_a_page_camt_and_everything_that_was_read(
    door: httpx.AsyncClient, files: Files
) -> None:
    found = {}
    for name in ("janssens", "robaws"):
        headers = {**key_of(name), "Accept-Language": "fr"}
        for kind in ("coda", "pdf", "xml", "json", "movements"):
            answer = await door.get(f"/v1/statements/{statement_id(1)}/{kind}", headers=headers)
            assert answer.status_code == 200, answer.text
            assert answer.headers["repr-digest"].startswith("sha-256=:")
            found[name, kind] = answer
    coda, camt = found["janssens", "coda"], found["robaws", "xml"]
    assert (coda.content, coda.headers["content-type"]) == (CODA, "application/vnd.coda")
    assert coda.headers["content-disposition"].startswith(f'attachment; filename="20260301_{IBAN}_EUR_001_')
    assert (faults(camt.content), camt.headers["content-type"]) == ([], "application/xml")
    assert found["robaws", "pdf"].content == b"%PDF of a statement"
    assert files.languages == [Language.DE, Language.FR], "the office's own, and what the call asks for"
    told = json.loads(found["janssens", "json"].content)
    assert told["movements"] == [json.loads(MOVEMENTS)] and told["relais"] == {"client_code": "K12"}
    assert (told["sequence"], told["new_balance"]) == (1, {"amount": "1422.89", "currency": "EUR"})
    assert "relais" not in json.loads(found["robaws", "json"].content)
    assert found["robaws", "movements"].content == MOVEMENTS


async def test_the_first_reading_of_an_office_is_kept(door: httpx.AsyncClient) -> None:
    path = f"/v1/statements/{statement_id(1)}"
    await door.get(f"{path}/coda", headers=key_of("robaws"))
    assert (await get(door, path))["fetched_at"] is None, "a software read it"
    await door.get(f"{path}/coda", headers=key_of("janssens"))
    assert (await get(door, path))["fetched_at"] is not None


async def test_a_page_that_cannot_be_made_is_said(door: httpx.AsyncClient) -> None:
    answer = await door.get(f"/v1/statements/{statement_id(3)}/pdf", headers=key_of("janssens"))
    assert (answer.status_code, answer.json()["code"]) == (422, "document_invalid")


async def test_a_package_says_what_it_took_in_and_what_not(door: httpx.AsyncClient) -> None:
    path = f"/v1/statements/{statement_id(1)}"
    taken = await post(door, f"{path}/processed")
    assert taken.json()["acknowledgement"]["outcome"] == "processed" and taken.json()["fetched_at"] is not None
    failed = await post(door, f"/v1/statements/{statement_id(2)}/failed", {"reason": "no such account"})
    assert failed.json()["acknowledgement"]["reason"] == "no such account"
    said = [
        {"id": statement_id(2), "outcome": "processed"},
        {"id": statement_id(8), "outcome": "processed"},
        {"id": "stm_x", "outcome": "failed", "reason": "?"},
    ]
    answers = (await post(door, "/v1/statements/acknowledgements", {"acknowledgements": said})).json()["answers"]
    assert [each["code"] for each in answers] == ["", "statement_unknown", "statement_unknown"]
    assert sequences(await get(door, "/v1/statements?acknowledged=processed")) == [2, 1]
    assert sequences(await get(door, "/v1/statements?acknowledged=open")) == [4, 3]
    assert (await post(door, f"/v1/statements/{statement_id(8)}/processed")).status_code == 404
    refused = await door.post(f"{path}/processed", headers=key_of("robaws"))
    assert (refused.status_code, refused.json()["code"]) == (403, "caller_not_allowed")


async def test_what_cannot_be_asked_is_said(door: httpx.AsyncClient) -> None:
    for query, name, status, code in (
        ("cursor=abc", "janssens", 400, "cursor_invalid"),
        ("cursor=abc", "robaws", 400, "cursor_invalid"),
        ("client_code=K12", "robaws", 422, "request_malformed"),
        ("acknowledged=open", "robaws", 422, "request_malformed"),
        ("dated_from=2026-03-02&dated_to=2026-03-01", "janssens", 422, "period_backwards"),
        ("account=BE68539007547035", "janssens", 422, None),
        ("colour=red", "janssens", 422, None),
    ):
        answer = await door.get(f"/v1/statements?{query}", headers=key_of(name))
        assert answer.status_code == status, (query, answer.text)
        assert code in (None, answer.json()["code"]), query
    mine = (await get(door, "/v1/statements?limit=1"))["next_cursor"]
    other = await door.get(f"/v1/statements?cursor={mine}", headers=key_of("robaws"))
    assert (other.status_code, other.json()["code"]) == (400, "cursor_invalid")


async def test_a_redelivery_by_period_and_account_is_counted_before_and_comes_once(
    door: httpx.AsyncClient, runtime: Runtime
) -> None:
    await post(door, f"/v1/statements/{statement_id(1)}/failed", {"reason": "no journal"})
    silent = "BE43068999999501"
    period = {"dated_from": "2026-03-01", "dated_to": "2026-03-02", "accounts": [str(IBAN), silent]}
    preview = (await post(door, "/v1/redeliveries", {"statements": period, "dry_run": True})).json()
    assert (preview["model"], preview["documents"], preview["accounts"], preview["never_fetched"]) == ("coda", 2, 1, 1)
    assert preview["accounts_without_statements"] == [silent]
    assert runtime.tables.redeliveries == {}
    asked = await post(door, "/v1/redeliveries", {"statements": period})
    assert asked.status_code == 202
    await performed(runtime)
    seen = await get(door, f"/v1/redeliveries/{asked.json()['id']}")
    assert (seen["state"], seen["done"], seen["model"]) == ("finished", 2, "coda")
    page = await get(door, "/v1/statements")
    assert [(each["sequence"], each["position"]) for each in page["statements"]] == [(2, 6), (1, 5), (4, 4), (3, 3)]
    assert {each["redelivery"] for each in page["statements"][:2]} == {seen["id"]}
    assert page["statements"][1]["acknowledgement"]["outcome"] == "open"
    again = [row.offer.subject for rows in runtime.tables.pods.entries.values() for row in rows if row.again]
    assert again == [statement_id(1), statement_id(2)], "the v2 way has them once more"


async def test_a_software_is_told_once_more_of_what_it_may_read(door: httpx.AsyncClient, runtime: Runtime) -> None:
    wish = {"statements": {"accounts": [str(SAVINGS)]}}
    headers = key_of("robaws")
    asked = await door.post("/v1/redeliveries", json=wish, headers=headers)
    assert (asked.status_code, asked.json()["documents"]) == (202, 1)
    followed = await performed(runtime)
    (record,) = [each for each in followed if isinstance(each, EdgeRecord)]
    told = json.loads(bytes(record.value))  # type: ignore[arg-type]
    assert (told["type"], told["subject"]) == ("statement.booked", statement_id(3))
    again = [row.offer.owner for rows in runtime.tables.pods.entries.values() for row in rows if row.again]
    assert again == [f"connection:{CONNECTION}"]
    assert (await get(door, f"/v1/redeliveries/{asked.json()['id']}", "robaws"))["state"] == "finished"
    foreign = await door.get(f"/v1/redeliveries/{asked.json()['id']}", headers=key_of("janssens"))
    assert foreign.status_code == 404


@pytest.mark.parametrize(
    ("name", "wish", "status", "code"),
    [
        ("robaws", {"companies": [str(NUMBER)]}, 422, "request_malformed"),
        ("robaws", {"statements": {"client_codes": ["K12"]}}, 422, "request_malformed"),
        ("robaws", {"statements": {"companies": [str(NUMBER)]}, "channels": ["feed"]}, 404, "channel_unknown"),
        ("janssens", {"statements": {"companies": [str(NUMBER)]}, "channels": ["stream"]}, 404, "channel_unknown"),
        ("janssens", {"statements": {}}, 422, None),
        ("janssens", {"statements": {"dated_from": "2026-03-02", "dated_to": "2026-03-01"}}, 422, None),
        ("janssens", {"statements": {"companies": [str(NUMBER)]}, "companies": [str(NUMBER)]}, 422, None),
        ("janssens", {}, 422, None),
    ],
)
async def test_a_wish_that_cannot_be_met_is_said(
    door: httpx.AsyncClient, name: str, wish: dict[str, Any], status: int, code: str | None
) -> None:
    answer = await door.post("/v1/redeliveries", json=wish, headers=key_of(name))
    assert answer.status_code == status, answer.text
    assert code in (None, answer.json()["code"])
