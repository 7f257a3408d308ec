"""Choose the interviews of a pack from a book.

The result is a book, whose parts are the items of the agenda. An interview that is named stands where it is named; a
search adds the others that match. Every turn stands once.
Links that lead out of the pack become plain words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from onrecord.manuscript import pack_file, recipients_file
from onrecord.manuscript.checks import find_addresses
from onrecord.model import (
    AgendaItem,
    Answer,
    Book,
    Choice,
    Extract,
    Interview,
    InterviewOrder,
    Pack,
    Part,
    SourceLocation,
    TextLine,
    iterate_passages,
)
from onrecord.model.dates import get_first_day, get_last_day
from onrecord.model.extracts import cut_extract, find_turns, redirect_links
from onrecord.model.names import fold_name
from onrecord.model.page_numbers import AFTER_LAST_LETTER, Pagination
from onrecord.model.problems import Problem, find_closest_word, sort_problems
from onrecord.model.recipients import NumberedCopy, number_copies
from onrecord.model.rule import Rule, find_rule
from onrecord.packs import clearance
from onrecord.packs.clearance import ReleaseOptions
from onrecord.runtime.environment import get_program_name
from onrecord.runtime.interface_texts import get_language
from onrecord.runtime.project import Project
from onrecord.wording import markings, translations


def survey_pack(
    folder: Path, whole: Book, name: str, release_options: ReleaseOptions, *, merged: bool = False
) -> tuple[Book | None, tuple[Problem, ...]]:
    """Return the book of the pack `name`, chosen from `whole`, and all problems of the pack.

    `merged`: of a supplement, everything with continuous numbers.
    """
    pack, problems = pack_file.read_pack(folder, name)
    if pack is None:
        return None, problems
    if merged and pack.supplement_of is None:
        sentence = "this pack is not a supplement, so there is nothing to merge it with"
        hint = "take --merged away, or add: supplement_of: the-earlier-pack"
        problems = (*problems, Problem(pack.location, Rule.MERGED_IS_A_SUPPLEMENT, sentence, hint))
    pack = replace(pack, is_merged=pack.is_merged or merged)
    if pack.supplement_of and not pack.agenda:
        pack, more = _take_earlier_agenda(folder, pack, pack.supplement_of)
        problems = (*problems, *more)
    numbered_copies, unlisted = read_copies(folder, pack)
    if any(copy.recipient.large_print for copy in numbered_copies):
        pack = replace(pack, large_print=True)
    book, more = select_interviews(whole, pack, release_options.find_held(whole, pack))
    problems = (*problems, *more, *unlisted)
    if not book.interviews and not problems:
        sentence = "no item of the agenda has an interview, so there is nothing to read"
        problems = (Problem(pack.location, Rule.PACK_HAS_INTERVIEWS, sentence, "add to an item: interviews: [a-slug]"),)
    return book, sort_problems(problems)


def _take_earlier_agenda(folder: Path, pack: Pack, earlier: TextLine) -> tuple[Pack, tuple[Problem, ...]]:
    """Return the supplement with the present agenda of the pack it follows, and problems."""
    earlier_pack, problems = pack_file.read_pack(folder, earlier.text)
    if earlier_pack is not None:
        return replace(pack, agenda=earlier_pack.agenda), problems
    sentence = f"this supplement has no agenda, and there is no pack “{earlier}” to take it from"
    hint = f"write the whole agenda here as it is now, or bring {pack_file.PACKS_FOLDER}/{earlier}.yaml back"
    return pack, (Problem(earlier.location, Rule.AGENDA_IS_THERE, sentence, hint),)


def read_copies(folder: Path, pack: Pack) -> tuple[tuple[NumberedCopy, ...], tuple[Problem, ...]]:
    """Return the numbered copies of the pack, and the problems of its list of recipients."""
    path = Project(folder).find(pack.recipients) if pack.recipients else None
    if path is None or not path.is_file():  # which is a problem of the pack's file
        return (), ()
    recipients, problems = recipients_file.read_recipients(path.read_bytes(), pack.recipients)
    return number_copies(recipients), problems


def choose_printable_book(pack: Book, release_options: ReleaseOptions) -> Book:
    """Return the book whose pages a pack's interviews point to.

    It is without what may not go out, unless the book names that.
    """
    whole = _get_whole_book(pack)
    return (
        whole if whole.has_listed_interviews else clearance.remove_interviews(whole, release_options.find_held(whole))
    )


def select_interviews(
    book: Book, pack: Pack, held: Mapping[str, str] | None = None
) -> tuple[Book, tuple[Problem, ...]]:
    """Return the book of the pack's interviews, and the problems of the choice.

    `held` is the reason, by slug, why an interview may not go out.
    """
    chooser = _Chooser(book, pack, held or {})
    parts = tuple(
        Part(
            entry.title,
            tuple(map(_leave_recordings_out, chooser.choose_interviews(entry))),
            number,
            entry.note,
            entry.time,
        )
        for number, entry in enumerate(pack.agenda, 1)
    )
    slug = markings.format_file_name(pack)
    pack_book = replace(
        book,
        slug=slug,
        title=pack.title,
        subtitle=pack.meeting,
        date=pack.starts.date(),
        parts=parts,
        location=pack.location,
        identifier=f"urn:onrecord:{book.slug}:pack:{slug}",
        description=pack.objective,
        edition="",
        url="",
        editors=(),
        trim=pack.paper,
        openings=pack.openings,
        has_listed_interviews=True,
        has_offprints=False,  # an off-print is of the book, and has neither the pack's markings nor its pages
        pack=replace(pack, whole_book=book),
    )
    return _redirect_into_pack(pack_book), tuple(chooser.problems)


def _leave_recordings_out(interview: Interview) -> Interview:
    """Return the interview without its recordings: a pack is read, and they hold more than it shows."""
    if not interview.recordings:
        return interview
    return replace(interview, recordings=(), reading_key="")  # it is not what was read from the file


@dataclass
class _Chooser:
    """Chooses for each agenda item in turn, and remembers what is in the pack already."""

    book: Book
    pack: Pack
    held: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    turns: dict[tuple[str, str], int] = field(default_factory=dict)  # slug and id of a turn -> the line that chose it
    slugs: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.interviews = {interview.slug: interview for interview in self.book.interviews}
        self.named = {choice.slug for entry in self.pack.agenda for choice in entry.choices if choice.slug}

    def choose_interviews(self, entry: AgendaItem) -> Iterator[Interview]:
        """Yield the interviews of a pack's agenda item, and collect the problems."""
        for choice in entry.choices:
            yield from self._take_named(choice) if choice.slug else self._search_interviews(choice)

    def _report(self, place: SourceLocation, rule: Rule, sentence: str, hint: str) -> None:
        """Add an error to the problems; `sentence` says what is wrong, `hint` what to type."""
        self.problems.append(Problem(place, rule, sentence, hint))

    def _take_named(self, choice: Choice) -> Iterator[Interview]:
        """Yield the named interview or its extract, once; report one that is unknown or held back."""
        interview = self.interviews.get(choice.slug)
        if interview is None:
            near = find_closest_word(choice.slug, self.interviews)
            hint = (
                f"did you mean “{near}”?" if near else f"{get_program_name()} outline lists all interviews of the book"
            )
            self._report(
                choice.location, Rule.INTERVIEW_EXISTS, f"there is no interview “{choice.slug}” in the book", hint
            )
        elif interview.slug in self.held:
            self.problems.append(clearance.report_refused(interview, self.held[interview.slug], choice.location))
        elif not choice.turns:
            yield from self._add_once(interview, choice.location)
        elif (turns := find_turns(interview, choice.turns)) is not None:
            yield from self._add_once(cut_extract(interview, choice.turns, turns, choice.location), choice.location)
        else:
            sentence = f"“{choice.turns}” is not a range of turns of “{interview.slug}”"
            self._report(choice.location, Rule.EXTRACT_EXISTS, sentence, _describe_turns(interview))

    def _add_once(self, interview: Interview, place: SourceLocation) -> Iterator[Interview]:
        """Yield the interview, and remember it; report it if any of it stands in the pack already."""
        whole_slug = _get_whole_slug(interview)
        keys = [(whole_slug, turn.id) for turn in interview.turns]
        line = next((self.turns[key] for key in keys if key in self.turns), None)
        if line is not None:
            sentence = f"“{whole_slug}” stands in the pack already, or a part of it: line {line}"
            hint = "take one of the two lines away, or change the extracts"
            self._report(place, Rule.INTERVIEW_STANDS_ONCE, sentence, hint)
        elif interview.slug in self.slugs:
            sentence = f"“{interview.slug}” is the name of another interview or extract of this pack"
            hint = "rename the file of the interview, or take another extract"
            self._report(place, Rule.SLUGS_ARE_UNIQUE, sentence, hint)
        else:
            self.turns.update(dict.fromkeys(keys, place.line))
            self.slugs.add(interview.slug)
            yield interview

    def _search_interviews(self, choice: Choice) -> Iterator[Interview]:
        """Yield the interviews that match and that no item names, in the order asked for."""
        if not self._check_names(choice):
            return
        matching = [interview for interview in self.book.interviews if _matches_choice(interview, choice)]
        held = [interview for interview in matching if interview.slug in self.held]
        free = [interview for interview in matching if interview.slug not in self.held]
        self.problems += clearance.report_left_out(held, self.held)
        if not free:
            reason = "no interview that may go out matches this line" if matching else "no interview matches this line"
            hint = "ask for less, or name the interviews: - a-slug"
            self._report(choice.location, Rule.CHOICE_FINDS_SOMETHING, reason, hint)
        new = [
            interview
            for interview in free
            if interview.slug not in self.named and (interview.slug, interview.turns[0].id) not in self.turns
        ]
        for interview in sorted(new, key=_SORT_KEYS[choice.order]):
            yield from self._add_once(interview, choice.location)

    def _check_names(self, choice: Choice) -> bool:
        """Report a person or a tag that no interview has; return whether all exist."""
        people = {person.name for interview in self.book.interviews for person in interview.people}
        tags = {tag for interview in self.book.interviews for tag in interview.tags}
        for name, known, kind in ((choice.person, people, "person"), (choice.tag, tags, "tag")):
            if name and fold_name(name) not in map(fold_name, known):
                near = find_closest_word(name, known)
                example = f"write a {kind} as the front matter of an interview has it"
                hint = f"did you mean “{near}”?" if near else example
                self._report(
                    choice.location, find_rule(f"{kind}-is-known"), f"no interview has the {kind} “{name}”", hint
                )
                return False
        return True


