"""The keys of `book.yaml`, of an interview's front matter and of a pack, each with its kind.

The readers ask for no key that is not here; schemas and the manual's reference are made of it.
"""

from __future__ import annotations

from enum import StrEnum

from onrecord.manuscript.key_kinds import Key, KeyTable, Kind
from onrecord.model import Openings, Role, Status, Trim, slugs
from onrecord.model.agenda import MARKINGS, InterviewOrder, Marking, Markings
from onrecord.model.design import Theme
from onrecord.model.index_headings import HeadingKind
from onrecord.model.interview_style import InterviewStyle
from onrecord.model.recording import MediaType

MOST_NOTE_PAGES = 40
LONGEST_PACK_TITLE = 90
LONGEST_PACK_SLUG = 60  # markings follow it in the name of a file
LANGUAGE_PATTERN = r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-[a-z0-9]{5,8})*"
VERSION_PATTERN = r"(?=.{1,12}$)[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*"
_CLOCK = r"(?:[01]?[0-9]|2[0-3])[:.][0-5][0-9]"
URL_PATTERN = r"https?://[^\s/]+"  # how an address begins
SITE_PATTERN = r"https?://[^\s/?#]+(?:/[^\s?#]*)?"  # of a folder, without query and fragment
TIME_PATTERN = r"[0-9]{1,3}:[0-5][0-9]:[0-5][0-9]"  # in a recording


class PackPaper(StrEnum):
    """What an office printer takes, and A5 for a reader's bag."""

    A4 = "A4"
    LETTER = "Letter"
    A5 = "A5"


