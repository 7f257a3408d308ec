"""Parse the speaker labels at the beginning of paragraphs: their names, roles and times."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from onrecord.importers.common.titles import split_titles

MAX_LABEL_LENGTH = 60  # characters
_TIME = r"[\[(]?\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?[\])]?"
_LEADING_TIME = re.compile(rf"^(?P<time>{_TIME})\s*[,–—|-]?\s*(?=[^\W\d_*\[])")
_NAME_IN_BRACKETS = re.compile(
    rf"^\[(?P<name>[^\W\d_][^\]\n]{{1,40}})\]\s*(?:(?P<time>{_TIME})|(?P<colon>[:：])|$)\s*[:：]?\s*"
)
_LABEL_WITH_TIME = re.compile(
    rf"^(?P<name>[^:：\d\[(][^:：\[(]{{0,44}}?)\s*[,–—-]?\s*(?P<time>{_TIME})\s*(?P<colon>[:：])?\s*(?P<rest>.*)$",
    re.DOTALL,
)
_TIME_AFTER_LABEL = re.compile(
    r"\s*(?:[\[(](?=[\d:.,]+[\])])|(?=[\d:]+\s*$))(?P<time>\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?)[\])]?\s*"
)
_LABEL_WITH_COLON = re.compile(
    r"^(?:>>\s*)?(?P<name>[^\s:：?!;,“”«»\"()\[\]][^:：?!;“”«»\"\n]{0,50}?)\s?[:：](?=\s|$|[^\d/\w]|(?<=：))"
)
_REMARK = re.compile(r"(?<=\w)\s?[(\[][^()\[\]]{1,40}[)\]]$")
_LABEL_IN_CAPITALS = re.compile(r"^(?P<name>[^\W\d_](?:[^\W\d_]|[ .,'’-]){0,40}?)\s*(?P<mark>[—–]|\s-)\s+(?=\S)")
_LABEL_WITH_STOP = re.compile(
    r"^(?P<name>[^\W\d_]|(?:[^\W\d_]|[ .’'-]){0,40}?[^\W\d_]{2})(?P<mark>\.(?:\s?[-–—])?)\s+(?=\S)"
)
_NAME_WITH_DASH = re.compile(r"^(?P<name>[^\W\d_][\w.'’-]*(?:\s[^\W\d_][\w.'’-]*){0,3})\s*(?P<mark>[—–]|\s-)\s+(?=\S)")
# Capitals of Latin, with those of Polish and its neighbours (Latin Extended-A), Cyrillic and Greek.
_UPPER = f"A-ZÀ-ÞА-ЯЁІЇЄҐΑ-Ω{''.join(filter(str.isupper, map(chr, range(0x100, 0x180))))}"
_INITIALS = re.compile(rf"^(?P<name>[{_UPPER}]{{2,3}}|Q)\s+(?=[¿¡“«\"]|[{_UPPER}](?![{_UPPER}]))")
_NUMBERED_LABEL = re.compile(
    r"^(?P<name>(?:Q|A|P|R|F|В|О|Question|Answer|Frage|Antwort|Вопрос|Ответ)\s?\d{1,3})\s?[.):]\s+(?=\S)"
)
_SMALL_NAME = re.compile(r"[^\W\d_]+\.?(?:[ ’'-][^\W\d_]+\.?){0,5}")
_APOSTROPHE = re.compile("[’‘ʼʹ´`′＇]")
_SMALL_WORDS = "de da di du del della der den van von und and of the la le el al bin ibn y e et for"
_SMALL = frozenset(_SMALL_WORDS.split())
_ASKING_WORDS = (
    "q question questioner interviewer host byline moderator journalist reporter correspondent presenter editor int "
    "interviewer"
    " вопрос в ведущий ведущая корреспондент корр модератор журналист интервьюер"
    " question journaliste intervieweur présentateur animateur"
    " pregunta p entrevistador entrevistadora periodista moderador presentador"
    " frage f interviewer interviewerin moderatorin redaktion journalistin"
    " 问 問 记者 記者 主持人 采访者 س سؤال المحاور المذيع"
)
_ANSWERING_WORDS = (
    "a answer interviewee guest respondent r ответ о гость réponse invité respuesta entrevistado entrevistada"
    " invitado antwort gast 答 受访者 嘉宾 ج جواب الضيف"
)
ASKING_ROLES = frozenset(_ASKING_WORDS.split())
ANSWERING_ROLES = frozenset(_ANSWERING_WORDS.split())
_BREAK = re.compile(
    r"(?i)^(?:break|music|intro|outro|ad|ads|advertisement|sponsor(?:s|ed)?|jingle|applause|pause|реклама|werbung"
    r"|publicité)$"
)
# "Q12" is the label "Q".
_LABEL_NUMBER = re.compile(r"(?i)^([qaprfво]|question|answer|вопрос|ответ|frage|antwort)\s?\d{1,3}$")

# What a program of meetings calls somebody who gave no name: the device, the room, a telephone.
_DEVICE = re.compile(
    r"(?i)(?:i(?:phone|pad|mac)|ipod|macbook|galaxy|pixel|android|xiaomi|redmi|huawei|oneplus|nokia|surface|chromebook)"
    r"(?:[ -](?:pro|air|max|mini|plus|ultra|note|tab|book|phone|[a-z]?\d{1,4}[a-z+]?))*"
    r"|(?:zoom|teams|conference|meeting|video|board)[ -]?(?:room|user|rooms)(?:[ -]?\w{1,3})?"
    r"|(?:call-?in|phone|dial-?in)[ -]user(?: \d+)?|(?:desktop|laptop)-[a-z0-9]{4,}"
    r"|sm-[a-z]\d{3}\w*|\+?\d[\d *x()-]{5,}"
    r"|(?:user|participant|guest|attendee|unknown(?: speaker| user)?)(?: \d{1,3})?|(?:unidentified|unknown) speaker"
)
_NUMBERED_SPEAKER = re.compile(r"(?i)(?:(?:speaker|spk|sprecher|channel)[ _]?(?:\d{1,3}|[A-Z])|S\d\d?)")


@dataclass(frozen=True, slots=True)
class SpeakerLabel:
    """A label at the beginning of a paragraph."""

    label: str  # as printed
    name: str  # without marks and time
    length: int  # characters of the paragraph that belong to the label
    time: str = ""  # printed with it
    is_certain: bool = True  # with a colon or in bold type, not only with a dash or a full stop


@lru_cache(maxsize=10_000)  # several steps of an import ask about the same paragraph
def parse_label(words: str, lead: str = "") -> SpeakerLabel | None:
    """Return the speaker label with which words may begin, None if none; only the whole text can confirm it.

    `lead` is the bold text at the beginning of the words.
    """
    for label in (
        _parse_bold_label(words, lead),
        _parse_label_after_time(words),
        _parse_label_with_colon(words),
        _parse_label_in_brackets(words),
        _parse_label_with_time(words),
        _parse_label_with_mark(words),
    ):
        if label is not None and label.name and not label.name.isdigit():
            return _add_time_after(label, words)
    return None


def _parse_label_after_time(words: str) -> SpeakerLabel | None:
    """Return a speaker label like "00:12:41 The Desk: What …", with the time first, or None."""
    time = _LEADING_TIME.match(words)
    label = _parse_label_with_colon(words[time.end() :]) if time else None
    if time is None or label is None:
        return None
    return replace(label, length=time.end() + label.length, time=_strip_brackets(time["time"]))


def _parse_label_in_brackets(words: str) -> SpeakerLabel | None:
    """Return a speaker label like "[The Desk] 00:12:41" or "[The Desk]: What …", or None."""
    match = _NAME_IN_BRACKETS.match(words)
    is_name = match is not None and (looks_like_name(match["name"]) or is_numbered_speaker(match["name"]))
    if match is None or not is_name or not (match["time"] or match["colon"]):
        return None
    return _build_label(words, match.end(), match["name"].strip(), time=match["time"] or "")


def _add_time_after(label: SpeakerLabel, words: str) -> SpeakerLabel:
    """Return a speaker label with the time that follows it: "THE DESK: [00:12:41] What …".

    The time counts in brackets, or alone after the label.
    """
    after = _TIME_AFTER_LABEL.match(words, label.length)
    if after is None or label.time:
        return label
    return replace(label, length=after.end(), time=after["time"])


def _parse_bold_label(words: str, lead: str) -> SpeakerLabel | None:
    """Return a speaker label in bold type, or None; its mark or time may stand inside or after it."""
    if not lead or len(lead) > MAX_LABEL_LENGTH or not words.startswith(lead):
        return None
    label = lead.rstrip()
    after = words[len(lead) :]
    if label.endswith((":", "：")):
        return SpeakerLabel(label, label.rstrip(":： \u00a0\u202f"), len(lead))
    mark = re.match(r"\s*[:：]|\s+[—–-](?=\s)|\s*[—–]", after)
    if mark:
        return SpeakerLabel(label + mark.group().rstrip(), label.rstrip(". "), len(lead) + mark.end())
    time = re.match(rf"\s*(?P<time>{_TIME})\s*[:：]?\s+", after)
    if time and looks_like_name(label) and len(label.split()) <= 5:
        return SpeakerLabel(f"{label} {time['time']}", label, len(lead) + time.end(), _strip_brackets(time["time"]))
    name = label.rstrip(".—–- ")
    if after.strip() and len(name.split()) <= 4 and not label.endswith(("?", "!", ",")) and looks_like_name(name):
        return SpeakerLabel(label, name, len(lead), is_certain=False)
    return None


def _parse_label_with_colon(words: str) -> SpeakerLabel | None:
    """Return a speaker label like "The Desk:", or "Jane Roe, editor:", or None."""
    match = _LABEL_WITH_COLON.match(words)
    if not match:
        return None
    name = re.sub(r"^_(.+)_$", r"\1", match["name"].strip())  # italics, as they are typed in plain text
    without_remark = _REMARK.sub("", name)
    if without_remark != name and looks_like_name(without_remark) and len(without_remark.split()) <= 6:
        return _build_label(words, match.end(), name)
    person = name.split(",")[0]
    has_role = person != name and len(person.split()) > 1 and looks_like_name(person)
    is_name = looks_like_name(split_titles(name).name) or len(name.split()) <= 2 or is_uncapitalized_name(name)
    if len(name.split()) > (9 if has_role else 6) or not (has_role or is_name):
        return None
    return _build_label(words, match.end(), name)


def _parse_label_with_time(words: str) -> SpeakerLabel | None:
    """Return a speaker label like "The Desk 00:12:41", or None.

    A colon, a line end or brackets must show that it is one.
    """
    match = _LABEL_WITH_TIME.match(words)
    if not match or not looks_like_name(match["name"].strip()) or len(match["name"].split()) > 5:
        return None
    start = match.start("rest")
    is_marked = match["colon"] or "\n" in words[:start] or match["time"].startswith(("(", "["))
    if match["rest"] and not is_marked:
        return None
    return _build_label(words, start, match["name"].strip(), time=match["time"])


def _parse_label_with_mark(words: str) -> SpeakerLabel | None:
    """Return a speaker label with a number, a dash, a full stop, or of initials alone, or None."""
    match = _NUMBERED_LABEL.match(words)
    if match:
        return _build_label(words, match.end(), match["name"])
    for match in (_LABEL_IN_CAPITALS.match(words), _LABEL_WITH_STOP.match(words)):
        if match and (is_all_capitals(match["name"]) or is_role_label(match["name"])):
            return _build_label(words, match.end(), match["name"].strip(), is_sure=False)
    match = _INITIALS.match(words)
    if match:
        return SpeakerLabel(match["name"], match["name"], match.end(), is_certain=False)
    match = _NAME_WITH_DASH.match(words)
    if match and looks_like_name(match["name"]):
        return _build_label(words, match.end(), match["name"].strip(), is_sure=False)
    return None


def _build_label(words: str, length: int, name: str, time: str = "", *, is_sure: bool = True) -> SpeakerLabel:
    """Return the speaker label that the first characters of the words are."""
    return SpeakerLabel(words[:length].strip(), name, length, _strip_brackets(time), is_certain=is_sure)


def _strip_brackets(time: str) -> str:
    """Return the time of a speaker label without the brackets around it."""
    return time.strip("[]()")


# --- names and roles ------------------------------------------------------------------------------


def is_all_capitals(name: str) -> bool:
    """Return whether all letters of a name are capitals, and there are any."""
    letters = filter(str.isalpha, name)
    return next(letters, "").isupper() and all(map(str.isupper, letters))


def looks_like_name(name: str) -> bool:
    """Return whether every word but small ones begins with a capital, or the script has none."""
    words = [word for word in re.split(r"[\s/&+]+", name.replace("(", " ").replace(")", " ")) if word]
    if not words or len(name) > MAX_LABEL_LENGTH or words[0][0].islower():
        return False
    return all(word.lower().rstrip(",") in _SMALL or not word[0].islower() for word in words)


def is_uncapitalized_name(name: str) -> bool:
    """Return whether a name may be typed in small letters: “anna van der keeper”."""
    return bool(_SMALL_NAME.fullmatch(name)) and name != name.upper() and name == name.lower()


def capitalize_name(name: str) -> str:
    """Return a name that is typed in small letters in the usual case; user names and roles stay as typed."""
    if not is_uncapitalized_name(name) or is_role_label(name) or is_numbered_speaker(name) or is_device_name(name):
        return name
    words = name.split()
    return " ".join(word if word in _SMALL and word != words[-1] else _capitalize_parts(word) for word in words)


def _capitalize_parts(word: str) -> str:
    """Return a word with a capital at its start and after each hyphen; O’Neill has two."""
    parts = re.split(r"(-|(?<=\b[od])[’'])", word)
    return "".join(part[:1].upper() + part[1:] for part in parts)


@lru_cache(maxsize=10_000)
def normalize_name(name: str) -> str:
    """Return the name by which labels are compared: no case, titles or brackets; “Q 12” is “q”, ’ is '."""
    name = split_titles(_cut_brackets(name)).name
    return fold_apostrophes(unicodedata.normalize("NFC", " ".join(_LABEL_NUMBER.sub(r"\1", name).split())).casefold())


