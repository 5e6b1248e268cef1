"""What the user names as input, brought in: files, folders, tables, standard input."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from filiation.cli.output import Output
from filiation.errors import InputError, NotFound

if TYPE_CHECKING:
    from filiation.outlets import Catalogue
    from filiation.values import Article

__all__ = ["Batch", "distinct", "one", "refuse_address"]

MOST_NAMED = 10
"""Inputs that could not be read which a report names; the rest is counted."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,15}://", re.IGNORECASE)


def one(named: str, known: "Catalogue | None", url: str | None = None) -> "Article":
    """Return the one article that `named` is. Raises `InputError` where it is none."""
    from filiation.read import read

    refuse_address(named)
    return read(named, url=url, catalogue=known)


class Batch:
    """The articles of several inputs, one after the other; what cannot be read is told and skipped."""

    def __init__(
        self,
        named: Sequence[str],
        columns: Mapping[str, str],
        known: "Catalogue | None",
        output: Output,
    ) -> None:
        for name in named:
            refuse_address(name)
        self.named = named
        self.columns = columns
        self.known = known
        self.output = output
        self.read = 0
        """Articles read so far."""
        self.failed = 0
        """Inputs and rows skipped so far."""
        self.lost: list[InputError] = []
        """The first of them, `MOST_NAMED` at the most."""
        self._held: InputError | None = None

    def __iter__(self) -> Iterator["Article"]:
        """Yield the articles as they are read. Raises `InputError` where there is none at all."""
        from filiation.read import articles

        for found in articles(self.named, columns=self.columns, catalogue=self.known):
            if isinstance(found, InputError):
                self.failed += 1
                if len(self.lost) < MOST_NAMED:
                    self.lost.append(found)
                self._release()
                self._held = found
                continue
            self._release()
            self.read += 1
            yield found
        if self.read == 0:
            raise self._nothing()
        self._release()
        self.output.skipped_in_all()

    def _release(self) -> None:
        """Tell the failure held back: alone, it would have been the error and no skipping."""
        if self._held is not None:
            self.output.skipped(self._held)
            self._held = None

    def _nothing(self) -> InputError:
        if self.failed == 1 and self._held is not None:
            return self._held
        self._release()
        named = ", ".join(self.named)
        if self.failed:
            what = f"none of {self.failed:,} inputs could be read"
            return InputError(named, what, "the lines above say why")
        return NotFound(named, "holds no article", "name files, folders or tables that do")


def distinct(article: "Article", taken: "Article") -> "Article":
    """Return `article` under another id than `taken` has: two folders may hold one file name."""
    if article.id != taken.id:
        return article
    key = article.input if article.input != taken.id else f"{article.input}~2"
    return replace(article, id=key)


def refuse_address(named: str) -> None:
    """Raise `InputError` where an input is an address."""
    if not _ADDRESS.match(named):
        return
    if named.lower().startswith(("http://", "https://")):
        what = "an address cannot be read here"
        remedy = "bring it into a library with `filiation add`, or save the page and name the file"
    else:
        what, remedy = (
            "addresses of this kind cannot be read",
            "name one of http or https, or a file",
        )
    raise InputError(named[:200], what, remedy)
