"""Read the words of pandoc's tree, and divide paragraphs that are several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeGuard

from onrecord.runtime.pandoc import Definition, Inline, PandocEmphasis, Tag

_LABEL_INLINES = 8  # inlines that may hold a name and a colon
_LABEL = re.compile(r"^[A-ZÀ-ÞА-ЯЁ][\w.’'-]{0,20}(?: [\w.’'-]{1,20}){0,3} ?:(?=\s|$)")
_SENTENCE_END = re.compile(r"[.!?…。？！؟][\"”’»)\]]*\s*$")
QUESTION_MARKS = ("?", "？", "؟")
# Where the words are in the list that is the content of a node of this kind.
_POSITION_OF_WORDS = {
    "Code": 1,
    "Math": 1,
    "CodeBlock": 1,
    "RawBlock": 1,
    "Link": 1,
    "Image": 1,
    "Span": 1,
    "Div": 1,
    "Cite": 1,
    "Header": 2,
}


def unwrap_plain_spans(inlines: Iterable[Inline]) -> Iterator[Inline]:
    """Yield pandoc's inlines; underlining, small capitals and plain spans give their content."""
    for inline in inlines:
        if inline["t"] == "Span" and not inline["c"][0][0] and not inline["c"][0][1]:
            yield from unwrap_plain_spans(inline["c"][1])
        elif inline["t"] == "Underline" or inline["t"] == "SmallCaps":
            yield from unwrap_plain_spans(inline["c"])
        else:
            yield inline


def drop_space_inlines(inlines: Iterable[Inline]) -> list[Inline]:
    """Return pandoc's inlines that are neither spaces nor line ends."""
    return [inline for inline in inlines if not _is_space(inline)]


def _is_space(inline: Inline) -> bool:
    """Return whether a pandoc inline is a space or a line end."""
    return inline["t"] in ("Space", "SoftBreak", "LineBreak")


def _is_note_or_space(inline: Inline) -> bool:
    """Return whether a pandoc inline is a footnote, a space or a line end."""
    return inline["t"] == "Note" or _is_space(inline)


def split_paragraph(inlines: Iterable[Inline]) -> Iterator[list[Inline]]:
    """Yield the paragraphs into which an author divided an imported paragraph by line ends.

    A forced line end divides if it stands twice, before or after bold text, or after a whole sentence; any line
    end divides between two lines that begin with labels.
    """
    bare, paragraph = list(unwrap_plain_spans(inlines)), list[Inline]()
    for position, inline in enumerate(bare):
        after = bare[position + 1 : position + 1 + _LABEL_INLINES]
        following = next((near for near in after[:5] if near["t"] not in ("Space", "SoftBreak")), None)
        if paragraph and following is not None and _divides_paragraph(inline["t"], paragraph, following, after):
            yield paragraph
            paragraph = []
            continue
        paragraph.append(inline)
        is_line_end = position + 1 < len(bare) and bare[position + 1]["t"] == "LineBreak"
        if is_line_end and all(part["t"] == "Strong" or _is_space(part) for part in paragraph):
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def _divides_paragraph(kind: str, before: Sequence[Inline], following: Inline, after: Sequence[Inline]) -> bool:
    """Return whether a line end of this kind in an imported paragraph stands between two paragraphs."""
    if kind == "SoftBreak":
        return _begins_with_label(before) and _begins_with_label(after)
    return kind == "LineBreak" and (following["t"] in ("LineBreak", "Strong") or _ends_sentence(before))


def _begins_with_label(inlines: Sequence[Inline]) -> bool:
    """Return whether a line of pandoc's inlines begins with a name and a colon."""
    return bool(_LABEL.match(collect_words({"c": list(inlines[:_LABEL_INLINES])})))


def _ends_sentence(inlines: Sequence[Inline]) -> bool:
    """Return whether the last of these pandoc inlines end a sentence."""
    return bool(_SENTENCE_END.search(collect_words({"c": list(inlines[-3:])})))


def split_off_question(inlines: list[Inline]) -> Iterator[list[Inline]]:
    """Yield the bold question and the plain answer of an imported paragraph, or the whole paragraph.

    Footnotes that are called at the end of the question belong to it.
    """
    end = _find_end_of_bold_question(inlines)
    if end and collect_words({"c": inlines[end:]}).strip():
        yield inlines[:end]
        yield inlines[end:]
        return
    yield inlines


