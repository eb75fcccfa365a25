"""The page of documentation says of each test number what the table says."""

from pathlib import Path

import pytest

from services.verification.domain.sandbox import SIMULATED_COMPANIES, SimulatedCompany

PAGE = Path(__file__).resolve().parents[3] / "docs" / "sandbox.md"


@pytest.mark.parametrize("company", SIMULATED_COMPANIES, ids=lambda company: company.behaviour)
def test_the_page_has_a_row_for_each_number_with_its_reason(company: SimulatedCompany) -> None:
    (row,) = [line for line in PAGE.read_text().splitlines() if line.startswith(f"| {company.number.formatted} ")]
    assert company.reason in row
    delays = (company.answered_after, company.mended_after, company.token_lifetime)
    assert all(f"{int(delay.total_seconds())} seconds" in row for delay in delays if delay is not None)


def test_the_page_has_no_row_for_any_other_number() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| 0")]
    assert len(rows) == len(SIMULATED_COMPANIES)
