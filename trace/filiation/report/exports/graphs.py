"""Findings as graphs: GEXF, GraphML, DOT and Mermaid, of versions or of outlets."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import chain

from lxml import etree

from filiation.report.exports.findings import Findings
from filiation.report.exports.rows import Row, Table, columns, rows
from filiation.report.harmless import one_line
from filiation.report.words import UNNAMED

__all__ = ["Graph", "as_dot", "as_gexf", "as_graphml", "as_mermaid", "graph_of"]

LABEL = 120
"""Characters of a title in a label: what a reader takes in, and a drawing has room for."""
TITLE_LINE = 36
"""Characters of a line of a label that is drawn."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges with their attributes, of the columns that their tables have."""

    nodes: Sequence[Row]
    edges: Sequence[Row]
    node_columns: Mapping[str, type]
    edge_columns: Mapping[str, type]
    of_outlets: bool

    def ends(self, edge: Row) -> tuple[str, str]:
        """Return the ids of the nodes that an edge joins."""
        first, last = ("from_outlet", "to_outlet") if self.of_outlets else ("from", "to")
        return str(edge[first] or ""), str(edge[last] or "")

    def key(self, node: Row) -> str:
        """Return the id of a node."""
        return str(node["outlet" if self.of_outlets else "id"])


def graph_of(findings: Findings, table: Table) -> Graph:
    """Return versions and hops, or, of flows or outlets, outlets and flows, as a graph."""
    of_outlets = table in ("flows", "outlets")
    nodes: Table = "outlets" if of_outlets else "versions"
    edges: Table = "flows" if of_outlets else "hops"
    found = Graph(
        list(rows(findings, nodes)),
        list(rows(findings, edges)),
        columns(nodes),
        columns(edges),
        of_outlets,
    )
    if of_outlets and any("" in found.ends(edge) for edge in found.edges):
        unknown: Row = {**dict.fromkeys(found.node_columns), "outlet": "", "name": UNNAMED}
        found = Graph([*found.nodes, unknown], found.edges, found.node_columns,
                      found.edge_columns, of_outlets)  # fmt: skip
    return found


# XML

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
GEXF = "http://gexf.net/1.3"
GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_GEXF_TYPES: Mapping[type, str] = {str: "string", int: "integer", float: "double", bool: "boolean"}
_GRAPHML_TYPES: Mapping[type, str] = {**_GEXF_TYPES, int: "long"}


def as_gexf(graph: Graph) -> Iterator[str]:
    """Yield GEXF 1.3, which Gephi opens: versions and hops come into being when they were published.

    Source: the GEXF 1.3 primer. A node without an `end` stays. The time format is `date`, since
    networkx reads no other one of days; where the clock is known a start has it, as the schema allows.
    """
    timed = not graph.of_outlets
    kind = {"defaultedgetype": "directed"}
    if timed:
        kind |= {"mode": "dynamic", "timeformat": "date"}
    root = f"{{{GEXF}}}gexf"
    with (
        _document() as (paper, file),
        file.element(root, version="1.3", nsmap={None: GEXF}),
        file.element(f"{{{GEXF}}}graph", kind),
    ):
        for name, held in (("node", graph.node_columns), ("edge", graph.edge_columns)):
            with file.element(f"{{{GEXF}}}attributes", {"class": name}):
                for column, of in held.items():
                    file.write(
                            _element(GEXF, "attribute", id=f"{name}-{column}", title=column,
                                     type=_GEXF_TYPES[of])
                        )  # fmt: skip
        starts = {}
        with file.element(f"{{{GEXF}}}nodes"):
            for node in graph.nodes:
                key = graph.key(node)
                starts[key] = _start(node) if timed else None
                shown = _element(GEXF, "node", id=key, label=label(node, graph.of_outlets))
                file.write(_with_values(shown, node, "node", starts[key]))
        with file.element(f"{{{GEXF}}}edges"):
            for number, edge in enumerate(graph.edges):
                parent, child = graph.ends(edge)
                weight = edge["hops"] if graph.of_outlets else edge["probability"]
                shown = _element(GEXF, "edge", id=str(number), source=parent, target=child,
                                     weight=str(weight))  # fmt: skip
                file.write(_with_values(shown, edge, "edge", starts.get(child)))
    yield paper.getvalue().decode()


