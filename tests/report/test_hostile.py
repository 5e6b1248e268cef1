"""Hostile articles, from a table to every format: harmless, and still legible.

Each title begins with a trap and ends with a word of its own, which a reader of that format must find: a
trap that ended a field, a label or an element early would hide it.
"""

import csv
import json
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree, html

from filiation.cli.program import main
from filiation.report.exports import FORMATS
from filiation.report.harmless import harmless

TRAPS = (
    "<script>alert(1)</script>",
    "</script></style></title></svg><img src=x onerror=alert(1)>",
    "]]></data><evil/>&lt;b&gt; &amp; &#106;avascript",
    "--> <!-- <![CDATA[ <?xml ?>",
    "[click](javascript:alert(1)) ![x](data:text/html,<script>alert(1)</script>)",
    "| a | b |\n|---|---|\n# heading\n* item\n> quote `code` **bold** <https://evil.example>",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J",
    "\u202egnp.exe\u202c \u2066isolated\u2069 \u2028 \u2029",
    "\x00nul \ufffe \uffff \x08\x7f",
    "=HYPERLINK(\"http://evil.example\";\"x\")",
    "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", "＝1+1",
    '"; drop; "] a -> b [label="',
    "\\\" \\n \\\\ ' '' \"\"\"",
    "}, @book{evil, title={x}} % $ # _ & ~ ^ \\input{/etc/passwd}",
    "%% end\nsubgraph x\nclick n0 call alert(1)",
    "fa:fa-car $$x^2$$ @{shape: cyl} :::unseen ---|x| #quot; {a} ((b)) >c]",
    "{{7*7}} ${7*7} #{7*7} %s %(x)s {0}",
    "العربية עברית 港口日报 ไทย 👩\u200d👩",
)  # fmt: skip
LONG = 1_000_000
TEXT = """Nobody at the harbour office had thought of counting the gulls before the ferry was sold.

When two pupils of the grammar school did, they found eleven hundred on a single Sunday in May.

The harbour master, who has kept a book since the winter of the great ice, had guessed ninety.

Of the nests on the customs house every third one held a ring that was made in another country.

A committee shall decide in autumn whether the old crane is taken down or painted once again.

Fishermen say that the birds came with the smokehouse, and would leave when it closes its doors."""

ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def word(number: int) -> str:
    return f"Kelp{number:02}"


