"""Build the tag tree of a part from the HTML tree and the laid-out boxes.

WeasyPrint 70 tags box by box: a paragraph that a page break splits becomes two, a footnote is no
Note, running heads are in no tree. Here each HTML element has one structure element, in document
order, and every box that is drawn for it adds its marked content to that structure element
(ISO 32000-1 §14.7 and §14.8, ISO 14289-1 §7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onrecord.editions.pdf.typeset.actual_texts import MIRRORED, ActualTexts

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from weasyprint.formatting_structure.boxes import Box, PageBox

_ROLES = {
    "article": "Art",
    "section": "Sect",
    "header": "Div",
    "footer": "Div",
    "div": "Div",
    "aside": "Div",
    "figure": "Div",
    "nav": "TOC",
    "p": "P",
    "blockquote": "BlockQuote",
    "ul": "L",
    "ol": "L",
    "dl": "L",
    "li": "LI",
    "dt": "LI",
    "dd": "LI",
    "table": "Table",
    "thead": "THead",
    "tbody": "TBody",
    "tfoot": "TFoot",
    "tr": "TR",
    "th": "TH",
    "td": "TD",
    "caption": "Caption",
    "figcaption": "Caption",
    "a": "Link",
    "img": "Figure",
    "pre": "P",
    "h1": "H1",
    "h2": "H2",
    "h3": "H3",
    "h4": "H4",
    "h5": "H5",
    "h6": "H6",
}

# A footnote is read after the block that calls it, not in the middle of a sentence.
_BLOCKS = ("P", "H1", "H2", "H3", "H4", "H5", "H6", "L", "BlockQuote", "Caption", "Table", "TOC")


@dataclass(eq=False)
class TagNode:
    """A structure element: `kids` are nodes, (page, mcid) pairs, or link annotations."""

    role: str
    parent: TagNode | None = None
    kids: list[TagNode | tuple[int, int] | LinkAnnotation] = field(default_factory=list)
    id: str = ""
    title: str = ""
    language: str = ""
    alt: str = ""
    actual_text: str = ""
    attributes: str = ""
    page: int | None = None

    def append(self, kid: TagNode | tuple[int, int] | LinkAnnotation) -> None:
        """Add a kid at the end; its `parent` is not changed."""
        self.kids.append(kid)


@dataclass(frozen=True)
class LinkAnnotation:
    """A link's rectangle on a page: `number` is its object number in WeasyPrint's file."""

    page: int
    number: int


@dataclass
class TagTree:
    """The tree below Document, and the marked content that is decoration: (page, mcid)."""

    root: TagNode
    artifacts: set[tuple[int, int]] = field(default_factory=set)
    dropped_annotations: set[int] = field(default_factory=set)


class TagTreeBuilder:
    """The structure elements of the HTML elements whose boxes have been added, page by page."""

    def __init__(self, html: Element) -> None:
        self._parents = {child: parent for parent in html.iter() for child in parent}
        self._nodes: dict[object, TagNode] = {}
        self._root = TagNode("Document")
        self._heads: dict[object, int] = {}
        self._actual_texts = ActualTexts(is_mirrored=MIRRORED in html.attrib)
        self.structure = TagTree(self._root)

    def add_page(self, page: int, page_box: PageBox, tags: Mapping[Box, Mapping[str, int]]) -> None:
        """Add the content of one page; `tags` maps boxes to the marked content they drew."""
        placed = set()
        actual_texts = self._actual_texts.describe_lines(page_box)
        for box in iterate_boxes(page_box):
            if box.element_tag in ("td", "th"):
                self._get_box_node(box, page)  # an empty cell draws nothing, and a row without it does not close
            if getattr(box, "children", None) or box not in tags:
                continue  # only boxes without children draw
            mcid = tags[box]["mcid"]
            placed.add(mcid)
            node = None if _is_decoration(box) else self._get_box_node(box, page)
            if node is None:
                self.structure.artifacts.add((page, mcid))
            elif box in actual_texts:
                node.append(TagNode("Span", node, [(page, mcid)], actual_text=actual_texts[box], page=page))
            else:
                node.append((page, mcid))
        self.structure.artifacts.update((page, tag["mcid"]) for tag in tags.values() if tag["mcid"] not in placed)
        for box in iterate_boxes(page_box):
            if getattr(box, "link_annotation", None):
                self._add_link(box, page)

    def finish(self) -> TagTree:
        """Move each footnote after the block that calls it, and return the tree."""
        for node in list(self._nodes.values()):
            if node.role == "Note":
                _move_after_block(node)  # one at the end is in no block
        return self.structure

    def _get_box_node(self, box: Box, page: int) -> TagNode | None:
        """Return the node for the box's content, created if needed; None for decoration."""
        element = box.element
        assert element is not None
        _, _, pseudo = (box.element_tag or "").partition("::")
        if self._is_repeated_head(element, page):
            return None
        if pseudo == "footnote-call":
            return self._add_pseudo_node(element, "Reference", self._get_node(self._parents[element], page), page)
        node = self._get_node(element, page)
        if node is not None and pseudo in ("marker", "footnote-marker"):
            return self._add_pseudo_node(element, "Lbl", self._find_label_parent(element, node), page, first=True)
        return node

    def _is_repeated_head(self, element: Element | None, page: int) -> bool:
        """Return whether the element belongs to a table head that is repeated at the top of a later page."""
        while element is not None and element.tag != "thead":
            element = self._parents.get(element)
        return element is not None and self._heads.setdefault(element, page) != page

    def _add_pseudo_node(
        self, element: Element, role: str, parent: TagNode | None, page: int, *, first: bool = False
    ) -> TagNode | None:
        """Return the element's node of this role, added to `parent` once; None without parent."""
        if parent is None:
            return None
        key = (element, role)
        if key not in self._nodes:
            node = self._nodes[key] = TagNode(role, parent, page=page)
            parent.kids.insert(0, node) if first else parent.append(node)
        return self._nodes[key]

    def _find_label_parent(self, element: Element, node: TagNode) -> TagNode:
        """Return the node to put a label in: the LI around a list item's body, else `node`."""
        return node.parent if node.role == "LBody" and node.parent is not None else node

    def _get_node(self, element: Element, page: int) -> TagNode | None:
        """Return the structure element of an HTML element, created on first use; None for decoration."""
        if element in self._nodes:
            return self._nodes[element]
        if element.tag in ("html", "body"):
            return self._root
        if element.get("aria-hidden") == "true" and element.tag != "img":
            return None
        parent = self._get_node(self._parents[element], page)
        if parent is None:
            return None
        role = _choose_role(element)
        if role is None:
            return parent
        if role == "Lbl":  # the number of a note at the end, in its first paragraph
            return self._add_pseudo_node(element, role, parent.parent, page, first=True)
        node = self._nodes[element] = self._create_node(element, role, parent, page)
        return node

    def _create_node(self, element: Element, role: str, parent: TagNode, page: int) -> TagNode:
        """Add a structure element to `parent`; return the node that its content belongs to."""
        node = TagNode(role, parent, page=page, id=element.get("id") or "", title=element.get("data-title") or "")
        node.language = _find_language_change(element, self._parents)
        if role == "Art":  # the language around it is the book's, which the layout does not know
            node.language = element.get("lang") or ""
        parent.append(node)
        if role == "LI":
            body = TagNode("LBody", node, page=page)
            node.append(body)
            return body
        if role == "Figure":
            node.alt = element.get("alt") or ""
        elif role == "L":
            node.attributes = f"/O/List/ListNumbering/{_choose_numbering(element)}"
        elif role in ("TH", "TD"):
            node.attributes = _describe_cell(element, role)
        return node

    def _add_link(self, box: Box, page: int) -> None:
        """Add the box's link annotation to its Link node, or list it as one to drop."""
        assert box.link_annotation is not None
        number = box.link_annotation.number
        assert number is not None
        node = self._get_node(box.element, page) if box.element is not None and box.element_tag == "a" else None
        if node is None or node.role != "Link":
            # WeasyPrint gives every element inside a link, and its ::after, a second annotation.
            self.structure.dropped_annotations.add(number)
        else:
            node.append(LinkAnnotation(page, number))


