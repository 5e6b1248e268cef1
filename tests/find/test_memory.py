"""What hostile servers cost: a bomb less than 50 MB, all faults at once less than 200 MB."""

import gzip
import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from tests.find.servers import Answer, Server, answer, endless, in_turn, leads

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

PROGRAM = """
import json, re, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from filiation.find.fetcher import Fetcher
from tests.find.servers import settings

def most():  # the highest that the process's memory was; not its parent's, as ru_maxrss may be
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1000

port, threads, *paths = sys.argv[1:]
hosts = {f"{n}.example": int(port) for n in range(int(threads))}
with Fetcher(settings(hosts, deadline=4.0, retries=0)) as fetch:
    fetch("http://0.example/sound")
    before = most()
    urls = [f"http://{host}{path}" for path in paths for host in hosts]
    if len(hosts) == 1:
        outcomes = [fetch(url, robots=False).outcome for url in urls]
    else:
        with ThreadPoolExecutor(len(hosts)) as pool:
            outcomes = list(pool.map(lambda url: fetch(url, robots=False).outcome, urls))
    print(json.dumps([before, most(), sorted(set(outcomes))]))
"""


def bomb(size: int, wbits: int) -> bytes:
    packer = zlib.compressobj(9, wbits=wbits)
    return (
        b"".join(packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000))
        + packer.flush()
    )


def endless_gzip() -> bytes:
    return gzip.compress(os.urandom(50_000))


PAGES: dict[str, Answer] = {
    "/sound": answer("sound"),
    "/gzip": answer(bomb(1_000_000_000, 31), Content_Encoding="gzip"),
    "/deflate": answer(bomb(500_000_000, 15), Content_Encoding="deflate"),
    "/bare": answer(bomb(500_000_000, -15), Content_Encoding="deflate"),
    "/members": answer(bomb(10_000_000, 31) * 50, Content_Encoding="gzip"),
    "/noise": endless(HEAD + b"Content-Encoding: gzip\r\n\r\n", endless_gzip()),
    "/endless": endless(HEAD + b"\r\n", b"x" * 65_536),
    "/chunks": endless(CHUNKED, b"10000\r\n" + b"x" * 65_536 + b"\r\n"),
    "/crumbs": endless(CHUNKED, b"1\r\nx\r\n" * 10_000),
    "/frames": endless(CHUNKED, b"1;" + b"y" * 60_000 + b"\r\nx\r\n"),
    "/trailers": endless(CHUNKED + b"0\r\n", b"X: y\r\n" * 9_000),
    "/headers": endless(HEAD, b"X: y\r\n" * 10_000),
    "/header": endless(HEAD + b"X: ", b"y" * 65_536),
    "/interim": endless(b"", b"HTTP/1.1 100 C\r\nX: " + b"y" * 9_000 + b"\r\n\r\n"),
    "/redirect": endless(b"HTTP/1.1 302 F\r\nLocation: /sound\r\n\r\n", b"x" * 65_536),
    "/circle": leads("/circle"),
    "/limited": in_turn(answer("", "429 Too Many", Retry_After="9999")),
}


def cost(*paths: str, threads: int = 1) -> tuple[float, float, list[str]]:
    """Return the memory of a process before and at its most, in MB, and the outcomes it met."""
    import json

    if not Path("/proc/self/status").exists():
        pytest.skip("needs /proc")
    with Server(PAGES) as server:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(server.port), str(threads), *paths],
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONPATH": "trace:."},
        )
    assert done.returncode == 0, done.stderr[-2000:]
    before, after, outcomes = json.loads(done.stdout)
    return before, after, outcomes


@pytest.mark.parametrize("path", ["/gzip", "/deflate", "/bare", "/members", "/noise", "/endless"])
def test_a_bomb_costs_less_than_50_mb(path: str) -> None:
    before, after, outcomes = cost(path)
    assert outcomes == ["too_large"]
    assert after - before < 50, (before, after)


def test_all_faults_of_sixteen_hosts_at_once_cost_less_than_200_mb() -> None:
    """A collection asks 16 hosts side by side; here all of them do their worst."""
    # What costs time rather than memory is left out: it would be the machine's time that is tested.
    paths = [path for path in PAGES if path not in ("/limited", "/crumbs")]
    before, after, outcomes = cost(*paths, threads=16)
    assert after < 200, (before, after, outcomes)
    assert {"too_large", "malformed", "ok"} <= set(outcomes)


def test_all_faults_one_after_the_other() -> None:
    before, after, _ = cost(*PAGES)
    assert after < 120, (before, after)
