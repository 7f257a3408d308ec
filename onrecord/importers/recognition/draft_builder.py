"""Build the draft from classified clippings: sort title, byline and disclaimer, and join clippings to turns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from onrecord.importers.common import boilerplate, byline, decoding, features, labels, language
from onrecord.importers.common.draft import DOUBTFUL_BELOW, Clipping, Draft, DraftTurn, SourceText
from onrecord.importers.recognition.classification import Classification, ClassifiedClipping
from onrecord.model import Person, Role, SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule, Severity

_INTERVIEW_WITH = re.compile(
    r"(?i)^(?:an? |the )?"
    r"(?:interview|conversation|q ?& ?a|talk|интервью|беседа|entretien|entrevista|gespräch) "
    r"(?:with|с|со|avec|a|con|mit) "
)
_NAME_ONLY = re.compile(r"[^\W\d_][\w.’'-]*(?: (?:(?:de|la|van|von|der|da|di|del|bin|al) )*[^\W\d_][\w.’'-]*){1,3}")
_DESCRIPTIONS = {"question": "a question", "answer": "an answer", "front": "still the introduction"}
_PAGE_NUMBER = re.compile(
    r"(?i)[\W_]*(?:(?:page|seite|página|стр\.?|p\.)\s*)?\d{1,3}(?:\s*(?:/|of|von|de|из)\s*\d{1,3})?[\W_]*"
)
_FIELDS = ("title", "standfirst", "byline", "disclaimer", "rights")


def build_draft(reading: SourceText, classification: Classification, cast: Sequence[Person], name: str) -> Draft:
    """Return the draft of an imported interview; `name` is the file's name for warnings."""
    matter = _FrontAndBackMatter(reading)
    for classified in classification.clippings:
        if classified.kind in ("front", "back"):
            matter.add(classified)
    body = [classified for classified in classification.clippings if classified.kind not in ("front", "back")]
    body, silent = _remove_silent_labels(body)
    people = classification.people or list(cast)
    if not any(p.role is Role.INTERVIEWEE for p in people) and (guest := matter.take_guest_from_title()):
        people = [guest, *people]
    matter.settle_title()
    matter.settle_byline()
    turns = (*_join_turns(body), *(DraftTurn("note", (clipping,)) for clipping in matter.notes))
    words = " ".join(c.words for c in reading.clippings if c.kind == "paragraph")
    aside = [c for c in reading.clippings if c.kind == "aside" or (c.kind == "setting" and c.reason not in _FIELDS)]
    is_anonymous_talk = not classification.has_convention and not reading.is_spoken and _is_spoken_talk(turns)
    return Draft(
        title=matter.text("title"),
        people=tuple(people),
        introduction=tuple(matter.introduction),
        turns=turns,
        asides=(*aside, *matter.aside, *silent),
        standfirst=matter.text("standfirst"),
        byline=matter.text("byline"),
        disclaimer=matter.text("disclaimer"),
        rights=matter.text("rights"),
        date=matter.date or boilerplate.find_date(matter.text("byline")),
        language=(reading.settings.get("language") or ("",))[0] or language.detect_language(words),
        url=(reading.settings.get("url") or ("",))[0],
        recording=(reading.settings.get("recording") or ("",))[0],
        tags=tuple(reading.settings.get("tags", ())),
        front={key: tuple(clippings) for key, clippings in matter.front.items()},
        notes=(*reading.notes, *_find_draft_problems(turns, people, name, is_anonymous_talk=is_anonymous_talk)),
        introduction_questions=tuple(matter.introduction_asks) if any(matter.introduction_asks) else (),
    )


# --- warnings -------------------------------------------------------------------------------------


def _find_draft_problems(
    turns: Sequence[DraftTurn], people: Sequence[Person], name: str, *, is_anonymous_talk: bool
) -> Iterator[Problem]:
    """Yield the warnings about an imported draft for an editor."""
    place = SourceLocation(name)
    missing = [kind for kind in ("question", "answer") if not any(turn.kind == kind for turn in turns)]
    if missing:
        sentence = f"no {' and no '.join(missing)} was found in this text"
        hint = "mark the questions in bold, and import it again"
        yield Problem(place, Rule.INTERVIEW_HAS_TURNS, sentence, hint, severity=Severity.WARNING)
    nameless = [person.name for person in people if _has_no_real_name(person)]
    if nameless:
        quoted = " and ".join(f"“{role}”" for role in nameless)
        sentence = f"{quoted} {'is no name' if len(nameless) == 1 else 'are no names'}"
        hint = f'write who it is, among the people: name: "A name", labels: [{nameless[0]}]'
        yield decoding.build_warning(place, Rule.PEOPLE_HAVE_NAMES, sentence, hint)
    if is_anonymous_talk:
        sentence = "nobody is named in this conversation, and many of its questions have no question mark"
        hint = "read every turn; a version with names would be better"
        yield decoding.build_warning(place, Rule.SPEAKERS_ARE_NAMED, sentence, hint)


