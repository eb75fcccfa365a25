"""A channel: how an office receives documents besides its feed; for which companies, as which files, how it does.

Settings are plain facts. A channel's secret (a password, a private key, a signing secret) is kept sealed beside
them and is never answered.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.delivery.domain.addresses import Reach
from services.delivery.domain.deliverables import MODELS, Deliverable, Model, model_of
from services.delivery.domain.office_notices import OfficeNotice
from shared.values import ChannelId, EmailAddress, EnterpriseNumber, Language, OfficeId, ValueRejected

MOST_CHANNELS = 25
"""For one office."""
SFTP_PORTS = frozenset({22, 2222})
"""Anything else that listens is rarely meant to be called from outside."""
FINGERPRINT = r"^SHA256:[A-Za-z0-9+/]{43}$"
"""Of a host's key, as `ssh-keygen -l` shows it."""

ChannelKind = Literal["kafka", "folder", "sftp", "mail", "webhook"]
FileKind = Literal["xml", "pdf", "json"]
StatementFileKind = Literal["cod", "pdf", "xml", "json"]
"""Of a statement: the bank's own lines, a replica for the eye, camt.053, what was read of it."""
StoppedReason = Literal["", "by_office", "retries_exhausted"]

FILES: tuple[FileKind, ...] = ("json", "pdf", "xml")
"""In the order in which they are written: who sees the XML has the others beside it."""
DEFAULT_FILES: dict[ChannelKind, tuple[FileKind, ...]] = {
    "kafka": ("xml",),
    "folder": ("json", "pdf", "xml"),
    "sftp": ("json", "pdf", "xml"),
    "mail": ("pdf", "xml"),
    "webhook": (),
}
"""A record on Kafka is the document itself; a webhook links to the files."""
STATEMENT_FILES: tuple[StatementFileKind, ...] = ("json", "xml", "pdf", "cod")
"""In the order in which they are written: who sees the bank's lines has the others beside them."""
DEFAULT_STATEMENT_FILES: dict[ChannelKind, tuple[StatementFileKind, ...]] = {
    "kafka": ("cod",),
    "folder": ("pdf", "cod"),
    "sftp": ("pdf", "cod"),
    "mail": ("pdf", "cod"),
    "webhook": (),
}
"""As for invoices; Kafka's record is the bank's lines themselves."""
TELLING: frozenset[ChannelKind] = frozenset({"kafka", "webhook"})
"""Channels that bring events; the others bring files alone."""
_HOST = re.compile(r"(?=.{1,253}$)(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\.?)")


@dataclass(frozen=True, slots=True)
class SftpPlace:
    """Where files go by SFTP. `folder` is on the server, relative to where `username` lands or absolute.

    `host_key` is the fingerprint that the server must show; empty: not known yet, and nothing is sent.
    """

    host: str
    username: str
    port: int = 22
    folder: str = ""
    host_key: str = ""


@dataclass(frozen=True, slots=True)
class MailPlace:
    """The mailbox of the office's package."""

    address: EmailAddress


@dataclass(frozen=True, slots=True)
class WebhookPlace:
    """The address that is called."""

    url: str


Place = SftpPlace | MailPlace | WebhookPlace | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Neither `companies` nor `client_codes` means all. `failing_since` is when the first try in a row failed.

    A mailbox that is not proven has an `awaited_code`, and nothing goes there. One that is `removed` is its office's
    no more; it stays until what it handed over is told. `documents` are the kinds that it carries; `files` are those
    of an invoice, `statement_files` those of a statement.
    """

    channel_id: ChannelId
    office_id: OfficeId
    kind: ChannelKind
    created_at: datetime
    name: str = ""
    companies: tuple[EnterpriseNumber, ...] = ()
    client_codes: tuple[str, ...] = ()
    documents: tuple[Model, ...] = MODELS
    files: tuple[FileKind, ...] = ()
    statement_files: tuple[StatementFileKind, ...] = ()
    language: Language | None = None
    place: Place = None
    sealed_secret: str = ""
    enabled: bool = True
    stopped_reason: StoppedReason = ""
    failing_since: datetime | None = None
    last_error: str = ""
    last_error_at: datetime | None = None
    last_success_at: datetime | None = None
    tested_at: datetime | None = None
    removed: bool = False
    awaited_code: str = ""
    wrong_codes: int = 0

    @property
    def works(self) -> bool:
        """Whether what waits for it may go."""
        return self.enabled and not self.awaited_code

    def takes(self, document: Deliverable) -> bool:
        """Whether the office wants documents of this kind and this company by this channel. What is told of statements
        goes by those channels for statements that bring events."""
        if isinstance(document, OfficeNotice) and self.kind not in TELLING:
            return False
        if model_of(document) not in self.documents:
            return False
        if not self.companies and not self.client_codes:
            return True
        return document.enterprise_number in self.companies or (
            document.client_code != "" and document.client_code in self.client_codes
        )


def kafka_channel_id(office_id: OfficeId) -> ChannelId:
    """An office has one channel on Kafka at most, so its id is the office's."""
    return ChannelId.of(UUID(bytes=hashlib.sha256(f"kafka/{office_id}".encode()).digest()[:16]))


def in_order(files: Sequence[FileKind]) -> tuple[FileKind, ...]:
    """Each once, the XML last."""
    return tuple(kind for kind in FILES if kind in files)


def checked_sftp(place: SftpPlace, reach: Reach) -> SftpPlace:
    """The place as it may be kept; a name is looked up, and its addresses held against `reach`, at each connection.

    Raises `ValueRejected`: `channel_host_malformed`, `channel_host_address`, `channel_port`.
    """
    host = place.host.removeprefix("[").removesuffix("]")
    if _HOST.fullmatch(place.host) is None:
        raise ValueRejected("channel_host_malformed", place.host, "a host name or an address")
    if reach.trusts(host):
        return replace(place, host=host)
    if place.port not in SFTP_PORTS:
        raise ValueRejected("channel_port", str(place.port), f"one of the ports {sorted(SFTP_PORTS)}")
    if _is_literal(host) and not reach.may_connect(host):
        raise ValueRejected("channel_host_address", host, "an address of the public internet")
    return replace(place, host=host)


def statement_files_in_order(files: Sequence[StatementFileKind]) -> tuple[StatementFileKind, ...]:
    """Each once, the bank's lines last."""
    return tuple(kind for kind in STATEMENT_FILES if kind in files)


def paused(channel: Channel) -> Channel:
    """Nothing leaves it until it is on again; what comes waits."""
    return replace(channel, enabled=False, stopped_reason="by_office") if channel.enabled else channel


def resumed(channel: Channel) -> Channel:
    """On again, with its schedule begun anew."""
    return replace(channel, enabled=True, stopped_reason="", failing_since=None)


def _is_literal(host: str) -> bool:
    return ":" in host or re.fullmatch(r"[0-9.]+", host) is not None