_MORE = Key(
    "more",
    Kind.NAMED_TEXTS,
    "Keys of your own, each with a text. `outline --json` gives them; they are not printed.",
    "{accession: OH-1987-14}",
    "none",
)
_ROLES = Key(
    "roles",
    Kind.NAMED_TEXTS,
    "Roles of your own, each with the known role as which it acts. The list of people prints your name for it.",
    "{narrator: interviewee}",
    "the known roles alone",
)
_PART = KeyTable(
    "an entry of `parts`",
    (
        Key("title", Kind.TEXT, "The title of the part.", "Voices from the Harbour", "the part has no title"),
        Key("interviews", Kind.TEXTS, "Its interviews, by file name, in order.", "[pilot, keeper]", "none"),
    ),
)
_PRINT_SHOP = KeyTable(
    "`print_shop`",
    (
        Key(
            "profile",
            Kind.TEXT,
            "The printer's ICC profile, a file in the book's folder.",
            "profiles/printer.icc",
            is_required=True,
        ),
    ),
)
_TYPOGRAPHY = KeyTable(
    "`typography`",
    (
        Key("quotes", Kind.FLAG, "Whether straight quotation marks become those of the language.", "no", "yes"),
        Key("apostrophes", Kind.FLAG, "Whether a straight apostrophe becomes ’, also in ’em and ’60s.", "no", "yes"),
        Key("primes", Kind.FLAG, "Whether straight marks behind figures become primes: 6′ 2″.", "no", "yes"),
        Key(
            "dashes",
            Kind.FLAG,
            "Whether two or three hyphens, and a hyphen with spaces between words, become dashes.",
            "no",
            "yes",
        ),
        Key("ellipses", Kind.FLAG, "Whether three full stops become one sign, ….", "no", "yes"),
        Key("multiplication", Kind.FLAG, "Whether an x with spaces between figures becomes ×.", "no", "yes"),
        Key("spaces", Kind.FLAG, "Whether French text gets no-break spaces at ; : ? ! and « ».", "no", "yes"),
    ),
)
_BRAND = KeyTable(
    "`brand`",
    (
        Key("accent", Kind.TEXT, "The colour of questions, rules and names.", '"#14532d"', "that of the theme"),
        Key(
            "text_face",
            Kind.TEXT,
            "The font family of the text: one of On Record’s, or one in `fonts/`.",
            "Source Serif 4",
            "that of the theme",
        ),
        Key("heading_face", Kind.TEXT, "The font family of titles and headings.", "Source Sans 3", "`text_face`"),
        Key("logo", Kind.TEXT, "A PNG or JPEG picture for the covers.", "images/logo.png", "none"),
    ),
)
BOOK_KEYS = KeyTable(
    "`book.yaml`",
    (
        Key("title", Kind.TEXT, "The title of the book.", "Voices from the Harbour", is_required=True),
        Key(
            "slug",
            Kind.TEXT,
            "The name of the finished files: lower-case Latin letters, digits and hyphens.",
            "harbour-voices",
            "made from the title",
            pattern=slugs.SLUG_PATTERN.pattern,
            longest=slugs.LONGEST_SLUG,
        ),
        Key("language", Kind.LANGUAGE, "The language of the book, a BCP 47 tag.", "de", "en"),
        Key("editors", Kind.TEXTS, "The people who edited the book.", "[First Editor, Second Editor]", "none"),
        Key(
            "date",
            Kind.ANY_DATE,
            "The date of the book. It is printed on the imprint page.",
            "2026-01-31",
            "`SOURCE_DATE_EPOCH`, or the date of the newest interview",
        ),
        Key(
            "trim",
            Kind.TEXT,
            "The size of the cut page: `A5`, `A4`, `Letter`, `6x9`, or a width and a height.",
            "130 x 200 mm",
            Trim.A5.value,
            pattern=(
                r"\s*(?:[aA][45]|[lL][eE][tT][tT][eE][rR]|6[xX]9"
                r"|[0-9.]{1,7}\s*(?:mm|cm|in|MM|CM|IN)?\s*[xX×]\s*[0-9.]{1,7}\s*(?:mm|cm|in|MM|CM|IN))\s*"
            ),
        ),
        Key("theme", Kind.CHOICE, "How the book looks, in all editions.", "review", Theme.OCTAVO.value, choices=Theme),
        Key(
            "cover",
            Kind.TEXT,
            "The design of the cover (`band`, `plate`, `initials`), or a PNG or JPEG picture of it.",
            "images/cover.jpg",
            "band",
        ),
        Key(
            "brand",
            Kind.SECTION,
            "The house style, in all editions.",
            '{accent: "#14532d", text_face: Source Serif 4}',
            "that of the theme",
            section=_BRAND,
        ),
        Key(
            "style",
            Kind.CHOICE,
            "The style of the interviews that have none of their own.",
            "letters",
            "that of the theme where the questions carry labels, else `bold`",
            choices=InterviewStyle,
        ),
        Key(
            "openings",
            Kind.CHOICE,
            "The pages on which interviews may begin: right-hand pages, or any.",
            "any",
            "any in a short book, else recto",
            choices=Openings,
        ),
        Key("embed_fonts", Kind.FLAG, "Whether the e-book carries its fonts.", "no", "yes"),
        Key(
            "facing",
            Kind.FLAG,
            "Whether print has originals on left-hand pages and their translations on right-hand pages.",
            "yes",
            "no",
        ),
        Key("subtitle", Kind.TEXT, "The subtitle of the book.", "Ten Conversations", "none"),
        Key(
            "short_title",
            Kind.TEXT,
            "A shorter title, for the running heads and the spine of the cover.",
            "Harbour Voices",
            "the title",
        ),
        Key("publisher", Kind.TEXT, "The publisher, as the title page names it.", "The Publications Desk", "none"),
        Key("edition", Kind.TEXT, "The edition. It is printed on the imprint page.", "Second edition", "none"),
        Key("rights", Kind.TEXT, "Who holds the rights to the book.", '"© 2026 The Publications Desk"', "none"),
        Key(
            "description",
            Kind.TEXT,
            "What the book is about, for catalogues and search engines.",
            '"Ten interviews about the harbour at night."',
            "none",
        ),
        Key(
            "identifier",
            Kind.TEXT,
            "The ISBN of the book, or a URN or web address. `new` writes a URN that no other book has.",
            "978-3-16-148410-0",
            "a URN made from the slug",
            pattern=(
                r"(?:[uU][rR][nN]:)?(?:[iI][sS][bB][nN][: ]*)?"
                r"[- ]*(?:[0-9][- ]*){9}(?:[0-9xX]|(?:[0-9][- ]*){3}[0-9])[- ]*"
                r"|[uU][rR][nN]:[a-zA-Z0-9][a-zA-Z0-9-]+:.+|[hH][tT][tT][pP][sS]?://.+"
            ),
        ),
        Key(
            "url",
            Kind.TEXT,
            "Where the web edition will be published: the address of its folder.",
            "https://example.org/harbour/",
            "none",
            pattern=SITE_PATTERN,
        ),
        Key(
            "disclaimers",
            Kind.NAMED_TEXTS,
            "Disclaimers that interviews can name.",
            '{views: "The views are those of the people interviewed."}',
            "none",
        ),
        Key(
            "disclaimer",
            Kind.TEXT,
            "The disclaimer of interviews without one of their own: a name from `disclaimers`, or `none`.",
            "views",
            "each interview needs its own",
        ),
        Key(
            "parts",
            Kind.SECTIONS,
            "The parts of the book, in order.",
            "[{title: The First Part, interviews: [pilot]}]",
            "all interviews, by file name",
            section=_PART,
        ),
        Key(
            "print_shop",
            Kind.SECTION,
            "What `--print-shop` needs.",
            "{profile: profiles/printer.icc}",
            "none",
            section=_PRINT_SHOP,
        ),
        Key(
            "paper_thickness_mm",
            Kind.TEXT,
            "How thick one sheet of the paper is, in millimetres. It gives the width of the spine of `--cover`.",
            "0.11",
            "none",
            pattern=r"\s*[0-9]{0,4}[.,]?[0-9]{1,4}\s*(?:[mM][mM])?\s*",
        ),
        Key(
            "back_text",
            Kind.TEXT,
            "The text on the back of the cover that `--cover` makes. An empty line divides paragraphs.",
            '"Ten people who work while others sleep."',
            "`description`",
        ),
        Key(
            "typography",
            Kind.SECTION,
            "What On Record changes in the text of interviews, each with `no` to turn it off.",
            "{dashes: no}",
            "everything",
            section=_TYPOGRAPHY,
        ),
        Key(
            "offprints",
            Kind.FLAG,
            "Whether the web edition offers each interview as a PDF of its own, with the book's page numbers.",
            "yes",
            "no",
        ),
        Key(
            "redirects",
            Kind.NAMED_TEXTS,
            "Old web addresses, each with the one to which it leads now: `old-slug: new-slug`, `slug#a3: slug#a4`.",
            "{lamp: light}",
            "none",
        ),
        Key(
            "downloads",
            Kind.FLAG,
            "Whether the web edition offers the PDF and the e-book that are built in the same command.",
            "no",
            "yes",
        ),
        Key(
            "needs_approval",
            Kind.FLAG,
            "Whether an interview goes out only if somebody approved it, as it is now. See `approve`.",
            "yes",
            "no",
        ),
        Key(
            "printed_more",
            Kind.NAMED_TEXTS,
            "Keys of `more` to print at the end of each interview that has them, with the words before their texts.",
            "{accession: Accession number}",
            "`more` is not printed",
        ),
        Key(
            "changes_since",
            Kind.TEXT,
            "The record of an earlier edition's proof, a file of the book. A page says what has changed since.",
            "records/first-edition.proof.json",
            "no such page",
        ),
        _ROLES,
        _MORE,
    ),
)

