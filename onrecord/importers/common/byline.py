"""Recognize bylines and credits, and find the people they name, with role and affiliation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from onrecord.importers.common import boilerplate
from onrecord.importers.common.titles import split_titles
from onrecord.model import Person, Role

_CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĖĘĚĜĞĠĢĤĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŜŞŠŢŤŪŮŰŲŴŶŹŻŽА-ЯЁЄІЇҐ"
# A stop ends a sentence, but behind an initial and a few short forms.
_NAME_WORD = rf"(?:(?:[{_CAPITAL}]|Jr|Sr|St|Chr|Wm|Th|Ph|Yu)\.|[{_CAPITAL}][\w’'-]*)"
_PARTICLE = (
    r"(?:de la|de los|van der|van den|von der|de|da|di|del|della|du|dos|van|von|der|bin|ibn|al|el|le|la|ten|ter)"
)
# A word that begins the next credit does not go on with a name.
_NO_CREDIT = (
    r"(?!(?:Published|Posted|Updated|Last|"
    r"Edited|Transl|Transcri|Photo|Pictur|Image|Text|Words|Interview|Produced|Foto|Traduc|Traduit|Texte|Bild"
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

_WORK = (
    r"(?i:words|text|texte?|texto|tekst|story|interview|entretien|entrevista|intervista|photos?|photographs?"
    r"|photography|pictures|images|fotos?|foto’s|fotografie|bilder|текст|фото|интервью|video)"
)
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
    r"[Dd]ie Fragen stellten?",
    r"[Qq]uestions\s?:",
    r"[Ii]nterview door",
    r"(?:[Ii]ntervista|[Cc]olloquio) di",
    r"a cura di",
    r"[Ww]ywiad\s?:",
    r"[Rr]ozmawia(?:ła|ł|li|ły)",
    r"[Rr]ozhovor(?: vedla?| připravila?|\s?:)",
    r"(?:[Rr]öportaj|[Ss]öyleşi|[Hh]aastattelu|[Ii]nterjú|[Ii]ntervju|[Ee]ntretien)\s?:",
    r"[Ии]нтервью\s?:",
    rf"^(?:{_WORK} ?(?:,|and|&|\+|und|et|y|e|en|och|и) ?)+{_WORK}(?:(?: by| von| de| par| por| door)(?=\s)|\s?:)",
    r"^(?:[Pp]osted|[Pp]ublished|[Rr]eported|[Ss]tory|[Rr]eporting) by",
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
            r"[Ff]oto(?:s|’s|graf[íi]as?|grafie|grafi[ae])?(?: de| von| di| door|\s?:)",
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
            r"^(?:[Tt]ext|[Ww]ords|[Тт]екст|[Tt]exte|[Tt]exto|[Tt]ekst|[Tt]esto|[Aa]utor(?:in)?|[Aa]uthor|[Аа]втор)"
            r"(?:(?: by| von| de)\s?:?(?=\s)|\s?:)",
            rf"^(?:Text|Words|Текст|Texte|Texto|Автор)(?=\s+{FULL_NAME}$)",
            r"^(?:[Ww]ritten )?(?:[Bb]y|BY)(?=[\s:])",
            r"^(?:Par|Por|Von)(?=\s|\s?:)",
            r"^(?:[Dd]i|[Dd]oor|Av|Af|par|por|von|Przez|Autor[ae]?)"
            rf"(?=\s+{FULL_NAME}(?: (?:e|en|och|og|i) {FULL_NAME})?\W*$)",
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
_BY_BEHIND_GUEST = re.compile(
    r"(?:[Ii]nterview|[Cc]onversation|Q ?& ?A) with [^.:]{3,80}?,? (?:(?:conducted|led|recorded) )?by\s"
    rf"(?={FULL_NAME})"
)
_WITH_BEHIND_AUTHOR = re.compile(rf"^(?:[Ww]ritten )?[Bb]y {FULL_NAME} with\s(?={FULL_NAME})")
_TOLD = re.compile(
    rf"^(?:[Bb]y\s)?{HONORIFICS}(?P<guest>{FULL_NAME}),? (?:as told to|was interviewed by|is interviewed by)\s"
)
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
    "press radio daily weekly old san santa saint upper lower great grand by por par di door av af posted published"
    " written words text interview questions photos unser unsere mein meine notre mon nuestro nuestra mi"
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
    r"|House|Harbou?r|Port|Wall|Beach|Park|Square|Road|Avenue|Lane|Hill|Mountain|Mount|Lake|Bridge|Tower|Town|Village"
    r"|Valley|Coast|Lights?|Maps|Time|Watch|Review|Post|Weekly|Daily|Today|North|South|East|West|Google|Microsoft|Apple"
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


_AND = r"(?:and|und|et|y|i|и|e|en|och|og|&)"
_JOINT = re.compile(rf"\s*(?:,?\s+{_AND}\s+|\s&\s|,\s+[a-zà-ÿ][^,;.]{{2,50}},?\s+{_AND}\s+)(?={HONORIFICS}{FULL_NAME})")
_JOINT_OR_COMMA = re.compile(rf"\s*(?:,\s+{_AND}\s+|,\s+|\s+{_AND}\s+)(?={HONORIFICS}{NAME_PATTERN})")
_LISTED_NAME = rf"{HONORIFICS}{_NAME_WORD}(?:\s{_NO_CREDIT}(?:{_PARTICLE}\s)?{_NAME_WORD}){{0,3}}"
_NAME_LIST = re.compile(
    rf"{_LISTED_NAME}(?:, {_LISTED_NAME})+,? {_AND} (?:(?:the|der|die|das|la|le|el|de)\s|{_LISTED_NAME})"
)
_IS_POST = re.compile(rf"\b(?:{PROFESSION}|Master|Chief|Head|Officer|Secretary|Fellow|Member|Lecturer|Writer|Staff)\b")
_BARE_CREDITS = re.compile(rf"{_WORK} {FULL_NAME}(?:\s?[/|·,–—-]?\s{_WORK} {FULL_NAME})+")
_BARE_CREDIT = re.compile(
    rf"(?:(?P<picture>(?i:photo|picture|image|foto|bild|фото)[\w’]*)|{_WORK}) (?P<name>{FULL_NAME})"
)
_STAFF = re.compile(
    r"^(?:Staff|Admin|Editors?|Team|Guest|Redaktion|Redacción|Rédaction|Redazione|Redactie)$"
    r"|\b(?:Staff|Editors|Admin|Team|Newsroom|Agencies|Redaktion|Redacción|Rédaction)$|^The [\w’]+$"
)


def is_byline(words: str) -> bool:
    """Return whether an imported paragraph is a byline or a credit, and nothing more."""
    words = _ABBREVIATION.sub("", words)
    if not words or len(words.split()) > _MAX_WORDS or words.rstrip().endswith(("?", "？", "؟")):
        return False
    if read_people_line(words) or _TOLD.match(words) or _BARE_CREDITS.fullmatch(words) or _read_author_and_date(words):
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
    """Return whether the words of an imported byline name a person who is interviewed."""
    return any(person.role is Role.INTERVIEWEE for person in find_people_in_byline(words))


def _is_only_credit(words: str, credit: re.Match[str]) -> bool:
    """Return whether an imported paragraph with a credit is neither speech nor an introduction."""
    before = words[: credit.start()]
    if before.rstrip().endswith(",") or _FIRST_PERSON.search(before):
        return False  # "Jane Roe, editor: …", "Today my colleague and I talk with …"
    has_second_sentence = re.search(r"[.!?]\s+[A-ZА-Я]", words[credit.end() :])
    if len(words.split()) > 25 and _GUEST_FIRST.search(words) and has_second_sentence:
        return False
    # "… interview with X" opens the line, or follows the name of who asked.
    return len(before.split()) <= 6 and "." not in before.replace(".com", "").replace(".org", "").strip(" .")


def find_authors(words: str) -> tuple[Person, ...]:
    """Return the people whom an imported file's author line names; () for words like “Interview by the desk”."""
    people = find_people_in_byline(words)
    is_name = can_be_person_name(re.split(r",| (?:and|und|et|y|e|&|[|·–—-]) ", words)[0]) or re.fullmatch(
        _NAME_WORD, words
    )
    is_credit = _KIND_OF_TEXT.match(words) or _CREDIT.match(words)
    return people or (find_people_in_byline(f"By {words}") if is_name and not is_credit else ())