def _get_whole_slug(interview: Interview) -> str:
    """Return the slug of the interview that this is, or is an extract of."""
    return interview.extract.whole_slug if interview.extract else interview.slug


def _describe_turns(interview: Interview) -> str:
    """Return a hint: the interview's first and last address, and two examples of ranges."""
    first, last = interview.turns[0], interview.turns[-1]
    examples = f"{interview.slug}#{last.id}, or {interview.slug}#{first.id}-{last.id}"
    return f"it runs from {first.address} to {last.address}: {examples}"


def _matches_choice(interview: Interview, choice: Choice) -> bool:
    """Return whether the interview meets all conditions; without a date it meets no range."""
    names = {fold_name(person.name) for person in interview.people}
    if choice.person and fold_name(choice.person) not in names:
        return False
    if choice.tag and fold_name(choice.tag) not in map(fold_name, interview.tags):
        return False
    if choice.since and (interview.date is None or get_last_day(interview.date) < choice.since):
        return False
    if choice.until and (interview.date is None or get_first_day(interview.date) > choice.until):
        return False
    return not choice.search or _contains_words(interview, choice.search)


def _contains_words(interview: Interview, search: str) -> bool:
    """Return whether all words of `search` occur, in any order and case, also inside words."""
    text = " ".join(passage.numbered_text for passage in iterate_passages(interview)).casefold()
    return all(word in text for word in search.casefold().split())


