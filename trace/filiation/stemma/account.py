"""A page's own account of the way its text came, stop by stop."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from filiation.dates import parse
from filiation.stemma.naming import Names, Who
from filiation.values import Article, Credit, Credits, Dates, Origin, PageKind, Role

__all__ = ["Account", "Stop", "account", "home"]

ORIGIN_ROLES: frozenset[Role] = frozenset(
    {"original", "first_published", "republished_from", "source", "via"}
)
"""Roles that name where the text was before; whoever is named so and has no place in the page's
chain is a rival of those who have."""


_UNDATED = Dates()


@dataclass(frozen=True, slots=True)
class Stop:
    """A version that a page names: where the text was before it came to the page."""

    who: Who
    title: str | None = None
    url: str | None = None
    language: str | None = None
    author: str | None = None
    translator: str | None = None
    dates: Dates = _UNDATED
    credits: tuple[Credit, ...] = ()
    """The credits that name it."""

    @property
    def roles(self) -> frozenset[Role]:
        """In which roles the page names it."""
        return frozenset(credit.role for credit in self.credits)

    @property
    def addresses(self) -> frozenset[str]:
        """Where it is to be found, as the page has it."""
        said = (self.url, *(credit.url for credit in self.credits))
        return frozenset(address for address in said if address)

    @property
    def titles(self) -> frozenset[str]:
        """What it is called."""
        said = (self.title, *(credit.title for credit in self.credits))
        return frozenset(title for title in said if title)

    @property
    def says_something(self) -> bool:
        """Whether it is named, titled or linked, and not only implied by "translated"."""
        return bool(self.who or self.title or self.url)


@dataclass(frozen=True, slots=True)
class Account:
    """What one page says of the way its text came."""

    kind: PageKind
    stops: tuple[Stop, ...] = ()
    """In order of publication, the page itself left out."""
    rivals: tuple[Stop, ...] = ()
    """Others that the page names as source or origin, without saying how they fit in."""
    turn: int | None = None
    """The number of the stop out of which the text was translated, where it was."""
    own_translation: bool = False
    """Whether the page says that the translation was made for its own outlet."""
    tips: tuple[Stop, ...] = ()
    """Whom it thanks for a hint only."""


def home(article: Article, names: Names) -> Who:
    """Return the outlet of an article."""
    return names.who(article.outlet_name, article.outlet, article.url)


def account(stated: Credits, names: Names) -> Account:
    """Return the account that a page's credits give, in the order that the page gives it."""
    page, own = stated.article, home(stated.article, names)
    if stated.kind == "none":
        return Account("none")
    foreign = [
        credit
        for credit in stated.credits
        if not names.same(_who(credit, names), own) and not _leads_home(credit, page, names)
    ]
    stops = _stops(stated, foreign, own, names)
    if stated.kind == "hat-tip":
        return Account("hat-tip", tips=stops)
    stops, rivals = _with_agency_and_rivals(stops, foreign, names)
    own_translation = any(
        credit.role == "translated_for" and names.same(_who(credit, names), own)
        for credit in stated.credits
    )
    turn = _turn(stops, page, names) if stated.kind == "translation" else None
    stops = _with_languages(stops, turn, page, names)
    return Account(stated.kind, stops, rivals, turn, own_translation)


def _who(credit: Credit, names: Names) -> Who:
    return names.who(credit.name, credit.outlet, credit.url)


def _leads_home(credit: Credit, page: Article, names: Names) -> bool:
    """Whether a nameless credit links within the page's own site."""
    at = names.who(None, None, credit.url).host
    return not credit.name and bool(at) and at == names.who(None, None, page.url).host


def _stops(stated: Credits, lines: Sequence[Credit], own: Who, names: Names) -> tuple[Stop, ...]:
    origin = stated.origin
    # A name that strings agencies together ("dpa/AFP") is in no catalogue, but its credit has the
    # key of the first.
    keys = {credit.name: credit.outlet for credit in lines}
    chain = [names.who(name, keys.get(name)) for name in stated.chain if name]
    page_is_nameless = not own
    if chain and (
        names.same(chain[-1], own)
        or (page_is_nameless and not _named(chain[-1], lines, origin, names))
    ):
        chain.pop()
    chain = [who for who in chain if not names.same(who, own)]
    if not chain and origin.outlet:
        first = names.who(origin.outlet, url=None)
        chain = [] if names.same(first, own) else [first]
    commissioner = names.who(origin.translated_for)
    if (
        commissioner
        and not names.same(commissioner, own)
        and not any(
            names.same(commissioner, who) or names.includes(who, commissioner) for who in chain
        )
    ):
        chain.append(commissioner)
    if _needs_nameless_origin(stated, chain, commissioner, own, names):
        chain.insert(0, Who())
    stops = [Stop(who, credits=_naming(who, lines, names)) for who in chain]
    if stops:
        stops[0] = _origin_stop(stops[0], origin, lines)
    return tuple(
        replace(stop, translator=origin.translator)
        if i and commissioner and names.same(stop.who, commissioner)
        else stop
        for i, stop in enumerate(stops)
    )


