"""Are the statements that others published read, or refused with a reason?

They are no part of the project: they lie in the folder that RELAIS_CODA_SAMPLES names, else beside the checkout.
"""

import os
import sys
from collections import Counter
from pathlib import Path

import pytest

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_file import dump_file, split_file
from services.coda_reconciler.domain.coda_reader import read_statement

_BESIDE = Path(__file__).resolve().parents[4] / "shared/samples/coda"
FOLDER = Path(os.environ.get("RELAIS_CODA_SAMPLES", str(_BESIDE)))
VERDICTS = {
    "Bluesmile82+coda_standard/coda.cod": {"E14": 1},
    "Bluesmile82+coda_standard/coda@4ba8365.cod": {"accepted": 1},
    "Bluesmile82+coda_standard/coda@9c120d3.cod": {"E14": 1},
    "Bluesmile82+coda_standard/invalid.cod": {"E14": 1, "E01": 1},
    "bn3t+coda-rs/CODA-bad.txt": {"E03": 1},
    "bn3t+coda-rs/CODA.txt": {"E06": 1},
    "microsoft+BCApps/07022000.008.cod": {"accepted": 1},
    "microsoft+BCApps/07022600.005.cod": {"accepted": 33},
    "microsoft+BCApps/CODA1_Multiple.cod": {"accepted": 33},
    "microsoft+BCApps/Fortis_210409.cod": {"accepted": 1},
    "microsoft+BCApps/Ontvangen_CODA.2009-04-16.cod": {"accepted": 1},
    "microsoft+BCApps/Scenario373926.cod": {"accepted": 1},
    "pypi_febelfin-coda/CODA-empty.txt": {"accepted": 1},
    "pypi_febelfin-coda/CODA.txt": {"accepted": 1},
}


def test_every_sample_has_the_verdict_that_it_deserves(capsys: pytest.CaptureFixture[str]) -> None:
    if not FOLDER.is_dir():
        pytest.skip(f"no published statements in {FOLDER}")
    found: dict[str, dict[str, int]] = {}
    table: list[str] = []
    for path in sorted(FOLDER.glob("*/*")):
        name = f"{path.parent.name}/{path.name}"
        counted, told = verdicts_on(path.read_bytes())
        found[name] = dict(counted)
        table += [f"{name}: {', '.join(told)}"]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(table) + "\n")
    assert {name: found.get(name) for name in VERDICTS} == VERDICTS


def verdicts_on(data: bytes) -> tuple[Counter[str], list[str]]:
    """Verdicts counted, and in words."""
    file = split_file(data)
    assert dump_file(file) == data
    counted, refused, booked, warnings = Counter[str](), list[str](), 0, Counter[str]()
    for text in file.statements:
        try:
            statement = read_statement(text, any_account=True)
        except CodaError as error:
            assert error.expected
            counted[error.code] += 1
            refused.append(f"refused {error}")
        else:
            counted["accepted"] += 1
            booked += len(statement.booked)
            warnings.update(statement.warnings)
    findings = "".join(f" {code} in {count}" for code, count in sorted(warnings.items()))
    return counted, [f"{counted['accepted']} accepted with {booked} movements{findings}", *refused]
