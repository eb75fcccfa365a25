"""What was rendered is remembered: memory and Postgres alike."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.delivery.adapters.memory.renderings import MemoryRenderings
from services.delivery.adapters.postgres.renderings import PostgresRenderings
from shared.chassis.errors import Unavailable
from shared.contracts.documents import Claim
from shared.values import EnterpriseNumber, Language, Sha256
from tests.conftest import Database

NUMBER = EnterpriseNumber("0403170701")
NL, FR = Language.NL, Language.FR


@pytest.fixture(params=["memory", "postgres"])
async def memory(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[Any]:
    made = MemoryRenderings() if request.param == "memory" else PostgresRenderings(database.worker_url("delivery"))
    yield made
    await made.close()


def claim(data: bytes) -> Claim:
    digest = Sha256.of(data)
    return Claim(path=f"{NUMBER}/{digest}", sha256=digest, size=len(data), media_type="application/pdf")


async def test_each_document_language_and_renderer_is_remembered_for_itself(memory: Any) -> None:
    assert await memory.rendering("doc_1", NL, "r1") is None
    await memory.remember("doc_1", NL, "r1", NUMBER, claim(b"nl"))
    await memory.remember("doc_1", FR, "r1", NUMBER, claim(b"fr"))
    assert await memory.rendering("doc_1", NL, "r1") == claim(b"nl")
    assert await memory.rendering("doc_1", FR, "r1") == claim(b"fr")
    assert await memory.rendering("doc_2", NL, "r1") is None


async def test_a_newer_renderer_takes_the_place_of_an_older_one(memory: Any) -> None:
    await memory.remember("doc_1", NL, "r1", NUMBER, claim(b"old"))
    assert await memory.rendering("doc_1", NL, "r2") is None
    for _ in range(2):
        await memory.remember("doc_1", NL, "r2", NUMBER, claim(b"new"))
    assert await memory.rendering("doc_1", NL, "r2") == claim(b"new")
    assert await memory.rendering("doc_1", NL, "r1") is None


async def test_callers_of_the_api_see_nothing_of_what_was_rendered(database: Database) -> None:
    api = await database.api("delivery")
    with pytest.raises(Exception, match="permission denied"):
        await api.fetch("select * from renderings")


async def test_a_database_that_does_not_answer_is_no_fault_of_the_document(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.delivery.adapters.postgres.renderings._PATIENCE_SECONDS", 0.3)
    absent = PostgresRenderings("postgresql://nobody@127.0.0.1:1/nowhere")
    with pytest.raises(Unavailable):
        await absent.rendering("doc_1", NL, "r1")
    await absent.close()
