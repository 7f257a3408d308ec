"""Bring a document that came back and the text that was sent together: every difference becomes a change.

Where somebody switched tracking off, the document without its tracked changes is not what was sent. A comparison finds
those silent changes, and they are treated as tracked ones without an author. Afterwards the text without all changes is
the text that was sent, character by character.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from onrecord.approval.docx_reader import PARAGRAPH_END, Edit, Sign
from onrecord.approval.sent_paragraphs import NOTE_CALL, SentParagraph
from onrecord.approval.text_tokens import split_text

_MOVED_LENGTH = 20  # letters of words that are the same ones elsewhere
SILENT = ""  # the author of a change that nobody tracked


@dataclass(frozen=True, slots=True)
class SentPlace:
    """A character that was sent: the number of its paragraph, and its offset; the end of a paragraph is one, too."""

    paragraph: int
    offset: int


@dataclass(slots=True)
class Atom:
    """A character in the stream: what was sent at `origin`, or what an edit adds.

    `change` and `look_change` are the numbers of changes, -1 for none.
    """

    sign: Sign
    origin: SentPlace | None
    change: int = -1
    look_change: int = -1


@dataclass(slots=True)
class ReturnedChange:
    """What one person changed in one go: it is taken or refused as a whole.

    `paragraph` and `offset` say where it begins in the text that was sent.
    """

    number: int
    author: str
    date: str
    paragraph: int
    offset: int
    removed: str = ""
    added: str = ""
    is_look: bool = False
    moves: bool = False
    obstacle: str = ""  # why it cannot be taken
    partner: int = -1  # the change that puts elsewhere what this one takes out, or the reverse

    @property
    def is_silent(self) -> bool:
        """Return whether nobody tracked the change."""
        return self.author == SILENT


# --- what was sent, in what came back -----------------------------------------------------------------


def build_stream(signs: Sequence[Sign], sent: Sequence[SentParagraph]) -> list[Atom]:
    """Return a returned document's characters, each with its origin in what was sent; silent changes as edits."""
    return _Fitter(signs, sent).build()


