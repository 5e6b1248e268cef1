"""Traditions of short texts, made from tables of readings as textual criticism draws them.

A table has a row for each version and a column for each place of a text at which versions differ:
`a` is what the first version has there, `b` and `c` are what others made of it, and `.` is nothing:
the sentence is missing. Articles are made from it in several languages and lengths, credits are
read, every two texts compared, and the stemma drawn: nothing is told but texts, outlets and dates.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from filiation.credits import credits
from filiation.match import compare
from filiation.stemma import stemma
from filiation.values import Article, Dates, Stemma, utc

TEXTS: Mapping[str, str] = {
    "en": (
        "The harbour board of Wexmoor voted on {Tuesday|Thursday|Monday} to close the old fish"
        " market, which has stood on the {northern|southern|eastern} quay for ninety years. Its"
        " chairwoman, Ada Prentice, called the decision {painful|overdue|bitter} but said that the"
        " roof could no longer be kept up for less than {four|seven|nine} million a year."
        " {[The engineers had warned the board twice since the winter storms that the main beams"
        " were rotten.]} Stallholders, {some|many|most} of whom rent from the town by the month,"
        " were given until the end of {March|August|October} to move to the railway sheds. A"
        " petition against the plan gathered {eleven|twelve|twenty} thousand names in the first week"
        " and was handed to the mayor by a {retired|former|young} net mender. He promised to read it,"
        " and then went to lunch, as the local paper noted without further comment. The sheds have"
        " room for two thirds of the stalls, and no cold store."
    ),
    "fr": (
        "Le conseil municipal de Saint-Brévaire a décidé {mardi|jeudi|lundi} de rouvrir la ligne"
        " des crêtes, fermée depuis {trente|vingt|quarante} ans entre le barrage et la"
        " {mine|scierie|carrière} des Hauts. Le premier train devrait partir avant la fin de"
        " {juin|mai|l'hiver}, si les deux viaducs passent l'épreuve de la charge."
        " {[Les riverains, eux, rappellent que l'étude promise sur le bruit n'a jamais été rendue"
        " publique.]} Le maire, {prudent|radieux|fatigué}, parle d'un service de {six|huit|dix}"
        " navettes par jour et d'un billet à {deux|trois|cinq} euros. L'opposition a voté"
        " {contre|blanc|pour} sans beaucoup de conviction, après une séance qui a duré jusqu'à"
        " minuit et dont il ne reste qu'un procès-verbal de quatre lignes."
    ),
    "de": (
        "Das Landgericht Arnsfurt hat die Klage der Gemeinde am {Dienstag|Freitag|Montag}"
        " abgewiesen und ihr die {Kosten|Lasten|Gebühren} des Verfahrens auferlegt. Der Steinbruch"
        " darf damit bis {2031|2035|2040} weiter betrieben werden, obwohl die Quelle unterhalb des"
        " Hangs seit dem {Sommer|Herbst|Frühjahr} trüb ist."
        " {[Ein Gutachten, das der Gemeinderat im Mai bestellt hatte, lag der Kammer nicht vor.]}"
        " Der Bürgermeister nannte das Urteil {falsch|mutlos|seltsam} und kündigte Berufung an,"
        " wenn der Rat {zustimmt|mitzieht|einwilligt}. Vom Betreiber hieß es {knapp|nur|lediglich},"
        " man habe sich immer an jede Auflage gehalten, auch an die {letzte|neueste|strengste}, und"
        " werde das weiter tun, solange der Berg noch Schotter hergibt."
    ),
    "ru": (
        "Жители посёлка Верхняя Салма {вторник|среду|пятницу} встретили у закрытой переправы:"
        " паром не ходит уже {третью|пятую|шестую} неделю, а новый обещают только к"
        " {осени|зиме|апрелю}. Хлеб возят на лодках, врача забирали {вертолётом|катером|трактором},"
        " почта лежит на том берегу."
        " {[Деньги на ремонт, как выяснилось, ещё весной ушли на забор вокруг стадиона.]}"
        " Глава района {уверен|заявил|считает}, что виноват подрядчик, который взял аванс и"
        " {исчез|пропал|уехал}. Прокуратура {проверяет|изучает|читает} договор, а школьники в"
        " {шутку|газете|письме} предложили построить мост из папок с перепиской."
    ),
    "es": (
        "La cooperativa de Valdehiedra venderá {toda|media|poca} su cosecha de almendra al molino"
        " {viejo|nuevo|grande} del pueblo, según acordaron el {lunes|martes|jueves} sus"
        " {ochenta|noventa|cien} socios tras una noche de gritos."
        " {[Nadie quiso decir quién había roto la puerta del almacén.]}"
        " El precio, {justo|bajo|alto} según unos y {absurdo|ridículo|penoso} según otros, se pagará"
        " en {dos|tres|cuatro} plazos, y el primero llegará {antes|después|cerca} de la feria de"
        " ganado."
    ),
}
"""Texts of 60 to 190 words with eight places, and a sentence that may be missing (the fifth column)."""

_PLACE = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True)
class Tradition:
    """The versions of one text, and their stemma."""

    pages: tuple[Article, ...]
    found: Stemma

    @property
    def hops(self) -> set[tuple[str, str]]:
        """The hops, by the letters of the versions; one that nobody saw is `?`."""
        return {(self._letter(hop.parent), self._letter(hop.child)) for hop in self.found.hops}

    @property
    def edges(self) -> set[frozenset[str]]:
        """The hops, direction aside."""
        return {frozenset(hop) for hop in self.hops}

    def above(self, letter: str) -> list[str]:
        """Return a version's ancestors, the nearest first."""
        versions = {version.article: version.id for version in self.found.versions}
        parents = {hop.child: hop.parent for hop in self.found.hops}
        line: list[str] = []
        at = versions[letter]
        while at in parents:
            at = parents[at]
            line.append(self._letter(at))
        return line

    def _letter(self, version: str) -> str:
        return next(v.article for v in self.found.versions if v.id == version) or "?"

    def said_of(self, *letters: str) -> list[str]:
        """Return the sentences on what is not known that speak of all of these versions."""
        return [
            says
            for says in self.found.unknown
            if all(re.search(rf"\bOutlet {letter}\b", says) for letter in letters)
        ]


