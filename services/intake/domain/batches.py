"""Many documents in one body: a ZIP of files, or lines of JSON. One bad document says so; its neighbours are taken."""

import base64
import binascii
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.intake.domain.documents import LARGEST_BYTES, Unusable, flaw_of_pdf, flaw_of_xml
from shared.values import ConnectionId

MOST_DOCUMENTS = 1_000
MOST_FILES = 4_000
"""In one ZIP, whatever they are: documents, their PDFs, folders, what systems add."""
LARGEST_UNPACKED = 250_000_000
"""Bytes of everything that is unpacked from one ZIP: what is not read cannot be a bomb."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LONGEST_NAME = 200
_ENTRY = b"PK\x01\x02"
"""What each entry of a ZIP's directory begins with (APPNOTE 4.3.12)."""
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others are unpacked by zipfile without a bound, however little of them is asked for."""
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
"""What zipfile raises for archives that are damaged, encrypted or packed in a way that it does not know."""


@dataclass(frozen=True, slots=True)
class Item:
    """One document of a batch, or why it is none. `connection_id` where it names one itself."""

    name: str
    document: bytes = b""
    pdf: bytes | None = None
    connection_id: ConnectionId | None = None
    flaw: Unusable | None = None


class _Line(BaseModel):
    """A line of a batch in JSON; XML as text, or as base64 where it is not UTF-8."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field("", max_length=_LONGEST_NAME)
    connection: ConnectionId | None = None
    document: str | None = None
    document_base64: str | None = None
    pdf_base64: str | None = None


class BatchUnusable(Exception):
    """Nothing of the body can be read; `flaw` says why."""

    def __init__(self, flaw: Unusable) -> None:
        super().__init__(flaw.detail)
        self.flaw = flaw


def items_of_lines(body: bytes) -> Iterator[Item]:
    """The documents of lines of JSON (NDJSON), one at a time. Raises `BatchUnusable`: too many, or none.

    A byte order mark before the first line, as some systems write it, is passed over (RFC 8259 §8.1).
    """
    text = io.BytesIO(body)
    text.seek(len(_BYTE_ORDER_MARK) if body.startswith(_BYTE_ORDER_MARK) else 0)
    lines = list(islice((line for line in text if line.strip()), MOST_DOCUMENTS + 1))
    _require_count(len(lines))
    for place, line in enumerate(lines, start=1):
        yield _checked(_item_of_line(place, line))


def items_of_archive(body: bytes) -> Iterator[Item]:
    """The documents of a ZIP, one at a time: every `.xml`, with the `.pdf` of the same name.

    Raises `BatchUnusable`: no ZIP, none or too many in it, or more bytes than may be unpacked.
    """
    # Before zipfile makes an object of each.
    _require_files(body.count(_ENTRY))
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
    except _BROKEN as error:
        raise BatchUnusable(_no_archive(str(error))) from None
    members = [member for member in archive.infolist() if not _is_clutter(member)]
    pdfs = {_stem(member): member for member in members if _suffix(member) == ".pdf"}
    documents = [member for member in members if _suffix(member) == ".xml"]
    stems = {_stem(member) for member in documents}
    _require_count(len(documents))
    left = _Allowance(LARGEST_UNPACKED)
    for member in documents:
        yield _checked(_item_of_member(archive, member, pdfs.get(_stem(member)), left))
    for member in members:
        if _suffix(member) not in (".xml", ".pdf") or (_suffix(member) == ".pdf" and _stem(member) not in stems):
            yield Item(_shown(member.filename), flaw=_alone(member))


