"""robots.txt as RFC 9309 says, and without being overwhelmed by one."""

import subprocess
import sys
import time
from itertools import pairwise

import pytest

from filiation.find.addresses import address
from filiation.find.fetcher import Fetcher
from filiation.find.robots import robots_of
from filiation.find.values import Fetched, Outcome
from tests.find.servers import (
    Answer,
    Server,
    Still,
    answer,
    endless,
    free_port,
    leads,
    reset,
    settings,
)

SITE = "http://news.example"


def allowed(rules: str | bytes, path: str) -> bool:
    content = rules if isinstance(rules, bytes) else rules.encode()
    return robots_of(Fetched(f"{SITE}/robots.txt", "ok", content=content)).allows(
        address(SITE + path)
    )


@pytest.mark.parametrize(
    ("rules", "path", "may"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /a", "/a/b", False),
        ("User-agent: *\nDisallow: /a", "/b", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("user-agent: *\ndisallow: /", "/", False),
        ("User-agent: *\nDisallow: /\nAllow: /a", "/a", True),  # the longest rule counts
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        ("User-agent: *\nDisallow: /?s=", "/?s=word", False),
        ("User-agent: filiation\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "/a", False),
        ("User-agent: filiation\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "/b", True),
        ("User-agent: FILIATION\nDisallow: /a", "/a", False),
        ("User-agent: fil\nDisallow: /a", "/a", True),  # the whole token, or none
        ("User-agent: filiationbot\nDisallow: /a", "/a", True),
        ("User-agent: Googlebot\nDisallow: /", "/a", True),
        ("User-agent: Googlebot\nUser-agent: *\nDisallow: /", "/a", False),
        ("User-agent: Googlebot\nUser-agent: filiation # us\nDisallow: /", "/a", False),
        ("User-agent: a\nDisallow: /a\nUser-agent: filiation\nAllow: /a", "/a", True),
        ("\ufeffUser-agent: *\nDisallow: /a", "/a", False),
        ("User-agent: *\r\nDisallow: /a\r\n", "/a", False),
        ("User-agent: *\rDisallow: /a\r", "/a", False),
        ("User-agent: *\nDisallow: /страница", "/%D1%81%D1%82%D1%80%D0%B0%D0%BD%D0%B8%D1%86%D0%B0", False),
        ("User-agent: *\nDisallow: /\n", "/robots.txt", True),
        ("<html><body>No robots here</body></html>", "/a", True),
        (b"\xff\xfe\x00User-agent", "/a", True),
        (b"User-agent: *\nDisallow: /a\n\x00\xff", "/a", False),
    ],
)  # fmt: skip
def test_the_rules(rules: str | bytes, path: str, may: bool) -> None:
    assert allowed(rules, path) is may


@pytest.mark.parametrize(
    ("rules", "every"),
    [
        ("User-agent: *\nCrawl-delay: 7", 7),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: *\nCrawl-delay: 86400", 60),
        ("User-agent: *\nCrawl-delay: inf", 0),
        ("User-agent: *\nCrawl-delay: nan", 0),
        ("User-agent: *\nCrawl-delay: -1", 0),
        ("User-agent: *\nRequest-rate: 1/9s", 9),
        ("User-agent: filiation\nCrawl-delay: 2\nUser-agent: *\nCrawl-delay: 50", 2),
        ("", 0),
    ],
)
def test_the_pace_that_is_asked_for(rules: str, every: float) -> None:
    assert robots_of(Fetched("", "ok", content=rules.encode())).every == every


BOMBS = {
    "names": "User-agent: {}\n" * 12_000 + "Allow: /{}\n" * 20_000,
    "names by other ends of line": "User-agent: {}\u2028" * 12_000 + "Allow: /{}\u2028" * 20_000,
    "one name": "User-agent: *\n" * 12_000 + "Disallow: /{}\n" * 20_000,
    "stars": "User-agent: *\nDisallow: /" + "*a" * 200_000 + "b\n",
    "rules of stars": "User-agent: *\n" + "Disallow: /*a*a*a*a*a*a*a*b$\n" * 15_000,
    "sitemaps": "Sitemap: http://news.example/{}\n" * 15_000,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_hostile_file_costs_little(bomb: str) -> None:
    """Rules are kept per name: 12,000 names with 20,000 rules would be 240 million."""
    program = (
        "import resource, sys, time\n"
        "from filiation.find.addresses import address\n"
        "from filiation.find.robots import robots_of\n"
        "from filiation.find.values import Fetched\n"
        "content = sys.stdin.buffer.read()[:512_000]\n"
        "resource.setrlimit(resource.RLIMIT_AS, (400_000_000, 400_000_000))\n"
        "robots = robots_of(Fetched('', 'ok', content=content))\n"
        "robots.allows(address('http://news.example/' + 'a' * 8_000))\n"
        "print(time.process_time())"
    )
    whole = "".join(
        line.replace("{}", str(n)) for n, line in enumerate(bomb.splitlines(keepends=True))
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=whole.encode(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr[-300:]
    assert float(done.stdout) < 10


# --- how it is asked for --------------------------------------------------------------------------

PAGE = answer("<p>page</p>")


FILES: dict[str, tuple[Answer, Outcome]] = {
    "missing": (answer("", "404 Not Found"), "ok"),
    "forbidden": (answer("", "403 Forbidden"), "ok"),
    "login": (answer("", "401 Unauthorized"), "ok"),
    "gone": (answer("", "410 Gone"), "ok"),
    "bad request": (answer("", "400 Bad Request"), "ok"),
    "forbids": (answer("User-agent: *\nDisallow: /"), "blocked"),
    "fails": (answer("", "500 Error"), "blocked"),
    "overloaded": (answer("", "503 Down"), "blocked"),
    "reset": (reset(b""), "transient"),
    "circle": (leads("/robots.txt"), "ok"),
    "private": (leads("http://127.0.0.1:1/robots.txt"), "blocked"),
    "limited": (answer("", "429 Too Many", Retry_After="9999"), "rate_limited"),
    "endless": (
        endless(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /page\n", b"#" * 9_999),
        "blocked",
    ),
}


@pytest.mark.parametrize(("robots", "outcome"), FILES.values(), ids=FILES)
def test_what_becomes_of_the_page(robots: Answer, outcome: Outcome) -> None:
    with (
        Server({"/robots.txt": robots, "/page": PAGE}) as server,
        Fetcher(settings({"news.example": server}), clock=Still()) as fetch,
    ):
        fetched = fetch(f"{SITE}/page")
        assert fetched.outcome == outcome, fetched
        assert ("/page" in server.targets) == (outcome == "ok")
        assert fetched.exchanges == () or outcome == "ok"
        if outcome != "ok":
            assert "robots.txt" in fetched.says or outcome == "rate_limited"
        # Services made for programs are asked without.
        if outcome != "rate_limited":
            assert fetch(f"{SITE}/page", robots=False).outcome == "ok"


def test_it_is_asked_for_once_a_site() -> None:
    with (
        Server({"*": PAGE, "/robots.txt": answer("User-agent: *\nDisallow: /no")}) as server,
        Fetcher(settings({"news.example": server})) as fetch,
    ):
        for path in ("a", "b", "no", "c"):
            fetch(f"{SITE}/{path}")
    assert [request.target for request in server.log] == ["/robots.txt", "/a", "/b", "/c"]


def test_each_hop_has_its_own() -> None:
    rules = answer("User-agent: *\nDisallow: /c")
    with (
        Server({"/a": leads("http://two.example/c")}) as one,
        Server({"/robots.txt": rules, "/c": PAGE}) as two,
        Fetcher(settings({"one.example": one, "two.example": two})) as fetch,
    ):
        fetched = fetch("http://one.example/a")
    assert (fetched.outcome, len(fetched.exchanges)) == ("blocked", 1)
    assert fetched.says == (
        "it redirects to http://two.example/c: the robots.txt of two.example forbids it"
    )
    assert two.targets == []


def test_it_may_be_ignored_by_choice() -> None:
    with (
        Server({"/robots.txt": answer("User-agent: *\nDisallow: /"), "/a": PAGE}) as server,
        Fetcher(settings({"news.example": server}, ignore_robots=True)) as fetch,
    ):
        assert fetch(f"{SITE}/a").outcome == "ok"
    assert [request.target for request in server.log] == ["/a"]


def test_it_may_lie_elsewhere() -> None:
    pages: dict[str, Answer] = {f"/r{n}": leads(f"/r{n + 1}") for n in range(1, 5)}
    pages |= {"/robots.txt": leads("/r1"), "/r5": answer("User-agent: *\nDisallow: /a"), "/a": PAGE}
    with Server(pages) as server, Fetcher(settings({"news.example": server})) as fetch:
        assert fetch(f"{SITE}/a").outcome == "blocked"


def test_a_failure_is_asked_for_again_after_a_while() -> None:
    clock = Still()
    pages: dict[str, Answer] = {"/robots.txt": answer("", "500 E"), "*": PAGE}
    with Server(pages) as server, Fetcher(settings({"news.example": server}), clock=clock) as fetch:
        assert fetch(f"{SITE}/a").outcome == "blocked"
        pages["/robots.txt"] = answer("")
        assert fetch(f"{SITE}/b").outcome == "blocked"
        clock.moment += 601
        assert fetch(f"{SITE}/c").outcome == "ok"


def test_its_delay_is_kept() -> None:
    clock = Still()
    with (
        Server({"/robots.txt": answer("User-agent: *\nCrawl-delay: 11"), "*": PAGE}) as server,
        Fetcher(settings({"news.example": server}), clock=clock) as fetch,
    ):
        sent = [fetch(f"{SITE}/{n}").exchanges[0].sent for n in range(3)]
    assert [(b - a).total_seconds() for a, b in pairwise(sent)] == pytest.approx([11, 11], abs=0.1)


def test_the_sitemaps_it_names() -> None:
    named = (
        "Sitemap: /a.xml\nSitemap: http://other.example/b.xml\nsitemap: /a.xml\nSitemap: file:///c"
    )
    with (
        Server({"/robots.txt": answer(named)}) as server,
        Fetcher(settings({"news.example": server})) as fetch,
    ):
        assert fetch.sitemaps(f"{SITE}/some/page") == (
            f"{SITE}/a.xml",
            "http://other.example/b.xml",
        )
        assert fetch.sitemaps("no address") == ()
        assert fetch.requests == 1


def test_a_site_that_is_down_says_so() -> None:
    with Fetcher(settings({"news.example": free_port()})) as fetch:
        began = time.monotonic()
        for n in range(20):
            fetched = fetch(f"{SITE}/{n}")
            assert (fetched.outcome, "refused" in fetched.says) == ("transient", True)
        assert fetch.requests == 1
        assert time.monotonic() - began < 5
