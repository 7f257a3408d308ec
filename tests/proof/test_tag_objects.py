"""No element of a PDF's tag tree makes screen readers say other words than those of its content."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from onrecord.proof.reading.pdf_pages import PdfContent, TagElement
from onrecord.proof.reading.tag_objects import read_tag_objects
from onrecord.proof.reading.tag_tree import OUTSIDE_SECTIONS, TagTreeReader

LEVELS = ("Document", "Div", "Sect", "P", "Span")  # each in the one before
_NOT_HERE = "has “{}” in a tag {}, which no edition has there"


@pytest.fixture
def pdf() -> Iterator[pikepdf.Pdf]:
    """A PDF of one page, whose words stand in the innermost of five elements."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page().obj
        page.StructParents = 0
        root = parent = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        for level in LEVELS:
            element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{level}"), P=parent))
            parent.K = Array([element])
            parent = element
        parent.K, parent.Pg, parent.ActualText = Array([0]), page, String("Words")
        root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array([0, Array([parent])])))
        pdf.Root.StructTreeRoot = root
        yield pdf


def find_element(pdf: pikepdf.Pdf, level: str) -> pikepdf.Object:
    element = pdf.Root.StructTreeRoot
    for _ in range(LEVELS.index(level) + 1):
        element = element.K[0]
    return element


def find_faults(pdf: pikepdf.Pdf, level: str, key: str, value: object) -> list[str]:
    """Return what is strange in the tag tree with this key of an element."""
    assert not read_tag_objects(pdf).faults
    find_element(pdf, level)[key] = value
    return read_tag_objects(pdf).faults


@pytest.mark.parametrize("key", ["/ActualText", "/Alt", "/E", "/Lang", "/T", "/ID", "/NS", "/PhoneticAlphabet"])
def test_the_topmost_element_has_no_texts(pdf: pikepdf.Pdf, key: str) -> None:
    """An /ActualText there would be read aloud in the place of the whole book."""
    faults = find_faults(pdf, "Document", key, String("Denied"))
    assert faults == [f"has “{key}” in the topmost tag, which no edition has"]


@pytest.mark.parametrize("level", ["Div", "Sect", "P"])
@pytest.mark.parametrize("key", ["/ActualText", "/Alt"])
@pytest.mark.parametrize("words", ["Denied", " ", ""])
def test_no_element_has_other_words_than_its_content(pdf: pikepdf.Pdf, level: str, key: str, words: str) -> None:
    """Only a line whose words are compared has them again, and a picture has a description."""
    assert find_faults(pdf, level, key, String(words)) == [_NOT_HERE.format(key, level)]


@pytest.mark.parametrize(("level", "key"), [("Span", "/ActualText"), ("Sect", "/T"), ("P", "/Lang")])
def test_no_text_of_an_element_is_empty(pdf: pikepdf.Pdf, level: str, key: str) -> None:
    """An empty /ActualText makes readers skip the words."""
    assert find_faults(pdf, level, key, String("")) == [f"has an empty “{key}” in a tag {level}"]


@pytest.mark.parametrize(("key", "value"), [("/S", "/Private"), ("/S", "/Artifact"), ("/Type", "/Artifact")])
def test_elements_have_the_kinds_that_editions_have(pdf: pikepdf.Pdf, key: str, value: str) -> None:
    (fault,) = find_faults(pdf, "Div", key, Name(value))
    assert fault.startswith("has a tag of the kind “")


@pytest.mark.parametrize("attributes", [Array([]), Dictionary(O=Name.Table, Summary=String("Denied"))])
def test_attributes_are_those_of_editions(pdf: pikepdf.Pdf, attributes: pikepdf.Object) -> None:
    assert find_faults(pdf, "Div", "/A", attributes) == ["has attributes in a tag Div that no edition has"]


@pytest.mark.parametrize(
    ("holder", "tag"),
    [
        (TagElement("Div", "", ""), "Div"),
        (TagElement("Div", "", "", replacement="Denied"), "Div as “Denied”"),
        (TagElement("Div", "other", "", language="fr"), "Div in the language “fr” as “other”"),
    ],
)
def test_elements_around_sections_are_compared(holder: TagElement, tag: str) -> None:
    """Such an element is in no section, so its tag is read by itself."""
    holder.kids = {0: TagElement("Sect", "front.title", "")}
    root = TagElement("", "", "", kids={0: TagElement("Document", "", "", kids={0: holder})})
    reader = TagTreeReader(PdfContent([], root, {}))
    reader.read_sections(root, {})
    assert reader.section_tags == {OUTSIDE_SECTIONS: [tag], "front.title": ["Sect"]}
