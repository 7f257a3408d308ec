"""Walk the tag tree of a PDF from its root, as a screen reader may that does not go page by page.

PDFium finds elements by the content of pages and the parent tree. Here is seen what it cannot see: elements without
content, a parent tree that says something else than the elements, attributes. (ISO 32000-1 §14.7)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast

import pikepdf

from onrecord.proof.reading.embedded_objects import PdfValue

TagObject: TypeAlias = PdfValue  # a structure element, or what it holds
DOCUMENT_KEYS = frozenset({"/Type", "/S", "/P", "/K"})  # of the topmost element, which has no texts itself
_KEYS = DOCUMENT_KEYS | {"/Pg", "/ID", "/T", "/A", "/Lang", "/Alt", "/ActualText"}
_SAID = ("/Alt", "/ActualText", "/T")
_TEXTS = frozenset({*_SAID, "/Lang"})
_HOLDERS = {"/Alt": "/Figure", "/ActualText": "/Span"}  # the only role that may say other words than it holds, by key
_ROLES = frozenset(
    f"/{role}"
    for role in (
        *("Art", "BlockQuote", "Caption", "Div", "Figure", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LBody", "LI"),
        *("Lbl", "Link", "Note", "P", "Reference", "Sect", "Span"),
        *("TBody", "TD", "TFoot", "TH", "THead", "TOC", "TOCI", "TR", "Table"),
    )
)
_ATTRIBUTES = {  # of elements by role, but for the numbering of lists
    "/TD": ({"/O": "/Table"},),
    "/TH": ({"/O": "/Table", "/Scope": "/Column"}, {"/O": "/Table"}),
}
_Place: TypeAlias = tuple[tuple[int, int], int]  # of marked content: object number of its page, its id


@dataclass(slots=True)
class TagObjects:
    """What is strange in a tag tree, in words; and the numbering of the lists of each interview, by its id."""

    faults: list[str] = field(default_factory=list)
    numberings: dict[str, Counter[str]] = field(default_factory=dict)


def read_tag_objects(pdf: pikepdf.Pdf) -> TagObjects:
    """Return what is strange in a PDF's tag tree, read by pikepdf. Raises its errors on damaged objects."""
    root = pdf.Root.get("/StructTreeRoot")
    if not isinstance(root, pikepdf.Dictionary):
        return TagObjects()
    documents = _split_kids(root.get("/K", ()))
    walker = _BranchWalker()
    if len(documents) != 1 or documents[0].get("/S") != "/Document":
        walker.objects.faults.append("has more than one document in its tags")
    for document in documents:
        walker.read_document(document, root.objgen)
    pages = [page.obj for page in pdf.pages]
    walker.compare_parents(pages, dict(pikepdf.NumberTree(root.ParentTree).items()))
    return walker.objects


def read_section_tags(
    document: int, branches: Iterable[TagObject], pages: Sequence[TagObject], parents: Mapping[int, TagObject]
) -> TagObjects:
    """Return what is strange in the branches of a section below the element `document`, an object number.

    `pages` are those of the section, `parents` its part of the parent tree.
    """
    walker = _BranchWalker()
    for branch in branches:
        walker.read_branch(branch, (document, 0), "")
    walker.compare_parents(pages, parents)
    return walker.objects


def _split_kids(kids: TagObject) -> list[TagObject]:
    """Return the kids of an element of a PDF's tag tree, of which one stands alone; () if there are none."""
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids] if kids != () else []


def _read_entries(element: TagObject) -> Mapping[str, TagObject]:
    """Return the entries of a PDF dictionary by key, all read at once, which is faster; {} for another object."""
    return cast("Mapping[str, TagObject]", element.as_dict()) if isinstance(element, pikepdf.Dictionary) else {}