def is_byline_sentence(words: str) -> bool:
    """Return whether a byline is a whole sentence, as “Jane Roe talks to Ann Poe about lamps.”, and no credit."""
    is_told = _ASKER_FIRST.match(words) or _GUEST_FIRST.search(words) or _IN_CONVERSATION.search(words)
    return bool(is_told) and len(words.split()) >= 8 and words.rstrip().endswith((".", "!", "…", ".”"))


def split_off_credit(words: str) -> str:
    """Return the sentences of a paragraph before a last one that credits the interviewer; "" if there are none."""
    match = _CREDIT_SENTENCE.search(words)
    return words[: match.start()] if match and match.start() > 0 and not is_byline(words[: match.start()]) else ""


def read_introduced_person(words: str) -> Person | None:
    """Return, as an interviewee, whom a paragraph like “Jane Roe is a keeper of lamps. She …” introduces, or None."""
    match = _INTRODUCTION.match(words)
    if match is None or not is_full_name(match["name"]) or _NO_PERSON.search(match["name"]):
        return None
    post = match["between"] or match["post"] or ""
    if _NO_POST.search(post):
        return None
    is_affiliation = len(post.split()) <= 20 and not post.strip(" ,").isdigit()
    return Person(match["name"], Role.INTERVIEWEE, post.strip(" ,") if is_affiliation else "")


