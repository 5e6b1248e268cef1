"""The embedding model a user has: a tiny one, built here, and folders that are none or mean harm.

What the libraries are needed for is skipped where they are not installed; `make test-neural` installs
them into an environment of their own.
"""

import json
import pickle
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from filiation.errors import InputError, NotFound
from filiation.match import neural
from filiation.match.neural import Model
from filiation.values import Article

needs_extra = pytest.mark.skipif(
    find_spec("sentence_transformers") is None,
    reason="the extra `neural` is not installed; make test-neural has it",
)

WORDS = [
    "bridge",
    "river",
    "council",
    "closed",
    "years",
    "cars",
    "mayor",
    "budget",
    "match",
    "team",
    "goal",
    "season",
    "won",
    "lost",
]
BRIDGE = "The council closed the bridge over the river to cars for two years."
CLOSED = "The mayor: for years the council closed the river bridge to cars. The budget of it."
FOOTBALL = "The team won the last match of the season by one goal, and lost none."

MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
]


def article(text: str) -> Article:
    return Article(text[:20], "", text, language="en")


def folder_of(place: Path) -> Path:
    """Write a folder that looks like a model, with nothing in its weights."""
    (place / "1_Pooling").mkdir(parents=True)
    (place / "modules.json").write_text(json.dumps(MODULES))
    (place / "config.json").write_text("{}")
    (place / "1_Pooling" / "config.json").write_text("{}")
    (place / "model.safetensors").write_bytes(b"")
    return place


# --- folders, looked at without any library --------------------------------------------------------


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    for named in (str(tmp_path / "none"), "a\0b", "x" * 5000):
        with pytest.raises(NotFound):
            Model.open(named)


def spoilt(change: str) -> Callable[[Path], object]:
    def part(**more: str) -> Callable[[Path], object]:
        said = json.dumps([*MODULES, {"path": "2", **more}])
        return lambda place: (place / "modules.json").write_text(said)

    changes: dict[str, Callable[[Path], object]] = {
        "no modules": lambda place: (place / "modules.json").unlink(),
        "no list": lambda place: (place / "modules.json").write_text('{"0": 1}'),
        "no json": lambda place: (place / "modules.json").write_bytes(b"\xff\0"),
        "deep json": lambda place: (place / "modules.json").write_text("[" * 200_000),
        "no parts": lambda place: (place / "modules.json").write_text("[1]"),
        "own code": part(type="modeling.Evil"),
        "other library": part(type="os.system"),
        "unknown part": part(type="sentence_transformers.util.import_from_string"),
        "outside": part(type="sentence_transformers.models.Dense", path="../../elsewhere"),
        "absolute": part(type="sentence_transformers.models.Dense", path="/etc"),
        "auto map": lambda place: (place / "config.json").write_text('{"auto_map": {"AutoModel": "m.M"}}'),
        "no weights": lambda place: (place / "model.safetensors").unlink(),
    }  # fmt: skip
    return changes[change]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("no modules", "it has no modules.json"),
        ("no list", "is not what it must be"),
        ("no json", "cannot be read"),
        ("deep json", "cannot be read"),
        ("no parts", "lists no parts"),
        (
            "own code",
            "'modeling.Evil', which is none of sentence-transformers; its code is not run",
        ),
        ("other library", "'os.system'"),
        ("unknown part", "import_from_string"),
        ("outside", "outside the folder"),
        ("absolute", "outside the folder"),
        ("auto map", "code that the folder brings along"),
        ("no weights", "no weights"),
    ],
)
def test_a_folder_that_is_no_model_or_would_run_code(
    tmp_path: Path, change: str, says: str
) -> None:
    place = folder_of(tmp_path / "model")
    spoilt(change)(place)
    with pytest.raises(InputError) as refused:
        Model.open(str(place))
    assert says in str(refused.value)


