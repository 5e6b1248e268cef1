"""Everything that can go wrong, and whose fault it is.

FiliationError
  x InputError              something the user gave cannot be read
    + NotFound              no such file, folder or article
    + Unreadable            the bytes are no article: empty, binary, too large, hostile
    + NoSuchColumn          a table lacks the column that holds the text
    + CredentialsNeeded     a service wants a key that was not given
  x CatalogueError          a file below sources/ is wrong
  x LibraryError            a library cannot be opened, read or written

Each says in one sentence what happened, where, and what would have worked.
"""

from typing import Self

__all__ = [
    "CatalogueError",
    "CredentialsNeeded",
    "FiliationError",
    "InputError",
    "LibraryError",
    "NoSuchColumn",
    "NotFound",
    "Unreadable",
]


class FiliationError(Exception):
    """The family. Nothing else leaves the package, whatever the input."""


class InputError(FiliationError):
    """Something the user gave cannot be read."""

    def __init__(self, where: str, what: str, remedy: str = "") -> None:
        self.where = where
        """The input as the user named it, with the row or record where there is one."""
        self.what = what
        """What is wrong with it."""
        self.remedy = remedy
        """What would have worked; may be empty."""
        self.source = ""
        """The file it was met in, where it was met on a walk through inputs."""
        self.number = 0
        """The row or record there, from 1; 0 where it concerns the file as a whole."""
        super().__init__(where, what, remedy)

    def of(self, source: str, number: int = 0) -> Self:
        """Return the error itself, with the place that it was met at."""
        self.source, self.number = source, number
        return self

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f"; {self.remedy}" if self.remedy else "")


class NotFound(InputError):
    """There is no such file, folder or article."""


class Unreadable(InputError):
    """The bytes are no article: empty, binary, too large or hostile."""


class NoSuchColumn(InputError):
    """A table lacks the column that holds the text."""


class CredentialsNeeded(InputError):
    """A service wants a key that was not given."""


class CatalogueError(FiliationError):
    """A file of the catalogue or of a lexicon is wrong."""

    def __init__(self, file: str, key: str, what: str, remedy: str) -> None:
        self.file = file
        """The file, as a path below sources/ or as the user named it."""
        self.key = key
        """The key in it that is wrong."""
        self.what = what
        """What is wrong with it."""
        self.remedy = remedy
        """What to write instead."""
        super().__init__(file, key, what, remedy)

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.what}; {self.remedy}"


class LibraryError(FiliationError):
    """A library cannot be opened, read or written: missing, foreign, newer, in use, no room."""

    def __init__(self, library: str, what: str, remedy: str = "") -> None:
        self.library = library
        """The file, as the user named it."""
        self.what = what
        """What is wrong."""
        self.remedy = remedy
        """What would have worked; may be empty."""
        super().__init__(library, what, remedy)

    def __str__(self) -> str:
        return f"{self.library}: {self.what}" + (f"; {self.remedy}" if self.remedy else "")
