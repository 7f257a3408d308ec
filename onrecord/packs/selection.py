"""A book and a pack → the pack's own book: its parts are the items of the agenda, its interviews the chosen ones.

An interview that is named stands where it is named; what is searched for finds the others. Every turn stands
once. Links that lead out of the pack become plain words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from onrecord.manuscript import pack_file as manuscript
from onrecord.manuscript import recipients_file, source
from onrecord.manuscript.checks import addresses
from onrecord.model import Answer, Book, Extract, Interview, Part, Place, Words, passages
from onrecord.model.extracts import cut, relinked, span
from onrecord.model.pack import AgendaItem, Choice, Order, Pack
from onrecord.model.problems import Problem, closest, in_order
from onrecord.model.recipients import NumberedCopy, numbered
from onrecord.packs import clearance
from onrecord.packs.clearance import Gate
from onrecord.wording import markings, translations
from onrecord.wording.page_numbers import END, Pagination

__all__ = ["copies", "pointed", "printable", "select", "survey"]


def survey(
    folder: Path, whole: Book, name: str, now: Gate, *, merged: bool = False
) -> tuple[Book | None, tuple[Problem, ...]]:
    """The book of the pack `name`, chosen from `whole`, and all problems of the pack.

    `merged`: of a supplement, everything with continuous numbers.
    """
    pack, problems = manuscript.read(folder, name)
    if pack is None:
        return None, problems
    if merged and pack.supplement_of is None:
        sentence = "this pack is no supplement, so there is nothing to merge it with"
        hint = "take --merged away, or add: supplement_of: the-earlier-pack"
        problems = (*problems, Problem(pack.place, "merged-is-a-supplement", sentence, hint))
    pack = replace(pack, merged=pack.merged or merged)
    if pack.supplement_of and not pack.agenda:
        pack, more = _with_the_agenda_of_the_earlier(folder, pack, pack.supplement_of)
        problems = (*problems, *more)
    numbered, unlisted = copies(folder, pack)
    if any(copy.recipient.large_print for copy in numbered):
        pack = replace(pack, large_print=True)
    book, more = select(whole, pack, now.held(whole, pack))
    found = (*problems, *more, *unlisted)
    if not book.interviews and not found:
        sentence = "no item of the agenda has an interview, so there is nothing to read"
        found = (Problem(pack.place, "pack-has-interviews", sentence, "add to an item: interviews: [a-slug]"),)
    return book, in_order(found)


def _with_the_agenda_of_the_earlier(folder: Path, pack: Pack, earlier: Words) -> tuple[Pack, tuple[Problem, ...]]:
    """A supplement without an agenda has that of the pack it follows, as it is now."""
    found, problems = manuscript.read(folder, earlier.text)
    if found is not None:
        return replace(pack, agenda=found.agenda), problems
    sentence = f"this supplement has no agenda, and there is no pack “{earlier}” to take it from"
    hint = f"write the whole agenda here as it is now, or bring {manuscript.FOLDER}/{earlier}.yaml back"
    return pack, (Problem(earlier.place, "agenda-is-there", sentence, hint),)


def copies(folder: Path, pack: Pack) -> tuple[tuple[NumberedCopy, ...], tuple[Problem, ...]]:
    """The numbered copies of the pack, none if it has no list of recipients, and the problems of the list."""
    path = source.inside(folder, pack.recipients) if pack.recipients else None
    if path is None or not path.is_file():  # which is a problem of the pack's file
        return (), ()
    listed, problems = recipients_file.read(path.read_bytes(), pack.recipients)
    return numbered(listed), problems


def printable(pack: Book, now: Gate) -> Book:
    """The book whose pages a pack's interviews point to: without what may not go out, unless the book names that."""
    assert pack.pack is not None
    assert pack.pack.whole is not None
    whole = pack.pack.whole
    return whole if whole.listed else clearance.without(whole, now.held(whole))


def select(book: Book, pack: Pack, held: Mapping[str, str] | None = None) -> tuple[Book, tuple[Problem, ...]]:
    """The pack's book, and every mistake in the choice; `held` says why an interview may not go out."""
    chooser = _Chooser(book, pack, held or {})
    parts = tuple(
        Part(item.title, tuple(chooser.item(item)), number, item.note) for number, item in enumerate(pack.agenda, 1)
    )
    slug = markings.file_name(pack)
    own = replace(
        book,
        slug=slug,
        title=pack.title,
        subtitle=pack.meeting,
        date=pack.starts.date(),
        parts=parts,
        place=pack.place,
        identifier=f"urn:onrecord:{book.slug}:pack:{slug}",
        description=pack.objective,
        edition="",
        url="",
        editors=(),
        trim=pack.paper,
        listed=True,
        pack=replace(pack, whole=book),
    )
    return _relinked(own), tuple(chooser.problems)