def _has_no_real_name(person: Person) -> bool:
    """Return whether a program numbered the speaker, it is a device, or a guest is only called an answer."""
    is_role = person.role is Role.INTERVIEWEE and labels.is_role_label(person.name)
    is_machine = labels.is_numbered_speaker(person.name) or labels.is_device_name(person.name)
    return person.role.speaks and (is_role or is_machine)


def _is_spoken_talk(turns: Sequence[DraftTurn]) -> bool:
    """Return whether a draft has five questions or more, and many have no question mark."""
    has_mark = [
        features.ends_in_unquoted_question(turn.clippings[-1].words_without_notes)
        for turn in turns
        if turn.kind == "question"
    ]
    return len(has_mark) >= 5 and has_mark.count(False) > 0.3 * len(has_mark)


# --- turns ----------------------------------------------------------------------------------------


def _remove_silent_labels(body: Sequence[ClassifiedClipping]) -> tuple[list[ClassifiedClipping], list[Clipping]]:
    """Return the clippings without labels that no words follow, and those labels, set aside."""
    spoken, silent = list[ClassifiedClipping](), list[Clipping]()
    for i, classified in enumerate(body):
        is_last_of_turn = i + 1 == len(body) or body[i + 1].opens_turn
        if classified.label and not classified.clipping.words and is_last_of_turn:
            silent.append(replace(classified.clipping, reason="a label without words"))
        else:
            spoken.append(classified)
    return spoken, silent


def _join_turns(body: Sequence[ClassifiedClipping]) -> tuple[DraftTurn, ...]:
    """Return the draft's turns: each opens with a clipping that opens a turn or has another kind."""
    turns: list[DraftTurn] = []
    for classified in body:
        ask = classified.ask or _ask_about(classified)
        if classified.opens_turn or not turns or turns[-1].kind != classified.kind:
            turns.append(
                DraftTurn(classified.kind, (classified.clipping,), classified.label, classified.confidence, (ask,))
            )
            continue
        last = turns[-1]
        turns[-1] = replace(
            last,
            clippings=(*last.clippings, classified.clipping),
            confidence=min(last.confidence, classified.confidence),
            editor_questions=(*last.editor_questions, ask or _ask_about_lone_number(classified.clipping)),
        )
    return tuple(turns)


def _ask_about_lone_number(clipping: Clipping) -> str:
    """Return what the editor is asked about a paragraph inside a turn that is only a small number, or "".

    Page numbers that come three times or more are set aside before; a text of two pages has fewer.
    """
    is_number = clipping.kind == "paragraph" and _PAGE_NUMBER.fullmatch(clipping.words)
    return f"Is “{clipping.words.strip()}” the number of a page, or was it said?" if is_number else ""


def _ask_about(classified: ClassifiedClipping) -> str:
    """Return what the editor is asked about a doubtful kind; "" if it is clear."""
    if (
        classified.confidence >= DOUBTFUL_BELOW
        or classified.kind not in _DESCRIPTIONS
        or classified.label
        or classified.clipping.kind == "picture"
    ):
        return ""
    reason = features.explain_doubt(
        classified.clipping.words_without_notes, told_question=classified.kind == "question"
    )
    return f"Is this {_DESCRIPTIONS[classified.kind]}? ({int(100 * classified.confidence)} %: {reason})"


# --- front and back matter ------------------------------------------------------------------------


