"""What an office says of a channel, and the channel that follows from it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from services.delivery.domain.addresses import Reach
from services.delivery.domain.channel_secrets import (
    SftpSecret,
    checked_signing_secret,
    sftp_text,
    signing_text,
)
from services.delivery.domain.channels import (
    DEFAULT_FILES,
    DEFAULT_STATEMENT_FILES,
    FINGERPRINT,
    Channel,
    ChannelKind,
    FileKind,
    MailPlace,
    SftpPlace,
    StatementFileKind,
    WebhookPlace,
    checked_sftp,
    in_order,
    statement_files_in_order,
)
from services.delivery.domain.confirmations import unproven
from services.delivery.domain.deliverables import MODELS, Model
from services.delivery.ports import Secrets
from shared.chassis.errors import InvalidMessage, Problem
from shared.values import EmailAddress, EnterpriseNumber, Language, ValueRejected

T = TypeVar("T")
_PLAIN = r"^[^\x00-\x1f\x7f-\x9f]*$"
Name = Annotated[str, Field(max_length=100, pattern=_PLAIN)]
ClientCode = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_PLAIN)]
Files = Annotated[
    tuple[FileKind, ...],
    Field(min_length=1, max_length=3, description="Kafka carries the XML, a webhook links to all: both ignore it"),
]
StatementFiles = Annotated[
    tuple[StatementFileKind, ...],
    Field(
        min_length=1,
        max_length=4,
        description="of a statement: the bank's lines, a replica, camt.053, what was read; Kafka carries the lines",
    ),
]
Documents = Annotated[
    tuple[Model, ...],
    Field(min_length=1, max_length=2, description="which kinds it carries; by default all that there are"),
]
Companies = Annotated[tuple[EnterpriseNumber, ...], Field(max_length=2_000)]
ClientCodes = Annotated[tuple[ClientCode, ...], Field(max_length=2_000)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class SftpForm(_Form):
    """A server. Without `host_key` nothing is sent; the test tells which key the server shows."""

    host: str = Field(min_length=1, max_length=255)
    port: int = Field(22, ge=1, le=65535)
    username: str = Field(min_length=1, max_length=100, pattern=_PLAIN)
    folder: str = Field("", max_length=200, pattern=_PLAIN, description="on the server; with / at its begin: absolute")
    host_key: str | None = Field(None, pattern=FINGERPRINT, description="as `ssh-keygen -l` shows it")
    password: SecretStr | None = Field(None, min_length=1, max_length=500)
    private_key: SecretStr | None = Field(None, min_length=1, max_length=20_000, description="OpenSSH or PEM")
    passphrase: SecretStr | None = Field(None, max_length=500)

    @property
    def secret(self) -> SftpSecret | None:
        """None where nothing is said of it."""
        if self.password is None and self.private_key is None:
            return None
        texts = (self.password, self.private_key, self.passphrase)
        return SftpSecret(*(each.get_secret_value() if each is not None else "" for each in texts))


class MailForm(_Form):
    """The mailbox of the package."""

    address: EmailAddress


class WebhookForm(_Form):
    """An address. Its calls are signed with `secret` (Standard Webhooks 1.0.0), and for a day with the one before."""

    url: str = Field(min_length=1, max_length=2_000)
    secret: SecretStr | None = Field(None, max_length=200, description="whsec_ and base64 of 24 to 64 bytes")


class _Wishes(_Form):
    sftp: SftpForm | None = None
    mail: MailForm | None = None
    webhook: WebhookForm | None = None


class NewChannel(_Wishes):
    """A channel as it is asked for; the object of its kind says where it goes (none for a folder and Kafka)."""

    kind: ChannelKind
    name: Name = ""
    companies: Companies = ()
    client_codes: ClientCodes = ()
    documents: Documents = MODELS
    files: Files | None = None
    statement_files: StatementFiles | None = None
    language: Language | None = None
    enabled: bool = True


class ChannelChange(_Wishes):
    """What is to be otherwise; what is not named stays. The object of the channel's kind is given whole; a secret
    that it leaves out stays, unless it would go to another server or user."""

    name: Name | None = None
    companies: Companies | None = None
    client_codes: ClientCodes | None = None
    documents: Documents | None = None
    files: Files | None = None
    statement_files: StatementFiles | None = None
    language: Language | None = None
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class Placing:
    """What is needed to place a channel: where it may go, who keeps secrets, when it is."""

    reach: Reach
    secrets: Secrets
    now: datetime

    def placed(self, channel: Channel, wishes: _Wishes) -> Channel:
        """The channel as the wishes have it.

        Raises `Problem` 422: a place that is not taken, the object of another kind, a secret that is missing.
        """
        for kind in ("sftp", "mail", "webhook"):
            named = getattr(wishes, kind) is not None
            if named and channel.kind != kind:
                raise _refused(f"/{kind}", "request_malformed", f"found {kind} for a channel of kind {channel.kind}")
            if not named and channel.kind == kind and channel.place is None:
                raise _refused(f"/{kind}", "request_malformed", f"found none, expected where this {kind} channel goes")
        if wishes.sftp is not None:
            return self._sftp(channel, wishes.sftp)
        if wishes.webhook is not None:
            return self._webhook(channel, wishes.webhook)
        if wishes.mail is not None:
            place = MailPlace(wishes.mail.address)
            return channel if channel.place == place else unproven(replace(channel, place=place))
        return channel

    def _sftp(self, channel: Channel, form: SftpForm) -> Channel:
        if ".." in form.folder.split("/"):
            raise _refused("/sftp/folder", "channel_folder_malformed", "found .., expected a folder without it")
        wanted = SftpPlace(form.host, form.username, form.port, form.folder, form.host_key or "")
        place = _checked("/sftp", lambda: checked_sftp(wanted, self.reach))
        if form.secret is not None:
            return replace(channel, place=place, sealed_secret=self.secrets.seal(sftp_text(form.secret)))
        # A secret that was entered for one server is shown to no other.
        before = channel.place if isinstance(channel.place, SftpPlace) else None
        if before is None or (before.host, before.port, before.username) != (place.host, place.port, place.username):
            raise _refused("/sftp", "channel_secret_missing", "found none, expected a password or a private_key")
        return replace(channel, place=place)

    def _webhook(self, channel: Channel, form: WebhookForm) -> Channel:
        url = _checked("/webhook/url", lambda: self.reach.checked_url(form.url))
        placed = replace(channel, place=WebhookPlace(url))
        if form.secret is None:
            if not channel.sealed_secret:
                raise _refused("/webhook/secret", "channel_secret_missing", "found none, expected a whsec_ secret")
            return placed
        plain = form.secret.get_secret_value()
        secret = _checked("/webhook/secret", lambda: checked_signing_secret(plain))
        return replace(placed, sealed_secret=self.secrets.seal(signing_text(secret, self._older(channel), self.now)))

    def _older(self, channel: Channel) -> str:
        try:
            return self.secrets.open(channel.sealed_secret) if channel.sealed_secret else ""
        except InvalidMessage:
            return ""  # sealed by a key that is gone: the new one alone signs


def files_of(kind: ChannelKind, wished: tuple[FileKind, ...] | None) -> tuple[FileKind, ...]:
    """Which files a channel of this kind sends; those of Kafka and webhooks are fixed."""
    fixed = kind in ("kafka", "webhook")
    return DEFAULT_FILES[kind] if wished is None or fixed else in_order(wished)


def statement_files_of(
    kind: ChannelKind, wished: tuple[StatementFileKind, ...] | None
) -> tuple[StatementFileKind, ...]:
    """The same for statements."""
    fixed = kind in ("kafka", "webhook")
    return DEFAULT_STATEMENT_FILES[kind] if not wished or fixed else statement_files_in_order(wished)


def kinds_in_order(wished: tuple[Model, ...]) -> tuple[Model, ...]:
    """Each once."""
    return tuple(model for model in MODELS if model in wished)


def _checked(pointer: str, check: Callable[[], T]) -> T:
    try:
        return check()
    except ValueRejected as error:
        raise _refused(pointer, error.code, str(error)) from None


def _refused(pointer: str, code: str, detail: str) -> Problem:
    return Problem(422, code, detail, errors=[{"pointer": pointer, "code": code, "detail": detail}])
