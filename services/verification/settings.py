"""VERIFICATION_* variables."""

from pydantic import Field

from shared.chassis.settings import ServiceSettings, settings_for


class Settings(ServiceSettings):
    """What verification is told besides what every service is told."""

    model_config = settings_for("verification")

    sealing_public_key: str = Field(description="base64 of token_mailer's X25519 public key: it alone reads addresses")
    helpdesk_contact: str = Field(min_length=3, description="whom to contact where the accounting office cannot help")
    import_limit_bytes: int = Field(64_000_000, ge=1, description="bytes of a list of clients; the door has its own")
    readiness_per_minute: int = Field(60, ge=1, description="readiness answers to one software in a minute")
    readiness_per_day: int = Field(2000, ge=1, description="readiness answers to one software in a day (UTC)")
