"""Who asks for the same PDF at one time gets the one that is being made; who asks for another waits for nobody."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from services.delivery.adapters.memory.renderings import MemoryRenderings
from services.delivery.adapters.rendering import RenderingMaker
from shared.chassis.errors import InvalidMessage
from shared.contracts.documents import Claim
from shared.values import Language, Sha256
from tests.adapters.delivery.parcels import XML, a_document
from tests.waiting import until

SIDECAR = Claim(path="a/c", sha256=Sha256.of(b"s"), size=1, media_type="application/json")


@dataclass
class Renderer:
    """Makes a page when it is told to; `ended` are those that were told to stop before."""

    go: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0
    ended: int = 0
    broken: bool = False

    async def invoice(self, sidecar: bytes, source: Any, language: Language) -> bytes:
        self.begun += 1
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.ended += 1
            raise
        if self.broken:
            raise InvalidMessage("renderer_failed", "no page could be made")
        return f"%PDF {self.begun} {language}".encode()


class Files:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def get(self, claim: Claim) -> bytes:
        return self.kept.get(claim.path, XML)

    async def put(self, data: bytes, owner: str, media_type: str) -> Claim:
        digest = Sha256.of(data)
        self.kept[f"{owner}/{digest}"] = data
        return Claim(path=f"{owner}/{digest}", sha256=digest, size=len(data), media_type=media_type)


def made_by(renderer: Renderer) -> RenderingMaker:
    return RenderingMaker(Files(), renderer, MemoryRenderings())  # type: ignore[arg-type]


async def test_a_document_that_several_channels_want_at_one_time_is_made_once() -> None:
    renderer, document = Renderer(), a_document(sidecar=SIDECAR)
    maker = made_by(renderer)
    asking = [asyncio.create_task(maker.pdf_of(document, Language.NL)) for _ in range(5)]
    other = asyncio.create_task(maker.pdf_of(document, Language.FR))
    await until(lambda: renderer.begun >= 2)
    await asyncio.sleep(0.01)
    assert renderer.begun == 2, "one in each language"
    renderer.go.set()
    assert len({found.data for found in await asyncio.gather(*asking)}) == 1
    assert (await other).data not in {found.data for found in await asyncio.gather(*asking)}
    await maker.pdf_of(document, Language.NL)
    assert renderer.begun == 2, "and kept for the next time"


async def test_it_is_ended_when_the_last_one_who_wants_it_goes_away_and_made_anew_for_the_next() -> None:
    renderer, document = Renderer(), a_document(sidecar=SIDECAR)
    maker = made_by(renderer)
    first, second = (asyncio.create_task(maker.pdf_of(document, Language.NL)) for _ in range(2))
    await until(lambda: renderer.begun)
    first.cancel()
    await asyncio.wait([first])
    assert renderer.ended == 0, "somebody waits still"
    second.cancel()
    await asyncio.wait([second])
    third = asyncio.create_task(maker.pdf_of(document, Language.NL))
    await until(lambda: renderer.ended and renderer.begun > 1)
    assert (renderer.ended, renderer.begun) == (1, 2)
    renderer.go.set()
    assert (await third).data.startswith(b"%PDF 2")


async def test_who_waited_for_what_cannot_be_made_hears_why() -> None:
    renderer, document = Renderer(broken=True), a_document(sidecar=SIDECAR)
    maker = made_by(renderer)
    asking = [asyncio.create_task(maker.pdf_of(document, Language.NL)) for _ in range(2)]
    await until(lambda: renderer.begun)
    renderer.go.set()
    for each in asking:
        with pytest.raises(InvalidMessage, match="renderer_failed"):
            await each
    renderer.broken = False
    assert (await maker.pdf_of(document, Language.NL)).data.startswith(b"%PDF 2"), "the next one tries anew"
