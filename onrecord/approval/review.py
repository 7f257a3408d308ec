"""Review a document that came back: its changes, and the manuscript with those that are taken.

Two views carry everything. Without all changes, the document says what was sent. With the changes that are taken, it
says what the manuscript must say: after each merge the manuscript is read again and compared with that, word by word,
with looks and speakers. A change after which they differ is not taken, and reported.
"""

from __future__ import annotations

import difflib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from onrecord.approval.change_stream import (
    Atom,
    ReturnedChange,
    TargetParagraph,
    build_stream,
    list_changes,
    list_target_paragraphs,
    rebase_stream,
)
from onrecord.approval.docx_reader import PARAGRAPH_END, Comment, ReturnedDocument, read_document
from onrecord.approval.paragraph_writer import find_look
from onrecord.approval.sendings import Sending, read_sendings
from onrecord.approval.sent_paragraphs import (
    EDITOR_NOTE,
    FRONT_STYLES,
    HEADING,
    PLAIN_STYLES,
    SMALL_HEADING,
    SentParagraph,
    list_sent_paragraphs,
)
from onrecord.approval.source_merge import Obstacle, merge_paragraphs
from onrecord.approval.source_places import SourceIndex
from onrecord.approval.text_tokens import list_comparable_tokens, normalize_piece, split_text
from onrecord.manuscript import interview_cache
from onrecord.manuscript.approvals import APPROVAL_FOLDER
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.interview_file import read_interview
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.settings import BOOK_FILE, BookDefaults, read_settings
from onrecord.manuscript.source import read_source_text
from onrecord.model import Interview, SourceLocation, slugs
from onrecord.model.approved_text import compute_text_fingerprint
from onrecord.model.problems import Problem, Refused, find_closest_word, select_errors
from onrecord.model.rule import Rule
from onrecord.runtime import folders

_TELLING_STYLES = PLAIN_STYLES | FRONT_STYLES | {HEADING, SMALL_HEADING, EDITOR_NOTE}
_CHANGED_AT_HOME = "this paragraph has changed in the manuscript since it was sent"


@dataclass(frozen=True, slots=True)
class PlacedComment:
    """A comment: where it stands, the words that it hangs on, who wrote it."""

    paragraph: int
    words: str
    comment: Comment


@dataclass(frozen=True, slots=True)
class ManuscriptFile:
    """An interview with its file."""

    folder: Path
    path: Path
    house: BookDefaults
    interview: Interview
    text: str

    @property
    def name(self) -> str:
        """The path of the file in the book's folder."""
        return self.interview.location.file


@dataclass(frozen=True, slots=True)
class Review:
    """What came back of an interview. `paragraphs` are those of the manuscript as it is now.

    `earlier_changes` are changes of the file that the manuscript has already, because they were taken before.
    """

    manuscript: ManuscriptFile
    paragraphs: tuple[SentParagraph, ...]
    stream: tuple[Atom, ...]
    changes: tuple[ReturnedChange, ...]
    comments: tuple[PlacedComment, ...]
    oddities: tuple[tuple[int, str], ...]  # paragraph, what stands there
    sending: Sending | None
    has_changed_at_home: bool
    earlier_changes: tuple[ReturnedChange, ...] = ()

    def find_location(self, paragraph: int) -> SourceLocation:
        """Return where a paragraph stands in the manuscript."""
        line = self.paragraphs[min(paragraph, len(self.paragraphs) - 1)].line if self.paragraphs else 0
        return SourceLocation(self.manuscript.name, line)


@dataclass(frozen=True, slots=True)
class MergedManuscript:
    """The manuscript with the changes that are taken, and the reason for each change that could not be written."""

    text: str
    interview: Interview
    taken: frozenset[int]
    unwritten: dict[int, str]


# --- reading ------------------------------------------------------------------------------------------


def open_manuscript(folder: Path, slug: str) -> ManuscriptFile:
    """Return the interview with this slug; raise Refused if there is none, or if it has errors."""
    settings = read_settings(folder)
    paths = interview_cache.list_interview_files(folder, settings.problems)
    by_slug = {slugs.make_slug(path.stem): path for path in paths}
    if slug not in by_slug:
        if select_errors(settings.problems.entries):
            raise Refused(settings.problems.entries)
        near = find_closest_word(slug, by_slug)
        hint = f"did you mean “{near}”?" if near else f"the interviews are: {', '.join(sorted(by_slug))}"
        sentence = f"there is no interview “{slug}”"
        raise Refused([Problem(SourceLocation(BOOK_FILE), Rule.INTERVIEW_EXISTS, sentence, hint)])
    house = settings.build_defaults()
    interview, problems = read_interview(folder, by_slug[slug], house, Pictures(folder))
    if interview is None or select_errors(problems.entries):
        raise Refused(problems.entries)
    text, _ = read_source_text(by_slug[slug], interview.location.file)
    return ManuscriptFile(folder, by_slug[slug], house, interview, text)


