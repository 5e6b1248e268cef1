"""Findings in W3C PROV: versions are entities, hops derivations, outlets and persons agents.

A republication that changes nothing or little is `wasDerivedFrom` with a type of our own, an edited
or abridged one a `prov:Revision`, an excerpt a `prov:Quotation`; a translation is an activity that
used the one version and generated the other (PROV-DM, W3C Recommendation 2013, sections 5.2 and
5.1). What the audit says of a hop, and why, are its attributes.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from filiation.report.exports.findings import Findings, Node
from filiation.report.exports.rows import Row, version_row
from filiation.report.exports.rows import rows as rows_of
from filiation.report.harmless import harmless_json, one_line
from filiation.values import Hop

if TYPE_CHECKING:
    from prov.model import ProvDocument

__all__ = ["as_prov"]

NAMESPACE = "https://w3id.org/filiation/terms#"
"""Of our own terms: kinds, standings and what a version is. It names them, it is no page."""

_KINDS = {
    "verbatim": "VerbatimRepublication",
    "edited": "EditedRepublication",
    "abridged": "Abridgement",
    "extended": "Extension",
    "excerpt": "Excerpt",
    "translation": "Translation",
}


def as_prov(findings: Findings, form: Literal["json", "provn"]) -> Iterator[str]:
    """Yield PROV-JSON or PROV-N."""
    document = _document(findings)
    text = document.serialize(format=form)
    assert isinstance(text, str)
    yield harmless_json(text) if form == "json" else text
    yield "\n"


def _document(findings: Findings) -> "ProvDocument":
    from prov.model import ProvDocument

    document = ProvDocument()
    document.add_namespace("fil", NAMESPACE)
    document.add_namespace("a", NAMESPACE.replace("terms#", "id/"))
    teller = _Teller(document)
    for node in findings.nodes.values():
        teller.version(node)
    for (parent, child, hop), row in zip(findings.hops(), rows_of(findings, "hops"), strict=True):
        teller.hop(parent, child, hop, row)
    return document


class _Teller:
    """Writes versions and hops into a document, and numbers what they need."""

    def __init__(self, document: "ProvDocument") -> None:
        self._document = document
        self._entities: dict[str, Any] = {}
        self._agents: dict[str, Any] = {}
        self._translations = 0

    def version(self, node: Node) -> None:
        """Write a version as an entity, with its outlet, author and translator."""
        row = version_row(node)
        shown = {
            "fil:identifier": _line(node.key),
            "fil:text": _line(node.text),
            "fil:seen": node.version.seen,
            **{f"fil:{key}": _line(row[key]) for key in ("url", "language", "precision")
               if row[key] is not None},
            **{f"fil:{key}": row[key] for key in ("earliest", "latest") if row[key] is not None},
        }  # fmt: skip
        if node.version.title:
            shown["prov:label"] = _line(node.version.title)
        made = self._document.entity(f"a:v{len(self._entities) + 1}", shown)
        self._entities[node.key] = made
        name = node.version.name or node.outlet
        if name:
            outlet = self._agent(f"outlet:{node.outlet or name}", name, "prov:Organization")
            self._document.attribution(made, outlet, other_attributes={"prov:role": "publisher"})
        if node.version.author:
            author = self._agent(
                f"person:{node.version.author}", node.version.author, "prov:Person"
            )
            self._document.attribution(made, author, other_attributes={"prov:role": "author"})

    def hop(self, parent: Node, child: Node, hop: Hop, row: Row) -> None:
        """Write a hop as a derivation, of a translation with its activity."""
        document = self._document
        name = document.valid_qualified_name
        told = [
            ("fil:standing", hop.standing),
            ("fil:probability", row["probability"]),
            *(("prov:type", name(f"fil:{_KINDS[kind]}")) for kind in hop.kind),
            *(("fil:evidence", _line(one.says)) for one in hop.evidence),
        ]
        changed = {"edited", "abridged", "extended"} & set(hop.kind)
        activity = None
        if "translation" in hop.kind:
            self._translations += 1
            activity = document.activity(
                f"a:translation{self._translations}",
                other_attributes={"prov:type": name("fil:Translation")},
            )
            document.usage(activity, self._entities[parent.key])
            document.generation(self._entities[child.key], activity)
            who = child.version.translator
            if who:
                person = self._agent(f"person:{who}", who, "prov:Person")
                document.association(activity, person, other_attributes={"prov:role": "translator"})
        elif "excerpt" in hop.kind:
            told.append(("prov:type", name("prov:Quotation")))
        elif changed:
            told.append(("prov:type", name("prov:Revision")))
        document.derivation(
            self._entities[child.key],
            self._entities[parent.key],
            activity=activity,
            other_attributes=told,
        )

    def _agent(self, key: str, name: str, kind: str) -> Any:
        if key not in self._agents:
            self._agents[key] = self._document.agent(
                f"a:agent{len(self._agents) + 1}",
                {"prov:type": self._document.valid_qualified_name(kind), "prov:label": _line(name),
                 "fil:identifier": _line(key.partition(":")[2])},
            )  # fmt: skip
        return self._agents[key]


def _line(value: object) -> str:
    return one_line(str(value))
