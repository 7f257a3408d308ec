"""Compare a supplement and its change sheet with the whole pack and the record of the earlier delivery.

The record holds digests of what was delivered, piece by piece; those of the pack as it is now are computed here again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from onrecord.model import (
    Answer,
    Block,
    Book,
    Division,
    EditorNote,
    Interview,
    Question,
    find_footnote_calls,
    iterate_block_passages,
    to_plain_text,
)
from onrecord.model.changes import ChangeKind, InterviewChange
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.rules.report import HINT

_Pieces = Counter[tuple[str, str]]  # kind and digest of each piece of an interview
_DIGITS = 32  # of a digest in a record


@dataclass(frozen=True, slots=True)
class _DeliveredInterview:
    """An interview as it was delivered: its pieces, and the number of its last page."""

    pieces: _Pieces
    last: str


def prove_supplement(whole: Book, supplement: Book, earlier: Sequence[Mapping[str, object]]) -> tuple[Problem, ...]:
    """Return the problems of a supplement: what it leaves out or adds, and what its change sheet does not list.

    `whole` is the pack before it was reduced, `earlier` the interviews in the record of the earlier delivery, as JSON.
    """
    pack = supplement.pack
    assert pack is not None
    assert pack.supplement is not None
    versions = {str(record["slug"]): _read_version(record) for record in earlier}
    faults = list(_find_unlisted_changes(whole, versions, pack.supplement.changes))
    changed = [change.slug for change in pack.supplement.changes if change.kind is not ChangeKind.WITHDRAWN]
    inserts = pack.supplement.inserts
    papers = [interview.slug for interview in supplement.interviews]
    if not papers == changed == [insert.slug for insert in inserts]:
        faults.append(f"holds {', '.join(papers) or 'nothing'}, and lists {', '.join(changed) or 'nothing'}")
    if changed != [interview.slug for interview in whole.interviews if interview.slug in set(changed)]:
        faults.append("lists changes in another order than the pack has")
    faults += _find_wrong_places(whole, versions, {insert.slug: insert.page for insert in inserts})
    return tuple(Problem(pack.location, Rule.CHANGES_ARE_TOLD, f"the supplement {fault}", HINT) for fault in faults)


def _read_version(record: Mapping[str, object]) -> _DeliveredInterview:
    """Return an interview in the record of a delivery."""
    pieces = record["pieces"]
    assert isinstance(pieces, list)
    return _DeliveredInterview(Counter((piece["kind"], piece["digest"]) for piece in pieces), str(record["last"]))


def _find_unlisted_changes(
    whole: Book, versions: Mapping[str, _DeliveredInterview], changes: Sequence[InterviewChange]
) -> Iterator[str]:
    """Yield, as a sentence, each interview of the pack or the earlier delivery whose change is not listed as it is.

    An interview with the pieces of one that is gone has only another file name, and is not new.
    """
    changes_by_slug = {change.slug: change for change in changes}
    present = {interview.slug: _list_pieces(interview) for interview in whole.interviews}
    gone = {slug: version for slug, version in versions.items() if slug not in present}
    for slug, pieces in present.items():
        version, change = versions.get(slug), changes_by_slug.get(slug)
        if version is None:
            if all(before.pieces != pieces for before in gone.values()) and not _is_of_kind(change, ChangeKind.NEW):
                yield f"does not say that “{slug}” is new"
        elif not (_lists_pieces(change, version.pieces, pieces) if change else version.pieces == pieces):
            yield f"does not list what has changed in “{slug}”"
    for slug, version in gone.items():
        is_renamed = any(version.pieces == pieces for name, pieces in present.items() if name not in versions)
        if not is_renamed and not _is_of_kind(changes_by_slug.get(slug), ChangeKind.WITHDRAWN):
            yield f"does not say that “{slug}” is withdrawn"
    for slug in sorted(changes_by_slug.keys() - present.keys() - gone.keys()):
        yield f"lists “{slug}”, which is in neither pack"


def _is_of_kind(change: InterviewChange | None, kind: ChangeKind) -> bool:
    """Return whether there is a listed change, and it is of this kind."""
    return change is not None and change.kind is kind


def _lists_pieces(change: InterviewChange, before: _Pieces, now: _Pieces) -> bool:
    """Return whether the changes of an interview name each piece that is new, each that is gone, and no other.

    A piece that only moved below another question is named as both.
    """
    new = Counter((part.now.kind, part.now.digest) for part in change.changes if part.now)
    old = Counter((part.before.kind, part.before.digest) for part in change.changes if part.before)
    is_exact = all(now[key] - before[key] == new[key] - old[key] for key in {*now, *before, *new, *old})
    return change.kind is ChangeKind.CHANGED and is_exact and new <= now and old <= before


def _find_wrong_places(
    whole: Book, versions: Mapping[str, _DeliveredInterview], inserts: Mapping[str, str]
) -> Iterator[str]:
    """Yield, as a sentence, each interview that is to be inserted after a wrong page.

    A changed interview belongs after its earlier version; a new one after the delivered interview before it in its
    agenda item, or in an item of new ones after the item before. Not checked: what is inserted before a page, and what
    is inserted beside a renamed interview.
    """
    slugs = [[interview.slug for interview in part.interviews] for part in whole.parts]
    has_renamed = any(slug not in versions and slug not in inserts for part in slugs for slug in part)
    last_delivered: _DeliveredInterview | None = None
    for part in slugs:
        is_new = not any(slug in versions for slug in part)
        before = last_delivered if is_new else None
        for slug in part:
            before = versions.get(slug, before)
            is_known = slug in versions or not has_renamed
            if slug in inserts and before is not None and is_known and inserts[slug] != before.last:
                yield f"has “{slug}” after page {inserts[slug] or '?'} instead of {before.last or '?'}"
            last_delivered = versions.get(slug, last_delivered)


def _list_pieces(interview: Interview) -> _Pieces:
    """Return kind and digest of each piece of an interview that the record of a delivery must have."""
    texts = [
        ("title", interview.title.text),
        ("standfirst", interview.standfirst.text if interview.standfirst else ""),
        ("byline", interview.byline.text if interview.byline else ""),
        ("introduction", _join_passages(interview, interview.introduction)),
        ("disclaimer", interview.disclaimer.text if interview.disclaimer else ""),
        ("rights", interview.rights.text if interview.rights else ""),
    ]
    pieces = Counter((kind, _compute_digest(text)) for kind, text in texts if text)
    for entry in interview.conversation:
        pieces[entry.kind, _compute_digest(_join_entry(interview, entry))] += 1
    return pieces


def _join_entry(interview: Interview, entry: Question | Answer | EditorNote | Division) -> str:
    """Return the words of an entry: the label of a turn, its passages, and the notes that they call."""
    if isinstance(entry, Division):
        return to_plain_text(entry.content)
    words = _join_passages(interview, entry.blocks)
    label = "" if isinstance(entry, EditorNote) else entry.label
    return "\n".join(text for text in (label, words) if text)


def _join_passages(interview: Interview, blocks: Iterable[Block]) -> str:
    """Return the passages of blocks and of the notes that they call, one in a line."""
    blocks = tuple(blocks)
    notes = {note.number: note.blocks for note in interview.footnotes}
    called = [block for number in find_footnote_calls(blocks) for block in notes.get(number, ())]
    passages = [*iterate_block_passages(blocks, ""), *iterate_block_passages(called, "")]
    return "\n".join(" ".join(passage.numbered_text.split()) for passage in passages)


def _compute_digest(text: str) -> str:
    """Return the digest of a text, as a record has it."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
