"""An article's versions looked for in a library, without holding its texts in memory.

By text, in one pass over the fingerprints for all that is asked at a time; by what the pages credit:
addresses, titles, outlets. `stemma.trace` is given it as one of its shelves.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from filiation.errors import LibraryError, NotFound
from filiation.library.abroad import Abroad, languages_in
from filiation.library.directory import Directory
from filiation.library.faults import told
from filiation.library.habits import Credited
from filiation.library.library import Library
from filiation.library.phrases import HousePhrases
from filiation.library.rows import page_at
from filiation.library.sharing import sharing
from filiation.match.candidates import LEAST_BITS
from filiation.outlets import Catalogue, home_of
from filiation.stemma.account import Stop
from filiation.stemma.habits import Habits
from filiation.stemma.naming import names_of
from filiation.stemma.search import OUTLET_LIMIT, Leads, Read, Witness, addresses
from filiation.values import Article, Credits, Had, Searched, SearchOutcome

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from filiation.match.candidates import Rank
    from filiation.match.keys import Keys

    Numbers = NDArray[np.int64]
    Bits = NDArray[np.float64]

__all__ = ["Lookup", "numbered", "numbered_at"]

LIKELY = 50
"""Articles compared that share most with one text: as many as of articles given."""
NEAR_IDS = 3
"""Ids told that are like one that is not there."""
LIKE_ID = 60.0
"""Likeness (per cent) of an id to the one asked for from which on it may have been meant."""
ABROAD = 10
"""Articles in other languages compared with one text: as a rule the true one is the first."""
RANKED = 30
"""The same where a model ranks them anew: those it chooses from."""
QUESTIONS = 20
"""Texts for which other languages are searched in one trace: a story that was reprinted often has the
same source in all its versions. Each takes a fifth of a second among 100,000 articles, and what is
found must be compared."""


def numbered(library: Library, key: str) -> int:
    """Return the number of the article of this id. Raises `NotFound`, which names ids like it."""
    key = key.encode("utf-8", "replace").decode()  # half a surrogate pair is in no id
    with told(library.path):
        row = library.connection.execute(
            "SELECT number FROM article WHERE id = ?", (key,)
        ).fetchone()
    if row is not None:
        return int(row[0])
    what = f"it is no file, and {library.path} holds no article of this id"
    near = _near(library, key)
    remedy = f"did you mean {' or '.join(near)}?" if near else "filiation search finds ids by words"
    raise NotFound(key[:200], what, remedy)


def numbered_at(library: Library, address: str) -> int | None:
    """Return the number of the newest version of the page at an address; None where it has none."""
    with told(library.path):
        row = library.connection.execute(
            "SELECT number FROM article WHERE page = ? ORDER BY version DESC LIMIT 1",
            (page_at(address.encode("utf-8", "replace").decode()),),
        ).fetchone()
    return None if row is None else int(row[0])


def _page(asked: Article) -> str | None:
    """Return what the library calls the page of a file."""
    if asked.url:
        return page_at(asked.url.encode("utf-8", "replace").decode())
    return f"file:{Path(asked.input).absolute()}".encode("utf-8", "replace").decode()


def _near(library: Library, key: str) -> list[str]:
    from rapidfuzz import fuzz, process

    with told(library.path):
        ids = [row[0] for row in library.connection.execute("SELECT id FROM article ORDER BY id")]
    found = process.extract(key[:200], ids, scorer=fuzz.ratio, score_cutoff=LIKE_ID, limit=NEAR_IDS)
    return [name for name, _, _ in found]


class Lookup:
    """A library as a shelf, on which the versions of one article are looked for."""

    where = "library"

    def __init__(
        self,
        library: Library,
        asked: Article | int,
        others: Sequence[Article] = (),
        *,
        read: Read,
        catalogue: Catalogue | None = None,
        progress: Callable[[str], None] | None = None,
        keys: "Callable[[Sequence[Article]], Keys] | None" = None,
        rank: "Rank | None" = None,
    ) -> None:
        """`asked` is the article whose versions are looked for: its number, where the library has it.

        `others` are what is searched besides. `read` reads the credits of all that comes from
        elsewhere. `keys` makes the keys by which other languages are searched; by default
        `match.keys.keys_of_articles`. `rank` puts the `RANKED` articles found there in another order.
        """
        self._library = library
        self._names = names_of(catalogue)
        self._credits = read
        self._say = progress or _unheard
        self._directory = Directory(library, self._names)
        self._keys = keys
        self._rank = rank
        self._abroad = Abroad(library, progress=self._told)
        self._abroad_said = ""
        """Why other languages could not be searched, or not wholly."""
        self._questions = 0
        self._found_abroad: set[int] = set()
        self._versions: set[str] = set()
        """Ids of the versions found, which are asked where they lead to."""
        self._phrases = HousePhrases(library)
        self._stated: dict[tuple[str, str], Credits] = {}
        """What its articles say of themselves, by id and text."""
        self._fetched: dict[int, Article] = {}
        self._ids = {article.id for article in others}
        self._own: frozenset[int] = frozenset()
        """The text asked about; of a file, all texts that it had."""
        own: tuple[object, ...]
        self.size = library.size
        if isinstance(asked, int):
            [self.asked] = self._fetch([asked])
            same, own = "SELECT number FROM article WHERE number = ?", (asked,)
        elif asked.url:
            self.asked = asked
            text = sha256(asked.text.encode("utf-8", "replace")).digest()
            same = "SELECT number FROM article WHERE page = ? AND sha256 = ?"
            own = (_page(asked), text)
        else:  # a file on this machine is whatever it was made into
            self.asked = asked
            same, own = "SELECT number FROM article WHERE page = ?", (_page(asked),)
        self._ids.add(self.asked.id)
        with told(library.path):
            self._own = frozenset(row[0] for row in library.connection.execute(same, own))

    @property
    def says(self) -> Sequence[str]:
        """Return the name of the library."""
        return (self._library.path,)

    @property
    def places(self) -> Sequence[Searched]:
        """Return what came of the search in other languages, where it has articles in any."""
        if not self._questions and not self._abroad_said:
            return ()
        where = "library, other languages"
        if not self._questions:
            return (Searched(where, "failed", 0, 0, self._abroad_said),)
        compared = {self._fetched[n].id for n in self._found_abroad & self._fetched.keys()}
        found = len(compared & self._versions)
        texts = f"{self._questions} text{'s' if self._questions > 1 else ''} asked about"
        says = [texts, f"{len(compared)} articles compared", self._abroad_said]
        outcome: SearchOutcome = "ok" if found else "not_found"
        return (Searched(where, outcome, found, self.size, "; ".join(filter(None, says))),)

    @property
    def articles(self) -> Sequence[Article]:
        """Return the articles it has handed out so far."""
        return tuple(self._fetched.values())

    def read(self, article: Article) -> Credits:
        """Return what an article says of itself; what its outlet prints on every page set aside."""
        known = self._stated.get((article.id, article.text))
        return known or self._set_aside(self._credits(article))

    def leads(self, layer: Sequence[Witness]) -> Iterator[Leads]:
        """Yield for each of these versions where it leads to, in one pass over the fingerprints."""
        import numpy as np

        from filiation.match.fingerprints import distinct, grams_of

        self._versions.update(witness.article.id for witness in layer)
        self._say(f"searching {self.size:,} articles of {self._library.path}")
        asked = [
            distinct(grams_of([(witness.article.text, witness.article.aside)])[0])
            for witness in layer
        ]
        own = np.array(sorted(self._own), np.int64)
        shared = sharing(self._library, asked, self._phrases.grams, own)
        abroad = self._in_other_languages(layer)
        for number, (witness, (numbers, bits)) in enumerate(zip(layer, shared, strict=True)):
            yield self._leads(witness, numbers, bits, abroad.get(number, ()))

    def _in_other_languages(self, layer: Sequence[Witness]) -> dict[int, list[int]]:
        """Return by place in the layer the articles in other languages that are worth comparing."""
        from filiation.match.across import base
        from filiation.match.keys import keys_of_articles

        asked = [
            number
            for number, witness in enumerate(layer)
            if self._languages - {base(witness.article.language)}
        ]
        room = QUESTIONS - self._questions
        if len(asked) > room:
            asked = asked[:room]
            self._abroad_said = f"no more than {QUESTIONS} texts are asked about"
        if not asked:
            return {}
        articles = [layer[number].article for number in asked]
        most = ABROAD if self._rank is None else RANKED
        limit = most + len(self._own)
        try:
            found = self._abroad.ask(
                (self._keys or keys_of_articles)(articles),
                [article.language for article in articles],
                limit=limit,
            )
        except LibraryError as error:
            self._abroad_said = str(error)
            return {}
        self._questions += len(asked)
        best = {
            number: self._ranked(
                layer[number].article, [other for other, _ in one if other not in self._own][:most]
            )[:ABROAD]
            for number, one in zip(asked, found, strict=True)
        }
        self._found_abroad.update(*best.values())
        return best

    def _ranked(self, asked: Article, numbers: list[int]) -> list[int]:
        if self._rank is None or not numbers:
            return numbers
        others = [article for _, article in self._library.articles(numbers)]
        return [numbers[place] for place in self._rank(asked, others)]

    @cached_property
    def _languages(self) -> frozenset[str]:
        return languages_in(self._library)

    def _told(self, stage: str, done: int, whole: int) -> None:
        self._say(f"{stage}, {done:,} of {whole:,}")

    def _leads(
        self, witness: Witness, sharing: "Numbers", bits: "Bits", abroad: Sequence[int]
    ) -> Leads:
        article, account = witness.article, witness.account
        when = article.dates.midpoint
        linked: set[int] = set()
        for stop in (*account.stops, *account.rivals):
            linked |= self._at(stop)
        citing = self._directory.crediting(addresses(article), article.title)
        named: set[int] = set()
        for stop in (*account.stops, *account.rivals, *account.tips):
            if stop.who:
                alike = sharing.tolist()
                named.update(
                    self._directory.of(stop.who, when, article.language, alike, OUTLET_LIMIT)
                )
        return Leads(
            tuple(self._fetch(linked)),
            tuple(self._fetch(self._directory.nearest(citing, when, LIKELY))),
            tuple(self._fetch(named)),
            tuple(self._fetch({*self._best(sharing, bits), *abroad})),
        )

    def _at(self, stop: Stop) -> set[int]:
        """Return the articles that a stop's links lead to, or that bear its title."""
        found: set[int] = set()
        for address in stop.addresses:
            found |= self._directory.at(address)
        for title in stop.titles:
            found |= self._directory.titled(title, stop.who)
        return found

    def _best(self, numbers: "Numbers", bits: "Bits") -> list[int]:
        """Return the articles that share most; of equals, those of the lower ids."""
        import numpy as np

        enough = bits >= LEAST_BITS
        numbers, bits = numbers[enough], bits[enough]
        if len(numbers) > LIKELY:
            # The worst that is good enough, with all its equals.
            least = np.partition(bits, -LIKELY)[-LIKELY]
            numbers, bits = numbers[bits >= least], bits[bits >= least]
        ids = {number: self._id(number) for number in numbers.tolist()}
        ranked = sorted(
            zip(bits.tolist(), numbers.tolist(), strict=True),
            key=lambda row: (-row[0], ids[row[1]]),
        )
        return [number for _, number in ranked[:LIKELY]]

    def _id(self, number: int) -> str:
        with told(self._library.path):
            [key] = self._library.connection.execute(
                "SELECT id FROM article WHERE number = ?", (number,)
            ).fetchone()
        return str(key)

    def habits(self, articles: Sequence[Article]) -> Habits:
        """Return how often outlets of articles name one another on other pages of the library."""
        return Credited(self._library).of(articles, self._names.catalogue)

    # --- articles ----------------------------------------------------------------------------------

    def _fetch(self, numbers: Iterable[int]) -> list[Article]:
        """Return articles, the one asked about left out; equal ones in the order of their ids."""
        wanted = [number for number in numbers if number not in self._own]
        missing = [number for number in wanted if number not in self._fetched]
        texts = self._library.texts_of(missing)
        for number, stated in self._library.stated_of(missing):
            known = self._set_aside(self._called_apart(self._led_to(stated, texts.get(number))))
            self._stated[known.article.id, known.article.text] = known
            self._fetched[number] = known.article
        found = [self._fetched[number] for number in wanted if number in self._fetched]
        return sorted(found, key=lambda article: article.id)

    def _led_to(self, stated: Credits, had: Had | None) -> Credits:
        """Return an article with the addresses that led to it when the web was asked: credits name
        those that there were; `had` tells which of its page's texts it is."""
        article = stated.article
        via = self._library.led_to(article.url) if article.url else ()
        if not via and had is None:
            return stated
        had = replace(had or Had("library", article.input), via=via)
        return replace(stated, article=replace(article, had=had))

    def _called_apart(self, stated: Credits) -> Credits:
        """Return an article under an id that nothing else in the search has."""
        article = stated.article
        if article.id not in self._ids:
            return stated
        others = (f"{article.id}~{n}" for n in count(2))
        key = next(key for key in chain((article.input,), others) if key not in self._ids)
        self._ids.add(key)
        return replace(stated, article=replace(article, id=key))

    def _set_aside(self, stated: Credits) -> Credits:
        article = stated.article
        home = home_of(article, self._names.catalogue)
        spans = self._phrases.spans(home[0] if home else None, article.text, article.aside)
        if not spans:
            return stated
        return replace(stated, article=replace(article, aside=(*article.aside, *spans)))


def _unheard(_: str) -> None:
    return
