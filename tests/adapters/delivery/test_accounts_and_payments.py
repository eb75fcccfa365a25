"""Accounts, gaps and payments: memory behaves like Postgres, and each caller sees its own only."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.delivery.domain.accounts import Account, Gap, Place, with_end, with_opened
from services.delivery.domain.clients import Client
from services.delivery.domain.documents import Document, Step
from services.delivery.domain.payments import Decided, Payment, PaymentStep, payment_id_of
from services.delivery.ports.payments import PaymentFilter
from shared.contracts.connections import ConnectionChanged
from shared.contracts.directory import OfficePeriod
from shared.contracts.statements import Allocation, StatementGapClosed, StatementGapOpened
from shared.values import (
    ConnectionId,
    Currency,
    DocumentId,
    EnterpriseNumber,
    Iban,
    Language,
    Money,
    OfficeId,
    SoftwareSlug,
    StatementId,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NUMBER, OTHER = EnterpriseNumber("0403170701"), EnterpriseNumber("0010080080")
IBAN, EURO = Iban("BE68539007547034"), Currency("EUR")
ROBAWS, BILLIT = SoftwareSlug("robaws"), SoftwareSlug("billit")
As = Callable[..., AbstractAsyncContextManager[Any]]


def a_place(sequence: int, day: int) -> Place:
    return Place(StatementId.of(UUID(int=sequence)), 2026, sequence, date(2026, 3, day))


def an_account(first: Place, last: Place, balance: str = "1.00", company: EnterpriseNumber = NUMBER) -> Account:
    return Account((company, IBAN, EURO), first, last, Money.of(balance, "EUR"))


def a_gap(sequence: int = 118, company: EnterpriseNumber = NUMBER) -> Gap:
    body = StatementGapOpened.model_validate(
        {
            "statement_id": StatementId.of(UUID(int=sequence)),
            "enterprise_number": company,
            "iban": IBAN,
            "year": 2026,
            "sequence": sequence,
            "expected_sequence": 117,
            "expected_balance": {"amount": "50.00", "currency": "EUR"},
            "found_balance": {"amount": "1254.55", "currency": "EUR"},
            "day": "2026-03-05",
        }
    )
    return with_opened(None, body, 2, NOW)


def a_client(office: str, since: date = date(2020, 1, 1), until: date | None = None) -> Client:
    period = OfficePeriod(office_id=OfficeId(office), since=since, until=until)
    return Client(NUMBER, "Bakkerij", Language.NL, "K1", (period,))


def a_connection(software: SoftwareSlug, state: str = "active", scopes: tuple[str, ...] = ()) -> ConnectionChanged:
    return ConnectionChanged.model_validate(
        {
            "connection_id": ConnectionId.of(UUID(int=len(software))),
            "enterprise_number": NUMBER,
            "software": software,
            "state": state,
            "scopes": scopes,
            "credentials": (),
        }
    )


def a_payment(document: Document, state: str = "suggested", at: datetime = NOW) -> Payment:
    allocation_id = f"{StatementId.of(UUID(int=7))}/3/{document.document_id}/1"
    euro = {"amount": "10.00", "currency": "EUR"}
    allocation = Allocation.model_validate(
        {"iban": IBAN, "year": 2026, "sequence": 118, "movement": 1, "amount": euro, "rule": "R07"}
        | {"evidence": "the amount", "allocation_id": allocation_id}
    )
    return Payment(
        payment_id=payment_id_of(allocation_id),
        allocation_id=allocation_id,
        enterprise_number=NUMBER,
        document_id=document.document_id,
        invoice_number=document.number,
        state=state,  # type: ignore[arg-type]
        version=1,
        balance=Money.of("10.00", "EUR"),
        first_at=at,
        changed_at=at,
        allocation=allocation,
        reasons=("amount_equal",),
        history=(PaymentStep("suggested", NOW, 1, Money.of("10.00", "EUR")),),
    )


def a_document(software: SoftwareSlug = ROBAWS, office: str = "janssens", number: str = "A-1") -> Document:
    return Document(
        document_id=DocumentId.of(uuid4()),
        enterprise_number=NUMBER,
        connection_id=ConnectionId.of(uuid4()),
        software=software,
        state="delivered",
        received_at=NOW,
        office_id=OfficeId(office),
        number=number,
        position=1,
        timeline=(Step("valid", NOW),),
    )


async def seen_accounts(acting: As, principal: str, mode: str = "live") -> list[EnterpriseNumber]:
    async with acting(principal, mode) as store:
        return [state.account.key[0] for state in await store.accounts([], "", None, 10)]


async def test_an_account_is_joined_from_what_its_statements_tell_in_any_order(acting: As) -> None:
    async with acting(None) as store:
        await store.save_accounts([an_account(a_place(5, 5), a_place(6, 6), "6.00")])
        await store.save_accounts([an_account(a_place(2, 2), a_place(2, 2), "2.00")])
        await store.save_accounts([an_account(a_place(8, 8), a_place(8, 8), "8.00")])
        [state] = await store.accounts([NUMBER], "", None, 10)
    assert (state.account.first, state.account.last) == (a_place(2, 2), a_place(8, 8))
    assert (str(state.account.balance), state.unbroken_since) == ("8.00 EUR", a_place(2, 2))


async def test_an_account_has_its_open_gaps_and_is_unbroken_since_the_last_of_them(acting: As) -> None:
    gap = a_gap()
    async with acting(None) as store:
        await store.save_accounts([an_account(a_place(2, 2), a_place(120, 9))])
        assert await store.accounts([NUMBER], "open", None, 10) == []
        await store.save_gaps([gap])
        assert await store.gaps([gap.statement_id]) == {gap.statement_id: gap}
        [state] = await store.accounts([NUMBER], "open", None, 10)
        assert (state.gaps, state.unbroken_since) == ((gap,), gap.place)
        assert await store.open_gaps([NUMBER, OTHER]) == [gap]
        assert await store.accounts([NUMBER], "alarmed", None, 10) == []
        await store.save_gaps([replace(gap, alarmed_at=NOW)])
        assert len(await store.accounts([NUMBER], "alarmed", None, 10)) == 1
        closed = StatementGapClosed.model_validate(gap.known_facts.model_dump())
        await store.save_gaps([with_end(gap, closed, 3, NOW)])
        assert await store.accounts([NUMBER], "open", None, 10) == []
        assert await store.open_gaps([NUMBER]) == []


async def test_the_end_of_a_gap_that_came_first_is_kept_alone(acting: As) -> None:
    gap = a_gap()
    ended = with_end(None, StatementGapClosed.model_validate(gap.known_facts.model_dump()), 3, NOW)
    async with acting(None) as store:
        await store.save_gaps([ended])
        assert await store.gaps([gap.statement_id]) == {gap.statement_id: ended}
        assert with_opened(ended, gap.known_facts, 2, NOW) == ended


async def test_accounts_are_listed_page_by_page(acting: As) -> None:
    async with acting(None) as store:
        for company in (NUMBER, OTHER):
            await store.save_accounts([an_account(a_place(2, 2), a_place(2, 2), company=company)])
    async with acting("operator:operator") as store:
        [first] = await store.accounts([], "", None, 1)
        [second] = await store.accounts([], "", first.account.key, 5)
    assert (first.account.key[0], second.account.key[0]) == (OTHER, NUMBER)


async def test_an_office_sees_the_accounts_of_whom_it_serves_today_and_an_operator_all(acting: As) -> None:
    today = datetime.now(UTC).date()
    async with acting(None) as store:
        await store.save_accounts([an_account(a_place(2, 2), a_place(2, 2))])
        await store.save_gaps([a_gap()])
        await store.save_clients([(a_client("janssens"), 1)])
    assert await seen_accounts(acting, "office:janssens") == [NUMBER]
    assert await seen_accounts(acting, "office:peeters") == []
    assert await seen_accounts(acting, "office:janssens", "test") == []
    assert await seen_accounts(acting, "operator:operator") == [NUMBER]
    async with acting("office:peeters") as store:
        assert await store.open_gaps([NUMBER]) == []
    async with acting(None) as store:
        await store.save_clients([(a_client("janssens", until=today - timedelta(days=1)), 2)])
    assert await seen_accounts(acting, "office:janssens") == []


@pytest.mark.parametrize(
    ("state", "scopes", "sees"),
    [
        ("active", (), True),
        ("active", ("statements:read",), True),
        ("active", ("invoices:write",), False),
        ("revoked", (), False),
    ],
)
async def test_a_software_sees_accounts_while_a_connection_of_it_may_read_statements(
    acting: As, state: str, scopes: tuple[str, ...], sees: bool
) -> None:
    async with acting(None) as store:
        await store.save_accounts([an_account(a_place(2, 2), a_place(2, 2))])
        await store.save_connections([(a_connection(ROBAWS, state, scopes), 1)])
    assert await seen_accounts(acting, "software:robaws") == ([NUMBER] if sees else [])
    assert await seen_accounts(acting, "software:billit") == []
    assert await seen_accounts(acting, "software:robaws", "test") == []
    async with acting("software:robaws") as store:
        assert await store.readable_companies([NUMBER, OTHER]) == ({NUMBER} if sees else set())


async def test_a_payment_comes_back_as_it_was_and_moves_behind_all_others_when_it_changes(acting: As) -> None:
    first, second = a_document(), a_document(number="A-2")
    async with acting(None) as store:
        await store.save_documents([first, second])
        await store.save_payments([a_payment(first), a_payment(second, at=NOW + timedelta(seconds=1))])
    async with acting("software:robaws") as store:
        listed = await store.list_payments(0, 10, PaymentFilter())
        assert [each.document_id for each in listed] == [first.document_id, second.document_id]
        expected = replace(a_payment(first), position=listed[0].position)
        assert listed[0] == expected
        assert await store.last_payment_position() == listed[1].position
    async with acting(None) as store:
        [known] = await store.payments_of([listed[0].payment_id])
        assert known == listed[0]
        await store.save_payments([replace(known, state="settled", version=2)])
    async with acting("software:robaws") as store:
        behind = await store.list_payments(listed[1].position, 10, PaymentFilter())
        assert [(each.document_id, each.state) for each in behind] == [(first.document_id, "settled")]


async def test_payments_are_seen_by_whoever_sees_their_document(acting: As) -> None:
    document = a_document()
    async with acting(None) as store:
        await store.save_documents([document])
        await store.save_payments([a_payment(document)])
    payment_id = a_payment(document).payment_id
    for principal, sees in (
        ("software:robaws", True),
        ("office:janssens", True),
        ("software:billit", False),
        ("office:peeters", False),
    ):
        async with acting(principal) as store:
            assert (await store.payment(payment_id) is not None) is sees, principal
            assert (await store.lock_payment(payment_id) is not None) is sees, principal
            assert bool(await store.list_payments(0, 10, PaymentFilter())) is sees, principal
            assert await store.own_numbers(NUMBER, ["A-1", "A-9"]) == ({"A-1"} if sees else set())
    async with acting("software:robaws", "test") as store:
        assert await store.payment(payment_id) is None


async def test_a_decision_is_kept_when_the_payment_changes_afterwards(acting: As) -> None:
    document = a_document()
    async with acting(None) as store:
        await store.save_documents([document])
        await store.save_payments([a_payment(document)])
    said = Decided("accept", "office:janssens", NOW)
    async with acting("office:janssens") as store:
        payment = await store.lock_payment(a_payment(document).payment_id)
        await store.save_decision(replace(payment, decided=said))
    async with acting(None) as store:
        [known] = await store.payments_of([payment.payment_id])
        assert known.decided == said and known.position > payment.position
        await store.save_payments([replace(known, state="accepted")])
        [after] = await store.payments_of([payment.payment_id])
    assert (after.state, after.decided) == ("accepted", said)


async def test_a_list_is_narrowed_by_what_is_asked(acting: As) -> None:
    first, second = a_document(), a_document(number="A-2")
    later = NOW + timedelta(hours=1)
    async with acting(None) as store:
        await store.save_documents([first, second])
        await store.save_payments([a_payment(first), a_payment(second, "settled", later)])
        ended = replace(a_payment(a_document()), allocation=None, document_id=first.document_id)
        await store.save_payments([ended])
    async with acting("software:robaws") as store:
        for wanted, expected in (
            (PaymentFilter(), ["A-1", "A-2"]),
            (PaymentFilter(companies=(OTHER,)), []),
            (PaymentFilter(companies=(NUMBER,), states=("settled",)), ["A-2"]),
            (PaymentFilter(document_id=first.document_id), ["A-1"]),
            (PaymentFilter(invoice_number="A-2"), ["A-2"]),
            (PaymentFilter(since=later), ["A-2"]),
        ):
            assert [each.invoice_number for each in await store.list_payments(0, 10, wanted)] == expected, wanted
        assert len(await store.list_payments(0, 1, PaymentFilter())) == 1
