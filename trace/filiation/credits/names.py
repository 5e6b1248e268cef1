"""Whom a credit names: the outlet, agency, person or address in a run of text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from typing import Literal

from filiation import dates
from filiation.credits.lexicon import Lexicon, lexicon, lexicon_of
from filiation.credits.needs import Index, needs
from filiation.credits.own import Own, host_of, is_caseless, squeeze
from filiation.fold import fold
from filiation.languages import words_of
from filiation.outlets import Catalogue, Outlet
from filiation.values import Article, Span

__all__ = ["Name", "Namer", "Nature"]

Nature = Literal[
    "known",
    "agency",
    "agencies",
    "domain",
    "outlet",
    "proper",
    "person",
    "institution",
    "self",
    "plain",
]
"""What a name is: an outlet or agency of the catalogue; unnamed agencies; an address; an outlet by
its words (`… Tribune`); some proper name; a person; an institution or a firm, which publishes no
news; the page's own outlet; or words that are no name."""

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'»”)\]]+", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?\.){1,4}[a-z]{2,12}(?![\w-])(?!\.\w)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"""^["'«»„“”‚‘’「『《〈【{]+\s*(.+?)\s*["'«»„“”‘’」』》〉】}]+""")
_CLOSERS = "\"'«»„“”‚‘’「」『』《》〈〉【】{}()[]（）"
_HIRAGANA = re.compile(
    r"(?<=[A-Za-z0-9])(?=[\u3041-\u309f])"
)  # `Timesからの`: a name, then grammar
_EDGES = "© \t\u00a0\u202f\u3000*_#|~•·–—−-" + _CLOSERS + ",;:：，、。=+>→…"
_SEPARATOR = re.compile(
    r"\s+by\s+(?=[A-Z])|\s*[,;|،；，、]\s*|\s+[-–—−ـ•·+]\s+|\s*/\s*|\s{3,}|\u3000+|\s+[-–—−](?=\w)|(?<=\w)[-–—−]\s+|(?<=[\u3040-\u9fff])[-–—−](?=[\u3040-\u9fff])"
)
_WORD = re.compile(r"\S+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_STOP = re.compile(r"[.!?…。！？]+[\"'»”)\]]*$")
_INITIALS = re.compile(r"^(?:[A-Z]\.)+[A-Z]?$|^[A-Z]\.$|^(?:St|Dr|Mr|Mrs|Ms|Jr|Sr|vs)\.$")
_ISSUE = re.compile(
    r"(?:(?:the|early|late|mid|double)[\s-]+)*(?:spring|summer|fall|autumn|winter|[A-Z][a-z]{2,8}\.?)?,?\s*\d{4},?\s+"
    r"(?:(?:print |online )?(?:issue|edition|number)\s+(?:of\s+)?(?:the\s+)?)?(?=\W?[^\W\d_])",
    re.IGNORECASE,
)
"""The date of a printed issue before the paper's name."""
_GLUED = re.compile(r"[.!?](?<=[^\W\d_]{2}[.!?])[.!?]*(?=[A-ZÀ-Þ][^\W\d_A-Z])")
"""A stop with no blank behind it, as texts lose them."""
_DATED = re.compile(r"[\d〇一二²³¹¼½¾]|[^\x00-\u024f\u0300-\u06ff\u2010-\u203a]")
"""A figure, or what may fold to one."""
_GAP = re.compile(r"[|•\t]|\s{3,}")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s?$")

RUNS_ON = 6
"""From this many words on, what begins with a known outlet's name is that name and something else."""
KNOWN_WORDS = 6
"""Most words of a run that is looked up in the catalogue."""
DATE_LENGTH = 80
"""Characters within which a date has its first figure; the longest begin with a weekday and a month."""
MAX_NAME_WORDS = 8
"""A longer run of capitalised words is a headline, not a name."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name, where it stands in its line, and what it is."""

    text: str
    start: int
    end: int
    nature: Nature
    outlet: Outlet | None = None

    @property
    def is_outlet(self) -> bool:
        """Whether a text can come from it."""
        return self.nature in ("known", "agency", "domain", "outlet", "proper", "plain")

    @property
    def is_wire(self) -> bool:
        """Whether it is an agency, or agencies without a name."""
        return self.nature in ("agency", "agencies")


@dataclass(frozen=True, slots=True)
class Namer:
    """Reads names on one page: knows the page's language, its own names and the catalogue."""

    words: Lexicon
    catalogue: Catalogue
    own: Own
    """The page's own names."""

    @classmethod
    def of(cls, article: Article, words: Lexicon, catalogue: Catalogue) -> "Namer":
        """Return the reader of names for `article`."""
        return cls(words, catalogue, Own.of(article, words, catalogue))

    # -- names in a run of text

    def value(self, line: str, span: Span) -> list[Name]:
        """Return the names in a label's value (`Source: Reuters, The Guardian (London)`), in order."""
        return [name for part in self._parts(line, span) if (name := self._whole(line, part))]

    def first(self, line: str, span: Span) -> Name | None:
        """Return the name with which a run of a sentence begins, or None where it begins with none."""
        start, end = self._lead(line, span)
        rest = line[start:end]
        if not rest.strip(_EDGES):
            return None
        quoted = _QUOTED.match(rest)
        if quoted:
            name = self._name(line, start + quoted.start(1), start + quoted.end(1))
            return self._of_genre(line, span[0], name)
        start += len(rest) - len(rest.lstrip(_EDGES))
        rest = line[start:end]
        if self._is_plainly_none(rest):
            return None
        address = self._address(rest)
        if address and address[0] == 0:
            return self._name(line, start, start + address[1])
        rest = _GAP.split(_GLUED.split(rest, maxsplit=1)[0], maxsplit=1)[0]
        language = None if self.words.language == "*" else self.words.language
        issue = _ISSUE.match(rest)
        dated = dates.find(rest, language)
        if issue or (dated and dated[0].start == 0):
            # `in the Fall 2002 Design Review`, `the March, 1971 issue of Northern Dog News`
            skipped = max(issue.end() if issue else 0, dated[0].end if dated else 0)
            return self.first(line, (start + skipped, end)) if 0 < skipped < len(rest) else None
        if dated:
            rest = rest[: dated[0].start]
        known, run = self._known_run(rest), self._capitalised_run(rest)
        if known and not known < run <= known + 20:
            run = known
        if not run:
            return None
        found = self._name(line, start, start + run)
        if known and run > known and found.outlet is None:
            # `France Bleu Armorique`: a name that begins with a known one
            prefix = self._name(line, start, start + known)
            if " " in prefix.text:
                found = Name(found.text, found.start, found.end, prefix.nature, prefix.outlet)
        if found.nature == "person" or (found.outlet is not None and found.outlet.kind == "blog"):
            found = self._with_blog(line, span[0], found)
        return self._with_article(line, span[0], self._of_genre(line, span[0], found))

    def _is_plainly_none(self, text: str) -> bool:
        """Whether a run of a sentence surely begins with no name: with a small word, no address and no date.

        Most runs that are asked for a name begin so, and everything else takes ten times as long.
        """
        words = text.split(None, KNOWN_WORDS)[:KNOWN_WORDS]
        return (
            bool(words)
            and text[:1].islower()
            and words[0].islower()
            and "//" not in words[0]
            and not any("." in word for word in words)
            and text[:2] not in _small_beginnings(self.catalogue)
            and not _DATED.search(text[:DATE_LENGTH])
            and not _ISSUE.match(text)
        )

    def _of_genre(self, line: str, begin: int, name: Name) -> Name:
        """Return the name as an outlet's if a word for outlets stands before it (`the newspaper X`)."""
        if name.nature not in ("proper", "person", "plain"):
            return name
        before = fold(line[max(begin, name.start - 60) : name.start]).text
        if not self.words.matcher("generic").search(before):
            return name
        return Name(name.text, name.start, name.end, "outlet", name.outlet)

    def _with_blog(self, line: str, begin: int, name: Name) -> Name:
        """Return a person's name with the `blog of` before it, which makes it an outlet's."""
        before = line[begin : name.start]
        blog = re.search(
            r"\b(?:web ?log|blogue|blog|site|блог)\b\s+\w{1,4}\s*['’]?$", before, re.IGNORECASE
        )
        if not blog:
            return name
        start = begin + blog.start()
        return Name(line[start : name.end], start, name.end, "outlet", name.outlet)

    def all(self, line: str, span: Span) -> list[Name]:
        """Return the names of a run of a sentence that are joined by commas and `and`."""
        names = []
        start, end = span
        while (name := self.first(line, (start, end))) is not None:
            names.append(name)
            joined = re.match(
                r"\s*(?:,|/|&|\+|" + _joined(self.words) + r")\s*",
                line[name.end : end],
                re.IGNORECASE,
            )
            if not joined or len(names) >= 6:
                break
            start = name.end + joined.end()
        return names

    def name(self, text: str) -> Name:
        """Return `text` as a name, judged."""
        return self._name(text, 0, len(text))

    def with_and(self, text: str) -> str | None:
        """Return a byline's last names (`La rédaction avec Belga et AFP` -> `Belga/AFP`), if it has such."""
        folded = fold(text)
        cue = re.search(r"(?<!\w)(?:avec|mit|con|with|com|z|ile)\s+", folded.text)
        rest = text[folded.origin(cue.end()) :] if cue else text
        parts = re.split(r"\s*(?:,|" + _joined(self.words) + r")\s*", rest)
        return "/".join(parts) if cue or len(parts) > 1 else None

    def same(self, one: str, other: str) -> bool:
        """Whether two names mean one outlet."""
        if squeeze(one) == squeeze(other):
            return True
        first, second = (self.catalogue.by_name(n, context=True) for n in (one, other))
        return first is not None and second is not None and first.outlet.key == second.outlet.key

    def whole(self, line: str, name: Name, end: int) -> Name:
        """Return the name as far as the line's end where only one or two words are left of it.

        In many languages only the first word of a newspaper's name has a capital.
        """
        rest = line[name.end : end]
        more = _WORD.findall(rest)
        if not 1 <= len(more) <= 2 or not rest[:1].isspace() or name.nature == "self":
            return name
        language = words_of(None if self.words.language == "*" else self.words.language)
        if any(
            not word.strip(".").isalpha()
            or fold(word.strip(".")).text in _function_words(language.code)
            for word in more
        ):
            return name
        return self._name(line, name.start, end)

    def bare(self, line: str) -> Name | None:
        """Return the known outlet that a whole line is, a date beside it allowed, or None."""
        names = self.value(line, (0, len(line)))
        if line.rstrip().endswith((".", ",", ";")):
            return None  # the end of a sentence that was cut off
        if len(names) != 1 or names[0].nature not in ("known", "domain") or names[0].outlet is None:
            return None
        resolved = self.catalogue.by_name(names[0].text)
        if resolved is None or resolved.how in ("fuzzy", "signature", "label"):
            return None
        rest = line[: names[0].start] + line[names[0].end :]
        for found in reversed(dates.find(rest, self.words.language)):
            rest = rest[: found.start] + rest[found.end :]
        return None if re.search(r"[^\W\d_]{3,}", rest.replace("(#)", "")) else names[0]

    def address(self, line: str) -> Name | None:
        """Return the address of another site that a whole line is, or None."""
        text = line.strip(_EDGES + "»›↑")
        if not text.startswith(("http://", "https://")) or " " in text:
            return None
        host = host_of(text)
        if (
            not host
            or self.own.has_address(text)
            or self.words.matcher("institution").search(fold(host).text.replace(".", " "))
        ):
            return None
        start = line.index(text)
        return Name(text, start, start + len(text), "domain", self.catalogue.by_domain(text))

    # -- parts

    def _parts(self, line: str, span: Span) -> Iterator[Span]:
        """Split a label's value at its separators, and end it at a stop or a photo cue."""
        start, end = span
        cue = self.words.matcher("photo").search(fold(line[start:end]).text)
        if cue:
            end = start + min(cue.start(), end - start)
        stop = re.search(
            r"(?<=[\w\"'»”)]{2})[.!?](?=\s+[A-ZÀ-ÞА-Я\"«“]|$)|[。！？】]|\s[\[|]", line[start:end]
        )
        if stop and not _DOMAIN.match(line[start:end].strip(_EDGES)):
            end = start + stop.start()
        at = start
        language = None if self.words.language == "*" else self.words.language
        urls = [(m.start(), m.end()) for m in _URL.finditer(line, start, end)]
        urls += [(start + d.start, start + d.end) for d in dates.find(line[start:end], language)]
        for separator in _SEPARATOR.finditer(line, start, end):
            if any(s <= separator.start() < e for s, e in urls):
                continue
            yield at, separator.start()
            at = separator.end()
        yield at, end

    def _whole(self, line: str, span: Span) -> Name | None:
        """Return the name that a part of a value is, or begins with."""
        start, end = self._lead(line, span)
        bracket = re.search(r"[(（\[]", line[start:end])
        if bracket and line[start : start + bracket.start()].strip(_EDGES):
            end = start + bracket.start()
        text = line[start:end]
        start += len(text) - len(text.lstrip(_EDGES))
        text = line[start:end].rstrip(_EDGES + ".")
        if not text:
            return None
        if address := self._address(text):
            return self._name(line, start + address[0], start + address[1])
        found = dates.find(text, self.words.language if self.words.language != "*" else None)
        if found:
            before = text[: found[0].start].rstrip(_EDGES + ".")
            before = re.sub(
                r"\s+(?:le|du|del|dell'|am|vom|on|of|de|van|do|em|el|den|of the)$",
                "",
                before,
                flags=re.IGNORECASE,
            )
            if not before:
                return None
            text = before
        for word in re.finditer(r"(?<=\s)[A-Z][a-z]+", text):
            if fold(word[0]).text in self.words.words.get("ends", ()):
                text = text[: word.start()].rstrip(_EDGES + ".")
                break
        words = len(_WORD.findall(text))
        if words > MAX_NAME_WORDS:
            return self.first(line, (start, start + len(text)))
        if words >= RUNS_ON and (known := self._known_run(text)) and text[known:].strip():
            return self._name(line, start, start + known)
        return self._with_article(line, span[0], self._name(line, start, start + len(text)))

    def _lead(self, line: str, span: Span) -> Span:
        """Step over articles, prepositions and common nouns (`the website`) before a name."""
        start, end = span
        skipped = self.words.matcher("lead")
        while True:
            while start < end and line[start] in " \t\u00a0\u202f\u3000*_–—−-:：#":
                start += 1
            folded = fold(line[start:end])
            match = skipped.match(folded.text)
            if not match or not match.end():
                return start, end
            length = folded.origin(match.end())
            word, rest = line[start : start + length], line[start + length : end]
            # An article in capitals belongs to the name (`Le Monde`, `The Guardian`), as does a
            # common noun in capitals (`REVISTA VEJA`), except in languages that capitalise all nouns.
            if word[:1].isupper() and not self._is_common(word) and rest.strip(_EDGES):
                return start, end
            if not rest.strip(_EDGES):
                return start, end
            if re.match(r"\.\w", rest):
                return start, end  # `web.de`
            start += length

    def _is_common(self, word: str) -> bool:
        return self.words.language == "de" and fold(word).text in self.words.words.get(
            "generic", ()
        )

    # -- runs

    def _address(self, text: str) -> Span | None:
        """Return where a URL or a domain stands in `text`, if one does."""
        if "." not in text and "//" not in text:
            return None
        if url := _URL.search(text):
            return url.start(), url.start() + len(url[0].rstrip(".,;:"))
        endings = self.words.words.get("domain_endings", ())
        for domain in _DOMAIN.finditer(text):
            ending = domain[0].rsplit(".", 1)[1]
            if (
                ending.islower() or domain[0].isupper() or ending in ("Com", "Net", "Org")
            ) and ending.lower() in endings:
                return domain.span()
        return None

    def _known_run(self, text: str) -> int:
        """Return the length of the longest run of words at the start that the catalogue knows."""
        if "." not in text and not (
            text[:2] in _small_beginnings(self.catalogue)
            if text[:1].islower()
            else self.catalogue.may_begin(text)
        ):
            return 0
        ends = [w.end() for w in islice(_WORD.finditer(text), KNOWN_WORDS)]
        for end in reversed(ends):
            run = text[:end].rstrip(_EDGES + ".!?")
            run = _POSSESSIVE.sub("", run)
            if len(run) < 2 or (any(c in run for c in ".!?;:") and not _DOMAIN.fullmatch(run)):
                continue
            small = run[:1].islower() and "." not in run
            if small and run not in _small_names(self.catalogue):
                continue
            found = self.catalogue.by_name(run, context=True, nearly=False)
            if found and (not small or run in found.outlet.names):
                return len(run)
        return 0

    def _capitalised_run(self, text: str) -> int:
        """Return the length of the run of capitalised words at the start of `text`."""
        if is_caseless(text[:1]):
            return self._caseless_run(text)
        if not text.isascii():
            text = _HIRAGANA.split(text, maxsplit=1)[0]
        end = count = 0
        joiners = self.words.words.get("joiners", ())
        joined = False
        for word in _WORD.finditer(text):
            bare = word[0].strip(_CLOSERS + ",;:")
            plain = bare.rstrip(".!?…")
            if not plain or (word[0][:1] in "([-–—−|/" and word.start()):
                break
            capital = plain[:1].isupper() or bool(
                re.match(r"[a-z]{1,3}[A-Z]|[ld]['’][A-ZÀ-Þ]|\d{1,3}(?:[A-ZÀ-Þ]|[a-z]{4})", plain)
            )
            if count and fold(plain).text in self.words.words.get("ends", ()):
                break
            number = plain.isdigit() and count > 0 and not joined and len(plain) < 4
            if capital or number:
                if count >= MAX_NAME_WORDS:
                    break
                count, joined = count + 1, False
                end = word.start() + word[0].index(plain) + len(plain)
            elif end and fold(plain).text in joiners:
                joined = True
            else:
                if end and fold(plain).text == "blog" and not joined:
                    end = word.start() + len(plain)
                break
            if word[0][-1] in ',;:)]}"»”' or (
                _STOP.search(word[0])
                and not _INITIALS.match(bare)
                and fold(bare).text not in self.words.words.get("title", ())
            ):
                break
            if re.search(r"['’]s$", plain) and count:
                blog = re.match(
                    r"(?:\s+(?:own|personal|excellent))?\s+(?:blog|website|newsletter|site)\b",
                    text[end:],
                )
                end = end + blog.end() if blog else end - 2
                break
        return end

    def _caseless_run(self, text: str) -> int:
        if _CJK.match(text):
            found = re.match(r"[^\s，。；：、,;:（）()【】「」《》–—-]{1,20}", text)
        else:
            found = re.match(r"[^\s،.,;:؛()\[\]«»\"“”]+(?:\s[^\s،.,;:؛()\[\]«»\"“”]+){0,2}", text)
        return found.end() if found else 0

    # -- what it is

    def _name(self, line: str, start: int, end: int) -> Name:
        while start < end and line[start] in _EDGES:
            start += 1
        while end > start and line[end - 1] in _EDGES:
            end -= 1
        team = self.words.matcher("team").search(fold(line[start:end]).text)
        if team and team.start() > 1:
            end = start + team.start()
            while line[end - 1] in _EDGES:
                end -= 1
        company = re.search(
            r"[\s,]+(?:(?:Media )?Co|Ltd|Limited|Inc|LLC|L\.L\.C|Corp|Company|GmbH|AG|plc|S\.?A|SAS|Srl|S\.p\.A)\.?$",
            line[start:end],
        )
        if company and self.catalogue.by_name(line[start : start + company.start()], context=True):
            end = start + company.start()
        start, end = self._publishing_part(line, start, end)
        text = line[start:end]
        nature, outlet = self._nature(text)
        return Name(text, start, end, nature, outlet)

    def _publishing_part(self, line: str, start: int, end: int) -> Span:
        """Return the outlet's part of `Jane Roe / Associated Press`, where the rest names people."""
        parts = [
            (m.start() + start, m.end() + start) for m in re.finditer(r"[^/]+", line[start:end])
        ]
        if len(parts) != 2 or "//" in line[start:end]:
            return start, end
        names = [self._name(line, *part) for part in parts]
        publishing = [name for name in names if name.nature in ("known", "agency")]
        if len(publishing) == 1 and any(name.nature == "person" for name in names):
            return publishing[0].start, publishing[0].end
        return start, end

    def _nature(self, text: str) -> tuple[Nature, Outlet | None]:
        folded = fold(text).text
        if self.words.matcher("agencies").fullmatch(folded):
            return "agencies", None
        if _own_institution(self.words.language).fullmatch(folded):
            return (
                "institution",
                None,
            )  # a bureau of this country may share an outlet's letters (`CBS`)
        resolved = self.catalogue.by_name(text, context=True)
        outlet = resolved.outlet if resolved else None
        if self.is_own(text, outlet):
            return "self", outlet
        address = self._address(text)
        if address and address[1] - address[0] > 0.6 * len(text):
            official = re.search(
                r"\.(?:edu|gov|mil|int|gob|gouv|ac)(?:\.[a-z]{2})?$",
                text.split("//")[-1].split("/")[0],
            )
            if official and outlet is None:
                return "institution", None
            # Only the agency's front door: `www.naukawpolsce.pap.pl` is a paper of its own.
            door = (
                outlet is not None
                and outlet.is_agency
                and host_of(text) in {d.host for d in outlet.domains}
            )
            return ("agency" if door else "domain"), outlet
        if outlet is None and "/" in text:
            natures = [self._nature(part) for part in text.split("/") if part.strip(_EDGES)]
            if natures and all(nature in ("agency", "agencies") for nature, _ in natures):
                return natures[0]
            if any(nature in ("known", "outlet", "agency") for nature, _ in natures):
                return next(n for n in natures if n[0] in ("known", "outlet", "agency"))
            return natures[0] if natures else ("plain", None)
        if outlet is not None:
            if outlet.kind == "aggregator" and self.words.matcher("institution").search(folded):
                return "institution", outlet
            if len(text) == 2 and text.istitle():
                return "plain", None  # `Pa.` is Pennsylvania
            return ("agency" if outlet.is_agency else "known"), outlet
        if text in _signatures(self.catalogue):
            return "agency", None  # several agencies sign so (`APS`)
        if self._is_date(text):
            return "plain", None
        told = _telling_words(self.words, folded)
        if "job" in told:
            return "person", None
        if "institution" in told:
            return "institution", None
        if "agency" in told and self._is_title(text):
            return "agency", None
        if "outlet_words" in told:
            return "outlet", None
        if is_caseless(text):
            return ("proper" if len(text) <= 40 else "plain"), None
        if not (
            text[:1].isupper()
            or text[:1].isdigit()
            or re.match(r"[a-z]{1,3}[A-Z]|[ld]['’][A-ZÀ-Þ]", text)
        ):
            return "plain", None
        return ("person" if self._like_a_person(text) else "proper"), None

    def _is_title(self, text: str) -> bool:
        """Whether a text is a name and no sentence: short, its words capitals but for joiners."""
        joiners = self.words.words.get("joiners", ())
        words = _WORD.findall(text)
        return len(words) <= MAX_NAME_WORDS and (
            is_caseless(text)
            or all(
                not w[:1].islower()
                or fold(w).text in joiners
                or self.words.matcher("agency").search(fold(w).text)
                for w in words
            )
        )

    def _with_article(self, line: str, begin: int, name: Name) -> Name:
        """Return the name with the article before it where the catalogue writes it so (`le Saker`)."""
        if name.outlet is None:
            return name
        before = re.search(r"[^\W\d_]+(?:\s+|['’])$", line[begin : name.start])
        if before is None:
            return name
        start = begin + before.start()
        whole = fold(line[start : name.end]).text
        if all(fold(known).text != whole for known in name.outlet.names):
            return name
        return Name(line[start : name.end], start, name.end, name.nature, name.outlet)

    def _is_date(self, text: str) -> bool:
        """Whether a text is a date, or the day and month of one."""
        if not any(c.isdigit() for c in text):
            return fold(text).text in _calendar(self.words.language)
        language = None if self.words.language == "*" else self.words.language
        found = dates.find(text, language) or dates.find(text + " 2000", language)
        return bool(found) and found[0].start <= 3

    def _like_a_person(self, text: str) -> bool:
        """Whether a name has the shape of a person's: two or three capitalised words, no more."""
        words = _WORD.findall(text)
        return (
            2 <= len(words) <= 4
            and all(
                re.fullmatch(r"(?:[^\W\d_]\.)+|[^\W\d_]['’]?[^\W\d_]*(?:-[^\W\d_]+)?", w)
                and w[0].isupper()
                for w in words
            )
            and not all(w.isupper() and len(w) < 4 for w in words)
        )

    def may_name_person(self, text: str) -> bool:
        """Whether some name within `text` can be judged a person's: see `_nature`.

        It takes two capitalised words one after the other, or a word for what somebody is.
        """
        if any(
            second[0].isupper() and not first.islower() for first, second in pairwise(text.split())
        ):
            return True
        folded = fold(text).text
        return any(job in folded for job in _jobs(self.words.language))

    def is_own(self, text: str, outlet: Outlet | None = None) -> bool:
        """Whether a name or an address is the page's own outlet's."""
        address = self._address(text)
        if address is not None and address[1] - address[0] > 0.6 * len(text):
            return self.own.has_address(text[slice(*address)])
        return self.own.has_name(text, outlet) or self._is_for_own(text)

    def _is_for_own(self, text: str) -> bool:
        """Whether a name is somebody's who wrote for the page's own outlet (`Jane Roe for X`)."""
        if " " not in text:
            return False
        folded = fold(text)
        served = self.words.matcher("for").search(folded.text)
        if served is None or not served.start():
            return False
        whom = text[folded.origin(served.end()) :].strip(_EDGES)
        known = self.catalogue.by_name(whom, context=True) if whom else None
        return bool(whom) and self.own.has_name(whom, known.outlet if known else None)


@lru_cache(maxsize=4)
def _signatures(catalogue: Catalogue) -> frozenset[str]:
    """Return what the agencies of a catalogue sign with."""
    return frozenset(
        sign for outlet in catalogue if outlet.is_agency for sign in outlet.abbreviations
    )


@lru_cache(maxsize=4)
def _small_names(catalogue: Catalogue) -> frozenset[str]:
    """Return the names of a catalogue that do not begin with a capital (`dpa`, `taz`)."""
    return frozenset(name for outlet in catalogue for name in outlet.names if name[:1].islower())


@lru_cache(maxsize=4)
def _small_beginnings(catalogue: Catalogue) -> frozenset[str]:
    """Return the first two characters of those names."""
    return frozenset(name[:2] for name in _small_names(catalogue))


_TELLING = ("job", "institution", "agency", "outlet_words")
"""Lists of words that tell what a name is that nobody knows."""


@lru_cache(maxsize=64)
def _telling(words: str) -> Index:
    found = lexicon(None if words == "*" else words)
    return Index(needs(found.matcher(name).pattern).groups for name in _TELLING)


def _telling_words(words: Lexicon, folded: str) -> list[str]:
    """Return the lists of which a folded name holds a word."""
    index = _telling(words.language)
    held = index.held((folded,))[0]
    return [
        name
        for name, needed in zip(_TELLING, index.needed, strict=True)
        if needed & held == needed and words.matcher(name).search(folded)
    ]


@lru_cache(maxsize=64)
def _jobs(language: str) -> tuple[str, ...]:
    """Return the beginnings of the words for what somebody is, folded: up to their first blank."""
    words = lexicon(None if language == "*" else language).words.get("job", ())
    return tuple(dict.fromkeys(word.split(" ")[0].removesuffix("*") for word in words))


@lru_cache(maxsize=64)
def _function_words(language: str) -> frozenset[str]:
    """Return the commonest function words of a language and of English, folded, and its articles."""
    return frozenset(
        fold(word).text
        for code in (language, "en")
        for word in (*words_of(code).stop_words, *words_of(code).articles)
    )


@lru_cache(maxsize=64)
def _own_institution(language: str) -> re.Pattern[str]:
    """Return a pattern for the institutions that a language's own file names."""
    own = lexicon_of(language)
    words = own.words.get("institution", ()) if own is not None else ()
    shared = lexicon_of("und")
    common = shared.words["institution"] if shared is not None else ()
    names = [re.escape(word) for word in words if not word.endswith("*") and words != common]
    return re.compile("|".join(names) or r"(?!)")


@lru_cache(maxsize=64)
def _calendar(language: str) -> frozenset[str]:
    """Return the names of the days and months of a language and of English."""
    spellings = (
        part
        for code in (language, "en")
        for part in (*words_of(code).weekdays, *words_of(code).months)
    )
    return frozenset(fold(name).text for names in spellings for name in names)


def _joined(words: Lexicon) -> str:
    ands = words.words.get("and", ("and",))
    return "|".join(rf"(?<=\s){re.escape(a)}(?=\s)" for a in ands)