_PERSON = KeyTable(
    "an entry of `people`",
    (
        Key("name", Kind.TEXT, "The name of the person.", "A pilot", is_required=True),
        Key(
            "role",
            Kind.CHOICE,
            "What the person did. `roles` can name further ones.",
            "interviewee",
            is_required=True,
            choices=Role,
            has_more_choices=True,
        ),
        Key("affiliation", Kind.TEXT, "The affiliation at the time of the interview.", "harbour pilot", "none"),
        Key(
            "labels",
            Kind.TEXTS,
            "The short names in front of the person's turns.",
            "[P, PILOT]",
            "the name alone is a label",
        ),
        Key(
            "id",
            Kind.TEXT,
            "Who the person is in a register: an address or a number. `outline --json` gives it.",
            "https://example.org/people/17",
            "none",
        ),
        Key("note", Kind.TEXT, "What to know of the person, for the list of people.", "born in 1931", "none"),
        Key(
            "picture",
            Kind.TEXT,
            "A picture of the person, a file of the book. The list of people and the page of the person show it.",
            "images/pilot.jpg",
            "none",
        ),
        Key("picture_text", Kind.TEXT, "What the picture shows.", '"A pilot at the wheel"', "the name"),
        _MORE,
    ),
)
_CORRECTION = KeyTable(
    "an entry of `corrections`",
    (
        Key("date", Kind.DATE, "When it was corrected.", "2026-11-26", "none, which is an error"),
        Key(
            "text",
            Kind.TEXT,
            "What was wrong, and what is right.",
            '"The lamp burns oil, not gas."',
            "none, which is an error",
        ),
    ),
)
_WITHDRAWN = KeyTable(
    "`withdrawn`",
    (
        Key("date", Kind.DATE, "When it was withdrawn.", "2026-11-26", "none, which is an error"),
        Key("reason", Kind.TEXT, "Why, for readers.", '"At the wish of the keeper."', "none"),
    ),
)
_SOURCE = KeyTable(
    "`source`",
    (
        Key("file", Kind.TEXT, "The original, a file in the book's folder.", "originals/pilot.txt", "none"),
        Key(
            "sha256",
            Kind.TEXT,
            "The SHA-256 of the original. If the original changes, `check` reports it.",
            "5f70bf18a086…",
            "the original is not compared",
        ),
        Key("url", Kind.TEXT, "Where the original was published.", "https://example.org/pilot", "none"),
        Key("retrieved", Kind.DATE, "When the original was retrieved.", "2026-01-31", "none"),
    ),
)
_RECORDING = KeyTable(
    "`recording`",
    (
        Key(
            "file", Kind.TEXT, "The recording, a file in the book's folder.", "recordings/pilot.mp3", "`url` is needed"
        ),
        Key(
            "sha256",
            Kind.TEXT,
            "The SHA-256 of the recording. A file needs it; `fix` writes it.",
            "5f70bf18a086…",
            "none, which is an error for a file",
        ),
        Key(
            "url",
            Kind.TEXT,
            "Where the recording is published. A file that is published is not copied into the web edition.",
            "https://example.org/pilot.mp3",
            "the file is copied into the web edition",
            pattern=URL_PATTERN + ".*",
        ),
        Key(
            "type",
            Kind.CHOICE,
            "The media type of the recording.",
            MediaType.MP3.value,
            "what the end of its name says",
            choices=MediaType,
        ),
        Key(
            "offset",
            Kind.TEXT,
            "What the time marks of turns say where this file begins.",
            '"00:45:10"',
            "00:00:00",
            pattern=TIME_PATTERN,
        ),
        Key(
            "duration",
            Kind.TEXT,
            "How long the recording is. No turn may have a time behind its end.",
            '"01:12:40"',
            "times are not compared with its end",
            pattern=TIME_PATTERN,
        ),
        Key("qr", Kind.FLAG, "Whether print shows a QR code of its `url`, at the head of the interview.", "yes", "no"),
    ),
)
INTERVIEW_KEYS = KeyTable(
    "the front matter of an interview",
    (
        Key("title", Kind.TEXT, "The title of the interview.", "The Harbour at Night", is_required=True),
        Key("short_title", Kind.TEXT, "A shorter title, for the running heads.", "The Night", "the title"),
        Key("standfirst", Kind.TEXT, "The paragraph under the title.", "A pilot tells how he works.", "none"),
        Key(
            "byline",
            Kind.TEXT,
            "Who spoke with whom. It is printed to the letter.",
            "The desk in conversation with a harbour pilot",
            "none, with a warning",
        ),
        Key("language", Kind.LANGUAGE, "The language of the interview, a BCP 47 tag.", "de", "that of the book"),
        Key(
            "people",
            Kind.SECTIONS,
            "Everybody who took part.",
            "[{name: A pilot, role: interviewee}]",
            "none",
            section=_PERSON,
        ),
        Key("date", Kind.ANY_DATE, "The date of the interview.", "1979-05", "none"),
        Key(
            "rights",
            Kind.TEXT,
            "Who holds the rights to this interview. It is printed to the letter.",
            '"© 2026 The Publications Desk"',
            "none",
        ),
        Key("tags", Kind.TEXTS, "Words by which a pack can choose the interview.", "[harbour, night work]", "none"),
        Key(
            "withdrawn",
            Kind.SECTION,
            "That the interview was withdrawn after it was public: it is left out, and its web address has a notice.",
            '{date: 2026-11-26, reason: "At the wish of the keeper."}',
            "it was not",
            section=_WITHDRAWN,
        ),
        Key(
            "status",
            Kind.CHOICE,
            "Whether the interview may be published.",
            "draft",
            Status.CLEARED.value,
            choices=Status,
        ),
        Key(
            "style",
            Kind.CHOICE,
            "How the interview looks: its questions, and what stands before its turns.",
            "initials",
            "that of the book",
            choices=InterviewStyle,
        ),
        Key("embargo", Kind.MOMENT, "When the interview may go out.", "2026-02-01 09:00 +01:00", "none"),
        Key(
            "source", Kind.SECTION, "Where the text comes from.", "{file: originals/pilot.txt}", "none", section=_SOURCE
        ),
        Key(
            "recording",
            Kind.ENTRIES,
            "The sound or video file of the conversation, or its files in order. The web edition plays it from a turn.",
            "{file: recordings/pilot.mp3, sha256: 5f70bf18a086…}",
            "none",
            section=_RECORDING,
        ),
        Key(
            "disclaimer",
            Kind.TEXT,
            "The text of a disclaimer, the name of one in `book.yaml`, or `none`.",
            "views",
            "that of the book",
        ),
        Key(
            "corrections",
            Kind.SECTIONS,
            "What was corrected after the interview was published. It is printed at its end, with the date.",
            '[{date: 2026-11-26, text: "The lamp burns oil, not gas."}]',
            "none",
            section=_CORRECTION,
        ),
        Key(
            "translation_of",
            Kind.TEXT,
            "The interview of this book that this one translates, by the name of its file.",
            "pilot",
            "it is no translation",
        ),
        Key(
            "pairs",
            Kind.NAMED_TEXTS,
            "In a translation, which of its turns translate which of the original, where order and ids do not say it.",
            "{a3: a3 a4, none: q7-a7}",
            "by ids and order",
        ),
        Key(
            "facing",
            Kind.FLAG,
            "In a translation, whether print has it on right-hand pages, beside its original on left-hand pages.",
            "yes",
            "that of the book",
        ),
        _ROLES,
        _MORE,
    ),
)

