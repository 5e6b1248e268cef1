"""The options of the commands that ask the web, and what they add up to."""

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from filiation.cli.settings import preset, secret

if TYPE_CHECKING:
    from filiation.find.settings import Settings

__all__ = ["SERVICES", "Manners", "asks_services", "asks_web", "is_address"]

SERVICES = ("commoncrawl", "gdelt", "mediacloud", "searxng")
"""Services that are asked only where the user says so."""
REQUESTS = 200
"""Requests of one trace. A chain of three versions, each with its captures compared, takes about
50; one outlet that is searched in all its ways about 20."""
TIME = "30m"
"""Time that one trace may ask the web: 200 requests, three seconds apart, take ten minutes where they
all go to one host."""
DELAY = 3.0
"""Seconds between two requests to one host, unless its robots.txt asks for more."""

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_PLACE = re.compile(r"[^\s=]+:[0-9]{1,4}|[^\s=]+:[1-5][0-9]{4}|[^\s=]+:6[0-4][0-9]{3}")
_TIME = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?")


def is_address(named: str) -> bool:
    """Whether what the user named is an address on the web."""
    return bool(_ADDRESS.match(named))


class Time(click.ParamType[float]):
    """A length of time: `90`, `90s`, `20m`, `1h30m`; in seconds."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the seconds."""
        if isinstance(value, int | float):
            return float(value)
        found = _TIME.fullmatch(str(value).strip().lower())
        if not found or not any(found.groups()):
            self.fail(f"{value!r} is no time; write 90s, 20m or 1h30m.", param, ctx)
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return float(hours * 3600 + minutes * 60 + seconds)


@dataclass(frozen=True, slots=True)
class Manners:
    """How the user wants the web to be asked."""

    contact: str | None
    delay: float
    most_requests: int | None
    most_seconds: float | None
    ignore_robots: bool
    proxy: str | None
    allow: tuple[str, ...]
    connect_to: tuple[tuple[str, str], ...]

    def settings(self, *, offline: bool = False) -> "Settings":
        """Return what the fetcher is told. Raises `UsageError` for what it cannot do."""
        from filiation.find.settings import Settings

        try:
            return Settings(
                contact=self.contact,
                every=self.delay,
                most_requests=self.most_requests,
                most_seconds=self.most_seconds,
                ignore_robots=self.ignore_robots,
                proxy=self.proxy,
                allow=self.allow,
                connect_to=self.connect_to,
                offline=offline,
            )
        except ValueError as error:
            raise click.UsageError(f"--contact: {error}.") from error


