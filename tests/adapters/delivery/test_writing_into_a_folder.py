"""A folder of this machine: whole files, the XML last, the same again is success, and no way out of the root."""

import fcntl
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.delivery.adapters.folder import FolderCourier
from tests.adapters.delivery.parcels import XML, a_channel, a_document, a_parcel

CHANNEL = a_channel("folder")
PLACE = "janssens/K12/2026/Invoices-OUT-01"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


def below(root: Path) -> list[str]:
    return sorted(str(each.relative_to(root)) for each in root.rglob("*") if not each.is_dir())


async def test_the_files_of_a_document_lie_in_the_company_s_folder_of_the_year_byte_for_byte(root: Path) -> None:
    parcel = a_parcel()
    outcome = await FolderCourier(root).deliver(CHANNEL, "", parcel)
    assert (outcome.verdict, outcome.words) == ("done", f"{PLACE}/{parcel.files[-1].name}")
    assert below(root) == sorted(f"{PLACE}/{file.name}" for file in parcel.files)
    for file in parcel.files:
        assert (root / PLACE / file.name).read_bytes() == file.data
    assert parcel.files[-1].name.startswith("20260301_VF-2026-1_0403170701_")


async def test_the_same_again_changes_nothing_and_is_success(root: Path) -> None:
    parcel, courier = a_parcel(), FolderCourier(root)
    await courier.deliver(CHANNEL, "", parcel)
    before = {each: os.stat(root / each).st_ino for each in below(root)}
    assert (await courier.deliver(CHANNEL, "", parcel)).verdict == "done"
    assert {each: os.stat(root / each).st_ino for each in below(root)} == before


async def test_a_name_that_holds_something_else_is_an_error_and_stays_as_it_is(root: Path) -> None:
    parcel = a_parcel()
    (root / PLACE).mkdir(parents=True)
    (root / PLACE / parcel.files[-1].name).write_bytes(b"<Invoice>somebody changed this")
    outcome = await FolderCourier(root).deliver(CHANNEL, "", parcel)
    assert (outcome.verdict, outcome.code) == ("refused", "name_taken")
    assert (root / PLACE / parcel.files[-1].name).read_bytes() == b"<Invoice>somebody changed this"


async def test_a_page_that_is_made_otherwise_now_takes_the_place_of_the_one_before(root: Path) -> None:
    parcel, courier = a_parcel(), FolderCourier(root)
    for data in (b"%PDF-1.7 in Dutch", b"%PDF-1.7 in French"):
        files = tuple(replace(each, data=data, made_here=True) for each in parcel.files if each.kind == "pdf")
        assert (await courier.deliver(CHANNEL, "", replace(parcel, files=files))).verdict == "done"
    assert (root / PLACE / files[0].name).read_bytes() == b"%PDF-1.7 in French"


async def test_what_a_killed_process_left_half_written_is_written_anew(root: Path) -> None:
    parcel = a_parcel()
    (root / PLACE).mkdir(parents=True)
    (root / PLACE / f".{parcel.files[-1].name}.part").write_bytes(XML * 3)
    assert (await FolderCourier(root).deliver(CHANNEL, "", parcel)).verdict == "done"
    assert (root / PLACE / parcel.files[-1].name).read_bytes() == XML
    assert not [each for each in below(root) if each.endswith(".part")]


async def test_a_file_that_another_process_is_writing_is_left_to_it(root: Path) -> None:
    parcel = a_parcel()
    (root / PLACE).mkdir(parents=True)
    other = os.open(root / PLACE / f".{parcel.files[0].name}.part", os.O_WRONLY | os.O_CREAT)
    fcntl.flock(other, fcntl.LOCK_EX)
    outcome = await FolderCourier(root).deliver(CHANNEL, "", parcel)
    os.close(other)
    assert (outcome.verdict, outcome.code) == ("retry", "folder_unavailable")
    assert (await FolderCourier(root).deliver(CHANNEL, "", parcel)).verdict == "done"


async def test_who_sees_the_xml_has_the_others_beside_it_and_never_half_a_file(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[tuple[str, list[str]]] = []
    real = os.rename

    def rename(source: str, target: str, **places: Any) -> None:
        real(source, target, **places)
        steps.append((target.rsplit(".", 1)[1], [each for each in below(root) if not each.endswith(".part")]))

    monkeypatch.setattr(os, "rename", rename)
    await FolderCourier(root).deliver(CHANNEL, "", a_parcel())
    assert [kind for kind, _ in steps] == ["json", "pdf", "xml"]
    assert [len(seen) for _, seen in steps] == [1, 2, 3]


@pytest.mark.parametrize("code", ["../../../etc", "/etc", "a\x00b", "..", "\u202e", "con", "x" * 5_000])
async def test_no_client_code_leads_out_of_the_office_s_folder(root: Path, code: str) -> None:
    outcome = await FolderCourier(root).deliver(CHANNEL, "", a_parcel(a_document(client_code=code)))
    assert outcome.verdict == "done"
    assert sorted(each.name for each in root.parent.iterdir()) == ["root"]
    assert [each.name for each in root.iterdir()] == ["janssens"]
    assert len(below(root)) == 3


def _linked_office(root: Path, outside: Path) -> None:
    (root / "janssens").symlink_to(outside)


def _linked_company(root: Path, outside: Path) -> None:
    (root / "janssens").mkdir()
    (root / "janssens" / "K12").symlink_to(outside)


def _linked_last_folder(root: Path, outside: Path) -> None:
    (root / "janssens" / "K12" / "2026").mkdir(parents=True)
    (root / "janssens" / "K12" / "2026" / "Invoices-OUT-01").symlink_to(outside)


@pytest.mark.parametrize("link", [_linked_office, _linked_company, _linked_last_folder])
async def test_a_link_is_followed_nowhere(root: Path, tmp_path: Path, link: Callable[[Path, Path], None]) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    link(root, outside)
    outcome = await FolderCourier(root).deliver(CHANNEL, "", a_parcel())
    assert (outcome.verdict, outcome.code) == ("refused", "name_not_allowed")
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("temporary", [False, True])
async def test_a_link_in_place_of_a_file_is_not_written_through(root: Path, tmp_path: Path, temporary: bool) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    parcel = a_parcel()
    (root / PLACE).mkdir(parents=True)
    name = parcel.files[0].name
    (root / PLACE / (f".{name}.part" if temporary else name)).symlink_to(victim)
    outcome = await FolderCourier(root).deliver(CHANNEL, "", parcel)
    assert (outcome.verdict, outcome.code) == ("refused", "name_not_allowed")
    assert victim.read_bytes() == b"mine"


async def test_a_volume_that_is_not_there_is_waited_for_and_not_made(root: Path) -> None:
    root.rmdir()
    outcome = await FolderCourier(root).deliver(CHANNEL, "", a_parcel())
    assert (outcome.verdict, outcome.code) == ("retry", "folder_unavailable")
    assert not root.exists()
    root.mkdir()
    assert (await FolderCourier(root).deliver(CHANNEL, "", a_parcel())).verdict == "done"


async def test_a_full_volume_is_waited_for(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    parcel = a_parcel()
    with monkeypatch.context() as broken:
        broken.setattr(os, "write", full)
        outcome = await FolderCourier(root).deliver(CHANNEL, "", parcel)
    assert (outcome.verdict, outcome.words) == ("retry", "No space left on device")
    assert (await FolderCourier(root).deliver(CHANNEL, "", parcel)).verdict == "done"
    assert len(below(root)) == 3
