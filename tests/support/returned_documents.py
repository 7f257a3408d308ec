"""Word documents as they come back from an approval: changed in the XML, as Word writes it."""

from __future__ import annotations

import html
import io
import itertools
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from onrecord.approval.docx_writer import Letter, write_document
from onrecord.approval.sent_paragraphs import list_sent_paragraphs
from onrecord.model import Interview
from onrecord.model.approved_text import compute_text_fingerprint

DOCUMENT = "word/document.xml"
_RUN = re.compile(r"<w:r>(?:<w:rPr>((?:(?!</w:r>).)*?)</w:rPr>)?<w:t[^>]*>([^<]*)</w:t></w:r>")
_NUMBERS = itertools.count(900)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def sign() -> str:
    """Return the attributes of a tracked change: each has a number of its own."""
    return f'w:id="{next(_NUMBERS)}" w:author="The Keeper" w:date="2026-11-20T09:00:00Z"'


def write_letter(interview: Interview) -> bytes:
    """Return the document that is sent."""
    letter = Letter(
        interview.slug, interview.title.text, interview.language, compute_text_fingerprint(interview), ("Please read.",)
    )
    return write_document(letter, list_sent_paragraphs(interview, with_empty_cells=True))


def read_parts(data: bytes) -> dict[str, str]:
    """Return the parts of a document."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


def pack_parts(parts: Mapping[str, str]) -> bytes:
    """Return the document with these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return target.getvalue()


