"""Find the person who answers in titles, standfirsts and the words before the first question.

A phrase like “interview with Jane Roe” is enough. A name that only stands where guests are often named (“Jane Roe on
lamps”) counts if its surname comes again as a name, and is no common word of the text.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from onrecord.importers.common import byline, features, labels
from onrecord.importers.common.byline_patterns import FULL_NAME, HONORIFICS, PROFESSION
from onrecord.importers.common.draft import Clipping, SourceText
from onrecord.model import Person, Role

_OPENING = 8  # clippings that may introduce the guest
_MOST_CHARACTERS = 1_500  # of a paragraph that does
# What stands between “with” and the name: “the former harbour master,”, “dem Historiker”, “la directrice du port”.
_DESCRIPTION = (
    rf"(?:(?:the|our|his|her|their|an?|dem|der|den|le|la|el|il)\s)?(?:(?!(?:on|in|at|about|from|near|who|that"
    rf"|and|über|sobre|sur)\s)"
    rf"[a-zà-ÿß0-9][\w’'/-]*,?\s){{0,8}}"
    rf"(?:(?:dem|der)\s\w+\s(?:des|der|von|vom|im|am)\s[\w-]+\s|(?:dem|der)\s\w+(?:-\w+)*\s(?={FULL_NAME}))?"
)
_WITH = (
    r"(?i:interview|conversation|conversing|dialogue|discussion|q ?& ?a|q and a|chat|talk|talking|speaking|catching up"
    r"|questions|spoke|speaks|speak|talks|talked|sat down|sits down|chatted|chats|caught up|met up|meeting) "
    r"(?i:with|for|to)",
    r"(?i:interviewed|interviewing|interviews|we asked|meet|introducing|met with)",
    r"(?i:interview|gespräch|gesprochen|sprach|sprachen|spricht|sprechen|unterhielt|unterhaltung|treffen)"
    r"(?: (?:wir|ich|sie|er|sich))? mit",
    r"(?i:entretien|rencontre|conversation|interview|discussion) avec",
    r"(?i:entrevista|conversación|conversamos|hablamos|charlamos|charla|diálogo|conversa) (?:a|con|com)",
    r"(?i:intervista|conversazione|dialogo) (?:ad?|con)",
    r"(?i:interview|gesprek|intervju|samtal|samtale) (?:met|med)",
)
_GUEST_WORDS = (
    r"(?i:(?:my|our|today’s|today's|this week’s|special) guest(?: today| this week| this month)?(?: is|,| was|:)?)",
    r"(?i:(?:to|will|could|can|I|we) interview|joining (?:us|me)(?: today)? is|please welcome)",
    r"(?i:(?:unser|mein|heutiger) gast(?: heute)?(?: ist|,|:)?|unsere gesprächspartnerin(?: ist|,)?|zu gast(?: ist|:))",
    r"(?i:(?:notre|mon) invitée?(?: du jour)?(?: est|,|:)?|nous avons rencontré|rencontrons)",
    r"(?i:(?:nuestr[oa]|mi) invitad[oa](?: de hoy)?(?: es|,|:)?|entrevistamos a)",
    r"(?i:met|met up with|sat with)(?= (?:the |keeper |captain )?[A-Z])",
)
_STRONG = re.compile(
    rf"\b(?:{'|'.join((*_WITH, *_GUEST_WORDS))}) {_DESCRIPTION}"
    rf"(?=(?:{HONORIFICS})(?:{PROFESSION}\s)*{FULL_NAME})"
)
_IN_CONVERSATION = re.compile(
    rf"^(?:{HONORIFICS})(?P<name>{FULL_NAME}) (?i:in conversation|im Gespräch|im Interview)\b"
)
_SPEAKS = (
    "on|talks|speaks|tells|explains|discusses|says|reflects|remembers|recalls"
    "|answers|about|über|spricht|erzählt|erklärt"
    "|sobre|habla|cuenta|explica|sur|parle|raconte|explique|о|об|рассказывает|рассказал|рассказала"
)
_WEAK = (
    re.compile(rf"^(?:{HONORIFICS})(?P<name>{FULL_NAME})(?:, [^,:]{{3,60}},)? (?:{_SPEAKS})\b"),
    re.compile(rf"^(?:{HONORIFICS})(?P<name>{FULL_NAME})(?:, [^:]{{3,60}})?\s*[:|–—-]\s"),
    re.compile(rf"[:|–—-]\s*(?:{HONORIFICS})(?P<name>{FULL_NAME})(?: (?:{_SPEAKS})\b.*)?$"),
    re.compile(rf"^(?:{HONORIFICS})(?P<name>{FULL_NAME}), [^,:.?!]{{3,40}}$"),
    re.compile(rf"\b(?:with|know|avec|mit|con|met|about) (?:{HONORIFICS})(?P<name>{FULL_NAME})$"),
    re.compile(rf"^(?:{HONORIFICS})(?P<name>{FULL_NAME}?) (?:Interview|Q ?& ?A)$"),
    re.compile(rf", (?:says|sagt|dice|dit|explains|erklärt) (?:[a-zà-ÿ’'-]+ ){{0,4}}(?P<name>{FULL_NAME})$"),
    re.compile(rf"^(?:{HONORIFICS})(?P<name>{FULL_NAME})$"),
)
_AGED = re.compile(rf"^(?:{HONORIFICS})(?P<name>{FULL_NAME})(?:, \d\d,| \(\d\d\)) [a-zà-ÿа-яё]")
_TELLS = re.compile(
    rf"(?:^|, )(?:{HONORIFICS})(?P<name>{FULL_NAME})(?:,? [^.]{{3,80}},| \([^)]{{2,60}}\))?"
    r" (?:joins|joined|answers|answered|tells|told|speaks|spoke|talks|talked|explains|explained|shares|shared|reflects"
    r"|discusses|discussed|looks back|opens up|recalls|erzählt|spricht|erklärt|beantwortet|raconte|explique|répond"
    r"|cuenta|habla|explica|responde|рассказывает|рассказала?)\b"
)
_OPENS = re.compile(
    rf"^(?:{HONORIFICS})(?P<name>{FULL_NAME}) "
    r"(?!hosts?|held|holds|presents|publish|features?|offers|bietet|lädt|zeigt|hat|wird|propose|ofrece)[a-zà-ÿа-яё]"
)
_KIND_OF_TALK = re.compile(
    r"(?i)\b(?:interview|conversation|q ?& ?a|gespräch|entretien|entrevista|conversación|intervista|интервью|беседа)\b"
)
_DESCRIBED = re.compile(rf"\b(?:Der|Die|Le|La|El|The)\s(?:[a-z-]+\s){{0,2}}(?i:{PROFESSION})\s(?P<name>{FULL_NAME})\b")


def find_guests(reading: SourceText, content: Sequence[Clipping], people: Sequence[Person]) -> list[Person]:
    """Return who answers in an import, by title and opening; [] if neither names a guest for certain.

    `people` are already known, as those who ask.
    """
    titles = list(_list_title_texts(reading, content))
    opening = list(_list_opening_texts(reading, content))
    printed = [c.words for c in reading.clippings if c.kind == "setting" and c.reason == "title"]
    text = " ".join([*printed, *opening, *(clipping.words for clipping in content)])
    for title in titles:
        guest = byline.find_guest_in_title(title)
        named = [Person(guest, Role.INTERVIEWEE)] if guest else _find_guests_in_phrase(title, text, ())
        if guests := named or _find_guest_in_title(title, text, people):
            return guests
    for words in opening:
        if guests := _find_guests_in_opening(words, text, people):
            return guests
    return []


def _list_title_texts(reading: SourceText, content: Sequence[Clipping]) -> Iterator[str]:
    """Yield the title of an imported file, and the first words of the text."""
    titles = [c.words for c in reading.clippings if c.kind == "setting" and c.reason == "title"]
    names = _count_labels(content)
    titles += [c.words for c in content[:1] if not _has_repeated_label(c, names) and not _names_asker(c.words)]
    for title in filter(str.split, titles):
        yield title.title() if title.isupper() else title


def _list_opening_texts(reading: SourceText, content: Sequence[Clipping]) -> Iterator[str]:
    """Yield an import's standfirst, its page's description, and the text before the first question."""
    for clipping in reading.clippings:
        if clipping.kind == "setting" and clipping.reason in ("standfirst", "byline"):
            yield clipping.words
    yield from reading.settings.get("description", ())
    start = 1 if content and content[0].kind == "heading" else 0
    names = _count_labels(content)
    for clipping in itertools.takewhile(lambda clipping: _can_introduce(clipping, names), content[start:_OPENING]):
        if len(clipping.words) <= _MOST_CHARACTERS:
            yield clipping.words


def _count_labels(content: Sequence[Clipping]) -> Counter[str]:
    """Return how many imported clippings begin with a speaker label of each name."""
    return Counter(label.name for clipping in content if (label := _parse_any_label(clipping)) is not None)


def _names_asker(words: str) -> bool:
    """Return whether a line is a byline that says who asked and nothing else."""
    people = (
        byline.find_people_in_byline(words) if byline.is_byline(words) and not byline.find_guest_in_title(words) else ()
    )
    return bool(people) and all(person.role.asks for person in people)


def _has_repeated_label(clipping: Clipping, names: Counter[str]) -> bool:
    """Return whether a clipping begins with a label that comes again."""
    label = _parse_any_label(clipping)
    return label is not None and names[label.name] > 1


def _parse_any_label(clipping: Clipping) -> labels.SpeakerLabel | None:
    """Return the speaker label with which an imported clipping may begin, or None."""
    return labels.parse_label(clipping.words, clipping.bold_lead)


def _can_introduce(clipping: Clipping, names: Counter[str]) -> bool:
    """Return whether a clipping stands before the conversation: it neither asks nor begins with a label.

    “Ann Poe — a keeper of lamps” is no label, unless one of these `names`, those of all labels, comes again.
    """
    asks = features.ends_with_question_mark(clipping.words_without_notes) or (
        clipping.is_bold and clipping.kind == "paragraph"
    )
    label = _parse_any_label(clipping)
    is_label = label is not None and (label.is_certain or labels.is_all_capitals(label.name) or names[label.name] > 1)
    return not asks and not is_label and not clipping.speaker


def _find_guest_in_title(title: str, text: str, people: Sequence[Person]) -> list[Person]:
    """Return the guest whom an imported title may name, if the text confirms it, as a list."""
    for pattern in _WEAK:
        match = pattern.search(title)
        if match and _may_be_guest(match["name"], people) and _is_name_in_text(match["name"], title, text):
            return [Person(byline.strip_profession(match["name"]), Role.INTERVIEWEE)]
    return []


def _find_guests_in_opening(words: str, text: str, people: Sequence[Person]) -> list[Person]:
    """Return the guests whom a paragraph before the conversation names or introduces."""
    for sentence in (words, *_list_next_sentences(words)):
        person = byline.read_introduced_person(sentence)
        if person is not None and _may_be_guest(person.name, people):
            return [person]
    if guests := _find_guests_in_phrase(words, text, people):
        return guests
    opens = _OPENS.match(words) if _KIND_OF_TALK.search(words) else None
    match = _DESCRIBED.search(words) or _TELLS.search(words) or _AGED.match(words) or opens
    name = byline.strip_profession(match["name"]) if match else ""
    return (
        [Person(name, Role.INTERVIEWEE)]
        if match and _may_be_guest(name, people) and not _is_common_word(name, text)
        else []
    )


def _list_next_sentences(words: str) -> Iterable[str]:
    """Return up to three sentences after the first one."""
    return re.split(r"(?<=[a-zà-ÿ)”][.!?]) (?=[^\W\d_])", words)[1:4]


def _find_guests_in_phrase(words: str, text: str, people: Sequence[Person]) -> list[Person]:
    """Return the people after “interview with” and the like, or before “in conversation”."""
    match = _IN_CONVERSATION.match(words)
    if match and _may_be_guest(match["name"], people):
        return [Person(byline.strip_profession(match["name"]), Role.INTERVIEWEE)]
    for phrase in _STRONG.finditer(words):
        guests = byline.read_names(words[phrase.end() :], Role.INTERVIEWEE)
        guests = [guest for guest in guests if _may_be_guest(guest.name, people)]
        if guests and not any(_is_common_word(guest.name, text) for guest in guests):
            return guests
    return []


def _may_be_guest(name: str, people: Sequence[Person]) -> bool:
    """Return whether a name can be that of a guest: whole, of a person, and of nobody who asks."""
    known = {person.name.casefold() for person in people}
    return byline.can_be_person_name(name) and byline.strip_profession(name).casefold() not in known


def can_be_guest(name: str, text: str) -> bool:
    """Return whether a byline's name can be the guest's; a single word must come again in the text as a name."""
    if len(name.split()) == 1:
        return bool(re.search(rf"\b{re.escape(name)}\b", text)) and not _is_common_word(name, "")
    return not _is_common_word(name, text)


def _is_common_word(name: str, text: str) -> bool:
    """Return whether any word of a name is also an ordinary word of the text, in which the name stands once at most."""
    words = [re.escape(word.lower()) for word in name.split() if len(word) > 2]
    return any(re.search(rf"\b{word}\b", text) for word in words) and text.count(name) < 2


def _is_name_in_text(name: str, title: str, text: str) -> bool:
    """Return whether the surname comes again outside the title as a name, and never as a common word."""
    surname = re.escape(name.split()[-1])
    occurs = len(re.findall(rf"\b{surname}\b", text)) > len(re.findall(rf"\b{surname}\b", title))
    return occurs and not re.search(rf"\b{surname.lower()}\b", text)
