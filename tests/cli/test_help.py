"""Help: every example is one that the program takes, and the list of commands is whole."""

import re
import shlex
import subprocess
import sys

import click
import pytest

from filiation.cli.help import Told
from filiation.cli.program import program
from tests.test_cli import ROOT, run

EXAMPLES = [
    (line, does)
    for command in program.commands.values()
    if isinstance(command, Told)
    for line, does in command.examples
]


@pytest.mark.parametrize("line", [line for line, _ in EXAMPLES])
def test_every_example_is_taken(line: str) -> None:
    """Its options exist, and it has the arguments that the command asks for."""
    found = re.findall(r"filiation [^|>&)]+", line)
    assert found
    for one in found:
        name, *arguments = shlex.split(one.strip())[1:]
        command = program.commands[name]
        # The command keeps the names of its help option from here on: they have to be the program's.
        settings = {**program.context_settings, **command.context_settings}
        context = click.Context(command, info_name=name, **settings)
        values, _, _ = command.make_parser(context).parse_args(list(arguments))
        missing = [
            parameter.name
            for parameter in command.params
            if parameter.required and not values.get(parameter.name or "")
        ]
        assert missing == []


@pytest.mark.parametrize(("line", "does"), EXAMPLES, ids=[line for line, _ in EXAMPLES])
def test_every_example_says_what_it_does(line: str, does: str) -> None:
    assert does.endswith(".") or "verify" in does
    assert len(does) < 120


@pytest.mark.parametrize("command", sorted(program.commands))
def test_the_list_of_commands_is_not_cut_off(command: str) -> None:
    told = run("--help").stdout.decode()
    [line] = re.findall(rf"^  {command} +(.+)$", told.partition("Commands:")[2], re.MULTILINE)
    assert line.endswith(".") and not line.endswith("..")


@pytest.mark.parametrize("command", sorted(program.commands))
def test_every_option_says_what_it_does(command: str) -> None:
    silent = [
        parameter.opts
        for parameter in program.commands[command].params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert silent == []


def test_help_loads_nothing_that_it_does_not_show() -> None:
    """It is there at once: what is slow to load is loaded by the command that needs it."""
    code = "import sys; from filiation.cli import main; main(['--help']); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "trace")},
    )
    loaded = set(done.stdout.decode().split())
    assert not loaded & {
        "rich",
        "rapidfuzz",
        "lxml",
        "numpy",
        "duckdb",
        "httpx",
        "sqlite3",
        "difflib",
    }
