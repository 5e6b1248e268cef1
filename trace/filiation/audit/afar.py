"""Files that only executors reach, made articles by them as `filiation add` makes those that are here."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from filiation.errors import InputError
from filiation.outlets import Catalogue, Outlet
from filiation.outlets import catalogue as known_outlets

if TYPE_CHECKING:
    from filiation.library.rows import Made, Met
    from filiation.read import Raw

__all__ = ["FileBytes", "Reading"]


@dataclass(frozen=True, slots=True)
class FileBytes:
    """A file as an executor is given it."""

    url: str
    content: bytes
    done: int
    """Rows that the library has of it."""


class Reading:
    """Reads whole files, in whatever process it finds itself in."""

    def __init__(self, columns: Mapping[str, str], outlets: tuple[Outlet, ...] | None) -> None:
        self._columns = dict(columns)
        self._outlets = outlets
        """Those of the user's own catalogue, None for the one that comes with the program."""

    def __call__(self, file: FileBytes) -> "list[Made | Met | InputError]":
        """Return the articles of a file as rows, and what gave none."""
        from filiation.library.rows import made_of

        catalogue = known_outlets() if self._outlets is None else Catalogue(self._outlets)
        with tempfile.TemporaryDirectory(prefix="filiation-") as folder:
            return made_of(list(self._documents(file, Path(folder))), catalogue)

    def _documents(self, file: FileBytes, folder: Path) -> "Iterator[Raw | InputError]":
        from filiation.read import documents
        from filiation.read.raw import Document, File

        name = unquote(urlsplit(file.url).path.rpartition("/")[2]) or "input"
        place = folder / name
        place.write_bytes(file.content)
        for found in documents([place], columns=self._columns, done=lambda _: file.done):
            if isinstance(found, InputError):
                where = found.where.replace(str(place), file.url)
                yield type(found)(where, found.what, found.remedy).of(file.url, found.number)
            elif isinstance(found.content, File):
                page = Document(file.content, place.suffix.lower())
                yield replace(found, source=file.url, content=page)
            else:
                yield replace(found, source=file.url)