def as_graphml(graph: Graph) -> Iterator[str]:
    """Yield GraphML, as the primer of 2007 describes it."""
    with _document() as (paper, file), file.element(f"{{{GRAPHML}}}graphml", nsmap={None: GRAPHML}):
        for name, held in (("node", graph.node_columns), ("edge", graph.edge_columns)):
            for column, of in held.items():
                key = {"id": f"{name}-{column}", "for": name, "attr.name": column,
                       "attr.type": _GRAPHML_TYPES[of]}  # fmt: skip
                file.write(_element(GRAPHML, "key", **key))
        label_key = {"id": "label", "for": "node", "attr.name": "label", "attr.type": "string"}
        file.write(_element(GRAPHML, "key", **label_key))
        with file.element(f"{{{GRAPHML}}}graph", edgedefault="directed"):
            for node in graph.nodes:
                shown = _element(GRAPHML, "node", id=graph.key(node))
                etree.SubElement(shown, f"{{{GRAPHML}}}data", key="label").text = _legal(
                    label(node, graph.of_outlets)
                )
                file.write(_with_data(shown, node, "node"))
            for number, edge in enumerate(graph.edges):
                parent, child = graph.ends(edge)
                shown = _element(GRAPHML, "edge", id=f"e{number}", source=parent, target=child)
                file.write(_with_data(shown, edge, "edge"))
    yield paper.getvalue().decode()


class _document:
    """An XML document written piece by piece, so that no second tree of it is held."""

    def __enter__(self) -> "tuple[BytesIO, etree.xmlfile]":
        self._paper = BytesIO()
        self._made = etree.xmlfile(self._paper, encoding="utf-8")
        self._file = self._made.__enter__()
        self._file.write_declaration()
        return self._paper, self._file

    def __exit__(self, *error: object) -> None:
        self._made.__exit__(*error)
        self._paper.write(b"\n")


def _legal(text: str) -> str:
    """Return a text on one line, of characters that XML allows."""
    return _NO_XML.sub("\ufffd", one_line(text))


def _element(space: str, name: str, **attributes: str) -> "etree._Element":
    made = etree.Element(f"{{{space}}}{name}", nsmap={None: space})  # type: ignore[dict-item]
    for key, value in attributes.items():
        made.set(key, _legal(value))
    return made


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else _legal(str(value))


def _with_values(
    element: "etree._Element", row: Row, name: str, start: str | None
) -> "etree._Element":
    if start is not None:
        element.set("start", start)
    values = etree.SubElement(element, f"{{{GEXF}}}attvalues")
    for column, value in row.items():
        if value is not None:
            key = {"for": f"{name}-{column}", "value": _written(value)}
            etree.SubElement(values, f"{{{GEXF}}}attvalue", key)
    return element


def _with_data(element: "etree._Element", row: Row, name: str) -> "etree._Element":
    for column, value in row.items():
        if value is not None:
            held = etree.SubElement(element, f"{{{GRAPHML}}}data", key=f"{name}-{column}")
            held.text = _written(value)
    return element


def _start(node: Row) -> str | None:
    """Return when a version was published, at the earliest, as an xsd:date or xsd:dateTime."""
    stated = node["earliest"] or node["latest"]
    if not isinstance(stated, str):
        return None
    day, _, clock = stated.partition("T")
    day += "-01" * (2 - day.count("-"))
    clock = clock.removesuffix("Z")
    return f"{day}T{clock}{':00' if clock.count(':') == 1 else ''}Z" if clock else day


