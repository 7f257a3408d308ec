"""Labels that name the speaker: which words at the head of a paragraph are one, and what name or role it says."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

LONGEST = 60
_TIME = r"[\[(]?\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?[\])]?"
_FIRST_TIME = re.compile(rf"^(?P<time>{_TIME})\s*[,–—|-]?\s*(?=[^\W\d_*\[])")
_NAME_IN_BRACKETS = re.compile(
    rf"^\[(?P<name>[^\W\d_][^\]\n]{{1,40}})\]\s*(?:(?P<time>{_TIME})|(?P<colon>[:：])|$)\s*[:：]?\s*"
)
_TIMED = re.compile(
    rf"^(?P<name>[^:：\d\[(][^:：\[(]{{0,44}}?)\s*[,–—-]?\s*(?P<time>{_TIME})\s*(?P<colon>[:：])?\s*(?P<rest>.*)$",
    re.DOTALL,
)
_TIME_BEHIND = re.compile(
    r"\s*(?:[\[(](?=[\d:.,]+[\])])|(?=[\d:]+\s*$))(?P<time>\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?)[\])]?\s*"
)
_COLON = re.compile(
    r"^(?:>>\s*)?(?P<name>[^\s:：?!;,“”«»\"()\[\]][^:：?!;“”«»\"\n]{0,50}?)\s?[:：](?=\s|$|[^\d/\w]|(?<=：))"
)
_CAPITALS = re.compile(r"^(?P<name>[^\W\d_](?:[^\W\d_]|[ .,'’-]){0,40}?)\s*(?P<mark>[—–]|\s-)\s+(?=\S)")
_STOPPED = re.compile(r"^(?P<name>[^\W\d_]|(?:[^\W\d_]|[ .’'-]){0,40}?[^\W\d_]{2})(?P<mark>\.)\s+(?=\S)")
_NAME = re.compile(r"^(?P<name>[^\W\d_][\w.'’-]*(?:\s[^\W\d_][\w.'’-]*){0,3})\s*(?P<mark>[—–]|\s-)\s+(?=\S)")
_INITIALS = re.compile(r"^(?P<name>[A-ZÀ-ÞА-ЯЁ]{2,3}|Q)\s+(?=[¿¡“«\"]|[A-ZÀ-ÞА-ЯЁ](?![A-ZÀ-ÞА-ЯЁ]))")
_NUMBERED = re.compile(
    r"^(?P<name>(?:Q|A|P|R|F|В|О|Question|Answer|Frage|Antwort|Вопрос|Ответ)\s?\d{1,3})\s?[.):]\s+(?=\S)"
)
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
ASKING, ANSWERING = frozenset(_ASKING_WORDS.split()), frozenset(_ANSWERING_WORDS.split())
_PAUSE = re.compile(
    r"(?i)^(?:break|music|intro|outro|ad|ads|advertisement|sponsor(?:s|ed)?|jingle|applause|pause|реклама|werbung"
    r"|publicité)$"
)
_HONORIFIC = re.compile(
    r"(?i)^(?:mr|mrs|ms|mx|dr|prof|professor|sir|dame|lord|lady|president|secretary|minister|senator|judge|justice|"
    r"ambassador|general|rev|м-р|г-н|г-жа|monsieur|madame|m|mme|señora?|sr|sra|don|doña|herr|frau)\.?\s+(?=[^\W\d_]{2})"
)


@dataclass(frozen=True, slots=True)
class Split:
    """A label at the head of a paragraph: as printed, the bare name, a time that stands with it, characters it takes."""

    label: str
    name: str
    length: int
    time: str = ""
    sure: bool = True  # a colon or bold type; not just a dash or a full stop


def split(words: str, lead: str = "") -> Split | None:
    """The label that the words may open with; whether it is one, the whole text must tell."""
    for found in (
        _bold(words, lead),
        _behind_time(words),
        _with_colon(words),
        _in_brackets(words),
        _with_time(words),
        _with_mark(words),
    ):
        if found is not None and found.name and not found.name.isdigit():
            return _and_its_time(found, words)
    return None


def _behind_time(words: str) -> Split | None:
    """ "00:12:41 The Desk: What …": the time stands first."""
    time = _FIRST_TIME.match(words)
    found = _with_colon(words[time.end() :]) if time else None
    if time is None or found is None:
        return None
    return Split(found.label, found.name, time.end() + found.length, time["time"].strip("[]()"))


def _in_brackets(words: str) -> Split | None:
    """ "[The Desk] 00:12:41" and "[The Desk]: What …"."""
    found = _NAME_IN_BRACKETS.match(words)
    if not found or not is_name(found["name"]) or not (found["time"] or found["colon"]):
        return None
    return Split(words[: found.end()].strip(), found["name"].strip(), found.end(), (found["time"] or "").strip("[]()"))


def _and_its_time(found: Split, words: str) -> Split:
    """ "THE DESK: [00:12:41] What …": the time in brackets behind a label, or alone behind it, is the turn's."""
    after = _TIME_BEHIND.match(words, found.length)
    if after is None or found.time:
        return found
    return replace(found, length=after.end(), time=after["time"])


