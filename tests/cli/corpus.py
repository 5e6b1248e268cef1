"""An invented corpus of a coast: three texts, and what seven outlets made of them."""

import json
from collections.abc import Iterator
from pathlib import Path

FERRY = (
    (
        "The ferry to Skarn Island has carried schoolchildren across the sound since 1931, and on Monday it "
        "stayed in harbour for the first time. Inspectors found that eleven of its forty life rafts would not "
        "open, and that nobody had signed for them in nine years."
    ),
    (
        "Captain Ingrid Vale had written to the harbour board four times. Her last letter, dated 3 February, says "
        "that the rafts on the upper deck are painted fast to their cradles, and asks for a hundred kroner's "
        "worth of grease. The board answered that the matter had been passed on."
    ),
    (
        "Forty-two children now take the mail boat, which has no cabin. Their teacher, Tomas Brekke, keeps a list "
        "of those who are seasick, and reads aloud to the others from a book about lighthouses. He says that they "
        "have never listened so well."
    ),
    (
        "The board meets on Thursday. It has three offers for new rafts, of which the cheapest would arrive in "
        "June. Until then, its chairman said, the islanders would have to be patient, as they always were."
    ),
)
EISEN = (
    (
        "Unter dem Güterbahnhof von Altenfurt liegen siebzehn Tonnen Eisenspäne, und niemand will sie dort "
        "hingelegt haben. Gefunden hat sie ein Mann, der nach seinem Hund suchte und mit dem Kompass in der Hand "
        "im Kreis ging, bis es dunkel wurde."
    ),
    (
        "Die Bahn verweist auf die Stadt, die Stadt auf ein Stahlwerk, das seit 1988 geschlossen ist. Der letzte "
        "Betriebsleiter, Konrad Weil, ist neunzig und erinnert sich an Lastwagen, die nachts ohne Licht fuhren. "
        "Mehr, sagt er, stehe in den Büchern, und die Bücher seien im Keller des Rathauses."
    ),
    (
        "Im Keller des Rathauses stand im Frühjahr das Wasser. Was davon getrocknet werden konnte, liegt in der "
        "Turnhalle der Realschule auf Zeitungspapier, nach Jahrgängen geordnet, und wird von zwei Rentnerinnen "
        "umgeblättert, damit es nicht schimmelt."
    ),
)
WELL = (
    (
        "In the village of Dry Ford the well has begun to sing. It does so on windless evenings, a low note "
        "somewhere between a cello and a kettle, and people have started to bring chairs."
    ),
    (
        "A hydrologist from the county, Ruth Okafor, lowered a microphone to the water at thirty-one metres and "
        "heard nothing. The sound, she thinks, comes from a cavity halfway up, where a brick fell out in the "
        "drought of 2018 and air is drawn across the gap as the shaft cools."
    ),
    (
        "The parish council voted by six to three to leave the brick where it is. The minutes record that "
        "Councillor Amis asked whether the well could be insured, and that there was laughter."
    ),
)

LONG_TITLE = (
    "A ferry, forty rafts and a great deal of paint, or how an island learnt that patience is what a board "
    "asks for when it has lost a letter four times and would rather not look for it again"
)
TIDES = (
    "High water falls at noon on Saturday, and the salt marsh path is closed until the evening. Walkers "
    "should use the road past the chapel, and should not be surprised to meet the cows there."
)

# id, outlet, domain, published, title, paragraphs, a line that says where it is from
_Row = tuple[str, str, str, str, str, tuple[str, ...], str]
ROWS: tuple[_Row, ...] = (
    ("ferry-1", "The Skarn Packet", "skarnpacket.example", "2022-03-07T06:30:00Z",
     "Eleven rafts that would not open", FERRY, ""),
    ("ferry-2", "Sound Observer", "soundobserver.example", "2022-03-07T15:10:00Z",
     "Eleven rafts that would not open", FERRY,
     "This article first appeared in The Skarn Packet."),
    ("ferry-3", "Mainland Mirror", "mainlandmirror.example", "2022-03-08",
     "Island ferry laid up over life rafts", FERRY[:3], ""),
    ("ferry-4", "صحيفة المضيق", "almadiq.example", "2022-03-09", "العبّارة التي لم تبحر", FERRY[1:], ""),
    ("ferry-5", "港口日报 Harbour Daily", "harbourdaily.example", "2022-03-11",
     "渡轮 🛟: eleven rafts that would not open", FERRY,
     "Source: Sound Observer"),
    ("ferry-6", "The Upland Gazette", "uplandgazette.example", "2022-04-02",
     LONG_TITLE,
     FERRY[:2], "Republished from Mainland Mirror"),
    ("iron-1", "Altenfurter Bote", "altenfurterbote.example", "2022-05-02", "Siebzehn Tonnen", EISEN, ""),
    ("iron-2", "The Upland Gazette", "uplandgazette.example", "2022-05-04", "Siebzehn Tonnen", EISEN,
     "Quelle: Altenfurter Bote"),
    ("iron-3", "Sound Observer", "soundobserver.example", "2022-05-20", "Siebzehn Tonnen Eisen", EISEN[:2],
     ""),
    ("well-1", "The Upland Gazette", "uplandgazette.example", "2022-06-10T09:00:00Z", "The singing well",
     WELL, ""),
    ("well-2", "Mainland Mirror", "mainlandmirror.example", "2022-06-10T11:20:00Z", "The singing well", WELL,
     ""),
    ("well-3", "Sound Observer", "soundobserver.example", "2022-06-11T08:00:00Z",
     "They bring chairs to the well", WELL, "Source: Mainland Mirror"),
    ("well-4", "The Skarn Packet", "skarnpacket.example", "", "The singing well", WELL[:2], ""),
    ("alone-1", "The Skarn Packet", "skarnpacket.example", "2022-06-12", "Tide tables",
     (TIDES,), ""),
)  # fmt: skip


def articles() -> Iterator[dict[str, str]]:
    """Yield the articles as rows of a table."""
    for key, outlet, domain, published, title, paragraphs, says in ROWS:
        text = "\n\n".join([*paragraphs, says] if says else paragraphs)
        yield {
            "id": key,
            "url": f"https://{domain}/{key}",
            "outlet": outlet,
            "published": published,
            "title": title,
            "text": text,
        }


def written(folder: Path) -> Path:
    """Write the corpus as a table; return where it is."""
    place = folder / "coast.jsonl"
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in articles())
    place.write_text("".join(lines), encoding="utf-8")
    return place
