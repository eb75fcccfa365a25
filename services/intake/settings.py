"""INTAKE_* variables."""

from datetime import timedelta

from pydantic import Field

from services.intake.domain.probing import Limits
from shared.chassis.settings import ServiceSettings, settings_for


class Settings(ServiceSettings):
    """What every service is told, and how much one software may ask."""

    model_config = settings_for("intake")

    daily_companies: int = Field(
        10_000, ge=1, description="different companies that a software without a quota of its own asks for in a day"
    )
    unknown_sample: int = Field(50, ge=1, description="latest answers of a software that are looked at")
    unknown_percent: int = Field(30, ge=1, le=100, description="unknown companies among them before it is slowed down")
    throttled_pause_s: int = Field(60, ge=1, description="seconds between two new companies of one slowed down")

    @property
    def limits(self) -> Limits:
        """The same as the rules know them."""
        pause = timedelta(seconds=self.throttled_pause_s)
        return Limits(self.daily_companies, self.unknown_sample, self.unknown_percent, pause)
