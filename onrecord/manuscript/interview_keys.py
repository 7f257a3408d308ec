"""The keys of an interview's front matter, and those of the records of its approvals and of its translation."""

from __future__ import annotations

from onrecord.manuscript.key_kinds import Key, KeyTable, Kind
from onrecord.manuscript.shared_keys import MORE, ROLES, TIME_PATTERN, URL_PATTERN
from onrecord.model import Role, Status
from onrecord.model.interview_style import InterviewStyle
from onrecord.model.recording import MediaType

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
        MORE,
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
            "How long the recording is. No turn may have a time after its end.",
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
        ROLES,
        MORE,
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
