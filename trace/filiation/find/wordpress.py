"""Posts of a WordPress site, with their whole text, from its REST API.

Source: the REST API Handbook (developer.wordpress.org/rest-api). Many outlets that republish run on
WordPress, and the API gives what their pages do not: dates in UTC to the second, and the text without
the theme. Where it is switched off, or a site is none of WordPress, the outcome is `unsupported`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from filiation.find.markup import Markup, of_header
from filiation.find.replies import (
    NO_JSON,
    as_moment,
    failure,
    front_page,
    has_answer,
    is_html,
    json_of,
    message,
    same_site,
    short,
    span_of,
    web_address,
    with_parameters,
)
from filiation.find.values import Fetch, Fetched, Hit, Probe

__all__ = ["WordPress"]

PER_PAGE = 100
"""Posts asked for at once: the most that WordPress gives."""
SMALLER = (20, 5)
"""Posts asked for where so many are too large an answer; each divides the one before."""
MOST_PAGES = 10_000
"""Pages of a list: a million posts; a bound on a site that never ends."""
FIELDS = "id,date,date_gmt,modified_gmt,link,slug,title,content,guid,_links,_embedded"
EMBEDDED = "author"
LATEST_LOCAL, EARLIEST_LOCAL = timedelta(hours=14), timedelta(hours=12)
"""How far a site's clocks may be ahead of UTC, and behind: `after` and `before` are local time."""

_API = "https://api.w.org/"
_RECORD = re.compile(r"/wp/v2/[\w-]{1,60}/\d{1,18}$")
_SHORTLINK = re.compile(r"[?&]p=(\d{1,18})(?:&|$)")
_TRACES = (b"/wp-content/", b"/wp-includes/", b"wordpress")

Order = Literal["asc", "desc"]


