"""Clippings → Draft: which habit the original has of showing who speaks, and what each clipping is."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from onrecord.importers import byline, frame, labels, language, telling
from onrecord.importers.draft import DOUBTFUL_BELOW, Clipping, Draft, Reading, Turn
from onrecord.importers.plaintext import cut, escaped, started
from onrecord.importers.telling import ANSWER, BEHIND, FRONT, QUESTION
from onrecord.model import Person, Place, Role
from onrecord.problems import Problem, Severity

_DASH = re.compile(r"^(?:[—–―]\s*|-\s+|>>\s*)")
_NAME_ONLY = re.compile(r"[^\W\d_][\w.’'-]*(?: (?:(?:de|la|van|von|der|da|di|del|bin|al) )*[^\W\d_][\w.’'-]*){1,3}")
_BREAK = re.compile(r"^\**\s*(?P<label>[^:：]{2,20})\s*[:：]")


@dataclass
class _Told:
    """A clipping and what it was told to be: front, behind, question, answer, heading, note."""

    clipping: Clipping
    kind: str
    sure: float = 1.0
    opens: bool = True  # begins a turn; otherwise it goes on in the one before
    label: str = ""
    ask: str = ""


@dataclass
class _Understood:
    told: list[_Told]
    people: list[Person] = field(default_factory=list)
    habit: str = ""


def understood(reading: Reading, name: str) -> Draft:
    """What the reading most likely is."""
    reading = replace(reading, clippings=tuple(map(_furniture_aside, reading.clippings)))
    content = [c for c in reading.clippings if c.kind not in ("aside", "setting")]
    cast = _cast(reading, content)
    headed = _by_heading(content)
    found = _labelled(content, cast, titled="title" in reading.settings)
    if headed and (found is None or sum(bool(one.label) for one in found.told) < 3 * sum(one.kind == "question" for one in headed)):
        found = _Understood(headed, habit="headings")
    found = found or _unlabelled(content, reading)
    return _drafted(reading, found, cast, name)


def _furniture_aside(clipping: Clipping) -> Clipping:
    """Buttons that were copied with the text of a page."""
    button = clipping.kind == "paragraph" and not clipping.voice and frame.is_furniture(clipping.words)
    return replace(clipping, kind="aside", why="share buttons") if button else clipping


def _cast(reading: Reading, content: Sequence[Clipping]) -> list[Person]:
    """The people whom settings and bylines name."""
    people: list[Person] = []
    for key, role in (("guests", Role.INTERVIEWEE), ("hosts", Role.INTERVIEWER), ("photographer", Role.PHOTOGRAPHER), ("translator", Role.TRANSLATOR)):
        people += [Person(one, role) for one in reading.settings.get(key, ())]
    for words in reading.settings.get("byline", ()):
        people += byline.people_in(words)
    edge = [*content[:12], *content[-6:]]
    for clipping in edge:
        if clipping.kind in ("paragraph", "heading") and byline.is_byline(clipping.words):
            people += byline.people_in(clipping.words)
    return list({person.name.casefold(): person for person in reversed(people)}.values())[::-1]


# --- labels ---------------------------------------------------------------------------------------


def _labelled(content: Sequence[Clipping], cast: Sequence[Person], *, titled: bool) -> _Understood | None:
    voices, splits = labels.voices(content, [p.name for p in cast if p.role.speaks])
    if not voices:
        return None
    roles = {labels.bare(p.name): p.role.asks for p in cast if p.role.speaks}
    turns = labels.by_voice(voices, splits, content)
    if labels.only_guests(voices, content):
        voices = [voice for voice in voices if "&" not in voice.name]  # a topic, not a person
        splits = {i: splits[i] for voice in voices for i in voice.at}
        return _half_labelled(content, voices, splits, cast, titled=titled) if voices else None
    labels.decide_who_asks(voices, turns, roles)
    if len(voices) == 1:
        return _half_labelled(content, voices, splits, cast, titled=titled)
    owner = {i: voice for voice in voices for i in voice.at}
    first = min(owner)
    told: list[_Told] = []
    asked: set[str] = set()
    for i, clipping in enumerate(content):
        if i < first:
            told.append(_Told(clipping, "front"))
        elif i in owner:
            told.append(_spoken(clipping, owner[i], splits[i], asked))
        else:
            told.append(_within(clipping, told))
    _end_of(told)
    return _Understood(told, _people(voices, splits, cast), "labels")


def _spoken(clipping: Clipping, voice: labels.Voice, found: labels.Split, asked: set[str]) -> _Told:
    ask, sure = "", voice.confidence
    if voice.anonymous:
        ask = f"Who is “{voice.name}”? The original does not say."
        sure = 0.5
    elif voice.guessed:
        ask = f"Does {voice.name} speak here? No other turn has this name."
        sure = 0.6
    elif sure < DOUBTFUL_BELOW and voice.name not in asked:
        asked.add(voice.name)
        verb = "ask" if voice.asks else "answer"
        ask = f"Does {voice.name} {verb} here, and everywhere? ({int(100 * sure)} %) If not, change the role among the people."
    label = found.name.strip(" *")
    return _Told(labels.cut_off(clipping, found), "question" if voice.asks else "answer", sure, True, f"{label}:", ask)


def _within(clipping: Clipping, told: list[_Told]) -> _Told:
    """What stands between labels: more of the turn, a division, or a break of the programme."""
    if clipping.kind == "heading" and clipping.level <= 3:
        return _Told(clipping, "heading")
    pause = _BREAK.match(clipping.words)
    if pause and labels.is_pause(pause["label"]):
        return _Told(clipping, "note")
    before = told[-1].kind if told else "answer"
    if before in ("heading", "note"):
        speaking = next((one for one in reversed(told) if one.kind in ("question", "answer")), None)
        return _Told(clipping, speaking.kind if speaking else "answer", opens=True, label=speaking.label if speaking else "")
    return _Told(clipping, before, opens=False)


def _half_labelled(
    content: Sequence[Clipping], voices: Sequence[labels.Voice], splits: dict[int, labels.Split], cast: Sequence[Person], *, titled: bool
) -> _Understood:
    """Only those who ask, or only those who answer, have labels; the chain tells the rest."""
    at = sorted(i for voice in voices for i in voice.at)
    alone = sum(i not in at and len(c.words.split()) <= 30 and telling.asks(c.words) for i, c in enumerate(content))
    asks = len(voices) == 1 and voices[0].asks and alone <= sum(telling.asks(content[i].words) for i in at)
    for voice in voices:
        voice.asks = asks
    forced = dict.fromkeys(at, QUESTION if asks else ANSWER)
    clippings = [labels.cut_off(c, splits[i]) if i in forced else c for i, c in enumerate(content)]
    if asks:
        forced |= dict.fromkeys(range(at[0]), FRONT)
        forced |= {i + 1: ANSWER for i in at if i + 1 < len(content) and i + 1 not in forced}
    found = _chained(clippings, forced, titled=titled)
    for i in at:
        found[i].label, found[i].opens = f"{splits[i].name.strip(' *')}:", True
    return _Understood(found, _people(voices, splits, cast), "labels of one side")


def _forms(voice: labels.Voice, splits: dict[int, labels.Split], name: str) -> tuple[str, ...]:
    forms = {form.casefold(): form for i in reversed(voice.at) if (form := splits[i].name.strip(" *"))}
    return tuple(form for form in reversed(forms.values()) if form.casefold() != name.casefold())


def _only_one(voice: labels.Voice, cast: Sequence[Person]) -> Person | None:
    """Whom "Q" or "Answer" stands for, if the byline names one person who asks, or answers."""
    fits = [p for p in cast if p.role.speaks and p.role.asks == voice.asks]
    return fits[0] if labels.is_role(voice.name) and len(fits) == 1 else None


def _people(voices: Sequence[labels.Voice], splits: dict[int, labels.Split], cast: Sequence[Person]) -> list[Person]:
    """Everybody who speaks, with the labels that the text uses, then those who only have a credit."""
    people: list[Person] = []
    known = {labels.bare(person.name): person for person in cast}
    taken: set[str] = set()
    for voice in sorted(voices, key=lambda one: (one.asks, one.at[0])):
        before = known.get(labels.bare(voice.name)) or _only_one(voice, cast)
        taken.add(labels.bare(before.name if before else voice.name))
        role = Role.INTERVIEWER if voice.asks else Role.INTERVIEWEE
        if before and before.role.asks and voice.asks:
            role = before.role
        name = before.name if before else voice.name
        people.append(Person(name, role, before.affiliation if before else "", _forms(voice, splits, name)))
    return people + [p for p in cast if labels.bare(p.name) not in taken and not p.role.speaks]


# --- without labels -------------------------------------------------------------------------------


def _unlabelled(content: Sequence[Clipping], reading: Reading) -> _Understood:
    habits: tuple[Callable[[Sequence[Clipping]], list[_Told] | None], ...] = (_by_bold, _by_italics, _by_dash)
    for habit in habits:
        told = habit(content)
        if told is not None:
            return _Understood(told, habit=habit.__name__)
    told = _chained(content, {}, titled="title" in reading.settings)
    _doubt_before_questions(told)
    if "silent" in reading.settings or _is_talk(told):
        told = _chained(content, {}, titled="title" in reading.settings, talk=True)
        _doubt_talk(told)
    return _Understood(told, habit="none")


def _is_talk(told: Sequence[_Told]) -> bool:
    """A transcript of speech: short replies that ask nothing stand between long paragraphs."""
    spoken = [one.clipping.words for one in told if one.kind in ("question", "answer") and one.clipping.kind == "paragraph"]
    heard = sum(map(telling.replies, spoken))
    loose = sum(map(telling.is_loose, spoken))
    return len(spoken) >= 12 and (heard >= max(2, 0.015 * len(spoken)) or (heard > 0 and loose >= 0.1 * len(spoken)))


def _doubt_before_questions(told: Sequence[_Told]) -> None:
    """In loose speech the paragraph before a question may be its first half, if it turns to somebody."""
    spoken = [one for one in told if one.kind in ("question", "answer")]
    if sum(telling.is_loose(one.clipping.words) for one in spoken) < 0.1 * len(spoken):
        return
    for one, after in itertools.pairwise(told):
        if one.kind == "answer" and not one.opens and after.kind == "question" and telling.turns_to(one.clipping.words):
            one.sure = min(one.sure, 0.75)


def _doubt_talk(told: Sequence[_Told]) -> None:
    """In speech without labels only a question, and what follows it at once, is clear."""
    before = False
    for one in told:
        asks = telling.asks(one.clipping.words)
        clear = (asks and one.kind == "question" and len(one.clipping.words.split()) <= 30) or (before and one.kind == "answer" and not asks)
        if not clear and one.kind in ("question", "answer"):
            one.sure = min(one.sure, 0.7)
        before = asks and one.kind == "question"


def _by_heading(content: Sequence[Clipping]) -> list[_Told] | None:
    """Headings of one level are the questions."""
    for level in range(1, 7):
        found = [i for i, c in enumerate(content) if c.kind == "heading" and c.level == level]
        asked = [i for i in found if telling.asks(content[i].words) or telling.invites(content[i].words)]
        if (len(asked) >= 2 and len(asked) >= 0.4 * len(found)) or (len(found) == len(asked) == 1 and found[0] > 0):
            return _headed(content, level, found[0] if level > 1 or len(found) > 2 else asked[0])
    return None


def _headed(content: Sequence[Clipping], level: int, first: int) -> list[_Told]:
    told: list[_Told] = []
    for i, clipping in enumerate(content):
        if i < first:
            told.append(_Told(clipping, "front"))
        elif clipping.kind == "heading" and clipping.level == level:
            sure = 0.99 if telling.asks(clipping.words) else 0.9
            told.append(_Told(clipping, "question", sure))
        elif clipping.kind == "heading" and clipping.level < level:
            told.append(_Told(clipping, "heading"))
        else:
            told.append(_Told(clipping, "answer", 0.98, opens=_opens(told)))
    _end_of(told)
    return told


def _opens(told: Sequence[_Told]) -> bool:
    return not told or told[-1].kind != "answer"


def _by_italics(content: Sequence[Clipping]) -> list[_Told] | None:
    """Paragraphs that are wholly in italics are the questions, if nearly all of them ask."""
    italic = [c for c in content if c.italic and not byline.is_byline(c.words)]
    if len(italic) < 2 or sum(telling.asks(c.words) for c in italic) < 0.6 * len(italic):
        return None
    return _by_bold([replace(c, bold=c.italic) for c in content])


def _by_bold(content: Sequence[Clipping]) -> list[_Told] | None:
    """Paragraphs that are wholly bold are the questions."""
    bold = [i for i, c in enumerate(content) if c.bold and c.kind == "paragraph" and not byline.is_byline(c.words)]
    asked = [i for i in bold if telling.asks(content[i].words) or telling.invites(content[i].words)]
    if not asked or len(asked) < 0.3 * len(bold) or (len(bold) < 2 and len(content) > 6):
        return None
    first = next(i for i in bold if i in asked or (i > 0 and len(content[i].words.split()) <= 40 and _answered(content, i)))
    told: list[_Told] = []
    for i, clipping in enumerate(content):
        if i < first:
            told.append(_Told(clipping, "front"))
        elif i in asked:
            told.append(_Told(clipping, "question", 0.99))
        elif i in bold:
            words = len(clipping.words.split())
            heading = words <= 6 and not clipping.words.rstrip().endswith((".", "!", "…")) and len(asked) > 2
            told.append(_Told(clipping, "question", 0.7 if heading else 0.92))
        elif clipping.kind == "heading" and clipping.level <= 3:
            told.append(_Told(clipping, "heading"))
        else:
            told.append(_Told(clipping, "answer", 0.97, opens=_opens(told)))
    _end_of(told)
    return told


def _answered(content: Sequence[Clipping], i: int) -> bool:
    return i + 1 < len(content) and not content[i + 1].bold and content[i + 1].kind == "paragraph"


def _by_dash(content: Sequence[Clipping]) -> list[_Told] | None:
    """Turns open with a dash: those of both, or only the questions."""
    dashed = [i for i, c in enumerate(content) if c.kind == "paragraph" and _DASH.match(c.words)]
    if len(dashed) < 3 or len(dashed) < 0.25 * len(content):
        return None
    bare = [_without_dash(c) if i in set(dashed) else c for i, c in enumerate(content)]
    asked = [i for i in dashed if telling.asks(bare[i].words) or telling.invites(bare[i].words)]
    followed = [i for i in dashed if i + 1 < len(content) and i + 1 not in dashed]
    first = dashed[0]
    only_questions = len(asked) >= 0.7 * len(dashed) and len(followed) >= 0.8 * len(dashed)
    if only_questions:
        told: list[_Told] = [
            _Told(c, "front") if i < first
            else _Told(c, "question", 0.97) if i in dashed
            else _Told(c, "answer", 0.95, opens=i - 1 in dashed)
            for i, c in enumerate(bare)
        ]  # fmt: skip
        _end_of(told)
        return told
    ends = [*dashed[1:], len(content)]
    turns = [" ".join(c.words for c in bare[start:end]) for start, end in zip(dashed, ends, strict=True)]
    states = telling.told(turns, {}, turns=True, front=False)
    told = [_Told(c, "front") for c in bare[:first]]
    for (state, sure), start, end in zip(states, dashed, ends, strict=True):
        kind = "question" if state == QUESTION else "answer"
        told += [_Told(c, kind, sure if i == start else 0.97, opens=i == start) for i, c in enumerate(bare[start:end], start)]
    _end_of(told)
    return told


def _without_dash(clipping: Clipping) -> Clipping:
    found = _DASH.match(clipping.words)
    rest = clipping.words[found.end() :] if found else clipping.words
    text = cut(clipping.text, clipping.words[: found.end()].rstrip()) if found else None
    return replace(clipping, words=rest, text=started(text) if text is not None else escaped(rest))


def _chained(content: Sequence[Clipping], forced: dict[int, int], titled: bool = False, talk: bool = False) -> list[_Told]:
    """Told by the words alone."""
    forced = {**_known(content), **forced}
    if content and 0 not in forced and not titled and frame.is_title(content[0].words) and len(content) > 2 and (
        not telling.asks(content[0].words) or telling.asks(content[1].words)
    ):
        forced[0] = FRONT
    states = telling.told([c.words for c in content], forced, talk=talk)
    if not any(state == QUESTION for state, _ in states):
        states = [(state if state == BEHIND else FRONT, sure) for state, sure in states]
    told: list[_Told] = []
    for clipping, (state, sure) in zip(content, states, strict=True):
        kind = {FRONT: "front", QUESTION: "question", ANSWER: "answer", BEHIND: "behind"}[state]
        if clipping.kind == "heading" and clipping.level <= 3 and state == ANSWER:
            kind = "heading"
        if clipping.kind not in ("paragraph", "heading") and state == QUESTION:
            kind = "answer"
        told.append(_Told(clipping, kind, sure, opens=kind == "question" or not told or told[-1].kind != kind))
    return told


def _known(content: Sequence[Clipping]) -> dict[int, int]:
    """Bylines and dates in front, disclaimers behind: they need no guess."""
    forced: dict[int, int] = {}
    credits_ = [i for i, c in enumerate(content[:10]) if byline.is_byline(c.words) or frame.date_in(c.words)]
    if credits_:
        forced |= dict.fromkeys(range(credits_[-1] + 1), FRONT)
    for i in range(len(content) - 1, max(len(content) - 8, credits_[-1] if credits_ else 0), -1):
        if _is_behind(content[i].words):
            forced |= dict.fromkeys(range(i, len(content)), BEHIND)
    return forced


def _is_behind(words: str) -> bool:
    return (
        frame.is_disclaimer(words) or frame.is_rights(words) or frame.is_note(words) or byline.is_byline(words)
        or bool(frame.date_in(words))
    )  # fmt: skip


def _end_of(told: list[_Told]) -> None:
    """Disclaimers, credits and notes at the end, and what follows them, belong to no turn."""
    first = len(told)
    for i in range(len(told) - 1, max(0, len(told) - 7), -1):
        if told[i].kind != "answer" or told[i].opens:
            break
        if _is_behind(told[i].clipping.words):
            first = i
    for one in told[first:]:
        one.kind = "behind"


# --- the draft ------------------------------------------------------------------------------------


def _drafted(reading: Reading, found: _Understood, cast: Sequence[Person], name: str) -> Draft:
    desk = _Desk(reading)
    body: list[_Told] = []
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
    turns = (*_turns(body), *(Turn("note", (c,)) for c in desk.notes))
    words = " ".join(c.words for c in reading.clippings if c.kind == "paragraph")
    notes = list(reading.notes)
    if not any(turn.kind in ("question", "answer") for turn in turns):
        notes.append(Problem(Place(name), "interview-has-turns", "no question and no answer was found in this text", "mark the questions in bold", severity=Severity.WARNING))
    return Draft(
        title=desk.text("title"), people=tuple(people), introduction=tuple(desk.introduction), turns=turns,
        aside=tuple(c for c in reading.clippings if c.kind == "aside" or (c.kind == "setting" and c.why not in _FIELDS)) + tuple(desk.aside),
        standfirst=desk.text("standfirst"), byline=desk.text("byline"), disclaimer=desk.text("disclaimer"),
        rights=desk.text("rights"), date=desk.date or frame.date_within(desk.text("byline")), language=(reading.settings.get("language") or ("",))[0] or language.detected(words),
        url=(reading.settings.get("url") or ("",))[0], tags=tuple(reading.settings.get("tags", ())),
        front={key: tuple(clippings) for key, clippings in desk.front.items()}, notes=tuple(notes),
    )  # fmt: skip


def _is_last_of_turn(one: _Told, body: Sequence[_Told]) -> bool:
    at = next(i for i, other in enumerate(body) if other is one)
    return at + 1 == len(body) or body[at + 1].opens


_FIELDS = ("title", "standfirst", "byline", "disclaimer", "rights")


class _Desk:
    """Sorts what stands before and behind the conversation."""

    def __init__(self, reading: Reading) -> None:
        self.front: dict[str, list[Clipping]] = {}
        self.introduction: list[Clipping] = []
        self.notes: list[Clipping] = []
        self.aside: list[Clipping] = []
        self.date = (reading.settings.get("date") or ("",))[0]
        self._settled = {c.why for c in reading.clippings if c.kind == "setting"}
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

    def take(self, one: _Told) -> None:
        (self._before if one.kind == "front" else self._behind)(one.clipping)

    def _put(self, key: str, clipping: Clipping) -> None:
        self.front.setdefault(key, []).append(clipping)

    def _before(self, clipping: Clipping) -> None:
        plain = clipping.kind in ("paragraph", "heading")
        is_first = "title" not in self.front and not self.introduction and "standfirst" not in self.front
        repeats = clipping.words.strip().casefold() == self.text("title").casefold()
        if plain and repeats:
            self.aside.append(replace(clipping, why="the title once more"))
        elif plain and byline.is_byline(clipping.words):
            self._put("byline", clipping)
        elif plain and frame.date_in(clipping.words) and not self.date:
            self.date = frame.date_in(clipping.words)
            self.aside.append(replace(clipping, why=f"read as the date {self.date}"))
        elif plain and is_first and (clipping.kind == "heading" or frame.is_title(clipping.words)):
            self._put("title", clipping)
        elif plain and frame.is_disclaimer(clipping.words) and "disclaimer" not in self.front:
            self._put("disclaimer", clipping)
        elif self._is_standfirst(clipping):
            self._put("standfirst", clipping)
        else:
            self.introduction.append(clipping)

    def _is_standfirst(self, clipping: Clipping) -> bool:
        """The paragraph right below the title, before any byline."""
        return (
            clipping.kind in ("paragraph", "heading") and "title" in self.front and not self.introduction
            and not {"standfirst", "byline"} & {*self.front, *self._settled} and 4 <= len(clipping.words.split()) <= 120
            and "://" not in clipping.words
        )  # fmt: skip

    def _behind(self, clipping: Clipping) -> None:
        words = clipping.words
        if frame.is_disclaimer(words):
            self._put("disclaimer", clipping)
        elif byline.is_byline(words) and not frame.is_rights(words):
            self._put("byline", clipping)
        elif frame.is_rights(words) and not frame.is_note(words):
            self._put("rights", clipping)
        elif frame.date_in(words) and not self.date:
            self.date = frame.date_in(words)
            self.aside.append(replace(clipping, why=f"read as the date {self.date}"))
        else:
            self.notes.append(clipping)

    def guest(self) -> Person | None:
        """A title that is nothing but a name is the guest's; a short standfirst below it is what the guest does."""
        title = self.text("title")
        if title.isupper() or not _NAME_ONLY.fullmatch(title) or (not title.istitle() and not all(w[0].isupper() for w in title.split())):
            return None
        standfirst = self.text("standfirst")
        post = standfirst if len(standfirst.split()) <= 15 and not standfirst.endswith(".") else ""
        return Person(title, Role.INTERVIEWEE, post)


def _turns(body: Sequence[_Told]) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for one in body:
        ask = one.ask or _ask(one)
        if one.opens or not turns or turns[-1].kind != one.kind:
            turns.append(Turn(one.kind, (one.clipping,), one.label, one.sure, (ask,)))
        else:
            last = turns[-1]
            turns[-1] = replace(
                last, clippings=(*last.clippings, one.clipping), confidence=min(last.confidence, one.sure), asks=(*last.asks, ask)
            )
    return tuple(turns)


def _ask(one: _Told) -> str:
    if one.sure >= DOUBTFUL_BELOW or one.kind not in ("question", "answer") or one.label:
        return ""
    return f"Is this {'a question' if one.kind == 'question' else 'an answer'}? ({int(100 * one.sure)} %)"
