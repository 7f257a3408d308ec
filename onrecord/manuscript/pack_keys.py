"""The keys of a pack."""

from __future__ import annotations

from enum import StrEnum

from onrecord.manuscript.key_kinds import Key, KeyTable, Kind
from onrecord.model import Openings, slugs
from onrecord.model.agenda import MARKINGS, InterviewOrder, Marking, Markings

MOST_NOTE_PAGES = 40
LONGEST_PACK_TITLE = 90
LONGEST_PACK_SLUG = 60  # markings follow it in the name of a file
VERSION_PATTERN = r"(?=.{1,12}$)[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*"
_CLOCK = r"(?:[01]?[0-9]|2[0-3])[:.][0-5][0-9]"


class PackPaper(StrEnum):
    """What an office printer takes, and A5 for a reader's bag."""

    A4 = "A4"
    LETTER = "Letter"
    A5 = "A5"


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
