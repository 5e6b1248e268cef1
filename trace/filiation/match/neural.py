"""How alike two texts are to a sentence-embedding model that the user has.

It ranks candidates of the search across languages anew, and decides nothing: what is a translation is
for the alignment to prove. The model is any folder of sentence-transformers, such as LaBSE. It is
loaded when the first texts are to be ranked, from that folder alone: nothing is fetched, and no code
of the folder is run. Weights are read from safetensors files, never from pickles.
"""

import json
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filiation.errors import InputError, NotFound
from filiation.match.sentences import sentences
from filiation.match.words import UNSPACED
from filiation.values import Article, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

__all__ = ["Model"]

PIECE = 900
"""Characters of a piece of text that becomes one vector: about 200 tokens, of which LaBSE reads 256."""
UNSPACED_PIECE = 250
"""The same in scripts without spaces, where a character is about a token."""
MOST_PIECES = 24
"""Pieces of one text, picked evenly of more: some 20,000 characters are read whole."""
ROOM = 2_000
"""Texts whose vectors are kept, the last ones asked for."""
MOST_BYTES = 10_000_000
"""Of a file that says how a model is made; a large one has 50,000."""
EXTRA = "pip install 'filiation[neural]'"

_KNOWN = frozenset({"Dense", "LayerNorm", "Normalize", "Pooling", "StaticEmbedding", "Transformer"})
"""Parts that a model may consist of. What else a folder names is code that it brings along, or parts
that embed no sentences."""
_PICKLED = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt")
_CONFIGS = frozenset(
    {
        "config.json",
        "config_sentence_transformers.json",
        "preprocessor_config.json",
        "processor_config.json",
        "sentence_bert_config.json",
        "tokenizer_config.json",
    }
)
"""Files by which a library may be told to run code of the folder."""
_SAYING_CODE = ("auto_map", "custom_pipelines", "trust_remote_code")