def iterate_boxes(box: Box) -> Iterator[Box]:
    """Yield the box and all boxes below it, parents first."""
    box = getattr(box, "_box", box)  # an absolutely positioned box is wrapped in a placeholder
    yield box
    for child in getattr(box, "children", ()):
        yield from iterate_boxes(child)


def _is_decoration(box: Box) -> bool:
    """Return whether the box has no element, or is a `::before` or `::after`."""
    return box.element is None or (box.element_tag or "").endswith(("::before", "::after"))


def _choose_role(element: Element) -> str | None:
    """Return the structure type of an HTML element, None if it has no node of its own."""
    classes = (element.get("class") or "").split()
    if "footnote" in classes or "endnote" in classes:
        return "Note"
    if "notecall" in classes:
        return "Reference"
    if "note-number" in classes:
        return "Lbl"
    if "xref" in classes or "callpage" in classes:
        return "Span"
    if data_tag := element.get("data-tag"):
        return _ROLES.get(data_tag)
    if element.tag == "span" or element.tag in ("em", "i", "strong", "b", "s", "sup", "sub", "q"):
        return "Span" if element.get("lang") else None
    if element.tag == "li" and "toc" in classes:
        return "TOCI"
    return _ROLES.get(element.tag)


def _find_language_change(element: Element, parents: Mapping[Element, Element]) -> str:
    """Return the language of the element if it differs from the language around it, else ""."""
    language = element.get("lang")
    outer = parents.get(element)
    while outer is not None and not outer.get("lang"):
        outer = parents.get(outer)
    return language if language and (outer is None or outer.get("lang") != language) else ""


