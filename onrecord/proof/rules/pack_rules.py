"""Proves what a pack adds to a book: markings on every page, the facts of the meeting, true extracts, true pointers.

The large-print copy is proved against the normal one: where a page of that begins, its number stands beside the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from onrecord.model import Answer, Book, Interview, Place
from onrecord.model.changes import Supplement
from onrecord.model.inserted_pages import numbered
from onrecord.model.pack import Pack
from onrecord.model.problems import Problem
from onrecord.proof.reading.expected import promised
from onrecord.proof.reading.normalize import letters, resolved, short
from onrecord.proof.rules.compare import HINT
from onrecord.wording import change_sheet, markings, translations

_MARKED, _TRUE = "every-page-is-marked", "extracts-are-true"


# --- what a pack says, and where ------------------------------------------------------------------


def marking_of(book: Book, pack: Pack) -> str:
    return markings.line(pack.markings, book.language)


def facts(book: Book, pack: Pack) -> Iterator[tuple[str, Place, str, str, str]]:
    """What the front page and the pages of the agenda items must say: section, place, rule, words, name."""
    rule = "meeting-is-told"
    yield "title", pack.place, rule, translations.moment(pack.starts, book.language), "the time of the meeting"
    for text, name in ((pack.venue, "the place of the meeting"), (pack.objective, "the objective")):
        if text:
            yield "title", pack.place, rule, text, name
    for item in pack.agenda:
        yield "items", item.place, rule, item.title, "the title of an agenda item"
        if item.note:
            yield "items", item.place, rule, item.note, "the note of an agenda item"
    if pack.supplement:
        yield "title", pack.place, "changes-are-told", told_changes(book, pack.supplement), "the change sheet"


def told_changes(book: Book, supplement: Supplement) -> str:
    """All that the change sheet says, from its heading to the line that closes it."""
    sheet = change_sheet.sheet(supplement, book.language)
    return " ".join([sheet.heading, *(row.text for row in sheet.rows), sheet.closing])


def inserted(book: Book, labels: Sequence[str], names: Sequence[frozenset[str]], copy: str) -> Iterator[Problem]:
    """Problems of the page numbers of a supplement: every sheet of a paper has the number of an insert.

    `labels` and `names` (whose words stand on it) are by sheet; a blank sheet belongs to the one before it.
    """
    supplement = book.pack.supplement if book.pack else None
    if supplement is None:
        return
    papers: dict[str, list[str]] = {insert.slug: [] for insert in supplement.inserts}
    last = ""
    for label, here in zip(labels, names, strict=True):
        last = next(iter(here), last)
        if last in papers:
            papers[last].append(label)
    wanted = numbered(supplement, {slug: len(found) for slug, found in papers.items()})
    for interview in book.interviews:
        found, right = papers.get(interview.slug, []), list(wanted.get(interview.slug, ()))
        if found != right:
            sentence = (
                f"{copy} numbers the pages of “{interview.slug}” {', '.join(found)} instead of {', '.join(right)}"
            )
            yield Problem(interview.place, "inserts-are-numbered", sentence, HINT)


def marked(book: Book, pages: Iterable[tuple[str, str]], stated: Sequence[str], copy: str) -> Iterator[Problem]:
    """Problems of the marking in e-book or web edition: `pages` are names and letters, `stated` what metadata say."""
    if book.pack is None:
        return
    marking = letters(marking_of(book, book.pack))
    for name, text in pages:
        if marking not in text:
            yield Problem(book.pack.place, _MARKED, f"{copy}: {name} does not say “{marking}”", HINT)
    if marking not in [letters(text) for text in stated]:
        yield Problem(book.pack.place, _MARKED, f"{copy}: its metadata do not say “{marking}”", HINT)


# --- paper ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """What the furniture of one sheet must say. `tab`: the agenda item it belongs to, 0: none."""

    occasion: str
    marking: str
    folio: str
    tab: int
    numbers: str = ""  # in large print, the pattern of page numbers of the normal edition, which are judged apart

    def allows(self, text: str) -> bool:
        """Whether a line of decoration is furniture: some words of its head, or all of something else."""
        heads = any(f" {text} " in f" {head} " for head in (self.occasion, self.marking))
        return (
            heads
            or text == self.folio
            or (self.tab > 0 and text == str(self.tab))
            or bool(self.numbers and re.fullmatch(self.numbers, text))
        )

    def problems(self, lines: Sequence[str], pack: Pack, where: str) -> Iterator[Problem]:
        """What is missing from a sheet whose decoration reads `lines`."""
        text = " ".join(lines)
        missing = [head for head in (self.occasion, self.marking) if head not in text]
        missing += [line for line in (self.folio, str(self.tab or "")) if line and line not in lines]
        for line in missing:
            yield Problem(pack.place, _MARKED, f"{where} does not say “{short(line)}”", HINT)


def page(book: Book, pack: Pack, index: int, count: int, tab: int, label: str, *, large: bool) -> Page:
    """The furniture of sheet `index` of `count`, which a viewer calls `label`."""
    own = translations.words(book.language)
    folio = own["large_page_of" if large else "page_of"].format(page=index + 1, pages=count)
    if pack.supplement and not large:
        folio = own["page_in"].format(label)
    occasion = letters(markings.occasion(pack, book.language))
    numbers = "" if not large else r"\d+[a-z]*|[ivxlc]+" if pack.supplement else r"\d+"
    return Page(occasion, letters(marking_of(book, pack)), folio, tab, numbers)


def is_large(book: Book, title: str) -> bool:
    """Whether a copy with that title in its metadata is the large-print one."""
    return title == f"{book.title} ({translations.words(book.language)['large_print']})"


def tabs(book: Book, names: Sequence[frozenset[str]]) -> tuple[int, ...]:
    """The agenda item of each sheet, by whose words stand on it; a blank one belongs to the sheet before it."""
    items = {f"part.{part.number}": part.number for part in book.parts}
    items |= {interview.slug: part.number for part in book.parts for interview in part.interviews}
    found, last = [], 0
    for here in names:
        last = max((items.get(name, 0) for name in here), default=last)
        found.append(last)
    return tuple(found)


# --- extracts -------------------------------------------------------------------------------------


def extracts(book: Book) -> Iterator[Problem]:
    """Every interview of a pack is one of the book, or a stretch of one, and none of its words was changed."""
    if book.pack is None or book.pack.whole is None:
        return
    wholes = {interview.slug: interview for interview in book.pack.whole.interviews}
    for interview in book.interviews:
        whole = wholes.get(interview.extract.whole if interview.extract else interview.slug)
        for what in ["is in no interview of the book"] if whole is None else _differences(interview, whole):
            place = interview.extract.place if interview.extract else interview.place
            yield Problem(place, _TRUE, f"“{interview.slug}” {what}", HINT)


def _differences(interview: Interview, whole: Interview) -> Iterator[str]:
    for name in ("title", "byline", "disclaimer", "date", "people", "language"):
        if getattr(interview, name) != getattr(whole, name):
            yield f"has another {name} than the interview in the book"
    if interview.rights != whole.rights:
        yield "has another line of rights than the interview in the book"
    said, told = _turns(interview), _turns(whole)
    names = [turn for turn, _ in told]
    first = names.index(said[0][0]) if said and said[0][0] in names else 0
    for turn, words_ in said:
        if turn not in names:
            yield f"has a turn “{turn}”, which is not in the interview"
        elif words_ != dict(told)[turn]:
            yield f"changes the words of “{turn}”"
    stretch = names[first : first + len(said)] if interview.extract else names
    if [turn for turn, _ in said] != stretch:
        yield "leaves out turns, or puts them in another order"
    if interview.pointer is None:
        yield "does not say where it stands in the book"
    elif interview.extract:
        yield from _unsaid(interview, whole, interview.pointer.text)


def _unsaid(interview: Interview, whole: Interview, pointer: str) -> Iterator[str]:
    """What the pointer of an extract must say: from where to where, out of how many answers."""
    extract, own = interview.extract, translations.words(interview.language)
    answers = sum(isinstance(turn, Answer) for turn in whole.turns)
    spoken = [turn.address for turn in interview.turns]
    assert extract is not None
    key = "extract" if extract.first != extract.last else "extract_one"
    said = own[key].format(first=extract.first, last=extract.last, count=answers)
    if said not in pointer:
        yield f"does not say “{said}” but “{short(pointer)}”"
    if extract.first not in spoken or spoken[-1] != extract.last:
        yield f"says that it runs from {extract.first} to {extract.last}, but has {spoken[0]} to {spoken[-1]}"


def _turns(interview: Interview) -> list[tuple[str, str]]:
    """Each turn's id and words, the words of its notes in their places."""
    promise = promised(interview)
    notes = {str(number): " ".join(piece.text for piece in content) for number, content in promise.notes}
    texts: dict[str, list[str]] = {turn.id: [f"{turn.kind} {turn.address}"] for turn in interview.turns}
    for piece in promise.text:
        if piece.owner in texts:
            texts[piece.owner].append(resolved(piece.text, notes))
    return [(turn, " ".join(pieces)) for turn, pieces in texts.items()]


def pointers(book: Book, labels: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """Each pointer names the pages on which the whole book has words of the interview: `labels` by slug."""
    assert book.pack is not None
    assert book.pack.whole is not None
    for interview in book.interviews:
        own = translations.words(interview.language)
        pages = labels.get(interview.extract.whole if interview.extract else interview.slug, ())
        key = "page_in" if len(pages) == 1 else "pages_in"
        wanted = (
            own[key].format("–".join(dict.fromkeys((pages[0], pages[-1]))))
            if pages
            else own["not_yet_in"].format(book="")
        )
        said = interview.pointer.text if interview.pointer else ""
        if not re.search(rf"{re.escape(wanted.strip())}(?!\w)", said) or book.pack.whole.title not in said:
            sentence = f"“{interview.slug}” says “{short(said)}”, but the book has it on {wanted}"
            yield Problem(interview.place, "pointers-are-true", sentence, HINT)