def review_document(folder: Path, path: Path, slug: str = "") -> Review:
    """Return the changes in a document that came back; `slug` names the interview if the document does not."""
    path = path.absolute()  # a problem takes a relative path for one in the book's folder
    document = read_document(_read_returned_file(path), str(path))
    manuscript = open_manuscript(folder, _choose_slug(folder, document, path, slug))
    now = list_sent_paragraphs(manuscript.interview)
    fingerprint = compute_text_fingerprint(manuscript.interview)
    sendings = {sending.fingerprint: sending for sending in read_sendings(folder, manuscript.interview.slug)}
    sending = _choose_sending(document, sendings, fingerprint, path)
    sent = sending.paragraphs if sending else now
    stream = build_stream(document.signs, sent)
    changes = list_changes(stream, sent)
    is_same = [(entry.text, entry.looks) for entry in sent] == [(entry.text, entry.looks) for entry in now]
    comments = _place_comments(stream, document)
    oddities = (*_place_oddities(stream, document), *_list_other_styles(stream, sent))
    earlier: tuple[ReturnedChange, ...] = ()
    if not is_same and (split := _split_off_earlier_changes(document, stream, changes, sent, now)):
        earlier, changes, stream = split
    elif not is_same:
        stream, conflicts = rebase_stream(stream, sent, now)
        changes = [_move_home(change, sent, now, conflicts) for change in changes]
    has_changed_at_home = not is_same and not earlier
    return Review(
        manuscript, now, tuple(stream), tuple(changes), comments, oddities, sending, has_changed_at_home, earlier
    )


def _read_returned_file(path: Path) -> bytes:
    """Return the bytes of a document that came back; raise Refused if there is no such file."""
    if reason := folders.explain_no_file(path):
        sentence, hint = f"the file cannot be read: {reason}", "check its name"
        raise Refused([Problem(SourceLocation(str(path)), Rule.FILE_IS_READABLE, sentence, hint)])
    return folders.read_file(path)


def _choose_slug(folder: Path, document: ReturnedDocument, path: Path, slug: str) -> str:
    """Return the slug of the interview that the document is of."""
    if slug and document.slug and document.slug != slug:
        sentence, hint = (
            f"this file is of “{document.slug}”, not of “{slug}”",
            f"write: approve {document.slug} --take …",
        )
        raise Refused([Problem(SourceLocation(str(path)), Rule.SENT_TEXT_IS_KNOWN, sentence, hint)])
    if slug or document.slug:
        return slug or document.slug
    known = {file.stem for file in (folder / APPROVAL_FOLDER).glob("*.json")}
    if path.stem in known:
        return path.stem
    sentence, hint = "this file does not say of which interview it is", "name it: approve SLUG --take FILE"
    raise Refused([Problem(SourceLocation(str(path)), Rule.SENT_TEXT_IS_KNOWN, sentence, hint)])


def _choose_sending(
    document: ReturnedDocument, sendings: dict[str, Sending], fingerprint: str, path: Path
) -> Sending | None:
    """Return what was sent; None if it is the manuscript as it is now. Raises Refused if nobody knows."""
    if document.fingerprint in sendings:
        return sendings[document.fingerprint]
    if document.fingerprint == fingerprint:
        return None
    if not document.fingerprint and sendings:  # its properties were lost: the last state that was sent
        return list(sendings.values())[-1]
    sentence = "this file was made from a state of the interview that is not recorded"
    hint = f"bring the file {APPROVAL_FOLDER}/… back that was written when it was sent"
    raise Refused([Problem(SourceLocation(str(path)), Rule.SENT_TEXT_IS_KNOWN, sentence, hint)])


def _move_home(
    change: ReturnedChange, sent: Sequence[SentParagraph], now: Sequence[SentParagraph], conflicts: set[int]
) -> ReturnedChange:
    """Return the change with the paragraph of the manuscript that it concerns now."""
    keys, present = [entry.text for entry in sent], [entry.text for entry in now]
    place = 0
    for _, i, j, k, m in difflib.SequenceMatcher(None, keys, present, autojunk=False).get_opcodes():
        if i <= change.paragraph < max(j, i + 1):
            place = min(k + change.paragraph - i, max(m - 1, 0))
    obstacle = _CHANGED_AT_HOME if change.number in conflicts else ""
    return replace(change, paragraph=min(place, len(now) - 1), obstacle=obstacle)


