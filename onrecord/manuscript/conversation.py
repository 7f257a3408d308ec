"""Blocks → turns: who asks, who answers, and the number and address of each turn.

A wholly bold paragraph or a level-3 heading is a question; a bold label with a colon opens a turn of
the person it names; all else belongs to the turn it stands in. `n` counts pairs: a question after
an answer opens the next pair, a second question or answer inside a pair gets the address `q7-2`, `a7-2`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.markdown import Piece
from onrecord.model import (
    Answer,
    Block,
    Division,
    EditorNote,
    Figure,
    Heading,
    Inline,
    Item,
    Paragraph,
    Person,
    Place,
    Question,
    Role,
    Strong,
    Table,
    Text,
    plain,
    walk_blocks,
)
from onrecord.model.problems import closest

_LONGEST_LABEL = 60
_COLONS = (":", "：")
_RESERVED = re.compile(r"(?:fn|pullquote|cite-).*|xref\d+|page-(?:\d+|[ivxlc]+)")
RESERVED_IDS = frozenset(
    {"title", "standfirst", "byline", "pointer", "disclaimer", "introduction", "main", "contents", "cite"}
)


@dataclass
class _Turn:
    """A turn while its blocks come in."""

    asks: bool
    place: Place
    speaker: Person | None = None
    label: str = ""
    id: str = ""
    blocks: list[Block] = field(default_factory=list)

    @property
    def takes_text(self) -> bool:
        """Whether text without a label is this turn's: a question by type face is answered by it instead."""
        return not self.asks or bool(self.label)


class Conversation:
    """The introduction and the items of an interview, made from its pieces."""

    def __init__(self, people: Sequence[Person], problems: Problems) -> None:
        self._people = people
        self._problems = problems
        self._names = {name.casefold(): person for person in people for name in (person.name, *person.labels)}
        self._asker = _only([person for person in people if person.role.asks])
        self._guest = _only([person for person in people if person.role is Role.INTERVIEWEE])
        self._found: list[_Turn | Division | EditorNote] = []
        self._introduction: list[Block] = []

    def read(self, pieces: Iterable[Piece]) -> tuple[tuple[Block, ...], tuple[Item, ...]]:
        for piece in _captioned(pieces):
            self._take(piece)
        return tuple(self._introduction), tuple(self._numbered())

    # what a piece is

    def _take(self, piece: Piece) -> None:
        block = piece.block
        match block:
            case EditorNote():
                self._found.append(block)
                return
            case Heading(content, 1 | 2, place):
                self._found.append(Division(content, piece.id, place))
                return
            case Heading(content, 3, place):
                self._ask(content, place, piece.id)
                return
            case Paragraph(content, place) if content and isinstance(content[0], Strong):
                if self._opens_turn(content, place, piece.id):
                    return
        if piece.id and not isinstance(block, Figure):
            self._problems.add(
                block.place.line,
                "ids-stand-on-turns",
                f"{{#{piece.id}}} stands on no turn",
                "put it behind the question or the label that opens a turn",
            )
        self._belongs(block)

    def _opens_turn(self, content: tuple[Inline, ...], place: Place, identity: str) -> bool:
        bold = content[0]
        assert isinstance(bold, Strong)
        rest = content[1:]
        label, words = _label(bold, rest)
        if label:
            self._speak(label, words, place, identity)
            return True
        if rest:
            return False
        known, words = self._label_within(bold)
        if known:
            self._speak(known, words, place, identity)
        else:
            self._ask(bold.content, place, identity)
        return True

    def _label_within(self, bold: Strong) -> tuple[str, tuple[Inline, ...]]:
        """A paragraph that is bold from label to end: `**AK: What then?**`."""
        first = bold.content[0] if bold.content else None
        if not isinstance(first, Text) or ":" not in first.text:
            return "", ()
        name, _, words = first.text.partition(":")
        if name.strip().casefold() not in self._names:
            return "", ()
        return f"{name}:", (*((Text(words.lstrip()),) if words.strip() else ()), *bold.content[1:])

    # what it does

    def _ask(self, content: tuple[Inline, ...], place: Place, identity: str) -> None:
        if not plain(content).strip():
            self._problems.add(
                place.line, "turns-have-words", "this question has no words", "write the question, or delete the line"
            )
        turn = _Turn(True, place, self._asker, id=identity)
        turn.blocks.append(Paragraph(content, place))
        self._found.append(turn)

    def _speak(self, label: str, words: tuple[Inline, ...], place: Place, identity: str) -> None:
        name = label.rstrip(":： \u00a0\u202f")
        person = self._names.get(name.casefold())
        if person is None:
            self._unknown(name, place)
        turn = _Turn(person is not None and person.role.asks, place, person, label, identity)
        if words:
            turn.blocks.append(Paragraph(words, place))
        self._found.append(turn)

    def _unknown(self, name: str, place: Place) -> None:
        near = closest(name, [name for person in self._people for name in (person.name, *person.labels)])
        person = self._names.get(near.casefold()) if near else None
        hint = f'add under people: - {{name: "{name}", role: interviewee}}'
        if near and person:
            hint = f'did you mean “{near}”? Or add "{name}" to the labels of {person.name} in the front matter'
        self._problems.add(
            place.line, "speaker-is-cast", f"“{name}” speaks here but is not among the people of this interview", hint
        )

    def _belongs(self, block: Block) -> None:
        turn = next((one for one in reversed(self._found) if isinstance(one, _Turn)), None)
        if turn is None:
            self._introduce(block)
        elif turn is not self._found[-1] or not turn.takes_text:
            asks = turn.asks and turn.takes_text
            speaker = turn.speaker if turn.takes_text else self._guest
            self._found.append(_Turn(asks, block.place, speaker, blocks=[block]))
        else:
            turn.blocks.append(block)

    def _introduce(self, block: Block) -> None:
        """Text before the first turn; a division above it is a heading of the introduction."""
        for item in self._found:
            if isinstance(item, Division):
                self._introduction.append(Heading(item.content, 2, item.place))
            elif isinstance(item, EditorNote):
                self._problems.add(
                    item.place.line,
                    "notes-stand-between-turns",
                    "an editor's note stands inside the introduction",
                    "move the ::: note behind the introduction, or take its ::: lines away",
                )
        self._found.clear()
        self._introduction.append(block)

    # numbers and addresses

    def _numbered(self) -> Iterable[Item]:
        n, divisions, previous = 0, 0, None
        counted: dict[str, int] = {}
        items: list[Item] = []
        for one in self._found:
            if isinstance(one, Division):
                divisions += 1
                self._claim(one.id, one.place)
                items.append(replace(one, id=one.id or f"division-{divisions}"))
            elif isinstance(one, EditorNote):
                items.append(one)
            else:
                if n == 0 or (one.asks and previous is not None and not previous.asks):
                    n += 1
                previous = one
                self._claim(one.id, one.place)
                base = f"{'q' if one.asks else 'a'}{n}"
                counted[base] = counted.get(base, 0) + 1
                address = base if counted[base] == 1 else f"{base}-{counted[base]}"
                if not one.blocks:
                    self._problems.add(
                        one.place.line,
                        "turns-have-words",
                        f"{one.label} speaks, but says nothing",
                        "write the words behind the label",
                    )
                kind = Question if one.asks else Answer
                items.append(kind(n, one.id or address, tuple(one.blocks), one.place, one.speaker, one.label))
        self._unique(items)
        return items

    def _claim(self, identity: str, place: Place) -> None:
        if identity in RESERVED_IDS or _RESERVED.fullmatch(identity):
            self._problems.add(
                place.line,
                "ids-are-unique",
                f"the address {{#{identity}}} is used by the book itself",
                f"write {{#{identity}-1}}",
            )

    def _unique(self, items: Sequence[Item]) -> None:
        seen: dict[str, Place] = {}
        figures = [
            (block.id, block.place)
            for item in items
            if not isinstance(item, Division)
            for block in walk_blocks(item.blocks)
            if isinstance(block, Figure) and block.id
        ]
        for identity, place in [(i.id, i.place) for i in items if not isinstance(i, EditorNote)] + figures:
            if identity in seen and seen[identity] != place:
                self._problems.add(
                    place.line,
                    "ids-are-unique",
                    f"the address #{identity} stands twice, first in line {seen[identity].line}",
                    "give one of the two another {#address}",
                )
            seen.setdefault(identity, place)


