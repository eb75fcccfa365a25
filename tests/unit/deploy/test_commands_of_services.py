"""Does `relais` put what several services have to say about one thing under one name?"""

from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from deploy import command_line


def application(name: str, *commands: str) -> typer.Typer:
    made = typer.Typer(name=name, help=f"About {name}.", no_args_is_help=True)
    for command in commands:
        made.command(command)(lambda said=f"{name} {command}": typer.echo(said))
    return made


@pytest.fixture
def relais(monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """Of three services: two about `ubl`, one about `kbo`, and one that has no commands."""
    apps = {
        "one": application("ubl", "check", "show"),
        "two": application("kbo", "load"),
        "four": application("ubl", "pdf"),
    }
    monkeypatch.setattr(command_line, "SERVICES", ("one", "two", "three", "four"))
    monkeypatch.setattr(command_line, "find_spec", lambda name: None if name == "services.three.commands" else name)
    monkeypatch.setattr(command_line, "import_module", lambda name: SimpleNamespace(app=apps[name.split(".")[1]]))
    target = typer.Typer()
    command_line.add_commands_of_services(target)
    return target


@pytest.mark.parametrize("words", ["ubl check", "ubl show", "ubl pdf", "kbo load"])
def test_each_command_is_reached_by_its_name(relais: typer.Typer, words: str) -> None:
    result = CliRunner().invoke(relais, words.split())
    assert (result.exit_code, result.stdout) == (0, f"{words}\n")


def test_the_help_lists_all_commands_of_a_thing_once(relais: typer.Typer) -> None:
    listed = CliRunner().invoke(relais, ["ubl", "--help"], env={"COLUMNS": "100", "NO_COLOR": "1"}).stdout
    assert [listed.count(f" {command} ") for command in ("check", "show", "pdf")] == [1, 1, 1]
    assert "About ubl." in listed
    names = CliRunner().invoke(relais, ["--help"], env={"COLUMNS": "100", "NO_COLOR": "1"}).stdout
    assert (names.count(" ubl "), names.count(" kbo ")) == (1, 1)