def _split_off_earlier_changes(
    document: ReturnedDocument,
    stream: Sequence[Atom],
    changes: Sequence[ReturnedChange],
    sent: Sequence[SentParagraph],
    now: Sequence[SentParagraph],
) -> tuple[tuple[ReturnedChange, ...], list[ReturnedChange], list[Atom]] | None:
    """Return the changes that the manuscript has already, the others, and a stream with only the others.

    None if the manuscript is not the text that was sent with either all tracked changes or all changes.
    """
    tracked = {change.number for change in changes if not change.is_silent}
    for taken in (tracked, {change.number for change in changes}):
        targets = list_target_paragraphs([_refuse_look(atom, taken) for atom in stream], taken)
        if not taken or _find_obstacles(now, targets, sent):
            continue
        signs = [replace(sign, edit=None) for sign in document.signs if sign.edit is None or sign.edit.adds]
        new_stream = build_stream(signs, now)
        others = list_changes(new_stream, now)
        remaining = [change for change in changes if change.number not in taken]
        if [(change.removed, change.added) for change in others] == [(c.removed, c.added) for c in remaining]:
            return tuple(change for change in changes if change.number in taken), others, new_stream
    return None


def _place_comments(stream: Iterable[Atom], document: ReturnedDocument) -> tuple[PlacedComment, ...]:
    """Return the comments that have text, each with its paragraph and words, in text order; unanchored ones last."""
    words: dict[str, str] = {}
    places: dict[str, int] = {}
    paragraph = 0
    for atom in stream:
        paragraph = atom.origin.paragraph if atom.origin else paragraph
        for identity in atom.sign.comments:
            places.setdefault(identity, paragraph)
            words[identity] = words.get(identity, "") + atom.sign.char
    order = sorted(document.comments, key=lambda identity: places.get(identity, 1 << 30))
    return tuple(
        PlacedComment(places.get(identity, 0), words.get(identity, ""), document.comments[identity])
        for identity in order
        if document.comments[identity].text
    )


def _list_other_styles(stream: Iterable[Atom], sent: Sequence[SentParagraph]) -> Iterator[tuple[int, str]]:
    """Yield each paragraph that has another style than was sent: a question that is an answer now."""
    for atom in stream:
        place = atom.origin
        if place is None or atom.sign.char != PARAGRAPH_END or atom.sign.edit:
            continue
        style = sent[place.paragraph].style
        if style in _TELLING_STYLES and atom.sign.style in _TELLING_STYLES - {style}:
            yield place.paragraph, f"the style “{atom.sign.style}” in the place of “{style}”"


def _place_oddities(stream: Sequence[Atom], document: ReturnedDocument) -> tuple[tuple[int, str], ...]:
    """Return what a document holds that is no text, with the paragraph."""
    by_sign = {id(atom.sign): atom for atom in stream}
    placed = []
    for index, oddity in document.oddities:
        before = (by_sign.get(id(sign)) for sign in reversed(document.signs[:index]))
        origin = next((atom.origin for atom in before if atom and atom.origin), None)
        placed.append((origin.paragraph if origin else 0, oddity))
    return tuple(placed)


# --- merging ------------------------------------------------------------------------------------------


def merge_changes(review: Review, taken: Iterable[int]) -> MergedManuscript:
    """Return the manuscript with the changes; a change that cannot be written is left out, with its reason."""
    numbers = {number for number in taken if not _find_change(review, number).obstacle}
    unwritten: dict[int, str] = {}
    while True:
        merged, blamed = _try_merge(review, numbers)
        if merged is not None:
            return MergedManuscript(merged[0], merged[1], frozenset(numbers), unwritten)
        blamed = {number: reason for number, reason in blamed.items() if number in numbers}
        if not blamed:
            blamed = _find_conflicting(review, numbers)
        partners = {_find_change(review, number).partner: reason for number, reason in blamed.items()}
        blamed |= {number: reason for number, reason in partners.items() if number in numbers and number not in blamed}
        unwritten |= blamed
        numbers -= set(blamed)


def _find_change(review: Review, number: int) -> ReturnedChange:
    """Return the returned change with this number."""
    return next(change for change in review.changes if change.number == number)


def _find_conflicting(review: Review, numbers: set[int]) -> dict[int, str]:
    """Return the changes that cannot be taken together with those before them: each is tried in turn."""
    good: set[int] = set()
    for number in sorted(numbers):
        if _try_merge(review, {*good, number})[0] is not None:
            good.add(number)
    reason = "the manuscript would not say what the file says"
    return dict.fromkeys(numbers - good, reason) or dict.fromkeys(numbers, reason)


