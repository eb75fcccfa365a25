"""The INVOICE_ROUTER_* variables."""

import os

from pydantic import Field

from shared.chassis.settings import ServiceSettings, settings_for

_MOST_BY_DEFAULT = 4


class Settings(ServiceSettings):
    """What every service has, and how documents are read."""

    model_config = settings_for("invoice_router")

    reading_timeout_ms: int = Field(5000, ge=100, description="milliseconds that one document may take to read")
    reading_processes: int = Field(
        default_factory=lambda: min(os.cpu_count() or 1, _MOST_BY_DEFAULT),
        ge=1,
        le=64,
        description="processes that read documents; by default one a core, at most 4",
    )