def tradition(language: str, table: str, *, dated: bool = True) -> Tradition:
    """Return the stemma of a table of readings; the versions are a day apart, or undated."""
    return of_pages(pages_of(language, table, dated=dated))


def of_pages(pages: Sequence[Article]) -> Tradition:
    """Return the stemma of articles, every two of them compared."""
    matches = {(a.id, b.id): compare(a, b) for a, b in combinations(pages, 2)}
    return Tradition(tuple(pages), stemma([credits(page) for page in pages], matches))


def pages_of(language: str, table: str, *, dated: bool = True) -> list[Article]:
    """Return the articles of a table of readings; they are a day apart, or undated."""
    rows = [row.split(maxsplit=1) for row in table.strip().splitlines()]
    return [
        Article(
            letter,
            letter,
            _text(language, readings.replace(" ", "")),
            title=f"{letter} {language}",
            language=language,
            outlet_name=f"Outlet {letter}",
            url=f"https://outlet-{letter.lower()}.example/{language}",
            dates=_day(place) if dated else Dates(),
        )
        for place, (letter, readings) in enumerate(rows)
    ]


def _day(place: int) -> Dates:
    first = utc(2022, 3, 1, 8) + timedelta(days=place)
    return Dates(first, first + timedelta(minutes=1), "minute")


def _text(language: str, readings: str) -> str:
    columns = iter(readings)

    def chosen(place: re.Match[str]) -> str:
        reading = next(columns)
        known = place[1]
        if known.startswith("["):
            return "" if reading == "." else known[1:-1]
        return known.split("|")["abc".index(reading)]

    text = _PLACE.sub(chosen, TEXTS[language])
    assert next(columns, None) is None, "a reading for every place"
    return re.sub(r" {2,}", " ", text)
