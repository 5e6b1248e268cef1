"""A static site: pages with structured data, robots.txt, a sitemap index, an Atom feed."""

import gzip
import json
from datetime import datetime
from html import escape

from filiation.smallweb.stories import TODAY, House, Story
from filiation.smallweb.wire import Answer, Asked, conditional

__all__ = ["StaticSite"]

SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


class StaticSite:
    """Answers under one outlet's host; under its former host too, if it has moved."""

    def __init__(self, house: House) -> None:
        self.house = house

    def __call__(self, asked: Asked) -> Answer:
        """Answer as the site does today."""
        return self.at(asked, TODAY)

    def at(self, asked: Asked, moment: datetime) -> Answer:
        """Return what the site would have answered at that moment."""
        moved = self.house.moved is not None and moment >= self.house.moved
        if asked.host == self.house.moved_from and moved:
            return Answer.redirect(f"http://{self.house.host}{asked.target}")
        for story in self.house.standing(moment):
            if asked.path.rstrip("/") == _former_path(story) and self.house.moved is not None:
                if moved:
                    return Answer.redirect(self.address(story, moment), 308)
                return self._page(asked, story, moment)
            if asked.path == _path(story) and (moved or self.house.moved is None):
                return self._page(asked, story, moment)
            if asked.path == f"/print/{story.slug}.html":
                return conditional(asked, self._print(story, moment), story.modified(moment))
        return self._other(asked, moment)

    def address(self, story: Story, moment: datetime = TODAY) -> str:
        """Return the address that an article has at that moment."""
        if self.house.moved is not None and moment < self.house.moved:
            return f"http://{self.house.moved_from}{_former_path(story)}"
        return f"http://{self.house.host}{_path(story)}"

    def _other(self, asked: Asked, moment: datetime) -> Answer:
        """Return what is no article."""
        standing = self.house.standing(moment)
        sections = {story.section for story in standing}
        months = {f"{story.published:%Y-%m}" for story in standing}
        match asked.path.strip("/").split("/"):
            case ["robots.txt"]:
                return Answer.text(
                    "User-agent: *\nDisallow: /print/\nDisallow: /search\n\n"
                    f"Sitemap: http://{self.house.host}/sitemap.xml\n"
                )
            case ["sitemap.xml"]:
                return _xml(self._index(sorted(months), moment))
            case ["sitemaps", "news.xml"]:
                return _xml(self._news(standing[:2], moment))
            case ["sitemaps", name] if name.removesuffix(".xml.gz") in months:
                return self._month(name.removesuffix(".xml.gz"), standing, moment)
            case ["feed.xml"]:
                feed = Answer.text(self._feed(standing, moment), kind="application/atom+xml")
                return conditional(asked, feed, max(one.modified(moment) for one in standing))
            case [""]:
                return Answer.html(self._list(self.house.name, standing, moment))
            case [section] if section in sections:
                held = [story for story in standing if story.section == section]
                return Answer.html(self._list(section.title(), held, moment))
            case _:
                page = self._frame("Not found", "<h1>404</h1><p>There is no such page here.</p>")
                return Answer.html(page, 404)

    def _page(self, asked: Asked, story: Story, moment: datetime) -> Answer:
        address, when = self.address(story, moment), story.published.isoformat()
        data = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": story.title,
            "datePublished": when,
            "dateModified": story.modified(moment).isoformat(),
            "inLanguage": self.house.language,
            "author": {"@type": "Person", "name": story.author},
            "publisher": {"@type": "NewsMediaOrganization", "name": self.house.name},
        }
        head = f"""<meta name="description" content="{escape(story.summary)}">
<meta name="author" content="{escape(story.author)}">
<meta property="og:site_name" content="{escape(self.house.name)}">
<meta property="og:type" content="article">
<meta property="og:title" content="{escape(story.title)}">
<meta property="og:url" content="{address}">
<meta property="article:published_time" content="{when}">
<link rel="canonical" href="{address}">
<script type="application/ld+json">
{json.dumps(data, ensure_ascii=False, indent=1)}
</script>"""
        body = f"""<article>
<h1>{escape(story.title)}</h1>
<p class="byline">By <a rel="author" href="/people/{_person(story)}">{escape(story.author)}</a></p>
<p class="dateline"><time datetime="{when}">{_day(story.published)}</time></p>
<div class="article-body">
{story.body(moment)}
</div>
</article>"""
        page = Answer.html(self._frame(story.title, body, head))
        return conditional(asked, page, story.modified(moment))

    def _print(self, story: Story, moment: datetime) -> Answer:
        head = '<meta name="robots" content="noindex">'
        body = f"<h1>{escape(story.title)}</h1>\n{story.body(moment)}"
        return Answer.html(
            f'<!DOCTYPE html>\n<html lang="{self.house.language}"><head><meta charset="utf-8">'
            f"<title>{escape(story.title)}</title>{head}</head><body>{body}</body></html>"
        )

    def _frame(self, title: str, body: str, head: str = "") -> str:
        sections = sorted({story.section for story in self.house.stories})
        links = "".join(f'<li><a href="/{name}/">{name.title()}</a></li>' for name in sections)
        return f"""<!DOCTYPE html>
<html lang="{self.house.language}">
<head>
<meta charset="utf-8">
<title>{escape(title)} | {escape(self.house.name)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="alternate" type="application/atom+xml" title="{escape(self.house.name)}" href="/feed.xml">
{head}
</head>
<body>
<header class="site-header">
<a class="logo" href="/">{escape(self.house.name)}</a>
<nav aria-label="Sections"><ul>{links}</ul></nav>
</header>
<main>
{body}
</main>
<footer>
<p>{escape(self.house.place)}</p>
<p><a href="/about">About us</a> <a href="/privacy">Privacy</a> <a href="/contact">Contact</a></p>
<p>© 2024 {escape(self.house.name)}</p>
</footer>
</body>
</html>
"""

    def _list(self, title: str, stories: list[Story], moment: datetime) -> str:
        rows = "\n".join(
            f'<li><h2><a href="{self.address(story, moment)}">{escape(story.title)}</a></h2>'
            f"<p>{escape(story.summary)}</p></li>"
            for story in stories
        )
        return self._frame(title, f"<h1>{escape(title)}</h1>\n<ul>{rows}</ul>")

    def _index(self, months: list[str], moment: datetime) -> str:
        newest = max(story.modified(moment) for story in self.house.standing(moment))
        names = ["news.xml", *(f"{month}.xml.gz" for month in reversed(months))]
        rows = "".join(
            f"<sitemap><loc>http://{self.house.host}/sitemaps/{name}</loc>"
            f"<lastmod>{newest.isoformat()}</lastmod></sitemap>\n"
            for name in names
        )
        return f'<sitemapindex xmlns="{SITEMAPS}">\n{rows}</sitemapindex>\n'

    def _month(self, month: str, standing: list[Story], moment: datetime) -> Answer:
        """Return one month's sitemap, compressed as a file: its Content-Type says so, no header of
        the transfer does."""
        rows = "".join(
            f"<url><loc>{self.address(story, moment)}</loc>"
            f"<lastmod>{story.modified(moment).isoformat()}</lastmod></url>\n"
            for story in standing
            if f"{story.published:%Y-%m}" == month
        )
        written = f'{DECLARED}<urlset xmlns="{SITEMAPS}">\n{rows}</urlset>\n'
        packed = gzip.compress(written.encode(), mtime=0)
        return Answer(200, (("Content-Type", "application/x-gzip"),), packed)

    def _news(self, stories: list[Story], moment: datetime) -> str:
        language = self.house.language.partition("-")[0]
        rows = "".join(
            f"<url><loc>{self.address(story, moment)}</loc><news:news><news:publication>"
            f"<news:name>{escape(self.house.name)}</news:name>"
            f"<news:language>{language}</news:language></news:publication>"
            f"<news:publication_date>{story.published.isoformat()}</news:publication_date>"
            f"<news:title>{escape(story.title)}</news:title></news:news></url>\n"
            for story in stories
        )
        return f'<urlset xmlns="{SITEMAPS}" xmlns:news="{NEWS}">\n{rows}</urlset>\n'

    def _feed(self, stories: list[Story], moment: datetime) -> str:
        entries = "".join(
            f"<entry><id>tag:{self.house.host},2024:{story.number}</id>"
            f"<title>{escape(story.title)}</title>"
            f'<link rel="alternate" href="{self.address(story, moment)}"/>'
            f"<author><name>{escape(story.author)}</name></author>"
            f"<published>{story.published.isoformat()}</published>"
            f"<updated>{story.modified(moment).isoformat()}</updated>"
            f"<summary>{escape(story.summary)}</summary></entry>\n"
            for story in stories
        )
        updated = max(story.modified(moment) for story in stories).isoformat()
        return (
            f'{DECLARED}<feed xmlns="http://www.w3.org/2005/Atom" '
            f'xml:lang="{self.house.language}">\n<title>{escape(self.house.name)}</title>'
            f"<id>http://{self.house.host}/</id><updated>{updated}</updated>\n"
            f'<link rel="self" href="http://{self.house.host}/feed.xml"/>\n{entries}</feed>\n'
        )


DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _xml(written: str) -> Answer:
    return Answer.text(DECLARED + written, kind="application/xml")


def _path(story: Story) -> str:
    return f"/{story.section}/{story.slug}.html"


def _former_path(story: Story) -> str:
    return f"/{story.published:%Y/%m/%d}/{story.slug}"


def _person(story: Story) -> str:
    return story.author.lower().replace(" ", "-")


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
