"""Connect the footnotes of a page with the places that call them, in a form that pandoc reads.

Pages mark both by roles (DPUB-ARIA), by `epub:type`, by classes, or only by links that lead to and fro.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import lxml.html
from lxml.html import HtmlElement

TYPE = "epub:type"
_CALL_NAME = re.compile(
    r"(?i)\b(?:doc-noteref|noteref|footnote-?ref|fn-?ref|footnote-(?:link|anchor)|footnote__citation)\b"
)
_NUMBER = re.compile(r"[\[(]?(?:\d{1,3}|[ivx]{1,4}|[*†‡§¶]{1,3})[\])]?")
_BACK_SIGN = re.compile(r"[\s↩↑⤴^︎\ufe0e\ufe0f⬆↵]*")
_MOST_ELEMENTS = 200  # of a note; what has more is a part of the text
_BLOCKS = ("li", "p", "aside", "div", "dd", "td")


def connect_footnotes(body: HtmlElement) -> Iterator[str]:
    """Move an imported page's footnotes after the paragraphs that call them, marked; yield the numbers taken out.

    A link to words that lead back to it calls them, too. What nobody calls stays where it is.
    """
    elements = {element.get("id"): element for element in body.iter() if element.get("id")}
    elements |= {anchor.get("name"): anchor for anchor in body.iter("a") if anchor.get("name")}
    used: set[HtmlElement] = set()
    for call in list(body.iter("a")):
        target = elements.get(call.get("href", "").rpartition("#")[2]) if "#" in call.get("href", "") else None
        note = _find_note_block(target) if target is not None else None
        if note is None or note in used or not _is_footnote_call(call, note) or call in note.iter():
            continue
        used.add(note)
        yield from _connect_footnote(call, note, len(used))


def _find_note_block(target: HtmlElement) -> HtmlElement | None:
    """Return the block of a page that a link to a note leads to, or leads into; None if none."""
    block = next((up for up in (target, *target.iterancestors()) if up.tag in _BLOCKS), None)
    is_long = block is not None and len(list(itertools.islice(block.iter(), _MOST_ELEMENTS))) == _MOST_ELEMENTS
    return None if is_long else block


def _is_footnote_call(call: HtmlElement, note: HtmlElement) -> bool:
    """Return whether a link calls a footnote: it says so, or it is a number and the note leads back to it."""
    words = call.text_content().strip()
    names = f"{call.get('role', '')} {call.get('class', '')} {call.get(TYPE, '')} {call.get('rel', '')}"
    if not _NUMBER.fullmatch(words):
        return False
    return bool(_CALL_NAME.search(names)) or any(_is_back_link(link, call) for link in note.iter("a"))


def _is_back_link(link: HtmlElement, call: HtmlElement) -> bool:
    """Return whether a link in a page's note leads back to its call, or to what stands directly around that."""
    places = [call, *call.iterchildren(), *list(call.iterancestors())[:2]]
    address = link.get("href", "").rpartition("#")[2]
    return bool(address) and address in {place.get(key) for place in places for key in ("id", "name")}


def _connect_footnote(call: HtmlElement, note: HtmlElement, number: int) -> Iterator[str]:
    """Mark a page's call and note with a number; yield the call's number, and the sign of the link back."""
    identity = f"onrecord-note-{number}"
    yield call.text_content().strip()
    for link in list(note.iter("a")):
        words = link.text_content().strip()
        if _is_back_link(link, call) or (link.get("href", "").startswith("#") and _BACK_SIGN.fullmatch(words)):
            yield words
            link.drop_tree()
    anchor = next(call.iterancestors("p", "li", "h1", "h2", "h3", "h4", "blockquote", "td", "div"), call)
    moved = lxml.html.Element("div")
    moved.set(TYPE, "footnote")
    moved.set("id", identity)
    moved.text = (note.text or "").lstrip(" .:)]^\n\t") or None
    moved.extend(list(note))
    note.drop_tree()
    anchor.addnext(moved)
    moved.tail, anchor.tail = anchor.tail, None
    sup = call.getparent()
    call.clear(keep_tail=True)
    call.set(TYPE, "noteref")
    call.set("href", f"#{identity}")
    if sup is not None and sup.tag == "sup" and not sup.text_content().strip():
        sup.drop_tag()
