"""The words of pandoc's tree, and where one of its paragraphs is several."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from onrecord.runtime.pandoc import Inline

_LABEL = re.compile(r"^[A-ZÀ-ÞА-ЯЁ][\w.’'-]{0,20}(?: [\w.’'-]{1,20}){0,3} ?:(?=\s|$)")
_CLOSED = re.compile(r"[.!?…。？！؟][\"”’»)\]]*\s*$")
MARKS_OF_QUESTIONS = ("?", "？", "؟")


def without_places(inlines: Iterable[Inline]) -> Iterator[Inline]:
    """Without the spans that only tell places."""
    for one in inlines:
        if one["t"] == "Span" and not one["c"][0][0] and not one["c"][0][1]:
            yield from without_places(one["c"][1])
        elif one["t"] == "Underline" or one["t"] == "SmallCaps":
            yield from without_places(one["c"])
        else:
            yield one


def without_spaces(inlines: Iterable[Inline]) -> list[Inline]:
    """Return the inlines that are neither spaces nor line ends."""
    return [inline for inline in inlines if inline["t"] not in ("Space", "SoftBreak", "LineBreak")]


def broken_at_labels(inlines: Iterable[Inline]) -> Iterator[list[Inline]]:
    """A paragraph divided at forced line ends: two in a row, one before bold text, one behind a whole sentence."""
    bare, out = list(without_places(inlines)), list[Inline]()
    i = 0
    while i < len(bare):
        after = next((x for x in itertools.islice(bare, i + 1, i + 6) if x["t"] not in ("Space", "SoftBreak")), None)
        if out and after is not None and _divides(bare[i]["t"], out, after, bare[i + 1 :]):
            yield out
            out = []
        else:
            # Bold text right before a forced line end is a paragraph of its own.
            out.append(bare[i])
            ends = i + 1 < len(bare) and bare[i + 1]["t"] == "LineBreak"
            if ends and all(x["t"] in ("Strong", "Space", "SoftBreak", "LineBreak") for x in out):
                yield out
                out = []
        i += 1
    if out:
        yield out


def _divides(kind: str, before: Sequence[Inline], after: Inline, rest: Sequence[Inline]) -> bool:
    """Whether a line end of this kind stands between two paragraphs."""
    if kind == "SoftBreak":
        return _is_label(before) and _is_label(rest)
    return kind == "LineBreak" and (after["t"] in ("LineBreak", "Strong") or _closed(before))


def _is_label(inlines: Sequence[Inline]) -> bool:
    """Whether a line opens with a name and a colon."""
    return bool(_LABEL.match(words_of({"c": list(inlines[:8])})))


def _closed(inlines: Sequence[Inline]) -> bool:
    """Whether the words end a sentence."""
    return bool(_CLOSED.search(words_of({"c": list(inlines[-3:])})))


def question_apart(inlines: list[Inline]) -> Iterator[list[Inline]]:
    """A paragraph that opens with a bold question and goes on in plain type is a question and an answer."""
    first = next((i for i, one in enumerate(inlines) if one["t"] not in ("Space", "SoftBreak", "LineBreak")), None)
    rest = inlines[first + 1 :] if first is not None else []
    asked = (
        first is not None
        and inlines[first]["t"] == "Strong"
        and words_of(inlines[first]).rstrip().endswith(MARKS_OF_QUESTIONS)
    )
    if asked and words_of({"c": rest}).strip():
        yield inlines[: (first or 0) + 1]
        yield rest
    else:
        yield inlines


def unmarked(raw: str) -> str:
    """The words of raw markup without its tags."""
    return re.sub(r"<[^>]*>", " ", raw)


def has_raw(node: object) -> bool:
    """Whether raw markup stands anywhere in the tree: its words are set aside, behind the block that holds it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if one.get("t") == "RawBlock":
                return True
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return False


def words_of(node: object) -> str:
    """The characters of a part of the tree that a reader sees, notes in their place."""
    out: list[str] = []
    _collect(node, out)
    return "".join(out)


def _collect(node: object, out: list[str]) -> None:
    if isinstance(node, list):
        for one in node:
            _collect(one, out)
        return
    if not isinstance(node, dict):
        return
    kind = node.get("t")
    content = node.get("c", [])
    if kind == "Str":
        out.append(content)
    elif kind in ("Space", "SoftBreak", "LineBreak"):
        out.append(" ")
    elif kind in ("Code", "Math"):
        out.append(content[1])
    elif kind == "CodeBlock":
        out.append(f" {content[1]} ")
    elif kind == "Note":
        inner: list[str] = []
        _collect(content, inner)
        out.append(f" [{''.join(inner).strip()}]")
    elif kind == "RawBlock":
        out.append(f" {unmarked(content[1])} ")
    elif kind == "RawInline":
        pass
    elif kind == "Quoted":
        out.append("“" if content[0]["t"] == "DoubleQuote" else "‘")
        _collect(content[1], out)
        out.append("”" if content[0]["t"] == "DoubleQuote" else "’")
    elif kind in ("Link", "Image", "Span", "Div", "Cite"):
        _collect(content[1], out)
    elif kind == "Header":
        _collect(content[2], out)
        out.append(" ")
    elif kind == "DefinitionList":
        for term, meanings in content:
            _collect(term, out)
            out.append(" ")
            _collect(meanings, out)
    else:
        _collect(content, out)
        if kind in ("Para", "Plain"):
            out.append(" ")
