"""What holds for every trace, whatever the pages say."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from filiation.stemma.versions import possible
from filiation.values import Article, Role, Trace
from tests.stemma.world import Press, page, says

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
