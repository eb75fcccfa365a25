"""Edges that are made together: one that cannot be made costs only itself."""

import asyncio
from typing import Any

import pytest

from services.delivery.adapters import kafka
from services.delivery.domain.edges import edge_of
from shared.chassis.errors import Unavailable


async def test_an_edge_that_cannot_be_made_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[list[str]] = []

    async def ensure(administration: Any, principals: Any, secret: bytes) -> None:
        rounds.append([each.principal for each in principals])
        await asyncio.sleep(0)
        if "software.broken" in rounds[-1]:
            raise Unavailable("refused")

    monkeypatch.setattr(kafka, "ensure_edge", ensure)
    edges: Any = kafka.KafkaEdges(None, b"s" * 16)  # type: ignore[arg-type]
    names = ["first", "broken", "second", "third"]
    outcomes = await asyncio.gather(*(edges.open(edge_of("software", name)) for name in names), return_exceptions=True)
    assert [name for name, outcome in zip(names, outcomes, strict=True) if outcome is not None] == ["broken"]
    assert rounds[1:] == [
        ["software.broken", "software.second", "software.third"],
        ["software.second"],
        ["software.third"],
    ]
    await edges.open(edge_of("software", "later"))
    assert rounds[-1] == ["software.later"]