def _bold(words: str, lead: str) -> Split | None:
    if not lead or len(lead) > LONGEST or not words.startswith(lead):
        return None
    bare = lead.rstrip()
    after = words[len(lead) :]
    if bare.endswith((":", "：")):
        return Split(bare, bare.rstrip(":： \u00a0\u202f"), len(lead))
    mark = re.match(r"\s*[:：]|\s+[—–-](?=\s)|\s*[—–]", after)
    if mark:
        return Split(bare + mark.group().rstrip(), bare.rstrip(". "), len(lead) + mark.end())
    time = re.match(rf"\s*(?P<time>{_TIME})\s*[:：]?\s+", after)
    if time and is_name(bare) and len(bare.split()) <= 5:
        return Split(f"{bare} {time['time']}", bare, len(lead) + time.end(), time["time"].strip("[]()"))
    name = bare.rstrip(".—–- ")
    if after.strip() and len(name.split()) <= 4 and not bare.endswith(("?", "!", ",")) and is_name(name):
        return Split(bare, name, len(lead), sure=False)
    return None


def _with_colon(words: str) -> Split | None:
    found = _COLON.match(words)
    if not found:
        return None
    name = found["name"].strip()
    head = name.split(",")[0]
    introduced = head != name and len(head.split()) > 1 and is_name(head)  # "Jane Roe, editor:"
    if len(name.split()) > (9 if introduced else 6) or not (introduced or is_name(name) or len(name.split()) <= 2):
        return None
    return Split(words[: found.end()].strip(), name, found.end())


def _with_time(words: str) -> Split | None:
    found = _TIMED.match(words)
    if not found or not is_name(found["name"].strip()) or len(found["name"].split()) > 5:
        return None
    if (
        not found["colon"]
        and found["rest"]
        and "\n" not in words[: found.start("rest")]
        and not found["time"].startswith(("(", "["))
    ):
        return None
    return Split(
        words[: found.start("rest")].strip(), found["name"].strip(), found.start("rest"), found["time"].strip("[]()")
    )


def _with_mark(words: str) -> Split | None:
    numbered = _NUMBERED.match(words)
    if numbered:
        return Split(words[: numbered.end()].strip(), numbered["name"], numbered.end())
    for found in (_CAPITALS.match(words), _STOPPED.match(words)):
        if found and (is_capital(found["name"]) or is_role(found["name"])):
            return Split(words[: found.end()].strip(), found["name"].strip(), found.end(), sure=False)
    found = _INITIALS.match(words)
    if found:
        return Split(found["name"], found["name"], found.end(), sure=False)
    found = _NAME.match(words)
    if found and is_name(found["name"]):
        return Split(words[: found.end()].strip(), found["name"].strip(), found.end(), sure=False)
    return None


def is_capital(name: str) -> bool:
    letters = [char for char in name if char.isalpha()]
    return bool(letters) and all(char.isupper() for char in letters)


def is_name(name: str) -> bool:
    """Whether every word but small ones begins with a capital, or the script has none."""
    words = [word for word in re.split(r"[\s/&+]+", name.replace("(", " ").replace(")", " ")) if word]
    if not words or len(name) > LONGEST:
        return False
    return (
        all(
            word.lower().rstrip(",") in _SMALL or not word[0].isalpha() or word[0].isupper() or not (word[0].islower())
            for word in words
        )
        and not words[0][0].islower()
    )


# --- names and roles ------------------------------------------------------------------------------


def bare(name: str) -> str:
    """The name without honorific, brackets and case, by which labels are compared."""
    name = re.sub(r"\([^)]*\)|\[[^\]]*\]", "", name).strip(" .:*_—–-")
    name = re.sub(
        r"(?i)^([qaprfво]|question|answer|вопрос|ответ|frage|antwort)\s?\d{1,3}$", r"\1", _HONORIFIC.sub("", name)
    )
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def initials(name: str) -> str:
    return "".join(word[0] for word in re.split(r"[\s-]+", bare(name)) if word and word not in _SMALL)


def is_role(name: str) -> bool:
    """Whether a label says what somebody does, not who it is: Q, Answer, Вопрос."""
    return bare(name).rstrip(".") in ASKING | ANSWERING


def is_pause(name: str) -> bool:
    """A label like "Break:" names a part of the programme, not a person."""
    return bool(_PAUSE.match(bare(name)))
