"""Write single paragraphs of an interview as they are to be.

A paragraph is patched word by word where a change touches no markup, and written anew from its characters and looks
where it does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from onrecord.approval.change_stream import Atom, SentPlace, TargetParagraph
from onrecord.approval.markdown_writer import StyledText, write_markdown
from onrecord.approval.paragraph_patch import ParagraphPatch, Segment
from onrecord.approval.sent_paragraphs import CODE, NOTE_CALL, PLAIN, QUESTION, Look, SentParagraph
from onrecord.approval.source_places import SourceIndex, SourceRange
from onrecord.importers.common.plain_markdown import escape_start

_MARKUP_BEFORE = re.compile(r"[*_~^`\[<]*$")
_MARKUP_AFTER = re.compile(
    r"(?:[*_~^`>]|\](?:\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)|\{[^{}\n]*\}))*"
)
BY_HAND = "a person must decide whose words these are"


class UnwritableError(Exception):
    """The paragraphs cannot be written; the message says why."""


def find_look(atom: Atom, sent: SentParagraph) -> Look:
    """Return the look of a character that was sent, with the change of look that is taken."""
    assert atom.origin is not None
    look = sent.looks[atom.origin.offset]
    return look.take_visible(atom.sign.look) if atom.look_change >= 0 else look


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands around the words of a paragraph in its lines."""

    before: str
    words: SourceRange
    following: str