class Model:
    """A sentence-embedding model, loaded when it is first asked."""

    def __init__(self, folder: Path) -> None:
        """Take a folder that `open` has looked at."""
        self._folder = folder
        self._loaded: Any = None
        self._vectors: dict[tuple[str, tuple[Span, ...]], Vectors] = {}

    @classmethod
    def open(cls, folder: str) -> "Model":
        """Return the model in a folder, without loading it.

        Raises `InputError` where the folder holds no model, holds one that would run code or
        unpickle weights, or where the extra `neural` is not installed.
        """
        path = Path(folder)
        _refuse(folder, path)
        if find_spec("sentence_transformers") is None:
            raise InputError(folder, "the extra that runs models is not installed", EXTRA)
        return cls(path)

    @property
    def name(self) -> str:
        """Return what a report calls it: the folder's name."""
        return self._folder.resolve().name

    def likeness(self, a: Article, b: Article) -> float:
        """Return how alike two texts are to the model: a cosine, at the most 1.

        Each piece of a text is compared with the piece of the other that is most like it. Of the two
        means the higher counts, so that an excerpt is like the whole that it was taken from. Raises
        `InputError` where the model cannot be loaded.
        """
        first, second = self._of([a, b])
        if not len(first) or not len(second):
            return 0.0
        cosines = first @ second.T
        return float(max(cosines.max(axis=1).mean(), cosines.max(axis=0).mean()))

    def ranked(self, asked: Article, others: Sequence[Article]) -> list[tuple[int, float]]:
        """Return the numbers of `others` with their likeness to `asked`, the likest first.

        Of equals the one of the lower number. Raises `InputError` where the model cannot be loaded.
        """
        self._of([asked, *others])
        found = [(number, self.likeness(asked, other)) for number, other in enumerate(others)]
        return sorted(found, key=lambda row: (-row[1], row[0]))

    def order(self, asked: Article, others: Sequence[Article]) -> list[int]:
        """Return the places of `others`, the likest first. Raises `InputError` as `ranked` does."""
        return [place for place, _ in self.ranked(asked, others)]

    def _of(self, articles: Sequence[Article]) -> "list[Vectors]":
        """Return the vectors of articles, one a piece, each of length 1."""
        import numpy as np

        keys = [(article.text, article.aside) for article in articles]
        fresh = [key for key in dict.fromkeys(keys) if key not in self._vectors]
        pieces = [_pieces(*key) for key in fresh]
        if any(pieces):
            made = self._embedded([piece for some in pieces for piece in some])
        at = 0
        for key, some in zip(fresh, pieces, strict=True):
            self._vectors[key] = made[at : at + len(some)] if some else np.zeros((0, 1), np.float32)
            at += len(some)
        found = [self._vectors[key] for key in keys]
        while len(self._vectors) > max(ROOM, len(keys)):
            del self._vectors[next(iter(self._vectors))]
        return found

    def _embedded(self, pieces: Sequence[str]) -> "Vectors":
        import numpy as np

        if self._loaded is None:
            self._loaded = _loaded(self._folder)
        try:
            made = self._loaded.encode(
                list(pieces),
                convert_to_numpy=True,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        except (IndexError, RuntimeError, TypeError, ValueError) as error:
            raise InputError(str(self._folder), f"the model fails ({_short(error)})") from error
        vectors = np.asarray(made, np.float32)
        if vectors.ndim != 2 or len(vectors) != len(pieces) or not np.isfinite(vectors).all():
            raise InputError(str(self._folder), "the model gives no vectors", "name another model")
        return vectors


def _pieces(text: str, aside: tuple[Span, ...]) -> list[str]:
    """Return a text cut between sentences into pieces that a model reads whole."""
    found: list[str] = []
    held = ""
    for sentence in sentences(text, aside):
        written = text[sentence.start : sentence.end]
        most = UNSPACED_PIECE if UNSPACED.search(written) else PIECE
        if held and len(held) + len(written) >= most:
            found.append(held)
            held = ""
        held = f"{held} {written}".strip()
        while len(held) > most:
            found.append(held[:most])
            held = held[most:]
    if held:
        found.append(held)
    if len(found) <= MOST_PIECES:
        return found
    return [found[n * len(found) // MOST_PIECES] for n in range(MOST_PIECES)]


def _loaded(folder: Path) -> Any:
    """Return the model itself. Raises `InputError`."""
    # Read when the libraries are imported: with these none of them looks for anything on the web.
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
    except (ImportError, OSError) as error:
        what = f"the extra that runs models is not installed whole ({_short(error)})"
        raise InputError(str(folder), what, EXTRA) from error
    _quieten()
    try:
        return SentenceTransformer(
            str(folder.resolve()),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except (
        ArithmeticError,
        AssertionError,
        AttributeError,
        ImportError,
        LookupError,
        OSError,
        RuntimeError,
        SafetensorError,
        TypeError,
        ValueError,
    ) as error:
        what = f"the model cannot be loaded ({_short(error)})"
        raise InputError(
            str(folder), what, "name the folder of a sentence-transformers model"
        ) from error


def _quieten() -> None:
    """Keep the libraries' bars and warnings off the user's terminal."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__


# --- what a folder holds --------------------------------------------------------------------------


def _refuse(named: str, folder: Path) -> None:
    """Raise `InputError` where a folder holds no model, or one that would run code."""
    try:
        if not folder.exists():
            raise NotFound(named[:200], "there is no such folder", "name the folder of a model")
        if not folder.is_dir():
            raise InputError(named, "it is no folder", "name the folder that holds the model")
        if not (folder / "modules.json").is_file():
            what = "it is no model of sentence-transformers: it has no modules.json"
            raise InputError(named, what, "name the folder that save() wrote")
    except (OSError, ValueError) as error:
        remedy = "name the folder of a model"
        raise NotFound(named[:200], "it cannot be looked at", remedy) from error
    parts = _said(named, folder / "modules.json", list)
    places = {folder, *(folder / _place(named, part) for part in parts)}
    weights = False
    for place in sorted(places):
        weights |= _refuse_place(named, place)
    if not weights:
        raise InputError(named, "it has no weights (.safetensors)", "fetch the model whole")


def _place(named: str, part: object) -> str:
    """Return where a part of a model lies. Raises `InputError` where it is none that is known."""
    if not isinstance(part, dict):
        raise InputError(named, "modules.json lists no parts", "fetch the model anew")
    kind, place = str(part.get("type", "")), str(part.get("path", ""))
    names = kind.split(".")
    if names[0] != "sentence_transformers" or names[-1] not in _KNOWN:
        what = f"one of its parts is {kind[:80]!r}, which is none of sentence-transformers"
        raise InputError(named, what, "its code is not run; name a model that needs none")
    if Path(place).is_absolute() or ".." in Path(place).parts or "\0" in place:
        what = f"one of its parts lies outside the folder ({place[:80]!r})"
        raise InputError(named, what, "name a folder that holds all of the model")
    return place


def _refuse_place(named: str, place: Path) -> bool:
    """Return whether a part's folder has weights. Raises `InputError` where it would run code."""
    try:
        files = sorted(path for path in place.iterdir() if path.is_file()) if place.exists() else []
    except OSError as error:
        what = f"{place.name} cannot be read ({error.strerror or error})"
        raise InputError(named, what) from error
    for path in files:
        if path.name in _CONFIGS:
            said = _said(named, path, dict)
            if wrong := next((key for key in _SAYING_CODE if key in said), None):
                what = f"{path.name} asks for code that the folder brings along ({wrong})"
                raise InputError(named, what, "name a model that needs none")
    safe = any(p.suffix == ".safetensors" and p.name.startswith("model") for p in files)
    pickled = [path.name for path in files if path.suffix in _PICKLED]
    if pickled and not safe:
        what = f"{pickled[0]} is pickled: to read it may run code"
        raise InputError(named, what, "save the model anew, with safetensors")
    return safe


def _said(named: str, path: Path, kind: type) -> Any:
    """Return what a JSON file of a model says."""
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(MOST_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(named, f"{path.name} cannot be read", "fetch the model anew") from error
    if not isinstance(found, kind):
        raise InputError(named, f"{path.name} is not what it must be", "fetch the model anew")
    return found
