"""Change words of a paragraph in its Markdown; all markup stays where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.approval.change_stream import Atom
from onrecord.approval.sent_paragraphs import NOTE_CALL, PLAIN, Look, SentParagraph
from onrecord.approval.source_places import SourceRange
from onrecord.importers.common.plain_markdown import escape_inline


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a target paragraph: its characters, their places in it, and the range of offsets it is made of."""

    atoms: Sequence[Atom]
    places: range
    start: int
    stop: int


class ParagraphPatch:
    """Copies the source of a piece of a paragraph, with the words that change; all markup stays where it is."""

    def __init__(self, text: str, places: Sequence[SourceRange | None], sent: SentParagraph, piece: Segment) -> None:
        self._text = text
        self._places = places
        self._sent = sent
        self._piece = piece
        self._written: list[str] = []
        self._next = piece.start  # the offset that follows
        first = places[self._next] if self._next < len(places) else None
        self._cursor = first.start if first else -1

    def write(self) -> str | None:
        """Return the manuscript's paragraph with the taken changes; None if a change touches markup."""
        index, atoms = 0, self._piece.atoms
        while index < len(atoms):
            stop = index
            while stop < len(atoms) and atoms[stop].origin is None:
                stop += 1
            following = atoms[stop] if stop < len(atoms) else None
            if stop > index and not self._insert_words(atoms[index:stop], following):
                return None
            if following is not None and not self._copy_source(following):
                return None
            index = stop + 1
        return "".join(self._written) if self._skip_source(self._piece.stop) else None

    def _copy_source(self, atom: Atom) -> bool:
        """Copy the source of a character; return whether that is possible."""
        origin = atom.origin
        assert origin is not None
        place = self._places[origin.offset]
        if place is None or self._cursor < 0 or atom.look_change >= 0 or origin.offset < self._next:
            return False
        if origin.offset > self._next and not self._skip_source(origin.offset):
            return False
        self._written.append(self._text[self._cursor : place.stop])
        self._cursor, self._next = place.stop, origin.offset + 1
        return True

    def _skip_source(self, offset: int) -> bool:
        """Leave out the source up to an offset; return whether no markup stands in it."""
        end = self._places[offset] if offset < len(self._places) else self._places[-1]
        if end is None or self._cursor < 0:
            return False
        stop = end.start if offset < len(self._places) else end.stop
        for place in self._places[self._next : offset]:
            if place is None or place.start != self._cursor:
                return False
            self._cursor = place.stop
        self._next = offset
        return self._cursor == stop

    def _insert_words(self, atoms: Sequence[Atom], following: Atom | None) -> bool:
        """Write new words; return whether they look as the words beside them."""
        words = "".join(atom.sign.char for atom in atoms)
        looks = {atom.sign.look for atom in atoms if not atom.sign.char.isspace()}
        if NOTE_CALL in words or "\n" in words or len(looks) > 1:
            return False
        offset = following.origin.offset if following and following.origin else -1
        before = self._sent.looks[self._next - 1] if self._next > self._sent.label_size else None
        after = self._sent.looks[offset] if offset >= 0 else None
        beside = before or after or (self._sent.looks[self._next] if self._next < len(self._sent.looks) else PLAIN)
        look = next(iter(looks), beside.visible)
        if not _has_same_look(look, beside):
            place = self._places[offset] if offset == self._next else None
            if after is None or place is None or not _has_same_look(look, after):
                return False
            self._written.append(self._text[self._cursor : place.start])
            self._cursor, beside = place.start, after
        if beside.code and ("`" in words or (after is not None and not after.code)):
            return False
        self._written.append(words if beside.code else escape_inline(words))
        return True


def _has_same_look(look: Look, beside: Look) -> bool:
    """Return whether words of this look can stand beside others without markup between them."""
    is_hidden_same = (look.link, look.language, look.code) == (beside.link, beside.language, beside.code)
    return look.visible == beside.visible and (is_hidden_same or look == look.visible)
