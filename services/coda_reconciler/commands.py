"""`relais coda`: whether bank files are whole, what is in them, and how to share one without telling whose it is.

Exit codes: 0 all is well; 1 a statement was rejected, or a file could not be disguised; 2 unusable arguments: no file,
a folder, a file that cannot be opened, a number that is none, an output that is there already.
"""

import json
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, Protocol

import typer

from services.coda_reconciler.domain.anonymising import Anonymiser, CannotDisguise
from services.coda_reconciler.domain.checked import Checked, as_object, as_text, checked
from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_file import split_file
from services.coda_reconciler.domain.pages import page
from shared.values import Language, ValueRejected

app = typer.Typer(name="coda", help="Bank statements (CODA).", no_args_is_help=True)

_LONG_RUN = 4_000_000
"""Bytes; from there on somebody at a terminal sees how far it is."""
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
_KEY_LENGTH, _SHORTEST_KEY = 32, 16

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE…", exists=True, dir_okay=False, readable=True, show_default=False)
]
OneFile = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True, show_default=False)
]
LanguageOption = Annotated[
    str | None, typer.Option("--language", metavar="nl|fr|de|en", help="By default that of the terminal.")
]


@app.command("check")
def check(
    files: Files,
    as_json: Annotated[bool, typer.Option("--json", help="One object a line for each statement.")] = False,
    language: LanguageOption = None,
) -> None:
    """Say of each statement whether it would be booked, and everything that is wrong with it."""
    words = _language(language)
    all_accepted = True
    with _progress(files) as progress:
        for found, size in _checked(files):
            typer.echo(json.dumps(as_object(found)) if as_json else as_text(found, words))
            all_accepted = all_accepted and found.verdict == "accepted"
            progress.update(size)
    if not all_accepted:
        raise typer.Exit(1)


@app.command("show")
def show(file: OneFile, language: LanguageOption = None) -> None:
    """Show the statements of a file: account, balances, every movement with its details and texts."""
    words = _language(language)
    all_accepted = True
    for at, (found, _) in enumerate(_checked([file])):
        typer.echo(("\n\n" if at else "") + page(found, words))
        all_accepted = all_accepted and found.verdict == "accepted"
    if not all_accepted:
        raise typer.Exit(1)


@app.command("anonymise")
def anonymise(
    files: Files,
    output: Annotated[Path, typer.Option("--output", metavar="DIR", file_okay=False, help="Made where it is missing.")],
    scale: Annotated[
        int, typer.Option(metavar="NUMBER", min=1, max=99, help="Multiply every amount by this whole number.")
    ] = 1,
    shift_days: Annotated[
        int, typer.Option(metavar="DAYS", help="Move every date by as many days; a multiple of 7 keeps weekends.")
    ] = 0,
    key_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="What disguises the same way next time; by default a new key.",
        ),
    ] = None,
) -> None:
    """Write copies that can be shared: same structure, balances and verdicts, other names, accounts and texts.

    The copies are named bank-file-0001.cod and so on, in the order of FILE…, for banks write account numbers into the
    names of files. A factor keeps all sums right and is no secret: who knows one amount knows all.
    """
    targets = [output / f"bank-file-{at:04d}.cod" for at in range(1, len(files) + 1)]
    there = next((target for target in targets if target.exists()), None)
    if there is not None:
        raise typer.BadParameter(f"'{there}' is there already", param_hint="--output")
    key = _key(key_file)
    anonymiser, all_done = Anonymiser(key, scale=scale, shift_days=shift_days), True
    with _progress(files, times=2) as progress:
        for file in files:
            data = _bytes_of(file)
            anonymiser.learn(data)
            progress.update(len(data))
        _make_folder(output)
        for file, target in zip(files, targets, strict=True):
            data = _bytes_of(file)
            try:
                _write(target, anonymiser.disguised(data))
                typer.echo(f"{target}")
            except CannotDisguise as error:
                typer.echo(f"{file}: {error}", err=True)
                all_done = False
            progress.update(len(data))
    if not all_done:
        raise typer.Exit(1)


class Progress(Protocol):
    """How far a run is, in bytes."""

    def update(self, n_steps: int) -> None:
        """So many bytes more are done."""


class _Unseen:
    def update(self, n_steps: int) -> None:
        """Nobody is looking."""


def _progress(files: Sequence[Path], times: int = 1) -> AbstractContextManager[Progress]:
    """A bar on the terminal for long runs, where it does not stand between the lines of the answer."""
    size = times * sum(file.stat().st_size for file in files)
    if size < _LONG_RUN or not sys.stderr.isatty() or sys.stdout.isatty():
        return nullcontext(_Unseen())
    return typer.progressbar(length=size, file=sys.stderr)


def _checked(files: Sequence[Path]) -> Iterator[tuple[Checked, int]]:
    """Each statement and its size in bytes; no more than one file and one statement are held."""
    for file in files:
        data = _bytes_of(file)
        try:
            texts = split_file(data).statements
        except CodaError as error:
            yield Checked(str(file), 0, error=error), len(data)
            continue
        for text in texts:
            yield checked(str(file), text), len(text.raw)


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"'{file}' cannot be read: {error.strerror}", param_hint="FILE") from None


def _key(file: Path | None) -> bytes:
    """Who can guess the key can try out names and accounts."""
    key = _bytes_of(file) if file else secrets.token_bytes(_KEY_LENGTH)
    if len(key) < _SHORTEST_KEY:
        raise typer.BadParameter(f"'{file}' holds less than {_SHORTEST_KEY} bytes", param_hint="--key-file")
    return key


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(f"'{folder}' cannot be made: {error.strerror}", param_hint="--output") from None


def _write(target: Path, data: bytes) -> None:
    try:
        target.write_bytes(data)
    except OSError as error:
        raise typer.BadParameter(f"'{target}' cannot be written: {error.strerror}", param_hint="--output") from None


def _language(written: str | None) -> Language:
    if written is not None:
        try:
            return Language(written.lower())
        except ValueRejected as error:
            raise typer.BadParameter(str(error), param_hint="--language") from None
    of_terminal = next((value for name in _LOCALES if (value := os.environ.get(name))), "")
    return Language.best(of_terminal.partition(".")[0])