@dataclass
class _Chooser:
    """Chooses item by item, and remembers what stands in the pack already."""

    book: Book
    pack: Pack
    held: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    turns: dict[tuple[str, str], int] = field(default_factory=dict)  # slug and id of a turn -> the line that chose it

    slugs: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.known = {interview.slug: interview for interview in self.book.interviews}
        self.named = {choice.slug for item in self.pack.agenda for choice in item.choices if choice.slug}

    def problem(self, place: Place, rule: str, sentence: str, hint: str) -> None:
        self.problems.append(Problem(place, rule, sentence, hint))

    def item(self, item: AgendaItem) -> Iterator[Interview]:
        for choice in item.choices:
            yield from self._one(choice) if choice.slug else self._found(choice)

    # one that is named

    def _one(self, choice: Choice) -> Iterator[Interview]:
        interview = self.known.get(choice.slug)
        if interview is None:
            near = closest(choice.slug, self.known)
            hint = f"did you mean “{near}”?" if near else "python build.py outline lists all interviews of the book"
            self.problem(choice.place, "interview-exists", f"there is no interview “{choice.slug}” in the book", hint)
        elif interview.slug in self.held:
            self.problems.append(clearance.refused(interview, self.held[interview.slug], choice.place))
        elif not choice.turns:
            yield from self._once(interview, choice.place)
        else:
            items = span(interview, choice.turns)
            if items is None:
                self.problem(
                    choice.place,
                    "extract-exists",
                    f"“{choice.turns}” is no stretch of “{interview.slug}”",
                    _turns_there(interview),
                )
            else:
                yield from self._once(cut(interview, choice.turns, items, choice.place), choice.place)

    def _once(self, interview: Interview, place: Place) -> Iterator[Interview]:
        whole = interview.extract.whole if interview.extract else interview.slug
        keys = [(whole, turn.id) for turn in interview.turns]
        taken = next((self.turns[key] for key in keys if key in self.turns), None)
        if taken is not None:
            sentence = f"“{whole}” stands in the pack already, or a part of it: line {taken}"
            self.problem(
                place, "interview-stands-once", sentence, "take one of the two lines away, or change the extracts"
            )
            return
        if interview.slug in self.slugs:
            sentence = f"“{interview.slug}” is the name of another interview or extract of this pack"
            self.problem(
                place, "slugs-are-unique", sentence, "rename the file of the interview, or take another extract"
            )
            return
        self.turns.update(dict.fromkeys(keys, place.line))
        self.slugs.add(interview.slug)
        yield interview

    # those that are found

    def _found(self, choice: Choice) -> Iterator[Interview]:
        if not self._is_known(choice):
            return
        matching = [one for one in self.book.interviews if _matches(one, choice)]
        free = [one for one in matching if one.slug not in self.held]
        self.problems += [clearance.left_out(one, self.held[one.slug]) for one in matching if one.slug in self.held]
        new = [one for one in free if one.slug not in self.named and (one.slug, one.turns[0].id) not in self.turns]
        if not free:
            what = "no interview that may go out matches this line" if matching else "no interview matches this line"
            self.problem(choice.place, "choice-finds-something", what, "ask for less, or name the interviews: - a-slug")
        for one in sorted(new, key=_ORDERS[choice.order]):
            yield from self._once(one, choice.place)

    def _is_known(self, choice: Choice) -> bool:
        """Whether the person and the tag exist; a word that no interview has is found out by the search."""
        people = {person.name for one in self.book.interviews for person in one.people}
        tags = {tag for one in self.book.interviews for tag in one.tags}
        for name, known, what in ((choice.person, people, "person"), (choice.tag, tags, "tag")):
            if name and name.casefold() not in {one.casefold() for one in known}:
                near = closest(name, known)
                hint = (
                    f"did you mean “{near}”?" if near else f"write a {what} as the front matter of an interview has it"
                )
                self.problem(choice.place, f"{what}-is-known", f"no interview has the {what} “{name}”", hint)
                return False
        return True


def _turns_there(interview: Interview) -> str:
    first, last = interview.turns[0], interview.turns[-1]
    return f"it runs from {first.address} to {last.address}: {interview.slug}#{last.id}, or {interview.slug}#{first.id}-{last.id}"


