"""Read `index.yaml`: the headings of the book's index."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from onrecord.manuscript import source
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.index_keys import INDEX_KEYS
from onrecord.manuscript.printed_matter import refuse_markup
from onrecord.manuscript.typography import TextStyle, set_paragraph
from onrecord.manuscript.yaml_config import SettingsSection, parse_settings
from onrecord.model import SourceLocation, Text, TextLine, to_plain_text
from onrecord.model.index_headings import BookIndex, HeadingKind, IndexHeading
from onrecord.model.index_matching import ANY_LETTERS, find_wildcard_fault
from onrecord.model.names import fold_name
from onrecord.model.rule import Rule
from onrecord.runtime.project import Project

INDEX_FILE = "index.yaml"
_MAX_BYTES = 1_000_000  # thousands of headings
_EXAMPLE = "{name: Harbour Board, aliases: [harbour board]}"


def read_index(folder: Path, style: TextStyle, problems: Problems) -> BookIndex | None:
    """Return the index that the book's folder describes, None if there is none; its mistakes go to `problems`.

    `style` is that of the book: headings are printed in its typography.
    """
    path = Project(folder).find(INDEX_FILE)
    if path is None or not path.exists():
        if (folder / INDEX_FILE).is_symlink():
            problems.entries += source.build_outside_problem(INDEX_FILE).entries
        return None
    text, own_problems = source.read_source_text(path, INDEX_FILE)
    section = None if own_problems.entries else parse_settings(text, 1, own_problems, INDEX_KEYS, most_bytes=_MAX_BYTES)
    index = None
    if section is not None:
        headings = tuple(_IndexReader(own_problems, style).read_headings(section))
        section.refuse_unknown_keys()
        index = BookIndex(headings, SourceLocation(INDEX_FILE))
        if not headings and not own_problems.entries:
            sentence, hint = "this index has no headings", f"write: headings: [{_EXAMPLE}], or delete the file"
            own_problems.add(section.line, Rule.INDEX_HAS_HEADINGS, sentence, hint)
    problems.entries += own_problems.entries
    return index


class _IndexReader:
    """Reads the headings of one file."""

    def __init__(self, problems: Problems, style: TextStyle) -> None:
        self._problems = problems
        self._style = style

    def read_headings(self, section: SettingsSection) -> Iterator[IndexHeading]:
        """Yield the headings that `index.yaml` describes."""
        entries = section.read_entries("headings")
        read = [
            IndexHeading(self._read_printed_name(entry)) if isinstance(entry, TextLine) else self._read_heading(entry)
            for entry in entries
        ]
        headings = [heading for heading in read if heading]
        names = {fold_name(heading.name.text) for heading in headings}
        for heading in headings:
            see, see_also = _join_names(heading.see, names), _join_names(heading.see_also, names)
            yield replace(heading, see=see, see_also=see_also)

    def _read_heading(self, section: SettingsSection) -> IndexHeading | None:
        """Return a heading of `index.yaml`; None if it has no name."""
        name = section.read_words("name", required="Harbour Board")
        kind = section.read_choice("kind", HeadingKind) or HeadingKind.SUBJECT
        aliases, sort = self._read_aliases(section), section.read_text("sort")
        see, see_also = section.read_texts("see"), section.read_texts("see_also")
        subs = tuple(self._read_subs(section))
        section.refuse_unknown_keys()
        if name is None:
            return None
        return IndexHeading(self._read_printed_name(name), kind, aliases, sort, see, see_also, subs)

    def _read_subs(self, section: SettingsSection) -> Iterator[IndexHeading]:
        """Yield the sub-headings of a heading in `index.yaml`."""
        for entry in section.read_entries("sub"):
            if isinstance(entry, TextLine):
                yield IndexHeading(self._read_printed_name(entry))
                continue
            name = entry.read_words("name", required="minutes")
            aliases, sort = self._read_aliases(entry), entry.read_text("sort")
            entry.refuse_unknown_keys()
            if name:
                yield IndexHeading(self._read_printed_name(name), aliases=aliases, sort=sort)

    def _read_aliases(self, section: SettingsSection) -> tuple[TextLine, ...]:
        """Return the aliases of a heading in `index.yaml`; report one that can find nothing."""
        aliases = section.read_texts("aliases")
        if fault := find_wildcard_fault(aliases):
            sentence = f"“{fault}” finds no words: {ANY_LETTERS} stands for letters at an end of a word"
            hint = f"write: {fault.text.replace(ANY_LETTERS, '') or 'harbour'}{ANY_LETTERS}"
            self._problems.add(fault.location.line, Rule.INDEX_ALIASES_ARE_WORDS, sentence, hint)
        return aliases

    def _read_printed_name(self, words: TextLine) -> TextLine:
        """Return the name of an index heading as it is printed; report Markdown in it."""
        refuse_markup(words, "heading", self._problems)
        return TextLine(to_plain_text(set_paragraph((Text(words.text),), self._style)), words.location)


def _join_names(texts: Sequence[TextLine], names: Collection[str]) -> tuple[TextLine, ...]:
    """Return names of headings, rejoined where YAML made a list of one with a comma: `see: Quay, Ben`.

    `names` are those of all headings, folded.
    """
    joined: list[TextLine] = []
    start = 0
    while start < len(texts):
        stops = range(len(texts), start, -1)
        lines = (replace(texts[start], text=", ".join(words.text for words in texts[start:stop])) for stop in stops)
        line, stop = next(
            ((line, stop) for line, stop in zip(lines, stops, strict=True) if fold_name(line.text) in names),
            (texts[start], start + 1),
        )
        joined.append(line)
        start = stop
    return tuple(joined)
