"""What was found, in the forms that other programs read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filiation.report.exports.findings import Findings
    from filiation.report.exports.rows import Table

__all__ = ["FORMATS", "Form", "written"]


@dataclass(frozen=True, slots=True)
class Form:
    """A format of exports."""

    says: str
    """What it is, in a few words."""
    endings: tuple[str, ...]
    """How names of its files end."""
    table: bool = False
    """Whether it holds one table."""
    graph: bool = False
    """Whether it holds a graph."""
    binary: bool = False


FORMATS: Mapping[str, Form] = {
    "csv": Form("a table for spreadsheets", (".csv",), table=True),
    "tsv": Form("a table with tabs between cells", (".tsv", ".tab"), table=True),
    "jsonl": Form("a table, one JSON object a line", (".jsonl", ".ndjson"), table=True),
    "parquet": Form(
        "a table for pandas, Polars, DuckDB, R", (".parquet",), table=True, binary=True
    ),
    "json": Form("all tables in one document", (".json",)),
    "gexf": Form("a graph for Gephi, with times", (".gexf",), graph=True),
    "graphml": Form("a graph for yEd, Cytoscape, networkx, igraph", (".graphml",), graph=True),
    "dot": Form("a graph for graphviz", (".dot", ".gv"), graph=True),
    "mermaid": Form("a graph for Markdown pages", (".mmd", ".mermaid"), graph=True),
    "prov-json": Form("W3C PROV as JSON", (".prov.json", ".provjson")),
    "prov-n": Form("W3C PROV for reading", (".provn",)),
    "markdown": Form("versions, hops and evidence for a paper's appendix", (".md", ".markdown")),
    "csl-json": Form("the articles for Zotero, Pandoc, citeproc", (".csl.json", ".csl")),
    "bibtex": Form("the articles for LaTeX", (".bib",)),
}
"""The formats, the plainest first."""


def written(findings: "Findings", form: str, table: "Table") -> Iterator[str]:
    """Return the text of an export, in pieces. `table` is which table, or of what a graph is.

    Raises `ValueError` for a format that is none, or is no text.
    """
    from filiation.report.exports import appendix, citations, graphs, provenance, tables

    match form:
        case "csv":
            return tables.as_csv(findings, table)
        case "tsv":
            return tables.as_tsv(findings, table)
        case "jsonl":
            return tables.as_json_lines(findings, table)
        case "json":
            return tables.as_json(findings)
        case "gexf":
            return graphs.as_gexf(graphs.graph_of(findings, table))
        case "graphml":
            return graphs.as_graphml(graphs.graph_of(findings, table))
        case "dot":
            return graphs.as_dot(graphs.graph_of(findings, table))
        case "mermaid":
            return graphs.as_mermaid(graphs.graph_of(findings, table))
        case "prov-json":
            return provenance.as_prov(findings, "json")
        case "prov-n":
            return provenance.as_prov(findings, "provn")
        case "markdown":
            return appendix.as_markdown(findings)
        case "csl-json":
            return citations.as_csl(findings)
        case "bibtex":
            return citations.as_bibtex(findings)
    raise ValueError(f"{form} is no text that an export can be written as")