class WordPress:
    """The REST API of any site that runs on WordPress."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch

    def api(self, site: str) -> Probe[str]:
        """Find the root of a site's API: by its `Link` header, its `<link>`, else where it usually is.

        The root counts only if it lists the namespace `wp/v2`.
        """
        where = f"WordPress: the API of {site}"
        front = front_page(self._fetch, site, "HEAD")
        root = _stated_root(front)
        if root is None:
            front = front_page(self._fetch, site)
            if not has_answer(front):
                return failure(where, front)
            root = _stated_root(front)
        if root is None:
            if not any(trace in front.content.lower() for trace in _TRACES):
                return Probe(where, "unsupported", (), "the site does not run on WordPress")
            at = urlsplit(front.final_url or front.url)
            root = f"{at.scheme}://{at.netloc}/wp-json/"
        got = self._fetch(with_parameters(root, _fields="name,namespaces"))
        said = _answer(got)
        if said is NO_JSON:
            return _refused(where, got)
        spaces = said.get("namespaces") if isinstance(said, dict) else None
        if not isinstance(spaces, list) or "wp/v2" not in spaces:
            return Probe(where, "unsupported", (), "its API does not give posts (no wp/v2)")
        return Probe.of(where, [root])

    def pages(
        self,
        site: str,
        *,
        search: str | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        order: Order = "asc",
        first: int = 1,
    ) -> Iterator[Probe[Hit]]:
        """Yield a site's posts page by page, oldest first, from page `first` on.

        `search` are words that must all stand in title or text (a plain LIKE). `after` and `before`
        bound the time of publication. The last page has `whole`; a failure ends the list.
        """
        root = self.api(site)
        if not root.found:
            yield Probe(root.where, root.outcome, (), root.says, whole=False)
            return
        yield from self._listed(
            _asked(root.found[0], search, after, before, order), site, search, first, after, before
        )

    def posts(
        self,
        site: str,
        *,
        search: str | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        order: Order = "asc",
        most: int = 1000,
    ) -> Probe[Hit]:
        """Return a site's posts, at most `most`; see `pages`."""
        found: dict[str, Hit] = {}
        last: Probe[Hit] | None = None
        for last in self.pages(site, search=search, after=after, before=before, order=order):
            found |= {hit.url: hit for hit in last.found if hit.url not in found}
            if len(found) >= most:
                break
        assert last is not None  # a list has at least one page, or a failure instead
        where = _where(site, search)
        cut = len(found) > most or (len(found) == most and not last.whole)
        hits = list(found.values())[:most]
        if last.outcome not in ("ok", "empty"):
            return replace(last, where=where, found=tuple(hits), whole=False)
        return Probe.of(where, hits, last.says, whole=last.whole and not cut)

    def post_of(self, page: Fetched) -> Probe[Hit]:
        """Return the post that a page shows: by its alternate link, else by its short link."""
        url = page.final_url or page.url
        where = f"WordPress: the post of {url}"
        record = _record(Markup(page), url)
        if record is None:
            return Probe(where, "unsupported", (), "the page names no post record")
        got = self._fetch(with_parameters(record, _fields=FIELDS, _embed=EMBEDDED))
        said = _answer(got)
        if said is NO_JSON:
            return _refused(where, got)
        hit = _hit(said)
        if hit is None:
            return Probe(where, "malformed", (), "its record is no post", whole=False)
        if not same_site(hit.url, url):
            return Probe(where, "malformed", (), "its record is of another site", whole=False)
        return Probe.of(where, [hit])

    def _listed(
        self,
        asked: str,
        site: str,
        search: str | None,
        first: int,
        after: datetime | None,
        before: datetime | None,
    ) -> Iterator[Probe[Hit]]:
        """Yield the pages of a list; in pages of fewer posts where they are too large."""
        where = _where(site, search)
        met: set[str] = set()
        for number in range(first, first + MOST_PAGES):
            got, items, last = self._page(asked, number)
            if items is None:
                if number > 1 and _is_past_the_end(got):
                    yield Probe.of(where, ())
                else:
                    yield _refused(where, got)
                return
            hits = [hit for hit in map(_hit, items) if hit is not None]
            strange = len(items) - len(hits)
            ours = [hit for hit in hits if same_site(hit.url, asked)]
            says = _oddities(strange, len(hits) - len(ours))
            fresh = [hit for hit in ours if hit.url not in met]
            met.update(hit.url for hit in fresh)
            within = [hit for hit in fresh if _is_within(hit, after, before)]
            if items and not fresh and number > first:
                says = "; ".join(filter(None, (says, "its pages repeat themselves")))
                yield Probe.of(where, (), says, whole=False)
                return
            yield Probe.of(where, within, says, whole=last)
            if last:
                return
        yield Probe.of(where, (), f"more than {MOST_PAGES} pages", whole=False)

    def _page(self, asked: str, number: int) -> tuple[Fetched, list[Any] | None, bool]:
        """Return the answer for one page of the list, what it lists, and whether it is the last."""
        got = self._fetch(with_parameters(asked, per_page=PER_PAGE, page=number))
        if got.outcome == "too_large":
            return self._in_parts(asked, number, got)
        items = _answer(got)
        if not isinstance(items, list):
            return got, None, False
        return got, items, _is_last(got, number, PER_PAGE, len(items))

    def _in_parts(
        self, asked: str, number: int, got: Fetched
    ) -> tuple[Fetched, list[Any] | None, bool]:
        """Return one page of the list asked for in pages of fewer posts."""
        for size in SMALLER:
            parts = PER_PAGE // size
            found: list[Any] = []
            for part in range((number - 1) * parts + 1, number * parts + 1):
                got = self._fetch(with_parameters(asked, per_page=size, page=part))
                if found and _is_past_the_end(got):
                    return got, found, True
                items = _answer(got)
                if not isinstance(items, list):
                    break
                found += items
                if _is_last(got, part, size, len(items)):
                    return got, found, True
            else:
                return got, found, False
            if got.outcome != "too_large":
                return got, None, False
        return got, None, False


def _where(site: str, search: str | None) -> str:
    return f"WordPress: posts of {site}" + (f" with “{search}”" if search else "")


def _asked(
    root: str, search: str | None, after: datetime | None, before: datetime | None, order: Order
) -> str:
    """Return the address of a list of posts.

    The site's zone is not known, so that the list is asked for with room on both sides.
    """
    return with_parameters(
        _route(root, "/wp/v2/posts"),
        search=search,
        after=_local(as_moment(after) - EARLIEST_LOCAL - timedelta(seconds=1)) if after else None,
        before=_local(as_moment(before) + LATEST_LOCAL + timedelta(seconds=1)) if before else None,
        orderby="date",
        order=order,
        _fields=FIELDS,
        _embed=EMBEDDED,
    )


def _local(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def _route(root: str, route: str) -> str:
    """Return the address of a route of the API, of either kind: `/wp-json/…`, `/?rest_route=/…`."""
    parts = urlsplit(root)
    if "rest_route" in dict(parse_qsl(parts.query, keep_blank_values=True)):
        return with_parameters(root, rest_route=route)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + route, fragment=""))


def _stated_root(page: Fetched) -> str | None:
    """Return the root of the API that a page names, if it is of the same site."""
    url = page.final_url or page.url
    stated = [
        link.url for link in of_header(page.headers.get("link", ""), url) if _API in link.rels
    ]
    if not stated and page.content:
        stated = [link.url for link in Markup(page).related if _API in link.rels]
    return next((root for root in stated if same_site(root, url)), None)


