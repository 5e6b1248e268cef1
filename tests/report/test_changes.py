"""What was cut and added lies outside the passages, and outside what is set aside."""

from hypothesis import given
from hypothesis import strategies as st

from filiation.report.changes import cut_and_added, words_in
from filiation.values import Article, Match, Passage


def match(*spans: tuple[int, int, int, int]) -> Match:
    passages = tuple(Passage(*span, 1.0) for span in spans)
    return Match("a", "b", passages, 0.5, 0.5, 1.0, 0.9, True, ("edited",))


def article(text: str, *aside: tuple[int, int]) -> Article:
    return Article("x", "x", text, aside=aside)


def test_runs_outside_passages_are_told_paragraph_by_paragraph() -> None:
    a = article("Before the passage stood this. SHARED\n\nAnd a second one here.\n\nof it")
    b = article("SHARED only, without more")
    cut, added = cut_and_added(match((31, 37, 0, 6)), a, b)
    assert [(run.text, run.words) for run in cut] == [
        ("Before the passage stood this.", 5),
        ("And a second one here.", 5),
    ]
    assert [run.text for run in added] == ["only, without more"]


def test_what_is_set_aside_is_neither_cut_nor_added() -> None:
    a = article("SHARED\nSource: The Gull of the North", (7, 36))
    assert cut_and_added(match((0, 6, 0, 6)), a, article("SHARED")) == ([], [])


def test_words_of_scripts_without_spaces_are_counted_by_sign() -> None:
    assert [words_in(text) for text in ("two words", "l'eau", "港口日报", "")] == [2, 2, 4, 0]


spans = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted).map(tuple), max_size=5
)


@given(st.text(max_size=60), spans, spans)
def test_runs_lie_in_the_text_and_outside_everything_shared(
    text: str, shared: list[tuple[int, int]], aside: list[tuple[int, int]]
) -> None:
    inside = [(min(s, len(text)), min(e, len(text))) for s, e in shared]
    found = match(*((s, e, 0, 0) for s, e in inside))
    cut, _ = cut_and_added(found, article(text, *((s, e) for s, e in aside)), article(""))
    for run in cut:
        assert run.text in text
        at = text.index(run.text, run.start)
        for start, end in inside:
            assert end <= at or at + len(run.text) <= start or start == end
