"""What the token mailer is told at start: `TOKEN_MAILER_*`."""

from base64 import b64decode
from datetime import timedelta
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from services.token_mailer.domain.tokens import TokenKey, TokenKeys
from shared.chassis.settings import ServiceSettings, settings_for


class Settings(ServiceSettings):
    """Keys are base64 of 32 bytes; retired ones are kept, separated by commas, until what they made has
    ended."""

    model_config = settings_for("token_mailer")

    token_key: SecretStr = Field(description="derives tokens and credentials; nobody else has it")
    retired_token_keys: SecretStr = SecretStr("")
    sealing_private_key: SecretStr = Field(description="X25519 (RFC 7748): opens the sealed e-mail addresses")
    retired_sealing_private_keys: SecretStr = SecretStr("")
    smtp_host: str
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_timeout_s: float = Field(25.0, gt=0, le=28, description="for the whole dialogue; a task has 30 s")
    mail_from: str = Field(description="an address, or a name with an address in angle brackets")
    token_lifetime_hours: int = Field(72, ge=1, le=24 * 30)

    @field_validator("mail_from")
    @classmethod
    def _one_line_with_an_address(cls, text: str) -> str:
        if "@" not in text or any(ord(character) < 32 for character in text):
            raise ValueError("mail_from_malformed: expected an address on one line")
        return text

    @field_validator("token_key")
    @classmethod
    def _a_key_of_32_bytes(cls, text: SecretStr) -> SecretStr:
        TokenKey(b64decode(text.get_secret_value(), validate=True))
        return text

    @property
    def token_keys(self) -> TokenKeys:
        """The key for what is issued now, and those for what was issued before."""
        return TokenKeys(
            _key(self.token_key.get_secret_value()), [_key(each) for each in _list(self.retired_token_keys)]
        )

    @property
    def sealing_keys(self) -> tuple[str, ...]:
        """The private keys that open sealed addresses, the current one first."""
        return (self.sealing_private_key.get_secret_value(), *_list(self.retired_sealing_private_keys))

    @property
    def token_lifetime(self) -> timedelta:
        """How long a token can be registered."""
        return timedelta(hours=self.token_lifetime_hours)


def _key(text: str) -> TokenKey:
    return TokenKey(b64decode(text, validate=True))


def _list(secret: SecretStr) -> list[str]:
    return [each.strip() for each in secret.get_secret_value().split(",") if each.strip()]
