"""Write title, standfirst and byline into the front matter of an interview."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

from onrecord.approval.change_stream import TargetParagraph
from onrecord.approval.markdown_writer import write_markdown
from onrecord.approval.paragraph_patch import ParagraphPatch, Segment
from onrecord.approval.paragraph_writer import ParagraphWriter, UnwritableError
from onrecord.approval.sent_paragraphs import PLAIN, STANDFIRST, SentParagraph
from onrecord.approval.source_places import SourceIndex

_PLAIN_VALUE = re.compile(r"[\w ,;()/–—’“”!?.-]*")


class SettingWriter:
    """Writes values of the front matter."""

    def __init__(self, source: SourceIndex, sent: Sequence[SentParagraph], writer: ParagraphWriter) -> None:
        self._source = source
        self._sent = sent
        self._writer = writer

    def patch_setting(self, number: int, paragraph: TargetParagraph) -> tuple[int, int, str] | None:
        """Return the edit of words in a plain value of the front matter; None if the value must be written anew."""
        words = self._writer.find_words(number)
        added = "".join(atom.sign.char for atom in paragraph.atoms if not atom.origin)
        if not _PLAIN_VALUE.fullmatch(added) or any(atom.look_change >= 0 for atom in paragraph.atoms):
            return None
        atoms = [replace(atom, sign=replace(atom.sign, look=PLAIN)) for atom in paragraph.atoms]
        segment = Segment(atoms, range(len(atoms)), 0, len(self._sent[number].text))
        patched = ParagraphPatch(
            self._source.text, self._source.find_places(number), self._sent[number], segment
        ).write()
        is_plain = patched is not None and _PLAIN_VALUE.fullmatch(patched[:1] + patched[-1:]) and patched[0].isalnum()
        return (words.start, words.stop, patched) if patched is not None and is_plain else None

    def write_setting(
        self, first: SentParagraph, numbers: Sequence[int], targets: Sequence[TargetParagraph]
    ) -> tuple[int, int, str]:
        """Return the edit that writes a value of the front matter anew."""
        lines = self._source.text.split("\n")
        key = first.style.lower()
        begin = next(index for index, line in enumerate(lines) if re.match(rf"[\"']?{key}[\"']?\s*:", line))
        end = next(index for index in range(begin + 1, len(lines)) if re.match(r"[^\s#]", lines[index]))
        if any(re.search(r"(?:^|\s)#", line) for line in lines[begin:end]):
            raise UnwritableError(f"a comment, or a sign #, stands in the {first.place}")
        span = self._source.get_line_span(begin + 1, end)
        if first.style == STANDFIRST:
            texts = [write_markdown(self._writer.style(numbers[0], entry.atoms)) for entry in targets]
        else:
            texts = [entry.text.replace("\n", " ") for entry in targets]
        if len(texts) == 1:
            return span.start, span.stop, f"{key}: {json.dumps(texts[0], ensure_ascii=False)}\n"
        return span.start, span.stop, f"{key}: |\n  " + "\n\n  ".join(texts) + "\n"
