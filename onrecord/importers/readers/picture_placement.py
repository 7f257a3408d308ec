"""Where pictures stand: behind the paragraph that held them, with their captions; in pages and in pandoc's tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from onrecord.importers.common.attached_pictures import Album
from onrecord.importers.common.pandoc_inlines import without_places, words_of
from onrecord.importers.readers import pandoc_tree
from onrecord.runtime.pandoc import Image, Inline

_EMPTY = "data-onrecord-empty"  # a figure that has lost its picture


def taken_along(body: HtmlElement, album: Album) -> Iterator[str]:
    """Takes out of the page what the book does not get, and gives the words that stood for it, and its address."""
    for element in list(body.iter("img", "video", "audio", "picture")):
        if element.tag == "picture":
            element.drop_tag()  # the best copy for a screen; its <img> stays
            continue
        words = " ".join((element.get("alt") or element.get("title") or "").split())
        address = element.get("src", "").strip()
        path = album.path_of(address) if element.tag == "img" else ""
        if path and not _is_dot(element):
            element.set("src", path)
            element.set("alt", words)
            continue
        if not address.startswith("data:"):
            words = f"{words} {address[:500]}".strip()
        for figure in element.iterancestors("figure"):
            figure.set(_EMPTY, "yes")
        remove(element)
        if words:
            yield words


def captions(body: HtmlElement) -> list[HtmlElement]:
    """Captions stand below their pictures; given back are those of pictures that the book does not get."""
    alone = []
    for caption in list(body.iter("figcaption")):
        figure = next(caption.iterancestors("figure"), None)
        if figure is None or figure.find(".//figure") is not None:
            continue
        if figure.find(".//img") is not None:
            figure.append(_taken(caption))
            caption.set("class", pandoc_tree.CAPTION)
        elif figure.get(_EMPTY) and not any(
            caption not in one.iterancestors() for one in figure.iter("table", "blockquote", "pre", "p")
        ):
            alone.append(caption)
    return alone


def _taken(element: HtmlElement) -> HtmlElement:
    """The element with all it holds, out of the page; what stood behind it stays."""
    element.drop_tree()
    element.tail = None
    return element


def behind_paragraphs(body: HtmlElement) -> None:
    """A picture inside the words of a paragraph stands behind the paragraph."""
    for paragraph in list(body.iter("p")):
        after = paragraph
        for image in list(_behind_words(paragraph)):
            block = lxml.html.Element("p")
            block.append(_taken(image))
            after.addnext(block)
            after = block


def _behind_words(paragraph: HtmlElement) -> Iterator[HtmlElement]:
    """The pictures of a paragraph that have words before them."""
    words = False
    for event, element in lxml.etree.iterwalk(paragraph, events=("start", "end")):
        if event == "start" and element.tag == "img" and words:
            yield element
        text = element.text if event == "start" else element.tail if element is not paragraph else ""
        words = words or bool((text or "").strip())


def _is_dot(image: HtmlElement) -> bool:
    """A picture of a point or two counts visitors, or pushes text around."""
    return any(image.get(side, "").strip() in ("0", "1", "2") for side in ("width", "height"))


def remove(element: HtmlElement) -> None:
    """Takes the element out of the page; what stood behind it stays."""
    parent = element.getparent()
    if parent is not None:
        element.drop_tree() if hasattr(element, "drop_tree") else parent.remove(element)


# --- pandoc's tree --------------------------------------------------------------------------------


def in_tree(node: object, picture: Callable[[str], str]) -> None:
    """Moves each picture that the book gets from inside a paragraph behind its words; one in front of them stays there."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            if one["t"] in ("Para", "Plain"):
                one["c"] = _pictures_last(list(without_places(one["c"])), picture)
            waiting.append(one.get("c"))


def _pictures_last(inlines: list[Inline], picture: Callable[[str], str]) -> list[Inline]:
    images = [
        (i, image) for i, one in enumerate(inlines) if (image := _image(one)) is not None and picture(image["c"][2][0])
    ]
    if not images or len(images) == len(
        [one for one in inlines if one["t"] not in ("Space", "SoftBreak", "LineBreak")]
    ):
        return inlines
    moved = {i for i, _ in images if words_of({"c": inlines[:i]}).strip()}
    space: Inline = {"t": "Space"}
    return [
        *(one for i, one in enumerate(inlines) if i not in moved),
        *(part for i, image in images if i in moved for part in (space, image)),
    ]


def _image(inline: Inline) -> Image | None:
    """The picture that an inline is, or that is all there is in a link or in emphasis."""
    if inline["t"] == "Image":
        return inline
    content: list[Inline] = []
    if inline["t"] in ("Link", "Span"):
        content = inline["c"][1]
    elif inline["t"] in ("Emph", "Strong", "Strikeout", "Superscript", "Subscript"):
        content = inline["c"]
    shown = [one for one in content if one["t"] not in ("Space", "SoftBreak", "LineBreak")]
    return _image(shown[0]) if len(shown) == 1 else None