class _FrontAndBackMatter:
    """The clippings before and after the conversation, sorted to settings, introduction and notes."""

    def __init__(self, reading: SourceText) -> None:
        self.front: dict[str, list[Clipping]] = {}
        self.introduction: list[Clipping] = []
        self.introduction_asks: list[str] = []
        self.notes: list[Clipping] = []
        self.aside: list[Clipping] = []
        self.date = (reading.settings.get("date") or ("",))[0]
        self._is_spoken = reading.is_spoken
        self._words = " ".join(clipping.words for clipping in reading.clippings)
        self._settings = [c for c in reading.clippings if c.kind == "setting" and c.reason in ("standfirst", "byline")]
        for clipping in reading.clippings:
            if clipping.kind == "setting" and clipping.reason in _FIELDS:
                self._add_to_key(clipping.reason, clipping)

    def text(self, key: str) -> str:
        """Return the words of a setting; lines are joined by a full stop if the first ends without a mark."""
        joined = ""
        for clipping in self.front.get(key, ()):
            words = " ".join(clipping.words.split())
            joined += f"{'' if not joined else ' ' if not joined[-1].isalnum() else '. '}{words}"
        return joined

    def settle_title(self) -> None:
        """Make a byline "Interview with …" at the start of the text the title, if there is no other."""
        bylines = self.front.get("byline", [])
        if "title" in self.front or not bylines or not _INTERVIEW_WITH.match(bylines[0].words):
            return
        if all(bylines[0].index <= clipping.index for clipping in self.introduction):
            self.front["title"] = [bylines.pop(0)]

    def settle_byline(self) -> None:
        """Make sentences of a byline that has a credit, too, the standfirst, if there is no other."""
        bylines = self.front.get("byline", [])
        sentences = [clipping for clipping in bylines if byline.is_byline_sentence(clipping.words)]
        if sentences and len(sentences) < len(bylines) and "standfirst" not in self.front:
            self.front["standfirst"] = sentences
            self.front["byline"] = [clipping for clipping in bylines if clipping not in sentences]

    def take_guest_from_title(self) -> Person | None:
        """Return the guest, if the title is nothing but a name; a short standfirst is the guest's affiliation."""
        title = self.text("title")
        if title.isupper() or not _NAME_ONLY.fullmatch(title) or not byline.can_be_person_name(title):
            return None
        if re.search(rf"\b{re.escape(title.split()[-1].lower())}\b", self._words):
            return None  # “Oil Lamps”, in a text about lamps
        if not title.istitle() and not all(word[0].isupper() for word in title.split()):
            return None
        standfirst = self.text("standfirst")
        affiliation = standfirst if len(standfirst.split()) <= 15 and not standfirst.endswith(".") else ""
        return Person(title, Role.INTERVIEWEE, affiliation)

    def add(self, classified: ClassifiedClipping) -> None:
        """Sort an imported clipping into the front or back matter."""
        if self._is_spoken:  # nobody says a title or a byline in a transcript
            self.introduction.append(classified.clipping)
            self.introduction_asks.append(_ask_about(classified))
        elif classified.kind == "back":
            self._add_back_matter(classified.clipping)
        elif classified.clipping.kind not in ("paragraph", "heading") or not self._add_setting(classified.clipping):
            self._add_introduction(classified.clipping, _ask_about(classified))

    def _add_to_key(self, key: str, clipping: Clipping) -> None:
        """Add a clipping to those of this key of the imported front matter."""
        self.front.setdefault(key, []).append(clipping)

    def _add_byline(self, clipping: Clipping) -> None:
        """Add a clipping to the byline; set it aside if the byline already contains its words."""
        words = " ".join(clipping.words.split()).casefold().strip(" .")
        if words in self.text("byline").casefold():
            self.aside.append(replace(clipping, reason="the byline once more"))
        else:
            self._add_to_key("byline", clipping)

    def _add_setting(self, clipping: Clipping) -> bool:
        """Sort an imported paragraph or heading of the front matter; return False if it is no setting."""
        words = clipping.words.strip().casefold()
        if words == self.text("title").casefold():
            self.aside.append(replace(clipping, reason="the title once more"))
        elif self.text("standfirst") and words == self.text("standfirst").casefold():
            self.aside.append(replace(clipping, reason="the standfirst once more"))
        elif byline.is_byline(clipping.words):
            self._add_byline(clipping)
        elif boilerplate.read_date_line(clipping.words):
            self._add_date(clipping)
        elif self._is_title(clipping):
            self._add_to_key("title", clipping)
        elif boilerplate.is_disclaimer(clipping.words) and "disclaimer" not in self.front:
            self._add_to_key("disclaimer", clipping)
        else:
            return False
        return True

    def _add_introduction(self, clipping: Clipping, ask: str) -> None:
        """Add an imported clipping to the standfirst or to the introduction, with the question `ask` about it."""
        if not ask and self._is_standfirst(clipping):
            self._add_to_key("standfirst", clipping)
        else:
            self.introduction.append(clipping)
            self.introduction_asks.append(ask)

    def _is_title(self, clipping: Clipping) -> bool:
        """Return whether a clipping is the first text of an import, and a heading or like a title."""
        return (
            "title" not in self.front
            and "standfirst" not in self.front
            and not any(c.words for c in self.introduction if c.kind != "picture")
            and (clipping.kind == "heading" or boilerplate.may_be_title(clipping.words))
        )

    def _is_standfirst(self, clipping: Clipping) -> bool:
        """Return whether a clipping is the paragraph right after an import's title, before any byline."""
        others = (*self._settings, *self.front.get("standfirst", ()), *self.front.get("byline", ()))
        return (
            clipping.kind in ("paragraph", "heading")
            and "title" in self.front
            and not self.introduction
            and not any(other.index < clipping.index for other in others)
            and 4 <= len(clipping.words.split()) <= 120
            and "://" not in clipping.words
        )

    def _add_back_matter(self, clipping: Clipping) -> None:
        """Add a clipping after the conversation to disclaimer, byline, rights, date or notes."""
        words = clipping.words
        if boilerplate.is_disclaimer(words):
            self._add_to_key("disclaimer", clipping)
        elif byline.is_byline(words) and not boilerplate.is_rights(words):
            self._add_byline(clipping)
        elif boilerplate.is_rights(words) and not boilerplate.is_note(words):
            self._add_to_key("rights", clipping)
        elif boilerplate.read_date_line(words):
            self._add_date(clipping)
        else:
            self.notes.append(clipping)

    def _add_date(self, clipping: Clipping) -> None:
        """Read the date of a line, unless the file or an earlier line gave it; set the line aside."""
        date = boilerplate.read_date_line(clipping.words)
        reason = "the date, which the file knows" if self.date else f"read as the date {date}"
        self.date = self.date or date
        self.aside.append(replace(clipping, reason=reason))
