"""Keep words together in print that run against the direction of their block and stand in several inline elements.

WeasyPrint 70 orders each inline box by itself: an English line would show `<b>שלום</b> <i>עולם</i>` in the order of the
boxes, from the left, though both words are one phrase that runs from the right (UAX #9, rule L2). In an element with
the direction of the phrase they stand in the right order. A phrase with its own language has one already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby

from onrecord.editions.edition_syntax import format_direction
from onrecord.model import (
    Block,
    Emphasis,
    Inline,
    LanguageSpan,
    LineBreak,
    Link,
    NoteReference,
    Paragraph,
    Strong,
    StruckOut,
    Subscript,
    Superscript,
    Text,
    to_plain_text,
)
from onrecord.model.bidi_levels import find_levels
from onrecord.model.directions import direct_block, direct_page, is_from_right, may_run_from_right

_OBJECT = "\ufffc"  # stands for what is ordered by itself: a note, a phrase of a language with another direction
_LETTERS = "a\u05d0"  # one stands for a phrase of another language with the same direction
_Wrapper = Emphasis | Strong | StruckOut | Superscript | Subscript | Link


@dataclass(frozen=True, slots=True)
class LinkPart(Link):
    """A part of a link that is divided; the first one has the number 1."""

    number: int = 1
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class DirectedRun:
    """Inlines that run together in a direction: `rtl` or `ltr`."""

    content: tuple[Inline, ...]
    direction: str


class BlockDirections:
    """The directions of blocks in an interview, each by its first letter and by what is around it."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._inside = ""  # the direction of the element that holds the block, "" if it is the interview's

    @property
    def around(self) -> str:
        """Return the direction of what is around a block: `rtl` or `ltr`."""
        return self._inside or direct_page(self._language) or "ltr"

    def find_direction(self, text: str) -> str:
        """Return the direction of a block of this text, "" if it is that of what is around it."""
        return direct_block(text, self._language, self._inside)

    def find_first_direction(self, blocks: Sequence[Block]) -> str:
        """Return the direction of the first block, if that is a paragraph, "" if it is that of what is around it."""
        first = blocks[0] if blocks else None
        return self.find_direction(to_plain_text(first.content)) if isinstance(first, Paragraph) else ""

    def format_direction(self, text: str) -> str:
        """Return the attribute with the direction of a block of this text, "" if it needs none."""
        return format_direction(self.find_direction(text))

    @contextmanager
    def inside_element(self, direction: str) -> Iterator[None]:
        """Find directions in the with block as inside an element with this direction, "" for one without."""
        before, self._inside = self._inside, direction or self._inside
        try:
            yield
        finally:
            self._inside = before


@dataclass(frozen=True, slots=True)
class _Leaf:
    """An inline without inlines of its own kind, the elements around it, its text, and how the characters run."""

    inline: Inline
    around: tuple[_Wrapper, ...]
    text: str
    levels: tuple[int, ...] = ()

    def is_against(self, base: int) -> bool:
        """Return whether the text runs against a block of level `base`, or stands in a phrase that does."""
        return min(self.levels, default=base) > base


def group_runs(content: tuple[Inline, ...], around: str) -> tuple[Inline | DirectedRun, ...]:
    """Return the inlines of a block that runs `ltr` or `rtl`, with phrases that run against it as `DirectedRun`.

    An element that is only in part in such a phrase is divided, a link into `LinkPart`.
    """
    if all(isinstance(inline, Text) for inline in content):
        return content
    base = int(around == "rtl")
    plain_leaves = list(_list_leaves(content, base))
    if not base and not any(may_run_from_right(leaf.text) for leaf in plain_leaves):
        return content
    leaves = _add_bidi_levels(plain_leaves, base)
    groups: list[Inline | DirectedRun] = []
    pieces_by_run = list(_group_leaves(leaves, base))
    builder = _Builder(Counter(id(part) for _, pieces in pieces_by_run for leaf in pieces for part in leaf.around))
    for is_run, pieces in pieces_by_run:
        inlines = builder.rebuild(pieces)
        groups += [DirectedRun(inlines, "ltr" if base else "rtl")] if is_run else inlines
    return tuple(groups) if any(isinstance(group, DirectedRun) for group in groups) else content


