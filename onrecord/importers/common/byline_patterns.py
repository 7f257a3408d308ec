"""Patterns of names, posts and credits in the languages of imports."""

from __future__ import annotations

import re

from onrecord.model import Role

_CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĖĘĚĜĞĠĢĤĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŜŞŠŢŤŪŮŰŲŴŶŹŻŽА-ЯЁЄІЇҐ"
# A stop ends a sentence, but after an initial and a few short forms.
NAME_WORD = rf"(?:(?:[{_CAPITAL}]|Jr|Sr|St|Chr|Wm|Th|Ph|Yu)\.|[{_CAPITAL}][\w’'-]*)"
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
NAME_PATTERN = rf"{NAME_WORD}(?:\s{_NO_CREDIT}(?:{_PARTICLE}\s)?{NAME_WORD}){{0,4}}"
FULL_NAME = rf"{NAME_WORD}(?:\s{_NO_CREDIT}(?:{_PARTICLE}\s)?{NAME_WORD}){{1,4}}"
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
LEADING_PROFESSION = re.compile(rf"^(?:(?:The\s)?(?:{HONORIFICS}{PROFESSION})\s+)+(?={NAME_WORD}\s)")

_WORK = (
    r"(?i:words|text|texte?|texto|tekst|story|interview|entretien|entrevista|intervista|photos?|photographs?"
    r"|photography|pictures|images|fotos?|foto’s|fotografie|bilder|текст|фото|интервью|video)"
)
# Words before the name of who asked.
INTERVIEWER = (
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
INTERVIEWEE = (
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
OTHER_CREDITS = (
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
POST = (
    r"(?:senior |chief |deputy |former |founding |associate |assistant |visiting )?(?:lecturer|professor|director"
    r"|editor|fellow|"
    r"researcher|member|head|chair(?:man|woman)?|founder|author|advis[eo]r|analyst|president|correspondent"
    r"|journalist)\b"
)
HOUSE = re.compile(r"^(?P<name>[\w.’'& -]{2,60}?)\s+(?:[Ii]nterview(?:s|ed)?|[Ee]xclusive|[Qq]uestions)\b")
ASKER_FIRST = re.compile(
    rf"^(?!(?:We|I|They|He|She|You|Who)\b)(?P<asker>{FULL_NAME}|[{_CAPITAL}][\w.’'-]+)\s+"
    r"(?:spoke|speaks|talked|talks|sat down|chatted|interview(?:s|ed))\s+(?:to|with)?\s*"
)
IN_CONVERSATION = re.compile(rf"(?P<guest>{FULL_NAME}),? in conversation with (?P<asker>{FULL_NAME})")
BY_AFTER_GUEST = re.compile(
    r"(?:[Ii]nterview|[Cc]onversation|Q ?& ?A) with [^.:]{3,80}?,? (?:(?:conducted|led|recorded) )?by\s"
    rf"(?={FULL_NAME})"
)
WITH_AFTER_AUTHOR = re.compile(rf"^(?:[Ww]ritten )?[Bb]y {FULL_NAME} with\s(?={FULL_NAME})")
TOLD = re.compile(
    rf"^(?:[Bb]y\s)?{HONORIFICS}(?P<guest>{FULL_NAME}),? (?:as told to|was interviewed by|is interviewed by)\s"
)
GUEST_FIRST = re.compile(
    rf"(?P<guest>{FULL_NAME})(?P<post>,[^.]{{3,150}}?,)? (?:spoke|speaks|talked|talks|chatted|sat down) (?:to|with) "
    rf"(?P<asker>{NAME_PATTERN})"
)
# Keys of lines at the head of a transcript: "Interviewee: Jane Roe".
LIST_KEYS = {
    Role.INTERVIEWEE: (
        r"interviewees?|narrator|respondent|guests?|интервьюируемый|респондент|гость|entrevistad[oa]"
        r"|gesprächspartner(?:in)?|befragte[r]?|interviewée?|invitée?"
    ),
    Role.INTERVIEWER: (
        r"interviewers?|hosts?|интервьюер|ведущ(?:ий|ая)|entrevistador[a]?|interviewerin|intervieweu(?:r|se)"
    ),
    Role.EDITOR: r"transcribers?|transcriptionist|editors?|расшифров(?:ка|щик)",
}
_LIST_KEY = "|".join(f"(?P<{role.name}>(?i:{keys}))" for role, keys in LIST_KEYS.items())
LIST_LINE = re.compile(
    rf"(?:{_LIST_KEY})\s*:\s*"
    rf"(?P<names>{HONORIFICS}{FULL_NAME}(?:(?:,| and| und| et| y| и| &) {HONORIFICS}{FULL_NAME}){{0,5}})"
    r"(?:\s*[(\[=]\s*(?P<initials>[^\W\d_a-zа-я]{1,4})\s*[)\]]?)?(?:,\s*(?P<post>[^.?!]{3,120}))?"
)
BETWEEN_NAMES = re.compile(r",? (?:and|und|et|y|и|&) |, ")
GUEST_BEFORE_QUOTE = re.compile(rf"^(?P<guest>{FULL_NAME})\s*[:—–]\s*[“\"«‘„»'‹]")
GUEST_AFTER_KIND = re.compile(
    r"^(?:(?:An |The )?[Ii]nterview|Q ?(?:&|and) ?A|Entretien|Entrevista|Intervista|Интервью|Gespräch|Conversation)"
    rf"\s*[:—–|]\s*(?P<guest>{FULL_NAME})$"
)
_NO_FIRST_NAMES = (
    "the a an our how why what who when where my your is are der die das le la les el los las on in at of for new "
    "press radio daily weekly old san santa saint upper lower great grand by por par di door av af posted published"
    " written words text interview questions photos unser unsere mein meine notre mon nuestro nuestra mi"
)
NO_FIRST_NAME = frozenset(_NO_FIRST_NAMES.split())
KIND_OF_TEXT = re.compile(
    r"(?i)(?:an? |the |un[ea]? |ein |das |l[’'])?(?:interview|conversation|q ?& ?a|talk|text|words|photos?|report|story"
    r"|entretien|gespräch|entrevista|intervista|интервью|беседа|текст|фото)\b"
)
WHO_ASKED = re.compile(
    r"(?:(?:The|This) (?:interview|conversation|text|talk) (?:was|has been) (?:conducted|recorded|led|done)"
    r" by"
    r"|(?:Das|Dieses) (?:Interview|Gespräch) führten?|(?:Interview|Questions|Interviewed) by|Propos recueillis par"
    r"|Entretien (?:réalisé|mené|conduit) par|(?:La |Esta )?[Ee]ntrevista (?:fue )?realizada por"
    r"|Интервью (?:взял|провёл|провел|подготовил)[аи]?|Беседовал[аи]?|Беседу (?:вёл|вел|провел|провёл)[аи]?)\b[^.!?]+"
    r"(?:\.[^.!?]{1,20})?\.?"
)
CREDIT_SENTENCE = re.compile(rf"(?<=[.!?]\s){WHO_ASKED.pattern}$")
INTRODUCTION = re.compile(
    rf"^{HONORIFICS}(?:{PROFESSION}\s)*(?P<name>{FULL_NAME})(?: \(\d\d\))?"
    rf"(?P<between>, [^.,]{{2,80}}(?:, [^.,]{{3,60}})?,)?"
    r"\s+(?:is|was|has been|est|es|ist|è|—|–|-|works as|serves as|works|serves|teaches|leads|runs|heads"
    r"|directs|founded)\s+"
    r"(?:(?:an?|the|one of the|un|une|le|la|el|ein|eine|der|die|das|uno?)\s)?(?P<post>[^.;]{3,120}?)"
    r"(?=\.|;|$|,? (?:who|which|where|and|qui|que|et|y|der|die|und)\b)"
)
# Names of places and of things that begin a sentence like one of a person.
NO_PERSON = re.compile(
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
NO_POST = re.compile(
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
_CREDIT_PATTERNS = [*INTERVIEWER, *INTERVIEWEE, *(p for _, ps in OTHER_CREDITS for p in ps)]
CREDIT = re.compile(rf"(?:{'|'.join(_CREDIT_PATTERNS)})\s*:?\s*(?:the )?{HONORIFICS}[{_CAPITAL}@]")
CREDIT_IN_OTHER_SCRIPT = re.compile(r"采访|記者|记者|访谈|حوار|أجرى|مقابلة|インタビュー")
FIRST_PERSON = re.compile(r"\b(?:I|my|[Ww]e|[Яя]|[Мм]ы|[Jj]e|[Nn]ous|[Yy]o|[Nn]osotros|[Ii]ch|[Ww]ir)\b")
ABBREVIATION = re.compile(r"\s*\([A-ZА-Я]{1,4}\)")  # initials introduced for the labels


_AND = r"(?:and|und|et|y|i|и|e|en|och|og|&)"
JOINT = re.compile(rf"\s*(?:,?\s+{_AND}\s+|\s&\s|,\s+[a-zà-ÿ][^,;.]{{2,50}},?\s+{_AND}\s+)(?={HONORIFICS}{FULL_NAME})")
JOINT_OR_COMMA = re.compile(rf"\s*(?:,\s+{_AND}\s+|,\s+|\s+{_AND}\s+)(?={HONORIFICS}{NAME_PATTERN})")
_LISTED_NAME = rf"{HONORIFICS}{NAME_WORD}(?:\s{_NO_CREDIT}(?:{_PARTICLE}\s)?{NAME_WORD}){{0,3}}"
NAME_LIST = re.compile(
    rf"{_LISTED_NAME}(?:, {_LISTED_NAME})+,? {_AND} (?:(?:the|der|die|das|la|le|el|de)\s|{_LISTED_NAME})"
)
IS_POST = re.compile(rf"\b(?:{PROFESSION}|Master|Chief|Head|Officer|Secretary|Fellow|Member|Lecturer|Writer|Staff)\b")
BARE_CREDITS = re.compile(rf"{_WORK} {FULL_NAME}(?:\s?[/|·,–—-]?\s{_WORK} {FULL_NAME})+")
BARE_CREDIT = re.compile(
    rf"(?:(?P<picture>(?i:photo|picture|image|foto|bild|фото)[\w’]*)|{_WORK}) (?P<name>{FULL_NAME})"
)
STAFF = re.compile(
    r"^(?:Staff|Admin|Editors?|Team|Guest|Redaktion|Redacción|Rédaction|Redazione|Redactie)$"
    r"|\b(?:Staff|Editors|Admin|Team|Newsroom|Agencies|Redaktion|Redacción|Rédaction)$|^The [\w’]+$"
)