def _choose_numbering(element: Element) -> str:
    """Return the ListNumbering of a `<ul>`, `<dl>` or `<ol>` (ISO 32000-1 §14.8.5.5)."""
    if "ul" in (element.tag, element.get("data-tag")):
        return "Disc"
    if element.tag == "dl":
        return "None"
    styles = {"a": "LowerAlpha", "A": "UpperAlpha", "i": "LowerRoman", "I": "UpperRoman"}
    return styles.get(element.get("type") or "1", "Decimal")


def _describe_cell(element: Element, role: str) -> str:
    """Return the attributes of a table cell: its spans, and for a TH its scope."""
    spans = "".join(
        f"/{name}{'Span'} {int(element.get(attribute) or 1)}"
        for name, attribute in (("Col", "colspan"), ("Row", "rowspan"))
        if (element.get(attribute) or "1") != "1"
    )
    scope = {"row": "Row", "col": "Column"}.get(element.get("scope") or "col", "Column")
    return f"/O/Table{spans}" + (f"/Scope/{scope}" if role == "TH" else "")


def _move_after_block(note: TagNode) -> None:
    """Move a footnote after the block that calls it, and after footnotes already there."""
    block = note.parent
    while block is not None and block.role not in _BLOCKS and block.parent is not None:
        block = block.parent
    if block is None or block.parent is None or block.role not in _BLOCKS:
        return
    assert note.parent is not None
    note.parent.kids.remove(note)
    siblings = block.parent.kids
    index = siblings.index(block) + 1
    while index < len(siblings) and isinstance(sibling := siblings[index], TagNode) and sibling.role == "Note":
        index += 1
    siblings.insert(index, note)
    note.parent = block.parent


def walk_nodes(nodes: Iterable[TagNode]) -> Iterator[TagNode]:
    """Yield the nodes and all nodes below them, parents first."""
    for node in nodes:
        yield node
        yield from walk_nodes(kid for kid in node.kids if isinstance(kid, TagNode))
