"""The folders into which banks put their files: where they are, and which names in them are meant for us."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from shared.values import Sha256

ARCHIVE, REFUSED = "archive", "refused"
"""Folders of ours inside a watched one."""

_SFTP_PORT = 22
_TEMPORARY_ENDS = (".tmp", ".part", ".filepart", ".partial", "~")
_LONGEST_NAME_BYTES = 255
_REPORT_END = ".json"
_UNPRINTABLE = re.compile(r"[^\w .,()+=@&'\[\]-]")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """A watched folder: on this machine, or with a host on a server that is reached by SFTP."""

    path: str
    host: str = ""
    port: int = 0
    username: str = ""

    @property
    def name(self) -> str:
        """Its name in tables, logs and events; nothing that looks like an address of a person."""
        if not self.host:
            return f"file://{self.path}"
        return f"sftp://{self.host}:{self.port}{self.path} ({self.username})"


def places_of(text: str) -> tuple[FolderPlace, ...]:
    """The folders that a setting names, separated by commas. Raises `ValueError` with code, found and expected."""
    places = tuple(_place(each.strip()) for each in text.split(",") if each.strip())
    if len(set(places)) < len(places):
        raise ValueError("folder_doubled: found a folder twice, expected each one once")
    return places


def _place(url: str) -> FolderPlace:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _malformed(f"no URL ({error})") from None
    path = unquote_to_bytes(parts.path).decode("utf-8", "surrogateescape").rstrip("/") or "/"
    if parts.password is not None:
        raise _malformed("a password")  # never shown
    if parts.query or parts.fragment:
        raise _malformed("'?' or '#'")
    if not path.isprintable() or not parts.path.startswith("/"):
        raise _malformed(repr(url)[:120])
    if parts.scheme == "file" and not parts.netloc:
        return FolderPlace(path)
    if parts.scheme == "sftp" and parts.hostname and parts.username:
        user = unquote_to_bytes(parts.username).decode("utf-8", "replace")
        return FolderPlace(path, parts.hostname, port or _SFTP_PORT, user)
    raise _malformed(repr(url)[:120])


def _malformed(found: str) -> ValueError:
    return ValueError(f"folder_malformed: found {found}, expected file:///folder or sftp://user@host:port/folder")


def is_temporary(name: bytes) -> bool:
    """Whether whoever writes it says by its name that it is not finished, or not meant for others."""
    lowered = name.lower()
    return lowered.startswith(b".") or lowered.endswith(tuple(each.encode() for each in _TEMPORARY_ENDS))


def is_plain(name: bytes) -> bool:
    """Whether it is a name inside a folder and no path; a server may tell whatever it likes."""
    return name not in (b"", b".", b"..") and b"/" not in name and b"\0" not in name


def as_text(name: bytes) -> str:
    """A name of any bytes as ASCII, percent-encoded, so that tables and events can hold it."""
    return quote_from_bytes(name, safe=" ,()+=@&'[]")


def as_bytes(text: str) -> bytes:
    """What `as_text` made a text of."""
    return unquote_to_bytes(text)


def archived(name: str, sha256: Sha256, now: datetime) -> str:
    """Where a file goes that was taken: `archive/2026/11/coda.20261128T111500.3f2a9c1b7d5e.cod`."""
    return f"{ARCHIVE}/{now:%Y}/{now:%m}/{_unique(name, sha256[:12], now)}"


def refused(name: str, identity: str, now: datetime) -> str:
    """Where a file goes that cannot be taken; its report lies beside it, see `report_of`."""
    return f"{REFUSED}/{_unique(name, identity[:12], now)}"


def report_of(target: str) -> str:
    """The path of the file that says why another one was refused."""
    return target + _REPORT_END


def _unique(name: str, identity: str, now: datetime) -> str:
    """The name with when and what it is in front of its ending; never a hidden one, and short enough for any disk."""
    readable = _UNPRINTABLE.sub("_", as_bytes(name).decode("utf-8", "replace")).strip()
    stem, dot, ending = readable.rpartition(".")
    if not dot or not stem or _ENDING.fullmatch(dot + ending) is None:
        stem, ending = readable, ""
    mark = f".{now:%Y%m%dT%H%M%S}.{identity}" + (f".{ending}" if ending else "")
    room = _LONGEST_NAME_BYTES - len(mark.encode()) - len(_REPORT_END)
    return (stem.lstrip(". ") or "file").encode()[:room].decode("utf-8", "ignore") + mark
