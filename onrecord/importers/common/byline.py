"""The byline: which line of a text is one, and which people it names, with role and affiliation."""

from __future__ import annotations

import re
from collections.abc import Iterable

from onrecord.model import Person, Role

_UP = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĖĘĚĜĞĠĢĤĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŜŞŠŢŤŪŮŰŲŴŶŹŻŽА-ЯЁЄІЇҐ"
_ONE = rf"[{_UP}][\w’'-]*\.?"
_LINK = r"(?:de la|de los|van der|van den|von der|de|da|di|del|della|du|dos|van|von|der|bin|ibn|al|el|le|la|ten|ter)"
# A word that begins the next credit ends a name.
_NEXT = (
    r"(?!(?:Edited|Transl|Transcri|Photo|Pictur|Image|Text|Words|Interview|Produced|Foto|Traduc|Traduit|Texte|Bild"
    r"|Über|Перевод|Фото|Текст|"
    r"By\b|And\b|For\b))"
)
NAME = rf"{_ONE}(?:\s{_NEXT}(?:{_LINK}\s)?{_ONE}){{0,4}}"
_FULL = rf"{_ONE}(?:\s{_NEXT}(?:{_LINK}\s)?{_ONE}){{1,4}}"
_TITLE = (
    r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Dame|Lord|Lady|Ambassador|President|Minister|Senator|M|Mme|Herr"
    r"|Frau)\.?\s+)*"
)

