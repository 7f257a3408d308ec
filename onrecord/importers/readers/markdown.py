"""Read Markdown as other programs write it."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from onrecord.importers.common import decoding, pandoc_inlines
from onrecord.importers.common.attached_pictures import PictureAlbum, ReadLinkedFile, read_no_linked_file
from onrecord.importers.common.draft import Clipping, SourceText
from onrecord.importers.common.plain_markdown import split_into_tokens
from onrecord.importers.readers import foreign_markup, pandoc_tree, picture_placement
from onrecord.importers.readers.foreign_front_matter import read_foreign_settings, split_front_matter
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.runtime import pandoc

# Only the extensions of `commonmark_x` that are read: each one named here costs pandoc 0.1 ms a document.
_FORMAT = "commonmark+superscript+subscript+strikeout+pipe_tables+footnotes"
_WORD = re.compile(r"[^\W_]+")
_LINK_DEFINITION = re.compile(r" {0,3}\[(?P<name>[^\]]+)\]:")
_LIST_NUMBER = re.compile(r"^\s*(?:>\s*)*\d{1,9}[.)](?=\s)")
_REFERENCE = re.compile(r"\[\^?[^\]\s]+\](?=:)|(?<=\])\[[^\]]+\]|\[\^[^\]\s]+\]")
_NOTE_DEFINITION = re.compile(r" {0,3}\[\^([^\]\s]+)\]:(.*)")
_EMPHASIS_MARK = re.compile(r"\*+|_+|~+|\^+")
_MAX_EMPHASIS_MARKS = 4_000  # pandoc 3.9 compares each mark of emphasis in a paragraph with all before it
_FENCE = re.compile(r" {0,3}(?P<signs>`{3,}(?!.*`)|~{3,})(?P<words>.*)$")
_LONG_RUN = re.compile(r"^([ \t]*>){13}|^ {96}|[\[\]*_`<~^]{100}")


def read_foreign_markdown(data: bytes, name: str, beside: ReadLinkedFile = read_no_linked_file) -> SourceText:
    """Return an imported Markdown file as clippings, with the settings of its own front matter.

    Pictures that `beside` finds are taken along. Raises Refused for a text that pandoc cannot read, or would read
    for hours.
    """
    text, notes = decoding.decode_text(data, name)
    front_matter = split_front_matter(text)
    body, first_line = front_matter.body, front_matter.body_line
    _refuse_slow_text(body, first_line, name)
    head = read_foreign_settings(front_matter.text)
    tree, blocks = _parse_with_pandoc(body, name)
    album = PictureAlbum(beside)
    picture_placement.move_pictures_in_tree(blocks, album.add_picture)
    lines = body.split("\n")
    content = list(
        _find_clipping_lines(pandoc_tree.read_clippings(blocks, picture=album.add_picture), lines, first_line)
    )
    unused = [
        *_find_question_numbers(content, lines, first_line),
        *_find_unread_words(lines, first_line, [*blocks, *foreign_markup.find_html_tags(tree)]),
    ]
    original = [token for clipping in head.clippings for token in split_into_tokens(clipping.words)]
    original += split_into_tokens(" ".join(pandoc_inlines.collect_words(block) for block in blocks))
    original += [token for clipping in unused for token in split_into_tokens(clipping.words)]
    pictures = album.select_shown("\n".join(clipping.text for clipping in content))
    clippings = tuple(
        replace(clipping, index=index) for index, clipping in enumerate((*head.clippings, *content, *unused))
    )
    notes = (*notes, *_warn_of_open_code(tree, lines, SourceLocation(name, first_line)))
    is_ordered = not pandoc_inlines.has_raw_block(blocks)
    return SourceText(
        clippings, tuple(original), head.settings, notes, pictures, is_ordered=is_ordered, people=head.people
    )


def _refuse_slow_text(body: str, first_line: int, name: str) -> None:
    """Raise Refused for an imported Markdown text that would make pandoc run for hours."""
    note_names = set(re.findall(r"(?m)^ {0,3}\[\^([^\]\s]+)\]:", body))
    mark_count = 0  # in this paragraph
    for number, line in enumerate(body.split("\n"), first_line):
        mark_count = mark_count + sum(1 for _ in _EMPHASIS_MARK.finditer(line)) if line.strip() else 0
        if mark_count > _MAX_EMPHASIS_MARKS:
            sentence = f"this paragraph has more than {_MAX_EMPHASIS_MARKS:,} marks of emphasis"
            hint = "divide it by an empty line, or delete the marks"
            raise decoding.build_refusal(name, Rule.MARKS_ARE_SPARSE, sentence, hint, number)
        if _LONG_RUN.search(line):
            sentence = "this line holds a long run of marks"
            raise decoding.build_refusal(name, Rule.MARKS_ARE_SPARSE, sentence, "delete them", number)
        note = _NOTE_DEFINITION.match(line)
        if note and any(called in note_names for called in re.findall(r"\[\^([^\]\s]+)\]", note.group(2))):
            hint = "write the second note's words into the first"
            raise decoding.build_refusal(name, Rule.NOTES_CALL_NO_NOTES, "a footnote calls a footnote", hint, number)


def _parse_with_pandoc(body: str, name: str) -> tuple[list[pandoc.Block], list[pandoc.Block]]:
    """Return pandoc's tree of an imported Markdown text, and the same tree with its raw HTML read."""
    try:
        tree = pandoc.read_text(foreign_markup.strip_generator_tags(body).encode(), _FORMAT)
        return tree, foreign_markup.parse_raw_html(tree)
    except (pandoc.PandocTimeout, *pandoc.PANDOC_ERRORS) as error:
        hint = "look for long runs of brackets, quotes or >, or for a footnote that calls itself"
        raise decoding.build_refusal(name, Rule.READING_ENDS, "pandoc could not read this Markdown", hint) from error


