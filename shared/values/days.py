"""Days as Belgium counts them: an office serves a company, and an invoice is received, on a day of its calendar."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


def belgian_day(moment: datetime) -> date:
    """The calendar day in Belgium of a moment with time zone."""
    return moment.astimezone(BRUSSELS).date()
