"""Where the knowledge of the press lies: the files below `sources/`."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from filiation.errors import CatalogueError

__all__ = ["books", "shelf"]


def shelf() -> Traversable:
    """Return the folder of knowledge: the installed one, or the checkout's in a development install."""
    installed = files("filiation") / "sources"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "sources"


def books(folder: Traversable) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (file name without `.toml`, content) of every TOML file in `folder`, sorted by name.

    Raises `CatalogueError` where a file is not TOML or not UTF-8.
    """
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml"):
            continue
        try:
            yield file.name.removesuffix(".toml"), tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            where = f"{folder.name}/{file.name}"
            raise CatalogueError(
                where, "syntax", str(error), "write valid TOML in UTF-8"
            ) from error
