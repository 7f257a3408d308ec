"""The proof that an import lost nothing and invented nothing, made anew for every file.

Three steps: the words of the original, counted by other means than the reader's, are those of the
clippings; every clipping is in the draft once, in its order; and the file as written, read back by pandoc
and by the settings' own reader, says what the draft says.
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


def unaccounted(
    reading: Reading, draft: Draft, text: str, title: str, disclaimers: Mapping[str, str], name: str
) -> tuple[Problem, ...]:
    """What is lost, added or out of order, as problems; nothing when every word is accounted for."""
    found = _reading(reading) or _draft(reading, draft) or _file(draft, text, title, disclaimers)
    if not found:
        return ()
    hint = "nothing was written; please send us this file, or save it in another format and import that"
    return (Problem(Place(name), "import-loses-nothing", found, hint),)


def _reading(reading: Reading) -> str:
    clipped = [token for clipping in reading.clippings for token in tokens(clipping.all_words)]
    original = list(reading.original)
    if reading.ordered:
        return _difference(original, clipped, "read")
    return _bags(Counter(original), Counter(clipped))


def _draft(reading: Reading, draft: Draft) -> str:
    body = [c.index for c in draft.introduction] + [
        c.index for turn in draft.turns for c in turn.clippings if turn.kind != "note"
    ]
    if body != sorted(body):
        return "the paragraphs are not in the order of the original"
    used = Counter(c.index for c in _all(draft))
    wanted = Counter(c.index for c in reading.clippings)
    wrong = [index for index in used | wanted if used[index] != wanted[index]]
    if wrong:
        words = next((c.words for c in reading.clippings if c.index == min(wrong)), "")
        return f"a paragraph is {'lost' if used[min(wrong)] == 0 else 'used twice'}: “{words[:60]}”"
    return ""


def _all(draft: Draft) -> Iterable[Clipping]:
    yield from draft.aside
    for clippings in draft.front.values():
        yield from clippings
    yield from draft.introduction
    for turn in draft.turns:
        yield from turn.clippings


def _file(draft: Draft, text: str, title: str, disclaimers: Mapping[str, str]) -> str:
    _, head, body = text.split("---\n", 2)
    problems = Problems("", [])
    section = parse(head, 2, problems)
    if section is None:
        return "the settings cannot be read back"
    for key, clippings in draft.front.items():
        got = section.text(key)
        wanted = [token for clipping in clippings for token in tokens(clipping.words)]
        if tokens(disclaimers.get(got, got) if key == "disclaimer" else got) != wanted:
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
    return _difference(expected, tokens(" ".join(pandoc_inlines.words_of(block) for block in blocks)), "written")


def _difference(wanted: Sequence[str], got: Sequence[str], verb: str) -> str:
    """ "" if both are the same words in the same order; otherwise where they part."""
    if list(wanted) == list(got):
        return ""
    at = next((i for i, (a, b) in enumerate(zip(wanted, got, strict=False)) if a != b), min(len(wanted), len(got)))
    before = " ".join(wanted[max(0, at - 5) : at])
    one, other = (" ".join(token[:40] for token in tokens[at : at + 4]) for tokens in (wanted, got))
    return f"behind “{before}” the original has “{one}”, but “{other}” was {verb}"


def _bags(wanted: Counter[str], got: Counter[str]) -> str:
    lost, added = wanted - got, got - wanted
    if lost:
        return f"words of the original are lost: {', '.join(list(lost)[:8])}"
    return f"words were added: {', '.join(list(added)[:8])}" if added else ""


def difference(before: str, after: str, old: str, new: str) -> str:
    """A unified difference of two files."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), old, new, lineterm="", n=1)
    return "\n".join(lines)
