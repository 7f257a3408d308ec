"""Find turns that are nearly marked: a label without bold, two turns in one paragraph, a question with text after it.

Nothing is guessed: each is a problem with the line as it should be typed. It is an error if the label belongs to
somebody under `people`. A backslash before a label keeps it as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.near_labels import KnownLabels, NearLabel, find_unknown_label, shorten_line
from onrecord.manuscript.near_questions import ends_as_question, find_near_question, is_bold_paragraph
from onrecord.model import (
    Block,
    Definition,
    DefinitionList,
    EditorNote,
    Heading,
    Inline,
    ListBlock,
    Paragraph,
    Quotation,
    Strong,
    to_plain_text,
    walk_blocks,
)
from onrecord.model.problems import Correction
from onrecord.model.rule import Rule, Severity

_CONTAINER = re.compile(r"(?:\s*(?:>|[-+*]\s|\d{1,9}[.)]\s))+\s*")
_NO_TEXT = re.compile(r"\s*(?:>|[-+*]\s|\d{1,9}[.)]\s|#{1,6}\s|`{3}|~{3}|:::|\||\[\^)")
_SENTENCE_END = re.compile(r"[.?!…:;”\"’)\]*_]\s*$|  $|\\$")
_GLUED_HEADING = re.compile(r"(#{2,6})([^#\s\\].*)$")
_PAIR = r"(?:[#.][^\s{}#.=]+|[\w:.-]+=(?:\"[^\"]*\"|[^\s{}\"]+))"
_WELL_FORMED = re.compile(rf"\{{\s*{_PAIR}(?:\s+{_PAIR})*\s*\}}")
_ATTRIBUTES = re.compile(r"(?<!\\)\{\s*(?:[#.][^{}]*|[^{}\s]+\s*=[^{}]*)\}\s*$")


class NearTurns:
    """Checks the blocks of one interview; `problems` has the lines of its file."""

    def __init__(self, labels: KnownLabels, problems: Problems) -> None:
        self._labels = labels
        self._problems = problems
        self._lines = problems.lines
        self._unknown: dict[str, list[tuple[int, NearLabel]]] = {}

    def check_block(self, block: Block | EditorNote, label: str, *, is_question: bool) -> None:
        """Report what is nearly a turn in a block at the top of the body.

        `label` is the one that the block begins with as it should, `is_question` whether it is a question without one.
        """
        match block:
            case Paragraph(content, location):
                self._check_lines(location.line, has_label=bool(label))
                if not self._check_attributes(location.line) and not label and not is_question:
                    self._check_question(content, location.line)
            case Heading(content, level, location):
                self._check_heading(to_plain_text(content), level, location.line)
                self._check_attributes(location.line)
            case Quotation() | ListBlock():
                self._check_container(block)
            case DefinitionList(items=items, location=location):
                self._check_terms(items, location.line)
            case _:
                pass

    def report_repeated(self) -> None:
        """Report each label of nobody that at least two paragraphs begin with, once."""
        for uses in self._unknown.values():
            line, label = uses[0]
            if label.is_certain or len(uses) > 1:
                more = f" (and {len(uses) - 1} more)" if len(uses) > 1 else ""
                sentence = f"“{label.typed}” looks like the label of a turn{more}, but is printed as text"
                hint = (
                    f"type: {shorten_line(label.line)} – with {label.name} among the labels under people; "
                    f"if it is text, put a backslash before it: \\{label.typed}"
                )
                self._add_problem(line, sentence, hint, Severity.WARNING)

    def _add_problem(
        self, line: int, sentence: str, hint: str, severity: Severity, correction: Correction | None = None
    ) -> None:
        """Report a turn that is nearly marked, at its line."""
        self._problems.add(line, Rule.TURNS_ARE_MARKED, sentence, hint, severity, correction)

    # labels

    def _read_line(self, number: int) -> str:
        """Return a line of the file, from 1; "" after the last."""
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def _iterate_lines(self, first: int) -> Iterator[tuple[int, str]]:
        """Yield number and text of each line of the paragraph that begins on the line `first`."""
        number = first
        while (line := self._read_line(number)).strip() and (number == first or not _NO_TEXT.match(line)):
            yield number, line
            number += 1

    def _check_lines(self, first: int, *, has_label: bool) -> None:
        """Report each line of a paragraph that begins with a label or a heading, but opens no turn."""
        for number, line in self._iterate_lines(first):
            is_first = number == first
            if glued := _GLUED_HEADING.match(line.strip()):
                self._report_glued_heading(number, glued[1], glued[2], is_first=is_first)
            elif is_first and not has_label and _CONTAINER.match(line):  # a single line with a hyphen, as text
                self._check_container_line(number, (), "a list")
            elif not (is_first and has_label):
                self._check_line(number, line, is_first=is_first)
            if label := self._labels.find_label_inside(line.strip()):
                self._report_second_turn(number, label)

    def _check_line(self, number: int, line: str, *, is_first: bool) -> None:
        """Report a line that begins with a person's label; note one of an unknown name."""
        label = self._labels.find(line.strip())
        if label and (is_first or label.is_bold or label.is_exact):
            if is_first or label.is_bold or _SENTENCE_END.search(self._read_line(number - 1)):
                self._report_label(number, label, is_first=is_first)
        elif not label and is_first and (unknown := find_unknown_label(line.strip())):
            self._unknown.setdefault(unknown.name, []).append((number, unknown))

    def _report_label(self, number: int, label: NearLabel, *, is_first: bool) -> None:
        """Report a line that begins with a person's label, with the line as it should be typed."""
        severity = Severity.ERROR if label.is_certain else Severity.WARNING
        if not label.words:
            self._report_lonely_label(number, label, severity)
            return
        lines = (label.line,) if is_first else ("", label.line)
        correction = Correction(number, number, lines) if label.has_correction else None
        sentence = f"“{label.typed}” is the label of {label.person}, but it opens no turn as it is typed"
        hint = f"type{'' if is_first else ' an empty line, then'}: {shorten_line(label.line)}"
        hint += f"; if it is text, put a backslash before it: \\{label.name}"
        self._add_problem(number, sentence, hint, severity, correction)

    def _report_lonely_label(self, number: int, label: NearLabel, severity: Severity) -> None:
        """Report a label that stands alone on its line; the words below it belong after it."""
        below = number + 1
        while below <= len(self._lines) and not self._read_line(below).strip():
            below += 1
        words = self._read_line(below).strip()
        typed = f"**{label.name}:** {words}"
        is_text = bool(words) and not _NO_TEXT.match(words) and not words.startswith(("*", "_", "#", "\\", "<", "!"))
        correction = Correction(number, below, (typed,)) if is_text and severity is Severity.ERROR else None
        sentence = f"the label of {label.person} stands alone on its line"
        hint = f"type: {shorten_line(typed)}" if is_text else f"type the words after it: **{label.name}:** …"
        self._add_problem(number, sentence, f"{hint}; if it is text, put a backslash before it", severity, correction)

    def _report_second_turn(self, number: int, label: NearLabel) -> None:
        """Report a label in the middle of a line, where a second turn seems to begin; `number` is the line's."""
        sentence = f"two turns stand in one paragraph: “{label.typed}” begins the second"
        hint = f"type an empty line, then: {shorten_line(label.line)}"
        before = self._read_line(number).partition(label.typed)[0].rstrip()
        correction = Correction(number, number, (before, "", label.line))
        self._add_problem(number, sentence, hint, Severity.ERROR, correction)

    def _check_container(self, block: Quotation | ListBlock) -> None:
        """Report each turn that stands in a quotation or list."""
        where = "a quotation" if isinstance(block, Quotation) else "a list"
        for inner in walk_blocks((block,)):
            if not isinstance(inner, Paragraph):
                continue
            self._check_container_line(inner.location.line, inner.content, where)

    def _check_container_line(self, number: int, content: Sequence[Inline], where: str) -> None:
        """Report a turn on a line of a quotation or list; `content` is the paragraph that begins there."""
        text = self._read_line(number)
        before = _CONTAINER.match(text)
        line = text[before.end() :] if before else text.strip()
        label = self._labels.find(line) if line else None
        if label and label.has_colon:
            severity = Severity.ERROR if label.is_certain else Severity.WARNING
            sentence = f"“{label.typed}” stands in {where}, where it opens no turn"
            hint = f"type: {shorten_line(label.line)}; if it is quoted, put a backslash before the label"
            self._add_problem(number, sentence, hint, severity)
        elif not label and is_bold_paragraph(content) and ends_as_question(to_plain_text(content)):
            sentence = f"a question in bold stands in {where}, where it opens no turn"
            hint = f"type it without the mark before it: {shorten_line(line.strip())}"
            self._add_problem(number, sentence, hint, Severity.WARNING)

    # questions

    def _check_terms(self, items: Sequence[Definition], number: int) -> None:
        """Report a question or a turn with a line `: …` below it, which makes a list of definitions of the two."""
        for definition in items:
            text = to_plain_text(definition.term)
            bold = definition.term[0] if definition.term else None
            is_question = isinstance(bold, Strong) and (ends_as_question(text) or ":" in text[: len(text) // 2])
            if is_question:
                sentence = "a line that begins with a colon makes a list of definitions of this turn and itself"
                hint = "type the line without the colon; if the colon is text, put a backslash before it: \\: …"
                below = range(number, len(self._lines) + 1)
                colon = next((line for line in below if self._read_line(line).lstrip().startswith(":")), number)
                self._add_problem(colon, sentence, hint, Severity.ERROR)

    def _check_heading(self, text: str, level: int, number: int) -> None:
        """Report a heading with a label, and a question that is a heading inside a turn."""
        label = self._labels.find(text.strip())
        if label and (label.has_colon or (level == 3 and not label.words)) and label.is_exact:
            if label.words:
                correction = Correction(number, number, (label.line,)) if label.has_correction else None
                sentence = f"a label in a heading opens no turn of {label.person}"
                self._add_problem(number, sentence, f"type: {shorten_line(label.line)}", Severity.ERROR, correction)
            else:
                self._report_lonely_label(number, label, Severity.ERROR)
        elif level > 3 and ends_as_question(text):
            sentence = f"this question is a heading of level {level}, inside a turn"
            self._add_problem(number, sentence, f"type: ### {shorten_line(text)}", Severity.WARNING)

    def _report_glued_heading(self, number: int, signs: str, words: str, *, is_first: bool) -> None:
        """Report `###Question`: without a space the signs are text."""
        line = f"{signs} {words}"
        sentence = f"“{signs}” without a space after it is printed, and opens no turn"
        hint = f"type: {shorten_line(line)}; if it is text, type a backslash: \\{signs}{shorten_line(words, 20)}"
        correction = Correction(number, number, (line,) if is_first else ("", line))
        self._add_problem(number, sentence, hint, Severity.WARNING, correction)

    def _check_attributes(self, first: int) -> bool:
        """Report braces at the end of a paragraph that are printed, because they hold no attributes.

        Return whether there are any.
        """
        *_, (number, line) = list(self._iterate_lines(first)) or [(first, "")]
        braces = _ATTRIBUTES.search(line)
        is_text = braces is not None and not _are_attributes(braces[0])
        if braces and is_text:
            sentence = f"these braces are no attributes of a turn, and are printed: {shorten_line(braces[0].strip())}"
            hint = "type for instance {#night t=00:12:41 question=energy}; if they are text, put a backslash before {"
            self._add_problem(number, sentence, hint, Severity.ERROR)
        return is_text

    def _check_question(self, content: tuple[Inline, ...], first: int) -> None:
        """Report a paragraph that is nearly a question in bold."""
        lines = [line.strip() for _, line in self._iterate_lines(first)]
        near = find_near_question(content, lines)
        if near:
            correction = Correction(first, first, near.lines) if near.lines else None
            self._add_problem(first, near.sentence, near.hint, Severity.WARNING, correction)


def _are_attributes(braces: str) -> bool:
    """Return whether braces hold what the Markdown reader takes for attributes; others are printed."""
    return _WELL_FORMED.fullmatch(braces.strip()) is not None
