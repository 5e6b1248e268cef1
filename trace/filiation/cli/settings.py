"""What the user has set once for all: `filiation.toml` in this folder, and a file of the user's own.

An option on the command line goes before the environment (`FILIATION_...`), this before
`filiation.toml` in the folder that the program is run in, and that before the user's own file. Keys
of services are read from the environment and the files only: a command line is seen by everybody on
the machine, and stays in the shell's history.
"""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from filiation.errors import InputError

__all__ = ["PROJECT", "SECRETS", "Setting", "preset", "secret", "user_file"]

PROJECT = Path("filiation.toml")
"""The file of a project: in the folder that the program is run in."""
MOST_BYTES = 100_000
"""Of a settings file: a full one has 2,000."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set."""

    kind: type
    """`str`, `int`, `float`, `bool` or `list` (of texts)."""
    does: str


_TEXT, _LIST = "a text in quotes", "a list of texts"
_KINDS: Mapping[type, str] = {
    str: _TEXT,
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: _LIST,
}

SETTINGS: Mapping[str, Mapping[str, Setting]] = {
    "": {
        "library": Setting(str, "the library where none is named"),
        "outlets": Setting(list, "outlet files of your own, or folders of them"),
        "lexicon": Setting(list, "word pairs of two languages: files of them"),
        "model": Setting(str, "folder of a sentence-embedding model"),
    },
    "web": {
        "contact": Setting(str, "an address at which site owners reach you"),
        "delay": Setting(float, "seconds between two requests to one host"),
        "most_requests": Setting(int, "requests of one run"),
        "most_time": Setting(str, "time that one run may ask the web"),
        "depth": Setting(int, "steps that a trace goes away from the article"),
        "breadth": Setting(int, "versions that a trace takes besides the article"),
        "history": Setting(bool, "whether captures of the versions are compared"),
        "search": Setting(list, "services asked besides"),
        "proxy": Setting(str, "a proxy that all requests go through"),
        "allow": Setting(list, "private addresses that may be asked"),
        "connect_to": Setting(list, "hosts that are had from another address"),
        "wayback": Setting(str, "base address of the Wayback Machine"),
        "availability": Setting(str, "base address of its availability service"),
        "memento": Setting(str, "base address of another archive that speaks Memento"),
        "commoncrawl": Setting(str, "base address of Common Crawl's index"),
        "commoncrawl_data": Setting(str, "base address of Common Crawl's files"),
        "searxng": Setting(str, "base address of your SearXNG"),
        "mediacloud": Setting(str, "base address of Media Cloud"),
        "gdelt": Setting(str, "base address of GDELT"),
    },
    "secrets": {
        "mediacloud_token": Setting(str, "your token of Media Cloud"),
    },
}
"""What a settings file may hold, table by table; the first stands above all tables."""

SECRETS = tuple(SETTINGS["secrets"])


def user_file() -> Path:
    """Return the user's own settings file, there or not."""
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "filiation" / "config.toml"


def preset(name: str, table: str = "web", otherwise: Any = None) -> Callable[[], Any]:
    """Return what gives a setting as the files have it, for an option's default.

    Raises `InputError` for a file that cannot be read or holds what it may not.
    """

    def of_files() -> Any:
        for file in (PROJECT, user_file()):
            value = _held(file).get((table, name))
            if value is not None:
                return value
        return otherwise

    return of_files


def secret(name: str) -> str | None:
    """Return a key of a service: from the environment, else from a settings file."""
    value = os.environ.get(f"FILIATION_{name.upper()}") or preset(name, "secrets")()
    return value if isinstance(value, str) and value.strip() else None


def _held(file: Path) -> Mapping[tuple[str, str], Any]:
    """Return what a file sets, by table and name; nothing where there is no such file."""
    try:
        status = file.stat()
    except (OSError, ValueError):
        return {}
    return _read(str(file.absolute()), str(file), status.st_mtime_ns, status.st_size)


@lru_cache(4)
def _read(path: str, named: str, _mtime: int, size: int) -> Mapping[tuple[str, str], Any]:
    if size > MOST_BYTES:
        raise InputError(named, f"it has {size:,} bytes and is no settings file", "see docs/web.md")
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(named, f"it cannot be read ({error.strerror or error})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(named, f"it is no TOML ({error})", "see docs/web.md") from error
    found: dict[tuple[str, str], Any] = {}
    for key, value in data.items():
        if key in SETTINGS and isinstance(value, dict):
            for name, inner in value.items():
                found[key, name] = _checked(named, key, name, inner)
        else:
            found["", key] = _checked(named, "", key, value)
    return found


def _checked(file: str, table: str, name: str, value: Any) -> Any:
    """Return a value that is of its setting's kind. Raises `InputError`."""
    said = f"{table}.{name}" if table else name
    known = SETTINGS[table].get(name)
    if known is None:
        raise InputError(file, f"there is no setting {said!r}", _meant(table, name))
    if known.kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    fits = isinstance(value, known.kind) and not (known.kind is int and isinstance(value, bool))
    if known.kind is list and fits:
        fits = all(isinstance(one, str) for one in value)
    if not fits:
        raise InputError(file, f"{said} is not what it must be", f"write {_KINDS[known.kind]}")
    return value


def _meant(table: str, name: str) -> str:
    from filiation.cli.meant import meant

    names = list(SETTINGS[table])
    near = meant(name, names)
    if near:
        return f"did you mean {near[0]}?"
    place = f"in [{table}]" if table else "above the tables"
    return f"{place} there are {', '.join(names)}"
