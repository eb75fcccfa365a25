"""Which office receives a document: the one that serves the company on the day of receipt in Brussels."""

from collections.abc import Sequence
from datetime import date

from shared.contracts.directory import OfficePeriod

COMPANY_UNKNOWN = "company_unknown"
NO_OFFICE = "no_accounting_office"
SANDBOX_DOCUMENT = "sandbox_document"


def office_on(periods: Sequence[OfficePeriod], day: date) -> OfficePeriod | None:
    """The office that serves on a day; if none does, the first whose period begins later."""
    serving = [period for period in periods if period.since <= day and (period.until is None or day < period.until)]
    if serving:
        return max(serving, key=lambda period: period.since)
    later = [period for period in periods if period.since > day]
    return min(later, key=lambda period: period.since, default=None)