class _BranchWalker:
    """Walks the elements, and notes which of them each piece of marked content belongs to."""

    def __init__(self) -> None:
        self.objects = TagObjects()
        self._owners: dict[_Place, tuple[int, int]] = {}
        self._annotations: dict[tuple[int, int], tuple[int, int]] = {}

    def read_document(self, document: TagObject, root: tuple[int, int]) -> None:
        """Read the topmost element, whose parent is the tag tree's root (its object number), and all inside."""
        entries = _read_entries(document)
        if strange := sorted(set(entries) - DOCUMENT_KEYS):
            self._note_fault(f"has “{strange[0]}” in the topmost tag, which no edition has")
        if "/P" not in entries or entries["/P"].objgen != root or entries.get("/Type") != "/StructElem":
            self._note_fault("has a topmost tag that is no element of the tag tree")
        for kid in _split_kids(entries.get("/K", ())):
            self.read_branch(kid, document.objgen, "")

    def read_branch(self, element: TagObject, parent: tuple[int, int], article: str) -> bool:
        """Read an element of the tag tree below `parent`, and all inside; return whether it has any content."""
        entries = _read_entries(element)
        if "/S" not in entries:
            self._note_fault("has a tag that is none")
            return False
        return self._read_element(element, entries, parent, article)

    def _read_element(
        self, element: TagObject, entries: Mapping[str, TagObject], parent: tuple[int, int], article: str
    ) -> bool:
        """Read an element with these entries, and all inside; return whether it has any content."""
        role = str(entries["/S"])
        if role == "/Art":
            article = str(entries.get("/ID", ""))
        if not _KEYS.issuperset(entries):
            self._note_fault(f"has “{min(set(entries) - _KEYS)}” in a tag, which no edition has")
        if role not in _ROLES or entries.get("/Type") != "/StructElem":
            self._note_fault(f"has a tag of the kind “{role.lstrip('/')}”, which no edition has")
        if not _TEXTS.isdisjoint(entries):
            self._check_texts(role, entries)
        if "/P" not in entries or entries["/P"].objgen != parent:
            self._note_fault("has a tag that names another parent than it has")
        if "/A" in entries:
            self._read_attributes(role, entries["/A"], article)
        has_content, number = False, element.objgen
        for kid in _split_kids(entries.get("/K", ())):
            has_content |= self._read_kid(kid, number, entries.get("/Pg"), article)
        if not has_content and any(key in entries for key in _SAID):
            self._note_fault("has words in a tag without content")
        return has_content

    def _check_texts(self, role: str, entries: Mapping[str, TagObject]) -> None:
        """Note texts of an element that no edition has: empty ones, and words in the place of those that it holds."""
        for key in sorted(_TEXTS.intersection(entries)):
            if _HOLDERS.get(key, role) != role:
                self._note_fault(f"has “{key}” in a tag {role.lstrip('/')}, which no edition has there")
            elif not str(entries[key]):
                self._note_fault(f"has an empty “{key}” in a tag {role.lstrip('/')}")

    def _read_kid(self, kid: TagObject, owner: tuple[int, int], page: TagObject, article: str) -> bool:
        """Read a kid of a tagged element: an element, or a reference to content; return whether it has content.

        `owner` is the number of that element, `page` the page that it names.
        """
        entries = _read_entries(kid)
        if "/S" in entries:
            return self._read_element(kid, entries, owner, article)
        if "/Obj" in entries:
            self._annotations[entries["/Obj"].objgen] = owner
            return True
        if isinstance(kid, pikepdf.Dictionary):
            page, kid = entries.get("/Pg", page), entries["/MCID"]
        place = (page.objgen, int(kid))
        if place in self._owners:
            self._note_fault("has content that stands twice in its tags")
        self._owners[place] = owner
        return True

    def _read_attributes(self, role: str, attributes: TagObject, article: str) -> None:
        """Note a tagged list's numbering, and as faults the attributes that no edition has."""
        rows = list(attributes) if isinstance(attributes, pikepdf.Array) else [attributes]
        values = [
            {key: str(value) for key, value in row.items()} for row in rows if isinstance(row, pikepdf.Dictionary)
        ]
        if role == "/L" and len(values) == 1 and set(values[0]) == {"/O", "/ListNumbering"}:
            self.objects.numberings.setdefault(article, Counter())[values[0]["/ListNumbering"].lstrip("/")] += 1
        elif not rows or len(values) != len(rows) or any(value not in _ATTRIBUTES.get(role, ()) for value in values):
            self._note_fault(f"has attributes in a tag {role.lstrip('/')} that no edition has")

    def compare_parents(self, pages: Sequence[TagObject], parents: Mapping[int, TagObject]) -> None:
        """Note as faults where the PDF's parent tree differs from its elements, on these pages."""
        count = 0
        for page, number, owner in _iterate_parent_tree(pages, parents):
            count += 1
            if self._owners.get((page, number)) != owner:
                self._note_fault("has content whose tag is not the one that its page names")
                return
        if count != len(self._owners):
            self._note_fault("has tags for content that its pages do not know")
        for page_object in pages:
            annotations: TagObject = page_object.get("/Annots", ())
            for annotation in annotations:
                named = parents.get(int(annotation.get("/StructParent", -1)))
                if annotation.get("/Subtype") != "/Link":
                    continue  # another rule reports it
                if named is None or self._annotations.get(annotation.objgen) != named.objgen:
                    self._note_fault("has a link whose tag is not the one that it names")
                    return

    def _note_fault(self, fault: str) -> None:
        """Note a fault of the tag tree, each once."""
        if fault not in self.objects.faults:
            self.objects.faults.append(fault)


def _iterate_parent_tree(
    pages: Iterable[TagObject], parents: Mapping[int, TagObject]
) -> Iterator[tuple[tuple[int, int], int, tuple[int, int]]]:
    """Yield page, id and element of all marked content, as the PDF's parent tree has it."""
    for page in pages:
        row = parents.get(int(page.get("/StructParents", -1)))
        if isinstance(row, pikepdf.Array):
            for number, element in enumerate(row):
                if isinstance(element, pikepdf.Dictionary):
                    yield page.objgen, number, element.objgen
