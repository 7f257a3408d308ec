"""Read the marks for the index in a text, `[the harbour board]{.index}`, and take them out of the interview.

They leave no trace in what is printed: an interview with marks has the same pages as one without.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import cast

from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.reading_state import ReadingState
from onrecord.manuscript.typography import restore_signs, trim_blanks
from onrecord.model import (
    Block,
    ConversationEntry,
    Footnote,
    IndexMark,
    IndexRole,
    IndexSpan,
    Inline,
    Interview,
    Paragraph,
    Text,
    to_plain_text,
)
from onrecord.model.read_texts import ReadText, iterate_read_texts
from onrecord.model.rule import Rule
from onrecord.runtime import pandoc

_KEYS = ("heading", "sub", "range")
_MARK, _HIDING = "index", "noindex"
_RANGES = {"": IndexRole.ENTRY, "begin": IndexRole.BEGIN, "end": IndexRole.END}
_CONTAINERS = ("caption", "content", "term", "meanings", "blocks", "items", "lines", "head", "body")


def is_index_mark(attributes: pandoc.Attributes) -> bool:
    """Return whether the attributes of a span are those of a mark for the index."""
    return bool({_MARK, _HIDING}.intersection(attributes[1]))


def read_index_mark(attributes: pandoc.Attributes, state: ReadingState) -> tuple[str, str, IndexRole]:
    """Return heading, sub-heading and role of a mark; report what it cannot say."""
    identity, classes, pairs = attributes
    is_hiding = _HIDING in classes
    state.record_attributes(attributes, () if is_hiding else _KEYS)
    state.refuse_classes([name for name in classes if name != (_HIDING if is_hiding else _MARK)])
    if identity:
        state.report(
            Rule.IDS_STAND_ON_TURNS, "a mark for the index has no address of its own", f"take #{identity} away"
        )
    values = {key: restore_signs(text).strip() for key, text in pairs}
    if is_hiding:
        return "", "", IndexRole.HIDE
    role = _RANGES.get(values.get("range", ""))
    if role is None:
        sentence = f"“{values['range']}” is no end of a range"
        state.report(Rule.INDEX_MARKS_ARE_WHOLE, sentence, "write range=begin, and range=end where the passage ends")
    return values.get("heading", ""), values.get("sub", ""), role or IndexRole.ENTRY


def merge_blanks_around_marks(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return inlines with one blank where there is one before and one after a mark without words."""
    if not any(map(_is_empty_mark, content)):
        return content
    closed: list[Inline] = []
    has_blank = True  # before the next letter
    for inline in content:
        if isinstance(inline, Text) and has_blank and closed and _is_empty_mark(closed[-1]):
            inline = Text(inline.text.lstrip(" "))
        if text := to_plain_text((inline,)):
            has_blank = text.endswith(" ")
        closed.append(inline)
    stop = next((index for index in range(len(closed), 0, -1) if not _is_empty_mark(closed[index - 1])), 0)
    return (*trim_blanks(tuple(closed[:stop])), *closed[stop:])


def _is_empty_mark(inline: Inline) -> bool:
    """Return whether an inline is an index mark without words."""
    return isinstance(inline, IndexSpan) and not inline.content


def extract_index_marks(interview: Interview, problems: Problems) -> Interview:
    """Return the interview with its index marks in `index_marks`, none in its text; report faulty marks."""
    texts = [text for text in iterate_read_texts(interview) if text.spans]
    if not texts:
        return interview
    marks = [(text, _build_mark(text, *span)) for text in texts for span in sorted(text.spans, key=_get_start)]
    for text, mark in marks:
        if complaint := _find_mark_fault(text, mark):
            problems.add(mark.location.line, Rule.INDEX_MARKS_ARE_WHOLE, *complaint)
    return dataclasses.replace(
        interview,
        index_marks=tuple(mark for _, mark in marks),
        introduction=cast("tuple[Block, ...]", _strip_marks(interview.introduction)),
        conversation=cast("tuple[ConversationEntry, ...]", _strip_marks(interview.conversation)),
        footnotes=cast("tuple[Footnote, ...]", _strip_marks(interview.footnotes)),
        marked_standfirst=cast("tuple[Paragraph, ...]", _strip_marks(interview.marked_standfirst)),
    )


def _get_start(span: tuple[IndexSpan, int, int]) -> int:
    """Return where an index mark's span begins in its text, to sort by."""
    return span[1]


def _build_mark(text: ReadText, span: IndexSpan, start: int, stop: int) -> IndexMark:
    """Return the index mark that a span is, with its place in a text; blanks at its ends are no words of it."""
    words = text.text[start:stop]
    start, stop = stop - len(words.lstrip()), start + len(words.rstrip())
    words = " ".join(words.split())
    return IndexMark(text.location, text.ordinal, start, max(start, stop), words, span.heading, span.sub, span.role)


def _find_mark_fault(text: ReadText, mark: IndexMark) -> tuple[str, str] | None:
    """Return sentence and hint for an index mark that is wrong, None if it is right."""
    if not text.is_searched:
        return "a pull quote repeats words, and its marks are in no index", "mark the words in the answer"
    if mark.role is IndexRole.HIDE:
        return None if mark.words else ("this mark hides no words", "write [the words]{.noindex}, or take it away")
    if not mark.name:
        return "this mark names no heading", 'write [the words]{.index}, or []{.index heading="A heading"}'
    return None


def _strip_marks(node: object) -> object:
    """Return a part of the model without index marks; the words in them stay."""
    if isinstance(node, tuple):
        return _join_texts(member for inner in node for member in _unwrap_mark(inner))
    if not dataclasses.is_dataclass(node) or isinstance(node, type):
        return node
    changes = {
        name: _strip_marks(value) for name in _CONTAINERS if isinstance(value := getattr(node, name, None), tuple)
    }
    return dataclasses.replace(node, **changes) if changes else node


def _unwrap_mark(node: object) -> Iterator[object]:
    """Yield a node of the model; of an index mark, the nodes in it."""
    if isinstance(node, IndexSpan):
        for inner in node.content:
            yield from _unwrap_mark(inner)
    else:
        yield _strip_marks(node)


def _join_texts(nodes: Iterable[object]) -> tuple[object, ...]:
    """Return the nodes, neighbouring texts joined: print looks at a text as a whole."""
    joined: list[object] = []
    for node in nodes:
        if isinstance(node, Text) and joined and isinstance(before := joined[-1], Text):
            joined[-1] = Text(before.text + node.text)
        else:
            joined.append(node)
    return tuple(joined)
