"""Whose account it is. The mandate is the authority; the number in a CODA header is a hint that may contradict it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.coda_reconciler.domain.summary import Summary
from shared.contracts.directory import CompanyChanged
from shared.values import EnterpriseNumber, Iban

NO_MANDATE = "no_mandate"
MANDATE_CONFLICT = "mandate_conflict"
COMPANY_MISMATCH = "company_mismatch"
SEPARATE_APPLICATION = "separate_application"
NUMBER_CONFLICT = "number_conflict"


@dataclass(frozen=True, slots=True)
class AccountMandate:
    """A company lets us have the statements of an account; `until` is the first day it no longer does."""

    iban: Iban
    enterprise_number: EnterpriseNumber
    since: date
    until: date | None = None


def mandates_of(company: CompanyChanged) -> list[AccountMandate]:
    """The mandates of a snapshot."""
    return [
        AccountMandate(mandate.iban, company.enterprise_number, mandate.since, mandate.until)
        for mandate in company.mandates
    ]


def by_account(mandates: Iterable[AccountMandate]) -> dict[Iban, list[AccountMandate]]:
    """The mandates of each account."""
    found: dict[Iban, list[AccountMandate]] = {}
    for mandate in mandates:
        found.setdefault(mandate.iban, []).append(mandate)
    return found


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a readable statement is not booked; `columns` of the header or of record 1 where one says so."""

    code: str
    columns: str
    found: str
    expected: str


def company_of(statement: Summary, mandates: Sequence[AccountMandate]) -> EnterpriseNumber | Refusal:
    """The company that a statement is booked for, or why it is not.

    The mandate in force on the day of the new balance decides; if none was, the first that begins later, as a
    company may let us have older statements. An ended mandate never gives later statements away.
    """
    if statement.separate_application:
        # All of its money stands in the file with every movement (CODA 2.6 §5.1): as the same movements, for `01500`
        # is every transfer in one's favour, or within a total of type 2 of which it is the details (§7.2.2). No record
        # names that total, and its own balances are zero (§7.2.1), so that nobody can tell the one from the other:
        # booked or matched from here, the same money would pay twice. The total is what a person is asked about.
        return Refusal(SEPARATE_APPLICATION, "84-88", "a separate application", "00000: every movement")
    holders = _holders(statement, mandates)
    if not holders:
        return Refusal(NO_MANDATE, "6-42", statement.iban, "an account that a company gave a mandate for")
    hint = statement.holder_number
    if len(holders) > 1 and hint not in holders:
        return Refusal(MANDATE_CONFLICT, "6-42", statement.iban, "a mandate of one company only")
    company = hint if hint is not None and hint in holders else next(iter(holders))
    if hint is not None and hint != company:
        return Refusal(COMPANY_MISMATCH, "72-82", hint, "the company that gave the mandate for this account")
    return company


def _holders(statement: Summary, mandates: Sequence[AccountMandate]) -> set[EnterpriseNumber]:
    day = statement.new_balance_date
    of_account = [mandate for mandate in mandates if mandate.iban == statement.iban]
    not_ended = [mandate for mandate in of_account if mandate.until is None or day < mandate.until]
    in_force = {mandate.enterprise_number for mandate in not_ended if mandate.since <= day}
    if in_force or not not_ended:
        return in_force
    first = min(mandate.since for mandate in not_ended)
    return {mandate.enterprise_number for mandate in not_ended if mandate.since == first}
