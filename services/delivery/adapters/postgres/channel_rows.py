"""Rows of channels and handovers, and the statements that write them."""

import json
from typing import Any, cast

from services.delivery.domain.channels import Channel, ChannelKind, MailPlace, Place, SftpPlace, WebhookPlace
from services.delivery.domain.deliverables import subject
from services.delivery.domain.handovers import Handover
from shared.values import ChannelId, EmailAddress, EnterpriseNumber, Language, OfficeId

_COLUMNS = (
    *("channel_id", "office_id", "kind", "name", "created_at", "companies", "client_codes", "language"),
    *("documents", "files", "statement_files"),
    *("place", "sealed_secret", "enabled", "stopped_reason", "failing_since", "last_error", "last_error_at"),
    *("last_success_at", "tested_at", "removed", "awaited_code", "wrong_codes"),
)
_LISTS = ("companies", "client_codes", "documents", "files", "statement_files")
_KEPT = ("channel_id", "office_id", "kind", "created_at")
SAVE_CHANNEL = f"""
    insert into channels ({", ".join(_COLUMNS)})
    values ({", ".join(f"${place}" for place in range(1, len(_COLUMNS) + 1))})
    on conflict (channel_id) do update set
        {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name not in _KEPT)}"""


def channel_values(channel: Channel) -> list[Any]:
    """The arguments of `SAVE_CHANNEL`."""
    values = {name: getattr(channel, name) for name in _COLUMNS if name != "place"}
    values |= {name: [str(each) for each in values[name]] for name in _LISTS}
    values["language"] = channel.language.value if channel.language is not None else None
    values["place"] = place_text(channel.place)
    return [values[name] for name in _COLUMNS]


def channel_of(row: Any) -> Channel:
    """A row (by column name) of `channels`."""
    plain = {name: row[name] for name in _COLUMNS if name != "place" and name not in _LISTS}
    return Channel(
        **plain
        | {
            "channel_id": ChannelId(row["channel_id"]),
            "office_id": OfficeId(row["office_id"]),
            "companies": tuple(EnterpriseNumber(each) for each in row["companies"]),
            "client_codes": tuple(row["client_codes"]),
            **{name: tuple(row[name]) for name in ("documents", "files", "statement_files")},
            "language": Language(row["language"]) if row["language"] else None,
            "place": _place_of(row["kind"], row["place"]),
        }
    )


def place_text(place: Place) -> str:
    """The settings as JSON."""
    if isinstance(place, SftpPlace):
        names = ("host", "port", "username", "folder", "host_key")
        return json.dumps({name: getattr(place, name) for name in names})
    if isinstance(place, MailPlace):
        return json.dumps({"address": str.__str__(place.address)})
    return json.dumps({"url": place.url} if isinstance(place, WebhookPlace) else {})


def _place_of(kind: ChannelKind, text: str) -> Place:
    told = json.loads(text)
    if kind == "sftp":
        return SftpPlace(**told)
    if kind == "mail":
        return MailPlace(EmailAddress(told["address"]))
    return WebhookPlace(told["url"]) if kind == "webhook" else None


def handover_of(row: Any) -> Handover:
    """A row (by column name) of `handovers`."""
    return Handover(
        channel_id=ChannelId(row["channel_id"]),
        position=row["position"],
        subject=subject(row["subject"]),
        occasion=row["occasion"],
        added_at=row["added_at"],
        state=cast(Any, row["state"]),
        attempts=row["attempts"],
        next_at=row["next_at"],
        last_error=row["last_error"],
        receipt=row["receipt"],
        ended_at=row["ended_at"],
    )
