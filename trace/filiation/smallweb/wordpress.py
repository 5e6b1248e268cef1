"""A WordPress: REST interface, feeds, search, short links, its own sitemap.

Parameters, shapes and errors as in the WordPress REST API handbook (`wp/v2/posts`) and as servers
of version 6 answer.
"""

import json
import math
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape
from typing import Any

from filiation.smallweb.static import DECLARED, SITEMAPS
from filiation.smallweb.stories import TODAY, House, Story, plain
from filiation.smallweb.wire import Answer, Asked, conditional

__all__ = ["WordPress"]

A_PAGE = 10
"""Posts on a page of a list or a feed: WordPress's own default."""
MOST_A_PAGE = 100
"""Posts that the REST interface gives at most on a page."""
NO_ROUTE = "No route was found matching the URL and request method."
PAST_THE_END = "The page number requested is larger than the number of pages available."


class WordPress:
    """Answers under one outlet's host."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.root = f"http://{house.host}"

    def __call__(self, asked: Asked) -> Answer:
        """Answer as the site does today."""
        return self.at(asked, TODAY)

    def address(self, story: Story, moment: datetime = TODAY) -> str:
        """Return the address of an article; it never changes."""
        return f"{self.root}/{story.section}/{story.slug}/"

    def at(self, asked: Asked, moment: datetime) -> Answer:
        """Return what the site would have answered at that moment."""
        answer = self._at(asked, moment)
        if answer.status == 200 and answer.header("Content-Type").startswith("text/html"):
            answer = answer.having(Link=f'<{self.root}/wp-json/>; rel="https://api.w.org/"')
        return answer

    def _at(self, asked: Asked, moment: datetime) -> Answer:
        path = asked.path
        if path.startswith("/wp-json") or asked.first("rest_route"):
            route = asked.first("rest_route") or path.removeprefix("/wp-json")
            return self._rest(asked, "/" + route.strip("/"), moment)
        page, parts = 1, [part for part in path.split("/") if part]
        if len(parts) >= 2 and parts[-2] == "page" and parts[-1].isdecimal():
            page, parts = int(parts[-1]), parts[:-2]
        page = max(asked.number("paged", page), 1)
        if asked.first("p"):
            return self._short_link(asked.number("p", 0), moment)
        match parts:
            case ["robots.txt"]:
                return Answer.text(
                    "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\n"
                    f"Sitemap: {self.root}/wp-sitemap.xml\n"
                )
            case ["wp-sitemap.xml"]:
                return self._sitemap_index(moment)
            case ["wp-sitemap-posts-post-1.xml"]:
                return self._sitemap(moment)
            case ["feed"] | ["feed", "rss2"]:
                return self._feed(asked, self._found(asked, moment), page, moment)
            case [] if asked.first("feed") in ("rss2", "rss", "feed"):
                return self._feed(asked, self._found(asked, moment), page, moment)
            case []:
                return self._list(self._found(asked, moment), page, asked.first("s"), moment)
            case [section] if any(one.section == section for one in self.house.stories):
                held = [one for one in self.house.standing(moment) if one.section == section]
                return self._list(held, page, "", moment)
            case [section, slug]:
                return self._post_at(asked, section, slug, moment)
            case _:
                return self._missing()

    def _post_at(self, asked: Asked, section: str, slug: str, moment: datetime) -> Answer:
        for story in self.house.standing(moment):
            if (story.section, story.slug) == (section, slug):
                if not asked.path.endswith("/"):
                    return Answer.redirect(self.address(story))
                return self._page(asked, story, moment)
        return self._missing()

    def _short_link(self, number: int, moment: datetime) -> Answer:
        story = self.house.story(number)
        if story is None or not story.there(moment):
            return self._missing()
        return Answer.redirect(self.address(story))

    def _found(self, asked: Asked, moment: datetime) -> list[Story]:
        """Return the standing posts that hold every word of `s`, as its LIKE query does."""
        words = asked.first("s").casefold().split()
        return [
            story
            for story in self.house.standing(moment)
            if all(word in _searched(story, moment) for word in words)
        ]

    # --- the REST interface -----------------------------------------------------------------

    def _rest(self, asked: Asked, route: str, moment: datetime) -> Answer:
        if self.house.closed:
            return _error(401, "rest_login_required", "REST API restricted to authenticated users.")
        match route.strip("/").split("/"):
            case [""]:
                return Answer.json(self._discovery())
            case ["wp", "v2", "posts"]:
                return self._posts(asked, moment)
            case ["wp", "v2", "posts", number] if number.isdecimal():
                story = self.house.story(int(number))
                if story is None or not story.there(moment):
                    return _error(404, "rest_post_invalid_id", "Invalid post ID.")
                return Answer.json(_only(self._record(asked, story, moment), asked))
            case _:
                return _error(404, "rest_no_route", NO_ROUTE)

    def _discovery(self) -> dict[str, Any]:
        return {
            "name": self.house.name,
            "description": self.house.about,
            "url": self.root,
            "home": self.root,
            "gmt_offset": "1",
            "timezone_string": "Europe/Paris",
            "namespaces": ["oembed/1.0", "wp/v2", "wp-site-health/v1"],
            "authentication": [],
            "routes": {
                route: {"namespace": "wp/v2", "methods": ["GET", "POST"]}
                for route in ("/wp/v2/posts", "/wp/v2/posts/(?P<id>[\\d]+)")
            },
        }

    def _posts(self, asked: Asked, moment: datetime) -> Answer:
        a_page, page = asked.number("per_page", A_PAGE), asked.number("page", 1)
        if not 1 <= a_page <= MOST_A_PAGE:
            return _invalid(
                "per_page", "per_page must be between 1 (inclusive) and 100 (inclusive)"
            )
        try:
            stories = self._chosen(asked, moment)
        except ValueError as error:
            return _invalid(str(error), "Invalid date.")
        pages = math.ceil(len(stories) / a_page)
        if page > max(pages, 1):
            return _error(400, "rest_post_invalid_page_number", PAST_THE_END)
        held = stories[(page - 1) * a_page : page * a_page]
        records = [_only(self._record(asked, story, moment), asked) for story in held]
        answer = Answer.json(records).having(
            X_WP_Total=str(len(stories)),
            X_WP_TotalPages=str(pages),
            Access_Control_Expose_Headers="X-WP-Total, X-WP-TotalPages, Link",
        )
        if page < pages:
            rest = "".join(f"{key}={value}&" for key, value in asked.query if key != "page")
            link = f'<{self.root}/wp-json/wp/v2/posts?{rest}page={page + 1}>; rel="next"'
            answer = answer.having(Link=link.encode("ascii", "xmlcharrefreplace").decode())
        return answer

    def _chosen(self, asked: Asked, moment: datetime) -> list[Story]:
        """Return the posts that a query asks for, in its order. Raises `ValueError` with the name of
        a date that is none."""
        words = asked.first("search").casefold().split()
        found = [
            story
            for story in self.house.standing(moment)
            if all(word in _searched(story, moment) for word in words)
        ]
        for name in ("after", "before"):
            given = asked.first(name)
            if not given:
                continue
            try:
                edge = datetime.fromisoformat(given)
            except ValueError:
                raise ValueError(name) from None
            # A date without a zone is in the site's own time.
            edge = edge if edge.tzinfo else edge.replace(tzinfo=timezone(timedelta(hours=1)))
            found = [one for one in found if (one.published > edge) == (name == "after")]
        if asked.first("slug"):
            found = [story for story in found if story.slug in asked.first("slug").split(",")]
        if asked.first("orderby") == "relevance" and words:
            # Those that have the words in their title go first.
            found.sort(key=lambda story: not all(w in story.title.casefold() for w in words))
        return found[::-1] if asked.first("order") == "asc" else found

    def _record(self, asked: Asked, story: Story, moment: datetime) -> dict[str, Any]:
        modified = story.modified(moment)
        record: dict[str, Any] = {
            "id": story.number,
            "date": _local(story.published, story),
            "date_gmt": _gmt(story.published),
            "guid": {"rendered": f"{self.root}/?p={story.number}"},
            "modified": _local(modified, story),
            "modified_gmt": _gmt(modified),
            "slug": story.slug,
            "status": "publish",
            "type": "post",
            "link": self.address(story),
            "title": {"rendered": _texturized(story.title)},
            "content": {"rendered": story.body(moment) + "\n", "protected": False},
            "excerpt": {"rendered": f"<p>{escape(story.summary)}</p>\n", "protected": False},
            "author": 1,
            "_links": {
                "self": [{"href": f"{self.root}/wp-json/wp/v2/posts/{story.number}"}],
                "author": [{"embeddable": True, "href": f"{self.root}/wp-json/wp/v2/users/1"}],
            },
        }
        if any(key in ("_embed", "_embed[]") for key, _ in asked.query):
            slug = story.author.lower().replace(" ", "-")
            record["_embedded"] = {"author": [{"id": 1, "name": story.author, "slug": slug}]}
        return record

    # --- pages ------------------------------------------------------------------------------

    def _page(self, asked: Asked, story: Story, moment: datetime) -> Answer:
        address, when = self.address(story), story.published.isoformat()
        title = escape(story.title)
        data = {
            "@context": "https://schema.org",
            "@type": "Article",
            "headline": story.title,
            "datePublished": when,
            "inLanguage": self.house.language,
            "publisher": {"@type": "Organization", "name": self.house.name},
        }
        record = f"{self.root}/wp-json/wp/v2/posts/{story.number}"
        head = f"""<meta name="description" content="{escape(story.summary)}">