def _list_leaves(content: Sequence[Inline], base: int, around: tuple[_Wrapper, ...] = ()) -> Iterator[_Leaf]:
    """Yield the texts and other inlines inside the elements, in reading order; a link is not divided."""
    for inline in content:
        match inline:
            case Emphasis() | Strong() | StruckOut() | Superscript() | Subscript() | Link():
                yield from _list_leaves(inline.content, base, (*around, inline))
            case LanguageSpan(_, language):
                is_isolated = is_from_right(language) != bool(base)
                yield _Leaf(inline, around, _OBJECT if is_isolated else _LETTERS[base])
            case NoteReference():
                yield _Leaf(inline, around, _OBJECT)
            case LineBreak():
                yield _Leaf(inline, around, "\n")
            case _:
                yield _Leaf(inline, around, to_plain_text((inline,)))


def _add_bidi_levels(leaves: Sequence[_Leaf], base: int) -> list[_Leaf]:
    """Return the leaves with the bidi levels that their characters have in the whole block."""
    levels = find_levels("".join(leaf.text for leaf in leaves), is_from_right=bool(base))
    place, leveled = 0, []
    for leaf in leaves:
        leveled.append(replace(leaf, levels=tuple(levels[place : place + len(leaf.text)])))
        place += len(leaf.text)
    return leveled


def _group_leaves(leaves: Sequence[_Leaf], base: int) -> Iterator[tuple[bool, list[_Leaf]]]:
    """Yield groups of leaves in order: those that need a phrase with a direction (True), and others."""
    parts = [part for leaf in leaves for part in _split_by_direction(leaf, base)]
    marked: list[tuple[int, _Leaf]] = []  # with the place of the phrase that needs an element, 0 between them
    for is_against, group in groupby(parts, lambda part: part[0].is_against(base)):
        pieces = list(group)
        needs_element = is_against and (len(pieces) > 1 or not pieces[0][1])
        place = len(marked) + 1 if needs_element else 0
        marked += [(place, piece) for piece, _ in pieces]
    for place, run in groupby(marked, lambda mark: mark[0]):
        yield place > 0, [piece for _, piece in run]


def _split_by_direction(leaf: _Leaf, base: int) -> Iterator[tuple[_Leaf, bool]]:
    """Yield the parts of a text by direction, each with whether the undivided text would be shown right, too."""
    is_right = find_levels(leaf.text, is_from_right=bool(base)) == list(leaf.levels)
    if not isinstance(leaf.inline, Text):
        yield leaf, True
        return
    start = 0
    for _, run in groupby(leaf.levels, lambda level: level > base):
        end = start + len(list(run))
        text = leaf.text[start:end]
        yield _Leaf(Text(text), leaf.around, text, leaf.levels[start:end]), is_right
        start = end


class _Builder:
    """Puts leaves into their elements again; `counts` are all leaves of each element, by its identity."""

    def __init__(self, counts: Mapping[int, int]) -> None:
        self._counts = counts
        self._written = Counter[int]()
        self._parts = Counter[int]()

    def rebuild(self, leaves: Sequence[_Leaf], depth: int = 0) -> tuple[Inline, ...]:
        """Return the leaves in their elements."""
        inlines: list[Inline] = []
        for key, group in groupby(leaves, lambda leaf: id(leaf.around[depth]) if len(leaf.around) > depth else 0):
            inside = list(group)
            if key:
                wrapper, content = inside[0].around[depth], self.rebuild(inside, depth + 1)
                self._written[key] += len(inside)
                inlines.append(self._wrap(wrapper, content, is_last=self._written[key] == self._counts[key]))
            else:
                inlines += _join_texts(inside)
        return tuple(inlines)

    def _wrap(self, wrapper: _Wrapper, content: tuple[Inline, ...], *, is_last: bool) -> Inline:
        """Return an element with this content; of a link that is divided, a part."""
        if not isinstance(wrapper, Link) or (is_last and not self._parts[id(wrapper)]):
            return replace(wrapper, content=content)
        self._parts[id(wrapper)] += 1
        return LinkPart(content, wrapper.target, wrapper.title, self._parts[id(wrapper)], is_last)


def _join_texts(leaves: Sequence[_Leaf]) -> Iterator[Inline]:
    """Yield the inlines of leaves; texts that follow each other are joined."""
    for is_text, group in groupby(leaves, lambda leaf: isinstance(leaf.inline, Text)):
        if is_text:
            yield Text("".join(leaf.text for leaf in group))
        else:
            yield from (leaf.inline for leaf in group)