def is_full_name(words: str) -> bool:
    """Return whether the words can be a person's whole name, and nothing more: not “Mr Roe”."""
    name = split_titles(words).name
    return bool(re.fullmatch(FULL_NAME, name)) and words.split()[0].lower() not in _NO_FIRST_NAME


def find_guest_in_title(title: str) -> str:
    """Return the guest's name in a title like "Jane Roe: “…”" or "Interview: Jane Roe", or ""."""
    match = _GUEST_BEFORE_QUOTE.match(title.strip()) or _GUEST_AFTER_KIND.match(title.strip())
    return match["guest"] if match and is_full_name(match["guest"]) else ""


# --- the people whom a byline names ---------------------------------------------------------------


def read_people_line(words: str) -> tuple[Person, ...]:
    """Return the people in an imported line like "Interviewers: Jane Roe and John Doe".

    Nobody, if the line says anything else.
    """
    line = _LIST_LINE.fullmatch(words.strip(" *_."))
    role = next((role for role in _LIST_KEYS if line and line[role.name]), None)
    if line is None or role is None:
        return ()
    names = [re.sub(rf"^{HONORIFICS}", "", name) for name in _BETWEEN_NAMES.split(line["names"])]
    return tuple(Person(name, role, (line["post"] or "").strip() if name == names[-1] else "") for name in names)


def _read_author_and_date(words: str) -> tuple[Person, ...]:
    """Return the author in a line like “Jane Roe · 3 May 2024 · 4 min read”; () in any other line."""
    parts = [part for part in re.split(r"\s*[·•|]\s*| (?=by [^\W\d_])", words) if part]
    names = [part.removeprefix("by ") for part in parts if can_be_person_name(part.removeprefix("by "))]
    is_line = len(parts) > 1 and len(names) == 1 and any(map(boilerplate.read_date_line, parts))
    return (Person(strip_profession(names[0]), Role.INTERVIEWER),) if is_line else ()


def find_people_in_byline(byline: str) -> tuple[Person, ...]:
    """Return the people whom an imported byline names, guests first, each once, with affiliations."""
    if people := read_people_line(byline) or _read_author_and_date(byline):
        return people
    byline = _ABBREVIATION.sub("", byline)
    people = tuple(_read_byline_sentence(byline) or _read_credits(byline))
    return _remove_repeated([*people, *_find_interviewing_house(byline, people)])


def _read_byline_sentence(byline: str) -> list[Person]:
    """Return the people of a byline "X in conversation with Y" or "X spoke to Y"; [] for credits."""
    conversation = _IN_CONVERSATION.search(byline)
    if conversation:
        return [
            Person(_clean_name(conversation["guest"]), Role.INTERVIEWEE),
            Person(_clean_name(conversation["asker"]), Role.INTERVIEWER),
        ]
    retold = _TOLD.search(byline)
    if retold:
        askers = read_names(byline[retold.end() :], Role.INTERVIEWER)
        return [Person(_clean_name(retold["guest"]), Role.INTERVIEWEE), *askers]
    asker_first = _ASKER_FIRST.match(byline)
    if asker_first:
        guests = read_names(byline[asker_first.end() :], Role.INTERVIEWEE)
        return [*guests, Person(_clean_name(asker_first["asker"]), Role.INTERVIEWER)]
    guest_first = _GUEST_FIRST.search(byline)
    if guest_first:
        guest = Person(_clean_name(guest_first["guest"]), Role.INTERVIEWEE, (guest_first["post"] or "").strip(" ,"))
        return [guest, Person(_clean_name(guest_first["asker"]), Role.INTERVIEWER)]
    return []


