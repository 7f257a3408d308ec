"""Recognize bylines and credits, and find the people they name, with role and affiliation."""

from __future__ import annotations

import re
from collections.abc import Iterable

from onrecord.importers.common.titles import split_titles
from onrecord.model import Person, Role

_CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĖĘĚĜĞĠĢĤĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŜŞŠŢŤŪŮŰŲŴŶŹŻŽА-ЯЁЄІЇҐ"
_NAME_WORD = rf"[{_CAPITAL}][\w’'-]*\.?"
_PARTICLE = (
    r"(?:de la|de los|van der|van den|von der|de|da|di|del|della|du|dos|van|von|der|bin|ibn|al|el|le|la|ten|ter)"
)
# A word that begins the next credit does not go on with a name.
_NO_CREDIT = (
    r"(?!(?:Edited|Transl|Transcri|Photo|Pictur|Image|Text|Words|Interview|Produced|Foto|Traduc|Traduit|Texte|Bild"
    r"|Über|Перевод|Фото|Текст|"
    r"By\b|And\b|For\b))"
)
NAME_PATTERN = rf"{_NAME_WORD}(?:\s{_NO_CREDIT}(?:{_PARTICLE}\s)?{_NAME_WORD}){{0,4}}"
FULL_NAME = rf"{_NAME_WORD}(?:\s{_NO_CREDIT}(?:{_PARTICLE}\s)?{_NAME_WORD}){{1,4}}"
HONORIFICS = (
    r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Dame|Lord|Lady|Ambassador|President|Minister|Senator|M|Mme|Herr"
    r"|Frau)\.?\s+)*"
)

PROFESSION = (
    r"(?:Director|Professor|Author|Writer|Editor|Poet|Novelist|Journalist|Reporter|Critic|Photographer|Filmmaker|Actor"
    r"|Actress|Singer|Songwriter|Musician|Composer|Conductor|Pianist|Painter|Artist|Sculptor|Designer|Architect"
    r"|Engineer"
    r"|Developer|Programmer|Scientist|Physicist|Chemist|Biologist|Historian|Economist|Philosopher|Sociologist|Lawyer"
    r"|Attorney|Doctor|Surgeon|Nurse|Teacher|Chef|Farmer|Fisherman|Captain|Keeper|Pilot|Founder|Co-?founder|Chairman"
    r"|Chairwoman|Chair|Manager|Curator|Librarian|Archivist|Translator|Publisher|Activist|Entrepreneur|Consultant"
    r"|Researcher|Analyst|Expert|Veteran|Minister|Senator|Mayor|Governor|President|Ambassador|General|Colonel|Judge"
    r"|CEO|CTO|COO|CFO|Coach|Athlete|Champion|Comedian|Illustrator|Cartoonist|Blogger|Podcaster|Host|Regisseur(?:in)?"
    r"|Autor(?:in)?|Schriftsteller(?:in)?|Direktor(?:in)?|Kapitän(?:in)?|Historiker(?:in)?|Ökonom(?:in)?"
    r"|Künstler(?:in)?"
    r"|Réalisateur|Réalisatrice|Écrivaine?|Directeur|Directrice|Historienne?|Économiste|Directora?|Escritora?|Poeta"
    r"|Arquitecta?o?|Periodista|Писатель|Директор|Историк|Режиссёр|Режиссер|Художник|Экономист|Политолог|Профессор)"
)
_LEADING_PROFESSION = re.compile(rf"^(?:(?:The\s)?(?:{HONORIFICS}{PROFESSION})\s+)+(?={_NAME_WORD}\s)")