def _only(people: Sequence[Person]) -> Person | None:
    return people[0] if len(people) == 1 else None


def _label(bold: Strong, rest: tuple[Inline, ...]) -> tuple[str, tuple[Inline, ...]]:
    """The label that the bold text is, with its colon, and the words behind it; "" if it is none."""
    text = plain(bold.content)
    after = rest[0].text if rest and isinstance(rest[0], Text) else ""
    if len(text) > _LONGEST_LABEL or not text.strip():
        return "", ()
    if text.rstrip().endswith(_COLONS) and (rest or not text.rstrip(":： ").endswith("?")):
        return text.strip(), _without_leading_space(rest)
    bare = after.lstrip(" \u00a0\u202f")
    if bare.startswith(_COLONS):
        spaces = after[: len(after) - len(bare)].replace(" ", "")
        return text.strip() + spaces + bare[0], _without_leading_space((Text(bare[1:]), *rest[1:]))
    return "", ()


def _without_leading_space(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    if content and isinstance(content[0], Text):
        text = content[0].text.lstrip(" ")
        return (Text(text), *content[1:]) if text else content[1:]
    return content


def _captioned(pieces: Iterable[Piece]) -> Iterable[Piece]:
    """A paragraph that begins with a colon, right behind a table or a picture, is its caption."""
    out: list[Piece] = []
    for piece in pieces:
        before = out[-1].block if out else None
        block = piece.block
        if isinstance(block, Paragraph) and isinstance(before, Table | Figure) and not before.caption:
            first = block.content[0] if block.content else None
            if isinstance(first, Text) and first.text.startswith(":"):
                words = _without_leading_space((Text(first.text[1:]), *block.content[1:]))
                out[-1] = replace(out[-1], block=replace(before, caption=(Paragraph(words, block.place),)))
                continue
        out.append(piece)
    return out
