"""Write the structure elements of a part, and its leaf of the parent tree (ISO 32000-1 §14.7.2, §14.7.4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from onrecord.editions.pdf.pages.part import FIRST_KEY, PdfObject, SharedSlot
from onrecord.editions.pdf.pages.pdf_syntax import format_byte_string, format_text_string
from onrecord.editions.pdf.typeset.tagging import LinkAnnotation, TagNode, walk_nodes


@dataclass(frozen=True, slots=True)
class LinkObject:
    """A link annotation in a part: its slot, and its key in the part's leaf of the parent tree."""

    slot: int
    key: int


class StructureWriter:
    """The slots of a part's structure elements, their leaf of the parent tree and the pages, in this order.

    `links` are the part's link annotations by their object number in WeasyPrint's file.
    """

    def __init__(self, root: TagNode, first_slot: int, page_count: int, links: Mapping[int, LinkObject]) -> None:
        branches = [kid for kid in root.kids if isinstance(kid, TagNode) and _is_used(kid)]
        self._nodes = list(walk_nodes(branches))
        self._slots = {id(node): first_slot + index for index, node in enumerate(self._nodes)}
        self._links = links
        self.parent_tree = first_slot + len(self._nodes)
        self._page_slots = range(self.parent_tree + 1, self.parent_tree + 1 + page_count)
        self._content_owners: list[dict[int, int]] = [{} for _ in self._page_slots]  # by page: mcid -> element's slot
        self._link_owners: dict[int, int] = {}  # key of a link -> element's slot
        self.branches = tuple(self._slots[id(node)] for node in branches)
        self.ids = tuple((node.id, self._slots[id(node)]) for node in self._nodes if node.id)
        self.keys = page_count + len(links)

    def write_objects(self) -> list[PdfObject]:
        """Return the objects for the slots; those of the pages are empty, they are written by the binder."""
        elements = [self._write_element(node) for node in self._nodes]
        return [*elements, self._write_parent_tree(), *(PdfObject(b"") for _ in self._page_slots)]

    def _write_element(self, node: TagNode) -> PdfObject:
        """Return a structure element, and remember which marked content and links it owns."""
        data, slots = [b"<</Type/StructElem/S/%s/P %%d 0 R" % node.role.encode()], [self._find_parent(node)]
        page = next((kid[0] for kid in node.kids if isinstance(kid, tuple)), None)
        if page is not None:
            data.append(b"/Pg %d 0 R")
            slots.append(self._page_slots[page])
        data.append(_describe_node(node))
        kids = []
        for kid in node.kids:
            text, references = self._write_kid(kid, self._slots[id(node)], page)
            if text:
                kids.append(text)
                slots += references
        data.append(b"/K[" + b" ".join(kids) + b"]>>")
        return PdfObject(b"".join(data), tuple(slots))

    def _find_parent(self, node: TagNode) -> int:
        """Return the slot of the node's parent; that of Document for a node at the top."""
        document = int(SharedSlot.DOCUMENT)
        return self._slots.get(id(node.parent), document) if node.parent is not None else document

    def _write_kid(
        self, kid: TagNode | tuple[int, int] | LinkAnnotation, owner: int, owner_page: int | None
    ) -> tuple[bytes, list[int]]:
        """Return the kid as it stands in its owner's array, and the slots it names; b"" if the part has no such kid."""
        if isinstance(kid, TagNode):
            return (b"%d 0 R", [self._slots[id(kid)]]) if id(kid) in self._slots else (b"", [])
        if isinstance(kid, LinkAnnotation):
            link = self._links.get(kid.number)
            if link is None or kid.page >= len(self._page_slots):
                return b"", []
            self._link_owners[link.key] = owner
            return b"<</Type/OBJR/Obj %d 0 R/Pg %d 0 R>>", [link.slot, self._page_slots[kid.page]]
        page, mcid = kid
        if page >= len(self._page_slots):
            return b"", []
        self._content_owners[page][mcid] = owner
        if page == owner_page:
            return b"%d" % mcid, []
        return b"<</Type/MCR/Pg %%d 0 R/MCID %d>>" % mcid, [self._page_slots[page]]

    def _write_parent_tree(self) -> PdfObject:
        """Return the part's leaf of the parent tree; call it after all elements are written."""
        data, slots = [b"<</Limits[%d %d]/Nums["], [FIRST_KEY, FIRST_KEY + self.keys - 1]
        for page, owners in enumerate(self._content_owners):
            data.append(b"%d[")
            slots.append(FIRST_KEY + page)
            for mcid in range(max(owners, default=-1) + 1):
                if mcid in owners:
                    data.append(b"%d 0 R ")
                    slots.append(owners[mcid])
                else:
                    data.append(b"null ")
            data.append(b"]")
        for key, owner in sorted(self._link_owners.items()):
            data.append(b"%d %d 0 R ")
            slots += [FIRST_KEY + key, owner]
        return PdfObject(b"".join(data) + b"]>>", tuple(slots))


def _is_used(node: TagNode) -> bool:
    """Return whether anything in a branch of the tag tree is drawn."""
    return any(isinstance(kid, tuple) for below in walk_nodes([node]) for kid in below.kids)


def _describe_node(node: TagNode) -> bytes:
    """Return the entries T, Lang, Alt, ActualText, ID and A of a structure element, for a template."""
    texts = ((b"/T", node.title), (b"/Lang", node.language), (b"/Alt", node.alt), (b"/ActualText", node.actual_text))
    entries = [key + format_text_string(text) for key, text in texts if text]
    if node.id:
        entries.append(b"/ID" + format_byte_string(node.id))
    data = b"".join(entries).replace(b"%", b"%%")
    return data + (b"/A<<%s>>" % node.attributes.encode() if node.attributes else b"")