# Who asked: the name stands behind the words.
_INTERVIEWER = (
    r"[Ii]nterview(?:ed|s)?(?: conducted)? by",
    r"[Ii]n conversation with",
    r"[Qq]uestions by",
    r"[Aa]s told to",
    r"[Tt]alked to",
    r"[Ии]нтервью (?:взял[аи]?|провёл|провел[аи]?|подготовил[аи]?)",
    r"[Бб]еседовал[аи]?",
    r"[Бб]еседу (?:вёл|вел[аи]?|провел[аи]?|провёл)",
    r"[Зз]аписал[аи]?",
    r"[Pp]ropos recueillis par",
    r"[Ee]ntretien (?:réalisé|mené|conduit) par",
    r"[Ii]nterviewé[es]? par",
    r"[Ee]ntrevista(?:d[oa])? (?:de|por|realizada por)",
    r"[Dd]as (?:Interview|Gespräch) führten?:?",
    r"[Ii]nterview(?: von)?\s?:",
    r"(?:[Ee]in )?(?:Interview|Gespräch) von",
    r"[Ff]ragen(?: von)?\s?:",
    r"[Ii]nterview\s?:",
    r"[Ee]ntrevista\s?:",
    r"[Cc]onversó con",
    r"[Rr]ecueillis? par",
    r"[Вв]опросы задавал[аи]?",
    r"[Пп]одготовил[аи]?",
)
# Who answered.
_INTERVIEWEE = (
    r"(?:[Ii]nterview(?:ed|s)?|[Cc]onversation|Q ?& ?A|[Tt]alk) with",
    r"(?:spoke|speaks|talked|talks|sat down|chatted) (?:to|with)",
    r"[Ii]nterview(?:ed|s)(?! by)",
    r"[Ии]нтервью с",
    r"[Бб]еседа с",
    r"[Рр]азговор с",
    r"[Ee]ntretien avec",
    r"[Ii]nterview (?:de|avec)",
    r"[Rr]encontre avec",
    r"[Ee]ntrevista (?:a|con)",
    r"[Cc]onversación con",
    r"(?:[Ii]nterview|[Gg]espräch) mit",
    r"im Gespräch mit",
)
_OTHERS = (
    (
        Role.TRANSLATOR,
        (
            r"[Tt]ranslat(?:ed|ion|or)(?: from (?:the )?\w+)?(?: by|\s?:)",
            r"[Пп]еревод(?:чик|ила?)?(?: с \w+)?\s?:?",
            r"[Tt]radu(?:it|ction)(?: de l[’']\w+| du \w+)?(?: par|\s?:)",
            r"[Tt]rad(?:ucción|ucido|uctora?)(?: del \w+)?(?: de| por|\s?:)",
            r"(?:[ÜüUu]ber?setzung|[Üü]bersetzt)(?: aus dem \w+)?(?: von|\s?:)",
            r"[Aa]us dem \w+ von",
        ),
    ),
    (
        Role.PHOTOGRAPHER,
        (
            r"(?:[Pp]hoto(?:s|graphs?|graphy)?|[Pp]ictures?|[Ii]mages?|[Pp]ortraits?)(?: (?:credits?|courtesy))?(?: "
            r"by|\s?:| ©)",
            r"[Фф]ото(?:графии|граф)?\s?:?",
            r"[Ff]otos?(?:graf[íi]as?)?(?: de| von|\s?:)",
            r"[Bb]ild(?:er)?\s?:",
        ),
    ),
    (
        Role.EDITOR,
        (
            r"[Ee]dited(?: and condensed)? by",
            r"[Tt]ranscri(?:bed|pt|ption)(?: (?:completed )?by|\s?:)",
            r"[Pp]roduced by",
            r"[Рр]едактор\s?:?",
            r"[Rr]édaction\s?:",
            r"[Rr]edaktion\s?:",
            r"[Ee]dición\s?:",
        ),
    ),
    (
        Role.MODERATOR,
        (
            r"[Mm]oderat(?:ed|or|ion)(?: by|\s?:)",
            r"[Мм]одератор\s?:?",
            r"[Mm]odérat(?:ion|eur|rice)\s?:",
            r"[Mm]oderador[a]?\s?:",
        ),
    ),
    (
        Role.INTERVIEWER,
        (
            r"^(?:[Tt]ext|[Ww]ords|[Тт]екст|[Tt]exte|[Tt]exto|[Aa]utor(?:in)?|[Aa]uthor|[Аа]втор)(?: by| von| "
            r"de)?\s?:?",
            r"^(?:[Ww]ritten )?(?:[Bb]y|BY)(?=\s)",
            r"^(?:Par|Por|Von)(?=\s)",
        ),
    ),
)
_POST = (
    r"(?:senior |chief |deputy |former |founding |associate |assistant |visiting )?(?:lecturer|professor|director"
    r"|editor|fellow|"
    r"researcher|member|head|chair(?:man|woman)?|founder|author|advis[eo]r|analyst|president|correspondent"
    r"|journalist)\b"
)
_ORGANIZATION = re.compile(r"^(?P<name>[\w.’'& -]{2,60}?)\s+(?:[Ii]nterview(?:s|ed)?|[Ee]xclusive|[Qq]uestions)\b")
_SPOKE = re.compile(
    rf"^(?!(?:We|I|They|He|She|You|Who)\b)(?P<asker>{_FULL}|[{_UP}][\w.’'-]+)\s+(?:spoke|speaks|talked|talks|sat down|chatted|interview(?:s|ed))\s+(?:to|with)?\s*"
)
_IN_CONVERSATION = re.compile(rf"(?P<guest>{_FULL}),? in conversation with (?P<asker>{_FULL})")
_SPOKEN_WITH = re.compile(
    rf"(?P<guest>{_FULL})(?P<post>,[^.]{{3,150}}?,)? (?:spoke|talked|speaks) (?:to|with) (?P<asker>{NAME})"
)
# Who a line at the head of a transcript names: "Interviewee: Jane Roe".
_LISTED = {
    Role.INTERVIEWEE: (
        r"interviewees?|narrator|respondent|guests?|интервьюируемый|респондент|гость|entrevistad[oa]"
        r"|gesprächspartner(?:in)?|befragte[r]?|interviewée?|invitée?"
    ),
    Role.INTERVIEWER: r"interviewers?|hosts?|интервьюер|ведущ(?:ий|ая)|entrevistador[a]?|interviewerin|intervieweu(?:r|se)",
    Role.EDITOR: r"transcribers?|transcriptionist|editors?|расшифров(?:ка|щик)",
}
_LIST_LINE = re.compile(
    rf"(?:{'|'.join(f'(?P<{role.name}>(?i:{words}))' for role, words in _LISTED.items())})\s*:\s*(?P<names>{_TITLE}{_FULL}(?:(?:,| and| und| et| y| и| &) {_TITLE}{_FULL}){{0,5}})(?:,\s*(?P<post>[^.?!]{{3,120}}))?"
)
_BETWEEN_NAMES = re.compile(r",? (?:and|und|et|y|и|&) |, ")
_QUOTED_IN_TITLE = re.compile(rf"^(?P<guest>{_FULL})\s*[:—–]\s*[“\"«‘„»'‹]")
_NAMED_IN_TITLE = re.compile(
    rf"^(?:(?:An |The )?[Ii]nterview|Q ?(?:&|and) ?A|Entretien|Entrevista|Intervista|Интервью|Gespräch|Conversation)\s*[:—–|]\s*(?P<guest>{_FULL})$"
)
_NO_FIRST_NAMES = (
    "the a an our how why what who when where my your is are der die das le la les el los las on in at of for new "
    "press radio daily weekly"
)
_NO_FIRST_NAME = frozenset(_NO_FIRST_NAMES.split())
_PATTERNS = [*_INTERVIEWER, *_INTERVIEWEE, *(p for _, ps in _OTHERS for p in ps)]
_IS_BYLINE = re.compile(rf"(?:{'|'.join(_PATTERNS)})\s*:?\s*(?:the )?{_TITLE}[{_UP}@]")
_IS_BYLINE_ELSEWHERE = re.compile(r"采访|記者|记者|访谈|حوار|أجرى|مقابلة|インタビュー")
_SELF = re.compile(r"\b(?:I|my|[Ww]e|[Яя]|[Мм]ы|[Jj]e|[Nn]ous|[Yy]o|[Nn]osotros|[Ii]ch|[Ww]ir)\b")
_LONGEST_WORDS = 60


