"""What the site has besides its pages: the gallery's pictures, made by running the gallery's commands."""

import logging
import sys
from functools import lru_cache
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from tests.cli import corpus
from tests.shown import checkout, commands, printed

PICTURES = "pictures"
SCREENSHOTS = ROOT / "build" / "screenshots"
"""Where `make test-browser` leaves them; without a browser the gallery goes without."""
SHOTS = {
    "demo-light-top": "The report of a chain, in the light",
    "demo-dark-top": "The report of a chain, in the dark",
    "audit-light-top": "The report of an audit, with its figures",
    "demo-narrow-top": "The report of a chain on a telephone",
}
FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#3f51b5"'
    ' stroke-width="2.5"><path d="M5 5v10a4 4 0 0 0 4 4h6M5 9h10"/><circle cx="5" cy="4" r="2"/>'
    '<circle cx="18" cy="9" r="2"/><circle cx="18" cy="19" r="2"/></svg>'
)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Bring the decisions into the navigation, each under its own heading."""
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert config.nav is not None
    config.nav[-1] = {"Why it was built so": [f"decisions/{path.name}" for path in decisions]}
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pictures to what the site holds."""
    gallery = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    made = {**drawn(gallery), "favicon.svg": FAVICON.encode()}
    for name in SHOTS:
        if (SCREENSHOTS / f"{name}.png").exists():
            made[f"{name}.png"] = (SCREENSHOTS / f"{name}.png").read_bytes()
    for name, content in made.items():
        files.append(File.generated(config, f"{PICTURES}/{name}", content=content))
    return files


def on_page_markdown(markdown: str, *, page: object, config: object, files: Files) -> str:
    """Show the screenshots that there are, where the gallery has room for them."""
    shots = [
        f"![{says}]({PICTURES}/{name}.png)"
        for name, says in SHOTS.items()
        if files.get_file_from_path(f"{PICTURES}/{name}.png")
    ]
    return markdown.replace("<!-- screenshots -->", "\n\n".join(shots))


@lru_cache(maxsize=2)
def drawn(gallery: str) -> dict[str, bytes]:
    """Return the files that the gallery's commands write to its folder of pictures."""
    with checkout() as place:
        (place / PICTURES).mkdir()
        corpus.written(place)
        for command in commands(gallery):
            printed(command, place)
        made = {path.name: path.read_bytes() for path in (place / PICTURES).iterdir()}
    logging.getLogger("mkdocs.hooks").info("%d pictures were made", len(made))
    return made