def _try_merge(review: Review, taken: set[int]) -> tuple[tuple[str, Interview] | None, dict[int, str]]:
    """Return the new manuscript as text and as read again, or the changes that stand in the way."""
    manuscript = review.manuscript
    if not taken:
        return (manuscript.text, manuscript.interview), {}
    stream = [_refuse_look(atom, taken) for atom in review.stream]
    targets = list_target_paragraphs(stream, taken)
    source = SourceIndex(manuscript.text, review.paragraphs)
    labels = [label for person in manuscript.interview.people for label in (person.name, *person.labels)]
    text, obstacles = merge_paragraphs(source, review.paragraphs, targets, labels)
    if obstacles:
        return None, _blame(stream, targets, obstacles)
    interview, problems = _read_again(manuscript, text)
    if interview is None or select_errors(problems.entries):
        return None, {}
    mismatches = _find_obstacles(list_sent_paragraphs(interview), targets, review.paragraphs)
    return (None, _blame(stream, targets, mismatches)) if mismatches else ((text, interview), {})


def _refuse_look(atom: Atom, taken: set[int]) -> Atom:
    """Return the character with its change of look only if that is taken."""
    return replace(atom, look_change=-1) if atom.look_change >= 0 and atom.look_change not in taken else atom


def _read_again(manuscript: ManuscriptFile, text: str) -> tuple[Interview | None, Problems]:
    """Return what the new text of the manuscript says."""
    with tempfile.TemporaryDirectory(prefix="onrecord-") as place:
        path = Path(place) / manuscript.path.name
        path.write_text(text, encoding="utf-8")
        return read_interview(manuscript.folder, path, manuscript.house, Pictures(manuscript.folder))


def _blame(stream: Iterable[Atom], targets: Sequence[TargetParagraph], obstacles: Iterable[Obstacle]) -> dict[int, str]:
    """Return the changes of the paragraphs that an obstacle concerns, with its reason."""
    blamed: dict[int, str] = {}
    for obstacle in obstacles:
        atoms = {id(atom) for index in obstacle.targets for atom in targets[index].atoms}
        paragraphs = {*obstacle.sent, *(number for index in obstacle.targets for number in targets[index].origins)}
        paragraph = 0
        for atom in stream:
            paragraph = atom.origin.paragraph if atom.origin else paragraph
            is_concerned = paragraph in paragraphs if obstacle.sent or paragraphs else False
            if is_concerned or id(atom) in atoms:
                for number in (atom.change, atom.look_change):
                    if number >= 0:
                        blamed.setdefault(number, obstacle.reason)
    return blamed


def _find_obstacles(
    read: Sequence[SentParagraph], targets: Sequence[TargetParagraph], sent: Sequence[SentParagraph]
) -> list[Obstacle]:
    """Return where the manuscript, read again, is not what the taken changes aim at."""
    actual = [_describe_read(paragraph) for paragraph in read]
    expected = [_describe_target(paragraph, sent) for paragraph in targets]
    obstacles = []
    reason = "the manuscript would not say what the file says"
    texts, others = [tokens for tokens, *_ in expected], [tokens for tokens, *_ in actual]
    for kind, i, j, k, m in difflib.SequenceMatcher(None, texts, others, autojunk=False).get_opcodes():
        if kind != "equal":
            near = range(max(i - 1, 0), min(max(j, i + 1), len(targets)))
            obstacles.append(Obstacle(reason, frozenset(), tuple(near)))
            continue
        for index, other in zip(range(i, j), range(k, m), strict=True):
            _, style, speaker, looks = expected[index]
            same_turn = style in ("", actual[other][1]) and speaker in (None, actual[other][2])
            same_look = all(
                look is None or look == actual_look for look, actual_look in zip(looks, actual[other][3], strict=False)
            )
            if not same_turn or not same_look:
                obstacles.append(Obstacle(reason, frozenset(), (index,)))
    return obstacles


_Description = tuple[tuple[str, ...], str, str | None, list[object]]


def _describe_read(paragraph: SentParagraph) -> _Description:
    """Return words, style, speaker and looks of a paragraph that was read."""
    looks = _list_word_looks(paragraph.text, [(look.visible, look.link) for look in paragraph.looks])
    return tuple(list_comparable_tokens(paragraph.text)), paragraph.style, paragraph.speaker, looks


def _describe_target(paragraph: TargetParagraph, sent: Sequence[SentParagraph]) -> _Description:
    """Return words, style, speaker and looks of a paragraph after its changes; "" and None where nothing was sent."""
    looks: list[object] = []
    for atom in paragraph.atoms:
        look = find_look(atom, sent[atom.origin.paragraph]) if atom.origin else None
        looks.append((look.visible, look.link) if look else None)
    home = sent[paragraph.origins[0]] if paragraph.origins else None
    words = tuple(list_comparable_tokens(paragraph.text))
    style, speaker = (home.style, home.speaker) if home else ("", None)
    return words, style, speaker, _list_word_looks(paragraph.text, looks)


def _list_word_looks(text: str, looks: Sequence[object]) -> list[object]:
    """Return the look of the first character of each word and sign."""
    words, position = [], 0
    for piece in split_text(text):
        if normalize_piece(piece) != " ":
            words.append(looks[position])
        position += len(piece)
    return words
