"""Set the interviews of an edition, and set them again until the page numbers that they name are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial

from onrecord import model
from onrecord.editions import players
from onrecord.editions.interview_article import ArticleContext
from onrecord.editions.pdf.bind.leaves import BookLeaf, TurnAddress
from onrecord.editions.pdf.facing_pages import FacingPlan
from onrecord.editions.pdf.page_numbering import LabelPages, NamedLeaf, find_first_sides, map_turn_pages
from onrecord.editions.pdf.pages.geometry import PageGeometry
from onrecord.editions.pdf.pages.part import TypesetPart
from onrecord.editions.pdf.running_heads import write_interview_head
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, set_part
from onrecord.editions.pdf.typesetter import Typesetter, list_layout_problems
from onrecord.model import (
    Answer,
    Book,
    CrossReference,
    Figure,
    Footnote,
    Interview,
    find_cross_references,
    iterate_block_passages,
    iterate_blocks,
    walk_blocks,
)
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.model.scope import make_cache_key
from onrecord.runtime import build_identity
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.rebuild_reasons import CachedPiece, report_rebuilds
from onrecord.runtime.task_runner import TaskFailure

Progress = Callable[[int, int, str], None]  # done, total, title of an interview
SetOpener = Callable[[model.Part, int, bool], BookLeaf]  # part, its number from 1, whether an interview precedes it

MOST_PASSES = 6  # after so many the page numbers are taken never to settle
_MOST_NOTE_PASSES = 12  # after so many, all notes of an interview are printed at its end
_LETTERS_PER_EM = 2.2
_LONGEST_NOTE = 0.7  # of a page of text; notes are set smaller
_LINE_OF_NOTE = 30  # letters that a block or a line end counts for


class InterviewSetter:
    """The interviews of a book, and the parts that they were set as last."""

    def __init__(self, book: Book, typesetter: Typesetter) -> None:
        self._book = book
        self._typesetter = typesetter
        self._parts: dict[str, TypesetPart] = {}
        self.set_count = 0  # interviews that did not come from the cache
        self._sides: dict[str, str] = {}  # of the interviews that begin on a left-hand page: verso
        self._endnotes = {interview.slug: _find_long_notes(interview, typesetter.page) for interview in book.interviews}
        self._facing = FacingPlan(book, typesetter.page)
        self._sides |= self._facing.first_sides

    def begin_on_verso(self, slug: str) -> None:
        """Let the first layout of an interview begin on a left-hand page."""
        self._sides.setdefault(slug, "verso")

    def set_interviews(self, progress: Progress | None) -> None:
        """Set all interviews, without page numbers in their cross-references.

        Raises `Refused` when one cannot be laid out or the layout engine complains.
        """
        self._set(self._book.interviews, {}, progress)
        self._facing.align(self._parts, lambda interviews: self._set(interviews, {}, None))

    def count_pages(self) -> int:
        """Return the number of pages of all interviews and opening pages, if all begin on right-hand pages."""
        openers = sum(part.has_opening_page for part in self._book.parts)
        return 2 * openers + sum(len(part.pages) + len(part.pages) % 2 for part in self._parts.values())

    def build_leaves(self, set_opener: SetOpener, *, opens_anywhere: bool = False) -> list[NamedLeaf]:
        """Return the leaves of interviews and of parts with an opening page, in book order."""
        leaves: list[NamedLeaf] = []
        is_begun = False
        for number, part in enumerate(self._book.parts, 1):
            if part.has_opening_page:
                leaves.append(NamedLeaf(f"part.{number}", set_opener(part, number, is_begun)))
            for interview in part.interviews:
                is_begun = True
                leaf = BookLeaf(
                    self._parts[interview.slug],
                    opens_anywhere=opens_anywhere,
                    addresses=tuple(_list_addresses(interview)),
                    tab=part.number,
                )
                leaves.append(NamedLeaf(interview.slug, self._facing.add_spreads(leaf, interview.slug, self._parts)))
        return leaves

    def settle_references(self, leaves: list[NamedLeaf], label_pages: LabelPages) -> list[NamedLeaf]:
        """Return the leaves with the true page numbers in their cross-references, each for the side it begins on.

        A number may move a line and so a page: interviews that refer are set again until the numbers hold.
        """
        referring = [interview for interview in self._book.interviews if self._names_pages(interview)]
        numbers: dict[str, str] = {}
        for _ in range(MOST_PASSES):
            pages = map_turn_pages([named for named in leaves if not named.leaf.is_roman], label_pages)
            stale = {interview.slug for interview in referring if pages != numbers}
            numbers, sides = pages, find_first_sides(leaves)
            turned = {i.slug for i in self._book.interviews if sides[i.slug] != self._sides.get(i.slug, "recto")}
            self._sides |= {slug: sides[slug] for slug in turned}
            if not stale | turned:
                return leaves
            self._set([i for i in self._book.interviews if i.slug in stale | turned], numbers, None)
            leaves = [self._renew_leaf(named) for named in leaves]
        raise ValueError("the page numbers of the cross-references never settled")

    def _renew_leaf(self, named: NamedLeaf) -> NamedLeaf:
        """Return the leaf of an interview with its newest layout."""
        leaf = replace(named.leaf, part=self._parts.get(named.name, named.leaf.part))
        return NamedLeaf(named.name, self._facing.add_spreads(leaf, named.name, self._parts))

    def make_source(self, interview: Interview, numbers: Mapping[str, str]) -> PartSource:
        """Return the source of the interview's part; `numbers` are the pages of the turns that it refers to."""
        typesetter = self._typesetter
        context = ArticleContext(
            typesetter.marks.find_pages(interview.slug),
            numbers,
            self._endnotes[interview.slug],
            breaks=self._facing.find_breaks(interview.slug),
        )
        html = typesetter.markup.render_interview(interview, self._book, "print", context, f"{interview.slug}.")
        figures = (block for block in walk_blocks(iterate_blocks(interview)) if isinstance(block, Figure))
        assets = {block.asset.name: block.asset for block in figures}
        pictures = [(asset.name, asset.media_type, asset.data) for _, asset in sorted(assets.items())]
        pictures += players.draw_codes(interview)
        head = write_interview_head(interview)
        return typesetter.make_source(
            html,
            interview.title.text,
            head,
            language=interview.language,
            pictures=pictures,
            first_side="recto"
            if self._facing.write_rules(interview.slug)
            else self._sides.get(interview.slug, "recto"),
            rules=self._facing.write_rules(interview.slug),
        )

    def _names_pages(self, interview: Interview) -> bool:
        """Return whether page numbers are printed in the interview: in links to turns, or in notes at its end."""
        return bool(self._references[interview.slug] or self._endnotes[interview.slug])

    def _set(self, interviews: Sequence[Interview], numbers: Mapping[str, str], progress: Progress | None) -> None:
        """Set the interviews, again and again until no page is without room for its footnotes."""
        self._set_once(interviews, numbers, progress)
        for attempt in range(_MOST_NOTE_PASSES):
            unfit = [interview for interview in interviews if self._parts[interview.slug].unfit_notes]
            if not unfit:
                return
            for interview in unfit:
                notes = self._parts[interview.slug].unfit_notes
                if attempt + 1 == _MOST_NOTE_PASSES:
                    notes = tuple(note.number for note in interview.footnotes)
                self._endnotes[interview.slug] |= frozenset(notes)
            self._set_once(unfit, numbers, None)

    def _set_once(self, interviews: Sequence[Interview], numbers: Mapping[str, str], progress: Progress | None) -> None:
        """Set the interviews and remember their parts; raise Refused if there are problems."""
        tasks = [self._make_task(interview, numbers) for interview in interviews]
        self._report_rebuilds(interviews, numbers, [key for key, _ in tasks])
        titles = [interview.title.text for interview in interviews]
        results = self._typesetter.runner.run_cached(
            set_part, tasks, name=titles.__getitem__, on_progress=progress, measure=lambda source: len(source.html)
        )
        problems, said = list[Problem](), set[str]()
        for interview, (key, _), result in zip(interviews, tasks, results, strict=True):
            if isinstance(result, TaskFailure):
                _raise_our_fault(self._typesetter, result, interview)
                sentence = f"“{interview.title}” could not be laid out: {result.reason}"
                hint = "look for very long paragraphs, tables or words in it"
                problems.append(Problem(interview.location, Rule.INTERVIEWS_ARE_SET, sentence, hint))
            else:
                complaints = tuple(text for text in result.complaints if text not in said)
                said.update(complaints)  # what a style sheet says wrongly is wrong in every interview
                problems += list_layout_problems(replace(result, complaints=complaints), interview.location)
                self._parts[interview.slug] = replace(result, cache_key=key)
        if problems:
            raise Refused(problems)

    def _report_rebuilds(
        self, interviews: Sequence[Interview], numbers: Mapping[str, str], keys: Sequence[str]
    ) -> None:
        """Log why each uncached interview is set again; remember the inputs of all given."""
        typesetter, cache = self._typesetter, self._typesetter.runner.cache
        pieces = [
            CachedPiece(
                interview.location.file,
                not cache.has(key),
                {
                    "its text, pictures or settings": interview.reading_key or key,
                    "the pages of the book that its pointer names": interview.pointer,
                    "the language that it is translated from": interview.credit,
                    "the page numbers in its cross-references": self._list_reference_pages(interview, numbers),
                    "the pages of the normal edition in its margins": typesetter.marks.find_pages(interview.slug),
                },
            )
            for interview, key in zip(interviews, keys, strict=True)
        ]
        pack = self._book.pack and self._book.pack.name
        scope = (self._book.slug, pack, bool(numbers), compute_fingerprint(typesetter.page))
        self.set_count += sum(piece.is_missing for piece in pieces)
        report_rebuilds(cache, "set", scope, pieces, _list_shared_inputs(typesetter))

    def _list_reference_pages(
        self, interview: Interview, numbers: Mapping[str, str]
    ) -> list[tuple[str, str, str | None]]:
        """Return each turn that the interview refers to, and each call of a note at its end, with its page."""
        references = self._references[interview.slug]
        calls = [f"{interview.slug}.fnref{number}" for number in sorted(self._endnotes[interview.slug])]
        return [
            *((reference.name, reference.address, numbers.get(reference.name)) for reference in references),
            *((name, "", numbers.get(name)) for name in calls),
        ]

    def _make_task(self, interview: Interview, numbers: Mapping[str, str]) -> tuple[str, Callable[[], PartSource]]:
        """Return the cache key of the interview's part, and a function that makes its source if it is needed."""
        if not interview.reading_key:
            source = self.make_source(interview, numbers)
            return compute_fingerprint("set", build_identity.compute_build_identity(), source), lambda: source
        pages = self._list_reference_pages(interview, numbers)
        marks = self._typesetter.marks.find_pages(interview.slug)
        side = self._sides.get(interview.slug, "recto")
        beside = self._facing.write_rules(interview.slug), sorted(self._facing.find_breaks(interview.slug))
        key = compute_fingerprint(self._style_key, make_cache_key(interview), pages, marks, side, beside)
        return key, partial(self.make_source, interview, numbers)

    @cached_property
    def _references(self) -> Mapping[str, tuple[CrossReference, ...]]:
        """Return the cross-references of each interview, by slug."""
        return {
            interview.slug: tuple(find_cross_references(self._book, interview)) for interview in self._book.interviews
        }

    @cached_property
    def _style_key(self) -> str:
        """The part of every interview's cache key that covers style, fonts, page and language."""
        shared = _list_shared_inputs(self._typesetter)
        return compute_fingerprint("set", build_identity.compute_build_identity(), *shared.values())