class _Fitter:
    """Finds the origin of each sign that nobody is known to have added."""

    def __init__(self, signs: Sequence[Sign], sent: Sequence[SentParagraph]) -> None:
        self._signs = list(signs)
        self._sent = sent
        self._origins: dict[int, SentPlace] = {}  # by the index of the sign
        self._missing: dict[int, list[tuple[SentPlace, bool]]] = {}  # before this index; whether it was only a blank
        self._dropped: set[int] = set()

    def build(self) -> list[Atom]:
        """Return the returned document's characters with their origins."""
        paragraphs = self._list_filled_paragraphs()
        texts = ["".join(self._signs[index].char for index in paragraph[:-1]).strip() for paragraph in paragraphs]
        matcher = difflib.SequenceMatcher(None, [entry.text.strip() for entry in self._sent], texts, autojunk=False)
        for kind, i, j, k, m in matcher.get_opcodes():
            if kind == "equal":
                for number, paragraph in zip(range(i, j), paragraphs[k:m], strict=True):
                    self._match_whole(number, paragraph)
            else:
                after = paragraphs[m - 1][-1] + 1 if m else 0
                self._match_words(range(i, j), paragraphs[k:m], after)
        return self._list_atoms()

    def _list_filled_paragraphs(self) -> list[list[int]]:
        """Return the indexes of the signs of each paragraph that has words when all changes are refused.

        The end of a blank paragraph is dropped, or belongs to the words that were added before it.
        """
        paragraphs: list[list[int]] = []
        waiting: list[int] = []
        added: Edit | None = None
        for index, sign in enumerate(self._signs):
            if sign.edit and sign.edit.adds:
                added = None if sign.char == PARAGRAPH_END else sign.edit
                continue
            waiting.append(index)
            if sign.char != PARAGRAPH_END:
                continue
            if any(not self._signs[place].char.isspace() for place in waiting[:-1]):
                paragraphs.append(waiting)
            else:
                self._dropped.update(waiting)
                if added:
                    self._dropped.discard(index)
                    self._signs[index] = replace(sign, edit=added)
            waiting, added = [], None
        return paragraphs

    def _match_whole(self, number: int, paragraph: Sequence[int]) -> None:
        """Give the signs of an unchanged paragraph their origins; blanks at its ends are as they were sent."""
        text = self._sent[number].text
        start = len(text) - len(text.lstrip())
        stop = len(text.rstrip())
        filled = self._drop_outer_blanks(paragraph[:-1])
        for offset, index in zip(range(start, stop), filled, strict=True):
            self._origins[index] = SentPlace(number, offset)
        self._restore_blanks(filled[0], (SentPlace(number, offset) for offset in range(start)))
        self._restore_blanks(paragraph[-1], (SentPlace(number, offset) for offset in range(stop, len(text))))
        self._origins[paragraph[-1]] = SentPlace(number, len(text))

    def _drop_outer_blanks(self, indexes: Sequence[int]) -> list[int]:
        """Return the indexes of characters without blanks at both ends, which are dropped."""
        filled = list(indexes)
        while filled and self._signs[filled[0]].char.isspace():
            self._dropped.add(filled.pop(0))
        while filled and self._signs[filled[-1]].char.isspace():
            self._dropped.add(filled.pop())
        return filled

    def _restore_blanks(self, index: int, origins: Iterable[SentPlace]) -> None:
        """Put blanks that were sent back before a returned character."""
        self._missing.setdefault(index, []).extend((origin, True) for origin in origins)

    def _match_words(self, numbers: range, paragraphs: Sequence[Sequence[int]], after: int) -> None:
        """Compare sent and returned paragraphs word by word; `after` is the index after them."""
        sent = [token for number in numbers for token in self._split_sent(number)]
        returned = [token for paragraph in paragraphs for token in self._split_returned(paragraph)]
        matcher = difflib.SequenceMatcher(
            str.isspace, [text for text, _ in sent], [text for text, _ in returned], False
        )
        for kind, i, j, k, m in matcher.get_opcodes():
            if kind == "equal":
                for (_, origins), (_, indexes) in zip(sent[i:j], returned[k:m], strict=True):
                    self._origins.update(zip(indexes, origins, strict=True))
                continue
            origins = [origin for _, places in sent[i:j] for origin in places]
            indexes = [index for _, places in returned[k:m] for index in places]
            is_blank = not "".join(text for text, _ in (*sent[i:j], *returned[k:m])).strip()
            place = returned[k][1][0] if k < len(returned) else after
            self._missing.setdefault(place, []).extend((origin, is_blank) for origin in origins)
            if is_blank:
                self._dropped.update(indexes)

    def _split_sent(self, number: int) -> list[tuple[str, list[SentPlace]]]:
        """Return the words of a paragraph that was sent, each with its places, and its end."""
        tokens, offset = [], 0
        for token in split_text(self._sent[number].text):
            tokens.append((token, [SentPlace(number, offset + index) for index in range(len(token))]))
            offset += len(token)
        return [*tokens, (PARAGRAPH_END, [SentPlace(number, offset)])]

    def _split_returned(self, paragraph: Sequence[int]) -> list[tuple[str, list[int]]]:
        """Return the words of a paragraph that came back, each with its places, and its end."""
        tokens, position = [], 0
        filled = self._drop_outer_blanks(paragraph[:-1])
        for token in split_text("".join(self._signs[index].char for index in filled)):
            tokens.append((token, filled[position : position + len(token)]))
            position += len(token)
        return [*tokens, (PARAGRAPH_END, [paragraph[-1]])]

    def _list_atoms(self) -> list[Atom]:
        """Return the returned document's characters with origins, and those that are missing."""
        atoms: list[Atom] = []
        for index in range(len(self._signs) + 1):
            atoms += [self._make_missing(*missing) for missing in self._missing.get(index, ())]
            if index == len(self._signs) or index in self._dropped:
                continue
            sign, origin = self._signs[index], self._origins.get(index)
            if origin is None and not (sign.edit and sign.edit.adds):
                if sign.edit:
                    continue  # added silently, then taken out
                sign = replace(sign, edit=Edit(True, SILENT))
            atoms.append(Atom(sign, origin))
        return _number_notes(atoms, self._sent)

    def _make_missing(self, origin: SentPlace, is_blank: bool) -> Atom:
        """Return a character that was sent and not returned: marked as taken out silently, unless it is a blank."""
        paragraph = self._sent[origin.paragraph]
        is_end = origin.offset == len(paragraph.text)
        char = PARAGRAPH_END if is_end else paragraph.text[origin.offset]
        sign = Sign(char, edit=None if is_blank else Edit(False, SILENT), style=paragraph.style if is_end else "")
        return Atom(sign if is_end else replace(sign, look=paragraph.looks[origin.offset].visible), origin)


