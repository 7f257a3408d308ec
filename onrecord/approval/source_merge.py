"""Write the target paragraphs into the Markdown of an interview; markup that no change touches stays as it is.

What cannot be written is an obstacle, and a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from onrecord.approval.change_stream import TargetParagraph
from onrecord.approval.markdown_writer import write_markdown
from onrecord.approval.paragraph_writer import BY_HAND, ParagraphWriter, UnwritableError, find_look
from onrecord.approval.sent_paragraphs import (
    ANSWER,
    FRONT_STYLES,
    HEADING,
    INTRODUCTION,
    QUESTION,
    STANDFIRST,
    SentParagraph,
)
from onrecord.approval.setting_writer import SettingWriter
from onrecord.approval.source_places import SourceIndex
from onrecord.importers.common.plain_markdown import escape_inline
from onrecord.model.names import fold_name


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a change cannot be written: of which paragraphs that were sent, and which target ones."""

    reason: str
    sent: frozenset[int] = frozenset()
    targets: tuple[int, ...] = ()


@dataclass(slots=True)
class _MergeGroup:
    """Paragraphs that were sent, and the target ones that are made of them."""

    sent: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)


def merge_paragraphs(
    source: SourceIndex, sent: Sequence[SentParagraph], targets: Sequence[TargetParagraph], labels: Collection[str]
) -> tuple[str, list[Obstacle]]:
    """Return the source with the target paragraphs, and what stands in the way. `labels` are those of the people."""
    return _Merger(source, sent, targets, labels).merge()