WORDS = [word(number) for number in range(len(TRAPS) + 1)]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library of hostile articles with one text, audited."""
    place = tmp_path_factory.mktemp("hostile")
    titles = [f"{trap} {word(number)}" for number, trap in enumerate(TRAPS)]
    titles.append(f"{WORDS[-1]} " + "x" * LONG)
    articles = [
        {
            "id": f"{number:02} {trap[:40]}",
            "title": title,
            "outlet": f"{word(number)} {trap}",
            "author": trap,
            "url": f"https://outlet{number}.example/{trap}"
            if number % 2
            else "javascript:alert(1)",
            "published": f"2024-05-{number + 1:02}T10:00:00Z",
            "text": f"{TEXT}\n\n{trap}",
        }
        for number, (title, trap) in enumerate(zip(titles, (*TRAPS, "x"), strict=True))
    ]
    table = place / "hostile.jsonl"
    table.write_text("".join(json.dumps(one) + "\n" for one in articles), encoding="utf-8")
    library = place / "it.filiation"
    assert main(["add", str(table), "--library", str(library), "-q"]) == 0
    assert main(["audit", "--library", str(library), "-q", "-o", str(place / "audit.txt")]) == 0
    return library


# What reads each format, and says all texts that it holds. What a reader would run or follow fails here.


def cells(file: Path, **dialect: Any) -> Iterator[str]:
    with file.open(encoding="utf-8", newline="") as table:
        rows = list(csv.reader(table, **dialect))
    assert len({len(row) for row in rows}) == 1
    for cell in (cell for row in rows for cell in row):
        assert not re.match(r"[=+@\t\r＝＋＠－]|-(?![\d.]+$)", cell), cell  # nothing computes
        yield cell


def leaves(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, list):
        for one in value:
            yield from leaves(one)
    elif isinstance(value, str):
        yield value


def lines_of_json(file: Path) -> Iterator[str]:
    for line in file.read_text(encoding="utf-8").split("\n"):
        yield from leaves(json.loads(line or "[]"))


def document_of_json(file: Path) -> Iterator[str]:
    yield from leaves(json.loads(file.read_text(encoding="utf-8")))


def parquet(file: Path) -> Iterator[str]:
    import duckdb

    for row in duckdb.read_parquet(str(file)).fetchall():
        yield from leaves(list(row))


def graph(file: Path) -> Iterator[str]:
    import networkx

    read = networkx.read_gexf if file.suffix == ".gexf" else networkx.read_graphml
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = read(file)
    assert len(found) == len(WORDS)
    yield from leaves([dict(held) for _, held in found.nodes(data=True)])


def dot(file: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pydot

        [found] = pydot.graph_from_dot_data(file.read_text(encoding="utf-8")) or []
    nodes = [one for one in found.get_nodes() if one.get("label")]
    assert len(nodes) == len(WORDS)
    assert len(found.get_edges()) == len(WORDS) - 1
    yield from (str(one.get("label")) for one in nodes)


def prov(file: Path) -> Iterator[str]:
    from prov.model import ProvDocument, ProvEntity

    found = ProvDocument.deserialize(content=file.read_text(encoding="utf-8"), format="json")
    entities = list(found.get_records(ProvEntity))
    assert len(entities) == len(WORDS)
    yield from (str(value) for one in entities for _, value in one.attributes)


def prov_n(file: Path) -> Iterator[str]:
    """Read by the grammar of W3C PROV-N: outside strings stand names, and no quotation mark."""
    said = file.read_text(encoding="utf-8")
    strings = r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"'
    outside = re.sub(strings, "", said, flags=re.DOTALL)
    assert '"' not in outside
    assert outside.startswith("document\n")
    assert outside.endswith("endDocument\n")
    assert outside.count("\n  entity(") == len(WORDS)
    yield from re.findall(strings, said, re.DOTALL)


def markdown(file: Path) -> Iterator[str]:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(file.read_text(encoding="utf-8"))
    inner = [one for token in tokens for one in token.children or ()]
    assert not [
        one for one in (*tokens, *inner) if one.type in ("html_block", "html_inline", "image")
    ]
    for one in inner:
        if one.type == "link_open":
            assert urlsplit(str(one.attrs["href"])).scheme in ("http", "https")
    assert sum(token.type == "table_open" for token in tokens) == 1
    assert sum(token.type == "heading_open" for token in tokens) == 3
    rows = [place for place, token in enumerate(tokens) if token.type == "tr_open"]
    assert len(rows) == len(WORDS) + 1
    widths = [
        sum(token.type in ("td_open", "th_open") for token in tokens[start:end])
        for start, end in zip(rows, (*rows[1:], len(tokens)), strict=True)
    ]
    assert set(widths) == {6}
    yield from (one.content for one in inner)


def csl(file: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from citeproc.source.json import CiteProcJSON

        read = CiteProcJSON(json.loads(file.read_text(encoding="utf-8")))
    assert len(read) == len(WORDS)
    yield from (str(one.title) for one in read.values())


def bibtex(file: Path) -> Iterator[str]:
    from bibtexparser.entrypoint import parse_file

    read = parse_file(str(file))
    assert not read.failed_blocks
    assert len(read.entries) == len(WORDS)
    assert {entry.entry_type for entry in read.entries} <= {"article", "misc", "online"}
    yield from (str(field.value) for entry in read.entries for field in entry.fields)


def page(file: Path) -> Iterator[str]:
    tree: Any = html.document_fromstring(file.read_text(encoding="utf-8"))
    assert len(tree.xpath("//script[not(@type='application/json')]")) == 1
    assert not tree.xpath(
        "//img | //iframe | //object | //embed | //form | //base | //link | //evil"
    )
    assert not [name for name in tree.xpath("//@*") if name.attrname.startswith("on")]
    for address in tree.xpath("//@href"):
        assert address.startswith("#") or urlsplit(address).scheme in ("http", "https"), address
    yield from tree.xpath("//text()[not(ancestor::script or ancestor::style)]")


def drawing(file: Path) -> Iterator[str]:
    root: Any = etree.parse(file).getroot()
    assert not [
        one for one in root.iter() if etree.QName(one).localname in ("script", "image", "a")
    ]
    yield from root.itertext()


READERS: Mapping[str, Callable[[Path], Iterator[str]]] = {
    "csv": cells,
    "tsv": lambda file: cells(file, dialect=csv.excel_tab, quoting=csv.QUOTE_NONE),
    "jsonl": lines_of_json,
    "json": document_of_json,
    "parquet": parquet,
    "gexf": graph,
    "graphml": graph,
    "dot": dot,
    "prov-json": prov,
    "prov-n": prov_n,
    "markdown": markdown,
    "csl-json": csl,
    "bibtex": bibtex,
    "html": page,
    "svg": drawing,
}
ELSEWHERE = {"mermaid"}
"""Its own parser runs in a browser alone: tests/browser/test_mermaid.py reads these very titles."""


def test_every_format_has_a_reader() -> None:
    assert set(READERS) | ELSEWHERE == {*FORMATS, "html", "svg"}


@pytest.mark.parametrize("form", READERS)
def test_hostile_titles_are_harmless_and_legible(form: str, kept: Path, tmp_path: Path) -> None:
    file = tmp_path / f"it{FORMATS[form].endings[0] if form in FORMATS else '.' + form}"
    if form == "html":
        asked = ["report", "-o", str(file)]
    elif form == "svg":
        [group] = groups_of(kept)
        asked = ["report", "--group", group, "--plots", str(tmp_path)]
        file = tmp_path / "stemma.svg"
    else:
        asked = ["export", "--of", "versions", "-o", str(file)]
    assert main([*asked, "--library", str(kept), *(["-q"] if asked[0] == "report" else [])]) == 0
    if form != "parquet":
        raw = file.read_text(encoding="utf-8")
        assert not ACTING.search(raw), ACTING.findall(raw)[:3]
    said = list(READERS[form](file))
    for found in WORDS:
        assert any(found in one for one in said), f"{found} is not to be read"


def groups_of(library: Path) -> list[str]:
    out = library.with_suffix(".json")
    assert main(["export", "--library", str(library), "--format", "json", "-o", str(out)]) == 0
    return sorted({row["text"] for row in json.loads(out.read_text(encoding="utf-8"))["versions"]})


def test_the_cells_of_tables_stay_within_them(kept: Path, tmp_path: Path) -> None:
    """All four tables, read as a spreadsheet does, hold what JSON holds, and no cell computes."""
    for table in ("versions", "hops", "flows", "outlets"):
        for form in ("csv", "tsv"):
            file = tmp_path / f"{table}.{form}"
            asked = ["export", "--of", table, "-o", str(file), "--library", str(kept)]
            assert main(asked) == 0
            said = "\n".join(READERS[form](file))
            assert word(0) in said or table == "hops"
            assert harmless(said.replace("\n", "")) == said.replace("\n", "")