def _number_notes(atoms: Sequence[Atom], sent: Sequence[SentParagraph]) -> list[Atom]:
    """Return the atoms, in which a note that was sent has its number below zero; a new one keeps its number."""
    calls = [
        SentPlace(number, offset)
        for number, paragraph in enumerate(sent)
        for offset, char in enumerate(paragraph.text)
        if char == NOTE_CALL
    ]
    numbers = {origin: -number for number, origin in enumerate(calls, 1)}
    known = {atom.sign.note: numbers[atom.origin] for atom in atoms if atom.origin in numbers}
    numbered = []
    for atom in atoms:
        note = known.get(atom.sign.note, atom.sign.note) if atom.sign.note else 0
        if atom.origin:
            note = numbers.get(atom.origin, -sent[atom.origin.paragraph].note)
        numbered.append(_number_note(atom, note) if note != atom.sign.note else atom)
    return numbered


def _number_note(atom: Atom, note: int) -> Atom:
    """Return the atom with this note number; not by `replace`, which is slow: each letter of a note is an atom."""
    sign = atom.sign
    numbered = Sign(sign.char, sign.look, sign.edit, sign.look_edit, sign.comments, sign.style, note)
    return Atom(numbered, atom.origin, atom.change, atom.look_change)


# --- changes ------------------------------------------------------------------------------------------


@dataclass
class _Open:
    """The change that is being read."""

    change: ReturnedChange
    edit: Edit
    starts_with_end: bool
    has_words: bool = False
    ends_paragraph: bool = False

    def takes(self, atom: Atom) -> bool:
        """Return whether the next character of the returned document belongs to the open change."""
        edit, is_end = atom.sign.edit, atom.sign.char == PARAGRAPH_END
        if edit is None or (edit.author, edit.moves, edit.note) != (self.edit.author, self.edit.moves, self.edit.note):
            return False
        if self.starts_with_end:
            return not is_end
        return not (self.ends_paragraph and self.has_words)


def list_changes(stream: Sequence[Atom], sent: Sequence[SentParagraph]) -> list[ReturnedChange]:
    """Return the changes in the order of the text; each atom gets the number of its change."""
    changes: list[ReturnedChange] = []
    opened: _Open | None = None
    notes: dict[str, ReturnedChange] = {}
    place = SentPlace(0, 0)
    for atom in stream:
        place = atom.origin or place
        edit = atom.sign.edit
        if edit is None:
            opened = None
            continue
        if opened is None or not opened.takes(atom):
            change = notes.get(edit.note) or _open_change(changes, edit, place)
            opened = _Open(change, edit, atom.sign.char == PARAGRAPH_END)
            if edit.note:
                notes[edit.note] = change
        _add_atom(opened, atom)
    _pair_moves(changes)
    _inherit_looks(stream, sent)
    return sorted((*changes, *_list_look_changes(stream, sent, len(changes))), key=_get_order_key)


def _pair_moves(changes: Sequence[ReturnedChange]) -> None:
    """Pair each change that takes words out with one that puts them elsewhere: neither is taken without the other."""
    sources: dict[str, list[ReturnedChange]] = {}
    for change in changes:
        if change.removed and not change.added:
            sources.setdefault(_remove_blanks(change.removed), []).append(change)
    for change in changes:
        words = _remove_blanks(change.added)
        if change.removed or not sources.get(words) or not (change.moves or len(words) > _MOVED_LENGTH):
            continue
        source = sources[words].pop(0)
        source.partner, change.partner = change.number, source.number


