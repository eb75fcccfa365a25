"""Golden files: what the product makes of fixed inputs, kept word for word; `--rewrite-golden` writes them anew."""

from collections.abc import Callable
from pathlib import Path

import pytest

FILES = Path(__file__).parent / "files"


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Compare bytes with the golden file of that name, or write it where the flag was given."""
    rewrite = request.config.getoption("--rewrite-golden")

    def compare(name: str, made: bytes) -> None:
        file = FILES / name
        if rewrite:
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(made)
        assert file.is_file(), f"{file.name} is not there: run pytest with --rewrite-golden and look at it"
        assert made == file.read_bytes(), f"{file.name} changed: look at the difference, then --rewrite-golden"

    return compare
