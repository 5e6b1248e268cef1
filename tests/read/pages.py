"""An invented article and its credits, dressed as pages of four layouts."""

TITLE = "Le vieux pont de la vallée sera fermé pendant deux ans"
HEAD = (
    'Par <a href="/auteurs/lantern">The Lantern</a>',
    "Le Courrier du Pont, 21 novembre 2016",
    'Région : <a href="/r">Vallée</a>',
)
BODY = tuple(
    f"{start} le conseil de la ville a longuement débattu de la fermeture du pont, que les "
    f"commerçants redoutent et que les ingénieurs réclament depuis des années. {end}"
    for start, end in (
        ("Mardi soir,", "Rien n'a filtré de la première heure."),
        ("D'après le maire,", "« Nous n'avons plus le choix », a-t-il dit."),
        ("Par ailleurs,", "Les deux rives se préparent."),
        ("En attendant,", "Le bac reprendra du service au printemps."),
        ("Enfin,", "Une réunion publique est prévue."),
    )
)
CREDITS = (
    "Jean Rivage",
    "Article original en anglais :",
    '<a href="https://lantern.example/bridge">Old valley bridge to close for two years</a>',
    'Traduit par LM pour <a href="https://passeur.example/">le Passeur</a>',
    'La source originale de cet article est <a href="https://lantern.example">The Lantern</a>',
    'Copyright © <a href="https://lantern.example">The Lantern</a>, 2016',
)
NOTICES = (
    (
        "Le Courrier du Pont décline toute responsabilité quant au contenu de cet article, qui "
        "n'engage que ses auteurs. Il ne répond d'aucune erreur."
    ),
    "La reproduction est permise aux sites sans but commercial. La source doit être indiquée.",
)
_START = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8">'
    f"<title>{TITLE} | Le Courrier du Pont</title></head><body>"
    '<nav><ul><li><a href="/">Accueil</a></li><li><a href="/a">Articles</a></li></ul></nav>'
)
_END = (
    '<div class="sidebar"><h3>À lire aussi</h3><ul><li><a href="/1">Un tout autre article</a></li>'
    '<li><a href="/2">Encore un autre article</a></li><li><a href="/3">Et un troisième</a></li></ul>'
    '</div><footer class="site-footer"><p>© 2016 Tous droits réservés</p></footer></body></html>'
)


def _paragraphs(texts: tuple[str, ...], tag: str = "p") -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for text in texts)


_TOP = f"<h1>{TITLE}</h1>{_paragraphs(HEAD)}"
_BODY, _NOTICES = _paragraphs(BODY), _paragraphs(NOTICES)
LAYOUTS = {
    "credits in divs after the content": (
        f'{_START}<div id="content">{_TOP}<div class="entry">{_BODY}</div></div>'
        f"{_paragraphs(CREDITS, 'div')}<div>{_NOTICES}</div>{_END}"
    ),
    "credits in paragraphs inside it": (
        f'{_START}<article>{_TOP}<div class="entry">{_BODY}{_paragraphs(CREDITS)}{_NOTICES}</div>'
        f"</article>{_END}"
    ),
    "credits in a footer with line breaks": (
        f'{_START}<article>{_TOP}<div class="entry">{_BODY}<footer class="entry-footer"><p>'
        f"{'<br>'.join(CREDITS)}</p></footer>{_NOTICES}</div></article>{_END}"
    ),
    "credits in a copyright block": (
        f'{_START}<div class="post">{_TOP}<div class="entry">{_BODY}</div>'
        f'<div class="post-source copyright">{_paragraphs(CREDITS)}</div>{_NOTICES}</div>{_END}'
    ),
}
MARKDOWN = "\n\n".join(
    (TITLE, "Par [The Lantern](#)", "Le Courrier du Pont, 21 novembre 2016", "Région : [Vallée](#)",
     *BODY, "Jean Rivage", "Article original en anglais :",
     "[Old valley bridge to close for two years](#)", "Traduit par LM pour [le *Passeur*](#)",
     "La source originale de cet article est [The Lantern](#)",
     "Copyright © [The Lantern](#), 2016", *NOTICES)
)  # fmt: skip