# Words before the name of who asked.
_INTERVIEWER = (
    r"[Ii]nterview(?:ed|s)?(?: (?:(?:was|has been) )?(?:conducted|recorded|done|taken|held|led))? by",
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
# Words before the name of who answered.
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
_OTHER_CREDITS = (
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
            r"[Фф]ото(?:графии|граф)?\b\s?:?",
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
            r"^(?:[Tt]ext|[Ww]ords|[Тт]екст|[Tt]exte|[Tt]exto|[Aa]utor(?:in)?|[Aa]uthor|[Аа]втор)"
            r"(?:(?: by| von| de)\s?:?(?=\s)|\s?:)",
            rf"^(?:Text|Words|Текст|Texte|Texto|Автор)(?=\s+{FULL_NAME}$)",
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
_HOUSE = re.compile(r"^(?P<name>[\w.’'& -]{2,60}?)\s+(?:[Ii]nterview(?:s|ed)?|[Ee]xclusive|[Qq]uestions)\b")
_ASKER_FIRST = re.compile(
    rf"^(?!(?:We|I|They|He|She|You|Who)\b)(?P<asker>{FULL_NAME}|[{_CAPITAL}][\w.’'-]+)\s+"
    r"(?:spoke|speaks|talked|talks|sat down|chatted|interview(?:s|ed))\s+(?:to|with)?\s*"
)
_IN_CONVERSATION = re.compile(rf"(?P<guest>{FULL_NAME}),? in conversation with (?P<asker>{FULL_NAME})")
_GUEST_FIRST = re.compile(
    rf"(?P<guest>{FULL_NAME})(?P<post>,[^.]{{3,150}}?,)? (?:spoke|speaks|talked|talks|chatted|sat down) (?:to|with) "
    rf"(?P<asker>{NAME_PATTERN})"
)
# Keys of lines at the head of a transcript: "Interviewee: Jane Roe".
_LIST_KEYS = {
    Role.INTERVIEWEE: (
        r"interviewees?|narrator|respondent|guests?|интервьюируемый|респондент|гость|entrevistad[oa]"
        r"|gesprächspartner(?:in)?|befragte[r]?|interviewée?|invitée?"
    ),
    Role.INTERVIEWER: (
        r"interviewers?|hosts?|интервьюер|ведущ(?:ий|ая)|entrevistador[a]?|interviewerin|intervieweu(?:r|se)"
    ),
    Role.EDITOR: r"transcribers?|transcriptionist|editors?|расшифров(?:ка|щик)",
}
_LIST_KEY = "|".join(f"(?P<{role.name}>(?i:{keys}))" for role, keys in _LIST_KEYS.items())
_LIST_LINE = re.compile(
    rf"(?:{_LIST_KEY})\s*:\s*"
    rf"(?P<names>{HONORIFICS}{FULL_NAME}(?:(?:,| and| und| et| y| и| &) {HONORIFICS}{FULL_NAME}){{0,5}})"
    r"(?:,\s*(?P<post>[^.?!]{3,120}))?"
)
_BETWEEN_NAMES = re.compile(r",? (?:and|und|et|y|и|&) |, ")
_GUEST_BEFORE_QUOTE = re.compile(rf"^(?P<guest>{FULL_NAME})\s*[:—–]\s*[“\"«‘„»'‹]")
_GUEST_AFTER_KIND = re.compile(
    r"^(?:(?:An |The )?[Ii]nterview|Q ?(?:&|and) ?A|Entretien|Entrevista|Intervista|Интервью|Gespräch|Conversation)"
    rf"\s*[:—–|]\s*(?P<guest>{FULL_NAME})$"
)
_NO_FIRST_NAMES = (
    "the a an our how why what who when where my your is are der die das le la les el los las on in at of for new "
    "press radio daily weekly"
)
_NO_FIRST_NAME = frozenset(_NO_FIRST_NAMES.split())
_KIND_OF_TEXT = re.compile(
    r"(?i)(?:an? |the |un[ea]? |ein |das |l[’'])?(?:interview|conversation|q ?& ?a|talk|text|words|photos?|report|story"
    r"|entretien|gespräch|entrevista|intervista|интервью|беседа|текст|фото)\b"
)
_WHO_ASKED = re.compile(
    r"(?:(?:The|This) (?:interview|conversation|text|talk) (?:was|has been) (?:conducted|recorded|led|done)"
    r" by"
    r"|(?:Das|Dieses) (?:Interview|Gespräch) führten?|(?:Interview|Questions|Interviewed) by|Propos recueillis par"
    r"|Entretien (?:réalisé|mené|conduit) par|(?:La |Esta )?[Ee]ntrevista (?:fue )?realizada por"
    r"|Интервью (?:взял|провёл|провел|подготовил)[аи]?|Беседовал[аи]?|Беседу (?:вёл|вел|провел|провёл)[аи]?)\b[^.!?]+"
    r"(?:\.[^.!?]{1,20})?\.?"
)
_CREDIT_SENTENCE = re.compile(rf"(?<=[.!?]\s){_WHO_ASKED.pattern}$")
_INTRODUCTION = re.compile(
    rf"^{HONORIFICS}(?:{PROFESSION}\s)*(?P<name>{FULL_NAME})(?: \(\d\d\))?"
    rf"(?P<between>, [^.,]{{2,80}}(?:, [^.,]{{3,60}})?,)?"
    r"\s+(?:is|was|has been|est|es|ist|è|—|–|-|works as|serves as|works|serves|teaches|leads|runs|heads"
    r"|directs|founded)\s+"
    r"(?:(?:an?|the|one of the|un|une|le|la|el|ein|eine|der|die|das|uno?)\s)?(?P<post>[^.;]{3,120}?)"
    r"(?=\.|;|$|,? (?:who|which|where|and|qui|que|et|y|der|die|und)\b)"
)
# Names of places and of things that begin a sentence like one of a person.
_NO_PERSON = re.compile(
    r"\b(?:Institute|University|Club|Company|Press|Association|Foundation|Museum|Street|Island|River|Bay|City|States"
    r"|Union|Interview|Conversation|Talk|With|Questions|Office|Centre|Center|Department|Agency|Committee|Board"
    r"|Society|Court|Church|Hospital|Theatre|Orchestra|Collective"
    r"|Studios?|Staff|Team|Editors?|Editorial|Desk|News|Magazine|Radio|Media|Admin|Redaktion|Redacción"
    r"|Rédaction|Guest|Council|Ministry|Bank|Group|School|College|Project|Journal|Times|War|Prize|Award"
    r"|Records?|Library)\b"
)
# What is no description of a person: “San Pier is a town on the coast.”
_NO_POST = re.compile(
    r"(?i)^(?:(?!(?:of|at|for|in|on|with|du|de|des|der|del|di|im|von)\b)[\w’-]+ ){0,4}?(?:city|town|village"
    r"|street|river|bay|island|country|state|region|district|company|firm"
    r"|start-?up"
    r"|organi[sz]ation|nonprofit|charity|foundation|festival|project|platform|magazine|newspaper|journal|book"
    r"|novel|film"
    r"|movie|band|group|app|software|programme|program|language|club|restaurant|school|university|college|network"
    r"|movement|website|site|blog|podcast|show|series|harbou?r|port|museum|gallery|library|event|conference|award|prize"
    r"|place|part|name|kind|type|form|disease|method|game|product|brand|label|studio|agency|team|ship|boat|building"
    r"|ville|village|quartier|entreprise|société|Stadt|Dorf|Firma|Unternehmen|Verein|Zeitschrift|ciudad|pueblo|empresa"
    r"|revista|город|село|компания|журнал|фирма|проект)\b"
)
_CREDIT_PATTERNS = [*_INTERVIEWER, *_INTERVIEWEE, *(p for _, ps in _OTHER_CREDITS for p in ps)]
_CREDIT = re.compile(rf"(?:{'|'.join(_CREDIT_PATTERNS)})\s*:?\s*(?:the )?{HONORIFICS}[{_CAPITAL}@]")
_CREDIT_IN_OTHER_SCRIPT = re.compile(r"采访|記者|记者|访谈|حوار|أجرى|مقابلة|インタビュー")
_FIRST_PERSON = re.compile(r"\b(?:I|my|[Ww]e|[Яя]|[Мм]ы|[Jj]e|[Nn]ous|[Yy]o|[Nn]osotros|[Ii]ch|[Ww]ir)\b")
_ABBREVIATION = re.compile(r"\s*\([A-ZА-Я]{1,4}\)")  # initials introduced for the labels
_MAX_WORDS = 60


def is_byline(words: str) -> bool:
    """Return whether a paragraph is a byline or a credit, and nothing more."""
    words = _ABBREVIATION.sub("", words)
    if not words or len(words.split()) > _MAX_WORDS or words.rstrip().endswith(("?", "？", "؟")):
        return False
    if read_list_line(words):
        return True
    if _WHO_ASKED.fullmatch(words):
        return True
    credit = _CREDIT.search(words)
    if credit:
        return _is_only_credit(words, credit)
    if _ASKER_FIRST.match(words) and len(words.split()) < 40 and _names_guest(words):
        has_second_sentence = re.search(r"[.!?]\s+\S", words[words.find(" spoke") :])
        return not has_second_sentence or len(words.split()) < 20
    is_short = len(words) < 60 and not words.rstrip().endswith(("。", "！"))
    return is_short and bool(_CREDIT_IN_OTHER_SCRIPT.search(words))


def _names_guest(words: str) -> bool:
    """Return whether a byline's words name a person who is interviewed."""
    return any(person.role is Role.INTERVIEWEE for person in find_people(words))


def _is_only_credit(words: str, credit: re.Match[str]) -> bool:
    """Return whether a paragraph with a credit is neither speech nor an introduction."""
    before = words[: credit.start()]
    if before.rstrip().endswith(",") or _FIRST_PERSON.search(before):
        return False  # "Jane Roe, editor: …", "Today my colleague and I talk with …"
    has_second_sentence = re.search(r"[.!?]\s+[A-ZА-Я]", words[credit.end() :])
    if len(words.split()) > 25 and _GUEST_FIRST.search(words) and has_second_sentence:
        return False
    # "… interview with X" opens the line, or follows the name of who asked.
    return len(before.split()) <= 6 and "." not in before.replace(".com", "").replace(".org", "").strip(" .")


def find_authors(words: str) -> tuple[Person, ...]:
    """Return the people whom the author line of a file names; nobody for words like “Interview by the desk”."""
    return find_people(words) or (() if _KIND_OF_TEXT.match(words) else find_people(f"By {words}"))


def is_sentence(words: str) -> bool:
    """Return whether a byline is a whole sentence, as “Jane Roe talks to Ann Poe about lamps.”, and no credit."""
    is_told = _ASKER_FIRST.match(words) or _GUEST_FIRST.search(words) or _IN_CONVERSATION.search(words)
    return bool(is_told) and len(words.split()) >= 8 and words.rstrip().endswith((".", "!", "…", ".”"))


def split_off_credit(words: str) -> str:
    """Return the sentences before a last one that says who led the interview; "" if there is no such pair."""
    match = _CREDIT_SENTENCE.search(words)
    return words[: match.start()] if match and match.start() > 0 and not is_byline(words[: match.start()]) else ""


def read_introduced_person(words: str) -> Person | None:
    """Return who is introduced by a paragraph like “Jane Roe is a keeper of lamps. She …”, as an interviewee."""
    match = _INTRODUCTION.match(words)
    if match is None or not is_full_name(match["name"]) or _NO_PERSON.search(match["name"]):
        return None
    post = match["between"] or match["post"] or ""
    if _NO_POST.search(post):
        return None
    is_affiliation = len(post.split()) <= 20 and not post.strip(" ,").isdigit()
    return Person(match["name"], Role.INTERVIEWEE, post.strip(" ,") if is_affiliation else "")


def is_full_name(words: str) -> bool:
    """Return whether the words can be a person's whole name, and nothing more: “Mr Roe” is none."""
    name = split_titles(words).name
    return bool(re.fullmatch(FULL_NAME, name)) and words.split()[0].lower() not in _NO_FIRST_NAME


def find_guest(title: str) -> str:
    """Return the guest in a title like "Jane Roe: “…”" or "Interview: Jane Roe", or ""."""
    match = _GUEST_BEFORE_QUOTE.match(title.strip()) or _GUEST_AFTER_KIND.match(title.strip())
    return match["guest"] if match and is_full_name(match["guest"]) else ""


# --- the people whom a byline names ---------------------------------------------------------------


def read_list_line(words: str) -> tuple[Person, ...]:
    """Return the people in a line like "Interviewers: Jane Roe and John Doe".

    Nobody, if the line says anything else.
    """
    line = _LIST_LINE.fullmatch(words.strip(" *_."))
    role = next((role for role in _LIST_KEYS if line and line[role.name]), None)
    if line is None or role is None:
        return ()
    names = [re.sub(rf"^{HONORIFICS}", "", name) for name in _BETWEEN_NAMES.split(line["names"])]
    return tuple(Person(name, role, (line["post"] or "").strip() if name == names[-1] else "") for name in names)


def find_people(byline: str) -> tuple[Person, ...]:
    """Return the people whom a byline names, guests first, each once, with affiliations."""
    if people := read_list_line(byline):
        return people
    byline = _ABBREVIATION.sub("", byline)
    people = tuple(_read_sentence(byline) or _read_credits(byline))
    return _remove_repeated([*people, *_find_house(byline, people)])


def _read_sentence(byline: str) -> list[Person]:
    """Return the people of "X in conversation with Y" and "X spoke to Y"; none for credits."""
    conversation = _IN_CONVERSATION.search(byline)
    if conversation:
        return [
            Person(_strip_marks(conversation["guest"]), Role.INTERVIEWEE),
            Person(_strip_marks(conversation["asker"]), Role.INTERVIEWER),
        ]
    asker_first = _ASKER_FIRST.match(byline)
    if asker_first:
        guests = read_names(byline[asker_first.end() :], Role.INTERVIEWEE)
        return [*guests, Person(_strip_marks(asker_first["asker"]), Role.INTERVIEWER)]
    guest_first = _GUEST_FIRST.search(byline)
    if guest_first:
        guest = Person(_strip_marks(guest_first["guest"]), Role.INTERVIEWEE, (guest_first["post"] or "").strip(" ,"))
        return [guest, Person(_strip_marks(guest_first["asker"]), Role.INTERVIEWER)]
    return []


def _read_credits(byline: str) -> list[Person]:
    """Return the people named after words like "Interview by" and "Photos:"."""
    credit_patterns = ((Role.INTERVIEWEE, _INTERVIEWEE), (Role.INTERVIEWER, _INTERVIEWER), *_OTHER_CREDITS)
    return [
        person
        for role, patterns in credit_patterns
        for pattern in patterns
        for match in re.finditer(rf"(?:{pattern})\s*:?\s*", byline)
        for person in read_names(byline[match.end() :], role)
    ]


def _find_house(byline: str, people: Iterable[Person]) -> list[Person]:
    """Return the house in "The Club interview with …"; a web address names no speaker."""
    house = _HOUSE.match(byline)
    if house is None or any(person.role is Role.INTERVIEWER for person in people):
        return []
    name = house["name"].strip()
    is_name = re.fullmatch(FULL_NAME, name) and not re.search(r"\.(?:com|org|net|ru|de|fr|es)$", name)
    return [Person(name, Role.INTERVIEWER)] if is_name else []


def read_names(text: str, role: Role) -> list[Person]:
    """Return the people with whose names a text begins; the last has its affiliation."""
    people: list[Person] = []
    while True:
        match = re.match(rf"(?:the\s|[\w-]+[’']s\s)?{HONORIFICS}(?P<name>{NAME_PATTERN})", text)
        if match is None or re.match(rf"^{_POST}", match["name"].lower()) or match["name"].endswith(("'s", "’s")):
            break
        people.append(Person(_strip_marks(match["name"]), role))
        text = text[match.end() :]
        joint = re.match(rf"\s*(?:,?\s+(?:and|und|et|y|и|e|&)\s+|\s&\s)(?={HONORIFICS}{FULL_NAME})", text)
        if joint is None:
            break
        text = text[joint.end() :]
    if people and role is Role.INTERVIEWEE:
        people[-1] = Person(people[-1].name, role, _read_affiliation(text))
    return people


def _read_affiliation(text: str) -> str:
    """Return the affiliation after a name in a sentence, with ";" before a second post."""
    match = re.match(r"\s*[,—–(-]\s*(?P<post>.+?)(?:\)|[.](?=\s+[A-ZА-Я]|\s*$)|$)", text, re.DOTALL)
    if match is None or len(match["post"]) > 300:
        return ""
    post = match["post"].strip(" .,")
    if re.match(r"(?:[Ii]nterviewed |[Ww]ritten )?[Bb]y\b", post):
        return ""
    return re.sub(rf", (?={_POST})", "; ", post)


def strip_profession(name: str) -> str:
    """Return a name without a profession or a title before it: “Keeper Jane Roe”, “Dr. Jane Roe”."""
    return split_titles(_LEADING_PROFESSION.sub("", name)).name


def can_be_person(name: str) -> bool:
    """Return whether a name is whole, and not that of an institution, a place or a staff."""
    return is_full_name(name) and not _NO_PERSON.search(name)


def _strip_marks(name: str) -> str:
    """Return a name without a profession before it or marks around it; a last initial keeps its full stop."""
    name = strip_profession(name)
    return name.strip(" .,") if not re.search(r"\b[A-Z]\.$", name) else name.strip(" ,")


def _remove_repeated(people: Iterable[Person]) -> tuple[Person, ...]:
    """Return the people, each name once, in their order."""
    people_by_name: dict[str, Person] = {}
    for person in people:
        people_by_name.setdefault(person.name.casefold(), person)
    return tuple(people_by_name.values())
