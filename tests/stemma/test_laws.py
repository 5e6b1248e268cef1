"""What holds for every trace, whatever the pages say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from filiation.match import compare
from filiation.stemma import trace
from filiation.stemma.versions import possible
from filiation.values import Article, Dates, Role, Trace
from tests.stemma.tables import Tradition, of_pages, pages_of
from tests.stemma.world import Press, on, page, says

OUTLETS = ("Aurora", "Borealis", "Copyist", "Drifter", "Echo", "Fathom")
ELSEWHERE = (*OUTLETS, "Night Ledger", "Tidewire", "Le Veilleur")
ROLES: tuple[Role, ...] = (
    "original", "source", "via", "wire", "translated_for", "republished_from", "copyright",
)  # fmt: skip


@st.composite
def presses(draw: st.DrawFn) -> tuple[Press, list[Article]]:
    """A few outlets that carry parts of one text or another and credit whom they like."""
    press = Press()
    articles = []
    for outlet in OUTLETS[: draw(st.integers(1, len(OUTLETS)))]:
        start = draw(st.sampled_from([1, 1, 1, 5, 60]))
        article = page(
            outlet,
            range(start, start + draw(st.sampled_from([3, 10, 20]))),
            language=draw(st.sampled_from(["en", "en", "fr"])),
            day=draw(st.sampled_from([None, 1, 2, 2, 3])),
        )
        named = draw(st.lists(st.sampled_from(ELSEWHERE), max_size=3, unique=True))
        if named:
            lines = [
                says(
                    draw(st.sampled_from(ROLES)),
                    name,
                    published=draw(st.sampled_from([None, "2021-05-02", "2030"])),
                )
                for name in named
            ]
            press.tells(
                article,
                *lines,
                kind=draw(
                    st.sampled_from(["republication", "translation", "wire", "excerpt", "hat-tip"])
                ),
                chain=(*draw(st.permutations(named)), outlet),
            )
        articles.append(article)
    return press, articles


def told(found: Trace) -> object:
    return found.versions, found.chain, found.hops, found.credits, found.unknown, found.searched


@settings(max_examples=150)
@given(presses(), st.randoms(use_true_random=False))
def test_the_order_of_the_others_changes_nothing(world: tuple[Press, list[Article]], dice) -> None:  # type: ignore[no-untyped-def]  # hypothesis has no public type for it
    press, (asked, *others) = world
    shuffled = others[:]
    dice.shuffle(shuffled)
    assert told(press.trace(asked, *others)) == told(press.trace(asked, *shuffled))


@settings(max_examples=200)
@given(presses())
def test_laws_of_every_trace(world: tuple[Press, list[Article]]) -> None:
    press, (asked, *others) = world
    found = press.trace(asked, *others)
    versions = {version.id: version for version in found.versions}
    parents = {hop.child: hop.parent for hop in found.hops}

    assert [version.id for version in found.versions] == [
        f"v{i}" for i in range(1, len(versions) + 1)
    ]
    assert len(parents) == len(found.hops), "a version has one parent at most"
    assert set(parents) | set(parents.values()) <= set(versions)
    for start in parents:
        line = [start]
        while line[-1] in parents:
            line.append(parents[line[-1]])
            assert len(line) == len(set(line)), "a stemma has no cycle"

    assert found.chain[-1] == found.asked
    assert versions[found.asked].article == asked.id
    assert found.chain[0] not in parents, "the chain begins with the first known version"
    assert all(parents[b] == a for a, b in zip(found.chain, found.chain[1:], strict=False))
    assert found.chain == tuple(versions)[: len(found.chain)]

    for hop in found.hops:
        older, younger = versions[hop.parent], versions[hop.child]
        assert 0 < hop.probability < 1
        assert hop.evidence
        assert possible(older.dates).can_precede(possible(younger.dates))
        if hop.standing == "confirmed":
            assert older.seen and younger.seen
        if hop.kind_from == "match":
            assert older.seen and younger.seen
            assert hop.match is not None
            assert (hop.match.a, hop.match.b) == (older.article, younger.article)
    for version in found.versions:
        assert version.seen == (version.article is not None)


@settings(max_examples=100)
@given(presses())
def test_an_unrelated_article_changes_only_what_was_looked_at(
    world: tuple[Press, list[Article]],
) -> None:
    press, (asked, *others) = world
    stranger = page("Stranger", range(500, 520), day=1)
    without, with_it = press.trace(asked, *others), press.trace(asked, stranger, *others)
    assert replace(without, searched=()) == replace(with_it, searched=())
    assert with_it.searched[0].looked_at == without.searched[0].looked_at + 1


# Texts that are really compared ----------------------------------------------------------------

PLACES = 9


@st.composite
def tables(draw: st.DrawFn, most: int = 5) -> tuple[str, dict[str, str]]:
    """A table of readings, and who was made from whom: every copy changes places of its own."""
    free = draw(st.permutations(range(PLACES)))
    rows = {"A": "a" * PLACES}
    parents: dict[str, str] = {}
    for letter in "BCDEF"[: draw(st.integers(1, most))]:
        parents[letter] = draw(st.sampled_from(sorted(rows)))
        readings = list(rows[parents[letter]])
        for _ in range(draw(st.integers(1, 2 if len(free) > most else 1))):
            if not free:
                break
            place = free.pop()
            readings[place] = "." if place == PLACES // 2 else draw(st.sampled_from("bc"))
        rows[letter] = "".join(readings)
    return "\n".join(f"{letter} {readings}" for letter, readings in rows.items()), parents


LANGUAGES = st.sampled_from(["en", "fr", "de", "ru", "es"])


@settings(max_examples=60, deadline=None)
@given(LANGUAGES, tables())
def test_a_tradition_without_coincidence_is_found_again(
    language: str, made: tuple[str, dict[str, str]]
) -> None:
    table, parents = made
    found = of_pages(pages_of(language, table))
    assert found.hops == {(parent, child) for child, parent in parents.items()}


def _hops(found: Tradition) -> dict[tuple[str, str], tuple[str, float]]:
    named = {version.id: version.article or version.name for version in found.found.versions}
    return {
        (str(named[hop.parent]), str(named[hop.child])): (hop.standing, round(hop.probability, 9))
        for hop in found.found.hops
    }


@st.composite
def days(draw: st.DrawFn, number: int) -> list[Dates]:
    """Dates of some versions, to the day, to several days, or none; in any order."""
    first = on(1).earliest
    assert first is not None
    found = []
    for _ in range(number):
        start = draw(st.none() | st.integers(0, 3))
        long = draw(st.integers(1, 3))
        found.append(
            Dates()
            if start is None
            else Dates(first + timedelta(days=start), first + timedelta(days=start + long), "day")
        )
    return found


def _narrowed(dates: Dates, at: float) -> Dates:
    """Return the hour of an interval that lies so far, of 0 to 1, into it."""
    if dates.earliest is None or dates.latest is None:
        return dates
    start = dates.earliest + (dates.latest - dates.earliest - timedelta(hours=1)) * at
    return Dates(start, start + timedelta(hours=1), "minute")


@settings(max_examples=60, deadline=None)
@given(st.data(), LANGUAGES, tables())
def test_laws_of_real_texts_with_any_dates(
    data: st.DataObject, language: str, made: tuple[str, dict[str, str]]
) -> None:
    pages = pages_of(language, made[0], dated=False)
    dates = data.draw(days(len(pages)))
    dated = [replace(page, dates=one) for page, one in zip(pages, dates, strict=True)]
    found = of_pages(dated)
    shuffled = data.draw(st.permutations(dated))
    assert of_pages(shuffled).found == found.found, "no order of the input changes anything"

    stranger = replace(
        pages_of("es" if language != "es" else "fr", "Z aaaa a aaaa")[0], dates=dates[0]
    )
    assert _hops(of_pages([*dated, stranger])) == _hops(found), "a stranger changes nothing"

    when = {page.id: page.dates for page in dated}
    for child, at in when.items():
        line = [child, *(letter for letter in found.above(child) if letter != "?")]
        for older in line[1:]:
            assert when[older].can_precede(at), "nothing comes from what came after it"
    for hop in found.found.hops:
        assert 0 < hop.probability < 1
        assert f"{hop.probability:.2f}" != "1.00"


@settings(max_examples=60, deadline=None)
@given(st.data(), LANGUAGES, tables(most=3))
def test_more_precise_dates_never_turn_a_certain_hop(
    data: st.DataObject, language: str, made: tuple[str, dict[str, str]]
) -> None:
    """Certain: of 0.98 and more, or between dates that cannot be in another order.

    The moments found lie within the days known before, and in the order of the hop.
    """
    pages = pages_of(language, made[0], dated=False)
    dates = data.draw(days(len(pages)))
    known = [replace(page, dates=one) for page, one in zip(pages, dates, strict=True)]
    found = of_pages(known)
    when = {page.id: page.dates for page in known}
    finer = {
        page.id: _narrowed(page.dates, data.draw(st.floats(0, 1), label=page.id)) for page in known
    }
    after = of_pages([replace(page, dates=finer[page.id]) for page in known]).hops
    for (parent, child), (_, probability) in _hops(found).items():
        if parent not in when or child not in when:
            continue
        certain = probability >= 0.98 or when[parent].surely_precedes(when[child])
        if certain and finer[parent].can_precede(finer[child]):
            assert (child, parent) not in after


def _odds(found: Trace) -> Iterator[tuple[float, int]]:
    """Yield what the probabilities told of each version's parents sum up to, and their number."""
    for hop in found.hops:
        told = [hop.probability, *(rival.probability for rival in hop.rivals)]
        assert all(0 < one < 1 for one in told)
        assert all(f"{one:.2f}" != "1.00" for one in told)
        yield sum(told), len(told)


