"""What was left out, added and moved is told, across languages and scripts and within one."""

import pytest

from filiation.match import compare, mirrored, outlined
from filiation.report.sheet import Sheet
from filiation.report.sidebyside import compare_report
from filiation.values import Article, Match, Span
from tests.match.test_translation import ENGLISH, FRENCH, RUSSIAN

HEBREW = [
    "דובר הקרמלין דמיטרי פסקוב אמר ביום שלישי כי נאט״ו צריכה לסגת מן הגבול.",
    "הוא אמר לסוכנות אסושייטד פרס כי 300,000 חיילים הועברו מאז 2014.",
    "בבריסל דחה המזכיר הכללי ינס סטולטנברג את הדרישה בתוך שעתיים.",
    "אסטוניה ולטביה ביקשו מוושינגטון עוד 4 גדודים, כתב העיתון פוסטימס מטאלין.",
    "הנשיא הנבחר דונלד טראמפ כינה את הברית מיושנת בקמפיין שלו באוהיו.",
    "אנליסטים במרכז קרנגי במוסקבה מפקפקים אם הפנטגון יסכים.",
    "אנגלה מרקל צפויה לבקר באנקרה ובאתונה לפני 15 בדצמבר.",
    "ועדת התקציב של הבונדסטאג (Bundestag) הקצתה 2.5 מיליארד אירו לליטא.",
]
CHINESE = [
    "克里姆林宫发言人德米特里·佩斯科夫星期二表示，北约（NATO）应当从边界撤出。",
    "他对美联社（Associated Press）说，自2014年以来已有30万名士兵调动。",
    "在布鲁塞尔，秘书长延斯·斯托尔滕贝格在两小时内拒绝了这一要求。",
    "爱沙尼亚和拉脱维亚请求华盛顿再派4个营，塔林的《邮差报》（Postimees）写道。",
    "当选总统唐纳德·特朗普在俄亥俄州竞选时曾称该联盟已经过时。",
    "莫斯科卡内基中心（Carnegie）的分析人士怀疑五角大楼会同意。",
    "安格拉·默克尔预计将在12月15日之前访问安卡拉和雅典。",
    "联邦议院（Bundestag）预算委员会为立陶宛拨出25亿欧元。",
]
JAPANESE = [
    "クレムリンのドミトリー・ペスコフ報道官は火曜日、NATOは国境から撤退すべきだと述べた。",
    "同氏はAP通信に対し、2014年以降に30万人の兵士が移動したと語った。",
    "ブリュッセルではイェンス・ストルテンベルグ事務総長が2時間以内に要求を拒否した。",
    "エストニアとラトビアはワシントンにさらに4個大隊を求めたと、タリンの新聞ポスティメースが書いた。",
    "ドナルド・トランプ次期大統領はオハイオ州での選挙戦で同盟を時代遅れと呼んでいた。",
    "モスクワのカーネギー・センターの専門家は、ペンタゴンが同意するか疑っている。",
    "アンゲラ・メルケル氏は12月15日までにアンカラとアテネを訪問する見通しだ。",
    "連邦議会（Bundestag）の予算委員会はリトアニアのために25億ユーロを確保した。",
]
KEPT = (0, 1, 3, 7, 5, 6)
"""Paragraphs of a shortened copy: two left out, and the last one moved."""


def article(paragraphs: list[str], language: str) -> Article:
    return Article(language, "x", "\n\n".join(paragraphs), language=language)


def texts(whole: Article, spans: tuple[Span, ...] | None) -> list[str]:
    assert spans is not None
    return [whole.text[start:end] for start, end in spans]


def pair(a: Article, b: Article) -> Match:
    return outlined(compare(a, b), a, b)


@pytest.mark.parametrize(
    ("language", "translation"),
    [("fr", FRENCH), ("ru", RUSSIAN), ("he", HEBREW), ("zh", CHINESE), ("ja", JAPANESE)],
)
def test_an_abridged_translation(language: str, translation: list[str]) -> None:
    a, b = article(ENGLISH, "en"), article([translation[n] for n in KEPT], language)
    match = pair(a, b)
    assert match.score > 0.5
    assert match.kind == ("translation", "abridged")
    assert texts(a, match.left_out) == [ENGLISH[2], ENGLISH[4]]
    assert match.added == ()
    assert [b.text[run.b_start : run.b_end] for run in match.moved or ()] == [translation[7]]


@pytest.mark.parametrize("translation", [FRENCH, RUSSIAN], ids=["fr", "ru"])
def test_a_whole_translation_lacks_nothing(translation: list[str]) -> None:
    match = pair(article(ENGLISH, "en"), article(translation, "x"))
    assert (match.left_out, match.added, match.moved) == ((), (), ())


def test_within_one_language() -> None:
    own = "Nobody at the harbour office wished to say more about it."
    a, b = article(ENGLISH, "en"), article([*(ENGLISH[n] for n in (6, 7, 0, 1, 2, 3)), own], "en")
    match = pair(a, b)
    assert texts(a, match.left_out) == [ENGLISH[4], ENGLISH[5]]
    assert texts(b, match.added) == [own]
    (run,) = match.moved or ()
    assert a.text[run.a_start : run.a_end].strip(".") == f"{ENGLISH[6]}\n\n{ENGLISH[7]}".strip(".")


def test_the_other_way_round_is_the_mirror() -> None:
    a, b = article(ENGLISH, "en"), article([FRENCH[n] for n in KEPT], "fr")
    assert pair(b, a) == mirrored(pair(a, b))


def test_nothing_shared_and_nobody_asked() -> None:
    a, b = article(["The cat sleeps on the mat."], "en"), article(["Il pleut."], "fr")
    assert compare(a, b).left_out is None
    assert pair(a, b).left_out == ()


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize(
    ("language", "translation"), [("fr", FRENCH), ("he", HEBREW), ("zh", CHINESE)]
)
def test_it_is_shown_side_by_side(language: str, translation: list[str], width: int) -> None:
    a, b = article(ENGLISH, "en"), article([*(translation[n] for n in KEPT)], language)
    sheet = Sheet(width)
    compare_report(sheet, pair(a, b), a, b)
    from io import StringIO

    from rich.cells import cell_len

    paper = StringIO()
    sheet.print_to(paper)
    shown = paper.getvalue()
    assert "2 runs only in A (26 words), 1 run moved." in " ".join(shown.split())
    assert shown.count("Only in A  ") == 2
    assert shown.count(", moved") == 1
    assert all(cell_len(line) <= width for line in shown.splitlines())
    if width >= 70:
        rules = {cell_len(line[: line.index("│")]) for line in shown.splitlines() if "│" in line}
        assert len(rules) == 1, "the rule between the texts stands in one column"