def _matches(interview: Interview, choice: Choice) -> bool:
    """Whether all conditions hold; an interview without a date is in no range of dates."""
    names = {person.name.casefold() for person in interview.people}
    if choice.person and choice.person.casefold() not in names:
        return False
    if choice.tag and choice.tag.casefold() not in {tag.casefold() for tag in interview.tags}:
        return False
    if choice.since and (interview.date is None or interview.date < choice.since):
        return False
    if choice.until and (interview.date is None or interview.date > choice.until):
        return False
    return not choice.search or _says(interview, choice.search)


def _says(interview: Interview, search: str) -> bool:
    """Whether the interview has all the words, in any order, in capitals or not, as parts of words too."""
    text = " ".join(passage.numbered_text for passage in passages(interview)).casefold()
    return all(word in text for word in search.casefold().split())


def _day(interview: Interview) -> int:
    return interview.date.toordinal() if interview.date else 0


def _family_name(interview: Interview) -> tuple[str, ...]:
    return tuple(
        name for person in interview.guests[:1] for name in (person.name.split()[-1].casefold(), person.name.casefold())
    )


# `sorted` keeps the book's order where these say nothing.
_ORDERS: Mapping[Order, Callable[[Interview], tuple[str | int, ...]]] = {
    Order.BOOK: lambda _: (),
    Order.OLDEST: lambda one: (_day(one),),
    Order.NEWEST: lambda one: (-_day(one),),
    Order.TITLE: lambda one: (one.title.text.casefold(),),
    Order.PERSON: _family_name,
}


# --- links ----------------------------------------------------------------------------------------


def _relinked(pack: Book) -> Book:
    """The pack with every link leading to a place in it, or being plain words."""
    places: dict[tuple[str, str], str] = {}
    for one in pack.interviews:
        whole = one.extract.whole if one.extract else one.slug
        places.setdefault((whole, ""), one.slug)
        for identity in addresses(one):
            places.setdefault((whole, identity), one.slug)

    def lead_from(interview: Interview) -> Callable[[str], str | None]:
        own = interview.extract.whole if interview.extract else interview.slug
        mine = addresses(interview)

        def lead(target: str) -> str | None:
            slug, _, identity = target.partition("#")
            if (slug or own) == own and identity in mine:
                return f"#{identity}"
            found = places.get((slug or own, identity))
            return f"{found}#{identity}" if found and identity else found

        return lead

    def all_of(interviews: Iterable[Interview]) -> tuple[Interview, ...]:
        return tuple(relinked(one, lead_from(one)) for one in interviews)

    return replace(pack, parts=tuple(replace(part, interviews=all_of(part.interviews)) for part in pack.parts))


# --- where the whole stands -----------------------------------------------------------------------


def pointed(pack: Book, pages: Pagination | None) -> Book:
    """The pack with a line in each interview that says where it stands in the book, whose pages these are."""
    assert pack.pack is not None
    assert pack.pack.whole is not None
    whole = pack.pack.whole
    wholes = {one.slug: one for one in whole.interviews}

    def with_pointer(interview: Interview) -> Interview:
        slug = interview.extract.whole if interview.extract else interview.slug
        labels = [page.label for page in pages.leaves.get(slug, ()) if page.letters < END] if pages else []
        missing = pages is not None and not labels
        text = pointer(wholes[slug], interview.extract, whole.title, labels, missing=missing)
        return replace(
            interview, pointer=Words(text, interview.extract.place if interview.extract else interview.place)
        )

    parts = (replace(part, interviews=tuple(with_pointer(one) for one in part.interviews)) for part in pack.parts)
    return replace(pack, parts=tuple(parts))


def pointer(whole: Interview, extract: Extract | None, title: str, labels: list[str], *, missing: bool = False) -> str:
    """“24 May 2012. Extract: A2 to A3 of 5 answers; the whole interview is in The Book, pages 14–21.”"""
    own = translations.words(whole.language)
    day = f"{translations.day(whole.date, whole.language)}. ".replace("..", ".") if whole.date else ""
    place = (
        (own["pages_in"] if len(labels) > 1 else own["page_in"]).format(
            "–".join(dict.fromkeys((labels[0], labels[-1])))
        )
        if labels
        else ""
    )
    if extract is None:
        stands = own["not_yet_in" if missing else "stands_in"].format(book=title)
        return f"{day}{stands}{f': {place}' if place else ''}."
    count = sum(isinstance(turn, Answer) for turn in whole.turns)
    key = "extract" if extract.first != extract.last else "extract_one"
    said = own[key].format(first=extract.first, last=extract.last, count=count)
    stands = own["not_yet_in"].format(book=title) if missing else own["whole_in"].format(book=title)
    return f"{day}{said}; {stands}{f', {place}' if place else ''}."
