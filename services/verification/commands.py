"""`relais kbo`: load the register of enterprises (KBO/BCE Open Data), keep it up to date, tell what is loaded.

Exit codes: 0 done, or nothing to do; 1 the extract is refused and nothing was changed; 2 wrong settings.
"""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from services.verification.adapters.kbo import Loading, open_register, take_extract
from services.verification.domain.kbo import Edition, ExtractKind, KboRefused, Taken
from shared.chassis.settings import load, settings_for

app = typer.Typer(
    name="kbo", help="The register of enterprises: names, and who has ceased (KBO/BCE Open Data).", no_args_is_help=True
)
PathOfExtract = Annotated[Path, typer.Argument(help="The zip file as it was downloaded, or a folder with its files.")]


class RegisterSettings(BaseSettings):
    """The one variable of verification that these commands need; the service's others may be there or not."""

    model_config = settings_for("verification") | {"extra": "ignore"}

    database_url: SecretStr = Field(description="libpq URL of the role verification_worker")


@app.command("load")
def load_full(
    extract: PathOfExtract,
    accept_departures: Annotated[
        bool, typer.Option("--accept-departures", help="Even if many enterprises are missing that were there before.")
    ] = False,
) -> None:
    """Replace the register by a full extract; until it is complete, everything goes on with the one before."""
    _take(extract, "full", accept_departures)


@app.command("update")
def load_update(extract: PathOfExtract) -> None:
    """Apply an update to the extract before it; the same update again changes nothing."""
    _take(extract, "update", False)


@app.command("status")
def show_edition() -> None:
    """Tell which extract is loaded."""
    try:
        edition = asyncio.run(_edition(_database_url()))
    except KboRefused as error:
        _refuse(error)
    typer.echo(f"extract {edition.number} ({_words(edition)})" if edition else "nothing is loaded")


def _take(path: Path, kind: ExtractKind, departures_accepted: bool) -> None:
    progress = _Progress()
    try:
        edition, taken = asyncio.run(_taken(_database_url(), path, kind, Loading(progress, departures_accepted)))
    except KboRefused as error:
        progress.end()
        _refuse(error)
    progress.end()
    typer.echo(f"extract {edition.number} ({_words(edition)}): {_result(kind, taken)}")


async def _taken(url: str, path: Path, kind: ExtractKind, loading: Loading) -> tuple[Edition, Taken | None]:
    async with open_register(url) as register:
        return await take_extract(register, path, kind, loading)


async def _edition(url: str) -> Edition | None:
    async with open_register(url) as register:
        return await register.edition()


def _database_url() -> str:
    return load(RegisterSettings).database_url.get_secret_value()


def _refuse(error: KboRefused) -> NoReturn:
    for problem in error.problems:
        typer.echo(str(problem), err=True)
    typer.echo(f"refused, nothing was changed: {error}", err=True)
    raise typer.Exit(1)


def _words(edition: Edition) -> str:
    return f"{edition.kind}, as on {edition.snapshot_on.isoformat()}"


def _result(kind: ExtractKind, taken: Taken | None) -> str:
    if taken is None:
        return "was applied before, nothing changed"
    waiting = f"{len(taken.reconsidered)} waiting companies looked at again"
    if kind == "update":
        return f"{taken.known} enterprises changed; {waiting}"
    return f"{taken.known} enterprises, {taken.departed} of them have left the register; {waiting}"


class _Progress:
    """One line on a terminal, rewritten; elsewhere a line a file."""

    def __init__(self) -> None:
        self._line: tuple[str, int] | None = None

    def __call__(self, file: str, rows: int) -> None:
        if self._line is not None and self._line[0] != file:
            self.end()
        self._line = (file, rows)
        if sys.stderr.isatty():
            typer.echo(f"\r{file}: {rows:,} rows", nl=False, err=True)

    def end(self) -> None:
        """Finish the line of the last file."""
        if self._line is not None:
            text = "" if sys.stderr.isatty() else "{}: {:,} rows".format(*self._line)
            typer.echo(text, err=True)
        self._line = None
