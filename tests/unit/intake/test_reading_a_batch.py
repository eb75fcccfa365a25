"""Many documents in one body: each is read by itself, and no archive costs more than it may."""

import base64
import io
import json
import struct
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import batches
from services.intake.domain.batches import BatchUnusable, Item, items_of_archive, items_of_lines

XML, PDF = b'<?xml version="1.0"?><Invoice/>', b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"
CONNECTION = "con_24q13nm1b1bmm90fsamp1k8jra"


def archive(*files: tuple[str, bytes], **options) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, **options) as made:
        for name, data in files:
            made.writestr(name, data)
    return buffer.getvalue()


def codes(items: list[Item]) -> list[str]:
    return [item.flaw.code if item.flaw is not None else "" for item in items]


def test_each_xml_of_an_archive_is_a_document_and_the_pdf_of_its_name_goes_with_it() -> None:
    body = archive(("a/1.xml", XML), ("a/1.PDF", PDF), ("b/1.xml", XML), ("2.XML", XML), ("a/", b""))
    found = list(items_of_archive(body))
    assert [(item.name, item.document, item.pdf) for item in found] == [
        ("a/1.xml", XML, PDF), ("b/1.xml", XML, None), ("2.XML", XML, None),
    ]  # fmt: skip


def test_what_is_no_document_is_told_and_its_neighbours_are_read() -> None:
    body = archive(
        ("good.xml", XML), ("bad.xml", b"no xml"), ("bad.pdf", PDF), ("alone.pdf", PDF), ("list.xlsx", b"PK"),
        ("with.xml", XML), ("with.pdf", b"no pdf"), ("__MACOSX/good.xml", b"x"), (".hidden.xml", b"x"),
    )  # fmt: skip
    found = list(items_of_archive(body))
    assert codes(found) == ["", "document_invalid", "pdf_invalid", "part_missing", "media_type_unsupported"]
    assert [item.name for item in found] == ["good.xml", "bad.xml", "with.xml", "alone.pdf", "list.xlsx"]


def test_a_byte_order_mark_before_the_first_line_is_passed_over() -> None:
    rows = [json.dumps({"document": XML.decode()}).encode()] * 2
    found = list(items_of_lines(b"\xef\xbb\xbf" + b"\r\n".join(rows)))
    assert (codes(found), [item.document for item in found]) == (["", ""], [XML, XML])
    assert codes(list(items_of_lines(b"\n".join([rows[0], b"\xef\xbb\xbf" + rows[1]])))) == ["", "json_malformed"]


def test_names_are_shown_and_never_used() -> None:
    [found] = items_of_archive(archive(("../../etc/\u202epasswd\n.xml", XML)))
    assert found.name == "../../etc/�passwd�.xml"


@pytest.mark.parametrize("body", [b"", b"PK", b"no archive at all", archive(("1.xml", XML))[:-30]])
def test_a_body_that_is_no_archive_is_refused_whole(body: bytes) -> None:
    with pytest.raises(BatchUnusable) as caught:
        list(items_of_archive(body))
    assert caught.value.flaw.code == "archive_unreadable"


def test_a_damaged_member_costs_that_member_only() -> None:
    body = bytearray(archive(("1.xml", XML), ("2.xml", XML)))
    body[body.index(b"1.xml") + len("1.xml") + 5] ^= 0xFF
    assert codes(list(items_of_archive(bytes(body)))) == ["archive_unreadable", ""]


def test_an_encrypted_member_is_told() -> None:
    body = bytearray(archive(("1.xml", XML)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = body.index(signature) + offset
        body[place : place + 2] = struct.pack("<H", 1)
    assert codes(list(items_of_archive(bytes(body)))) == ["archive_unreadable"]


def test_a_bomb_is_unpacked_no_further_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "LARGEST_UNPACKED", 1_000_000)
    body = archive(*((f"{place}.xml", b"<" + b"x" * 400_000) for place in range(5)))
    read = []
    with pytest.raises(BatchUnusable) as caught:
        read.extend(items_of_archive(body))
    assert (caught.value.flaw.code, caught.value.flaw.status, len(read)) == ("document_too_large", 413, 2)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_of_a_method_that_unpacks_without_bound_is_not_begun(method: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        made.writestr("1.xml", b"<" + bytes(100_000_000))
        made.writestr("2.xml", XML, zipfile.ZIP_STORED)
    tracemalloc.start()
    try:
        found = list(items_of_archive(buffer.getvalue()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert codes(found) == ["archive_unreadable", ""]
    assert peak < 10_000_000


def test_an_archive_of_countless_files_is_refused_whole_before_its_directory_is_read() -> None:
    names = (f"{place}.a" for place in range(batches.MOST_FILES))
    with pytest.raises(BatchUnusable) as caught:
        list(items_of_archive(archive(("1.xml", XML), *((name, b"") for name in names))))
    assert (caught.value.flaw.code, caught.value.flaw.status) == ("batch_too_long", 413)


def test_countless_lines_are_read_no_further_than_needed() -> None:
    body = b"ab\n" * 3_000_000
    tracemalloc.start()
    try:
        with pytest.raises(BatchUnusable):
            list(items_of_lines(body))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2 * len(body)


def test_one_document_too_large_is_refused_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "LARGEST_BYTES", 20 * 1024 * 1024)
    body = archive(("big.xml", b"<" + b"x" * (20 * 1024 * 1024)), ("1.xml", XML))
    assert codes(list(items_of_archive(body))) == ["document_too_large", ""]


@pytest.mark.parametrize("count", [0, batches.MOST_DOCUMENTS + 1])
def test_no_document_and_too_many_are_refused_whole(count: int) -> None:
    expected = "document_empty" if count == 0 else "batch_too_long"
    for items, body in (
        (items_of_lines, b'{"document": "<a/>"}\n' * count),
        (items_of_archive, archive(*((f"{place}.xml", XML) for place in range(count)))),
    ):
        with pytest.raises(BatchUnusable) as caught:
            list(items(body))
        assert caught.value.flaw.code == expected


def test_lines_are_documents_with_their_pdfs_and_connections() -> None:
    lines = [
        {"id": "F-1", "document": XML.decode(), "pdf_base64": base64.b64encode(PDF).decode()},
        {"document_base64": base64.b64encode(XML).decode(), "connection": CONNECTION},
    ]
    first, second = items_of_lines("\r\n".join(map(json.dumps, lines)).encode() + b"\n\n")
    assert (first.name, first.document, first.pdf, first.connection_id) == ("F-1", XML, PDF, None)
    assert (second.name, second.document, second.pdf, second.connection_id) == ("line 2", XML, None, CONNECTION)


def test_a_bad_line_is_told_and_its_neighbours_are_read() -> None:
    lines = [
        b"{no json", b'{"document": "<a/>"}', b'{"document": 5}', b'{"connection": "con_x", "document": "<a/>"}',
        b'{"document_base64": "****"}', b"{}", b'{"document": "<a/>", "pdf_base64": "aGVsbG8="}',
    ]  # fmt: skip
    found = list(items_of_lines(b"\n".join(lines)))
    assert codes(found) == [
        "json_malformed", "", "request_malformed", "request_malformed", "base64_malformed", "document_empty",
        "pdf_invalid",
    ]  # fmt: skip
    assert found[2].flaw is not None and found[2].flaw.pointer == "/document"


@given(st.binary(max_size=400))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    for items in (items_of_lines, items_of_archive):
        try:
            found = list(items(body))
        except BatchUnusable as error:
            assert error.flaw.expected
        else:
            assert all(item.flaw is not None or item.document for item in found)