def _get_day_number(interview: Interview) -> int:
    """Return the day of the interview as a number to sort by, 0 without a date."""
    return get_first_day(interview.date).toordinal() if interview.date else 0


def _make_name_key(interview: Interview) -> tuple[str, ...]:
    """Return the key to sort by first guest (last word of the name, name), () without guests."""
    return tuple(
        name for person in interview.guests[:1] for name in (person.name.split()[-1].casefold(), person.name.casefold())
    )


# `sorted` keeps the book's order where these say nothing.
_SORT_KEYS: Mapping[InterviewOrder, Callable[[Interview], tuple[str | int, ...]]] = {
    InterviewOrder.BOOK: lambda _: (),
    InterviewOrder.OLDEST: lambda interview: (_get_day_number(interview),),
    InterviewOrder.NEWEST: lambda interview: (-_get_day_number(interview),),
    InterviewOrder.TITLE: lambda interview: (interview.title.text.casefold(),),
    InterviewOrder.PERSON: _make_name_key,
}


# --- links ----------------------------------------------------------------------------------------


def _redirect_into_pack(pack: Book) -> Book:
    """Return the pack with each link led to a place in the pack, or made plain text."""
    targets: dict[tuple[str, str], str] = {}  # slug in the book and id -> slug in the pack
    for interview in pack.interviews:
        whole_slug = _get_whole_slug(interview)
        targets.setdefault((whole_slug, ""), interview.slug)
        for identity in find_addresses(interview):
            targets.setdefault((whole_slug, identity), interview.slug)

    def relink(interview: Interview) -> Interview:
        """Return the interview with its links redirected to places in the pack."""
        whole_slug, identities = _get_whole_slug(interview), find_addresses(interview)

        def find_target(target: str) -> str | None:
            """Return the target in the pack for a target in the book, or None if it is not there."""
            slug, _, identity = target.partition("#")
            if (slug or whole_slug) == whole_slug and identity in identities:
                return f"#{identity}"
            pack_slug = targets.get((slug or whole_slug, identity))
            return f"{pack_slug}#{identity}" if pack_slug and identity else pack_slug

        return redirect_links(interview, find_target)

    return replace(
        pack, parts=tuple(replace(part, interviews=tuple(map(relink, part.interviews))) for part in pack.parts)
    )


