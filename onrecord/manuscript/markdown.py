"""Read the Markdown body of an interview into blocks of the model.

The reader is CommonMark with pandoc's extensions (`commonmark_x`), without those that turn letters
into something else (emoji, task lists, alerts, lettered lists). Formulas are printed as they are typed. Every node
that the model does not know is a problem with its line; so is every word that went in and did not come out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from onrecord import model
from onrecord.manuscript import addresses
from onrecord.manuscript.blocks import BlockReader
from onrecord.manuscript.closed_blocks import check_closed_blocks, list_code_lines
from onrecord.manuscript.false_marks import escape_accidental_markup
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.list_markers import ListMarkers
from onrecord.manuscript.lost_words import report_lost_words
from onrecord.manuscript.near_markdown import check_body_lines
from onrecord.manuscript.pandoc_nodes import restore_kept_signs, unwrap_block
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.reading_state import ReadingState
from onrecord.manuscript.typography import TextStyle, mark_kept_signs
from onrecord.manuscript.verse import protect_indents
from onrecord.model import Block
from onrecord.model.interview import NO_REMARKS
from onrecord.model.rule import Rule
from onrecord.runtime import pandoc

# Each extension that is named here costs pandoc 0.1 ms a document. After the rule no text begins as YAML.
FORMAT = (
    "commonmark_x+sourcepos-emoji-task_lists-alerts-fancy_lists-implicit_header_references-gfm_auto_identifiers-smart"
)
_MOST_READINGS = 8  # each divides the number of signs that are no marks by two
_PLAIN = "\ue000"  # opens the paragraphs that carry plain text through; no source file can hold it


@dataclass(frozen=True)
class BodyPiece:
    """A block that stands at the top of a document, and the id that the source gave it."""

    block: Block | model.EditorNote
    id: str = ""
    remarks: model.TurnRemarks = NO_REMARKS


@dataclass(frozen=True)
class MarkdownBody:
    """The pieces and footnotes of a body, and the plain texts that were read with it."""

    plain: tuple[str, ...]
    pieces: tuple[BodyPiece, ...]
    footnotes: tuple[model.Footnote, ...]


def read_markdown(
    body: str,
    body_line: int,
    plain: Sequence[str],
    style: TextStyle,
    pictures: Pictures,
    problems: Problems,
) -> MarkdownBody | None:
    """Return what an interview's Markdown `body` says; None, with a problem, if pandoc cannot read it.

    The body begins on line `body_line` of its file. `plain` are texts without markup (a title): they get the
    typography of the language and nothing else.
    """
    # The rule keeps them apart: a body that begins with a colon would define the last of them.
    body = protect_indents(body)
    head = "".join(f"{_PLAIN} {_escape_markup(addresses.protect_addresses(text))}\n\n" for text in plain) + "***\n\n"
    protected_body = addresses.protect_addresses(body)
    marked_body = mark_kept_signs(protected_body)
    tree, text = _parse_markdown(head + marked_body, body_line, problems)
    if tree is None:
        return None
    line_shift = body_line - 1 - head.count("\n")
    check_body_lines(body, body_line, list_code_lines(tree, body, line_shift), problems)
    check_closed_blocks(tree, body, body_line, line_shift, problems)
    state = ReadingState(line_shift, problems)
    markers = ListMarkers(text.translate(addresses.ORIGINALS).split("\n"), line_shift, problems)
    if marked_body != protected_body:
        restore_kept_signs(tree)
    blocks = BlockReader(state, style, markers, pictures, problems)
    texts = tuple(_read_plain_text(block, state, blocks) for block in tree[: len(plain)])
    pieces = tuple(_read_pieces(tree[len(plain) + 1 :], state, blocks))
    report_lost_words(body, body_line, state.words, problems, state.notes_in_captions)
    return MarkdownBody(texts, pieces, tuple(blocks.inlines.footnotes))


def _parse_markdown(text: str, body_line: int, problems: Problems) -> tuple[list[pandoc.Block] | None, str]:
    """Return pandoc's tree and the text it was read from; no tree, and a problem, if it takes too long or gives up.

    In the text, signs around a subscript, superscript or formula that is none have a backslash.
    """
    try:
        for _ in range(_MOST_READINGS):
            tree = pandoc.read_text(text.encode(), FORMAT, addresses.ORIGINALS)
            escaped = escape_accidental_markup(text, tree)
            if escaped == text:
                break
            text = escaped
        return tree, text
    except pandoc.PandocTimeout:
        sentence = f"the Markdown reader did not finish in {pandoc.TIMEOUT_S} s"
    except pandoc.PANDOC_ERRORS:
        sentence = "the Markdown reader gave up on this text (too deep or too large)"
    hint = "look for long runs of brackets, quotes or >, or for a footnote that calls itself"
    problems.add(body_line, Rule.READING_ENDS, sentence, hint)
    return None, text


def _escape_markup(text: str) -> str:
    """Return Markdown in which quotation marks, hyphens and dots alone are marks."""
    return re.sub(r"([!#$%&()*+,/:;<=>?@\[\\\]^_`{|}~])", r"\\\1", text)


def _read_plain_text(block: pandoc.Block, state: ReadingState, blocks: BlockReader) -> str:
    """Return a block as text without its comments; markup in it is reported while `state.is_plain` holds."""
    paragraph = unwrap_block(block)
    assert paragraph["t"] in ("Para", "Plain")
    content = paragraph["c"]
    state.is_plain = True
    text = model.to_plain_text(blocks.inlines.read_inlines(content)).replace(_PLAIN, "", 1).strip()
    state.is_plain = False
    return text


def _read_pieces(tree: Iterable[pandoc.Block], state: ReadingState, blocks: BlockReader) -> Iterator[BodyPiece]:
    """Yield each top-level block of an interview's body as a piece, with its id."""
    for block in tree:
        state.id, state.remarks = "", NO_REMARKS
        if block["t"] == "Div" and block["c"][0][1] == ["note"]:
            place = state.move_to(block["c"][0])
            state.record_attributes(block["c"][0])
            yield BodyPiece(model.EditorNote(blocks.read_blocks(block["c"][1]), place))
        elif block["t"] == "Div" and "doubt" in block["c"][0][1]:
            _report_doubt(block["c"][0], state)
            yield from _read_pieces(block["c"][1], state, blocks)
        elif block["t"] == "Header" and block["c"][0] <= 3:
            yield _read_heading(*block["c"], state, blocks)
        else:
            for model_block in blocks.read_block(block):
                yield BodyPiece(model_block, state.id, state.remarks)


