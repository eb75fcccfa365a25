"""INTAKE_* variables."""

from shared.chassis.settings import ServiceSettings, settings_for


class Settings(ServiceSettings):
    """What every service is told; intake needs nothing else."""

    model_config = settings_for("intake")
