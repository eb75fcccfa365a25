"""Bank files and the folders they come from: how long a file is, whether it is whole, and what its name becomes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.intake.domain.bank_files import MOST_LINES, flaw_of_bank_file, is_cut_short, line_count
from services.intake.domain.documents import LARGEST_BYTES, Unusable
from services.intake.domain.folders import (
    FolderPlace,
    archived,
    as_bytes,
    as_text,
    is_plain,
    is_temporary,
    places_of,
    refused,
    report_of,
)
from services.intake.domain.watching import (
    AGAIN_AFTER,
    EMPTY_FOR,
    FileSeen,
    Sighting,
    TakeFile,
    flaw_by_size,
    looked,
    put_aside,
    put_away,
)
from shared.values import Sha256

NOW = datetime(2026, 11, 2, 9, 5, 7, tzinfo=UTC)
QUIET = timedelta(seconds=10)
DIGEST = Sha256.of(b"")
TRAILER = b"9" + b" " * 15 + b"000004" + b"0" * 30 + b" " * 75 + b"2"


@pytest.mark.parametrize(
    ("data", "lines"),
    [(b"", 0), (b"a", 1), (b"a\n", 1), (b"a\nb", 2), (b"a\r\nb\r\n", 2), (b"a\rb\r", 2), (b"\n\n", 2), (b"a\n\rb", 3)],
)
def test_lines_are_counted_by_any_line_end(data: bytes, lines: int) -> None:
    assert line_count(data) == lines


@given(some.lists(some.sampled_from([b"\n", b"\r", b"\r\n", b"a"])))
def test_lines_are_counted_as_they_would_be_cut(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    assert line_count(data) == len(data.splitlines())


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_file_may_have_a_hundred_thousand_lines_and_not_one_more(end: bytes) -> None:
    line = b"2" * 128 + end
    assert flaw_of_bank_file(line * MOST_LINES) is None
    flaw = flaw_of_bank_file(line * MOST_LINES + b"9")
    assert flaw is not None
    assert (flaw.code, flaw.status, flaw.found) == ("bank_file_too_long", 422, "100001 lines")


def test_a_file_may_have_twenty_megabytes_and_not_one_byte_more() -> None:
    assert flaw_of_bank_file(b"0" * LARGEST_BYTES) is None
    flaw = flaw_of_bank_file(b"0" * (LARGEST_BYTES + 1))
    assert flaw is not None and (flaw.code, flaw.status) == ("document_too_large", 413)


@pytest.mark.parametrize(
    ("data", "cut"),
    [
        (b"0000\n1\n" + TRAILER + b"\n", False),
        (b"0000\r\n" + TRAILER, False),
        (b"0000\n" + TRAILER + b"\n\x1a", False),
        (b"0000\n" + TRAILER + b"\n  \r\n\n", False),
        (b"0000\n" + TRAILER.rstrip(), False),
        (b"0000\n" + TRAILER[:51], True),
        (b"\n0000\n1\n8", True),
        (b"0000\n" + TRAILER + b"\n0000\n", True),
        (b"0000\n" + TRAILER + b"\n0", True),
        (b"no coda at all", False),
        (b"", False),
    ],
)
def test_a_coda_file_without_its_trailer_is_cut_short(data: bytes, cut: bool) -> None:
    assert is_cut_short(data) is cut


@given(some.binary(min_size=1, max_size=255).filter(is_plain), some.booleans())
def test_whatever_a_file_is_called_it_goes_into_our_own_folder_under_a_name_that_any_disk_takes(
    name: bytes, taken: bool
) -> None:
    text = as_text(name)
    assert as_bytes(text) == name and text.isascii() and text.isprintable()
    target = archived(text, DIGEST, NOW) if taken else refused(text, DIGEST, NOW)
    *folders, last = target.split("/")
    assert folders == (["archive", "2026", "11"] if taken else ["refused"])
    assert is_plain(last.encode()) and last.isprintable() and not last.startswith(".")
    assert len(report_of(last).encode()) <= 255
    assert DIGEST[:12] in last


def test_an_archived_name_tells_when_it_came_and_keeps_its_ending() -> None:
    assert archived("KBC%20nov.cod", DIGEST, NOW) == "archive/2026/11/KBC nov.20261102T090507.e3b0c44298fc.cod"
    assert archived("coda", DIGEST, NOW) == "archive/2026/11/coda.20261102T090507.e3b0c44298fc"
    assert archived("a%0Ab.t%00t", DIGEST, NOW).endswith("/a_b.t_t.20261102T090507.e3b0c44298fc")


@pytest.mark.parametrize("name", ["coda.tmp", "coda.PART", "coda.filepart", "coda.cod~", ".coda.cod.swp", "x.Partial"])
def test_a_temporary_name_is_known(name: str) -> None:
    assert is_temporary(name.encode())
    assert not is_temporary(b"part.cod")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/etc/passwd", "../x", "a\0b"])
def test_a_path_is_no_name(name: str) -> None:
    assert not is_plain(name.encode())


def test_folders_are_read_from_the_setting() -> None:
    assert places_of("") == ()
    told = "file:///srv/bank%2C%20a/, sftp://kbc@sftp.bank.example:2222/out/,sftp://bnp@sftp.bank.example/"
    assert places_of(told) == (
        FolderPlace("/srv/bank, a"),
        FolderPlace("/out", "sftp.bank.example", 2222, "kbc"),
        FolderPlace("/", "sftp.bank.example", 22, "bnp"),
    )
    assert [place.name for place in places_of(told)] == [
        "file:///srv/bank, a",
        "sftp://sftp.bank.example:2222/out (kbc)",
        "sftp://sftp.bank.example:22/ (bnp)",
    ]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("/srv/bank", "folder_malformed"),
        ("file://srv/bank", "folder_malformed"),
        ("sftp://sftp.bank.example/out", "folder_malformed"),
        ("sftp://kbc:hunter2@sftp.bank.example/out", "folder_malformed"),
        ("sftp://kbc@sftp.bank.example:port/out", "folder_malformed"),
        ("sftp://kbc@sftp.bank.example", "folder_malformed"),
        ("ftp://kbc@sftp.bank.example/out", "folder_malformed"),
        ("file:///a%0Ab", "folder_malformed"),
        ("file:///a%FF", "folder_malformed"),
        ("file:///a?b", "folder_malformed"),
        ("file:///a,file:///a/", "folder_doubled"),
    ],
)
def test_a_folder_that_cannot_be_meant_is_refused_and_no_password_repeated(told: str, code: str) -> None:
    with pytest.raises(ValueError, match=code) as refusal:
        places_of(told)
    assert "hunter2" not in str(refusal.value)


def seen(name: str = "coda.cod", size: int = 5, modified: int = 1) -> FileSeen:
    return FileSeen(name=name, size=size, modified=modified)


def test_a_file_is_ready_at_the_second_look_that_finds_it_as_it_was() -> None:
    first = looked([seen()], {}, NOW, QUIET)
    assert (first.ready, first.changed) == ((), first.sightings)
    known = {"coda.cod": first.sightings[0]}
    early = looked([seen()], known, NOW + QUIET - timedelta(seconds=1), QUIET)
    assert (early.ready, early.changed) == ((), ())
    second = looked([seen()], known, NOW + QUIET, QUIET)
    assert [each.file for each in second.ready] == [seen()]
    (after,) = second.sightings
    assert after == Sighting(seen(), NOW, NOW + QUIET + AGAIN_AFTER), "and once more when it is not put away by then"


@pytest.mark.parametrize("now", [seen(size=6), seen(modified=2)])
def test_a_file_that_changed_is_watched_anew(now: FileSeen) -> None:
    known = {"coda.cod": Sighting(seen(), NOW, NOW + QUIET)}
    later = NOW + timedelta(hours=2)
    look = looked([now], known, later, QUIET)
    assert look.ready == () and look.changed == (Sighting(now, later, later + QUIET),)


def test_an_empty_file_has_an_hour() -> None:
    (sighting,) = looked([seen(size=0)], {}, NOW, QUIET).sightings
    known = {"coda.cod": sighting}
    assert looked([seen(size=0)], known, NOW + EMPTY_FOR - QUIET, QUIET).ready == ()
    (ready,) = looked([seen(size=0)], known, NOW + EMPTY_FOR, QUIET).ready
    flaw = flaw_by_size(ready.file)
    assert flaw is not None and flaw.code == "document_empty"


def test_the_next_step_of_a_file_tells_where_it_goes_and_why() -> None:
    task = TakeFile(folder="f", file=seen(), since=NOW)
    assert put_away(task, DIGEST, NOW).target == "archive/2026/11/coda.20261102T090507.e3b0c44298fc.cod"
    flaw = Unusable("document_too_large", "The document is too large.", found="2", expected="1")
    aside = put_aside(task, flaw, None, NOW)
    assert aside.target == "refused/coda.20261102T090507.5.cod" and aside.report is not None
    assert (aside.report.code, aside.report.found, aside.report.expected) == ("document_too_large", "2", "1")
