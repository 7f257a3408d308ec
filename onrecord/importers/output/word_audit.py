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
from onrecord.importers.common.draft import Clipping, Draft, Reading
from onrecord.importers.common.plain_markdown import tokens
from onrecord.manuscript.yaml_config import Problems, parse
from onrecord.model import Place
from onrecord.model.problems import Problem
from onrecord.runtime import pandoc

FORMAT = (
    "commonmark_x-smart-tex_math_dollars-emoji-task_lists-alerts-fancy_lists-yaml_metadata_block"
    "-implicit_header_references-gfm_auto_identifiers"
)


def find_unaccounted_words(
    reading: Reading, draft: Draft, text: str, title: str, disclaimers: Mapping[str, str], name: str
) -> tuple[Problem, ...]:
    """Return a problem for what is lost, added or out of order; nothing if every word is accounted for."""
    sentence = (
        _compare_reading(reading) or _compare_draft(reading, draft) or _compare_file(draft, text, title, disclaimers)
    )
    if not sentence:
        return ()
    hint = "nothing was written; please send us this file, or save it in another format and import that"
    return (Problem(Place(name), "import-loses-nothing", sentence, hint),)


def _compare_reading(reading: Reading) -> str:
    read = [token for clipping in reading.clippings for token in tokens(clipping.all_words)]
    original = list(reading.original)
    if reading.ordered:
        return _describe_difference(original, read, "read")
    return _compare_counts(Counter(original), Counter(read))


def _compare_draft(reading: Reading, draft: Draft) -> str:
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
    yield from draft.aside
    for clippings in draft.front.values():
        yield from clippings
    yield from draft.introduction
    for turn in draft.turns:
        yield from turn.clippings


def _compare_file(draft: Draft, text: str, title: str, disclaimers: Mapping[str, str]) -> str:
    _, head, body = text.split("---\n", 2)
    problems = Problems("", [])
    section = parse(head, 2, problems)
    if section is None:
        return "the settings cannot be read back"
    for key, clippings in draft.front.items():
        written = section.text(key)
        expected_tokens = [token for clipping in clippings for token in tokens(clipping.words)]
        if tokens(disclaimers.get(written, written) if key == "disclaimer" else written) != expected_tokens:
            return f"the {key} is not what the original says"
    if not draft.front.get("title") and section.text("title") != title:
        return "the title is not the file's name"
    expected = [token for clipping in draft.introduction for token in tokens(clipping.words)]
    for turn in draft.turns:
        expected += tokens(turn.label)
        expected += [token for clipping in turn.clippings for token in tokens(clipping.words)]
        first = turn.clippings[0]
        if turn.label and first.label and not first.voice and tokens(turn.label) != tokens(first.label):
            return f"the label {turn.label} is not the one that was printed"
    try:
        blocks = pandoc.tree(body.encode(), FORMAT)
    except (pandoc.TooSlow, *pandoc.GaveUp):
        return "the result cannot be read back"
    return _describe_difference(
        expected, tokens(" ".join(pandoc_inlines.words_of(block) for block in blocks)), "written"
    )


def _describe_difference(expected: Sequence[str], actual: Sequence[str], verb: str) -> str:
    """Return where the words differ; "" if they are the same in the same order."""
    if list(expected) == list(actual):
        return ""
    pairs = enumerate(zip(expected, actual, strict=False))
    position = next((i for i, (a, b) in pairs if a != b), min(len(expected), len(actual)))
    before = " ".join(expected[max(0, position - 5) : position])
    excerpts = (" ".join(token[:40] for token in words[position : position + 4]) for words in (expected, actual))
    expected_excerpt, actual_excerpt = excerpts
    return f"behind “{before}” the original has “{expected_excerpt}”, but “{actual_excerpt}” was {verb}"


def _compare_counts(expected: Counter[str], actual: Counter[str]) -> str:
    lost, added = expected - actual, actual - expected
    if lost:
        return f"words of the original are lost: {', '.join(list(lost)[:8])}"
    return f"words were added: {', '.join(list(added)[:8])}" if added else ""


def format_diff(before: str, after: str, before_name: str, after_name: str) -> str:
    """Return a unified diff of two files."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), before_name, after_name, lineterm="", n=1)
    return "\n".join(lines)
