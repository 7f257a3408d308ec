"""What was told → a draft: the desk sorts title, byline and disclaimer, and what belongs to one turn is joined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from onrecord.importers.common import boilerplate, byline, decoding, features, labels, language
from onrecord.importers.common.draft import DOUBTFUL_BELOW, Clipping, Draft, Reading, Turn
from onrecord.importers.recognition.classification import Told, Understood
from onrecord.model import Person, Place, Role
from onrecord.model.problems import Problem, Severity

_WITH = re.compile(
    r"(?i)^(?:an? |the )?(?:interview|conversation|q ?& ?a|talk|интервью|беседа|entretien|entrevista|gespräch) (?:with|с|со|avec|a|con|mit) "
)
_NAME_ONLY = re.compile(r"[^\W\d_][\w.’'-]*(?: (?:(?:de|la|van|von|der|da|di|del|bin|al) )*[^\W\d_][\w.’'-]*){1,3}")


def drafted(reading: Reading, found: Understood, cast: Sequence[Person], name: str) -> Draft:
    desk = _Desk(reading)
    body: list[Told] = []
    for one in found.told:
        if one.kind in ("front", "behind"):
            desk.take(one)
        else:
            body.append(one)
    silent = [one for one in body if one.label and not one.clipping.words and _is_last_of_turn(one, body)]
    desk.aside += [replace(one.clipping, why="a label without words") for one in silent]
    body = [one for one in body if not any(one is other for other in silent)]
    people = found.people or list(cast)
    if not any(p.role is Role.INTERVIEWEE for p in people) and (guest := desk.guest()):
        people = [guest, *people]
    desk.settle_title()
    turns = (*_turns(body), *(Turn("note", (c,)) for c in desk.notes))
    words = " ".join(c.words for c in reading.clippings if c.kind == "paragraph")
    notes = list(reading.notes)
    missing = [kind for kind in ("question", "answer") if not any(turn.kind == kind for turn in turns)]
    if missing:
        sentence = f"no {' and no '.join(missing)} was found in this text"
        notes.append(
            Problem(
                Place(name),
                "interview-has-turns",
                sentence,
                "mark the questions in bold, and import it again",
                severity=Severity.WARNING,
            )
        )
    if nameless := [
        person.name for person in people if person.role is Role.INTERVIEWEE and labels.is_role(person.name)
    ]:
        told = " and ".join(f"“{one}”" for one in nameless)
        hint = f'write who it is, among the people: name: "A name", labels: [{nameless[0]}]'
        notes.append(
            decoding.warning(
                Place(name),
                "people-have-names",
                f"{told} {'is no name' if len(nameless) == 1 else 'are no names'}",
                hint,
            )
        )
    if found.habit == "none" and "silent" not in reading.settings and _is_talk(turns):
        sentence = "nobody is named in this conversation, and many of its questions have no question mark"
        notes.append(
            decoding.warning(
                Place(name), "speakers-are-named", sentence, "read every turn; a version with names would be better"
            )
        )
    return Draft(
        title=desk.text("title"),
        people=tuple(people),
        introduction=tuple(desk.introduction),
        turns=turns,
        aside=tuple(c for c in reading.clippings if c.kind == "aside" or (c.kind == "setting" and c.why not in _FIELDS))
        + tuple(desk.aside),
        standfirst=desk.text("standfirst"),
        byline=desk.text("byline"),
        disclaimer=desk.text("disclaimer"),
        rights=desk.text("rights"),
        date=desk.date or boilerplate.date_within(desk.text("byline")),
        language=(reading.settings.get("language") or ("",))[0] or language.detected(words),
        url=(reading.settings.get("url") or ("",))[0],
        tags=tuple(reading.settings.get("tags", ())),
        front={key: tuple(clippings) for key, clippings in desk.front.items()},
        notes=tuple(notes),
        introduction_asks=tuple(desk.introduction_asks) if any(desk.introduction_asks) else (),
    )


def _is_talk(turns: Sequence[Turn]) -> bool:
    asked = [features.ends_in_question(turn.clippings[-1].words) for turn in turns if turn.kind == "question"]
    return len(asked) >= 5 and asked.count(False) > 0.3 * len(asked)


def _is_last_of_turn(one: Told, body: Sequence[Told]) -> bool:
    at = next(i for i, other in enumerate(body) if other is one)
    return at + 1 == len(body) or body[at + 1].opens


_ASKED = {"question": "a question", "answer": "an answer", "front": "still the introduction"}
_FIELDS = ("title", "standfirst", "byline", "disclaimer", "rights")


class _Desk:
    """Sorts what stands before and behind the conversation."""

    def __init__(self, reading: Reading) -> None:
        self.front: dict[str, list[Clipping]] = {}
        self.introduction: list[Clipping] = []
        self.introduction_asks: list[str] = []
        self.notes: list[Clipping] = []
        self.aside: list[Clipping] = []
        self.date = (reading.settings.get("date") or ("",))[0]
        self._settled = [c for c in reading.clippings if c.kind == "setting" and c.why in ("standfirst", "byline")]
        for clipping in reading.clippings:
            if clipping.kind == "setting" and clipping.why in _FIELDS:
                self.front.setdefault(clipping.why, []).append(clipping)

    def text(self, key: str) -> str:
        """The words of a setting; where two lines become one, a full stop stands between them."""
        out = ""
        for clipping in self.front.get(key, ()):
            words = " ".join(clipping.words.split())
            out += f"{'' if not out else ' ' if not out[-1].isalnum() else '. '}{words}"
        return out

    def settle_title(self) -> None:
        """Where nothing else is the title, the line "Interview with …" that opens the text is it."""
        first = self.front.get("byline", ())[:1]
        if (
            "title" not in self.front
            and first
            and first[0].index == min(c.index for c in (*first, *self.introduction))
            and _WITH.match(first[0].words)
        ):
            self.front["title"] = [self.front["byline"].pop(0)]

    def take(self, one: Told) -> None:
        if one.kind == "front":
            self._before(one.clipping, _ask(one))
        else:
            self._behind(one.clipping)

    def _put(self, key: str, clipping: Clipping) -> None:
        self.front.setdefault(key, []).append(clipping)

    def _put_byline(self, clipping: Clipping) -> None:
        """What a byline says once is printed once."""
        words = " ".join(clipping.words.split()).casefold().strip(" .")
        if words in self.text("byline").casefold():
            self.aside.append(replace(clipping, why="the byline once more"))
        else:
            self._put("byline", clipping)

    def _before(self, clipping: Clipping, ask: str) -> None:
        plain = clipping.kind in ("paragraph", "heading")
        is_first = (
            "title" not in self.front
            and not any(c.words for c in self.introduction if c.kind != "picture")
            and "standfirst" not in self.front
        )
        repeats = clipping.words.strip().casefold() == self.text("title").casefold()
        if plain and repeats:
            self.aside.append(replace(clipping, why="the title once more"))
        elif (
            plain
            and self.text("standfirst")
            and clipping.words.strip().casefold() == self.text("standfirst").casefold()
        ):
            self.aside.append(replace(clipping, why="the standfirst once more"))
        elif plain and byline.is_byline(clipping.words):
            self._put_byline(clipping)
        elif plain and boilerplate.date_in(clipping.words):
            self._read_date(clipping)
        elif plain and is_first and (clipping.kind == "heading" or boilerplate.is_title(clipping.words)):
            self._put("title", clipping)
        elif plain and boilerplate.is_disclaimer(clipping.words) and "disclaimer" not in self.front:
            self._put("disclaimer", clipping)
        elif not ask and self._is_standfirst(clipping):
            self._put("standfirst", clipping)
        else:
            self.introduction.append(clipping)
            self.introduction_asks.append(ask)

    def _is_standfirst(self, clipping: Clipping) -> bool:
        """The paragraph right below the title, before any byline."""
        return (
            clipping.kind in ("paragraph", "heading")
            and "title" in self.front
            and not self.introduction
            and not any(
                c.index < clipping.index
                for c in (*self._settled, *self.front.get("standfirst", ()), *self.front.get("byline", ()))
            )
            and 4 <= len(clipping.words.split()) <= 120
            and "://" not in clipping.words
        )

    def _behind(self, clipping: Clipping) -> None:
        words = clipping.words
        if boilerplate.is_disclaimer(words):
            self._put("disclaimer", clipping)
        elif byline.is_byline(words) and not boilerplate.is_rights(words):
            self._put_byline(clipping)
        elif boilerplate.is_rights(words) and not boilerplate.is_note(words):
            self._put("rights", clipping)
        elif boilerplate.date_in(words):
            self._read_date(clipping)
        else:
            self.notes.append(clipping)

    def _read_date(self, clipping: Clipping) -> None:
        """The first date is the interview's; a file that knows its own keeps it."""
        why = (
            "the date, which the file knows" if self.date else f"read as the date {boilerplate.date_in(clipping.words)}"
        )
        self.date = self.date or boilerplate.date_in(clipping.words)
        self.aside.append(replace(clipping, why=why))

    def guest(self) -> Person | None:
        """A title that is nothing but a name is the guest's; a short standfirst below it is what the guest does."""
        title = self.text("title")
        if (
            title.isupper()
            or not _NAME_ONLY.fullmatch(title)
            or not byline.is_full_name(title)
            or (not title.istitle() and not all(w[0].isupper() for w in title.split()))
        ):
            return None
        standfirst = self.text("standfirst")
        post = standfirst if len(standfirst.split()) <= 15 and not standfirst.endswith(".") else ""
        return Person(title, Role.INTERVIEWEE, post)


def _turns(body: Sequence[Told]) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for one in body:
        ask = one.ask or _ask(one)
        if one.opens or not turns or turns[-1].kind != one.kind:
            turns.append(Turn(one.kind, (one.clipping,), one.label, one.sure, (ask,)))
        else:
            last = turns[-1]
            turns[-1] = replace(
                last,
                clippings=(*last.clippings, one.clipping),
                confidence=min(last.confidence, one.sure),
                asks=(*last.asks, ask),
            )
    return tuple(turns)


def _ask(one: Told) -> str:
    if one.sure >= DOUBTFUL_BELOW or one.kind not in _ASKED or one.label or one.clipping.kind == "picture":
        return ""
    why = features.why_unsure(one.clipping.words, told_question=one.kind == "question")
    return f"Is this {_ASKED[one.kind]}? ({int(100 * one.sure)} %: {why})"
