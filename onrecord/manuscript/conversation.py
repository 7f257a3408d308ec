"""Turn blocks into questions and answers, each with its speaker, number and address.

A wholly bold paragraph or a level-3 heading is a question; a bold label with a colon opens a turn of
the person it names; everything else belongs to the turn it stands in. `n` counts pairs: a question after
an answer opens the next pair, a second question or answer inside a pair gets the address `q7-2`, `a7-2`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.markdown import BodyPiece
from onrecord.manuscript.near_labels import KnownLabels
from onrecord.manuscript.near_turns import NearTurns
from onrecord.model import (
    Answer,
    Block,
    ConversationEntry,
    Division,
    EditorNote,
    Figure,
    Heading,
    Inline,
    Paragraph,
    Person,
    Question,
    Role,
    SourceLocation,
    Strong,
    Table,
    Text,
    TurnRemarks,
    to_plain_text,
    walk_blocks,
)
from onrecord.model.interview import NO_REMARKS
from onrecord.model.names import fold_name
from onrecord.model.problems import find_closest_word
from onrecord.model.rule import Rule
from onrecord.model.slugs import RESERVED_IDS

_LONGEST_LABEL = 60
_COLONS = (":", "：")
_BRACKETED = re.compile(r"(.+?)\s*[\[(]([^\[\]()]+)[\])]")
_TIME = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):([0-5]\d)")
_ADDRESS = re.compile(r"[qa]\d+(?:-\d+)?")
_RESERVED = re.compile(r"(?:fn|pullquote|cite-).*|xref\d+|page-(?:\d+|[ivxlc]+)")


@dataclass
class _OpenTurn:
    """A turn while its blocks come in."""

    asks: bool
    location: SourceLocation
    speaker: Person | None = None
    label: str = ""
    id: str = ""
    remarks: TurnRemarks = NO_REMARKS
    blocks: list[Block] = field(default_factory=list)

    @property
    def takes_text(self) -> bool:
        """Return whether text without a label belongs to this turn, not to an answer to it."""
        return not self.asks or bool(self.label)


_Entry = _OpenTurn | Division | EditorNote


class Conversation:
    """The introduction and the conversation of an interview, made from its pieces."""

    def __init__(self, people: Sequence[Person], problems: Problems) -> None:
        self._people = people
        self._problems = problems
        self._names = {fold_name(name): person for person in people for name in (person.name, *person.labels)}
        self._labels = KnownLabels(people)
        self._asker = _get_only_person([person for person in people if person.role.asks])
        self._guest = _get_only_person([person for person in people if person.role is Role.INTERVIEWEE])
        self._entries: list[_Entry] = []
        self._introduction: list[Block] = []

    def read_pieces(self, pieces: Iterable[BodyPiece]) -> tuple[tuple[Block, ...], tuple[ConversationEntry, ...]]:
        """Return the blocks of an interview's introduction, and the turns, divisions and notes after it."""
        near_turns = NearTurns(self._labels, self._problems)
        for piece in _attach_captions(pieces):
            last = self._entries[-1] if self._entries else None
            turn = self._take_piece(piece)
            self._apply_attributes(piece, last)
            near_turns.check_block(piece.block, turn.label if turn else "", is_question=turn is not None)
        near_turns.report_repeated()
        return tuple(self._introduction), _number_entries(self._entries, self._problems)

    # what a piece is

    def _take_piece(self, piece: BodyPiece) -> _OpenTurn | None:
        """Add a piece of the body: start a turn, division or note and return it, or continue the open turn.

        Return the turn if the piece starts one.
        """
        block = piece.block
        match block:
            case EditorNote():
                self._entries.append(block)
                return None
            case Heading(content, 1 | 2, place):
                self._entries.append(Division(content, piece.id, place))
                return None
            case Heading(content, 3, place):
                return self._open_question(content, place, piece.id)
            case Paragraph(content, place) if content and isinstance(content[0], Strong):
                if turn := self._start_turn(content[0], content[1:], place, piece.id):
                    return turn
        self._add_to_turn(self._labels.drop_backslash(block))
        return None

    def _apply_attributes(self, piece: BodyPiece, last: _Entry | None) -> None:
        """Give the turn that the piece opened its attributes in braces; report braces that stand on no turn.

        `last` is the last entry before the piece was taken.
        """
        identity = "" if isinstance(piece.block, Figure) else piece.id
        entry = self._entries[-1] if self._entries else None
        if isinstance(entry, _OpenTurn) and entry is not last:
            entry.id, entry.remarks = entry.id or identity, piece.remarks
        elif (identity and not isinstance(entry, Division)) or piece.remarks != NO_REMARKS:
            sign = f"#{identity}" if identity else "t=…" if piece.remarks.seconds is not None else "question=…"
            self._problems.add(
                piece.block.location.line,
                Rule.IDS_STAND_ON_TURNS,
                f"{{{sign}}} stands on no turn",
                "put it at the end of the first paragraph of a turn",
            )

    def _start_turn(
        self, bold: Strong, following: tuple[Inline, ...], place: SourceLocation, identity: str
    ) -> _OpenTurn | None:
        """Start a turn if the bold text is a label or a question, and return it; None if it is neither."""
        label, words = _split_label(bold, following)
        if label:
            return self._open_turn(label, words, place, identity)
        if following:
            return None
        known_label, words = self._split_known_label(bold)
        if known_label:
            return self._open_turn(known_label, words, place, identity)
        return self._open_question(bold.content, place, identity)

    def _split_known_label(self, bold: Strong) -> tuple[str, tuple[Inline, ...]]:
        """Return label and words of a paragraph that is wholly bold: `**AK: What then?**`."""
        first = bold.content[0] if bold.content else None
        if not isinstance(first, Text) or ":" not in first.text:
            return "", ()
        name, _, words = first.text.partition(":")
        if fold_name(name) not in self._names:
            return "", ()
        return f"{name}:", (*((Text(words.lstrip()),) if words.strip() else ()), *bold.content[1:])

    # what it does

    def _open_question(self, content: tuple[Inline, ...], place: SourceLocation, identity: str) -> _OpenTurn:
        """Start a question turn for a bold paragraph without a speaker label; report one without words."""
        if not to_plain_text(content).strip():
            self._problems.add(
                place.line,
                Rule.TURNS_HAVE_WORDS,
                "this question has no words",
                "write the question, or delete the line",
            )
        turn = _OpenTurn(True, place, self._asker, id=identity)
        turn.blocks.append(Paragraph(self._labels.drop_backslash_from_text(content), place))
        self._entries.append(turn)
        return turn

    def _open_turn(self, label: str, words: tuple[Inline, ...], place: SourceLocation, identity: str) -> _OpenTurn:
        """Begin a turn of the speaker with this label; report a label that belongs to nobody."""
        name = label.rstrip(":： \u00a0\u202f")
        person = self._names.get(fold_name(name))
        if person is None:
            self._report_unknown(name, place)
        turn = _OpenTurn(person is not None and person.role.asks, place, person, label, identity)
        if words:
            turn.blocks.append(Paragraph(words, place))
        self._entries.append(turn)
        return turn

    def _report_unknown(self, name: str, place: SourceLocation) -> None:
        """Report a speaker label that belongs to nobody under `people`; the hint names the closest label."""
        near = find_closest_word(name, [name for person in self._people for name in (person.name, *person.labels)])
        person = self._names.get(fold_name(near)) if near else None
        if complaint := self._explain_bracketed_label(name):
            self._problems.add(place.line, Rule.SPEAKER_IS_CAST, *complaint)
            return
        hint = f'add under people: - {{name: "{name}", role: interviewee}}'
        if near and person:
            hint = f'did you mean “{near}”? Or add "{name}" to the labels of {person.name} in the front matter'
        self._problems.add(
            place.line,
            Rule.SPEAKER_IS_CAST,
            f"“{name}” speaks here but is not among the people of this interview",
            hint,
        )

    def _explain_bracketed_label(self, name: str) -> tuple[str, str] | None:
        """Return sentence and hint for a person's label with a remark or a time in brackets, or None."""
        label = _BRACKETED.fullmatch(name)
        if label is None or fold_name(label.group(1)) not in self._names:
            return None
        person, remark = label.groups()
        sentence = f"“{name}” is the label “{person}” with more words"
        if time := _TIME.fullmatch(remark):
            hours, minutes, seconds = (int(part or 0) for part in time.groups())
            mark = f"{{t={hours:02}:{minutes:02}:{seconds:02}}}"
            return sentence, f"write: **{person}:** …, and at the end of the paragraph {mark}"
        bracket = name[len(name.rstrip(")]")) - len(remark) - 1]
        closing = "]" if bracket == "[" else ")"
        return sentence, f"write the remark after the label: **{person}:** {bracket}{remark}{closing} …"

    def _add_to_turn(self, block: Block) -> None:
        """Add the block to the last turn, or to the introduction before the first turn.

        After a division or a note it opens a new turn of the same speaker; after a question without a label, an
        answer.
        """
        turn = next((entry for entry in reversed(self._entries) if isinstance(entry, _OpenTurn)), None)
        if turn is None:
            self._add_to_introduction(block)
        elif turn is not self._entries[-1] or not turn.takes_text:
            asks = turn.asks and turn.takes_text
            speaker = turn.speaker if turn.takes_text else self._guest
            self._entries.append(_OpenTurn(asks, block.location, speaker, blocks=[block]))
        else:
            turn.blocks.append(block)

    def _add_to_introduction(self, block: Block) -> None:
        """Add text before the first turn; a division above it is a heading of the introduction."""
        for entry in self._entries:
            if isinstance(entry, Division):
                self._introduction.append(Heading(entry.content, 2, entry.location))
            elif isinstance(entry, EditorNote):
                self._problems.add(
                    entry.location.line,
                    Rule.NOTES_STAND_BETWEEN_TURNS,
                    "an editor's note stands inside the introduction",
                    "move the ::: note after the introduction, or take its ::: lines away",
                )
        self._entries.clear()
        self._introduction.append(block)


