"""Say in words what a change is."""

from __future__ import annotations

from onrecord.approval.change_stream import ReturnedChange
from onrecord.approval.docx_reader import PARAGRAPH_END
from onrecord.approval.review import Review
from onrecord.approval.sent_paragraphs import NOTE_CALL

_CONTEXT = 40  # characters before and after a change
_LONGEST = 400  # characters of a change that are shown
NOT_TRACKED = "NOT TRACKED: nobody is named"


def describe_change(review: Review, change: ReturnedChange) -> list[str]:
    """Return lines: where the change stands and who made it, what it is, the words around it."""
    paragraph = review.paragraphs[change.paragraph]
    author_and_date = ", ".join(filter(None, (change.author or NOT_TRACKED, change.date)))
    line = review.find_location(change.paragraph).line
    lines = [f"{paragraph.place} (line {line}): {author_and_date}", f"    {describe_words(change)}"]
    if context := _find_context(review, change):
        lines.append(f"    in: {context}")
    return lines


def describe_words(change: ReturnedChange) -> str:
    """Return in words what a change in a returned document does: adds, removes, moves …"""
    added, removed = _show_on_line(change.added), _show_on_line(change.removed)
    if change.is_look:
        return f"looks otherwise (italic, bold, raised): “{added}”"
    if change.partner >= 0:
        return f"moved away from here: “{removed}”" if removed else f"moved to here: “{added}”"
    if not change.added.replace(PARAGRAPH_END, "") and not change.removed.replace(PARAGRAPH_END, ""):
        return "a paragraph ends here" if change.added else "runs on into the next paragraph"
    if added and removed:
        return f"“{removed}” becomes “{added}”"
    return f"added: “{added}”" if added else f"taken out: “{removed}”"


def _show_on_line(text: str) -> str:
    """Return text as it can be shown on one line."""
    shown = " ".join(text.replace(NOTE_CALL, "[note] ").replace(PARAGRAPH_END, " ¶ ").split())
    if not shown and text:
        return " "
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def _find_context(review: Review, change: ReturnedChange) -> str:
    """Return the words around a returned change as they were sent."""
    text = review.paragraphs[change.paragraph].text.replace(NOTE_CALL, "")
    removed = change.removed.replace(NOTE_CALL, "").split(PARAGRAPH_END)[0]
    if change.obstacle or change.removed.endswith(PARAGRAPH_END) or not 0 <= change.offset <= len(text):
        return ""
    place = text.find(removed, max(change.offset - 2, 0)) if removed else change.offset
    if place < 0:
        return ""
    start, stop = max(0, place - _CONTEXT), min(len(text), place + len(removed) + _CONTEXT)
    words = " ".join(text[start:stop].split())
    return f"{'… ' if start else ''}{words}{' …' if stop < len(text) else ''}"
