"""Take turns out of the list, the table of one column or the preformatted text in which a document keeps them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from typing import cast

from onrecord.importers.common import labels
from onrecord.importers.common.pandoc_inlines import collect_words, drop_space_inlines
from onrecord.importers.readers.conversation_table import list_table_rows
from onrecord.importers.readers.plain_text import join_lines_to_paragraphs
from onrecord.runtime.pandoc import Block

_LEAST_LABELS, _LEAST_SHARE_OF_LABELS = 4, 0.3  # of paragraphs
_MOST_NAME_WORDS = 6


def find_labelled_speakers(blocks: Sequence[Block]) -> frozenset[str]:
    """Return the names, normalized, that begin paragraphs of an imported document as labels again and again.

    Empty if only one name does, or if there are few such labels.
    """
    counts = Counter[str]()
    waiting: list[object] = [blocks]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict) and node.get("t") in ("Para", "Plain"):
            label = _parse_certain_label(cast("Block", node))
            counts.update([labels.normalize_name(label.name)] if label else [])
        elif isinstance(node, dict):
            waiting.append(node.get("c"))
    repeated = {name: count for name, count in counts.items() if count > 1}
    return frozenset(repeated if len(repeated) > 1 and sum(repeated.values()) >= _LEAST_LABELS else ())


def take_out_turns(block: Block, speakers: Container[str]) -> list[Block]:
    """Return the paragraphs in a list, a table of one column or preformatted text if they are turns; else [].

    `speakers` are the normalized names that are labels in the document.
    """
    match block["t"]:
        case "BulletList" | "OrderedList":
            entries = block["c"] if block["t"] == "BulletList" else block["c"][1]
            paragraphs = [inner for entry in entries for inner in entry]
            return paragraphs if _hold_labelled_turns(paragraphs, speakers) else _read_named_entries(entries)
        case "Table":
            rows = list_table_rows(block["c"])
            paragraphs = [inner for row in rows for cell in row for inner in cell]
            has_one_column = max(map(len, rows), default=0) == 1
            return paragraphs if has_one_column and _hold_labelled_turns(paragraphs, speakers) else []
        case "CodeBlock":
            texts = join_lines_to_paragraphs(block["c"][1].split("\n"))
            paragraphs = [{"t": "Plain", "c": [{"t": "Str", "c": words}]} for _, words in texts]
            return paragraphs if _hold_labelled_turns(paragraphs, find_labelled_speakers(paragraphs)) else []
    return []


def _hold_labelled_turns(paragraphs: Sequence[Block], speakers: Container[str]) -> bool:
    """Return whether paragraphs of a list or a table begin with labels of the document's speakers."""
    parsed = [label for label in map(_parse_certain_label, paragraphs) if label is not None]
    count = sum(labels.normalize_name(label.name) in speakers for label in parsed)
    return count >= max(1, _LEAST_SHARE_OF_LABELS * len(paragraphs))


def _parse_certain_label(block: Block) -> labels.SpeakerLabel | None:
    """Return the label with which a paragraph of an imported list or table surely begins, or None."""
    if block["t"] not in ("Para", "Plain"):
        return None
    visible = drop_space_inlines(block["c"])
    lead = collect_words(visible[0]) if visible and visible[0]["t"] == "Strong" else ""
    label = labels.parse_label(" ".join(collect_words(block).split()), " ".join(lead.split()))
    is_name = label is not None and (labels.looks_like_name(label.name) or labels.is_role_label(label.name))
    return label if label is not None and label.is_certain and is_name else None


def _read_named_entries(entries: Sequence[Sequence[Block]]) -> list[Block]:
    """Return an imported list as a definition list if each entry begins with a name on its own line; else [].

    At least two of the names must repeat.
    """
    rows = [
        (entry[0]["c"], [list(entry[1:])])
        for entry in entries
        if len(entry) > 1 and (entry[0]["t"] == "Para" or entry[0]["t"] == "Plain")
    ]
    names = [" ".join(collect_words({"c": name}).split()) for name, _ in rows]
    are_names = all(name and len(name.split()) <= _MOST_NAME_WORDS and labels.looks_like_name(name) for name in names)
    repeated = sum(count > 1 for count in Counter(map(labels.normalize_name, names)).values())
    if len(rows) < max(len(entries), _LEAST_LABELS) or not are_names or repeated < 2:
        return []
    return [{"t": "DefinitionList", "c": rows}]
