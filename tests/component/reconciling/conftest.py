"""A small year on disk."""

from pathlib import Path

import pytest

from deploy.demo.years import CompanyYear
from deploy.demo.years.folders import write_years
from tests.component.reconciling.runs import a_year


@pytest.fixture
def year() -> CompanyYear:
    """One invoice with an OGM, and its payment."""
    return a_year("ogm_exact")


@pytest.fixture
def folder(year: CompanyYear, tmp_path: Path) -> Path:
    """Where it lies."""
    write_years([year], tmp_path)
    return tmp_path
