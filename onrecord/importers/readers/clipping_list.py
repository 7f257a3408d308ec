"""Collect the clippings of a document, each with the footnotes that it calls first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from onrecord.importers.common.draft import Clipping
from onrecord.importers.common.pandoc_inlines import (
    collect_words,
    drop_space_inlines,
    find_note_words,
    remove_notes,
    unwrap_plain_spans,
)
from onrecord.importers.common.plain_markdown import escape_inline, escape_start
from onrecord.importers.readers.inline_markdown import InlineMarkdown
from onrecord.runtime.pandoc import Image, Inline


class ClippingList:
    """The clippings of a document, or of a block inside it, in order.

    `markdown` is shared by all lists of a document, because it numbers their footnotes. `find_picture` gives the
    path in the book for the address of a picture, "" for one that the book does not get.
    """

    def __init__(self, markdown: InlineMarkdown, find_picture: Callable[[str], str]) -> None:
        self.clippings: list[Clipping] = []
        self._markdown = markdown
        self._find_picture = find_picture
        self._footnote_count = len(markdown.footnotes)  # how many of the document's footnotes stand with a clipping

    def start_inner_list(self) -> ClippingList:
        """Return an empty clipping list for the content of an imported block."""
        return ClippingList(self._markdown, self._find_picture)

    def add(self, clipping: Clipping) -> None:
        """Add a clipping that has words or is a picture, with the footnotes since the last one."""
        footnotes = self._markdown.footnotes
        notes = tuple(
            f"[^{number}]: {text}"
            for number, text in enumerate(footnotes[self._footnote_count :], self._footnote_count + 1)
        )
        self._footnote_count = len(footnotes)
        if clipping.words.strip() or clipping.kind == "picture":
            self.clippings.append(replace(clipping, notes=notes))

    def add_aside(self, words: str, why: str) -> None:
        """Add words of the original that are set aside, with the reason."""
        self.add(Clipping(0, "", " ".join(words.split()), kind="aside", reason=why))

    def move_asides_from(self, inner: ClippingList) -> None:
        """Move the clippings set aside inside a block to this list, in front of the block."""
        self.clippings += [clipping for clipping in inner.clippings if clipping.kind == "aside"]
        inner.clippings = [clipping for clipping in inner.clippings if clipping.kind != "aside"]

    def add_picture(self, image: Image) -> None:
        """Add an imported picture of the book; set aside the words of one that the book does not get."""
        words = " ".join(collect_words(image).split())
        path = self._find_picture(image["c"][2][0])
        if path:
            self.add(Clipping(0, f"![{escape_inline(words)}]({path})", words, kind="picture"))
        else:
            self.add_aside(words, "a picture, which was not imported")

    def can_take_caption(self) -> bool:
        """Return whether the last clipping is a picture or a table, so that a caption may follow."""
        has_room = bool(self.clippings) and self.clippings[-1].kind in ("picture", "table")
        return has_room and self._footnote_count == len(self._markdown.footnotes)

    def add_caption(self, caption: Sequence[Clipping]) -> None:
        """Write words below the last clipping, a picture or a table, as its caption."""
        words = " ".join(clipping.words for clipping in caption)
        if words:
            picture = self.clippings[-1]
            self.clippings[-1] = replace(
                picture,
                text=f"{picture.text}\n\n: {' '.join(clipping.text for clipping in caption)}",
                words=f"{picture.words} {words}".strip(),
                notes=(*picture.notes, *(note for clipping in caption for note in clipping.notes)),
            )
            self._footnote_count = len(self._markdown.footnotes)

    def add_text(self, kind: str, inlines: Iterable[Inline], level: int = 0) -> None:
        """Add an imported paragraph or heading, and whether it is bold, italic, or begins with bold words."""
        bare = list(unwrap_plain_spans(inlines))
        visible = remove_notes(drop_space_inlines(bare))
        is_bold = bool(visible) and all(inline["t"] == "Strong" for inline in visible)
        is_italic = bool(visible) and all(inline["t"] == "Emph" for inline in visible)
        lead = " ".join(collect_words(visible[0]).split()) if visible and visible[0]["t"] == "Strong" else ""
        if is_bold:
            lead = lead if len(visible) > 1 else ""
        text = " ".join(self._markdown.write(_unwrap_strong(bare) if is_bold else bare).split())
        text = escape_start(text)
        words = " ".join(collect_words({"c": bare}).split())
        clipping = Clipping(
            0,
            text,
            words,
            kind=kind,
            level=level,
            is_bold=is_bold,
            is_italic=is_italic,
            bold_lead=lead,
        )
        self.add(replace(clipping, note_words=tuple(find_note_words(bare))))

    def add_verse(self, lines: Sequence[Sequence[Inline]]) -> None:
        """Add a paragraph whose lines end where the author ended them."""
        text = "\\\n".join(
            " ".join(escape_start(self._markdown.write(unwrap_plain_spans(line))).split()) for line in lines
        )
        self.add(Clipping(0, text, " ".join(collect_words({"c": line}) for line in lines)))


def _unwrap_strong(inlines: Iterable[Inline]) -> Iterable[Inline]:
    """Yield the pandoc inlines, with the content of bold ones in their place."""
    for inline in inlines:
        if inline["t"] == "Strong":
            yield from unwrap_plain_spans(inline["c"])
        else:
            yield inline
