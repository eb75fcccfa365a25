"""Do documents come back byte for byte, or not at all?"""

import asyncio
from pathlib import Path

import pytest

from shared.chassis.documents import Documents
from shared.chassis.errors import InvalidMessage, Unavailable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a folder" / "documents"


@pytest.fixture
def documents(folder: Path) -> Documents:
    return Documents(folder.as_uri())


@pytest.mark.parametrize("data", [b"", b"\x00\xff\r\n", b"x" * 3_000_000])
async def test_a_document_comes_back_byte_for_byte(documents: Documents, folder: Path, data: bytes) -> None:
    claim = await documents.put(data, "0403170701", "application/xml")
    assert claim.path == f"0403170701/{claim.sha256}"
    assert claim.size == len(data)
    assert await documents.get(claim) == data
    assert (folder / claim.path).read_bytes() == data


@pytest.mark.parametrize("store", ["folder", "memory"])
async def test_many_documents_are_stored_at_once_and_named_in_their_order(folder: Path, store: str) -> None:
    documents = Documents(folder.as_uri() if store == "folder" else "memory:///")
    given = [(b"%d" % place, ("unassigned", "0403170701")[place % 2], "text/plain") for place in range(70)]
    claims = await documents.put_all(given)
    assert [(await documents.get(claim), claim.path.split("/")[0], claim.media_type) for claim in claims] == given
    assert await documents.put_all([]) == []


async def test_who_is_answered_may_ask_again_at_once(documents: Documents) -> None:
    async with asyncio.timeout(60):
        claims = [await documents.put(b"%d" % place, "unassigned", "text/plain") for place in range(300)]
        assert [await documents.get(claim) for claim in claims] == [b"%d" % place for place in range(300)]


async def test_the_same_document_again_is_the_same_claim_and_one_file(documents: Documents, folder: Path) -> None:
    claims = [await documents.put(b"same", "unassigned", "text/plain") for _ in range(3)]
    assert len(set(claims)) == 1
    assert len(list((folder / "unassigned").iterdir())) == 1


@pytest.mark.parametrize("owner", ["", "..", "0403170701/..", "BE0403170701"])
async def test_an_owner_that_is_no_number_is_refused(documents: Documents, owner: str) -> None:
    with pytest.raises(ValueError, match="ten digits"):
        await documents.put(b"x", owner, "text/plain")


async def test_damaged_bytes_are_never_handed_out(documents: Documents, folder: Path) -> None:
    claim = await documents.put(b"right", "unassigned", "text/plain")
    (folder / claim.path).write_bytes(b"wrong")
    with pytest.raises(InvalidMessage) as refused:
        await documents.get(claim)
    assert refused.value.code == "document_damaged"
    assert refused.value.expected == claim.sha256


async def test_a_missing_document_and_a_path_out_of_the_store_are_told_apart(documents: Documents) -> None:
    claim = await documents.put(b"x", "unassigned", "text/plain")
    with pytest.raises(InvalidMessage, match="document_missing"):
        await documents.get(claim.model_copy(update={"path": f"0403170701/{claim.sha256}"}))
    with pytest.raises(InvalidMessage, match="claim_malformed"):
        await documents.get(claim.model_copy(update={"path": "../../etc/passwd"}))


async def test_a_store_that_cannot_be_written_is_unavailable(documents: Documents, folder: Path) -> None:
    (folder / "unassigned").write_text("a file where a folder must be")
    with pytest.raises(Unavailable):
        await documents.put(b"x", "unassigned", "text/plain")