def test_pickled_weights_are_refused_unread(tmp_path: Path) -> None:
    place = folder_of(tmp_path / "model")
    (place / "model.safetensors").unlink()
    ran = tmp_path / "ran"

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str, ...]]:
            return Path.touch, (str(ran),)

    (place / "pytorch_model.bin").write_bytes(pickle.dumps(Evil()))
    with pytest.raises(InputError, match=r"pytorch_model\.bin is pickled: to read it may run code"):
        Model.open(str(place))
    assert not ran.exists()


def test_the_extra_is_named_where_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(_name: str) -> None:
        return None

    monkeypatch.setattr(neural, "find_spec", nothing)
    with pytest.raises(InputError, match=r"not installed; pip install 'filiation\[neural\]'"):
        Model.open(str(folder_of(tmp_path / "model")))


def test_a_model_is_not_loaded_before_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neural, "find_spec", lambda _name: object())
    before = set(sys.modules)
    model = Model.open(str(folder_of(tmp_path / "tiny")))
    assert model.name == "tiny"
    loaded = set(sys.modules) - before
    assert not any(name.startswith(("torch", "transformers", "sentence_t")) for name in loaded)


def test_a_text_is_cut_between_sentences() -> None:
    text = "\n".join(f"{FOOTBALL} {number}." for number in range(60))
    pieces = neural._pieces(text, ())
    assert len(pieces) <= neural.MOST_PIECES
    assert all(len(piece) <= neural.PIECE for piece in pieces)
    assert neural._pieces("很" * 1000, ()) == ["很" * neural.UNSPACED_PIECE] * 4
    assert neural._pieces("", ()) == []
    assert len(neural._pieces("word " * 400_000, ())) == neural.MOST_PIECES


# --- a tiny model ----------------------------------------------------------------------------------


def build(place: Path) -> Path:
    """Write a model of 16 dimensions in which every word of `WORDS` has a direction of its own."""
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace

    try:
        from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    except ImportError:  # before version 5.3
        from sentence_transformers.models import StaticEmbedding

    vocabulary = {word: number for number, word in enumerate(["[UNK]", *WORDS])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    weights = torch.eye(len(vocabulary), 16)
    weights[0] = 0.005
    static = StaticEmbedding(tokenizer, embedding_weights=weights.numpy())
    SentenceTransformer(modules=[static], device="cpu").save(str(place))
    return place


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("models") / "tiny")


@needs_extra
def test_what_is_about_the_same_comes_first(tiny: Path) -> None:
    model = Model.open(str(tiny))
    others = [article(FOOTBALL), article(CLOSED), article(BRIDGE)]
    ranked = model.ranked(article(BRIDGE), others)
    assert [number for number, _ in ranked] == [2, 1, 0]
    assert ranked[0][1] == pytest.approx(1, abs=1e-5)
    assert 0.7 < ranked[1][1] < 0.99
    assert ranked[2][1] < 0.5


@needs_extra
def test_likeness_is_symmetric_and_an_excerpt_is_like_the_whole(tiny: Path) -> None:
    model = Model.open(str(tiny))
    whole = article("\n".join([BRIDGE] * 12 + [FOOTBALL] * 30))
    part = article(BRIDGE)
    assert model.likeness(whole, part) == model.likeness(part, whole) > 0.95


@needs_extra
def test_an_empty_text_is_like_nothing(tiny: Path) -> None:
    model = Model.open(str(tiny))
    assert model.likeness(article(""), article(BRIDGE)) == 0
    assert model.ranked(article(BRIDGE), []) == []


@needs_extra
def test_nothing_is_looked_for_on_the_web(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    assert Model.open(str(tiny)).likeness(article(BRIDGE), article(CLOSED)) > 0.5


@needs_extra
def test_weights_that_are_broken_are_told_in_a_sentence(tiny: Path, tmp_path: Path) -> None:
    import shutil

    place = tmp_path / "broken"
    shutil.copytree(tiny, place)
    [weights] = place.rglob("model.safetensors")
    weights.write_bytes(weights.read_bytes()[:20])
    model = Model.open(str(place))
    with pytest.raises(InputError, match="the model cannot be loaded"):
        model.likeness(article(BRIDGE), article(CLOSED))