@dataclass(slots=True)
class _Allowance:
    """How many bytes may still be unpacked."""

    left: int

    def take(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
        """The bytes of a member, at most one more than a document may have."""
        with archive.open(member) as file:
            data = file.read(min(LARGEST_BYTES + 1, self.left + 1))
        if len(data) > self.left:
            detail = "The archive unpacks to more than is taken at once."
            expected = f"at most {LARGEST_UNPACKED} bytes in all"
            raise BatchUnusable(Unusable("document_too_large", detail, "", "more", expected, 413))
        self.left -= len(data)
        return data


def _item_of_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, pdf: zipfile.ZipInfo | None, left: _Allowance
) -> Item:
    name = _shown(member.filename)
    if any(each is not None and each.compress_type not in _PACKED for each in (member, pdf)):
        detail = "The file is packed in a way that is not taken."
        return Item(name, flaw=Unusable("archive_unreadable", detail, "", "another method", "stored or deflated"))
    try:
        return Item(name, left.take(archive, member), left.take(archive, pdf) if pdf is not None else None)
    except _BROKEN as error:
        detail = "The file cannot be unpacked."
        return Item(name, flaw=Unusable("archive_unreadable", detail, "", str(error)[:80], "an intact, open file"))


def _item_of_line(place: int, line: bytes) -> Item:
    try:
        read = _Line.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        code = "json_malformed" if first["type"] == "json_invalid" else "request_malformed"
        pointer = "".join(f"/{step}" for step in first["loc"])
        flaw = Unusable(code, f"Line {place} cannot be read: {first['msg']}.", pointer, "", "an object with document")
        return Item(f"line {place}", flaw=flaw)
    name = read.id or f"line {place}"
    try:
        document = (read.document or "").encode() or _decoded(read.document_base64)
        pdf = _decoded(read.pdf_base64) if read.pdf_base64 is not None else None
    except (binascii.Error, ValueError) as error:
        flaw = Unusable("base64_malformed", "The bytes are not base64.", "", str(error)[:80], "base64 (RFC 4648 §4)")
        return Item(name, flaw=flaw)
    return Item(name, document, pdf, read.connection)


def _checked(item: Item) -> Item:
    """The item, with what keeps its bytes from being a document."""
    if item.flaw is not None:
        return item
    flaw = flaw_of_xml(item.document) or (flaw_of_pdf(item.pdf) if item.pdf is not None else None)
    return Item(item.name, flaw=flaw) if flaw is not None else item


def _decoded(text: str | None) -> bytes:
    return base64.b64decode(text or "", validate=True)


def _require_files(found: int) -> None:
    if found > MOST_FILES:
        detail, expected = "There are too many files in the archive.", f"at most {MOST_FILES}"
        raise BatchUnusable(Unusable("batch_too_long", detail, "", str(found), expected, 413))


def _require_count(found: int) -> None:
    if not found:
        raise BatchUnusable(
            Unusable("document_empty", "There is no document in the batch.", "", "none", "at least one")
        )
    if found > MOST_DOCUMENTS:
        detail = "There are too many documents in the batch."
        expected = f"at most {MOST_DOCUMENTS}"
        raise BatchUnusable(Unusable("batch_too_long", detail, "", "more", expected, 413))


def _no_archive(found: str) -> Unusable:
    return Unusable("archive_unreadable", "The body is not a ZIP archive.", "", found[:80], "a ZIP archive")


def _alone(member: zipfile.ZipInfo) -> Unusable:
    if _suffix(member) == ".pdf":
        detail = "There is no document of the same name beside this PDF."
        return Unusable("part_missing", detail, "", "a PDF alone", f"{_shown(_stem(member))}.xml")
    return Unusable(
        "media_type_unsupported",
        "Files of this kind are not taken.",
        "",
        _suffix(member) or "no ending",
        ".xml or .pdf",
    )


def _is_clutter(member: zipfile.ZipInfo) -> bool:
    """What systems put into archives beside the files that a person chose."""
    *folders, name = member.filename.split("/")
    return member.is_dir() or name.startswith(".") or "__MACOSX" in folders


def _suffix(member: zipfile.ZipInfo) -> str:
    _, dot, ending = member.filename.rpartition("/")[2].rpartition(".")
    return f"{dot}{ending}".lower() if dot else ""


def _stem(member: zipfile.ZipInfo) -> str:
    return member.filename[: len(member.filename) - len(_suffix(member))]


def _shown(name: str) -> str:
    """A name to be told, never to be used as a path."""
    return "".join(character if character.isprintable() else "�" for character in name)[:_LONGEST_NAME]