_CHOICE = KeyTable(
    "an entry of `interviews` in an agenda item",
    (
        Key("slug", Kind.TEXT, "One interview by its name, or some of its turns.", '"pilot#a2-a3"', "none"),
        Key("person", Kind.TEXT, "Interviews with this person.", "A pilot", "everybody"),
        Key("tag", Kind.TEXT, "Interviews with this tag.", "harbour", "all tags"),
        Key("search", Kind.TEXT, "Interviews that contain these words.", "pilot boat", "all texts"),
        Key("from", Kind.DATE, "Interviews from this day on.", "2026-01-01", "the first day"),
        Key("to", Kind.DATE, "Interviews up to this day.", "2026-01-31", "the last day"),
        Key(
            "order",
            Kind.CHOICE,
            "The order of the chosen interviews.",
            "newest",
            InterviewOrder.BOOK.value,
            choices=InterviewOrder,
        ),
    ),
    (
        {"if": {"required": ["slug"]}, "then": {"maxProperties": 1}},
        {"anyOf": [{"required": [name]} for name in ("slug", "person", "tag", "search", "from", "to")]},
    ),
)
_AGENDA_ITEM = KeyTable(
    "an entry of `agenda`",
    (
        Key("title", Kind.TEXT, "What is talked about.", "The new timetable", is_required=True),
        Key(
            "time",
            Kind.TEXT,
            "When it is talked about: when it begins, or from when to when.",
            "09:15–09:35",
            "none",
            pattern=rf"\s*{_CLOCK}\s*(?:[-–—]\s*{_CLOCK}\s*)?",
        ),
        Key("note", Kind.TEXT, "A note under the title.", "Decision by the desk.", "none"),
        Key(
            "interviews",
            Kind.ENTRIES,
            "The interviews of the item: names, extracts, or searches.",
            '[pilot, "keeper#a2", {tag: harbour}]',
            "none",
            section=_CHOICE,
        ),
    ),
)