class _Merger:
    """Collects the edits of a source."""

    def __init__(
        self,
        source: SourceIndex,
        sent: Sequence[SentParagraph],
        targets: Sequence[TargetParagraph],
        labels: Collection[str],
    ) -> None:
        self._source = source
        self._sent = sent
        self._targets = targets
        self._labels = {fold_name(label) for label in labels}
        self._is_labelled = any(paragraph.label_size for paragraph in sent)
        self._writer = ParagraphWriter(source, sent)
        self._settings = SettingWriter(source, sent, self._writer)
        self._edits: list[tuple[int, int, str]] = []
        self._obstacles: list[Obstacle] = []

    def merge(self) -> tuple[str, list[Obstacle]]:
        """Return the manuscript's new text with the taken changes, and the obstacles to writing them."""
        groups = self._group_paragraphs()
        moved = self._find_moved(groups)
        for group in groups:
            try:
                self._write_group(group, moved)
            except UnwritableError as reason:
                self._obstacles.append(Obstacle(str(reason), frozenset(group.sent), tuple(group.targets)))
        self._write_new_paragraphs(moved)
        text = self._source.text
        for start, stop, new in sorted(self._edits, key=lambda edit: edit[:2], reverse=True):
            text = text[:start] + new + text[stop:]
        return text + self._writer.write_new_notes(self._targets), self._obstacles

    # groups

    def _group_paragraphs(self) -> list[_MergeGroup]:
        """Return which paragraphs that were sent and target ones belong together, in order."""
        groups: dict[int, _MergeGroup] = {number: _MergeGroup([number]) for number in range(len(self._sent))}
        for index, paragraph in enumerate(self._targets):
            if not paragraph.origins:
                continue
            first, *others = (groups[number] for number in paragraph.origins)
            for other in others:
                if other is not first:
                    first.sent += other.sent
                    first.targets += other.targets
                    groups.update(dict.fromkeys(other.sent, first))
            first.targets.append(index)
        unique = list({id(group): group for group in groups.values()}.values())
        for group in unique:
            group.sent, group.targets = sorted(set(group.sent)), sorted(set(group.targets))
        return unique

    def _find_moved(self, groups: Sequence[_MergeGroup]) -> dict[int, int]:
        """Return the target paragraphs that are whole paragraphs from elsewhere: targets -> sent."""
        removed = {self._sent[group.sent[0]].text: group.sent[0] for group in groups if not group.targets}
        moved: dict[int, int] = {}
        for index, paragraph in enumerate(self._targets):
            if not paragraph.origins and paragraph.text in removed and not paragraph.note:
                moved[index] = removed.pop(paragraph.text)
        return moved

    def _write_group(self, group: _MergeGroup, moved: dict[int, int]) -> None:
        """Add the edits to the manuscript for paragraphs that were sent."""
        first = self._sent[group.sent[0]]
        if first.style in FRONT_STYLES:
            self._write_front(group, first)
        elif not group.targets:
            self._remove(group.sent[0], is_moved=group.sent[0] in moved.values())
        elif len(group.sent) == len(group.targets) == 1:
            if not self._is_unchanged(group.sent[0], self._targets[group.targets[0]]):
                self._edits.append(self._writer.write_changed(group.sent[0], self._targets[group.targets[0]]))
        else:
            self._edits.append(self._write_divided(group))

    def _is_unchanged(self, number: int, paragraph: TargetParagraph) -> bool:
        """Return whether a target paragraph is the one that was sent."""
        sent = self._sent[number]
        return paragraph.text.strip() == sent.text.strip() and all(
            atom.origin and find_look(atom, sent) == sent.looks[atom.origin.offset] for atom in paragraph.atoms
        )

    # front matter

    def _write_front(self, group: _MergeGroup, first: SentParagraph) -> None:
        """Add the edit to the manuscript for title, byline or standfirst."""
        members = [number for number, entry in enumerate(self._sent) if entry.style == first.style]
        targets = [entry for entry in self._targets if entry.origins and entry.origins[0] in members]
        is_same = len(targets) == len(members) and all(map(self._is_unchanged, members, targets))
        if is_same or group.sent[0] != members[0]:
            return
        if not targets or any(set(entry.origins) - set(members) for entry in targets):
            raise UnwritableError(f"the {first.place} was taken out or joined with other words")
        if len(targets) > 1 and first.style != STANDFIRST:
            raise UnwritableError(f"the {first.place} is one paragraph")
        if len(targets) == len(members) == 1 and (edit := self._settings.patch_setting(members[0], targets[0])):
            self._edits.append(edit)
            return
        self._edits.append(self._settings.write_setting(first, members, targets))

    # whole paragraphs

    def _remove(self, number: int, *, is_moved: bool) -> None:
        """Add the edit that removes the lines of a paragraph."""
        paragraph = self._sent[number]
        span = self._writer.find_block(number)
        lines = range(paragraph.line, self._source.find_line(span.stop - 1) + 1)
        staying = {origin for entry in self._targets for origin in entry.origins}
        sharing = {index for line in lines for index in self._source.numbers_by_line.get(line, ())}
        if sharing & staying:
            raise UnwritableError("other words stand on the same line")
        text = self._source.text[span.start : span.stop]
        members = [
            index for index, entry in enumerate(self._sent) if paragraph.entry and entry.entry == paragraph.entry
        ]
        opens_turn = bool(members) and members[0] == number
        if opens_turn and (paragraph.label_size or re.search(r"\{[^{}]*\}\s*\Z", text)) and staying & set(members):
            raise UnwritableError(f"it opens {paragraph.place}, whose other words stay; {BY_HAND}")
        if not paragraph.is_plain_block and is_moved:
            raise UnwritableError("it stands in a list, a table, a quotation or a note")
        stop = span.stop
        while stop < len(self._source.text) and self._source.text[stop] == "\n":
            stop += 1
        self._edits.append((span.start, stop, ""))

    def _write_divided(self, group: _MergeGroup) -> tuple[int, int, str]:
        """Return the edit of paragraphs that were divided or joined."""
        sent = [self._sent[number] for number in group.sent]
        is_run = group.sent == list(range(group.sent[0], group.sent[-1] + 1))
        if not is_run or not all(paragraph.is_plain_block for paragraph in sent):
            raise UnwritableError("a paragraph ends elsewhere, and not all of it stands by itself")
        if len({(paragraph.entry, paragraph.place) for paragraph in sent}) > 1:
            places = " and ".join(dict.fromkeys(paragraph.place for paragraph in sent))
            raise UnwritableError(f"{places} were joined; {BY_HAND}")
        return self._writer.write_divided(group.sent, [self._targets[index] for index in group.targets])

    def _write_new_paragraphs(self, moved: dict[int, int]) -> None:
        """Add the edits for paragraphs that are new or come from elsewhere."""
        additions: dict[int, list[str]] = {}
        style = INTRODUCTION
        for index, paragraph in enumerate(self._targets):
            if paragraph.origins:
                style = self._sent[paragraph.origins[-1]].style
                continue
            if paragraph.note:
                continue
            try:
                position = self._find_position(index)
                if index in moved:
                    span = self._writer.find_block(moved[index])
                    text, style = self._source.text[span.start : span.stop].strip("\n"), self._sent[moved[index]].style
                else:
                    text, style = self._write_new(paragraph, style)
                additions.setdefault(position, []).append(text)
            except UnwritableError as reason:
                removed = frozenset({moved[index]}) if index in moved else frozenset()
                self._obstacles.append(Obstacle(str(reason), removed, (index,)))
        for position, texts in additions.items():
            before = "\n" if not self._source.text[:position].endswith("\n\n") else ""
            before = before if self._source.text[:position].endswith("\n") else "\n\n"
            following = "\n" if self._source.text[position : position + 1] in ("\n", "") else "\n\n"
            self._edits.append((position, position, before + "\n\n".join(texts) + following))

    def _find_position(self, index: int) -> int:
        """Return the place in the source for a target paragraph: after the one before it, or before the next."""
        before = next((entry for entry in reversed(self._targets[:index]) if entry.origins), None)
        after = next((entry for entry in self._targets[index:] if entry.origins and not entry.note), None)
        if before and self._sent[before.origins[-1]].is_plain_block:
            return self._writer.find_block(before.origins[-1]).stop
        if after and (self._sent[after.origins[0]].is_plain_block or self._sent[after.origins[0]].style == HEADING):
            return self._writer.find_block(after.origins[0]).start
        raise UnwritableError("it stands in or after a list, a table, a quotation or a note")

    def _write_new(self, paragraph: TargetParagraph, style: str) -> tuple[str, str]:
        """Return the Markdown of a new paragraph, and its style; `style` is that of the paragraph before it."""
        own_style = paragraph.style if paragraph.style in (QUESTION, ANSWER, HEADING, INTRODUCTION) else style
        signs = self._writer.style_new(paragraph)
        if own_style == HEADING:
            return f"## {write_markdown(signs)}", HEADING
        label = re.match(r"([^:\n]{1,60}):\s+", paragraph.text)
        if self._is_labelled and label and fold_name(label[1]) in self._labels:
            words = write_markdown(signs[label.end() :])
            return f"**{escape_inline(label[1])}:** {words}", own_style
        if own_style == QUESTION and not self._is_labelled:
            return f"**{write_markdown(signs)}**", QUESTION
        if self._is_labelled and own_style != style and style in (QUESTION, ANSWER):
            raise UnwritableError(f"a new turn needs the label of its speaker; {BY_HAND}")
        if own_style not in (ANSWER, INTRODUCTION, QUESTION):
            raise UnwritableError(f"a new paragraph of the kind “{own_style}” cannot be written")
        return write_markdown(signs, begins_block=True), own_style
