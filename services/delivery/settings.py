"""What delivery is told at start: `DELIVERY_*`."""

import base64
import binascii
from typing import Literal, Self

from pydantic import DirectoryPath, Field, FilePath, SecretStr, ValidationInfo, field_validator, model_validator

from services.delivery.domain.addresses import Reach
from shared.chassis.settings import ServiceSettings, settings_for
from shared.values import EmailAddress


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
        "", description="CIDR blocks and hosts, with commas, that webhooks and SFTP may reach beside the internet"
    )

    rendering_processes: int = Field(2, ge=1, le=16, description="processes that make PDF files, started on demand")
    rendering_timeout_ms: int = Field(20_000, ge=100, description="milliseconds that one PDF may take to make")

    parcels_megabytes: int = Field(
        256, ge=1, description="memory for all documents that channels are handed at one time; a larger one goes alone"
    )
    folder_root: DirectoryPath | None = Field(
        None, description="below it each office has its folder; without it there are no channels of the kind folder"
    )
    smtp_host: str = Field("", description="without it there are no channels of the kind mail")
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_timeout_s: float = Field(19.0, gt=0, le=20, description="for the whole dialogue")
    smtp_ca_file: FilePath | None = Field(None, description="PEM; checks the mail server instead of the system's")
    smtp_lines: int = Field(8, ge=1, le=100, description="connections to the mail server at once, and mails")
    mail_from: str = Field("", description="an address, or a name with an address in angle brackets")
    bounce_address: EmailAddress | None = Field(None, description="to which mails come back; else that of mail_from")

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

    @model_validator(mode="after")
    def _a_sender_where_there_is_a_mail_server(self) -> Self:
        odd = any(ord(character) < 32 for character in self.mail_from)
        if odd or (self.smtp_host and "@" not in self.mail_from):
            raise ValueError("mail_from_malformed: expected an address on one line")
        return self

    @property
    def return_path(self) -> str:
        """The address that mails come back to."""
        if self.bounce_address is not None:
            return str.__str__(self.bounce_address)
        return self.mail_from.rpartition("<")[2].rstrip("> ")

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