def _build_marking_key(marking: Marking) -> Key:
    """Return the key of `pack.yaml` that sets a marking."""
    kind = Kind.CHOICE if marking.choices else Kind.MOMENT
    default = getattr(Markings(), marking.name)
    return Key(marking.name, kind, marking.meaning, marking.example, str(default or "none"), choices=marking.choices)


PACK_KEYS = KeyTable(
    "a pack",
    (
        Key(
            "title",
            Kind.TEXT,
            f"The title of the pack, at most {LONGEST_PACK_TITLE} characters.",
            "The Harbour at Night",
            is_required=True,
            longest=LONGEST_PACK_TITLE,
        ),
        Key(
            "date",
            Kind.MOMENT,
            "When the meeting begins, with the time zone.",
            "2026-01-31 09:00 +01:00",
            is_required=True,
        ),
        Key(
            "slug",
            Kind.TEXT,
            "The name of the finished files: lower-case Latin letters, digits and hyphens.",
            "desk-briefing",
            "the name of the pack's file",
            pattern=slugs.SLUG_PATTERN.pattern,
            longest=LONGEST_PACK_SLUG,
        ),
        Key("paper", Kind.CHOICE, "The paper.", "Letter", PackPaper.A4.value, choices=PackPaper),
        Key(
            "openings",
            Kind.CHOICE,
            "The pages on which agenda items and interviews may begin: right-hand pages, or any.",
            "any",
            Openings.RECTO.value,
            choices=Openings,
        ),
        Key(
            "version",
            Kind.TEXT,
            "The version of the pack, at most 12 letters, digits, hyphens and full stops.",
            "2b",
            "none",
            pattern=VERSION_PATTERN,
        ),
        *(_build_marking_key(marking) for marking in MARKINGS),
        Key("meeting", Kind.TEXT, "The name of the meeting.", "Meeting of the publications desk", "none"),
        Key("objective", Kind.TEXT, "What the meeting is to achieve.", "The desk chooses a cover.", "none"),
        Key("place", Kind.TEXT, "Where the meeting takes place.", "The reading room", "none"),
        Key("large_print", Kind.FLAG, "Whether a large print is made, too.", "yes", "no"),
        Key(
            "note_pages",
            Kind.COUNT,
            "How many pages for notes stand at the end.",
            "2",
            "0",
            most=MOST_NOTE_PAGES,
        ),
        Key("index", Kind.FLAG, "Whether the pack has an index of its own, if the book has one.", "yes", "no"),
        Key(
            "recipients",
            Kind.TEXT,
            "The list of recipients, a CSV file in the book's folder; needed for `distribution: named`.",
            "packs/recipients.csv",
            "no numbered copies",
        ),
        Key(
            "supplement_of",
            Kind.TEXT,
            "The earlier pack that this one adds papers to.",
            "desk-meeting",
            "the pack is not a supplement",
        ),
        Key(
            "merged",
            Kind.FLAG,
            "Whether a supplement holds everything, with continuous page numbers.",
            "yes",
            "no",
        ),
        Key(
            "agenda",
            Kind.SECTIONS,
            "The items of the agenda. Only a supplement needs none.",
            "[{title: The First Item, interviews: [pilot]}]",
            "that of the earlier pack",
            section=_AGENDA_ITEM,
        ),
    ),
    (
        {"anyOf": [{"required": ["agenda"]}, {"required": ["supplement_of"]}]},
        {
            "if": {
                "required": ["distribution"],
                "properties": {"distribution": {"type": "string", "pattern": r"^\s*[nN][aA][mM][eE][dD]\s*$"}},
            },
            "then": {"required": ["recipients"]},
        },
        {
            "if": {
                "required": ["merged"],
                "properties": {"merged": {"enum": [True, "yes", "Yes", "YES", "on", "On", "ON"]}},
            },
            "then": {"required": ["supplement_of"]},
        },
    ),
)
APPROVAL_KEYS = KeyTable(
    "an approval",
    (
        Key("by", Kind.TEXT, "Who approved the interview.", "The keeper", is_required=True),
        Key("date", Kind.ANY_DATE, "When it was approved.", "2026-01-31", "none"),
        Key(
            "digests",
            Kind.NAMED_TEXTS,
            "The SHA-256 of each piece that was approved.",
            "{title: 5f70bf18a086…, A1: 0d4a…}",
            is_required=True,
        ),
    ),
)
TRANSLATION_KEYS = KeyTable(
    "the record of a translation",
    (
        Key("original", Kind.TEXT, "The interview that was translated.", "pilot", is_required=True),
        Key(
            "digests",
            Kind.NAMED_TEXTS,
            "The beginning of the SHA-256 of each piece that was translated.",
            "{title: 5f70bf18a0860d4a, A1: 0d4a5f70bf18a086}",
            is_required=True,
        ),
    ),
)
_ALIASES = Key(
    "aliases",
    Kind.TEXTS,
    "Words of the text that are entries by themselves; in small letters with capitals, too; `pilot*` finds pilotage.",
    "[harbour board, the Board]",
    "marks alone make entries",
)
_SORT = Key("sort", Kind.TEXT, "What stands in for the name where headings are sorted.", "Three Sisters", "the name")
_SUB_HEADING = KeyTable(
    "an entry of `sub`",
    (
        Key("name", Kind.TEXT, "The sub-heading, as it is printed.", "minutes", is_required=True),
        _ALIASES,
        _SORT,
    ),
)
_HEADING = KeyTable(
    "an entry of `headings`",
    (
        Key("name", Kind.TEXT, "The heading, as it is printed.", "Harbour Board", is_required=True),
        Key(
            "kind",
            Kind.CHOICE,
            "What the heading names.",
            HeadingKind.ORGANISATION.value,
            HeadingKind.SUBJECT.value,
            choices=HeadingKind,
        ),
        _ALIASES,
        _SORT,
        Key(
            "see", Kind.TEXTS, "The headings that stand in for this one, which has no places.", "Harbour Board", "none"
        ),
        Key("see_also", Kind.TEXTS, "Further headings that a reader of this one may want.", "[Pilotage]", "none"),
        Key(
            "sub",
            Kind.ENTRIES,
            "The sub-headings: names, or names with aliases.",
            "[minutes, {name: accounts, aliases: [balance sheet]}]",
            "none",
            section=_SUB_HEADING,
        ),
    ),
)
INDEX_KEYS = KeyTable(
    "`index.yaml`",
    (
        Key(
            "headings",
            Kind.ENTRIES,
            "The headings of the index: names, or names with aliases and references.",
            "[Pilotage, {name: Harbour Board, aliases: [harbour board]}]",
            is_required=True,
            section=_HEADING,
        ),
    ),
)
TABLES = {"book": BOOK_KEYS, "interview": INTERVIEW_KEYS, "pack": PACK_KEYS, "index": INDEX_KEYS}
