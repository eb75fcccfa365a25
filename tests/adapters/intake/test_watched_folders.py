"""A watched folder on a disk and on a real SFTP server: what is seen, read, moved and never lost, alike."""

import asyncio
import errno
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.intake.adapters.folders import watched_folders
from services.intake.adapters.local_files import LocalFiles
from services.intake.adapters.watched_folder import FolderOfFiles
from services.intake.domain.folders import FolderPlace, as_text
from services.intake.domain.watching import FileSeen
from services.intake.ports import Unreadable
from shared.chassis.errors import Unavailable
from shared.values import Sha256
from tests.adapters.intake.bank_server import USERNAME, Bank, serving
from tests.waiting import PATIENCE_S

CODA = b"0000001012600105\r\n9 ...\r\n"
TARGET = "archive/2026/11/coda.20261102T090000.0123456789ab.cod"
MOST = 1_000


@dataclass
class World:
    """A folder as the adapter sees it, and as a bank sees it."""

    folder: FolderOfFiles
    root: Path
    bank: Bank | None
    before_rename: Callable[[Callable[[], object]], None]

    def drop(self, name: str | bytes, data: bytes = CODA, modified: float = 1_700_000_000) -> None:
        path = os.path.join(os.fsencode(self.root), os.fsencode(name))
        with open(path, "wb") as file:
            file.write(data)
        os.utime(path, (modified, modified))

    def there(self) -> list[str]:
        return sorted(str(each.relative_to(self.root)) for each in self.root.rglob("*") if not each.is_dir())

    async def only(self) -> FileSeen:
        (seen,) = await self.folder.look(MOST)
        return seen


