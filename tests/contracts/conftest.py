"""The committed files of the contracts, and where they lie."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def texts_of(folder: str) -> dict[str, str]:
    files = sorted((ROOT / "shared/contracts" / folder).glob("*.json"))
    return {path.name: path.read_text(encoding="utf-8") for path in files}


@pytest.fixture(scope="session")
def committed_schemas() -> dict[str, str]:
    return texts_of("schemas")


@pytest.fixture(scope="session")
def committed_examples() -> dict[str, str]:
    return texts_of("examples")


@pytest.fixture(scope="session")
def events_page() -> str:
    return (ROOT / "docs/events.md").read_text(encoding="utf-8")