def _pairs(
    _context: click.Context, _option: click.Parameter, given: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    pairs = []
    for pair in given:
        host, _, target = pair.partition("=")
        if not all(_PLACE.fullmatch(side) for side in (host, target)):
            raise click.BadParameter(f"{pair!r} is not of the form host:80=127.0.0.1:8080.")
        pairs.append((host, target))
    return tuple(pairs)


_Command = Callable[..., int]


def _address(_context: click.Context, _option: click.Parameter, given: str | None) -> str | None:
    """Return an address of http or https."""
    if not given:
        return None
    from filiation.find.addresses import NotAnAddress, address

    try:
        address(given)
    except NotAnAddress as error:
        raise click.BadParameter(f"{given!r} is no address: {error}.") from error
    return given


def _setting(
    *names: str, setting: str, otherwise: Any = None, **more: Any
) -> Callable[[_Command], _Command]:
    """Return an option that the environment and the settings files may give, too."""
    return click.option(
        *names,
        envvar=f"FILIATION_{setting.upper()}",
        default=preset(setting, otherwise=otherwise),
        **more,
    )


def asks_web(
    *, most_requests: int | None = REQUESTS, most_time: str | None = TIME
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a command the options of asking the web, and hand it `Manners` as `manners`."""

    def with_manners(command: Callable[..., int]) -> Callable[..., int]:
        @_setting(
            "--contact",
            setting="contact",
            metavar="ADDRESS",
            help="Where site owners reach you: a page or a mail address. Sent with every request.",
        )
        @_setting(
            "--delay",
            setting="delay",
            otherwise=DELAY,
            type=click.FloatRange(min=0),
            metavar="SECONDS",
            help=f"Between two requests to one host. Else {DELAY:g}, or what its robots.txt asks.",
        )
        @_setting(
            "--most-requests",
            setting="most_requests",
            otherwise=most_requests,
            type=click.IntRange(min=0),
            metavar="N",
            help="Requests of this run. "
            + (f"Else {most_requests}." if most_requests else "Else as many as it takes."),
        )
        @_setting(
            "--most-time",
            setting="most_time",
            otherwise=most_time,
            type=Time(),
            metavar="TIME",
            help="Time that this run may ask the web, such as 20m. "
            + (f"Else {most_time}." if most_time else "Else as long as it takes."),
        )
        @click.option(
            "--ignore-robots",
            is_flag=True,
            help="Ask for what robots.txt forbids, too. The report says that it was done.",
        )
        @_setting(
            "--proxy",
            setting="proxy",
            callback=_address,
            metavar="ADDRESS",
            help="Send everything through this proxy. Addresses cannot be checked behind it.",
        )
        @_setting(
            "--allow",
            setting="allow",
            otherwise=(),
            multiple=True,
            metavar="ADDRESS",
            help="Private address that may be asked: 10.0.0.0/8, 127.0.0.1:8080. May be repeated.",
        )
        @_setting(
            "--connect-to",
            setting="connect_to",
            otherwise=(),
            multiple=True,
            callback=_pairs,
            metavar="HOST:PORT=ADDRESS:PORT",
            help="Have this host from another address. May be repeated.",
        )
        @functools.wraps(command)
        def told(
            *arguments: Any,
            contact: str | None,
            delay: float,
            most_requests: int | None,
            most_time: float | None,
            ignore_robots: bool,
            proxy: str | None,
            allow: tuple[str, ...],
            connect_to: tuple[tuple[str, str], ...],
            **options: Any,
        ) -> int:
            manners = Manners(
                contact, delay, most_requests, most_time, ignore_robots, proxy, allow, connect_to
            )
            return command(*arguments, manners=manners, **options)

        return told

    return with_manners


_BASES = (
    # option, setting, of what
    ("--wayback", "wayback", "the Wayback Machine"),
    ("--availability", "availability", "its availability service"),
    ("--memento", "memento", "another archive that speaks Memento; none unless given"),
    ("--commoncrawl", "commoncrawl", "Common Crawl's index"),
    ("--commoncrawl-data", "commoncrawl_data", "Common Crawl's files"),
    ("--searxng", "searxng", "your SearXNG"),
    ("--mediacloud", "mediacloud", "Media Cloud"),
    ("--gdelt", "gdelt", "GDELT"),
)


def _named(
    _context: click.Context, _option: click.Parameter, given: Sequence[str]
) -> tuple[str, ...]:
    names = [name.strip().lower() for one in given for name in one.split(",") if name.strip()]
    for name in names:
        if name not in SERVICES:
            raise click.BadParameter(f"{name!r} is none of {', '.join(SERVICES)}.")
    return tuple(dict.fromkeys(names))


def asks_services(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of archives and services, and hand it `Services` as `services`."""

    @_setting(
        "--search",
        setting="search",
        otherwise=(),
        multiple=True,
        callback=_named,
        metavar="SERVICE",
        help=f"Service to ask besides: {', '.join(SERVICES)}. May be repeated.",
    )
    @functools.wraps(command)
    def told(*arguments: Any, search: tuple[str, ...], **options: Any) -> int:
        from filiation.find.services import Services

        given = {name: options.pop(name) for _, name, _ in _BASES}
        bases = {name: base.rstrip("/") for name, base in given.items() if base}
        services = Services(search=search, mediacloud_token=secret("mediacloud_token"), **bases)
        return command(*arguments, services=services, **options)

    for option, name, what in reversed(_BASES):
        base = _setting(
            option, setting=name, callback=_address, metavar="ADDRESS", help=f"Base of {what}."
        )
        told = base(told)
    return told