class DocumentEditor:
    """Changes a document as a person at a word processor does; with `tracks` off, nothing is recorded."""

    def __init__(self, data: bytes, *, tracks: bool = True) -> None:
        self.parts = read_parts(data)
        self._tracks = tracks

    def save(self, path: Path) -> Path:
        """Write the document."""
        path.write_bytes(pack_parts(self.parts))
        return path

    def change_xml(self, old: str, new: str, part: str = DOCUMENT) -> None:
        """Replace XML that stands there once."""
        assert self.parts[part].count(old) == 1, (old, self.parts[part].count(old))
        self.parts[part] = self.parts[part].replace(old, new)

    def replace(self, old: str, new: str, part: str = DOCUMENT) -> None:
        """Replace words inside one run; either may be empty, `old` is then given as the words before."""
        run, before, following, look = self._find_run(old, part)
        pieces = [_write_run(before, look)]
        if self._tracks:
            pieces.append(f"<w:del {sign()}>{_write_run(old, look, 'delText')}</w:del>")
        pieces += [self._add(new, look), _write_run(following, look)]
        self.change_xml(run, "".join(pieces), part)

    def insert(self, before: str, new: str, part: str = DOCUMENT, look: str | None = None) -> None:
        """Insert words after others in one run."""
        run, ahead, following, own_look = self._find_run(before, part)
        added = self._add(new, own_look if look is None else look)
        self.change_xml(run, _write_run(ahead + before, own_look) + added + _write_run(following, own_look), part)

    def set_look(self, words: str, look: str, part: str = DOCUMENT) -> None:
        """Give words a look: `<w:i/>`."""
        run, before, following, own_look = self._find_run(words, part)
        change = f"<w:rPrChange {sign()}><w:rPr>{own_look}</w:rPr></w:rPrChange>" if self._tracks else ""
        changed = _write_run(words, f"{look}{change}")
        self.change_xml(run, _write_run(before, own_look) + changed + _write_run(following, own_look), part)

    def divide(self, before: str) -> None:
        """End the paragraph after these words."""
        run, ahead, following, look = self._find_run(before, DOCUMENT)
        paragraph = self._find_paragraph(run)
        properties = re.search(r"<w:pPr>.*?</w:pPr>", paragraph)
        assert properties
        mark = f"<w:rPr><w:ins {sign()}/></w:rPr>" if self._tracks else ""
        first = paragraph[: paragraph.index(run)].replace("</w:pPr>", f"{mark}</w:pPr>")
        second = f"<w:p>{properties[0]}{_write_run(following, look)}{paragraph.split(run)[1]}"
        self.change_xml(paragraph, f"{first}{_write_run(ahead + before, look)}</w:p>{second}")

    def join(self, words: str) -> None:
        """Join the paragraph with these words and the one after it."""
        paragraph = self._find_paragraph(words)
        if self._tracks:
            mark = f"<w:rPr><w:del {sign()}/></w:rPr></w:pPr>"
            self.change_xml(paragraph, paragraph.replace("</w:pPr>", mark))
        else:
            following = self.parts[DOCUMENT].split(paragraph)[1].split("</w:p>")[0]
            runs = re.sub(r"<w:p>|<w:pPr>.*?</w:pPr>", "", following)
            self.change_xml(f"{paragraph}{following}</w:p>", paragraph.replace("</w:p>", f"{runs}</w:p>"))

    def remove_paragraph(self, words: str) -> None:
        """Take a paragraph out."""
        paragraph = self._find_paragraph(words)
        self.change_xml(paragraph, _mark_paragraph(paragraph, "del") if self._tracks else "")

    def add_paragraph(self, words: str, new: str, style: str = "Answer") -> None:
        """Add a paragraph after the one with these words."""
        paragraph = self._find_paragraph(words)
        added = f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{escape(new)}</w:t></w:r></w:p>'
        self.change_xml(paragraph, paragraph + (_mark_paragraph(added, "ins") if self._tracks else added))

    def move_paragraph(self, words: str, target: str) -> None:
        """Move a paragraph after the one with the words `target`."""
        paragraph, after = self._find_paragraph(words), self._find_paragraph(target)
        self.change_xml(paragraph, _mark_paragraph(paragraph, "moveFrom") if self._tracks else "")
        self.change_xml(after, after + (_mark_paragraph(paragraph, "moveTo") if self._tracks else paragraph))

    def comment(self, words: str, text: str) -> None:
        """Hang a comment on words."""
        run, before, following, look = self._find_run(words, DOCUMENT)
        inside = f'<w:commentRangeStart w:id="7"/>{_write_run(words, look)}<w:commentRangeEnd w:id="7"/>'
        inside += '<w:r><w:commentReference w:id="7"/></w:r>'
        self.change_xml(run, _write_run(before, look) + inside + _write_run(following, look))
        self.parts["word/comments.xml"] = (
            '<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:comment w:id="7" '
            f'w:author="The Keeper" w:date="2026-11-20T09:00:00Z"><w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>'
            "</w:comment></w:comments>"
        )
        relation = f'<Relationship Id="rIdNotes" Type="{_OFFICE}/comments" Target="comments.xml"/></Relationships>'
        self.change_xml("</Relationships>", relation, "word/_rels/document.xml.rels")
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
        override = f'<Override PartName="/word/comments.xml" ContentType="{kind}"/></Types>'
        self.change_xml("</Types>", override, "[Content_Types].xml")

    def _add(self, words: str, look: str) -> str:
        """Return added words."""
        run = _write_run(words, look)
        return f"<w:ins {sign()}>{run}</w:ins>" if self._tracks and run else run

    def _find_run(self, words: str, part: str) -> tuple[str, str, str, str]:
        """Return the run with the words, its text before and after them, and its look."""
        for match in _RUN.finditer(self.parts[part]):
            text = html.unescape(match[2])
            if words in text:
                before, _, following = text.partition(words)
                return match[0], before, following, match[1] or ""
        raise AssertionError(f"no run holds {words!r}")

    def _find_paragraph(self, words: str) -> str:
        """Return the paragraph that holds words or XML."""
        for match in re.finditer(r"<w:p>(?:(?!<w:p>).)*?</w:p>", self.parts[DOCUMENT]):
            if words in match[0] or escape(words) in re.sub(r"<[^>]*>", "", match[0]):
                return match[0]
        raise AssertionError(f"no paragraph holds {words!r}")


def _write_run(words: str, look: str, tag: str = "t") -> str:
    """Return a run; "" for no words."""
    text = f'<w:{tag} xml:space="preserve">{escape(words)}</w:{tag}>'
    return f"<w:r><w:rPr>{look}</w:rPr>{text}</w:r>" if words else ""


def _mark_paragraph(paragraph: str, kind: str) -> str:
    """Return a paragraph that was added, taken out or moved, with its end."""
    marked = paragraph.replace("</w:pPr>", f"<w:rPr><w:{kind} {sign()}/></w:rPr></w:pPr>", 1)
    head, runs = marked.split("</w:pPr>", 1)
    runs = re.sub(r"<w:bookmark\w+ [^>]*/>", "", runs)
    if kind == "del":
        runs = re.sub(r"<(/?)w:t\b", r"<\1w:delText", runs)
    runs = re.sub(r"<w:r>.*?</w:r>", lambda match: f"<w:{kind} {sign()}>{match[0]}</w:{kind}>", runs)
    return f"{head}</w:pPr>{runs}"
