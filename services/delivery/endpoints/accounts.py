"""Bank accounts: since when their statements are whole, and what is missing."""

import base64
import binascii
from datetime import date
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query

from services.delivery.domain.accounts import AccountKey, AccountState, Gap, Place
from services.delivery.domain.gap_words import gap_sentences
from services.delivery.endpoints.answers import described
from services.delivery.endpoints.payment_answers import AccountPage
from services.delivery.ports import ReadingStore
from services.delivery.ports.accounts import WithGaps
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.values import Currency, EnterpriseNumber, Iban, Money, ValueRejected
from shared.values.bank_days import bank_days_between
from shared.values.days import belgian_day

routes = APIRouter()
Reader = Annotated[Call, Depends(caller("office", "software", "operator"))]


def may_read_statements(call: Call) -> None:
    """Raises `Problem` 403 `scope_missing` for a software whose key may not read statements."""
    if call.principal.kind == "software" and "statements:read" not in call.principal.scopes:
        raise Problem(403, "scope_missing", "These credentials do not have the scope statements:read.")


@routes.get("/v1/accounts", responses=described(AccountPage))
async def list_accounts(
    call: Reader,
    company: Annotated[list[EnterpriseNumber] | None, Query(max_length=100)] = None,
    gaps: Annotated[WithGaps, Query(description="only accounts in which something is missing")] = "",
    cursor: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """Each account with its first and last statement, since when nothing is missing, and its open gaps.

    An office sees the companies that it serves today, a software those whose statements a connection of it may read.
    `gaps=alarmed` are those in which a statement did not come within one bank day. 400 `cursor_invalid`.
    """
    may_read_statements(call)
    behind = _key_of(cursor)
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        found = await store.accounts(company or [], gaps, behind, limit + 1)
        numbers = {state.account.key[0] for state in found}
        clients = await store.clients(numbers) if call.principal.kind == "office" and numbers else {}
        today = belgian_day(tx.now)
    shown = found[:limit]
    names = {number: client.name for number, client in clients.items()}
    return {
        "accounts": [_view(state, names.get(state.account.key[0]), today) for state in shown],
        "cursor": _cursor(shown[-1].account.key) if len(found) > limit else None,
    }


def _view(state: AccountState, name: str | None, today: date) -> dict[str, Any]:
    company, iban, currency = state.account.key
    return {
        "enterprise_number": company,
        "company_name": name,
        "iban": iban,
        "currency": currency,
        "first_statement": _place(state.account.first),
        "last_statement": _place(state.account.last),
        "balance": amount(state.account.balance),
        "unbroken_since": _place(state.unbroken_since),
        "final_through": _place(state.final_through) if state.final_through is not None else None,
        "silent_bank_days": bank_days_between(state.account.last.day, today),
        "gaps": [_gap(gap) for gap in state.gaps],
    }


def _gap(gap: Gap) -> dict[str, Any]:
    facts = gap.known_facts
    return {
        "statement_id": gap.statement_id,
        "year": facts.year,
        "sequence": facts.sequence,
        "day": facts.day,
        "before": facts.before.model_dump() if facts.before is not None else None,
        "missing": facts.missing.model_dump() if facts.missing is not None else None,
        "expected_balance": amount(facts.expected_balance),
        "found_balance": amount(facts.found_balance),
        "difference": amount(facts.found_balance - facts.expected_balance),
        "opened_at": gap.opened_at,
        "alarmed_at": gap.alarmed_at,
        "i18n": gap_sentences(facts),
    }


def amount(money: Money) -> dict[str, str]:
    """An amount as it is shown."""
    return {"amount": f"{money.amount:f}", "currency": str(money.currency)}


def _place(place: Place) -> dict[str, Any]:
    return {
        "statement_id": place.statement_id,
        "year": place.year,
        "sequence": place.sequence,
        "day": place.day,
    }


def _cursor(key: AccountKey) -> str:
    return base64.urlsafe_b64encode("1:{}:{}:{}".format(*key).encode()).decode().rstrip("=")


def _key_of(cursor: str) -> AccountKey | None:
    if not cursor:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        version, company, iban, currency = text.split(":")
        key = EnterpriseNumber(company), Iban(iban), Currency(currency)
    except (binascii.Error, ValueError, ValueRejected):
        raise _unusable() from None
    if version != "1" or _cursor(key) != cursor:
        raise _unusable()
    return key


def _unusable() -> Problem:
    detail = "the cursor is not one that was given out"
    told = {"pointer": "", "parameter": "cursor", "in": "query", "code": "cursor_invalid", "detail": detail}
    return Problem(400, "cursor_invalid", detail, errors=[told])
