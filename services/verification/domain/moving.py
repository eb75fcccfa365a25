"""A company moves to another accounting office: its connections stay, and their softwares hear from which day."""

from dataclasses import replace
from datetime import date

from services.verification.domain.directory import Company, Period
from services.verification.domain.requests import Request
from shared.contracts import ConnectionOfficeChanged
from shared.values import OfficeId


def office_ahead(company: Company, day: date) -> OfficeId | None:
    """The client office with which the company is from this day on, or will be: the last one that is known."""
    ahead = _last_period(company, day)
    return ahead.office_id if ahead is not None else None


def moved(request: Request, company: Company | None, day: date) -> tuple[Request, ConnectionOfficeChanged] | None:
    """An active connection's request under its company's next office, and the event that tells of it; else None.

    It is told as soon as it is known, so `since` may lie ahead; a day that has passed becomes `day`, for what came
    in until now went to the office before. A company that has no client office for a while did not move.
    """
    ahead = _last_period(company, day) if company is not None else None
    if (request.state, request.mode) != ("active", "live") or ahead is None or ahead.office_id == request.office_id:
        return None
    after = replace(request, office_id=ahead.office_id, version=request.version + 1)
    body = ConnectionOfficeChanged(
        connection_id=request.connection_id,
        enterprise_number=request.enterprise_number,
        software=request.software,
        mode=request.mode,
        since=max(ahead.since, day),
    )
    return after, body


def _last_period(company: Company, day: date) -> Period | None:
    open_ones = [period for period in company.periods if period.client and (period.until is None or period.until > day)]
    return max(open_ones, key=lambda period: (period.since, period.office_id), default=None)
