"""The command `relais`: what the product does at a terminal, and what its services have to say there."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from deploy.reconciling.command import reconcile
from services.delivery import commands as delivery
from shared.contracts import problem_pages
from shared.contracts.catalogue import SERVICES, refusals, render_map, render_markdown, schemas
from shared.values import EnterpriseNumber

MAP_BEGINS, MAP_ENDS = "<!-- map of topics, written by `make contracts` -->", "<!-- end of the map -->"
ROOT = Path(__file__).resolve().parent.parent
app = typer.Typer(
    name="relais", help="Connects billing softwares, companies and their accountants.", no_args_is_help=True
)


@app.callback()
def compose(context: typer.Context) -> None:
    """Connects billing softwares, companies and their accountants."""
    context.obj = delivery.Readings(_read_invoice, _read_statements)


async def _read_invoice(data: bytes) -> delivery.Read:
    """What delivery's commands need of the router."""
    from deploy.invoice_reading import read_invoice  # here: each command loads only what it needs

    return await read_invoice(data)


def _read_statements(data: bytes, company: EnterpriseNumber | None) -> Sequence[delivery.Statement]:
    """What they need of the reconciler."""
    from deploy.statement_reading import read_statements

    return read_statements(data, company)


@app.command("migrate")
def migrate() -> None:
    """Bring the database to this version: roles, schemas, tables."""
    from deploy.migrate import main  # here: each command loads only what it needs

    main()


@app.command("administration")
def administration(
    once: Annotated[bool, typer.Option(help="Make one complete round and end.")] = False,
) -> None:
    """Keep Kafka's topics, users and access rules whole."""
    from deploy.administration import start

    start(once)


@app.command("contracts")
def contracts(
    check: Annotated[bool, typer.Option(help="Write nothing; fail where a file is not up to date.")] = False,
    root: Annotated[Path, typer.Option(help="The checkout.")] = ROOT,
) -> None:
    """Write the JSON schemas and docs/ (events, problems, openapi) from the code; a breaking change is refused."""
    broken = refusals(_texts(root / "shared/contracts/schemas"))
    if broken:
        typer.echo("\n".join(broken), err=True)
        raise typer.Exit(1)
    stale = {path: text for path, text in generated(root).items() if not _holds(path, text)}
    for path, text in stale.items():
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        typer.echo(f"{'is not up to date' if check else 'written'}: {path.relative_to(root)}")
    if check and stale:
        raise typer.Exit(1)


def generated(root: Path) -> dict[Path, str]:
    """Every generated file of the contracts and its text."""
    from deploy.api_description.assembly import as_yaml, description  # here: it reads the routes of every service

    files = {
        root / "docs/openapi.yaml": as_yaml(description()),
        root / "docs/problems.md": problem_pages.markdown(),
        root / "docs/events.md": render_markdown(_texts(root / "shared/contracts/examples")),
        root / "README.md": with_map((root / "README.md").read_text(encoding="utf-8")),
    }
    for name, text in schemas().items():
        files[root / "shared/contracts/schemas" / name] = text
    return files


def with_map(readme: str) -> str:
    """The text of README.md with the map of topics between its two marks as it is now."""
    before, _, rest = readme.partition(MAP_BEGINS)
    _, _, after = rest.partition(MAP_ENDS)
    return f"{before}{MAP_BEGINS}\n{render_map()}\n{MAP_ENDS}{after}" if rest else readme


def _texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.json"))}


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def add_commands_of_services(target: typer.Typer) -> None:
    """Add the `app` of each service's `commands.py` (its `apps`, of one that has several): typer applications named
    for what they do.

    Two services may have something to say about the same thing: their commands stand under one name, with the help of
    the first.
    """
    named: dict[str | None, typer.Typer] = {}
    for service in SERVICES:
        module = f"services.{service}.commands"
        if find_spec(f"services.{service}") is None or find_spec(module) is None:
            continue
        commands = import_module(module)
        apps: Sequence[typer.Typer] = getattr(commands, "apps", None) or (commands.app,)
        for own in apps:
            if own.info.name not in named:
                together = typer.Typer(name=own.info.name, help=own.info.help, no_args_is_help=True)
                named[own.info.name] = together
                target.add_typer(together)
            named[own.info.name].registered_commands += own.registered_commands
            named[own.info.name].registered_groups += own.registered_groups


add_commands_of_services(app)
app.command("reconcile")(reconcile)


def main() -> None:
    """The entry point of the script `relais`."""
    app()


if __name__ == "__main__":
    main()