def _remove_blanks(text: str) -> str:
    """Return the text without blanks and ends of paragraphs, to compare moved words."""
    return "".join(char for char in text if not char.isspace() and char != PARAGRAPH_END)


def _inherit_looks(stream: Sequence[Atom], sent: Sequence[SentParagraph]) -> None:
    """Set the link and language of words that replace others to those of the replaced words."""
    hidden: dict[int, set[tuple[object, str, bool]]] = {}
    for atom in stream:
        if atom.origin and atom.change >= 0 and not atom.sign.char.isspace() and atom.sign.char != PARAGRAPH_END:
            look = sent[atom.origin.paragraph].looks[atom.origin.offset]
            hidden.setdefault(atom.change, set()).add((look.link, look.language, look.code))
    looks = {
        atom.change: sent[atom.origin.paragraph].looks[atom.origin.offset]
        for atom in stream
        if atom.origin and len(hidden.get(atom.change, ())) == 1 and atom.sign.char not in (PARAGRAPH_END, " ")
    }
    for atom in stream:
        if atom.origin is None and atom.change in looks:
            atom.sign = replace(atom.sign, look=looks[atom.change].take_visible(atom.sign.look))


def _get_order_key(change: ReturnedChange) -> tuple[int, int, int]:
    """Return what returned changes are ordered by."""
    return change.paragraph, change.offset, change.number


def _open_change(changes: list[ReturnedChange], edit: Edit, place: SentPlace) -> ReturnedChange:
    """Add a change to the list and return it."""
    change = ReturnedChange(len(changes), edit.author, edit.date, place.paragraph, place.offset, moves=edit.moves)
    changes.append(change)
    return change


def _add_atom(opened: _Open, atom: Atom) -> None:
    """Add a returned character to the open change."""
    atom.change = opened.change.number
    is_end = atom.sign.char == PARAGRAPH_END
    opened.ends_paragraph = is_end
    opened.has_words = opened.has_words or not is_end
    if atom.sign.edit and atom.sign.edit.adds:
        opened.change.added += atom.sign.char
    else:
        opened.change.removed += atom.sign.char


def _list_look_changes(stream: Sequence[Atom], sent: Sequence[SentParagraph], first: int) -> list[ReturnedChange]:
    """Return the returned changes of the look (bold, italic …) alone."""
    changes: list[ReturnedChange] = []
    current: ReturnedChange | None = None
    for atom in stream:
        origin, sign = atom.origin, atom.sign
        if origin is None or sign.edit or sign.char in (PARAGRAPH_END, NOTE_CALL):
            current = None
            continue
        before = sent[origin.paragraph].looks[origin.offset].visible
        if sign.char.isspace() and before != sign.look and current is None:
            continue
        if before == sign.look:
            current = None
            continue
        author = sign.look_edit.author if sign.look_edit else SILENT
        if current is None or current.author != author:
            date = sign.look_edit.date if sign.look_edit else ""
            current = ReturnedChange(first + len(changes), author, date, origin.paragraph, origin.offset, is_look=True)
            changes.append(current)
        atom.look_change = current.number
        current.added += sign.char
    return changes


# --- a source that changed meanwhile ------------------------------------------------------------------


def rebase_stream(
    stream: Sequence[Atom], sent: Sequence[SentParagraph], now: Sequence[SentParagraph]
) -> tuple[list[Atom], set[int]]:
    """Return the stream with origins in the text as it is now, and the changes of paragraphs that changed at home.

    Those changes are left out.
    """
    keys = [(entry.style, entry.text, entry.looks) for entry in sent]
    present = [(entry.style, entry.text, entry.looks) for entry in now]
    moved: dict[int, int] = {}  # number of a paragraph: then and now
    spliced: dict[int, list[int]] = {}  # before which paragraph that was sent, which paragraphs of now
    changed: set[int] = set()
    for kind, i, j, k, m in difflib.SequenceMatcher(None, keys, present, autojunk=False).get_opcodes():
        if kind == "equal":
            moved.update(zip(range(i, j), range(k, m), strict=True))
        else:
            changed.update(range(i, j))
            spliced[i] = list(range(k, m))
    touched = {
        number
        for atom in stream
        for number in (atom.change, atom.look_change)
        if _was_sent_in(atom, changed) and number >= 0
    }
    rebased: list[Atom] = []
    for atom in stream:
        if atom.origin and atom.origin.paragraph in spliced:
            rebased += [
                home for number in spliced.pop(atom.origin.paragraph) for home in _list_manuscript_atoms(now, number)
            ]
        if _was_sent_in(atom, changed) or (atom.origin is None and atom.change in touched):
            continue
        if atom.origin is None:
            rebased.append(atom)
        else:
            is_touched = atom.change in touched
            sign = replace(atom.sign, edit=None) if is_touched else atom.sign
            number = moved[atom.origin.paragraph]
            change, look_change = (-1 if is_touched else atom.change), atom.look_change
            rebased.append(Atom(sign, SentPlace(number, atom.origin.offset), change, look_change))
    for numbers in spliced.values():
        rebased += [home for number in numbers for home in _list_manuscript_atoms(now, number)]
    return _number_notes(rebased, now), touched


