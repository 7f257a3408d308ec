"""Turn pandoc's inlines into those of the model: text, quotations, links, footnotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote

from onrecord import model
from onrecord.manuscript import addresses
from onrecord.manuscript.false_marks import has_blank
from onrecord.manuscript.file_problems import directions_are_closed
from onrecord.manuscript.index_marks import is_index_mark, merge_blanks_around_marks, read_index_mark
from onrecord.manuscript.pandoc_nodes import is_place_wrapper
from onrecord.manuscript.reading_state import ReadingState
from onrecord.manuscript.source import MAX_DEPTH
from onrecord.manuscript.typography import TextStyle, join_texts, mark_signs, set_paragraph, trim_blanks
from onrecord.model import Block, Inline
from onrecord.model.rule import Rule
from onrecord.model.slugs import make_slug
from onrecord.runtime import pandoc

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_EMPHASIS: dict[str, Callable[[tuple[Inline, ...]], Inline]] = {
    "Emph": model.Emphasis,
    "Strong": model.Strong,
    "Strikeout": model.StruckOut,
    "Superscript": model.Superscript,
    "Subscript": model.Subscript,
}


_BLOCKS_OF_NOTES = (model.Paragraph, model.ListBlock, model.Quotation, model.LineBlock, model.CodeBlock)


class InlineReader:
    """Reads inlines of one document; `read_blocks` reads the blocks of its footnotes."""

    def __init__(
        self,
        state: ReadingState,
        style: TextStyle,
        read_blocks: Callable[[list[pandoc.Block]], tuple[Block, ...]],
    ) -> None:
        self.footnotes: list[model.Footnote] = []
        self._state = state
        self._read_blocks = read_blocks
        self._style = style
        self._is_in_note = False
        self._is_in_link = False

    def read_inlines(self, content: Iterable[pandoc.Inline]) -> tuple[Inline, ...]:
        """Return the content of a paragraph as it is printed, without blanks at its ends."""
        inlines = trim_blanks(merge_blanks_around_marks(self.set_typography(self._read_nested(content))))
        if not directions_are_closed(model.to_plain_text(inlines)):
            self._state.report(
                Rule.DIRECTIONS_ARE_CLOSED,
                "a bidirectional control character in this paragraph is not closed, or overrides the order",
                "delete the &…; that writes it",
            )
        return inlines

    def set_typography(self, content: tuple[Inline, ...]) -> tuple[Inline, ...]:
        """Return inlines as typed with the language's printed signs: quotation marks, dashes, spaces."""
        return set_paragraph(content, self._style)

    def _read_nested(self, content: Iterable[pandoc.Inline]) -> tuple[Inline, ...]:
        """Return pandoc's inlines as those of the model, with neighbouring texts joined and bare addresses linked."""
        inlines = join_texts(self._read_each(content))
        return inlines if self._is_in_link else tuple(addresses.link_addresses(inlines))

    def _read_each(self, content: Iterable[pandoc.Inline]) -> Iterator[Inline]:
        """Yield the model's inlines of several pandoc inlines."""
        for inline in content:
            yield from self._read_inline(inline)

    def _read_inline(self, inline: pandoc.Inline) -> Iterator[Inline]:
        """Yield the model's inlines of one pandoc inline; report what an interview may not hold."""
        match inline["t"]:
            case "Str":
                self._state.record_texts(inline["c"])
                self._state.check_characters(inline["c"])
                yield model.Text(inline["c"])
            case "Space" | "SoftBreak":
                self._state.record_texts(" ")
                yield model.Text(" ")
            case "LineBreak":
                self._state.record_texts(" ")
                yield model.LineBreak()
            case "Code":
                self._state.record_attributes(inline["c"][0])
                self._state.record_texts(inline["c"][1])
                yield model.Code(inline["c"][1])
            case "Math":
                yield self._read_formula(*inline["c"])
            case "RawInline":
                self._state.refuse_raw_html(inline["c"][1])
            case "Span" if is_place_wrapper(inline):
                yield from self._read_container(inline)
            case "Emph" | "Strong" | "Strikeout" | "Superscript" | "Subscript":
                yield from self._read_nested_inline(inline)
            case "Link" | "Span" | "Note" | "Image":
                yield from self._read_nested_inline(inline)
            case _:
                self._state.report(Rule.MARKUP_IS_KNOWN, f"{inline['t']} cannot be set", "write it in plain Markdown")

    def _read_formula(self, kind: pandoc.Tag, formula: str) -> Inline:
        """Return a formula of the manuscript as it is typed, with its signs."""
        sign = "$$" if kind["t"] == "DisplayMath" else "$"
        self._state.record_texts(formula)
        self._state.check_characters(formula)
        return model.Text(f"{sign}{mark_signs(' '.join(formula.split()))}{sign}")

    def _read_nested_inline(self, inline: pandoc.Inline) -> Iterator[Inline]:
        """Yield the inlines of a container one nesting level deeper; nothing beyond the reported limit."""
        with self._state.enter_level(inline.get("c"), 2 * MAX_DEPTH) as has_room:
            if has_room:
                yield from self._read_container(inline)

    def _read_container(self, inline: pandoc.Inline) -> Iterator[Inline]:
        """Yield the inlines of emphasis, a link, a span or another inline that holds inlines."""
        match inline["t"]:
            case "Superscript" | "Subscript" if has_blank(inline):
                sign = "^" if inline["t"] == "Superscript" else "~"
                yield from (model.Text(sign), *self._read_nested(inline["c"]), model.Text(sign))
            case "Emph" | "Strong" | "Strikeout" | "Superscript" | "Subscript":
                yield _EMPHASIS[inline["t"]](self._read_nested(inline["c"]))
            case "Link":
                yield from self._read_link(*inline["c"])
            case "Span":
                yield from self._read_span(*inline["c"])
            case "Note":
                yield from self._read_note(inline["c"])
            case "Image":
                self._refuse_image(*inline["c"])

    def _refuse_image(self, attributes: pandoc.Attributes, words: list[pandoc.Inline], target: pandoc.Target) -> None:
        """Report an image inside a paragraph of the manuscript; its alternative text counts as read."""
        self._state.move_to(attributes)
        self._state.record_texts(model.to_plain_text(self.read_inlines(words)), *target)
        self._state.report(
            Rule.PICTURES_STAND_ALONE, "a picture stands inside a paragraph", "put empty lines before and after it"
        )

    def _read_link(
        self, attributes: pandoc.Attributes, content: list[pandoc.Inline], link_target: pandoc.Target
    ) -> Iterator[Inline]:
        """Yield a link of the manuscript, or its words alone if no edition may link there."""
        target, title = _resolve_interview_name(link_target[0]), link_target[1]
        self._state.move_to(attributes)
        self._state.record_attributes(attributes)
        self._state.record_texts(*link_target)
        self._state.check_characters(target + title)
        self._is_in_link = True
        words = self._read_nested(content)
        self._is_in_link = False
        if not model.to_plain_text(words).strip():
            self._state.report(Rule.LINKS_HAVE_WORDS, f"the link to {target} has no words", f"write [words]({target})")
        if complaint := addresses.judge_target(target):
            self._state.report(Rule.LINKS_ARE_SAFE, *complaint)
            yield from words
        else:
            yield model.Link(words, target, title)

    def _read_span(self, attributes: pandoc.Attributes, content: list[pandoc.Inline]) -> Iterator[Inline]:
        """Yield the inlines of a span, in its own language if it names one; report an invalid language tag."""
        self._state.move_to(attributes)
        known = dict(attributes[2])
        if known.get("wrapper"):
            self._state.id = self._state.read_turn_id(attributes) or self._state.id
            yield from self._read_each(content)
            return
        if is_index_mark(attributes):
            yield model.IndexSpan(self._read_nested(content), *read_index_mark(attributes, self._state))
            return
        self._state.id = self._state.read_id(attributes, ("lang",)) or self._state.id
        self._state.refuse_classes(attributes[1])
        language = known.get("lang", "")
        if not language:
            yield from self._read_each(content)
        elif not _LANGUAGE.fullmatch(language):
            self._state.report(
                Rule.LANGUAGE_IS_BCP47,
                f"“{language}” is not a language tag (BCP 47)",
                "write for instance [mot juste]{lang=fr}",
            )
        else:
            yield model.LanguageSpan(self._read_nested(content), language)

    def _read_note(self, blocks: list[pandoc.Block]) -> Iterator[Inline]:
        """Add the footnote to `footnotes` and yield its call.

        Afterwards the current line is that of the call again.
        """
        if self._is_in_note:
            self._state.report(
                Rule.NOTES_CALL_NO_NOTES, "a footnote calls a footnote", "write the second note's words into the first"
            )
            return
        self._is_in_note = True
        number, line, place = len(self.footnotes) + 1, self._state.line, self._state.place
        self.footnotes.append(model.Footnote(number, (), place))
        note_blocks = self._read_blocks(blocks)
        self.footnotes[number - 1] = model.Footnote(
            number, note_blocks, note_blocks[0].location if note_blocks else place
        )
        self._is_in_note, self._state.line = False, line
        if not all(isinstance(block, _BLOCKS_OF_NOTES) for block in model.walk_blocks(note_blocks)):
            self._state.report(
                Rule.NOTES_ARE_PARAGRAPHS,
                f"footnote {number} holds more than paragraphs, lists and quotations",
                "take tables, pictures and headings out of the note; they belong into the text",
            )
        yield model.NoteReference(number)


def _resolve_interview_name(target: str) -> str:
    """Return a link target with its interview named by slug, where its file has letters of other scripts."""
    name, mark, identity = unquote(target).partition("#")
    if target.startswith("#") or addresses.SCHEME.match(target) or name.isascii():
        return target
    return f"{make_slug(name.removesuffix('.md'))}{mark}{identity}"
