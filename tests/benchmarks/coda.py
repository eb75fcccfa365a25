"""Movements (records 2.1) a second and core out of a bank file, against pycoda and febelfin-coda on the same file.

The two are no dependency of ours: they are installed into a temporary folder, and each runs in a process of its own,
for both call their package `coda`. They leave structured communications as text: every field of ours is the same
work, every zone of those besides is more. Where they cannot be installed, the figures say so and stand alone. Every
reader has the processor to itself by turns, several rounds; the least time of the processor counts.
RELAIS_BENCH_MOVEMENTS says how many movements the file books.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

from deploy.demo.coda import people
from deploy.demo.coda.bookings import OF_EVERY_KIND, batch_of_bank
from deploy.demo.coda.files import FIRST_DAY, Chain, bank_days
from deploy.demo.coda.records import Account
from deploy.demo.coda.statements import StatementLines, encoded
from tests.backends import ROOT
from tests.benchmarks.figures import Figure, compared

MOVEMENTS = int(os.environ.get("RELAIS_BENCH_MOVEMENTS", "10000"))
STATEMENT_SIZE = 500
ROUNDS = 5
PER_SECOND, EVERY_FIELD_PER_SECOND, BYTES = 100_000.0, 60_000.0, 1_000.0
TIMES_STRICT, TIMES_EVERY_FIELD = 3.0, 2.0

BASELINES = {"pycoda": "pycoda==1.1.0", "febelfin-coda": "febelfin-coda==0.5.0"}

# What is kept is what was decoded, as the baselines keep it, and not the lines of the file beside it.
_DECODED = """
from services.coda_reconciler.domain.coda_communications import values_of
from services.coda_reconciler.domain.coda_file import split_file
from services.coda_reconciler.domain.coda_reader import read_statement
def decoded(text):
    statement = read_statement(text)
    fields = statement.fields()
    texts = [each.communication for each in fields]
    texts += [text for each in fields for text in each.information]
    return statement.account, statement.old_balance, statement.new_balance, statement.places.amounts, fields, {zones}
def read():
    return [decoded(text) for text in split_file(data).statements]
"""
_READERS: Mapping[str, str] = {
    "pycoda": """
from coda.parser import Parser
def read():
    return Parser().parse(data)
""",
    "febelfin-coda": """
from coda import CODA
def read():
    return CODA(path).statements
""",
    "strict": """
from services.coda_reconciler.domain.coda_file import split_file
from services.coda_reconciler.domain.coda_reader import read_statement
def read():
    statements = [read_statement(text) for text in split_file(data).statements]
    movements = [statement.movements for statement in statements]
    return statements
""",
    "every field": _DECODED.format(zones="()"),
    "every zone": _DECODED.format(zones="values_of(texts)"),
}
_MEASURE = """
import gc, sys, time
path = sys.argv[1]
with open(path, "rb") as file:
    data = file.read()
{reader}
def memory(what):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(what))
gc.collect()
before = memory("VmRSS")
kept = read()
grown = memory("VmHWM") - before
del kept
least = float("inf")
for _ in range(3):
    begun = time.process_time()
    read()
    least = min(least, time.process_time() - begun)
print(least, grown)
"""


async def run() -> list[Figure]:
    """Movements/s with all strict checks and with every field decoded, and bytes a movement at the peak."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "statements.cod"
        data = _file()
        file.write_bytes(data)
        movements = sum(line.startswith(b"21") for line in data.splitlines())
        homes = {"strict": ROOT, "every field": ROOT, "every zone": ROOT}
        homes |= {name: home for name in BASELINES if (home := _installed(name, Path(folder) / name))}
        measured = _measured(homes, file)
    speed = {name: movements / seconds for name, (seconds, _) in measured.items()}
    size = measured["strict"][1] / movements
    return [
        *_figures("all strict checks", speed["strict"], PER_SECOND, speed, TIMES_STRICT),
        *_figures("every field decoded", speed["every field"], EVERY_FIELD_PER_SECOND, speed, TIMES_EVERY_FIELD),
        *_figures(
            "every field and zone decoded", speed["every zone"], EVERY_FIELD_PER_SECOND, speed, TIMES_EVERY_FIELD
        ),
        Figure("memory at the peak, all strict checks", size, "bytes/movement", target=BYTES, holds=size <= BYTES),
    ]


def _file() -> bytes:
    """Every kind of booking that all three readers take.

    febelfin-coda stops at details of the second level, and both baselines at a value date that the bank does not know.
    """
    dice = Random("coda benchmark")
    kinds, weights = zip(*((kind, often) for kind, often in OF_EVERY_KIND if kind is not batch_of_bank), strict=True)
    bank, bic = people.belgian_bank(dice)
    owner = Account(people.belgian_account(dice, bank), people.enterprise_number(dice), "Bakkerij", bic=bic, bank=bank)
    chain, lines = Chain(owner, 50_000_000, FIRST_DAY), list[bytes]()
    for day in islice(bank_days(FIRST_DAY), -(-MOVEMENTS // STATEMENT_SIZE)):
        chosen = dice.choices(kinds, weights, k=STATEMENT_SIZE)
        entries = [replace(entry, value_date=day) for kind in chosen for entry in kind(dice, day)]
        statement = StatementLines(chain.heading(day), entries)
        lines += encoded(statement.lines())
        chain.close(statement)
    return b"".join(lines)


def _figures(name: str, found: float, promised: float, speed: Mapping[str, float], times: float) -> list[Figure]:
    figures = [Figure(f"{name}, one core", found, "movements/s", target=promised, holds=found >= promised)]
    for baseline in BASELINES:
        if baseline in speed:
            figures.append(compared(f"{name}, against {baseline}", found, "movements/s", speed[baseline], times))
        else:
            figures.append(Figure(f"{name}, {baseline} could not be installed here", found, "movements/s"))
    return figures


def _installed(name: str, home: Path) -> Path | None:
    """The folder that a baseline was installed into, None without a network."""
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "install", "--quiet", "--python", sys.executable, "--target", str(home)]
    done = subprocess.run([*command, BASELINES[name]], capture_output=True, check=False)
    return home if done.returncode == 0 else None


def _measured(homes: Mapping[str, Path], file: Path) -> dict[str, tuple[float, float]]:
    """The least seconds and bytes of each reader; the rounds go around, so that all have the same neighbours."""
    found: dict[str, tuple[float, float]] = {}
    for _ in range(ROUNDS):
        for name, home in homes.items():
            seconds, grown = _once(_READERS[name], home, file)
            least = found.get(name, (seconds, grown))
            found[name] = min(seconds, least[0]), min(grown, least[1])
    return found


def _once(reader: str, home: Path, file: Path) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE.format(reader=reader), str(file)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(home)},
    )
    seconds, grown = done.stdout.split()
    return float(seconds), float(grown)