def _list_shared_inputs(typesetter: Typesetter) -> Mapping[str, object]:
    """Return what the layout of every interview depends on, with its name for messages."""
    return {
        "the style sheet": typesetter.css,
        "the fonts": typesetter.fonts,
        "the size of the page": typesetter.page,
        "the language of the book": typesetter.book.language,
    }


def _list_addresses(interview: Interview) -> Iterator[TurnAddress]:
    """Yield the addresses of the turns; the only answer to a question needs none on the page of the question."""
    answer_counts = Counter(turn.n for turn in interview.turns if isinstance(turn, Answer))
    questions: dict[int, str] = {}
    for turn in interview.turns:
        destination = f"{interview.slug}.{turn.id}"
        if isinstance(turn, Answer):
            question = questions.get(turn.n, "") if answer_counts[turn.n] == 1 else ""
            yield TurnAddress(destination, turn.address, question)
        else:
            questions[turn.n] = destination
            yield TurnAddress(destination, turn.address)


def _raise_our_fault(typesetter: Typesetter, failure: TaskFailure, interview: Interview) -> None:
    """Raise why a layout failed, with the place it failed at; lost workers and memory are the text's fault."""
    if failure.error is not None and not isinstance(failure.error, MemoryError):
        failure.error.add_note(f"On Record failed while it laid out “{interview.title}” ({interview.location}).")
        raise typesetter.find_cause(failure.error)


def _find_long_notes(interview: Interview, page: PageGeometry) -> frozenset[int]:
    """Return the footnotes that are too long for any page: they are printed at the end of the interview."""
    most = page.lines * page.measure_pt / page.text_pt * _LETTERS_PER_EM * _LONGEST_NOTE
    return frozenset(note.number for note in interview.footnotes if _count_letters(note) > most)


def _count_letters(note: Footnote) -> int:
    """Return the length of a footnote in letters, its blocks counted as lines."""
    passages = list(iterate_block_passages(note.blocks, ""))
    return sum(len(passage.text) + _LINE_OF_NOTE * (1 + passage.text.count("\n")) for passage in passages)
