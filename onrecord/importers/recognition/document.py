"""Clippings → Draft: which habit the original has of showing who speaks, and what each clipping is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from onrecord.importers.common import boilerplate, byline, features, labels
from onrecord.importers.common.draft import DOUBTFUL_BELOW, Clipping, Draft, Reading
from onrecord.importers.recognition.classification import Told, Understood, end_of
from onrecord.importers.recognition.classifier import ANSWER, FRONT, QUESTION
from onrecord.importers.recognition.conventions import by_heading, chained, unlabelled
from onrecord.importers.recognition.draft_builder import drafted
from onrecord.importers.recognition.roles import decide_who_asks
from onrecord.importers.recognition.speakers import Voice, by_voice, cut_off, heard, only_guests
from onrecord.model import Person, Role

_ORNAMENT = re.compile(r"^[^\w.…?？؟!—–-]+$")
_BREAK = re.compile(r"^\**\s*(?P<label>[^:：]{2,20})\s*[:：]")


def understood(reading: Reading, name: str) -> Draft:
    """What the reading most likely is."""
    reading = replace(
        reading, clippings=_times_handed_on([_furniture_aside(clipping) for clipping in reading.clippings])
    )
    content = [c for c in reading.clippings if c.kind not in ("aside", "setting", "picture")]
    cast = _cast(reading, content)
    headed = by_heading(content)
    found = _labelled(content, cast, titled="title" in reading.settings)
    if headed and (
        found is None or sum(bool(one.label) for one in found.told) < 3 * sum(one.kind == "question" for one in headed)
    ):
        found = Understood(headed, habit="headings")
    found = found or unlabelled(content, reading)
    for clipping in reading.clippings:
        if clipping.kind == "picture":
            _show(clipping, found.told)
    return drafted(reading, found, cast, name)


def _show(picture: Clipping, told: list[Told]) -> None:
    """Puts a picture where it stood: with what stands before it; behind a question it opens the answer."""
    at = next((i for i, one in enumerate(told) if one.clipping.index > picture.index), len(told))
    before = told[at - 1].kind if at else "front"
    following = told[at] if at < len(told) else None
    opens = (
        before in ("question", "heading", "note")
        and following is not None
        and following.kind == "answer"
        and not following.label
    )
    if opens and following is not None:
        following.opens = False
    told.insert(at, Told(picture, "answer" if opens or before in ("heading", "note") else before, opens=opens))


def _furniture_aside(clipping: Clipping) -> Clipping:
    """Buttons that were copied with the text of a page, times and stars between its parts."""
    if clipping.kind != "paragraph" or clipping.voice:
        return clipping
    why = (
        "share buttons"
        if boilerplate.is_furniture(clipping.words)
        else "advertising"
        if boilerplate.is_plea(clipping.words)
        else _BY_ITSELF
        if boilerplate.is_clock(clipping.words)
        else "marks without words"
        if _ORNAMENT.match(clipping.words)
        else ""
    )
    return replace(clipping, kind="aside", why=why) if why else clipping


_BY_ITSELF = "a time by itself"


def _times_handed_on(clippings: Sequence[Clipping]) -> tuple[Clipping, ...]:
    """A time on a line of its own is when the following was said, where three stand so; one or two are those of a programme."""
    times = [boilerplate.clock(c.words) if c.why == _BY_ITSELF else "" for c in clippings]
    if sum(map(bool, times)) < 3:
        return tuple(clippings)
    before = ["", *times]
    return tuple(
        replace(c, time=time) if (time := before[i]) and not c.time and c.kind == "paragraph" else c
        for i, c in enumerate(clippings)
    )


def _cast(reading: Reading, content: Sequence[Clipping]) -> list[Person]:
    """The people whom settings and bylines name."""
    people: list[Person] = []
    for key, role in (
        ("guests", Role.INTERVIEWEE),
        ("hosts", Role.INTERVIEWER),
        ("photographer", Role.PHOTOGRAPHER),
        ("translator", Role.TRANSLATOR),
    ):
        people += [Person(one, role) for one in reading.settings.get(key, ())]
    for words in reading.settings.get("byline", ()):
        people += byline.people_in(words) or byline.people_in(f"By {words}")
    edge = [*content[:12], *content[-6:]]
    for clipping in edge:
        if (
            clipping.kind in ("paragraph", "heading")
            and byline.is_byline(clipping.words)
            and not (clipping.level == 1 and byline.guest_in(clipping.words))
        ):
            people += byline.people_in(clipping.words)
    if not any(person.role is Role.INTERVIEWEE for person in people):
        people += _titled(reading, content)
    return list({person.name.casefold(): person for person in reversed(people)}.values())[::-1]


def _titled(reading: Reading, content: Sequence[Clipping]) -> list[Person]:
    """Who answers, where the title names one: "Jane Roe: “…”", "Interview: Jane Roe", or a name of which the text speaks."""
    titles = [
        *(c.words for c in reading.clippings if c.kind == "setting" and c.why == "title"),
        *(c.words for c in content[:1]),
    ]
    for title in filter(str.split, titles):
        surname = title.split()[-1]
        spoken = any(re.search(rf"\b{re.escape(surname)}\b", c.words) for c in content if c.words != title)
        common = any(re.search(rf"\b{re.escape(surname.lower())}\b", c.words) for c in content)
        guest = byline.guest_in(title) or (title if byline.is_full_name(title) and spoken and not common else "")
        if guest:
            return [Person(guest, Role.INTERVIEWEE)]
    return []


# --- labels ---------------------------------------------------------------------------------------


def _labelled(content: Sequence[Clipping], cast: Sequence[Person], *, titled: bool) -> Understood | None:
    voices, splits = heard(content, [p.name for p in cast if p.role.speaks])
    if not voices:
        return None
    roles = {labels.bare(p.name): p.role.asks for p in cast if p.role.speaks}
    turns = by_voice(voices, splits, content)
    if only_guests(voices, splits, content):
        voices = [voice for voice in voices if "&" not in voice.name]  # a topic, not a person
        splits = {i: splits[i] for voice in voices for i in voice.at}
        return _half_labelled(content, voices, splits, cast, titled=titled) if voices else None
    decide_who_asks(voices, turns, roles)
    if len(voices) == 1:
        return _half_labelled(content, voices, splits, cast, titled=titled)
    owner = {i: voice for voice in voices for i in voice.at}
    first = min(owner)
    told: list[Told] = []
    asked: set[str] = set()
    for i, clipping in enumerate(content):
        if i < first:
            told.append(Told(clipping, "front"))
        elif i in owner:
            told.append(_spoken(clipping, owner[i], splits[i], asked))
        else:
            told.append(_within(clipping, told))
    end_of(told)
    return Understood(told, _people(voices, splits, cast), "labels")


def _spoken(clipping: Clipping, voice: Voice, found: labels.Split, asked: set[str]) -> Told:
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
    return Told(cut_off(clipping, found), "question" if voice.asks else "answer", sure, True, f"{label}:", ask)


def _within(clipping: Clipping, told: list[Told]) -> Told:
    """What stands between labels: more of the turn, a division, or a break of the programme."""
    if clipping.kind == "heading" and clipping.level <= 3:
        return Told(clipping, "heading")
    pause = _BREAK.match(clipping.words)
    if pause and labels.is_pause(pause["label"]):
        return Told(clipping, "note")
    before = told[-1].kind if told else "answer"
    if before in ("heading", "note"):
        speaking = next((one for one in reversed(told) if one.kind in ("question", "answer")), None)
        return Told(
            clipping, speaking.kind if speaking else "answer", opens=True, label=speaking.label if speaking else ""
        )
    return Told(clipping, before, opens=False)


def _half_labelled(
    content: Sequence[Clipping],
    voices: Sequence[Voice],
    splits: dict[int, labels.Split],
    cast: Sequence[Person],
    *,
    titled: bool,
) -> Understood:
    """Only those who ask, or only those who answer, have labels; the chain tells the rest."""
    at = sorted(i for voice in voices for i in voice.at)
    alone = sum(i not in at and len(c.words.split()) <= 30 and features.asks(c.words) for i, c in enumerate(content))
    asks = len(voices) == 1 and voices[0].asks and alone <= sum(features.asks(content[i].words) for i in at)
    for voice in voices:
        voice.asks = asks
    forced = dict.fromkeys(at, QUESTION if asks else ANSWER)
    clippings = [cut_off(c, splits[i]) if i in forced else c for i, c in enumerate(content)]
    if asks:
        forced |= dict.fromkeys(range(at[0]), FRONT)
        forced |= {i + 1: ANSWER for i in at if i + 1 < len(content) and i + 1 not in forced}
    found = chained(clippings, forced, titled=titled)
    for i in at:
        found[i].label, found[i].opens = f"{splits[i].name.strip(' *')}:", True
    return Understood(found, _people(voices, splits, cast), "labels of one side")


def _forms(voice: Voice, splits: dict[int, labels.Split], name: str) -> tuple[str, ...]:
    forms = {form.casefold(): form for i in reversed(voice.at) if (form := splits[i].name.strip(" *"))}
    return tuple(form for form in reversed(forms.values()) if form.casefold() != name.casefold())


def _only_one(voice: Voice, cast: Sequence[Person]) -> Person | None:
    """Whom "Q" or "Answer" stands for, if the byline names one person who asks, or answers."""
    fits = [p for p in cast if p.role.speaks and p.role.asks == voice.asks]
    return fits[0] if labels.is_role(voice.name) and len(fits) == 1 else None


def _people(voices: Sequence[Voice], splits: dict[int, labels.Split], cast: Sequence[Person]) -> list[Person]:
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