def _named(who: Who, lines: Sequence[Credit], origin: Origin, names: Names) -> bool:
    return names.same(who, names.who(origin.outlet)) or any(
        names.same(who, _who(credit, names)) for credit in lines
    )


def _needs_nameless_origin(
    stated: Credits, chain: Sequence[Who], commissioner: Who, own: Who, names: Names
) -> bool:
    """Whether the page tells of an original whose outlet it does not name.

    A translation has an original, even where only the translator, or whom he worked for, is named.
    """
    origin = stated.origin
    if origin.outlet:
        return not chain and not names.same(names.who(origin.outlet), own)
    if chain and not (commissioner and names.same(chain[0], commissioner)):
        return False
    return (
        stated.kind == "translation"
        or bool(origin.title or origin.url)
        or (not chain and stated.kind in ("republication", "wire", "excerpt"))
    )


def _naming(who: Who, lines: Sequence[Credit], names: Names) -> tuple[Credit, ...]:
    return tuple(
        credit
        for credit in lines
        if (named := _who(credit, names)) and (names.same(named, who) or names.includes(who, named))
    )


def _origin_stop(stop: Stop, origin: Origin, lines: Sequence[Credit]) -> Stop:
    """Return the first stop with all that the page says about the original."""
    nameless = tuple(
        credit
        for credit in lines
        if credit not in stop.credits
        and credit.name is None
        and credit.outlet is None
        and credit.role in ORIGIN_ROLES
        and (credit.title or credit.language or credit.url is None or credit.url == origin.url)
    )
    stated_on = parse(origin.published) if origin.published else None
    dates = (
        Dates(stated_on.earliest, stated_on.latest, stated_on.precision) if stated_on else Dates()
    )
    return replace(
        stop,
        title=origin.title,
        url=origin.url,
        language=origin.language,
        author=origin.author,
        dates=dates,
        credits=stop.credits + nameless,
    )


def _with_agency_and_rivals(
    stops: tuple[Stop, ...], lines: Sequence[Credit], names: Names
) -> tuple[tuple[Stop, ...], tuple[Stop, ...]]:
    """Return the stops with an agency before them, and whoever is named besides as rivals.

    Two credits that disagree are kept apart: neither is made a stop of the other's chain. An
    agency's mark beside a source is no disagreement: the source had it from the agency.
    """
    placed = {id(credit) for stop in stops for credit in stop.credits}
    loose: list[Stop] = []
    agencies: list[Stop] = []
    for credit in lines:
        who = _who(credit, names)
        if id(credit) in placed or not who:
            continue
        if any(names.same(who, s.who) or names.includes(s.who, who) for s in stops):
            continue
        if credit.role in ORIGIN_ROLES:
            pile = loose
        elif credit.role == "wire" and stops:
            pile = agencies
        else:
            continue
        known = next((i for i, stop in enumerate(pile) if names.same(stop.who, who)), None)
        if known is None:
            pile.append(Stop(who, credit.title, credit.url, credit.language, credits=(credit,)))
        else:
            pile[known] = replace(pile[known], credits=(*pile[known].credits, credit))
    return (*agencies[:1], *stops), (*loose, *agencies[1:])


def _turn(stops: Sequence[Stop], page: Article, names: Names) -> int | None:
    """Return the stop out of which the text was translated.

    The outlet for which it was translated had it in the page's language; so had, as a rule, one
    that publishes in it. Where nothing tells, the page itself is taken to be the translator's.
    """
    for i, stop in enumerate(stops):
        if i and ("translated_for" in stop.roles or stop.translator):
            return i - 1
    for i, stop in enumerate(stops):
        if i and page.language and names.language(stop.who) == page.language:
            return i - 1
    return len(stops) - 1 if stops else None


def _with_languages(
    stops: tuple[Stop, ...], turn: int | None, page: Article, names: Names
) -> tuple[Stop, ...]:
    """Return the stops with the languages that follow from what the page says."""
    if turn is None:
        return stops
    told = []
    for i, stop in enumerate(stops):
        usual = names.language(stop.who)
        if stop.language is None and i > turn:
            stop = replace(stop, language=page.language)
        elif stop.language is None and usual != page.language:
            stop = replace(stop, language=usual)
        told.append(stop)
    return tuple(told)