def label(node: Row, of_outlets: bool) -> str:
    """Return what a node is called in a drawing."""
    return ", ".join(_label_lines(node, of_outlets))


def _label_lines(node: Row, of_outlets: bool) -> list[str]:
    name = one_line(str(node["name"] or (node["outlet"] if of_outlets else None) or UNNAMED))
    if of_outlets:
        return [name]
    title = one_line(str(node["title"] or ""))
    if len(title) > LABEL:
        title = title[: LABEL - 1] + "…"
    when = str(node["earliest"] or node["latest"] or "")[:10]
    return [line for line in (name, title, when, "" if node["seen"] else "not seen") if line]


def _folded(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines short enough to be drawn."""
    import textwrap

    return chain.from_iterable(textwrap.wrap(line, TITLE_LINE) for line in lines)


# Texts that are drawn


def as_dot(graph: Graph) -> Iterator[str]:
    """Yield DOT, which graphviz draws: who is above was first, what nobody has seen is dashed."""
    yield "digraph filiation {\n"
    yield '  rankdir=TB; node [shape=box, style=rounded, fontname="sans-serif"];\n'
    yield '  edge [fontname="sans-serif", fontsize=10];\n'
    for node in graph.nodes:
        shown = "\\n".join(_dot(line) for line in _folded(_label_lines(node, graph.of_outlets)))
        unseen = "" if graph.of_outlets or node["seen"] else ', style="rounded,dashed"'
        yield f'  "{_dot(graph.key(node))}" [label="{shown}"{unseen}];\n'
    for edge in graph.edges:
        parent, child = graph.ends(edge)
        style = "" if graph.of_outlets else _style(edge)
        yield f'  "{_dot(parent)}" -> "{_dot(child)}" [label="{_dot(_said(edge, graph))}"{style}];\n'
    yield "}\n"


def _dot(text: str) -> str:
    return one_line(text).replace("\\", "\\\\").replace('"', '\\"')


def _style(edge: Row) -> str:
    dashed = edge["standing"] in ("credited", "undetermined", "disputed")
    return ", style=dashed" if dashed else ""


def _said(edge: Row, graph: Graph) -> str:
    """Return what stands beside an edge."""
    if graph.of_outlets:
        return str(edge["hops"])
    probability = edge["probability"]
    assert isinstance(probability, float)
    shown = "above 0.99" if probability > 0.99 else f"{probability:.2f}"
    return ", ".join(part for part in (str(edge["kind"]), str(edge["standing"]), shown) if part)


def as_mermaid(graph: Graph) -> Iterator[str]:
    """Yield a Mermaid flowchart, which forges and notebooks draw in Markdown."""
    yield "flowchart TD\n"
    number = {graph.key(node): f"n{place}" for place, node in enumerate(graph.nodes)}
    for node in graph.nodes:
        shown = "<br/>".join(
            _mermaid(line) for line in _folded(_label_lines(node, graph.of_outlets))
        )
        yield f'  {number[graph.key(node)]}["{shown}"]\n'
    for edge in graph.edges:
        parent, child = graph.ends(edge)
        line = "-.->" if not graph.of_outlets and _style(edge) else "-->"
        yield f'  {number[parent]} {line}|"{_mermaid(_said(edge, graph))}"| {number[child]}\n'
    unseen = [
        number[graph.key(node)] for node in graph.nodes if not graph.of_outlets and not node["seen"]
    ]
    if unseen:
        yield "  classDef unseen stroke-dasharray: 5 5\n"
        yield f"  class {','.join(unseen)} unseen\n"


_MARKUP = re.compile(r"[^\w\s.,:!?()'’%+/=«»“”„–—…-]")


def _mermaid(text: str) -> str:
    """Return a text in which nothing is markup: signs are written as numbered entities."""
    return _MARKUP.sub(lambda found: f"#{ord(found[0])};", one_line(text))
