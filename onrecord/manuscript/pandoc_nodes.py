"""Look into nodes of pandoc's document tree.

With `sourcepos`, pandoc wraps nodes into a Div or Span with `wrapper="1"` that only tells a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from onrecord.manuscript.typography import restore_signs, restore_typed
from onrecord.runtime import pandoc

_WRAPPER = ["wrapper", "1"]
_AS_TYPED = ("Code", "CodeBlock", "Math", "RawInline", "RawBlock")


def is_place_wrapper(node: pandoc.Block | pandoc.Inline) -> bool:
    """Return whether a pandoc node is a Div or Span that only tells a place."""
    return node["t"] in ("Div", "Span") and _WRAPPER in node["c"][0][2]


def unwrap_inline(inline: pandoc.Inline) -> pandoc.Inline:
    """Return the inline inside the spans that only tell places."""
    while inline["t"] == "Span" and _WRAPPER in inline["c"][0][2] and len(inline["c"][1]) == 1:
        inline = inline["c"][1][0]
    return inline


def unwrap_block(block: pandoc.Block) -> pandoc.Block:
    """Return the first block of a Div; any other block itself."""
    return block["c"][1][0] if block["t"] == "Div" and block["c"][1] else block


def find_only_image(content: Sequence[pandoc.Inline]) -> pandoc.Image | None:
    """Return the image if it stands alone in the content, blanks apart."""
    inlines = [inline for inline in map(unwrap_inline, content) if inline["t"] not in ("Space", "SoftBreak")]
    return inlines[0] if len(inlines) == 1 and inlines[0]["t"] == "Image" else None


def begins_with_bar(content: Sequence[pandoc.Inline]) -> bool:
    """Return whether a pandoc paragraph begins with the character |, as verse does."""
    first = unwrap_inline(content[0]) if content else None
    return first is not None and first["t"] == "Str" and first["c"].startswith("|")


def insert_text_before(text: str, blocks: Sequence[pandoc.Block]) -> list[pandoc.Block] | None:
    """Return pandoc's blocks with a text ("1984.") before the first, None if it is no paragraph.

    None if they do not begin with a paragraph of words, or with a list of a single item that does.
    """
    if not blocks:
        return [{"t": "Para", "c": [{"t": "Str", "c": text}]}]
    first = blocks[0]
    changed: list[pandoc.Block] | None = None
    match first["t"]:
        case "Para" | "Plain" if find_only_image(first["c"]) is None:
            words: list[pandoc.Inline] = [{"t": "Str", "c": text}, {"t": "Space"}, *first["c"]]
            changed = [{"t": "Para", "c": words}]
        case "Div" if is_place_wrapper(first):
            attributes, inner = first["c"]
            changed_inner = insert_text_before(text, inner)
            changed = [{"t": "Div", "c": (attributes, changed_inner)}] if changed_inner else None
        case "OrderedList" if len(first["c"][1]) == 1:
            (start, _, mark), (entry,) = first["c"]
            changed = insert_text_before(f"{text} {start}{')' if mark['t'] == 'OneParen' else '.'}", entry)
    return [*changed, *blocks[1:]] if changed else None


def is_loose_list(entries: Iterable[Iterable[pandoc.Block]]) -> bool:
    """Return whether a pandoc list is loose: with empty lines between its entries.

    pandoc writes the entries of a loose list as Para, those of a tight one as Plain.
    """
    return any(unwrap_block(block)["t"] == "Para" for entry in entries for block in entry)


def collect_strings(content: object) -> list[str]:
    """Return all texts of a part of pandoc's tree.

    Without recursion, because the tree may be too deep for it.
    """
    strings, waiting = [], [content]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            strings.append(node)
        elif isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return strings


def restore_kept_signs(tree: list[pandoc.Block]) -> None:
    """Restore in pandoc's tree the signs that `typography.mark_kept_signs` marked, except in text.

    Code gets what was typed; addresses and attributes get the signs themselves.
    """
    waiting: list[object] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and node["t"] != "Str":
            content = node.get("c")
            if node["t"] in _AS_TYPED and isinstance(content, list):
                content[1] = restore_typed(content[1])
            waiting.append(content)
        elif isinstance(node, list):
            node[:] = [restore_signs(child) if isinstance(child, str) else child for child in node]
            waiting.extend(node)


def split_lines(inlines: Iterable[pandoc.Inline]) -> list[list[pandoc.Inline]]:
    """Return the inlines of each line; every line break of the source ends a line."""
    lines: list[list[pandoc.Inline]] = [[]]
    for inline in inlines:
        if unwrap_inline(inline)["t"] in ("SoftBreak", "LineBreak"):
            lines.append([])
        else:
            lines[-1].append(inline)
    return lines
