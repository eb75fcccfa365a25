"""Files of a watched folder: taken when they are complete, archived, never lost, never twice; refused with reasons."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from services.intake.domain.bank_files import MOST_LINES
from services.intake.domain.documents import LARGEST_BYTES
from services.intake.domain.watching import PutAway, TakeFile
from shared.chassis.documents import Documents
from shared.chassis.errors import Unavailable
from shared.values import Sha256
from tests.component.intake.watching import CODA, QUIET, Watching

HOUR = timedelta(hours=1)


@pytest.fixture
def watching(tmp_path: Path, documents: Documents) -> Watching:
    folder = tmp_path / "bank"
    folder.mkdir()
    return Watching(folder, documents)


async def test_a_file_is_taken_at_the_second_look_and_archived(watching: Watching, documents: Documents) -> None:
    watching.drop("KBC nov.cod")
    await watching.look()
    assert (watching.events, watching.there()) == ([], ["KBC nov.cod"])
    await watching.look()
    (told,) = watching.events
    assert await documents.get(told.document) == CODA
    assert (told.sha256, told.received_from) == (Sha256.of(CODA), f"folder:file://{watching.root}")
    assert told.document.path.startswith("unassigned/")
    (archived,) = watching.there()
    assert archived == f"archive/2026/11/KBC nov.20261102T090010.{told.sha256[:12]}.cod"
    assert (watching.root / archived).read_bytes() == CODA
    await watching.look(3)
    assert (len(watching.events), watching.shelf.folders) == (1, {f"file://{watching.root}": {}})


async def test_a_file_that_is_still_written_to_is_left_alone(watching: Watching) -> None:
    for size in range(1, 6):
        watching.drop("coda.cod", CODA[: size * 5])
        await watching.look()
    assert (watching.events, watching.there()) == ([], ["coda.cod"])
    watching.drop("coda.cod")
    await watching.look(2)
    assert [each.sha256 for each in watching.events] == [Sha256.of(CODA)]


async def test_a_coda_file_without_its_trailer_is_given_ten_minutes(watching: Watching) -> None:
    watching.drop("coda.cod", CODA[:20])
    await watching.look(12, pause=timedelta(seconds=30))
    assert watching.events == []
    watching.drop("coda.cod")
    await watching.look(2)
    assert [each.sha256 for each in watching.events] == [Sha256.of(CODA)]
    watching.drop("cut.cod", CODA[:20])
    await watching.look(22, pause=timedelta(seconds=30))
    assert [each.sha256 for each in watching.events[1:]] == [Sha256.of(CODA[:20])], "what it lacks, others tell"


async def test_the_same_bytes_again_are_archived_and_told_to_nobody(watching: Watching) -> None:
    for name in ("a.cod", "b.cod", "a.cod"):
        watching.drop(name)
        await watching.look(2)
    assert len(watching.events) == 1
    assert len(watching.there("archive")) == 3 and watching.there("archive") == watching.there()
    assert watching.figures.outcomes == ["taken", "duplicate", "duplicate"]


async def test_other_bytes_under_the_same_name_are_another_file(watching: Watching) -> None:
    for month in range(3):
        watching.drop("coda.cod", CODA + b"\n" * month)
        await watching.look(2)
    assert len({each.sha256 for each in watching.events}) == 3 == len(watching.there("archive"))


@pytest.mark.parametrize(
    ("data", "code", "found"),
    [
        (b"0" * (LARGEST_BYTES + 1), "document_too_large", f"{LARGEST_BYTES + 1} bytes"),
        (b"0\n" * (MOST_LINES + 1), "bank_file_too_long", f"{MOST_LINES + 1} lines"),
        (b"", "document_empty", "0 bytes"),
    ],
    ids=["too large", "too long", "empty"],
)
async def test_what_cannot_be_taken_is_put_aside_with_the_reason(
    watching: Watching, data: bytes, code: str, found: str
) -> None:
    watching.drop("coda.cod", data)
    await watching.look(2)
    if not data:
        assert watching.there() == ["coda.cod"], "an empty file is still to be written"
        await watching.look(2, pause=HOUR)
    aside, report = watching.there("refused")
    assert report == f"{aside}.json" and watching.there() == [aside, report]
    told = json.loads((watching.root / report).read_text())
    assert (told["code"], told["found"]) == (code, found)
    assert told["expected"] and told["detail"]
    assert (watching.root / aside).read_bytes() == data
    assert (watching.events, watching.figures.outcomes) == ([], ["refused"])


async def test_a_file_that_may_not_be_read_is_given_time_and_then_refused(
    watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said by the system, for whoever runs this as root may read everything."""
    watching.drop("coda.cod")
    opened = os.open

    def forbidden(path: object, *given: object) -> int:
        if os.fsencode(path).endswith(b"coda.cod"):  # type: ignore[arg-type]
            raise PermissionError(13, "Permission denied")
        return opened(path, *given)  # type: ignore[arg-type]

    monkeypatch.setattr("services.intake.adapters.local_files.os.open", forbidden)
    await watching.look(5)
    assert watching.there() == ["coda.cod"]
    await watching.look(2, pause=timedelta(minutes=10))
    aside, report = watching.there("refused")
    told = json.loads((watching.root / report).read_text())
    assert (told["code"], told["found"]) == ("bank_file_unreadable", "Permission denied")
    assert (watching.root / aside).exists() and watching.there() == [aside, report]


