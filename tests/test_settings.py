"""What is set once for all: which word counts, and what is wrong with a file."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from filiation.cli.online import Manners, Time, asks_services, asks_web
from filiation.cli.program import main
from filiation.cli.settings import PROJECT, preset, secret, user_file
from filiation.errors import InputError
from filiation.find.services import Services


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The file of the project and the user's own, neither of them there yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    for name in ("CONTACT", "DELAY", "SEARCH", "MEDIACLOUD_TOKEN", "WAYBACK", "MOST_TIME", "ALLOW"):
        monkeypatch.delenv(f"FILIATION_{name}", raising=False)
    user_file().parent.mkdir(parents=True)
    return PROJECT, user_file()


def chosen(*arguments: str) -> tuple[Manners, Services]:
    """Return what the options of a command come to."""
    told: list[tuple[Manners, Services]] = []

    @click.command()
    @asks_services
    @asks_web()
    def command(manners: Manners, services: Services) -> int:
        told.append((manners, services))
        return 0

    done = CliRunner().invoke(command, [*arguments], catch_exceptions=False, standalone_mode=False)
    if done.exception:
        raise done.exception
    return told[0]


def test_the_defaults_are_those_of_a_guest(places: tuple[Path, Path]) -> None:
    manners, services = chosen()
    assert (manners.contact, manners.delay, manners.most_requests) == (None, 3.0, 200)
    assert manners.most_seconds == 1800
    assert not manners.ignore_robots
    assert (services.search, services.wayback) == ((), "https://web.archive.org")


def test_flags_go_before_the_environment_before_the_project_before_the_user(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, user = places
    user.write_text('[web]\ncontact = "user@press.example"\n', encoding="utf-8")
    assert chosen()[0].contact == "user@press.example"
    project.write_text('[web]\ncontact = "project@press.example"\n', encoding="utf-8")
    assert chosen()[0].contact == "project@press.example"
    monkeypatch.setenv("FILIATION_CONTACT", "environment@press.example")
    assert chosen()[0].contact == "environment@press.example"
    assert chosen("--contact", "flag@press.example")[0].contact == "flag@press.example"


def test_what_one_file_leaves_open_the_other_says(places: tuple[Path, Path]) -> None:
    project, user = places
    user.write_text('[web]\ndelay = 5\nsearch = ["searxng"]\n', encoding="utf-8")
    project.write_text('[web]\nmost_time = "90s"\nwayback = "http://mirror.example/"\n', "utf-8")
    manners, services = chosen()
    assert (manners.delay, manners.most_seconds) == (5.0, 90.0)
    assert (services.search, services.wayback) == (("searxng",), "http://mirror.example")


def test_secrets_come_from_the_environment_or_a_file_only(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert secret("mediacloud_token") is None
    places[1].write_text('[secrets]\nmediacloud_token = "of the file"\n', encoding="utf-8")
    assert secret("mediacloud_token") == "of the file"
    monkeypatch.setenv("FILIATION_MEDIACLOUD_TOKEN", "of the environment")
    assert chosen()[1].mediacloud_token == "of the environment"
    with pytest.raises(click.UsageError):
        chosen("--mediacloud-token", "of the command line")


def test_library_and_outlets_are_set_for_every_command(
    places: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FILIATION_LIBRARY", raising=False)
    (tmp_path / "gull.toml").write_text('name = "The Gull"\ndomains = ["gull.example"]\n')
    text = tmp_path / "a.txt"
    text.write_text("The lamp went out twice, and somebody lit it again. " * 9, encoding="utf-8")
    places[0].write_text('library = "press.filiation"\noutlets = ["gull.toml"]\n', "utf-8")
    assert main(["add", "a.txt", "-q", "-o", "o.txt"]) == 0
    assert Path("press.filiation").exists()
    assert main(["outlets", "show", "gull", "-o", "o.txt"]) == 0
    assert "The Gull" in Path("o.txt").read_text("utf-8")


# what stands in the file, and what the error must say
WRONG = [
    ("no TOML", "[web\n", "no TOML"),
    ("a slip", '[web]\ncontcat = "a@b.example"\n', "did you mean contact?"),
    ("nothing like it", "[web]\nxyzzy = 1\n", "in [web] there are"),
    ("above the tables", 'contact = "a@b.example"\n', "there is no setting 'contact'"),
    ("another kind", '[web]\ndelay = "three"\n', "write a number"),
    ("a list of numbers", "[web]\nallow = [1]\n", "write a list of texts"),
    ("true is no number", "[web]\nmost_requests = true\n", "write a whole number"),
    ("too large", "#" * 200_000, "no settings file"),
    ("no UTF-8", "[web]\ncontact = '\udcff'\n", "no TOML"),
]


@pytest.mark.parametrize(
    ("text", "says"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_a_file_that_is_wrong_is_told(places: tuple[Path, Path], text: str, says: str) -> None:
    places[0].write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError) as told:
        preset("contact")()
    assert says in str(told.value)
    assert "filiation.toml" in str(told.value)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("90", 90), ("90s", 90), ("20m", 1200), ("1h30m", 5400), ("2h", 7200), (" 5M ", 300)],
)
def test_times_are_read_as_people_write_them(given: str, seconds: float) -> None:
    assert Time().convert(given, None, None) == seconds


@pytest.mark.parametrize("given", ["", "m", "five", "1d", "-3s", "3.5.1"])
def test_what_is_no_time_is_refused(given: str) -> None:
    with pytest.raises(click.BadParameter):
        Time().convert(given, None, None)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--connect-to", "a.example"), "host:80=127.0.0.1:8080"),
        (("--connect-to", "a.example:80=b.example:99999"), "host:80=127.0.0.1:8080"),
        (("--proxy", "nonsense"), "is no address"),
        (("--wayback", "ftp://archive.example"), "is no address"),
        (("--search", "altavista"), "none of commoncrawl, gdelt, mediacloud, searxng"),
        (("--contact", "a\nb"), "--contact"),
        (("--delay", "-1"), "--delay"),
    ],
)
def test_options_that_cannot_be_are_refused(
    places: tuple[Path, Path], arguments: tuple[str, ...], says: str
) -> None:
    with pytest.raises(click.UsageError) as told:
        manners, _ = chosen(*arguments)
        manners.settings()
    assert says in told.value.format_message()
