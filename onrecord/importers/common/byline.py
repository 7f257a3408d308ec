"""Recognize bylines and credits, and find the people they name, with role and affiliation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from onrecord.importers.common import boilerplate
from onrecord.importers.common import byline_patterns as patterns
from onrecord.importers.common.byline_patterns import FULL_NAME, HONORIFICS, NAME_PATTERN, NAME_WORD
from onrecord.importers.common.titles import split_titles
from onrecord.model import Person, Role

_MAX_WORDS = 60


@lru_cache(maxsize=10_000)  # several steps of an import ask about the same paragraph
def is_byline(words: str) -> bool:
    """Return whether an imported paragraph is a byline or a credit, and nothing more."""
    words = patterns.ABBREVIATION.sub("", words)
    if not words or len(words.split()) > _MAX_WORDS or words.rstrip().endswith(("?", "？", "؟")):
        return False
    if (
        read_people_line(words)
        or patterns.TOLD.match(words)
        or patterns.BARE_CREDITS.fullmatch(words)
        or _read_author_and_date(words)
    ):
        return True
    if patterns.WHO_ASKED.fullmatch(words):
        return True
    credit = patterns.CREDIT.search(words)
    if credit:
        return _is_only_credit(words, credit)
    if patterns.ASKER_FIRST.match(words) and len(words.split()) < 40 and _names_guest(words):
        has_second_sentence = re.search(r"[.!?]\s+\S", words[words.find(" spoke") :])
        return not has_second_sentence or len(words.split()) < 20
    is_short = len(words) < 60 and not words.rstrip().endswith(("。", "！"))
    return is_short and bool(patterns.CREDIT_IN_OTHER_SCRIPT.search(words))


def _names_guest(words: str) -> bool:
    """Return whether the words of an imported byline name a person who is interviewed."""
    return any(person.role is Role.INTERVIEWEE for person in find_people_in_byline(words))


def _is_only_credit(words: str, credit: re.Match[str]) -> bool:
    """Return whether an imported paragraph with a credit is neither speech nor an introduction."""
    before = words[: credit.start()]
    if before.rstrip().endswith(",") or patterns.FIRST_PERSON.search(before):
        return False  # "Jane Roe, editor: …", "Today my colleague and I talk with …"
    has_second_sentence = re.search(r"[.!?]\s+[A-ZА-Я]", words[credit.end() :])
    if len(words.split()) > 25 and patterns.GUEST_FIRST.search(words) and has_second_sentence:
        return False
    # "… interview with X" opens the line, or follows the name of who asked.
    return len(before.split()) <= 6 and "." not in before.replace(".com", "").replace(".org", "").strip(" .")


def find_authors(words: str) -> tuple[Person, ...]:
    """Return the people whom an imported file's author line names; () for words like “Interview by the desk”."""
    people = find_people_in_byline(words)
    is_name = can_be_person_name(re.split(r",| (?:and|und|et|y|e|&|[|·–—-]) ", words)[0]) or re.fullmatch(
        NAME_WORD, words
    )
    is_credit = patterns.KIND_OF_TEXT.match(words) or patterns.CREDIT.match(words)
    return people or (find_people_in_byline(f"By {words}") if is_name and not is_credit else ())


def is_byline_sentence(words: str) -> bool:
    """Return whether a byline is a whole sentence, as “Jane Roe talks to Ann Poe about lamps.”, and no credit."""
    is_told = (
        patterns.ASKER_FIRST.match(words)
        or patterns.GUEST_FIRST.search(words)
        or patterns.IN_CONVERSATION.search(words)
    )
    return bool(is_told) and len(words.split()) >= 8 and words.rstrip().endswith((".", "!", "…", ".”"))


def split_off_credit(words: str) -> str:
    """Return the sentences of a paragraph before a last one that credits the interviewer; "" if there are none."""
    match = patterns.CREDIT_SENTENCE.search(words)
    return words[: match.start()] if match and match.start() > 0 and not is_byline(words[: match.start()]) else ""


def read_introduced_person(words: str) -> Person | None:
    """Return, as an interviewee, whom a paragraph like “Jane Roe is a keeper of lamps. She …” introduces, or None."""
    match = patterns.INTRODUCTION.match(words)
    if match is None or not is_full_name(match["name"]) or patterns.NO_PERSON.search(match["name"]):
        return None
    post = match["between"] or match["post"] or ""
    if patterns.NO_POST.search(post):
        return None
    is_affiliation = len(post.split()) <= 20 and not post.strip(" ,").isdigit()
    return Person(match["name"], Role.INTERVIEWEE, post.strip(" ,") if is_affiliation else "")


def is_full_name(words: str) -> bool:
    """Return whether the words can be a person's whole name, and nothing more: not “Mr Roe”."""
    name = split_titles(words).name
    return bool(re.fullmatch(FULL_NAME, name)) and words.split()[0].lower() not in patterns.NO_FIRST_NAME


def find_guest_in_title(title: str) -> str:
    """Return the guest's name in a title like "Jane Roe: “…”" or "Interview: Jane Roe", or ""."""
    match = patterns.GUEST_BEFORE_QUOTE.match(title.strip()) or patterns.GUEST_AFTER_KIND.match(title.strip())
    return match["guest"] if match and is_full_name(match["guest"]) else ""