@lru_cache(maxsize=10_000)
def identify_speaker(name: str) -> str:
    """Return the normalized name of a label with the sex that a form of address says: Mr and Mrs Field are two."""
    return f"{normalize_name(name)} ({sex})" if (sex := read_sex(name)) else normalize_name(name)


@lru_cache(maxsize=10_000)
def read_sex(name: str) -> str:
    """Return the sex that a title or a form of address in a label says: "m", "f" or ""."""
    return split_titles(_cut_brackets(name)).sex


def _cut_brackets(name: str) -> str:
    """Return the name without what stands in brackets and signs around it."""
    return re.sub(r"\([^)]*\)|\[[^\]]*\]", "", name).strip(" .:*_—–-/\\=~<>")


def fold_apostrophes(name: str) -> str:
    """Return the name with every apostrophe as ', as O’Neill and O'Neill are one name."""
    return _APOSTROPHE.sub("'", name)


def abbreviate_name(name: str) -> str:
    """Return a name's first letters in small letters, without words like "of", to compare labels of initials."""
    return "".join(word[0] for word in re.split(r"[\s-]+", normalize_name(name)) if word and word not in _SMALL)


def is_role_label(name: str) -> bool:
    """Return whether a label says what somebody does, not who it is: Q, Answer, Вопрос."""
    return normalize_name(name).rstrip(".") in ASKING_ROLES | ANSWERING_ROLES


def is_numbered_speaker(name: str) -> bool:
    """Return whether a program gave the label to a voice that it could not name: SPEAKER_00, Speaker A."""
    return bool(_NUMBERED_SPEAKER.fullmatch(name.strip()))


def is_device_name(name: str) -> bool:
    """Return whether a meeting was joined under this name by a device, a room or a telephone, not by a person."""
    return bool(_DEVICE.fullmatch(_REMARK.sub("", name.strip())))


def is_break_label(name: str) -> bool:
    """Return whether a speaker label names a part of the programme, as "Break:", not a person."""
    return bool(_BREAK.match(normalize_name(name)))
