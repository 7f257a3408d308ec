"""Check that an import lost and added no words.

Three steps: the words of the original, counted by other means than the reader's, are those of the clippings; every
clipping is in the draft once, in its order; and the written file, read back by pandoc and by the reader of settings,
says what the draft says.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from onrecord.importers.common import pandoc_inlines
from onrecord.importers.common.draft import Clipping, Draft, SourceText
from onrecord.importers.common.plain_markdown import split_into_tokens
from onrecord.manuscript.yaml_config import Problems, parse_settings
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.runtime import pandoc

# As for manuscripts, but without extensions that change no word: each one named costs pandoc 0.1 ms a document.
_FORMAT = "commonmark_x-smart-tex_math_dollars-emoji-task_lists-alerts-fancy_lists"


def find_unaccounted_words(
    reading: SourceText, draft: Draft, text: str, title: str, disclaimers: Mapping[str, str], name: str
) -> tuple[Problem, ...]:
    """Return a problem if an imported draft or its text loses, adds or moves words of the original."""
    sentence = (
        _compare_reading(reading)
        or _compare_draft(reading, draft)
        or _compare_written_file(draft, text, title, disclaimers)
    )
    if not sentence:
        return ()
    hint = "nothing was written; please send us this file, or save it in another format and import that"
    return (Problem(SourceLocation(name), Rule.IMPORT_LOSES_NOTHING, sentence, hint),)


def _compare_reading(reading: SourceText) -> str:
    """Return what differs between the words of the original and those that an import read; "" if nothing."""
    read = [token for clipping in reading.clippings for token in split_into_tokens(clipping.all_words)]
    original = list(reading.original_tokens)
    if reading.is_ordered:
        return _describe_word_difference(original, read, "read")
    return _compare_counts(Counter(original), Counter(read))


def _compare_draft(reading: SourceText, draft: Draft) -> str:
    """Return what is wrong with the first clipping that a draft lacks, has twice or has moved; "" if nothing is."""
    body = [c.index for c in draft.introduction] + [
        c.index for turn in draft.turns for c in turn.clippings if turn.kind != "note"
    ]
    if body != sorted(body):
        return "the paragraphs are not in the order of the original"
    used = Counter(c.index for c in _iterate_clippings(draft))
    expected = Counter(c.index for c in reading.clippings)
    differing = [index for index in used | expected if used[index] != expected[index]]
    if differing:
        words = next((c.words for c in reading.clippings if c.index == min(differing)), "")
        return f"a paragraph is {'lost' if used[min(differing)] == 0 else 'used twice'}: “{words[:60]}”"
    return ""


def _iterate_clippings(draft: Draft) -> Iterable[Clipping]:
    """Yield every clipping of an imported draft, with those set aside."""
    yield from draft.asides
    for clippings in draft.front.values():
        yield from clippings
    yield from draft.introduction
    for turn in draft.turns:
        yield from turn.clippings


def _compare_written_file(draft: Draft, text: str, title: str, disclaimers: Mapping[str, str]) -> str:
    """Read the imported text back as a source file; return what differs from the draft, "" if nothing."""
    _, head, body = text.split("---\n", 2)
    problems = Problems("", [])
    section = parse_settings(head, 2, problems)
    if section is None:
        return "the settings cannot be read back"
    for key, clippings in draft.front.items():
        written = section.read_text(key)
        expected_tokens = [token for clipping in clippings for token in split_into_tokens(clipping.words)]
        if split_into_tokens(disclaimers.get(written, written) if key == "disclaimer" else written) != expected_tokens:
            return f"the {key} is not what the original says"
    if not draft.front.get("title") and section.read_text("title") != title:
        return "the title is not the file's name"
    expected = [token for clipping in draft.introduction for token in split_into_tokens(clipping.words)]
    for turn in draft.turns:
        expected += split_into_tokens(turn.label)
        expected += [token for clipping in turn.clippings for token in split_into_tokens(clipping.words)]
        first = turn.clippings[0]
        if (
            turn.label
            and first.label
            and not first.speaker
            and split_into_tokens(turn.label) != split_into_tokens(first.label)
        ):
            return f"the label {turn.label} is not the one that was printed"
    try:
        blocks = pandoc.read_text(body.encode(), _FORMAT)
    except (pandoc.PandocTimeout, *pandoc.PANDOC_ERRORS):
        return "the result cannot be read back"
    return _describe_word_difference(
        expected, split_into_tokens(" ".join(pandoc_inlines.collect_words(block) for block in blocks)), "written"
    )


def _describe_word_difference(expected: Sequence[str], actual: Sequence[str], verb: str) -> str:
    """Return where two lists of words differ, for a message; "" if they are the same in the same order."""
    if list(expected) == list(actual):
        return ""
    pairs = enumerate(zip(expected, actual, strict=False))
    position = next((i for i, (a, b) in pairs if a != b), min(len(expected), len(actual)))
    before = " ".join(expected[max(0, position - 5) : position])
    excerpts = (" ".join(token[:40] for token in words[position : position + 4]) for words in (expected, actual))
    expected_excerpt, actual_excerpt = excerpts
    return f"after “{before}” the original has “{expected_excerpt}”, but “{actual_excerpt}” was {verb}"


def _compare_counts(expected: Counter[str], actual: Counter[str]) -> str:
    """Return which words are lost or added, without regard to order; "" if none."""
    lost, added = expected - actual, actual - expected
    if lost:
        return f"words of the original are lost: {', '.join(list(lost)[:8])}"
    return f"words were added: {', '.join(list(added)[:8])}" if added else ""


def format_diff(before: str, after: str, before_name: str, after_name: str) -> str:
    """Return a unified diff of an existing source file and the one that an import would write."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), before_name, after_name, lineterm="", n=1)
    return "\n".join(lines)
