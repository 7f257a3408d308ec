"""Read who approved an interview: `approval/SLUG.yaml` in the book's folder."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import replace
from pathlib import Path

from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.interview_keys import APPROVAL_KEYS
from onrecord.manuscript.kept_records import open_record
from onrecord.manuscript.settings import BookSettings
from onrecord.manuscript.yaml_events import quote_value
from onrecord.model import Interview, SourceLocation
from onrecord.model.approved_text import TextDigest, find_changes_since_approval
from onrecord.model.dates import AnyDate
from onrecord.model.interview import Approval

APPROVAL_FOLDER = "approval"  # of the book's folder


def add_approvals(folder: Path, interviews: MutableMapping[str, Interview], settings: BookSettings) -> None:
    """Give each interview its approval; one that lacks what the book needs is held back."""
    home = folder / APPROVAL_FOLDER
    if not home.is_dir() and not settings.needs_approval:
        return
    for slug, interview in interviews.items():
        approval = _read_approval(folder, slug, settings.problems)
        clearance = interview.clearance
        if settings.needs_approval and (reason := _explain_missing_approval(interview, approval)):
            place = approval.location if approval else interview.location
            clearance = replace(clearance, lacks=reason, location=place)
        interviews[slug] = replace(interview, approval=approval, clearance=clearance)


def _explain_missing_approval(interview: Interview, approval: Approval | None) -> str:
    """Return what is missing to the approval of an interview, as a predicate; "" if nothing is."""
    if approval is None:
        return "is not approved"
    changes = find_changes_since_approval(interview, approval)
    return f"was changed after it was approved ({changes[0].sentence})" if changes else ""


def _read_approval(folder: Path, slug: str, problems: Problems) -> Approval | None:
    """Return the approval of the interview with this slug; its mistakes go to the problems of the book."""
    name = f"{APPROVAL_FOLDER}/{slug}.yaml"
    with open_record(folder, name, APPROVAL_KEYS, problems) as section:
        if section is None:
            return None
        by, day = section.read_text("by"), section.read_any_date("date")
        digests = tuple((place, words.text) for place, words in section.read_named_texts("digests").items())
        return Approval(by, day, digests, SourceLocation(name))


def format_approval(by: str, day: AnyDate, digests: Sequence[TextDigest]) -> str:
    """Return the text of the file that records an approval: by whom, when, and the SHA-256 of each piece."""
    lines = [
        "# Who approved this interview, and the SHA-256 of each piece. Written by the command approve.",
        f"by: {quote_value(by)}",
        f"date: {day.isoformat()}",
        "digests:",
        *(f"  {digest.place}: {digest.sha256}" for digest in digests),
    ]
    return "\n".join(lines) + "\n"
