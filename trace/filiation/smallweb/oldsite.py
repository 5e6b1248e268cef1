"""An old site: pages in windows-1251 and in markup that was never sound, addresses of scripts, no
sitemap, no robots.txt, a feed made by hand. It says nothing of when a page was changed."""

from datetime import datetime
from html import escape

from filiation.smallweb.stories import TODAY, House, Story
from filiation.smallweb.wire import Answer, Asked

__all__ = ["OldSite"]

CHARSET = "windows-1251"
A_PAGE = 2
"""Articles on a page of its archive; few, so that there is a second page."""
NO_FILE = "<html><head><title>404 Not Found</title></head><body>Not Found</body></html>"


class OldSite:
    """Answers under one outlet's host."""

    def __init__(self, house: House) -> None:
        self.house = house

    def __call__(self, asked: Asked) -> Answer:
        """Answer as the site does today."""
        return self.at(asked, TODAY)

    def address(self, story: Story, moment: datetime = TODAY) -> str:
        """Return the address of an article; it never changes."""
        return f"http://{self.house.host}/article.php?id={story.number}"

    def at(self, asked: Asked, moment: datetime) -> Answer:
        """Return what the site would have answered at that moment."""
        standing = self.house.standing(moment)
        match asked.path:
            case "/" | "/index.php":
                return self._html(self._list(standing[:A_PAGE], 1))
            case "/archive.php":
                page = max(asked.number("page", 1), 1)
                return self._html(self._list(standing[(page - 1) * A_PAGE :][:A_PAGE], page))
            case "/article.php":
                number = asked.number("id", 0)
                for story in standing:
                    if story.number == number:
                        return self._html(self._article(story, moment))
                # The script knows of no status but 200.
                return self._html(self._frame("Ошибка", "<b>Статья не найдена!</b>"))
            case "/rss.php":
                return self._feed(standing)
            case _:
                return Answer.html(NO_FILE, 404)

    def _html(self, page: str) -> Answer:
        """Return a page whose encoding only its own meta tag tells."""
        body = page.encode(CHARSET, "xmlcharrefreplace")
        return Answer(200, (("Content-Type", "text/html"),), body)

    def _article(self, story: Story, moment: datetime) -> str:
        body = story.body(moment).replace("</p>", "").replace("<h2>", "<p><b>")
        body = body.replace("</h2>", "</b><br>")
        return self._frame(
            story.title,
            f"""<h1><font color=#003366>{escape(story.title)}</h1></font>
<font size=1><i>{_day(story)} | {escape(story.author)}</font></i><br>
<table border=0 width=100%><tr><td class=text>
{body}
<br clear=all></table>
<a href=javascript:print()>Версия для печати</a> | <a href=/archive.php>Архив</a>""",
        )

    def _list(self, stories: list[Story], page: int) -> str:
        rows = "".join(
            f"<li><a href=/article.php?id={story.number}>{escape(story.title)}</a>"
            f"<font size=1> ({_day(story)})</font><br>{escape(story.summary)}\n"
            for story in stories
        )
        more = f"<p><a href='/archive.php?page={page + 1}'>Дальше &gt;&gt;" if stories else ""
        return self._frame(self.house.name, f"<ul>{rows or '<li>Пусто'}</ul>{more}")

    def _frame(self, title: str, body: str) -> str:
        """Return a whole page: no doctype, tags crossed, cells and anchors never closed."""
        return f"""<HTML><HEAD>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset={CHARSET}">
<TITLE>{escape(title)} :: {escape(self.house.name)}</TITLE>
<LINK REL=alternate TYPE="application/rss+xml" HREF=/rss.php>
</HEAD>
<BODY bgcolor=white text=black>
<table width=760 align=center><tr><td colspan=2>
<a href=/><font size=5><b>{escape(self.house.name)}</a></b></font><br>{escape(self.house.about)}
<tr><td width=140 valign=top bgcolor=#eeeeee>
<a href=/>Главная<br><a href=/archive.php>Архив<br><a href=/rss.php>RSS</a>
<td valign=top>
{body}
<tr><td colspan=2 align=center><font size=1>{escape(self.house.place)}<br>
&copy; 1994-2024 {escape(self.house.name)}. Все права защищены.
</table>
</BODY>
"""

    def _feed(self, stories: list[Story]) -> Answer:
        items = "".join(
            f"<item><title>{escape(story.title)}</title><link>{escape(self.address(story))}</link>"
            f"<description>{escape(story.summary)}</description>"
            f"<pubDate>{story.published:%a, %d %b %Y %H:%M:%S %z}</pubDate></item>\n"
            for story in stories
        )
        feed = (
            f'<?xml version="1.0" encoding="{CHARSET}"?>\n<rss version="0.91"><channel>'
            f"<title>{escape(self.house.name)}</title><link>http://{self.house.host}/</link>"
            f"<description>{escape(self.house.about)}</description><language>ru</language>\n"
            f"{items}</channel></rss>\n"
        )
        return Answer(200, (("Content-Type", "text/xml"),), feed.encode(CHARSET))


def _day(story: Story) -> str:
    return f"{story.published:%d.%m.%Y}"
