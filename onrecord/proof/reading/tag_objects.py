"""Walk the tag tree of a PDF from its root, as a screen reader may that does not go page by page.

PDFium finds elements by the content of pages and the parent tree. Here is seen what it cannot see: elements without
content, a parent tree that says something else than the elements, attributes. (ISO 32000-1 §14.7)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import pikepdf

from onrecord.proof.reading.embedded_objects import PdfValue

TagObject: TypeAlias = PdfValue  # a structure element, or what it holds
_KEYS = frozenset({"/Type", "/S", "/P", "/K", "/Pg", "/ID", "/T", "/A", "/Lang", "/Alt", "/ActualText"})
_SAID = ("/Alt", "/ActualText", "/T")
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
    documents = _list_kids(root)
    walker = _BranchWalker()
    if len(documents) != 1 or documents[0].get("/S") != "/Document":
        walker.objects.faults.append("has more than one document in its tags")
    for document in documents:
        walker.read_branch(document, root, "")
    walker.compare_parents(pdf)
    return walker.objects


def _list_kids(element: TagObject) -> list[TagObject]:
    """Return the kids of an element of a PDF's tag tree."""
    kids = element.get("/K", ())
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids] if kids != () else []


class _BranchWalker:
    """Walks the elements, and notes which of them each piece of marked content belongs to."""

    def __init__(self) -> None:
        self.objects = TagObjects()
        self._owners: dict[_Place, tuple[int, int]] = {}
        self._annotations: dict[tuple[int, int], tuple[int, int]] = {}

    def read_branch(self, element: TagObject, parent: TagObject, article: str) -> bool:
        """Read an element of the tag tree and all inside; return whether it has any content."""
        if not isinstance(element, pikepdf.Dictionary) or "/S" not in element:
            self._note_fault("has a tag that is none")
            return False
        role = str(element.S)
        article = str(element.get("/ID", "")) if role == "/Art" else article
        keys = set(element.keys())
        if strange := sorted(keys - _KEYS):
            self._note_fault(f"has “{strange[0]}” in a tag, which no edition has")
        if element.get("/P") is None or element.P.objgen != parent.objgen:
            self._note_fault("has a tag that names another parent than it has")
        if "/A" in keys:
            self._read_attributes(role, element.A, article)
        has_content = False
        for kid in _list_kids(element):
            has_content |= self._read_kid(kid, element, article)
        if not has_content and any(key in keys for key in _SAID):
            self._note_fault("has words in a tag without content")
        return has_content

    def _read_kid(self, kid: TagObject, element: TagObject, article: str) -> bool:
        """Read a kid of a tagged element: an element, or a reference to content; return whether it has content."""
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            return self.read_branch(kid, element, article)
        if isinstance(kid, pikepdf.Dictionary) and "/Obj" in kid:
            self._annotations[kid.Obj.objgen] = element.objgen
            return True
        page, number = (
            (kid.get("/Pg", element.get("/Pg")), kid.MCID)
            if isinstance(kid, pikepdf.Dictionary)
            else (
                element.get("/Pg"),
                kid,
            )
        )
        place = (page.objgen, int(number))
        if place in self._owners:
            self._note_fault("has content that stands twice in its tags")
        self._owners[place] = element.objgen
        return True

    def _read_attributes(self, role: str, attributes: TagObject, article: str) -> None:
        """Note a tagged list's numbering, and as faults the attributes that no edition has."""
        rows = list(attributes) if isinstance(attributes, pikepdf.Array) else [attributes]
        values = [
            {key: str(value) for key, value in row.items()} for row in rows if isinstance(row, pikepdf.Dictionary)
        ]
        if role == "/L" and len(values) == 1 and set(values[0]) == {"/O", "/ListNumbering"}:
            self.objects.numberings.setdefault(article, Counter())[values[0]["/ListNumbering"].lstrip("/")] += 1
        elif len(values) != len(rows) or any(value not in _ATTRIBUTES.get(role, ()) for value in values):
            self._note_fault(f"has attributes in a tag {role.lstrip('/')} that no edition has")

    def compare_parents(self, pdf: pikepdf.Pdf) -> None:
        """Note as faults where the PDF's parent tree differs from its elements."""
        parents = dict(pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree).items())
        count = 0
        for page, number, owner in _iterate_parent_tree(pdf, parents):
            count += 1
            if self._owners.get((page, number)) != owner:
                self._note_fault("has content whose tag is not the one that its page names")
                return
        if count != len(self._owners):
            self._note_fault("has tags for content that its pages do not know")
        for page_object in pdf.pages:
            annotations: TagObject = page_object.obj.get("/Annots", ())
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
    pdf: pikepdf.Pdf, parents: dict[int, TagObject]
) -> Iterator[tuple[tuple[int, int], int, tuple[int, int]]]:
    """Yield page, id and element of all marked content, as the PDF's parent tree has it."""
    for page in pdf.pages:
        row = parents.get(int(page.obj.get("/StructParents", -1)))
        if isinstance(row, pikepdf.Array):
            for number, element in enumerate(row):
                if isinstance(element, pikepdf.Dictionary):
                    yield page.obj.objgen, number, element.objgen