# --- where the whole stands -----------------------------------------------------------------------


def add_pointers(pack: Book, pages: Pagination | None) -> Book:
    """Return the pack with a line in each interview that says where it stands in the book.

    `pages` are those of the book; None if it is not printed.
    """
    whole = _get_whole_book(pack)
    interviews = {interview.slug: interview for interview in whole.interviews}

    def add_pointer(interview: Interview) -> Interview:
        """Return the interview with the line that says where the book has it."""
        slug = _get_whole_slug(interview)
        labels = (
            [page.label for page in pages.leaves.get(slug, ()) if page.letters < AFTER_LAST_LETTER] if pages else []
        )
        is_missing = pages is not None and not labels
        text = write_pointer(interviews[slug], interview.extract, whole.title, labels, missing=is_missing)
        place = interview.extract.location if interview.extract else interview.location
        return replace(interview, pointer=TextLine(text, place))

    parts = (replace(part, interviews=tuple(map(add_pointer, part.interviews))) for part in pack.parts)
    return replace(pack, parts=tuple(parts))


def _get_whole_book(pack: Book) -> Book:
    """Return the book that the pack was chosen from."""
    assert pack.pack is not None
    assert pack.pack.whole_book is not None
    return pack.pack.whole_book


def write_pointer(
    whole: Interview, extract: Extract | None, title: str, labels: list[str], *, missing: bool = False
) -> str:
    """Write the line that says where an interview stands in the book `title`.

        “24 May 2012. Extract: A2 to A3 of 5 answers; the whole interview is in The Book, pages 14–21.” `labels` are the
    numbers of its pages there; `missing`: the book is printed without it.
    """
    language = get_language(whole.language)
    texts = language.texts
    stop = language.stop.rstrip()
    written_date = translations.format_date(whole.date, whole.language) if whole.date else ""
    day = f"{written_date.removesuffix(stop)}{language.stop}" if written_date else ""
    pages = ""
    if labels:
        numbers = "–".join(dict.fromkeys((labels[0], labels[-1])))
        pages = texts["pages_in" if len(labels) > 1 else "page_in"].format(numbers)
    if extract is None:
        stands = texts["not_yet_in" if missing else "stands_in"].format(book=title)
        return f"{day}{stands}{language.colon + pages if pages else ''}{stop}"
    count = sum(isinstance(turn, Answer) for turn in whole.turns)
    key = "extract" if extract.first != extract.last else "extract_one" if count > 1 else "extract_only"
    extent = texts[key].format(first=extract.first, last=extract.last, count=count)
    stands = texts["whole_not_in" if missing else "whole_in"].format(book=title)
    return f"{day}{extent}{language.semicolon}{stands}{language.comma + pages if pages else ''}{stop}"