<meta property="og:site_name" content="{escape(self.house.name)}">
<meta property="og:type" content="article">
<meta property="og:locale" content="{self.house.language.replace("-", "_")}">
<meta property="og:title" content="{title}">
<meta property="og:url" content="{address}">
<meta property="article:published_time" content="{when}">
<link rel="canonical" href="{address}">
<link rel='shortlink' href='{self.root}/?p={story.number}'>
<link rel="alternate" title="JSON" type="application/json" href="{record}">
<script type="application/ld+json">
{json.dumps(data, ensure_ascii=False)}
</script>"""
        body = f"""<article id="post-{story.number}" class="post type-post status-publish">
<header class="entry-header">
<h1 class="entry-title">{title}</h1>
<p class="entry-meta">Par {escape(story.author)}, le <time datetime="{when}">{_jour(story)}</time></p>
</header>
<div class="entry-content">
{story.body(moment)}
</div>
</article>"""
        page = Answer.html(self._frame(story.title, body, head))
        return conditional(asked, page, story.modified(moment))

    def _list(self, stories: list[Story], page: int, sought: str, moment: datetime) -> Answer:
        held = stories[(page - 1) * A_PAGE : page * A_PAGE]
        if not held and page > 1:
            return self._missing()
        title = f"Résultats de recherche pour « {sought} »" if sought else self.house.name
        rows = "\n".join(
            f'<article class="post"><h2 class="entry-title"><a href="{self.address(story)}" '
            f'rel="bookmark">{escape(story.title)}</a></h2>'
            f'<time datetime="{story.published.isoformat()}">{_jour(story)}</time>'
            f"<div class='entry-summary'><p>{escape(story.summary)}</p></div></article>"
            for story in held
        )
        none = "<p>Désolé, rien ne correspond à votre recherche.</p>"
        head = '<meta name="robots" content="noindex, follow">' if sought else ""
        body = f"<h1 class='page-title'>{escape(title)}</h1>\n{rows or none}"
        return Answer.html(self._frame(title, body, head))

    def _missing(self) -> Answer:
        body = "<h1>Oups ! Cette page est introuvable.</h1><p>Essayez une recherche ?</p>"
        return Answer.html(self._frame("Page non trouvée", body), 404)

    def _frame(self, title: str, body: str, head: str = "") -> str:
        sections = dict.fromkeys(story.section for story in self.house.stories)
        links = "".join(
            f'<li><a href="{self.root}/{name}/">{name.capitalize()}</a></li>' for name in sections
        )
        return f"""<!DOCTYPE html>
