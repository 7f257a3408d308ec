"""Move pictures after the paragraph that held them, in pages and in pandoc's tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from onrecord.importers.common.attached_pictures import PictureAlbum
from onrecord.importers.common.pandoc_inlines import collect_words, drop_space_inlines, unwrap_plain_spans
from onrecord.importers.readers import pandoc_tree
from onrecord.runtime.pandoc import Image, Inline

_EMPTY = "data-onrecord-empty"  # an attribute of a figure that has lost its picture


def take_pictures_into_album(body: HtmlElement, album: PictureAlbum) -> Iterator[str]:
    """Add a page's usable pictures to `album`; remove others, yield their texts and addresses.

    Nothing happens until the texts are read.
    """
    for element in list(body.iter("img", "video", "audio", "picture", "svg")):
        if element.tag == "picture":
            element.drop_tag()  # it names copies for other screens; its <img> stays
            continue
        if element.tag == "svg":
            words = " ".join(" ".join(text.text_content() for text in element.iter("text")).split())
            remove_element(element)
            if words:
                yield words
            continue
        words = " ".join((element.get("alt") or element.get("title") or "").split())
        address = element.get("src", "").strip()
        path = album.add_picture(address) if element.tag == "img" else ""
        if path and not _is_tracking_dot(element):
            element.set("src", path)
            element.set("alt", words)
            continue
        if not address.startswith("data:"):
            words = f"{words} {address[:500]}".strip()
        for figure in element.iterancestors("figure"):
            figure.set(_EMPTY, "yes")
        remove_element(element)
        if words:
            yield words


def move_captions_below_pictures(body: HtmlElement) -> list[HtmlElement]:
    """Move a page's captions below their pictures; return those of pictures that the book does not get."""
    orphans = []
    for caption in list(body.iter("figcaption")):
        figure = next(caption.iterancestors("figure"), None)
        if figure is None or figure.find(".//figure") is not None:
            continue
        if figure.find(".//img") is not None:
            figure.append(_take_out(caption))
            caption.set("class", pandoc_tree.CAPTION_CLASS)
        elif figure.get(_EMPTY) and not any(
            caption not in block.iterancestors() for block in figure.iter("table", "blockquote", "pre", "p")
        ):
            orphans.append(caption)
    return orphans


def move_pictures_after_paragraphs(body: HtmlElement) -> None:
    """Move each picture of a page that has words before it in its paragraph into a paragraph after that."""
    for paragraph in list(body.iter("p")):
        last = paragraph
        for image in list(_iterate_pictures_after_words(paragraph)):
            block = lxml.html.Element("p")
            block.append(_take_out(image))
            last.addnext(block)
            last = block


def _iterate_pictures_after_words(paragraph: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the pictures of a page's paragraph that come after its first words."""
    has_words = False
    for event, element in lxml.etree.iterwalk(paragraph, events=("start", "end")):
        if event == "start" and element.tag == "img" and has_words:
            yield element
        text = element.text if event == "start" else element.tail if element is not paragraph else ""
        has_words = has_words or bool((text or "").strip())


def _is_tracking_dot(image: HtmlElement) -> bool:
    """Return whether a page's picture is a dot or a line, which counts visitors or moves text."""
    return any(image.get(side, "").strip() in ("0", "1", "2") for side in ("width", "height"))


def _take_out(element: HtmlElement) -> HtmlElement:
    """Take the element out of an imported page and return it; the text after it stays."""
    element.drop_tree()
    element.tail = None
    return element


def remove_element(element: HtmlElement) -> None:
    """Take the element out of an imported page; the text after it stays."""
    parent = element.getparent()
    if parent is not None:
        element.drop_tree() if hasattr(element, "drop_tree") else parent.remove(element)


# --- pandoc's tree --------------------------------------------------------------------------------


def move_pictures_in_tree(node: object, picture: Callable[[str], str]) -> None:
    """Move each picture in pandoc's tree that has words before it to the end of its paragraph.

    Only pictures for whose address `picture` gives a path are moved. The tree is changed in place.
    """
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, dict):
            if part.get("t") in ("Para", "Plain"):
                part["c"] = _move_pictures_last(list(unwrap_plain_spans(part["c"])), picture)
            waiting.append(part.get("c"))  # a citation has none


def _move_pictures_last(inlines: list[Inline], picture: Callable[[str], str]) -> list[Inline]:
    """Return the inlines with pictures that come after words moved to the end."""
    images = [
        (position, image)
        for position, inline in enumerate(inlines)
        if (image := _find_only_picture(inline)) is not None and picture(image["c"][2][0])
    ]
    if not images or len(images) == len(drop_space_inlines(inlines)):
        return inlines
    moved = [(position, image) for position, image in images if collect_words({"c": inlines[:position]}).strip()]
    moved_positions = {position for position, _ in moved}
    space: Inline = {"t": "Space"}
    return [
        *(inline for position, inline in enumerate(inlines) if position not in moved_positions),
        *(inline for _, image in moved for inline in (space, image)),
    ]


def _find_only_picture(inline: Inline) -> Image | None:
    """Return the picture that an inline is, or that is all there is in a link or in emphasis."""
    if inline["t"] == "Image":
        return inline
    content: list[Inline] = []
    if inline["t"] in ("Link", "Span"):
        content = inline["c"][1]
    elif inline["t"] in ("Emph", "Strong", "Strikeout", "Superscript", "Subscript"):
        content = inline["c"]
    visible = drop_space_inlines(content)
    return _find_only_picture(visible[0]) if len(visible) == 1 else None