def _warn_of_open_code(tree: Sequence[pandoc.Block], lines: Sequence[str], start: SourceLocation) -> Iterator[Problem]:
    """Yield a warning if a code block has no end and holds all turns below it; `start` is the place of `lines[0]`."""
    last, fence_index = tree[-1] if tree else None, _find_open_fence(lines)
    if fence_index is not None and last is not None and last["t"] == "CodeBlock":
        sentence = "this code block, or one above it, has no end, so all that follows is read as code"
        hint = "type the same signs on a line of their own after the last line of the code, and import again"
        place = replace(start, line=start.line + fence_index)
        yield decoding.build_warning(place, Rule.BLOCKS_ARE_CLOSED, sentence, hint)


def _find_open_fence(lines: Sequence[str]) -> int | None:
    """Return the index of the line that begins a code block without end (CommonMark §4.5), or None."""
    fence, fence_index = "", None
    for index, line in enumerate(lines):
        match = _FENCE.match(line)
        if match and not fence:
            fence, fence_index = match["signs"], index
        elif match and match["signs"].startswith(fence) and not match["words"].strip():
            fence, fence_index = "", None
    return fence_index


def _find_clipping_lines(clippings: Iterable[Clipping], lines: Sequence[str], first_line: int) -> Iterator[Clipping]:
    """Yield the clippings with the line on which each begins, found by its first words."""
    lines_by_opening: dict[tuple[str, ...], list[int]] = {}
    for index, line in enumerate(lines):
        words = _WORD.findall(_LIST_NUMBER.sub("", line)[:300])[:3]
        for length in range(1, len(words) + 1):
            lines_by_opening.setdefault(tuple(words[:length]), []).append(index)
    current = 0
    for clipping in clippings:
        opening = _WORD.findall(clipping.words[:300])[:3]
        candidates = lines_by_opening.get(tuple(opening), [])
        following = bisect_left(candidates, current)
        if following < len(candidates):
            current = candidates[following]
        elif opening:
            near = range(current, min(current + 200, len(lines)))
            current = next((index for index in near if opening[0] in lines[index]), current)
        yield replace(clipping, line=current + first_line)


# --- what the tree does not hold ------------------------------------------------------------------


def _find_question_numbers(clippings: Sequence[Clipping], lines: Sequence[str], first_line: int) -> Iterator[Clipping]:
    """Yield, set aside, the numbers of an imported Markdown text's questions that became paragraphs."""
    why = "the number of a question, which is numbered by its address"
    for clipping in clippings:
        line = lines[clipping.line - first_line]
        number = _LIST_NUMBER.match(line) if clipping.kind == "paragraph" else None
        if number and _WORD.findall(line[number.end() :])[:1] == _WORD.findall(clipping.words)[:1]:
            yield Clipping(0, "", number.group().strip("> \t"), line=clipping.line, kind="aside", reason=why)


def _find_unread_words(lines: Sequence[str], first_line: int, blocks: Sequence[object]) -> Iterator[Clipping]:
    """Yield, set aside, the words of an imported Markdown text that pandoc did not give back.

    They are link definitions that nobody uses, raw HTML, and comments.
    """
    words_of_tree: Counter[str] = Counter()
    for text in _iterate_texts(blocks):
        words_of_tree.update(_WORD.findall(text))
    for number, line in enumerate(lines, first_line):
        words = _WORD.findall(html.unescape(_REFERENCE.sub("", _LIST_NUMBER.sub("", line))))
        missing = Counter(words) - words_of_tree
        words_of_tree.subtract(Counter(words) - missing)
        if missing:
            why = "a link that nobody uses" if _LINK_DEFINITION.match(line) else "markup that is not printed"
            yield Clipping(0, "", " ".join(missing.elements()), line=number, kind="aside", reason=why)


def _iterate_texts(node: object) -> Iterator[str]:
    """Yield every text in pandoc's tree, whatever it is: words, addresses, attributes."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