def is_byline(words: str) -> bool:
    """Whether a paragraph is a byline or a credit, and nothing more."""
    words = re.sub(r"\s*\([A-ZА-Я]{1,4}\)", "", words)
    if not words or len(words.split()) > _LONGEST_WORDS or words.rstrip().endswith(("?", "？", "؟")):
        return False
    if listed(words):
        return True
    found = _IS_BYLINE.search(words)
    if found:
        before = words[: found.start()]
        if before.rstrip().endswith(",") or _SELF.search(before):
            return False  # "Jane Roe, editor: …" speaks, and so does "Today my colleague and I talk with …"
        if (
            len(words.split()) > 25
            and _SPOKEN_WITH.search(words)
            and re.search(r"[.!?]\s+[A-ZА-Я]", words[found.end() :])
        ):
            return False  # a paragraph that introduces, in sentences
        # "… interview with X" opens the line, or follows the name of who asked.
        return len(before.split()) <= 6 and "." not in before.replace(".com", "").replace(".org", "").strip(" .")
    if _SPOKE.match(words) and len(words.split()) < 40 and any(p.role is Role.INTERVIEWEE for p in people_in(words)):
        return not re.search(r"[.!?]\s+\S", words[words.find(" spoke") :]) or len(words.split()) < 20
    return len(words) < 60 and bool(_IS_BYLINE_ELSEWHERE.search(words)) and not words.rstrip().endswith(("。", "！"))


def listed(words: str) -> tuple[Person, ...]:
    """Whom a line at the head of a transcript names, and nothing else: "Interviewers: Jane Roe and John Doe"."""
    found = _LIST_LINE.fullmatch(words.strip(" *_."))
    role = next((role for role in _LISTED if found and found[role.name]), None)
    if found is None or role is None:
        return ()
    names = [re.sub(rf"^{_TITLE}", "", name) for name in _BETWEEN_NAMES.split(found["names"])]
    return tuple(Person(name, role, (found["post"] or "").strip() if name == names[-1] else "") for name in names)


def is_full_name(words: str) -> bool:
    """Whether the words can be a person's whole name, and nothing more."""
    return bool(re.fullmatch(_FULL, words)) and words.split()[0].lower() not in _NO_FIRST_NAME