@pytest.mark.parametrize("bad", [False, True], ids=["taken", "refused"])
async def test_wherever_the_process_dies_a_file_is_told_once_and_archived_once(
    tmp_path: Path, documents: Documents, bad: bool
) -> None:
    for commit in range(8):
        folder = tmp_path / f"dies {commit}"
        folder.mkdir()
        watching = Watching(folder, documents)
        watching.dies = lambda count, commit=commit: count == commit
        data = b"0\n" * (MOST_LINES + 1) if bad else CODA
        watching.drop("coda.cod", data)
        await watching.look(4)
        assert len(watching.events) == (0 if bad else 1), commit
        assert len(watching.there()) == (2 if bad else 1), commit
        assert (watching.root / watching.there()[0]).read_bytes() == data


async def test_a_file_that_is_never_moved_is_looked_at_every_hour_and_told_once(watching: Watching) -> None:
    """What moves it is lost every time, as by a folder that may be read and not be changed."""
    watching.drop("coda.cod")
    await watching.look()
    for _ in range(3):
        await watching.look(5, until=TakeFile)
        assert [type(each.task) for each in watching.waiting.values()] == [PutAway]
        watching.waiting.clear()
        watching.now += HOUR
    assert (len(watching.events), watching.there()) == (1, ["coda.cod"])
    assert watching.figures.outcomes == ["taken", "duplicate", "duplicate"]
    await watching.look()
    assert len(watching.events) == 1 and len(watching.there("archive")) == 1


async def test_a_folder_that_cannot_be_reached_is_told_and_asked_again(watching: Watching) -> None:
    watching.drop("coda.cod")
    await watching.look()
    watching.root.rename(watching.root.with_name("unmounted"))
    with pytest.raises(Unavailable, match="cannot be used"):
        await watching.look()
    assert watching.figures.misses == 1
    watching.root.with_name("unmounted").rename(watching.root)
    watching.now += QUIET
    await watching.look()
    assert len(watching.events) == 1 and watching.figures.misses == 0


async def test_a_document_store_that_is_down_keeps_the_file_where_it_is(
    watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*given: object) -> None:
        raise Unavailable("the object store does not answer")

    watching.drop("coda.cod")
    await watching.look()
    monkeypatch.setattr(watching.documents, "put", down)
    with pytest.raises(Unavailable):
        await watching.look()
    assert (watching.events, watching.there()) == ([], ["coda.cod"])
    monkeypatch.undo()
    while watching.waiting:
        await watching.step()
    assert len(watching.events) == 1 and len(watching.there("archive")) == 1


async def test_what_is_left_of_a_folder_that_is_watched_no_more_ends_without_a_word(watching: Watching) -> None:
    watching.drop("coda.cod")
    await watching.look()
    watching.folders = {}
    await watching.look(2)
    assert (watching.events, watching.there(), watching.shelf.folders) == ([], ["coda.cod"], {})