def _read_heading(
    level: int,
    attributes: pandoc.Attributes,
    content: list[pandoc.Inline],
    state: ReadingState,
    blocks: BlockReader,
) -> BodyPiece:
    """Return a heading of the body as a piece, with its id and level."""
    place = state.move_to(attributes)
    identity = state.read_turn_id(attributes)
    if not state.report_underlined_heading() and level == 1:
        state.report(
            Rule.HEADINGS_BEGIN_AT_TWO,
            "a level-1 heading stands in the text; the title is in the front matter",
            "write ## for a division, ### for a question",
        )
    return BodyPiece(model.Heading(blocks.inlines.read_inlines(content), level, place), identity, state.remarks)


def _report_doubt(attributes: pandoc.Attributes, state: ReadingState) -> None:
    """Report what an import was not sure of, and marked as a doubt in the manuscript.

    It stands below `::: {.doubt ask="…"}` until an editor settles it.
    """
    state.move_to(attributes)
    state.record_attributes(attributes, ("ask",))
    question = dict(attributes[2]).get("ask", "is this turn right?")
    state.check_characters(question)
    state.report(
        Rule.DOUBTS_ARE_SETTLED,
        f"the import asks here: {question}",
        "if what stands below is right, delete the ::: line above it and the ::: line after it; if not, mend it first",
    )
