"""What a bundle was made with: the program, its code, its knowledge of the press, its libraries."""

import platform
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import filiation
from filiation.outlets import Catalogue
from filiation.plain import to_json
from filiation.shelf import shelf

__all__ = ["made_with"]

LIBRARIES = (
    "anyascii",
    "charset-normalizer",
    "htmldate",
    "lxml",
    "numpy",
    "py3langid",
    "rapidfuzz",
    "trafilatura",
)
"""Those on which it depends how a page is read and how two texts compare."""


def made_with(catalogue: Catalogue | None = None) -> dict[str, Any]:
    """Return what this program is, so that another can tell whether it would find the same."""
    return {
        "filiation": filiation.__version__,
        "code": _code(),
        "catalogue": _catalogue(catalogue),
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
    }


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


@lru_cache(maxsize=1)
def _code() -> str:
    """Return a digest of the program's own code."""
    root = Path(filiation.__file__).parent
    return _digest(
        (file.relative_to(root).as_posix(), file.read_bytes())
        for file in sorted(root.rglob("*.py"), key=lambda file: file.relative_to(root).as_posix())
    )


def _catalogue(known: Catalogue | None) -> str:
    """Return a digest of what is known of outlets, languages and credit lines."""
    if known is None:
        return _knowledge()
    outlets = sorted(known, key=lambda outlet: outlet.key)
    own = [(f"own/{outlet.key}", to_json(outlet).encode()) for outlet in outlets]
    return _digest([("shelf", _knowledge().encode()), *own])


@lru_cache(maxsize=1)
def _knowledge() -> str:
    """Return a digest of the files below `sources/`."""
    folders = sorted((f for f in shelf().iterdir() if f.is_dir()), key=_name)
    return _digest(
        (f"{folder.name}/{file.name}", file.read_bytes())
        for folder in folders
        for file in sorted((f for f in folder.iterdir() if f.is_file()), key=_name)
    )


def _name(file: Traversable) -> str:
    return file.name


def _digest(named: Iterable[tuple[str, bytes]]) -> str:
    """Return one digest of named bytes: of their names, lengths and digests."""
    whole = sha256()
    for name, data in named:
        whole.update(f"{name} {len(data)} {sha256(data).hexdigest()}\n".encode())
    return f"sha256:{whole.hexdigest()}"
