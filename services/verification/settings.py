"""VERIFICATION_* variables."""

from pydantic import Field

from shared.chassis.settings import ServiceSettings, settings_for


class Settings(ServiceSettings):
    """What verification is told besides what every service is told."""

    model_config = settings_for("verification")

    sealing_public_key: str = Field(description="base64 of token_mailer's X25519 public key: it alone reads addresses")
    helpdesk_contact: str = Field(min_length=3, description="whom to contact where the accounting office cannot help")