class ParagraphWriter:
    """Writes single paragraphs."""

    def __init__(self, source: SourceIndex, sent: Sequence[SentParagraph]) -> None:
        self._source = source
        self._sent = sent
        self._new_calls: dict[int, str] = {}  # number of a new note -> its name

    def find_block(self, number: int) -> SourceRange:
        """Return the lines of a paragraph, with the end of the last."""
        places = [place for place in self._source.find_places(number) if place]
        if not places:
            raise UnwritableError("its words cannot be found in the file")
        last = self._source.find_line(max(places[0].start, places[-1].stop - 1))
        return self._source.get_line_span(self._sent[number].line, last)

    def find_words(self, number: int) -> SourceRange:
        """Return the range of the words of a paragraph after its label."""
        places = self._source.find_places(number)[self._sent[number].label_size :]
        if not places or places[0] is None or places[-1] is None:
            raise UnwritableError("its words cannot be found in the file")
        return SourceRange(places[0].start, places[-1].stop)

    def write_changed(self, number: int, paragraph: TargetParagraph) -> tuple[int, int, str]:
        """Return the edit of a paragraph whose words or looks changed."""
        atoms = self.cut_label(number, paragraph)
        words, frame = self.find_words(number), self.find_frame(number)
        start, stop = words.start, words.stop
        written = []
        pieces = self._split_at_unchanged(number, atoms)
        for index, piece in enumerate(pieces):
            patched = self._patch_segment(number, piece)
            if patched is None:
                if self._sent[number].style == CODE:
                    raise UnwritableError("code was changed beyond words")
                start = frame.words.start if index == 0 else start
                stop = frame.words.stop if index == len(pieces) - 1 else stop
                patched = write_markdown([self._style_sign(atoms, place, number) for place in piece.places])
            written.append(patched)
        text = "".join(written)
        if self._sent[number].is_plain_block and start == self.find_block(number).start:
            text = escape_start(text) if text[:1] != self._source.text[start : start + 1] else text
        return start, stop, text

    def _split_at_unchanged(self, number: int, atoms: Sequence[Atom]) -> list[Segment]:
        """Return parts of a paragraph between blanks around which nothing changed and no markup stands."""
        starts, offsets = [0], [self._sent[number].label_size]
        for index in range(1, len(atoms) - 1):
            origins = [atom.origin for atom in atoms[index - 1 : index + 2] if atom.origin]
            if atoms[index].sign.char == " " and len(origins) == 3 and self._is_untouched(number, origins):
                starts.append(index)
                offsets.append(origins[1].offset)
        stops, ends = [*starts[1:], len(atoms)], [*offsets[1:], len(self._sent[number].text)]
        return [
            Segment(atoms[start:stop], range(start, stop), offset, end)
            for start, stop, offset, end in zip(starts, stops, offsets, ends, strict=True)
        ]

    def _is_untouched(self, number: int, origins: Sequence[SentPlace]) -> bool:
        """Return whether these characters follow each other as they were sent, without looks and markup."""
        offsets = [origin.offset for origin in origins]
        spans = [self._source.find_places(number)[offset] for offset in offsets]
        return (
            offsets == list(range(offsets[0], offsets[0] + len(offsets)))
            and all(self._sent[number].looks[offset] == PLAIN for offset in offsets)
            and all(a is not None and b is not None and a.stop == b.start for a, b in pairwise(spans))
        )

    def cut_label(self, number: int, paragraph: TargetParagraph) -> list[Atom]:
        """Return the characters after the label; raise UnwritableError if the label was changed."""
        size = self._sent[number].label_size
        head = paragraph.atoms[:size]
        is_whole = [atom.origin.offset if atom.origin else -1 for atom in head] == list(range(size))
        if not is_whole or any(atom.origin and atom.origin.paragraph != number for atom in head):
            label = self._sent[number].text[:size].strip()
            raise UnwritableError(f"the label “{label}” was changed; {BY_HAND}")
        if len(paragraph.atoms) <= size:
            raise UnwritableError("all words after the label were taken out")
        return paragraph.atoms[size:]

    def _patch_segment(self, number: int, piece: Segment) -> str | None:
        """Return the words of a part of a paragraph with its markup; None if a change touches markup."""
        return ParagraphPatch(self._source.text, self._source.find_places(number), self._sent[number], piece).write()

    def _choose_call_name(self, atom: Atom) -> str:
        """Return the Markdown call of a new note, with a free name."""
        number = atom.sign.note
        taken = set(re.findall(r"\[\^([^\]\s]+)\]", self._source.text)) | set(self._new_calls.values())
        free = (f"approval-{count}" for count in range(1, 10_000))
        return f"[^{self._new_calls.setdefault(number, next(name for name in free if name not in taken))}]"

    def find_frame(self, number: int) -> _Frame:
        """Return the range of the words with the markup that belongs to them, and what stands around it."""
        words, block = self.find_words(number), self.find_block(number)
        text = self._source.text
        before, following = text[block.start : words.start], text[words.stop : block.stop].rstrip("\n")
        opening = _MARKUP_BEFORE.search(before)
        closing = _MARKUP_AFTER.match(following)
        start = words.start - len(opening[0] if opening else "")
        stop = words.stop + len(closing[0] if closing else "")
        if self._is_wrapped(number, before):
            has_label = bool(self._sent[number].label_size)
            start = start if has_label else start + 2
            stop -= 2
        return _Frame(text[block.start : start], SourceRange(start, stop), text[stop : block.stop].rstrip("\n"))

    def _is_wrapped(self, number: int, before: str) -> bool:
        """Return whether two asterisks stand around the whole paragraph: a question, or label and question in one."""
        paragraph = self._sent[number]
        if paragraph.label_size:
            return before.count("**") == 1
        return paragraph.style == QUESTION and before.startswith("**")

    def style(self, number: int | None, atoms: Sequence[Atom]) -> list[StyledText]:
        """Return characters with their looks; new ones are in the link and language of both their neighbours."""
        return [self._style_sign(atoms, index, number) for index in range(len(atoms))]

    def style_new(self, paragraph: TargetParagraph) -> list[StyledText]:
        """Return the characters of a new paragraph with their looks."""
        return self.style(None, paragraph.atoms)

    def _style_sign(self, atoms: Sequence[Atom], index: int, number: int | None) -> StyledText:
        """Return a character with its look, to write it as Markdown."""
        atom = atoms[index]
        if atom.origin:
            sent = self._sent[atom.origin.paragraph]
            place = self._source.find_places(atom.origin.paragraph)[atom.origin.offset]
            call = self._source.text[place.start : place.stop] if place and atom.sign.char == NOTE_CALL else ""
            if atom.sign.char == NOTE_CALL and not call:
                raise UnwritableError("the call of a note cannot be found in the file")
            return StyledText(atom.sign.char, find_look(atom, sent), call)
        call = self._choose_call_name(atom) if atom.sign.char == NOTE_CALL else ""
        before = next((other for other in reversed(atoms[:index]) if other.origin), None)
        after = next((other for other in atoms[index:] if other.origin), None)
        look = atom.sign.look
        has_home = look == look.visible and number is not None
        if has_home and before and before.origin and after and after.origin:
            looks = [self._sent[other.paragraph].looks[other.offset] for other in (before.origin, after.origin)]
            if (looks[0].link, looks[0].language, looks[0].code) == (looks[1].link, looks[1].language, looks[1].code):
                look = looks[0].take_visible(look)
        return StyledText(atom.sign.char, look, call)

    def write_divided(self, numbers: Sequence[int], targets: Sequence[TargetParagraph]) -> tuple[int, int, str]:
        """Return the edit of paragraphs of one turn that were divided or joined."""
        first = self.find_frame(numbers[0])
        if any(self.find_frame(number).following.strip("* ") for number in numbers[1:]):
            raise UnwritableError("braces stand at the end of a paragraph that was joined")
        opening = re.match(r"\*\*|### *", first.before)
        is_question = self._sent[numbers[0]].style == QUESTION and not self._sent[numbers[0]].label_size and opening
        start_mark, end_mark = (opening[0], opening[0].strip(" #")) if is_question and opening else ("", "")
        texts = [
            self.style(paragraph.origins[0] if paragraph.origins else None, paragraph.atoms) for paragraph in targets
        ]
        texts[0] = self.style(numbers[0], self.cut_label(numbers[0], targets[0]))
        head = first.before + write_markdown(texts[0]) + first.following
        others = [start_mark + write_markdown(text, begins_block=not start_mark) + end_mark for text in texts[1:]]
        stop = self.find_block(numbers[-1]).stop
        end = "\n" if self._source.text[:stop].endswith("\n") else ""
        return self.find_block(numbers[0]).start, stop, "\n\n".join((head, *others)) + end

    def write_new_notes(self, targets: Sequence[TargetParagraph]) -> str:
        """Return the definitions of the notes that are new."""
        definitions = []
        for number, name in self._new_calls.items():
            texts = [
                write_markdown(self.style_new(entry), begins_block=True) for entry in targets if entry.note == number
            ]
            definitions.append(f"\n[^{name}]: " + "\n\n    ".join(texts) + "\n")
        return "".join(definitions)
