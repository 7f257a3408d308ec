"""Keys that stand in several kinds of files, and patterns of values that several keys have."""

from __future__ import annotations

from onrecord.manuscript.key_kinds import Key, Kind

LANGUAGE_PATTERN = r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-[a-z0-9]{5,8})*"
URL_PATTERN = r"https?://[^\s/]+"  # how an address begins
TIME_PATTERN = r"[0-9]{1,3}:[0-5][0-9]:[0-5][0-9]"  # in a recording


MORE = Key(
    "more",
    Kind.NAMED_TEXTS,
    "Keys of your own, each with a text. `outline --json` gives them; they are not printed.",
    "{accession: OH-1987-14}",
    "none",
)
ROLES = Key(
    "roles",
    Kind.NAMED_TEXTS,
    "Roles of your own, each with the known role as which it acts. The list of people prints your name for it.",
    "{narrator: interviewee}",
    "the known roles alone",
)
