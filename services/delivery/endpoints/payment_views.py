"""Payments as an office or a software sees them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.delivery.domain.payment_words import reason_sentences, rule_sentences
from services.delivery.domain.payments import Payment
from services.delivery.domain.pods import serves
from services.delivery.endpoints.accounts import amount
from services.delivery.endpoints.provisional import provisional_payments
from services.delivery.ports import ReadingStore
from shared.chassis.http import Call
from shared.contracts.evidence_words import evidence_sentences
from shared.contracts.match_words import meaning_words
from shared.contracts.statements import Allocation, AllocationFact
from shared.values import EnterpriseNumber, OfficeId, PaymentId
from shared.values.days import belgian_day


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known beside some payments to show them.

    `numbers` are the invoices of each company that the caller sees, among those that were looked at; None for all.
    `read` are the companies whose statements it may read; `provisional` the payments by movements of statements
    before which something is missing.
    """

    names: Mapping[EnterpriseNumber, str]
    numbers: Mapping[EnterpriseNumber, Collection[str]] | None
    read: Collection[EnterpriseNumber]
    provisional: Collection[PaymentId]

    def view(self, payment: Payment) -> dict[str, Any]:
        """The payment as the caller sees it."""
        allocation = _allocation(payment)
        may_read = payment.enterprise_number in self.read
        said = payment.standing
        return {
            "id": payment.payment_id,
            "state": payment.state,
            "enterprise_number": payment.enterprise_number,
            "company_name": self.names.get(payment.enterprise_number),
            "document_id": payment.document_id,
            "invoice_number": payment.invoice_number,
            "amount": amount(allocation.amount),
            "balance": amount(payment.balance),
            "movement": _movement(allocation),
            "rule": {"code": allocation.rule, "i18n": rule_sentences(allocation.rule)},
            "evidence": allocation.evidence if may_read else "",
            "evidence_i18n": evidence_sentences(allocation.evidence) if may_read else {},
            "facts": [_fact(fact) for fact in allocation.facts] if may_read else [],
            "difference": allocation.difference.model_dump(mode="json") if allocation.difference is not None else None,
            "rejected": self._rejected(payment, allocation),
            "rank": payment.rank,
            "reasons": [{"code": code, "i18n": reason_sentences(code)} for code in payment.reasons],
            "return_reason": payment.return_reason or None,
            "provisional": payment.payment_id in self.provisional,
            "decision": {"decision": said.decision, "kind": said.by.partition(":")[0], "at": said.at} if said else None,
            "first_at": payment.first_at,
            "changed_at": payment.changed_at,
        }

    def details(self, payment: Payment) -> dict[str, Any]:
        """The same with its history."""
        history = [{"state": step.state, "at": step.at, "balance": amount(step.balance)} for step in payment.history]
        return {**self.view(payment), "history": history}

    def _rejected(self, payment: Payment, allocation: Allocation) -> list[dict[str, Any]]:
        own = self.numbers.get(payment.enterprise_number, ()) if self.numbers is not None else None
        return [
            {**each.model_dump(), "i18n": reason_sentences(each.reason)}
            for each in allocation.rejected
            if own is None or each.invoice_number in own
        ]


async def acting_for(
    call: Call, store: ReadingStore, companies: Collection[EnterpriseNumber], now: datetime
) -> Collection[EnterpriseNumber]:
    """Those of the companies for which the caller acts now (UTC): an office that serves them today, a software with an
    active connection that may read their statements. An invoice stays seen by whoever had it; the bank's words do
    not."""
    if call.principal.kind != "office":
        return await store.readable_companies(companies)
    office, today = OfficeId(call.principal.id), belgian_day(now)
    clients = await store.clients(companies)
    return {number for number, client in clients.items() if serves(office, client.offices, today)}


async def surroundings(call: Call, store: ReadingStore, payments: Collection[Payment], now: datetime) -> Shown:
    """Looks up what is needed to show these payments to the caller at this moment (UTC)."""
    companies = {payment.enterprise_number for payment in payments}
    if not companies:
        return Shown({}, None, (), ())
    if call.principal.kind == "office":
        clients = await store.clients(companies)
        names = {number: client.name for number, client in clients.items()}
        read = await acting_for(call, store, companies, now)
        return Shown(names, None, read, await provisional_payments(call, store, payments))
    numbers = {}
    for company in sorted(companies):
        looked_at = {
            each.invoice_number
            for payment in payments
            if payment.enterprise_number == company
            for each in _allocation(payment).rejected
        }
        numbers[company] = await store.own_numbers(company, looked_at) if looked_at else set()
    read = await acting_for(call, store, companies, now)
    return Shown({}, numbers, read, await provisional_payments(call, store, payments))


def _movement(allocation: Allocation) -> dict[str, Any]:
    return {
        "statement_id": allocation.statement_id,
        "iban": allocation.iban,
        "year": allocation.year,
        "statement": allocation.sequence,
        "sequence": allocation.movement,
        "detail": allocation.detail,
        "value_date": allocation.value_date,
    }


def _fact(fact: AllocationFact) -> dict[str, Any]:
    return {**fact.model_dump(), "i18n": meaning_words(fact.meaning)}


def _allocation(payment: Payment) -> Allocation:
    if payment.allocation is None:
        raise ValueError(f"nothing but the end of {payment.payment_id} is known")
    return payment.allocation