def _was_sent_in(atom: Atom, paragraphs: set[int]) -> bool:
    """Return whether a returned character was sent in one of these paragraphs."""
    return atom.origin is not None and atom.origin.paragraph in paragraphs


def _list_manuscript_atoms(now: Sequence[SentParagraph], number: int) -> list[Atom]:
    """Return the characters of a paragraph as the manuscript has it now."""
    paragraph = now[number]
    atoms = [
        Atom(Sign(char, look.visible), SentPlace(number, offset))
        for offset, (char, look) in enumerate(zip(paragraph.text, paragraph.looks, strict=True))
    ]
    end = Sign(PARAGRAPH_END, style=paragraph.style)
    return [*atoms, Atom(end, SentPlace(number, len(paragraph.text)))]


# --- the text with the changes that are taken ---------------------------------------------------------


@dataclass(slots=True)
class TargetParagraph:
    """A paragraph of the text with the changes that are taken: each character with the atom it comes from."""

    atoms: list[Atom]
    style: str
    note: int
    origins: list[int] = field(default_factory=list)  # the paragraphs that its characters were sent in, in order
    end: int = -1  # the paragraph whose end it has

    @property
    def text(self) -> str:
        """Return the characters of a target paragraph as one text."""
        return "".join(atom.sign.char for atom in self.atoms)


def list_target_paragraphs(stream: Iterable[Atom], taken: set[int]) -> list[TargetParagraph]:
    """Return the paragraphs with the changes of these numbers made and all others undone; then those of footnotes."""
    paragraphs: list[TargetParagraph] = []
    atoms: list[Atom] = []
    for atom in stream:
        edit = atom.sign.edit
        if edit and edit.adds != (atom.change in taken):
            continue
        if atom.sign.char != PARAGRAPH_END:
            atoms.append(atom)
            continue
        _add_paragraph(paragraphs, atoms, atom)
        atoms = []
    used = {number for paragraph in paragraphs for number in paragraph.origins}
    for paragraph in paragraphs:
        if not paragraph.origins and paragraph.end >= 0 and paragraph.end not in used:
            paragraph.origins = [paragraph.end]  # all its words were replaced
    body = [paragraph for paragraph in paragraphs if not paragraph.note]
    calls = [atom.sign.note for paragraph in body for atom in paragraph.atoms if atom.sign.char == NOTE_CALL]
    notes = [paragraph for number in calls for paragraph in paragraphs if paragraph.note == number]
    return [*body, *notes]


def _add_paragraph(paragraphs: list[TargetParagraph], atoms: list[Atom], end: Atom) -> None:
    """Add a paragraph without blanks at its ends, unless it is blank."""
    filled = list(atoms)
    while filled and filled[0].sign.char.isspace() and not (filled[0].origin and filled[0].origin.offset == 0):
        filled.pop(0)
    while filled and filled[-1].sign.char.isspace():
        filled.pop()
    if not filled:
        return
    origins = list(dict.fromkeys(atom.origin.paragraph for atom in filled if atom.origin))
    place = end.origin.paragraph if end.origin else -1
    paragraphs.append(TargetParagraph(filled, end.sign.style, end.sign.note, origins, place))
