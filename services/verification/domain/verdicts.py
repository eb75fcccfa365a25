"""May this company be connected? The checks in the order in which their reasons are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.verification.domain.directory import Company, Software
from services.verification.domain.keys import granted
from shared.contracts.reasons import ACCOUNTING_OFFICE, reason

_MENDED_BY_THE_OFFICE = frozenset({"company_unknown", "email_unknown", "email_unverified", "email_bounced"})


@dataclass(frozen=True, slots=True)
class Standing:
    """All that the checks need to know of a company: nothing that names a person or an office."""

    ceased: bool = False
    served: bool = False
    served_by_client: bool = False
    has_email: bool = False
    bounced: bool = False
    unconfirmed: bool = False


def standing_of(company: Company, day: date) -> Standing:
    """How a company stands on a day."""
    return Standing(
        ceased=company.ceased,
        served=any(period.holds_on(day) for period in company.periods),
        served_by_client=company.office_on(day) is not None,
        has_email=company.email is not None,
        bounced=company.bounced,
        unconfirmed=company.unconfirmed,
    )


def obstacle(standing: Standing | None) -> str | None:
    """Why the company cannot be connected, as a code of the catalogue of reasons; None when it can.

    The order is a promise: what lies furthest from the asking software is told first, for an address is of no
    use without an office. Whether the software may ask, and whether it is connected already, is looked at after.
    """
    if standing is None:
        return "company_unknown"
    checks = (
        (standing.ceased, "company_ceased"),
        (not standing.served, "no_accounting_office"),
        (not standing.served_by_client, "office_not_a_client"),
        (not standing.has_email, "email_unknown"),
        (standing.unconfirmed, "email_unverified"),
        (standing.bounced, "email_bounced"),
    )
    return next((code for failed, code in checks if failed), None)


def software_obstacle(software: Software | None, scopes: Sequence[str] = ()) -> str | None:
    """Why the software may not ask, or not for a connection with these rights; None when it may."""
    if software is None or granted(scopes, software) is None:
        return "software_not_allowed"
    return "software_suspended" if software.state == "suspended" else None


def outcome_of(code: str) -> Literal["blocked", "refused"]:
    """Whether someone can mend the reason and the request waits, or the answer is final."""
    return "blocked" if reason(code).outcome == "blocked" else "refused"


def contact_for(code: str, help_desk: str) -> str:
    """Whom to contact: `accounting_office`, never by its name, or the operator's help desk."""
    return ACCOUNTING_OFFICE if code in _MENDED_BY_THE_OFFICE else help_desk