def _find_end_of_bold_question(inlines: Sequence[Inline]) -> int:
    """Return where the bold words end with which a paragraph begins, if they ask, and the notes after them; else 0."""
    end, words = 0, ""
    for position, inline in enumerate(inlines):
        if _is_bold(inline):
            words += collect_words({"c": remove_notes(inline["c"])})
            if words.rstrip().endswith(":"):  # a label
                return end
        elif not _is_note_or_space(inline):
            break
        if words.rstrip().endswith(QUESTION_MARKS) and not _is_space(inline):
            end = position + 1
    return end


def _is_bold(inline: Inline) -> TypeGuard[PandocEmphasis]:
    """Return whether a pandoc inline is bold, or in italics around nothing but bold words."""
    if inline["t"] != "Emph":
        return inline["t"] == "Strong"
    return {part["t"] for part in unwrap_plain_spans(inline["c"]) if not _is_note_or_space(part)} == {"Strong"}


def remove_notes(inlines: Iterable[Inline]) -> list[Inline]:
    """Return the pandoc inlines without footnotes."""
    return [inline for inline in inlines if inline["t"] != "Note"]


def find_note_words(node: object) -> Iterator[str]:
    """Yield the words of each footnote that is called in a part of pandoc's tree."""
    if isinstance(node, dict):
        if node.get("t") == "Note":
            yield " ".join(collect_words(node).split())
        else:
            yield from find_note_words(node.get("c"))
    elif isinstance(node, list):
        for part in node:
            yield from find_note_words(part)


def strip_tags(raw: str) -> str:
    """Return the words of raw markup without its tags."""
    return re.sub(r"<[^>]*>", " ", raw)


def has_raw_block(node: object) -> bool:
    """Return whether a raw block stands in pandoc's tree.

    Its words are set aside after the block around it, so they change their place.
    """
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if part.get("t") == "RawBlock":
                return True
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    return False


def collect_words(node: object) -> str:
    """Return the characters in a part of pandoc's tree that a reader sees, notes in their place."""
    out: list[str] = []
    _append_words(node, out)
    return "".join(out)


def _append_words(node: object, out: list[str]) -> None:
    """Append the words of a pandoc block, an inline, or a list of these to `out`."""
    if isinstance(node, list):
        for part in node:
            _append_words(part, out)
    elif isinstance(node, dict):
        kind, content = str(node.get("t", "")), node.get("c", [])
        if kind == "Str":
            out.append(str(content))
        elif kind == "Quoted":
            _append_quoted_words(content, out)
        elif kind == "DefinitionList":
            _append_definition_words(content, out)
        else:
            _append_node_words(kind, content[_POSITION_OF_WORDS[kind]] if kind in _POSITION_OF_WORDS else content, out)


def _append_node_words(kind: str, content: object, out: list[str]) -> None:
    """Append the words of one pandoc node to `out`."""
    match kind:
        case "Code" | "Math":
            out.append(str(content))
        case "Space" | "SoftBreak" | "LineBreak":
            out.append(" ")
        case "CodeBlock":
            out.append(f" {content} ")
        case "RawBlock":
            out.append(f" {strip_tags(str(content))} ")
        case "RawInline":
            pass
        case "Note":
            out.append(f" [{collect_words(content).strip()}]")
        case _:
            _append_words(content, out)
            if kind in ("Para", "Plain", "Header"):
                out.append(" ")


def _append_quoted_words(content: tuple[Tag, list[Inline]], out: list[str]) -> None:
    """Append the words of a pandoc quotation to `out`, with its marks."""
    opening, closing = "“”" if content[0]["t"] == "DoubleQuote" else "‘’"
    out.append(opening)
    _append_words(content[1], out)
    out.append(closing)


def _append_definition_words(definitions: Sequence[Definition], out: list[str]) -> None:
    """Append the words of pandoc's terms and their meanings to `out`."""
    for term, meanings in definitions:
        _append_words(term, out)
        out.append(" ")
        _append_words(meanings, out)
