"""A document's journey: whatever order its events come in, and however often, it ends in the same."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery.domain import journeys
from services.delivery.domain.documents import MOST_STEPS, PROGRESS, Document, Step, advance, paid
from shared.contracts.documents import Claim
from shared.contracts.invoices import (
    Customer,
    Difference,
    Finding,
    InvoiceAccepted,
    InvoiceHeld,
    InvoiceQuarantined,
    InvoiceRepeated,
    InvoiceRouted,
    InvoiceSubmitted,
)
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Money, OfficeId, Sha256, SoftwareSlug

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OLD, NEW = DocumentId.of(UUID(int=1)), DocumentId.of(UUID(int=2))
OF: dict[str, Any] = {
    "document_id": OLD,
    "enterprise_number": EnterpriseNumber("0403170701"),
    "connection_id": ConnectionId.of(UUID(int=3)),
    "software": SoftwareSlug("robaws"),
}
Change = Callable[[Document | None], Document | None]


def claim(name: str) -> Claim:
    return Claim(path=f"a/{name}", sha256=Sha256.of(name.encode()), size=1, media_type="application/xml")


def accepted(**others: Any) -> InvoiceAccepted:
    facts = {"family": "invoice", "number": "2026-1", "issue_date": date(2026, 3, 1), "sidecar": claim("sidecar")}
    amount = Money.of("121.00", "EUR")
    return InvoiceAccepted.model_validate(
        OF | facts | {"document": claim("xml"), "tax_inclusive": amount, "payable": amount} | others
    )


def routed() -> InvoiceRouted:
    facts = {"office_id": OfficeId("janssens"), "client_code": "K12", "family": "invoice", "number": "2026-1"}
    return InvoiceRouted.model_validate(
        OF | facts | {"issue_date": date(2026, 3, 1), "received_at": NOW, "document": claim("xml")}
    )


def quarantined(reason: str = "seller_mismatch") -> InvoiceQuarantined:
    return InvoiceQuarantined(**OF, reason=reason, number="2026-1", received_at=NOW)


SUBMITTED = InvoiceSubmitted(**OF, received_at=NOW, document=claim("xml"), pdf=claim("pdf"))
ACCEPTED = accepted(received_at=NOW, pdf=claim("pdf"))
HELD = InvoiceHeld(**OF, reason="no_accounting_office", received_at=NOW)


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def cause(number: int) -> UUID:
    return UUID(int=100 + number)


def of_known(change: Callable[[Document], Document]) -> Change:
    """What can only be told of a document that was accepted: before that it is parked."""
    return lambda known: change(known) if known is not None and known.issue_date is not None else None


DELIVERED: dict[str, Change] = {
    "submitted": lambda known: journeys.received(known, SUBMITTED, cause(0)),
    "accepted": lambda known: journeys.accepted(known, ACCEPTED, at(1), cause(1)),
    "held": of_known(lambda known: journeys.held(known, HELD, at(2), cause(2))),
    "routed": of_known(lambda known: journeys.routed(known, routed(), at(3), cause(3))),
    "superseded": of_known(lambda known: journeys.superseded(known, NEW, at(4), cause(4))),
    "fetched": of_known(lambda known: advance(known, "fetched", at(5), "feed", cause(5))),
    "refused": of_known(lambda known: advance(known, "refused", at(6), "not ours", cause(6))),
    "booked": of_known(lambda known: advance(known, "booked", at(7), "", cause(7))),
}
PUT_ASIDE: dict[str, Change] = {
    "submitted": DELIVERED["submitted"],
    "quarantined": lambda known: journeys.quarantined(known, quarantined(), at(1), cause(1)),
}
SAME_AGAIN: dict[str, Change] = {
    "submitted": DELIVERED["submitted"],
    "repeated": lambda known: journeys.repeated(
        known,
        InvoiceRepeated(**OF, repeats=NEW, family="invoice", number="2026-1", received_at=NOW),
        at(1),
        cause(1),
    ),
}


def told(story: dict[str, Change], order: Sequence[str]) -> Document:
    """The document after its events in this order; what comes before the acceptance waits for it."""
    document: Document | None = None
    waiting: list[str] = []
    for name in order:
        changed = story[name](document)
        if changed is None:
            waiting.append(name)
            continue
        document = changed
        while waiting and document.issue_date is not None:
            document = story[waiting.pop(0)](document) or document
    assert document is not None
    return document


def orders(story: dict[str, Change]) -> st.SearchStrategy[list[str]]:
    """Every event at least once, in any order, some of them again."""
    names = sorted(story)
    return st.lists(st.sampled_from(names), max_size=6).flatmap(lambda again: st.permutations(names + again))


def as_told(document: Document) -> Document:
    return replace(document, version=0)


@given(
    st.sampled_from([DELIVERED, PUT_ASIDE, SAME_AGAIN]).flatmap(lambda story: st.tuples(st.just(story), orders(story)))
)
def test_any_order_and_any_repetition_end_in_the_same(drawn: tuple[dict[str, Change], list[str]]) -> None:
    story, order = drawn
    assert as_told(told(story, order)) == as_told(told(story, list(story)))


@given(orders(DELIVERED))
def test_no_event_takes_a_document_back(order: list[str]) -> None:
    document = None
    for name in order:
        before, document = document, DELIVERED[name](document) or document
        if before is not None and document is not None:
            assert PROGRESS.index(document.state) >= PROGRESS.index(before.state)


def test_the_timeline_says_what_happened_when_and_because_of_what() -> None:
    document = told(DELIVERED, list(DELIVERED))
    assert [(step.state, step.detail) for step in document.timeline] == [
        ("received", ""),
        ("valid", ""),
        ("held", "no_accounting_office"),
        ("routed", ""),
        ("delivered", "feed"),
        ("superseded", f"superseded by {NEW}"),
        ("fetched", "feed"),
        ("refused", "not ours"),
        ("booked", ""),
    ]
    assert [step.cause for step in document.timeline] == [cause(each) for each in (0, 1, 2, 3, 3, 4, 5, 6, 7)]
    assert [step.at for step in document.timeline] == sorted(step.at for step in document.timeline)


@pytest.mark.parametrize(
    ("names", "state", "reason"),
    [
        (["submitted"], "received", ""),
        (["submitted", "accepted"], "valid", ""),
        (["submitted", "accepted", "held"], "held", "no_accounting_office"),
        (["submitted", "accepted", "held", "routed"], "delivered", ""),
        (["submitted", "accepted", "routed", "fetched", "refused"], "refused", "not ours"),
        (["submitted", "accepted", "routed", "superseded"], "superseded", ""),
        (["submitted", "accepted", "routed", "superseded", "booked"], "booked", ""),
    ],
)
def test_a_state_and_its_reason_follow_from_the_timeline(names: list[str], state: str, reason: str) -> None:
    document = told(DELIVERED, names)
    assert (document.state, document.reason) == (state, reason)


def test_a_booked_document_stays_booked_and_keeps_the_link_to_its_newer_version() -> None:
    document = told(DELIVERED, ["submitted", "accepted", "routed", "booked", "superseded"])
    assert (document.state, document.superseded_by) == ("booked", NEW)


def test_what_cannot_be_used_as_an_invoice_is_invalid_and_the_rest_is_quarantined() -> None:
    unusable = journeys.quarantined(None, quarantined("document_invalid"), at(1), cause(1))
    foreign = journeys.quarantined(None, quarantined("seller_mismatch"), at(1), cause(1))
    assert (unusable.state, unusable.reason) == ("invalid", "document_invalid")
    assert (foreign.state, foreign.reason, foreign.number) == ("quarantined", "seller_mismatch", "2026-1")


def test_a_newer_version_says_what_it_supersedes_and_what_differs() -> None:
    difference = Difference(field="payable", before="121.00", after="242.00")
    body = accepted(document_id=NEW, supersedes=OLD, version=2, differences=(difference,))
    document = journeys.accepted(None, body, at(9), cause(9))
    assert (document.supersedes, document.invoice_version, document.differences) == (OLD, 2, (difference,))
    assert document.timeline[-1] == Step("valid", at(9), f"supersedes {OLD}", cause(9))


def test_an_accepted_document_holds_the_facts_of_its_invoice() -> None:
    finding = Finding(code="BR-CO-15", severity="warn")
    body = accepted(
        customer=Customer(name="Peeters BV", number="BE0403170701"),
        due_date=date(2026, 3, 31),
        reference="090933755493",
        findings=(finding,),
        self_billed=True,
        received_at=NOW,
    )
    document = journeys.accepted(None, body, at(1), cause(1))
    assert (document.customer_name, document.customer_number) == ("Peeters BV", "BE0403170701")
    assert (document.due_date, document.reference, document.self_billed) == (date(2026, 3, 31), "090933755493", True)
    assert (document.payable, document.invoice_currency) == (body.payable.amount, "EUR")
    assert (document.findings, document.received_at, document.sidecar) == ((finding,), NOW, claim("sidecar"))


def test_a_document_of_a_test_key_stays_one() -> None:
    body = InvoiceSubmitted(**OF, mode="test", received_at=NOW, document=claim("xml"))
    document = journeys.received(None, body, cause(0))
    put_aside = InvoiceQuarantined(**OF, mode="test", reason="seller_mismatch")
    assert document.mode == journeys.quarantined(document, put_aside, at(1), cause(1)).mode == "test"


def test_a_document_that_is_delivered_again_and_again_keeps_a_timeline_of_bounded_length() -> None:
    document = journeys.routed(journeys.accepted(None, accepted(received_at=NOW), NOW, UUID(int=9)), routed(), NOW,
                               UUID(int=10))  # fmt: skip
    for place in range(1, 2 * MOST_STEPS):
        document = advance(document, "delivered", NOW + timedelta(hours=place), f"red_{place}")
    document = advance(document, "fetched", NOW + timedelta(hours=150, minutes=1), "feed")
    document = advance(document, "delivered", NOW + timedelta(days=90), "red_last")
    assert len(document.timeline) == MOST_STEPS
    assert [step.state for step in document.timeline[:4]] == ["received", "valid", "routed", "delivered"]
    assert document.was("fetched") and document.timeline[-1].detail == "red_last"


def test_a_late_balance_changes_nothing() -> None:
    document = told(DELIVERED, ["submitted", "accepted"])
    settled = paid(document, "settled", 2, Money.of("0.00", "EUR").amount, "EUR")
    assert settled is not None and settled.payment == "settled"
    assert paid(settled, "reopened", 1, Money.of("5.00", "EUR").amount, "EUR") is None
