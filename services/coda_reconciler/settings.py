"""The CODA_RECONCILER_* variables."""

from shared.chassis.settings import ServiceSettings, settings_for


class Settings(ServiceSettings):
    """Nothing beyond what every service has."""

    model_config = settings_for("coda_reconciler")
