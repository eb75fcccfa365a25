"""What delivery is told at start: `DELIVERY_*`."""

import base64
import binascii

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from services.delivery.domain.addresses import Reach
from shared.chassis.settings import ServiceSettings, settings_for


class Settings(ServiceSettings):
    """It makes the edge of Kafka, so it alone beside the administration has an administrator's account."""

    model_config = settings_for("delivery")

    kafka_admin_username: str = Field(min_length=1)
    kafka_admin_password: SecretStr
    kafka_password_secret: SecretStr = Field(
        description="base64; the passwords of offices and softwares on Kafka are derived from it"
    )
    edge_bootstrap_servers: str = Field(
        "", description="host:port of Kafka as offices and softwares reach it; empty: as this service does"
    )

    webhook_key: SecretStr = Field(description="base64; the secrets of webhook endpoints are derived from it")
    webhooks_allow_inside: str = Field(
        "", description="CIDR blocks and hosts, with commas, that webhooks may reach beside the public internet"
    )

    @field_validator("kafka_password_secret", "webhook_key")
    @classmethod
    def _bytes_in_base64(cls, text: SecretStr, info: ValidationInfo) -> SecretStr:
        try:
            decoded = base64.b64decode(text.get_secret_value(), validate=True)
        except binascii.Error:
            raise ValueError(f"{info.field_name}_malformed: expected base64") from None
        if len(decoded) < 16:
            raise ValueError(f"{info.field_name}_short: expected at least 16 bytes in base64")
        return text

    @field_validator("webhooks_allow_inside")
    @classmethod
    def _networks_and_hosts(cls, text: str) -> str:
        _reach(text)
        return text

    @property
    def password_secret(self) -> bytes:
        """The decoded secret."""
        return base64.b64decode(self.kafka_password_secret.get_secret_value(), validate=True)

    @property
    def webhook_secret(self) -> bytes:
        """The decoded key."""
        return base64.b64decode(self.webhook_key.get_secret_value(), validate=True)

    @property
    def reach(self) -> Reach:
        """Where webhooks may go."""
        return _reach(self.webhooks_allow_inside)

    @property
    def edge_bootstrap(self) -> str:
        """Where offices and softwares connect to Kafka."""
        return self.edge_bootstrap_servers or self.kafka_bootstrap_servers


def _reach(text: str) -> Reach:
    return Reach.of(each.strip() for each in text.split(",") if each.strip())
