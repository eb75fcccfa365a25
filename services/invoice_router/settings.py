"""The INVOICE_ROUTER_* variables."""

from shared.chassis.settings import ServiceSettings, settings_for


class Settings(ServiceSettings):
    """What every service has, and how long one document may take to read."""

    model_config = settings_for("invoice_router")

    reading_timeout_ms: int = 5000