<html lang="{self.house.language}">
<head>
<meta charset="UTF-8">
<title>{escape(title)} - {escape(self.house.name)}</title>
<meta name="generator" content="WordPress 6.4.3">
<link rel="alternate" type="application/rss+xml" title="{escape(self.house.name)} &raquo; Flux" href="{self.root}/feed/">
<link rel="https://api.w.org/" href="{self.root}/wp-json/">
{head}
</head>
<body>
<div id="page">
<header id="masthead">
<p class="site-title"><a href="{self.root}/">{escape(self.house.name)}</a></p>
<p class="site-description">{escape(self.house.about)}</p>
<nav id="menu"><ul>{links}</ul></nav>
</header>
<main id="content">
{body}
</main>
<footer id="colophon">
<p>{escape(self.house.place)}</p>
<p><a href="{self.root}/mentions/">Mentions légales</a> · <a href="{self.root}/contact/">Contact</a></p>
</footer>
</div>
</body>
</html>
"""

    # --- feeds and sitemaps -----------------------------------------------------------------

    def _feed(self, asked: Asked, stories: list[Story], page: int, moment: datetime) -> Answer:
        held = stories[(page - 1) * A_PAGE : page * A_PAGE]
        if not held and page > 1:
            return self._missing()
        built = max((story.modified(moment) for story in held), default=TODAY)
        items = "".join(
            f"<item><title>{escape(_texturized(story.title))}</title>"
            f"<link>{self.address(story)}</link>"
            f"<dc:creator><![CDATA[{story.author}]]></dc:creator>"
            f"<pubDate>{format_datetime(story.published.astimezone(UTC))}</pubDate>"
            f"<category><![CDATA[{story.section.capitalize()}]]></category>"
            f'<guid isPermaLink="false">{self.root}/?p={story.number}</guid>'
            f"<description><![CDATA[<p>{story.summary}</p>]]></description>"
            f"<content:encoded><![CDATA[{story.body(moment)}]]></content:encoded></item>\n"
            for story in held
        )
        feed = f"""{DECLARED}<rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>{escape(self.house.name)}</title>