@settings(max_examples=60, deadline=None)
@given(st.data(), LANGUAGES, tables())
def test_of_each_version_all_possible_parents_and_none_sum_to_one(
    data: st.DataObject, language: str, made: tuple[str, dict[str, str]]
) -> None:
    pages = pages_of(language, made[0], dated=False)
    dates = data.draw(days(len(pages)))
    dated = [replace(page, dates=one) for page, one in zip(pages, dates, strict=True)]
    asked, *others = data.draw(st.permutations(dated))
    found = trace(asked, others, compare=compare)
    for whole, number in _odds(found):
        left_out = 0.01 * max(0, len(found.versions) - number + 1)  # less than that is not told
        assert 1 - left_out - 1e-9 <= whole <= 1 + 0.01
    assert len(found.chain) == len(set(found.chain))
    parents = {hop.child: hop.parent for hop in found.hops}
    assert all(parents[b] == a for a, b in pairwise(found.chain))


@settings(max_examples=100)
@given(presses())
def test_of_invented_pages_too_they_sum_to_one(world: tuple[Press, list[Article]]) -> None:
    press, (asked, *others) = world
    found = press.trace(asked, *others)
    for whole, number in _odds(found):
        left_out = 0.01 * max(0, len(found.versions) - number + 1)
        assert 1 - left_out - 1e-9 <= whole <= 1 + 0.01