def _read_credits(byline: str) -> list[Person]:
    """Return the people whom a byline names after words like "Interview by" and "Photos:"."""
    credit_patterns = ((Role.INTERVIEWEE, _INTERVIEWEE), (Role.INTERVIEWER, _INTERVIEWER), *_OTHER_CREDITS)
    if _BARE_CREDITS.fullmatch(byline):
        return [
            Person(_clean_name(match["name"]), Role.PHOTOGRAPHER if match["picture"] else Role.INTERVIEWER)
            for match in _BARE_CREDIT.finditer(byline)
        ]
    later = _BY_BEHIND_GUEST.search(byline) or _WITH_BEHIND_AUTHOR.search(byline)
    askers = read_names(byline[later.end() :], Role.INTERVIEWER) if later else []
    return [
        person
        for role, patterns in credit_patterns
        for pattern in patterns
        for match in re.finditer(rf"(?:{pattern})\s*:?\s*", byline)
        for person in read_names(byline[match.end() :], role, is_list=_is_list_of_names(byline, match))
    ] + askers


def _is_list_of_names(byline: str, credit: re.Match[str]) -> bool:
    """Return whether a byline has a colon before the names, and only whole names of people between commas."""
    names = re.split(r"[;|/.–—]|,? (?=\w+ ?:)", byline[credit.end() :])[0]
    parts = names.split(", ")
    return ":" in credit[0] and len(parts) > 1 and all(map(can_be_person_name, parts)) and not _has_post(parts)


def _find_interviewing_house(byline: str, people: Iterable[Person]) -> list[Person]:
    """Return the house in a byline "The Club interview with …" as who asks, or []; a web address is none."""
    house = _HOUSE.match(byline)
    if house is None or any(person.role is Role.INTERVIEWER for person in people):
        return []
    name = house["name"].strip()
    is_name = re.fullmatch(FULL_NAME, name) and not re.search(r"\.(?:com|org|net|ru|de|fr|es)$", name)
    return [Person(name, Role.INTERVIEWER)] if is_name else []


def read_names(text: str, role: Role, *, is_list: bool = False) -> list[Person]:
    """Return the people with whose names a text begins; the last has its affiliation.

    “A, B and C” are three people; with `is_list` “A, B” are two, without a word that joins them.
    """
    people: list[Person] = []
    joint = _JOINT_OR_COMMA if is_list or _is_name_list(text) else _JOINT
    while True:
        match = re.match(rf"(?:the\s|[\w-]+[’']s\s)?{HONORIFICS}(?P<name>{NAME_PATTERN})", text)
        if match is None or re.match(rf"^{_POST}", match["name"].lower()) or match["name"].endswith(("'s", "’s")):
            break
        if not _STAFF.search(match["name"]):
            people.append(Person(_clean_name(match["name"]), role))
        text = text[match.end() :]
        following = joint.match(text)
        if following is None:
            break
        text = text[following.end() :]
    if people and role is Role.INTERVIEWEE:
        people[-1] = Person(people[-1].name, role, _read_affiliation(text))
    return people


def _is_name_list(text: str) -> bool:
    """Return whether a text begins with names between commas, and a last one, or a staff, behind “and”."""
    match = _NAME_LIST.match(text)
    return match is not None and not _has_post(match[0].split(", "))


def _has_post(names: Sequence[str]) -> bool:
    """Return whether a name behind the first of a byline is a post: “Harbour Master”, “Lamp Editor”."""
    return any(_IS_POST.search(name) for name in names[1:])


def _read_affiliation(text: str) -> str:
    """Return the affiliation after a name in a byline's sentence, with ";" before a second post."""
    match = re.match(r"\s*[,—–(-]\s*(?P<post>.+?)(?:\)|[.](?=\s+[A-ZА-Я]|\s*$)|$)", text, re.DOTALL)
    if match is None or len(match["post"]) > 300:
        return ""
    post = match["post"].strip(" .,")
    if re.match(r"(?:[Ii]nterviewed |[Ww]ritten |[Cc]onducted |[Ll]ed )?[Bb]y\b", post):
        return ""
    return re.sub(rf", (?={_POST})", "; ", post)


def strip_profession(name: str) -> str:
    """Return a name without a profession or a title before it: “Keeper Jane Roe”, “Dr. Jane Roe”."""
    return split_titles(_LEADING_PROFESSION.sub("", name)).name


def can_be_person_name(name: str) -> bool:
    """Return whether a name is whole, and not that of an institution, a place or a staff."""
    return is_full_name(name) and not _NO_PERSON.search(name)


def _clean_name(name: str) -> str:
    """Return a name without a profession or signs around it; a last initial keeps its full stop."""
    name = strip_profession(name)
    name = name.title() if name.isupper() and " " in name else name
    return name.strip(" .,") if not re.search(r"\b[A-Z]\.$", name) else name.strip(" ,")


def _remove_repeated(people: Iterable[Person]) -> tuple[Person, ...]:
    """Return the people, each name once, in their order."""
    people_by_name: dict[str, Person] = {}
    for person in people:
        people_by_name.setdefault(person.name.casefold(), person)
    return tuple(people_by_name.values())