<atom:link href="{self.root}/feed/" rel="self" type="application/rss+xml" />
<link>{self.root}</link>
<description>{escape(self.house.about)}</description>
<lastBuildDate>{format_datetime(built.astimezone(UTC))}</lastBuildDate>
<language>{self.house.language}</language>
<generator>https://wordpress.org/?v=6.4.3</generator>
{items}</channel>
</rss>
"""
        return conditional(asked, Answer.text(feed, kind="application/rss+xml"), built)

    def _sitemap_index(self, moment: datetime) -> Answer:
        return Answer.text(
            f'{DECLARED}<sitemapindex xmlns="{SITEMAPS}"><sitemap>'
            f"<loc>{self.root}/wp-sitemap-posts-post-1.xml</loc></sitemap></sitemapindex>",
            kind="application/xml",
        )

    def _sitemap(self, moment: datetime) -> Answer:
        rows = "".join(
            f"<url><loc>{self.address(story)}</loc>"
            f"<lastmod>{story.modified(moment).isoformat()}</lastmod></url>"
            for story in self.house.standing(moment)
        )
        return Answer.text(
            f'{DECLARED}<urlset xmlns="{SITEMAPS}">{rows}</urlset>', kind="application/xml"
        )


def _error(status: int, code: str, message: str) -> Answer:
    return Answer.json({"code": code, "message": message, "data": {"status": status}}, status)


def _invalid(name: str, says: str) -> Answer:
    message = f"Invalid parameter(s): {name}"
    data = {"status": 400, "params": {name: says}}
    return Answer.json({"code": "rest_invalid_param", "message": message, "data": data}, 400)


def _only(record: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """Return the record with the fields that were asked for."""
    wanted = [name for given in asked.all("_fields") for name in given.split(",")]
    if not wanted:
        return record
    heads = {name.strip().partition(".")[0] for name in wanted}
    return {name: value for name, value in record.items() if name in heads}


def _searched(story: Story, moment: datetime) -> str:
    return f"{story.title}\n{story.summary}\n{plain(story.body(moment))}".casefold()


def _texturized(title: str) -> str:
    """Return a title as WordPress renders it: escaped, its apostrophes curled to entities."""
    return title.replace("&", "&#038;").replace("'", "&rsquo;").replace("<", "&lt;")


def _local(moment: datetime, story: Story) -> str:
    return moment.astimezone(story.published.tzinfo).strftime("%Y-%m-%dT%H:%M:%S")


def _gmt(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip


def _jour(story: Story) -> str:
    """Return the day of publication in French: the WordPresses of the small web are French."""
    return f"{story.published.day} {MONTHS[story.published.month - 1]} {story.published.year}"
