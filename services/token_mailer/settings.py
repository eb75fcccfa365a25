"""What the token mailer is told at start: `TOKEN_MAILER_*`."""

from base64 import b64decode
from datetime import timedelta
from typing import Literal

from pydantic import DirectoryPath, Field, FilePath, SecretStr, field_validator

from services.token_mailer.domain.bounces import LONGEST_LOCAL_PART
from services.token_mailer.domain.tokens import TokenKey, TokenKeys
from shared.chassis.bearers import BearerSigner
from shared.chassis.settings import ServiceSettings, settings_for
from shared.values import EmailAddress


class Settings(ServiceSettings):
    """Keys are base64 of 32 bytes; retired ones are kept, separated by commas, until what they made has
    ended."""

    model_config = settings_for("token_mailer")

    token_key: SecretStr = Field(description="derives tokens and credentials; nobody else has it")
    retired_token_keys: SecretStr = SecretStr("")
    bearer_private_key: SecretStr = Field(description="Ed25519 (RFC 8032), base64 of 32 bytes: signs access tokens")
    sealing_private_key: SecretStr = Field(description="X25519 (RFC 7748): opens the sealed e-mail addresses")
    retired_sealing_private_keys: SecretStr = SecretStr("")
    smtp_host: str
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_timeout_s: float = Field(25.0, gt=0, le=28, description="for the whole dialogue; a task has 30 s")
    smtp_ca_file: FilePath | None = Field(None, description="PEM; checks the mail server instead of the system's")
    smtp_lines: int = Field(16, ge=1, le=100, description="connections to the mail server at once, and mails")
    mail_from: str = Field(description="an address, or a name with an address in angle brackets")
    bounce_address: EmailAddress | None = Field(
        None, description="the mailbox to which mails come back; what has a plus sign behind its name reaches it too"
    )
    bounce_folder: DirectoryPath | None = Field(None, description="that mailbox as a Maildir, looked into by us")
    bounce_key_sha256: str = Field(
        "", pattern=r"^([0-9a-f]{64})?$", description="SHA-256 of a mail server's key for POST /v1/mail/bounces"
    )
    token_lifetime_hours: int = Field(72, ge=1, le=24 * 30)

    @field_validator("mail_from")
    @classmethod
    def _one_line_with_an_address(cls, text: str) -> str:
        if "@" not in text or any(ord(character) < 32 for character in text):
            raise ValueError("mail_from_malformed: expected an address on one line")
        return text

    @field_validator("bounce_address")
    @classmethod
    def _with_room_for_a_signature(cls, address: EmailAddress | None) -> EmailAddress | None:
        local = address.rpartition("@")[0] if address else ""
        if "+" in local or len(local) > LONGEST_LOCAL_PART:
            expected = f"a name of at most {LONGEST_LOCAL_PART} characters without a plus sign"
            raise ValueError(f"bounce_address_malformed: found {len(local)} characters, expected {expected}")
        return address

    @field_validator("token_key")
    @classmethod
    def _a_key_of_32_bytes(cls, text: SecretStr) -> SecretStr:
        TokenKey(b64decode(text.get_secret_value(), validate=True))
        return text

    @field_validator("bearer_private_key")
    @classmethod
    def _a_key_that_signs(cls, text: SecretStr) -> SecretStr:
        BearerSigner(text.get_secret_value())
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
