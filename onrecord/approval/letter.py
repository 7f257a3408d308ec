"""Send an interview for approval, write what came back, and record who approved it."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from onrecord.approval.docx_writer import Letter, write_document
from onrecord.approval.review import ManuscriptFile, MergedManuscript, Review, open_manuscript
from onrecord.approval.sendings import Sending, find_sendings_file, format_sendings, read_sendings
from onrecord.approval.sent_paragraphs import list_sent_paragraphs
from onrecord.manuscript.approvals import APPROVAL_FOLDER, format_approval
from onrecord.manuscript.link_guard import refuse_link_out
from onrecord.manuscript.source import read_source_text
from onrecord.model import Interview, SourceLocation
from onrecord.model.approved_text import compute_text_digests, compute_text_fingerprint
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.runtime import folders
from onrecord.wording.translations import format_date, get_interface_texts

_BOM = b"\xef\xbb\xbf"


def send_interview(folder: Path, slug: str, recipient: str, until: date | None) -> Path:
    """Write `approval/SLUG.docx` and remember what was sent; return the path of the document."""
    interview = open_manuscript(folder, slug).interview
    path = folder / APPROVAL_FOLDER / f"{slug}.docx"
    refuse_link_out(path, folder)
    sendings = read_sendings(folder, slug)
    _refuse_changed_document(path, sendings)
    fingerprint = compute_text_fingerprint(interview)
    instructions = _write_instructions(interview, recipient, until)
    letter = Letter(slug, interview.title.text, interview.language, fingerprint, instructions)
    data = write_document(letter, list_sent_paragraphs(interview, with_empty_cells=True))
    digest = hashlib.sha256(data).hexdigest()
    deadline = until.isoformat() if until else ""
    sending = Sending(fingerprint, recipient, deadline, digest, list_sent_paragraphs(interview))
    folders.write_files({find_sendings_file(folder, slug): format_sendings((*sendings, sending)), path: data})
    return path


def _refuse_changed_document(path: Path, sendings: tuple[Sending, ...]) -> None:
    """Raise Refused if the document that would be replaced is not one that was written here."""
    if not path.is_file():
        return
    digest = hashlib.sha256(folders.read_file(path)).hexdigest()
    if digest not in {sending.sha256 for sending in sendings}:
        sentence = "this file is not as it was written: it may hold somebody's changes"
        hint = f"take them first (approve --take {APPROVAL_FOLDER}/{path.name}), then move it away"
        raise Refused(
            [Problem(SourceLocation(f"{APPROVAL_FOLDER}/{path.name}"), Rule.SENT_TEXT_IS_KNOWN, sentence, hint)]
        )


def _write_instructions(interview: Interview, recipient: str, until: date | None) -> tuple[str, ...]:
    """Return the lines that say what to do, in the language of the interview."""
    texts = get_interface_texts(interview.language)
    return tuple(
        filter(
            None,
            (
                texts["approval_for"].format(recipient) if recipient else "",
                texts["approval_ask"],
                texts["approval_until"].format(format_date(until, interview.language)) if until else "",
            ),
        )
    )


def write_merged(review: Review, merged: MergedManuscript) -> None:
    """Write the manuscript with the changes; raise Refused if somebody else has changed it meanwhile."""
    manuscript = review.manuscript
    refuse_link_out(manuscript.path, manuscript.folder)
    data = folders.read_file(manuscript.path)
    _refuse_changed_manuscript(manuscript)
    line_end = b"\r\n" if b"\r\n" in data else b"\n"
    text = merged.text.encode().replace(b"\n", line_end)
    folders.write_file(manuscript.path, (_BOM if data.startswith(_BOM) else b"") + text)


def _refuse_changed_manuscript(manuscript: ManuscriptFile) -> None:
    """Raise Refused if the file is no longer the one that was read."""
    text, _ = read_source_text(manuscript.path, manuscript.name)
    if text != manuscript.text:
        sentence, hint = "this file has changed meanwhile, so nothing was written", "take the changes again"
        raise Refused([Problem(SourceLocation(manuscript.name), Rule.CHANGES_ARE_WRITTEN, sentence, hint)])


def record_approval(folder: Path, slug: str, name: str, day: date) -> Path:
    """Record that somebody approved the interview as it is now; return the file that says so."""
    interview = open_manuscript(folder, slug).interview
    path = folder / APPROVAL_FOLDER / f"{slug}.yaml"
    refuse_link_out(path, folder)
    folders.write_file(path, format_approval(name, day, compute_text_digests(interview)).encode())
    return path