def _record(markup: Markup, url: str) -> str | None:
    """Return the address of the record of the post that a page shows."""
    root: str | None = None
    short_id: str | None = None
    for link in markup.related:
        if not same_site(link.url, url):
            continue
        if "alternate" in link.rels and link.media_type == "application/json":
            parts = urlsplit(link.url)
            route = dict(parse_qsl(parts.query)).get("rest_route", parts.path)
            if _RECORD.search(route):
                return link.url
        if _API in link.rels:
            root = root or link.url
        if "shortlink" in link.rels and (found := _SHORTLINK.search(link.url)):
            short_id = short_id or found[1]
    return _route(root, f"/wp/v2/posts/{short_id}") if root and short_id else None


# --- answers -------------------------------------------------------------------------------------


def _answer(got: Fetched) -> Any:
    """Return what the API answered, or `NO_JSON` where that is no answer of it."""
    if not has_answer(got) or got.status not in (0, 200, 304):
        return NO_JSON
    said = json_of(got.content)
    return NO_JSON if isinstance(said, dict) and _code(said) else said


def _code(said: Mapping[str, Any]) -> str:
    """Return the code of an error of the API: `rest_no_route`, ...; empty for what is none."""
    code, says = said.get("code"), said.get("message")
    return message(code) if isinstance(code, str) and isinstance(says, str) else ""


def _error(got: Fetched) -> tuple[str, str]:
    said = json_of(got.content) if got.content else NO_JSON
    return (_code(said), message(said.get("message"))) if isinstance(said, dict) else ("", "")


def _is_past_the_end(got: Fetched) -> bool:
    return _error(got)[0] == "rest_post_invalid_page_number"


def _refused(where: str, got: Fetched) -> Probe[Any]:
    """Return why the API gave nothing: that it is not there, or what went wrong.

    An API that is switched off answers 401, 403 or 404, leads to another page, or shows one.
    """
    code, says = _error(got)
    if got.status in (400, 401, 403, 404, 405, 410, 501):
        told = f"{code}: {says}" if code else "no API there"
        return Probe(where, "unsupported", (), f"HTTP {got.status}, {told}")
    if code:
        return Probe(where, "unsupported", (), f"{code}: {says}")
    if has_answer(got) and is_html(got):
        return Probe(where, "unsupported", (), "a page instead of the API's answer")
    if has_answer(got):
        return failure(where, got, "its answer is no JSON of the API")
    return failure(where, got)


def _is_last(got: Fetched, number: int, size: int, items: int) -> bool:
    """Return whether a page of a list is its last, by X-WP-TotalPages where that is given."""
    stated = got.headers.get("x-wp-totalpages", "").strip()
    if stated.isdecimal() and len(stated) < 10:
        return number >= int(stated)
    return items < size


def _oddities(strange: int, foreign: int) -> str:
    said = []
    if strange:
        said.append(f"{strange} records were no posts")
    if foreign:
        said.append(f"{foreign} were of other sites")
    return "; ".join(said)


def _is_within(hit: Hit, after: datetime | None, before: datetime | None) -> bool:
    said = span_of(hit.published)
    if said is None:
        return True
    return not (after and said.latest < as_moment(after)) and not (
        before and said.earliest > as_moment(before)
    )


def _hit(item: object) -> Hit | None:
    """Return the post of a record, or None where it is none."""
    if not isinstance(item, dict) or not (url := web_address(item.get("link"))):
        return None
    content = item.get("content")
    text = None
    if isinstance(content, dict) and not content.get("protected"):
        rendered = content.get("rendered")
        text = rendered if isinstance(rendered, str) and rendered.strip() else None
    title = item.get("title")
    return Hit(
        url=url,
        title=short(title.get("rendered") if isinstance(title, dict) else title),
        published=_moment(item, "date_gmt") or _moment(item, "date"),
        modified=_moment(item, "modified_gmt"),
        outlet=urlsplit(url).hostname,
        content=text,
        by="wordpress",
        author=_author(item),
    )


def _moment(item: Mapping[str, Any], name: str) -> str | None:
    """Return a moment as ISO 8601; `…_gmt` is UTC, though the API does not say so."""
    stated = short(item.get(name), 40)
    if not stated or stated.startswith("0000"):
        return None
    bare = re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?", stated)
    return f"{stated}Z" if bare and name.endswith("_gmt") else stated


def _author(item: Mapping[str, Any]) -> str | None:
    embedded = item.get("_embedded")
    authors = embedded.get("author") if isinstance(embedded, dict) else None
    if not isinstance(authors, list):
        return None
    names = [short(a.get("name"), 200) for a in authors[:20] if isinstance(a, dict)]
    return ", ".join(name for name in names if name) or None