@pytest.fixture(params=["disk", "sftp", "sftp_without_posix_rename"])
async def world(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        if request.param == "disk":
            place, bank, root = FolderPlace(str(tmp_path)), None, tmp_path
            keys: tuple[Path | None, Path | None] = (None, None)

            def before_rename(act: Callable[[], object]) -> None:
                rename = LocalFiles._rename
                monkeypatch.setattr(LocalFiles, "_rename", lambda *given: (act(), rename(*given)))

        else:
            bank = await stack.enter_async_context(serving(tmp_path))
            bank.posix_rename = request.param == "sftp"
            root, keys = bank.root / "out", (bank.key_file, bank.known_hosts)
            root.mkdir()
            place = FolderPlace("/out", "127.0.0.1", bank.port, USERNAME)
            told = bank

            def before_rename(act: Callable[[], object]) -> None:
                told.before_rename = act

        (folder,) = watched_folders([place], *keys).values()
        stack.push_async_callback(folder.close)
        yield World(folder, root, bank, before_rename)


async def test_only_finished_files_of_the_folder_itself_are_seen_the_oldest_first(world: World) -> None:
    for name in (".hidden", "a.tmp", "a.PART", "a.filepart", "a~", "a.partial"):
        world.drop(name)
    world.drop("new.cod", modified=1_700_000_100)
    world.drop("old.cod", modified=1_700_000_000)
    (world.root / "folder.cod").mkdir()
    (world.root / "archive").mkdir()
    world.drop("archive/before.cod")
    (world.root / "link.cod").symlink_to(world.root / "old.cod")
    os.mkfifo(world.root / "pipe.cod")
    seen = await world.folder.look(MOST)
    assert [(each.name, each.size) for each in seen] == [("old.cod", len(CODA)), ("new.cod", len(CODA))]
    assert [each.name for each in await world.folder.look(1)] == ["old.cod"]


@pytest.mark.parametrize(
    "name",
    ["één bestand.cod", "a\nb.cod", "-rf.cod", "a..b", "%2e%2e", "$(x).cod", "x" * 255, b"\xff\xfe.cod", "📄.cod"],
)
async def test_a_file_of_any_name_is_taken_and_moved(world: World, name: str | bytes) -> None:
    world.drop(name)
    seen = await world.only()
    assert seen.name == as_text(os.fsencode(name)) and seen.name.isascii()
    assert await world.folder.read(seen, 100) == CODA
    assert await world.folder.move(seen, TARGET, Sha256.of(CODA))
    assert world.there() == [TARGET] and (world.root / TARGET).read_bytes() == CODA


async def test_a_large_file_is_read_byte_for_byte_and_no_further_than_asked(world: World) -> None:
    data = bytes(range(256)) * 8_000
    world.drop("large.cod", data)
    seen = await world.only()
    assert await world.folder.read(seen, len(data) + 1) == data
    assert await world.folder.read(seen, 1_000) == data[:1_000]


async def test_a_file_that_was_written_to_is_neither_read_nor_moved(world: World) -> None:
    world.drop("coda.cod")
    seen = await world.only()
    world.drop("coda.cod", CODA * 2, modified=1_700_000_050)
    assert await world.folder.read(seen, 100) is None
    assert not await world.folder.move(seen, TARGET, Sha256.of(CODA))
    assert world.there() == ["coda.cod"]


async def test_a_file_that_is_gone_or_became_a_link_is_neither_read_nor_moved(world: World) -> None:
    world.drop("coda.cod")
    seen = await world.only()
    (world.root / "coda.cod").unlink()
    for _ in range(2):
        assert await world.folder.read(seen, 100) is None
        assert not await world.folder.move(seen, TARGET, Sha256.of(CODA))
        if world.there() == []:
            (world.root / "coda.cod").symlink_to("elsewhere")
    assert world.there() == ["coda.cod"]


async def test_what_was_moved_before_is_known_and_a_new_file_of_the_name_stays(world: World) -> None:
    world.drop("coda.cod")
    seen = await world.only()
    assert await world.folder.move(seen, TARGET, Sha256.of(CODA))
    assert await world.folder.move(seen, TARGET, Sha256.of(CODA)), "a second try finds it done"
    world.drop("coda.cod")
    assert await world.folder.move(seen, TARGET, Sha256.of(CODA))
    assert world.there() == [TARGET, "coda.cod"], "and touches nothing that came since"


async def test_a_file_that_is_replaced_just_before_it_is_moved_comes_back_to_be_taken(world: World) -> None:
    world.drop("coda.cod")
    seen = await world.only()
    once = iter([b"another statement"])
    world.before_rename(lambda: [world.drop("coda.cod", data) for data in once])
    assert not await world.folder.move(seen, TARGET, Sha256.of(CODA))
    assert world.there() == ["coda.cod"] and (world.root / "coda.cod").read_bytes() == b"another statement"


async def test_an_unfinished_move_of_another_file_is_undone_by_the_next_try(world: World) -> None:
    """The process died between moving a file that had been replaced and looking at what it had moved."""
    world.drop("coda.cod")
    seen = await world.only()
    (world.root / TARGET).parent.mkdir(parents=True)
    world.drop(TARGET, b"replaced it")
    world.drop("coda.cod", b"and came after that")
    assert not await world.folder.move(seen, TARGET, Sha256.of(CODA))
    assert sorted((world.root / each).read_bytes() for each in world.there()) == [
        b"and came after that",
        b"replaced it",
    ]
    assert all("/" not in each for each in world.there()), "both are in the folder, to be taken"


async def test_a_report_is_written_whole_once(world: World) -> None:
    await world.folder.write("refused/a.json", b"{}\n")
    await world.folder.write("refused/a.json", b"other")
    assert world.there() == ["refused/a.json"] and (world.root / "refused/a.json").read_bytes() == b"{}\n"


async def test_a_link_in_place_of_the_archive_is_not_followed(world: World, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    world.drop("coda.cod")
    seen = await world.only()
    (world.root / "archive").symlink_to(elsewhere)
    with pytest.raises(Unavailable, match="not a folder"):
        await world.folder.move(seen, TARGET, Sha256.of(CODA))
    assert list(elsewhere.iterdir()) == [] and (world.root / "coda.cod").read_bytes() == CODA


async def test_a_folder_that_is_gone_is_waited_for_and_forgets_nothing(world: World) -> None:
    world.drop("coda.cod")
    seen = await world.only()
    world.root.rename(world.root.with_name("away"))
    with pytest.raises(Unavailable):
        await world.folder.look(MOST)
    world.root.with_name("away").rename(world.root)
    assert await world.only() == seen


async def test_a_file_that_may_not_be_read_is_told_apart_and_can_be_moved(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said by the system, for whoever runs this as root may read everything."""
    world.drop("coda.cod")
    seen = await world.only()

    def forbidden(*given: object, **named: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    if world.bank is None:
        monkeypatch.setattr("services.intake.adapters.local_files.os.open", forbidden)
    else:
        world.bank.forbidden = True
    with pytest.raises(Unreadable, match="Permission denied"):
        await world.folder.read(seen, 100)
    monkeypatch.undo()
    assert await world.folder.move(seen, TARGET, None)


async def test_a_folder_of_this_machine_does_not_wait_for_what_others_wait_for(tmp_path: Path) -> None:
    """Clients of a Kafka that is gone hold every thread that all share, for many seconds each."""
    (tmp_path / "coda.cod").write_bytes(CODA)
    (folder,) = watched_folders([FolderPlace(str(tmp_path))], None, None).values()
    answered = threading.Event()
    waiting = [asyncio.create_task(asyncio.to_thread(answered.wait, 2 * PATIENCE_S)) for _ in range(64)]
    await asyncio.sleep(0.05)
    try:
        async with asyncio.timeout(PATIENCE_S):
            (seen,) = await folder.look(MOST)
    finally:
        answered.set()
        await asyncio.gather(*waiting)
    assert seen.name == "coda.cod"
    await folder.close()


@pytest.fixture
async def bank(tmp_path: Path) -> AsyncIterator[Bank]:
    async with serving(tmp_path) as running:
        (running.root / "out").mkdir()
        yield running


def over(bank: Bank, **changes: Path) -> FolderOfFiles:
    place = FolderPlace("/out", "127.0.0.1", bank.port, USERNAME)
    keys = {"key_file": bank.key_file, "known_hosts": bank.known_hosts} | changes
    (folder,) = watched_folders([place], **keys).values()
    return folder


async def test_one_connection_is_kept_and_made_anew_when_it_is_lost(bank: Bank) -> None:
    folder = over(bank)
    for _ in range(3):
        assert await folder.look(MOST) == []
    assert len(bank.connections) == 1
    bank.hang_up()
    with pytest.raises(Unavailable):
        await folder.look(MOST)
    assert await folder.look(MOST) == []
    assert len(bank.connections) == 2
    await folder.close()


async def test_a_server_with_another_key_than_the_known_one_is_not_talked_to(bank: Bank, tmp_path: Path) -> None:
    other = tmp_path / "other_hosts"
    async with serving(tmp_path / "other") as stranger:
        entry = stranger.known_hosts.read_text().replace(f":{stranger.port}", f":{bank.port}")
        other.write_text(entry)
    folder = over(bank, known_hosts=other)
    with pytest.raises(Unavailable, match="cannot be used"):
        await folder.look(MOST)
    assert bank.logins == 0
    await folder.close()


async def test_a_server_that_does_not_know_our_key_is_told_by_name_without_it(bank: Bank, tmp_path: Path) -> None:
    async with serving(tmp_path / "other") as stranger:
        folder = over(bank, key_file=stranger.key_file)
    with pytest.raises(Unavailable, match="Permission denied") as told:
        await folder.look(MOST)
    assert "PRIVATE" not in str(told.value)
    await folder.close()


async def test_a_server_that_has_no_end_of_bytes_is_read_no_further_than_asked(bank: Bank) -> None:
    (bank.root / "out" / "coda.cod").write_bytes(CODA)
    folder = over(bank)
    (seen,) = await folder.look(MOST)
    bank.endless = True
    assert await folder.read(seen, 300_000) == bytes(300_000)
    await folder.close()
