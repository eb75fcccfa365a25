"""The console's pages: Jinja2 templates beside this file, always escaped."""

from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.console.domain.pipeline import in_words, short

_FOLDER = Path(__file__).parent / "html"
_ASSETS = frozenset({"console.css", "live.js"})


class JinjaPages:
    """Renders templates and reads the two files that pages link to."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"short": short, "in_words": in_words, "moment": _moment}
        self._assets = {name: (_FOLDER / name).read_bytes() for name in _ASSETS}

    def render(self, name: str, /, **values: Any) -> str:
        """The page or fragment `name`."""
        return self._environment.get_template(name).render(**values)

    def asset(self, name: str) -> bytes:
        """A style sheet or script. Raises `KeyError` for any other name."""
        return self._assets[name]


def _moment(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S") if at is not None else "–"
