"""What delivery is told at start: `DELIVERY_*`."""

import base64
import binascii

from pydantic import Field, SecretStr, field_validator

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

    @field_validator("kafka_password_secret")
    @classmethod
    def _bytes_in_base64(cls, text: SecretStr) -> SecretStr:
        try:
            decoded = base64.b64decode(text.get_secret_value(), validate=True)
        except binascii.Error:
            raise ValueError("kafka_password_secret_malformed: expected base64") from None
        if len(decoded) < 16:
            raise ValueError("kafka_password_secret_short: expected at least 16 bytes in base64")
        return text

    @property
    def password_secret(self) -> bytes:
        """The decoded secret."""
        return base64.b64decode(self.kafka_password_secret.get_secret_value(), validate=True)

    @property
    def edge_bootstrap(self) -> str:
        """Where offices and softwares connect to Kafka."""
        return self.edge_bootstrap_servers or self.kafka_bootstrap_servers