def read_people_line(words: str) -> tuple[Person, ...]:
    """Return the people in an imported line like "Interviewers: Jane Roe and John Doe".

    Initials after a name are the label of that person. Empty if the line says anything else, or if initials follow
    several names.
    """
    line = patterns.LIST_LINE.fullmatch(words.strip(" *_."))
    role = next((role for role in patterns.LIST_KEYS if line and line[role.name]), None)
    if line is None or role is None:
        return ()
    names = [re.sub(rf"^{HONORIFICS}", "", name) for name in patterns.BETWEEN_NAMES.split(line["names"])]
    if line["initials"]:
        return (Person(names[0], role, line["post"] or "", labels=(line["initials"],)),) if len(names) == 1 else ()
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
    byline = patterns.ABBREVIATION.sub("", byline)
    people = tuple(_read_byline_sentence(byline) or _read_credits(byline))
    return _remove_repeated([*people, *_find_interviewing_house(byline, people)])


def _read_byline_sentence(byline: str) -> list[Person]:
    """Return the people of a byline "X in conversation with Y" or "X spoke to Y"; [] for credits."""
    conversation = patterns.IN_CONVERSATION.search(byline)
    if conversation:
        return [
            Person(_clean_name(conversation["guest"]), Role.INTERVIEWEE),
            Person(_clean_name(conversation["asker"]), Role.INTERVIEWER),
        ]
    retold = patterns.TOLD.search(byline)
    if retold:
        askers = read_names(byline[retold.end() :], Role.INTERVIEWER)
        return [Person(_clean_name(retold["guest"]), Role.INTERVIEWEE), *askers]
    asker_first = patterns.ASKER_FIRST.match(byline)
    if asker_first:
        guests = read_names(byline[asker_first.end() :], Role.INTERVIEWEE)
        return [*guests, Person(_clean_name(asker_first["asker"]), Role.INTERVIEWER)]
    guest_first = patterns.GUEST_FIRST.search(byline)
    if guest_first:
        guest = Person(_clean_name(guest_first["guest"]), Role.INTERVIEWEE, (guest_first["post"] or "").strip(" ,"))
        return [guest, Person(_clean_name(guest_first["asker"]), Role.INTERVIEWER)]
    return []


def _read_credits(byline: str) -> list[Person]:
    """Return the people whom a byline names after words like "Interview by" and "Photos:"."""
    credit_patterns = (
        (Role.INTERVIEWEE, patterns.INTERVIEWEE),
        (Role.INTERVIEWER, patterns.INTERVIEWER),
        *patterns.OTHER_CREDITS,
    )
    if patterns.BARE_CREDITS.fullmatch(byline):
        return [
            Person(_clean_name(match["name"]), Role.PHOTOGRAPHER if match["picture"] else Role.INTERVIEWER)
            for match in patterns.BARE_CREDIT.finditer(byline)
        ]
    later = patterns.BY_AFTER_GUEST.search(byline) or patterns.WITH_AFTER_AUTHOR.search(byline)
    askers = read_names(byline[later.end() :], Role.INTERVIEWER) if later else []
    return [
        person
        for role, openings in credit_patterns
        for pattern in openings
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
    house = patterns.HOUSE.match(byline)
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
    joint = patterns.JOINT_OR_COMMA if is_list or _is_name_list(text) else patterns.JOINT
    while True:
        match = re.match(rf"(?:the\s|[\w-]+[’']s\s)?{HONORIFICS}(?P<name>{NAME_PATTERN})", text)
        if (
            match is None
            or re.match(rf"^{patterns.POST}", match["name"].lower())
            or match["name"].endswith(("'s", "’s"))
        ):
            break
        if not patterns.STAFF.search(match["name"]):
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
    """Return whether a text begins with names between commas, and a last one, or a staff, after “and”."""
    match = patterns.NAME_LIST.match(text)
    return match is not None and not _has_post(match[0].split(", "))


def _has_post(names: Sequence[str]) -> bool:
    """Return whether a name after the first of a byline is a post: “Harbour Master”, “Lamp Editor”."""
    return any(patterns.IS_POST.search(name) for name in names[1:])


def _read_affiliation(text: str) -> str:
    """Return the affiliation after a name in a byline's sentence, with ";" before a second post."""
    match = re.match(r"\s*[,—–(-]\s*(?P<post>.+?)(?:\)|[.](?=\s+[A-ZА-Я]|\s*$)|$)", text, re.DOTALL)
    if match is None or len(match["post"]) > 300:
        return ""
    post = match["post"].strip(" .,")
    if re.match(r"(?:[Ii]nterviewed |[Ww]ritten |[Cc]onducted |[Ll]ed )?[Bb]y\b", post):
        return ""
    return re.sub(rf", (?={patterns.POST})", "; ", post)


def strip_profession(name: str) -> str:
    """Return a name without a profession or a title before it: “Keeper Jane Roe”, “Dr. Jane Roe”."""
    return split_titles(patterns.LEADING_PROFESSION.sub("", name)).name


def can_be_person_name(name: str) -> bool:
    """Return whether a name is whole, and not that of an institution, a place or a staff."""
    return is_full_name(name) and not patterns.NO_PERSON.search(name)


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
