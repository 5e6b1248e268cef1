"""`filiation demo`: what a user sees first."""

import json
import os
import tempfile
from pathlib import Path

import pytest

from filiation.cli.program import main
from filiation.cli.trace import trace
from filiation.smallweb import SmallWeb


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the demo's temporary files lie, and in which it is run."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """Return the JSON document that was printed."""
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


def names(document: dict[str, object]) -> list[str]:
    """Return the outlets of the chain, the first first."""
    versions = document["versions"]
    chain = document["chain"]
    assert isinstance(versions, list)
    assert isinstance(chain, list)
    by_id = {version["id"]: version["name"] for version in versions}
    return [by_id[one] for one in chain]


def test_the_demo_traces_the_whole_chain(
    own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--json", "-q"]) == 0
    document = told(capsys)
    assert names(document) == ["The Harbour Ledger", "L'Estran", "Вестник берегов"]
    hops = document["hops"]
    assert isinstance(hops, list)
    standing = {hop["from"] + hop["to"]: hop["standing"] for hop in hops}
    assert sorted(standing.values()) == ["confirmed", "confirmed", "uncredited", "uncredited"]


def test_the_demo_leaves_nothing_behind(
    own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["demo", "-q", "-o", "report.txt"])
    assert sorted(path.name for path in own_folder.rglob("*")) == ["report.txt", "t"]
    assert "THE CHAIN" in own_folder.joinpath("report.txt").read_text(encoding="utf-8")


ASKS = any("--connect-to" in parameter.opts for parameter in trace.params)


@pytest.mark.skipif(not ASKS, reason="this trace does not ask the web")
def test_the_whole_chain_from_the_last_pages_address_alone(
    own_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The middle page from the archive, by way of its nearest capture; the original, moved twice."""
    monkeypatch.delenv("FILIATION_MEDIACLOUD_TOKEN", raising=False)
    assert main(["demo", "--web", "--json"]) == 0
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert names(document) == ["The Harbour Ledger", "L'Estran", "Вестник берегов"]
    assert {hop["standing"] for hop in document["hops"]} == {"confirmed"}
    assert "never two at once" in printed.err
    assert "FILIATION_MEDIACLOUD_TOKEN" not in os.environ
    assert [path.name for path in own_folder.rglob("*")] == ["t"], "no library, no settings"
    redirect = f"/web/20240310174102id_/{SmallWeb.middle_page}"
    assert any(redirect in place["where"] for place in document["searched"])


def test_an_option_that_trace_does_not_have(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--nonsense"]) == 2
    assert "--nonsense" in capsys.readouterr().err


def test_the_pages_of_the_demo_are_whole() -> None:
    pages = {name: (url, page) for name, url, page in SmallWeb().pages()}
    assert len(pages) == 17
    url, page = pages["lestran-812.html"]
    assert url == SmallWeb.middle_page
    assert "Traduit par Hélène Marchetti".encode() in page
    assert all(b"</body>" in page.lower() for _, page in pages.values())
