"""May this company be connected? The checks in the order in which their reasons are told."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.verification.domain.directory import Company, Software
from shared.contracts.reasons import ACCOUNTING_OFFICE, reason

_MENDED_BY_THE_OFFICE = frozenset({"company_unknown", "email_unknown", "email_bounced"})


@dataclass(frozen=True, slots=True)
class Standing:
    """All that the checks need to know of a company: nothing that names a person or an office."""

    ceased: bool = False
    served: bool = False
    served_by_client: bool = False
    has_email: bool = False
    bounced: bool = False


def standing_of(company: Company, day: date) -> Standing:
    """How a company stands on a day."""
    return Standing(
        ceased=company.ceased,
        served=any(period.holds_on(day) for period in company.periods),
        served_by_client=company.office_on(day) is not None,
        has_email=company.email is not None,
        bounced=company.bounced,
    )


def obstacle(standing: Standing | None) -> str | None:
    """Why the company cannot be connected, as a code of the catalogue of reasons; None when it can.

    What lies furthest from the asking software is told first: an address is of no use without an office.
    """
    if standing is None:
        return "company_unknown"
    checks = (
        (standing.ceased, "company_ceased"),
        (not standing.served, "no_accounting_office"),
        (not standing.served_by_client, "office_not_a_client"),
        (not standing.has_email, "email_unknown"),
        (standing.bounced, "email_bounced"),
    )
    return next((code for failed, code in checks if failed), None)


def software_obstacle(software: Software | None) -> str | None:
    """Why the software may not ask; None when it may."""
    if software is None:
        return "software_not_allowed"
    return "software_suspended" if software.state == "suspended" else None


def outcome_of(code: str) -> Literal["blocked", "refused"]:
    """Whether someone can mend the reason and the request waits, or the answer is final."""
    return "blocked" if reason(code).outcome == "blocked" else "refused"


def contact_for(code: str, help_desk: str) -> str:
    """Whom to contact: `accounting_office`, never by its name, or the operator's help desk."""
    return ACCOUNTING_OFFICE if code in _MENDED_BY_THE_OFFICE else help_desk
