"""Keep what the readers of blocks and inlines share: line, words that came out, problems."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from onrecord.manuscript.editor_comments import SEPARATOR
from onrecord.manuscript.file_problems import Problems, find_unprintable
from onrecord.manuscript.near_markdown import describe_underlined_heading
from onrecord.manuscript.pandoc_nodes import collect_strings
from onrecord.manuscript.scalar_values import parse_time
from onrecord.model import SourceLocation
from onrecord.model.interview import NO_REMARKS
from onrecord.model.rule import Rule, Severity
from onrecord.model.slugs import SLUG_PATTERN, make_slug
from onrecord.runtime import pandoc

KNOWN_DIVS = ("note", "pullquote", "verse")
TURN_KEYS = ("t", "question")
_START = re.compile(r"(?:^|[;@])(\d+):")  # "3:1-5:1", "name@3:1-5:1", several with semicolons
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class ReadingState:
    """The state while a document tree is read.

    Line n of what pandoc was given is line n + `line_shift` of the file.
    """

    def __init__(self, line_shift: int, problems: Problems) -> None:
        self.line_shift = line_shift
        self.line = line_shift + 1  # of the file
        self.id = ""  # the last id that the source gave
        self.remarks = NO_REMARKS
        self.words: list[str] = []  # every text that came out
        self.notes_in_captions: set[str] = set()  # names of footnotes that captions in quotation marks call
        self.is_plain = False  # a text without markup is read
        self._problems = problems
        self._depth = 0

    @property
    def place(self) -> SourceLocation:
        """Return the file and the line of the manuscript that is being read."""
        return SourceLocation(self._problems.file, self.line)

    def move_to(self, attributes: pandoc.Attributes) -> SourceLocation:
        """Make the line that the attributes name the current one, and return its place."""
        for key, position in attributes[2]:
            if key == "data-pos":
                starts = [int(start) for start in _START.findall(position)]
                self.line = min(starts) + self.line_shift if starts else self.line
        return self.place

    def report(self, rule: Rule, sentence: str, hint: str, severity: Severity = Severity.ERROR) -> None:
        """Add a problem of the line of the manuscript that is being read."""
        self._problems.add(self.line, rule, sentence, hint, severity)

    def report_underlined_heading(self) -> bool:
        """Report a heading that is a paragraph with hyphens below it; return whether it is one."""
        complaint = describe_underlined_heading(self._problems.lines, self.line)
        if complaint:
            self.report(Rule.MARKUP_IS_KNOWN, *complaint)
        return complaint is not None

    def record_texts(self, *texts: str) -> None:
        """Note texts that were read; `lost_words` compares them with the source."""
        self.words += texts

    def record_attributes(self, attributes: pandoc.Attributes, known: Sequence[str] = ()) -> None:
        """Note attributes as texts that were read; report each key that is not `known`."""
        pairs = [(key, text) for key, text in attributes[2] if key not in ("data-pos", "wrapper")]
        hint = "delete it; only an address may stand here: {#an-id}"
        if known == TURN_KEYS:
            hint = "known are an address, a time and the name of a question: {#an-id t=00:12:41 question=a-name}"
        if "lang" in known:
            hint = "known is lang: [mot juste]{lang=fr}"
        if "heading" in known:
            hint = 'known are heading, sub and range: [the board]{.index heading="Harbour Board" sub="minutes"}'
        for key, count in Counter(key for key, _ in pairs).items():
            if key not in known:
                self.report(Rule.MARKUP_IS_KNOWN, f"{key}=… means nothing here", hint)
            elif count > 1:
                self.report(Rule.KEY_STANDS_ONCE, f"“{key}” stands twice; only one can hold", "keep one of the two")
        self.record_texts(attributes[0], *attributes[1], *(text for pair in pairs for text in pair))

    def read_id(self, attributes: pandoc.Attributes, known: Sequence[str] = ()) -> str:
        """Return the id that the source gives; "" if there is none or it cannot be an address."""
        self.record_attributes(attributes, known)
        identity = str(attributes[0])
        if identity and not _ID.fullmatch(identity):
            self.report(
                Rule.IDS_ARE_PLAIN,
                f"“{identity}” cannot be an address",
                "use Latin letters, digits and hyphens, a letter first: {#question-one}",
            )
            return ""
        return identity

    def read_turn_id(self, attributes: pandoc.Attributes) -> str:
        """Return the id that stands at the end of a turn's first paragraph; note the `remarks` beside it."""
        identity = self.read_id(attributes, TURN_KEYS)
        self.refuse_classes(attributes[1])
        for key, text in attributes[2]:
            if key == "t":
                self.remarks = replace(self.remarks, seconds=self._read_time(text))
            elif key == "question":
                self.remarks = replace(self.remarks, question_name=self._read_question_name(text))
        return identity

    def _read_time(self, text: str) -> int | None:
        """Return the seconds of a time in a recording; None, with a problem, if it is none."""
        try:
            return parse_time(text)
        except ValueError:
            self.report(
                Rule.TIMES_ARE_WHOLE,
                f"“{text}” is not a time in the recording",
                "write hours, minutes and seconds: {t=00:12:41}",
            )
            return None

    def _read_question_name(self, text: str) -> str:
        """Return the name of a question; "" with a problem if it is none."""
        if SLUG_PATTERN.fullmatch(text):
            return text
        self.report(
            Rule.IDS_ARE_PLAIN,
            f"“{text}” cannot be the name of a question",
            f"use small Latin letters, digits and hyphens: {{question={make_slug(text) or 'a-name'}}}",
        )
        return ""

    def check_characters(self, text: str) -> None:
        """Report characters that no file may hold: Markdown can write any of them as `&#…;`."""
        for name in find_unprintable(text).values() if not self.is_plain else ():
            sentence = f"{name}, written as an entity, cannot be printed"
            self.report(Rule.CHARACTERS_ARE_PRINTABLE, sentence, "delete the &…;")

    def refuse_classes(self, classes: Sequence[str]) -> None:
        """Report each class of a Div or Span: none means anything outside of the known Divs."""
        for name in classes:
            self.report(
                Rule.MARKUP_IS_KNOWN,
                f"the class .{name} means nothing here",
                "take it away; known are " + ", ".join(f"::: {div}" for div in KNOWN_DIVS),
            )

    def refuse_raw_html(self, text: str) -> None:
        """Report raw HTML, which no edition prints; a comment without words only separates two lists."""
        self.record_texts(text)
        if text.strip() == SEPARATOR:
            return
        first_line = text.strip().split("\n")[0]
        self.report(
            Rule.THERE_IS_NO_RAW_HTML,
            f"raw HTML is not printed: {first_line[:60]}",
            "write it in Markdown, or put a backslash before the < that is meant as text: \\<",
        )

    def refuse_length(self, lines: int, most: int, subject: str) -> None:
        """Report a paragraph of more than `most` lines: layout time grows with their square."""
        if lines > most:
            self.report(
                Rule.PARAGRAPHS_HAVE_AN_END,
                f"this paragraph has more than {most:,} {subject}",
                "divide it: end it here and there, and begin another",
            )

    @contextmanager
    def enter_level(self, content: object, deepest: int) -> Iterator[bool]:
        """Yield whether there is room for one level of nesting more; the layout engine recurses over levels."""
        self._depth += 1
        if self._depth > deepest:
            self.record_texts(*collect_strings(content))
            self.report(
                Rule.NESTING_IS_SHALLOW,
                f"this text stands more than {deepest} levels deep",
                "take levels of quotations, lists, ::: or emphasis away",
            )
        yield self._depth <= deepest
        self._depth -= 1