# --- labels ---------------------------------------------------------------------------------------


def _get_only_person(people: Sequence[Person]) -> Person | None:
    """Return the person if there is exactly one, else None."""
    return people[0] if len(people) == 1 else None


def _split_label(bold: Strong, following: tuple[Inline, ...]) -> tuple[str, tuple[Inline, ...]]:
    """Return the bold text as a speaker label with its colon, and the words after it; "" if it is no label.

    The label is "" if the bold text is none.
    """
    text = to_plain_text(bold.content)
    after = following[0].text if following and isinstance(following[0], Text) else ""
    if len(text) > _LONGEST_LABEL or not text.strip() or text.startswith("\\"):
        return "", ()
    if text.rstrip().endswith(_COLONS) and (following or not text.rstrip(":： ").endswith("?")):
        return text.strip(), _strip_leading_space(following)
    trimmed = after.lstrip(" \u00a0\u202f")
    if trimmed.startswith(_COLONS):
        spaces = after[: len(after) - len(trimmed)].replace(" ", "")
        return text.strip() + spaces + trimmed[0], _strip_leading_space((Text(trimmed[1:]), *following[1:]))
    return "", ()


def _strip_leading_space(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return the inlines without the spaces at the start of the first text."""
    if content and isinstance(content[0], Text):
        text = content[0].text.lstrip(" ")
        return (Text(text), *content[1:]) if text else content[1:]
    return content


def _attach_captions(pieces: Iterable[BodyPiece]) -> list[BodyPiece]:
    """Return the pieces of an interview's body with captions moved into the tables and pictures above them.

    A paragraph that begins with a colon, right after a table or a picture, is its caption.
    """
    attached: list[BodyPiece] = []
    for piece in pieces:
        before = attached[-1].block if attached else None
        block = piece.block
        if isinstance(block, Paragraph) and isinstance(before, Table | Figure) and not before.caption:
            first = block.content[0] if block.content else None
            if isinstance(first, Text) and first.text.startswith(":"):
                words = _strip_leading_space((Text(first.text[1:]), *block.content[1:]))
                caption = (Paragraph(words, block.location),)
                attached[-1] = replace(attached[-1], block=replace(before, caption=caption))
                continue
        attached.append(piece)
    return attached


# --- numbers and addresses ------------------------------------------------------------------------


def _number_entries(entries: Sequence[_Entry], problems: Problems) -> tuple[ConversationEntry, ...]:
    """Return the entries of a conversation, each turn with its number and address."""
    n, divisions, previous = 0, 0, None
    counts: dict[str, int] = {}  # "a7" -> how many answers of pair 7
    conversation: list[ConversationEntry] = []
    for entry in entries:
        if isinstance(entry, EditorNote):
            conversation.append(entry)
            continue
        _refuse_reserved(entry.id, entry.location, problems)
        if isinstance(entry, Division):
            divisions += 1
            conversation.append(replace(entry, id=entry.id or f"division-{divisions}"))
            continue
        if n == 0 or (entry.asks and previous is not None and not previous.asks):
            n += 1
        previous = entry
        base = f"{'q' if entry.asks else 'a'}{n}"
        counts[base] = counts.get(base, 0) + 1
        conversation.append(_close_turn(entry, n, base, counts[base], problems))
    _refuse_repeated_ids(conversation, problems)
    return tuple(conversation)


def _close_turn(turn: _OpenTurn, n: int, base: str, ordinal: int, problems: Problems) -> Question | Answer:
    """Return an open turn as a Question or Answer under its own id or its address; report wrong ids and no words.

    An own id must not look like the address of another turn. `base` is the address of the first turn of the pair,
    "a7"; the second one is "a7-2".
    """
    address = f"{base}-{ordinal}" if ordinal > 1 else base
    if turn.id != address and _ADDRESS.fullmatch(turn.id):
        problems.add(
            turn.location.line,
            Rule.IDS_ARE_UNIQUE,
            f"{{#{turn.id}}} looks like the number of a turn, and this turn has the number {address}",
            f"write another address, for instance {{#turn-{turn.id}}}",
        )
    if not turn.blocks:
        problems.add(
            turn.location.line,
            Rule.TURNS_HAVE_WORDS,
            f"{turn.label} speaks, but says nothing",
            "write the words after the label",
        )
    kind = Question if turn.asks else Answer
    identity, blocks = turn.id or address, tuple(turn.blocks)
    return kind(n, identity, blocks, turn.location, turn.speaker, turn.label, ordinal, turn.remarks)


def _refuse_reserved(identity: str, place: SourceLocation, problems: Problems) -> None:
    """Report an id that On Record itself uses in the editions."""
    if identity in RESERVED_IDS - {"rights"} or _RESERVED.fullmatch(identity):
        problems.add(
            place.line,
            Rule.IDS_ARE_UNIQUE,
            f"the address {{#{identity}}} is used by the book itself",
            f"write {{#{identity}-1}}",
        )


def _refuse_repeated_ids(conversation: Sequence[ConversationEntry], problems: Problems) -> None:
    """Report every id of a turn, division or block that the interview has used before."""
    addressed: list[tuple[str, SourceLocation]] = [
        (part.id, part.location) for part in conversation if not isinstance(part, EditorNote)
    ]
    addressed += [
        (block.id, block.location)
        for part in conversation
        if not isinstance(part, Division)
        for block in walk_blocks(part.blocks)
        if isinstance(block, Figure) and block.id
    ]
    first_places: dict[str, SourceLocation] = {}
    for identity, place in addressed:
        first = first_places.setdefault(identity, place)
        if first != place:
            problems.add(
                place.line,
                Rule.IDS_ARE_UNIQUE,
                f"the address #{identity} stands twice, first in line {first.line}",
                "give one of the two another {#address}",
            )