def guest_in(title: str) -> str:
    """The name of who answers, when the title is "Jane Roe: “…”" or "Interview: Jane Roe"; "" otherwise."""
    found = _QUOTED_IN_TITLE.match(title.strip()) or _NAMED_IN_TITLE.match(title.strip())
    return found["guest"] if found and is_full_name(found["guest"]) else ""


def people_in(byline: str) -> tuple[Person, ...]:
    """Those whom a byline names, guests first, each once, with the affiliation it gives."""
    if named := listed(byline):
        return named
    found: list[Person] = []
    byline = re.sub(r"\s*\([A-ZА-Я]{1,4}\)", "", byline)  # initials introduced for the labels
    spoken = _SPOKEN_WITH.search(byline)
    conversation = _IN_CONVERSATION.search(byline)
    asked = _SPOKE.match(byline)
    if conversation:
        found += [Person(conversation["guest"], Role.INTERVIEWEE), Person(conversation["asker"], Role.INTERVIEWER)]
    elif spoken and not asked:
        found += [Person(spoken["guest"], Role.INTERVIEWEE, (spoken["post"] or "").strip(" ,"))]
        found += [Person(_clean(spoken["asker"]), Role.INTERVIEWER)]
    elif asked:
        found += _named(byline[asked.end() :], Role.INTERVIEWEE)
        found.append(Person(_clean(asked["asker"]), Role.INTERVIEWER))
    else:
        for role, patterns in ((Role.INTERVIEWEE, _INTERVIEWEE), (Role.INTERVIEWER, _INTERVIEWER), *_OTHERS):
            for pattern in patterns:
                for match in re.finditer(rf"(?:{pattern})\s*:?\s*", byline):
                    found += _named(byline[match.end() :], role)
    found += _asking_house(byline, found)
    return _once(found)


def _asking_house(byline: str, found: Iterable[Person]) -> list[Person]:
    """ "The Club interview with …": the house that asked; a web address names no speaker."""
    house = _ORGANIZATION.match(byline)
    if house is None or any(person.role is Role.INTERVIEWER for person in found):
        return []
    name = house["name"].strip()
    person = re.fullmatch(_FULL, name) and not re.search(r"\.(?:com|org|net|ru|de|fr|es)$", name)
    return [Person(name, Role.INTERVIEWER)] if person else []


def _named(text: str, role: Role) -> list[Person]:
    """The names that `text` begins with, joined by commas or "and", and the affiliation behind the last."""
    found: list[Person] = []
    while True:
        match = re.match(rf"(?:the\s)?{_TITLE}(?P<name>{NAME})", text)
        if match is None or re.match(rf"^{_POST}", match["name"].lower()):
            break
        name = _clean(match["name"])
        text = text[match.end() :]
        more = re.match(rf"\s*(?:,?\s+(?:and|und|et|y|и|e|&)\s+|\s&\s)(?={_TITLE}{_FULL})", text)
        found.append(Person(name, role))
        if more is None:
            break
        text = text[more.end() :]
    if found and role is Role.INTERVIEWEE:
        found[-1] = Person(found[-1].name, role, _affiliation(text))
    return found


def _affiliation(text: str) -> str:
    """What stands behind a name, up to the end of the sentence; a second post is set off by a semicolon."""
    match = re.match(r"\s*[,—–(-]\s*(?P<post>.+?)(?:\)|[.](?=\s+[A-ZА-Я]|\s*$)|$)", text, re.DOTALL)
    if match is None or len(match["post"]) > 300:
        return ""
    post = match["post"].strip(" .,")
    if re.match(r"(?:[Ii]nterviewed |[Ww]ritten )?[Bb]y\b", post):
        return ""
    return re.sub(rf", (?={_POST})", "; ", post)


def _clean(name: str) -> str:
    return name.strip(" .,") if not re.search(r"\b[A-Z]\.$", name) else name.strip(" ,")


def _once(people: Iterable[Person]) -> tuple[Person, ...]:
    kept: dict[str, Person] = {}
    for person in people:
        kept.setdefault(person.name.casefold(), person)
    return tuple(kept.values())
