"""What decides is pure, and the product neither asserts nor prints."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.rules import purity

MakeTree = Callable[[dict[str, str]], Path]
IMPURE = {
    "now": "from datetime import datetime\nmoment = datetime.now()\n",
    "now by another name": "import datetime as calendar\nmoment = calendar.datetime.now(None)\n",
    "now handed on uncalled": "from datetime import datetime as Moment\nclock = Moment.utcnow\n",
    "today": "from datetime import date\nday = date.today()\n",
    "time": "import time\nmoment = time.time()\n",
    "time by name": "from time import monotonic\nmoment = monotonic()\n",
    "random": "import random\ndice = random.randint(1, 6)\n",
    "uuid4": "import uuid\nidentity = uuid.uuid4()\n",
    "uuid4 by name": "from uuid import uuid4 as fresh\nidentity = fresh()\n",
    "secrets": "from secrets import token_bytes\ntoken = token_bytes(32)\n",
    "environment": "import os\nname = os.environ['NAME']\n",
    "file": "text = open('letter.txt').read()\n",
}
PURE = """
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

def due(now: datetime, time: int) -> datetime:
    return now.replace(tzinfo=UTC)

def identity(cause: UUID, random: bytes) -> UUID:
    return uuid5(cause, random.hex())

def born() -> date:
    return date(2026, 1, 1)
"""


@pytest.mark.parametrize("check", [purity.clock_or_dice, purity.asserts, purity.prints])
def test_the_repository_keeps_its_decisions_pure(check: Callable[[Path], list[object]], repository: Path) -> None:
    assert check(repository) == []


@pytest.mark.parametrize("text", IMPURE.values(), ids=IMPURE.keys())
@pytest.mark.parametrize(
    "name",
    [
        "services/a/domain/rules.py",
        "services/a/domain.py",
        "services/a/ports.py",
        "shared/contracts/event.py",
        "shared/values/money.py",
    ],
)
def test_a_clock_or_dice_in_what_decides_is_reported(name: str, text: str, made_up: MakeTree) -> None:
    found = purity.clock_or_dice(made_up({name: text}))
    assert {finding.where.partition(":")[0] for finding in found} == {name}


def test_time_that_comes_as_an_argument_is_fine(made_up: MakeTree) -> None:
    assert purity.clock_or_dice(made_up({"services/a/domain/rules.py": PURE})) == []


def test_a_clock_in_the_chassis_is_fine(made_up: MakeTree) -> None:
    assert purity.clock_or_dice(made_up({"shared/chassis/clock.py": IMPURE["now"]})) == []


@pytest.mark.parametrize("name", ["services/a/main.py", "shared/values/money.py", "deploy/migrate.py"])
def test_an_assert_in_the_product_is_reported(name: str, made_up: MakeTree) -> None:
    root = made_up({name: "number = 1\nassert number\n", "tests/unit/test_a.py": "assert 1\n"})
    assert [finding.where for finding in purity.asserts(root)] == [f"{name}:2"]


@pytest.mark.parametrize("name", ["services/a/main.py", "shared/chassis/relay.py"])
def test_a_print_in_a_service_is_reported(name: str, made_up: MakeTree) -> None:
    root = made_up({name: "print('here')\n", "deploy/command_line.py": "print('to a person')\n"})
    assert [finding.where for finding in purity.prints(root)] == [f"{name}:1"]
