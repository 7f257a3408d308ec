"""Write characters with their looks as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from onrecord.approval.sent_paragraphs import NOTE_CALL, PLAIN, Look
from onrecord.importers.common.plain_markdown import escape_inline, escape_start


@dataclass(frozen=True, slots=True)
class StyledText:
    """A character with its look; of the call of a note, `call` is what stands in the source (“[^1]”)."""

    char: str
    look: Look = PLAIN
    call: str = ""


@dataclass(frozen=True, slots=True)
class _Markup:
    """Markup around text: what opens and what closes it."""

    opening: str
    closing: str


def write_markdown(text: Sequence[StyledText], *, begins_block: bool = False) -> str:
    """Return Markdown that prints the text with its looks; `begins_block`: nothing stands before it."""
    written: list[str] = []
    opened: list[_Markup] = []
    for look, run in _split_by_look(_move_blanks_out(text)):
        marks = _list_markup(look)
        shared = 0
        while shared < min(len(marks), len(opened)) and marks[shared] == opened[shared]:
            shared += 1
        written += [mark.closing for mark in reversed(opened[shared:])]
        written += [mark.opening for mark in marks[shared:]]
        opened = marks
        written.append(_write_run(run, look))
    written += [mark.closing for mark in reversed(opened)]
    markdown = "".join(written)
    return escape_start(markdown) if begins_block else markdown


def _list_markup(look: Look) -> list[_Markup]:
    """Return the Markdown markup of a look, the outermost first."""
    marks = []
    if look.link and not _is_bare(look):
        target, title = look.link
        quoted = title.replace("\\", "\\\\").replace('"', '\\"')
        marks.append(_Markup("[", f'](<{target}> "{quoted}")' if title else f"]({_write_link_target(target)})"))
    if look.language:
        marks.append(_Markup("[", f"]{{lang={look.language}}}"))
    signs = {"**": look.strong, "*": look.emphasis, "~~": look.struck, "^": look.raised, "~": look.lowered}
    marks += [_Markup(sign, sign) for sign, is_there in signs.items() if is_there]
    return marks


def _write_link_target(target: str) -> str:
    """Return the Markdown of a link's target, as it stands in brackets."""
    return f"<{target}>" if any(char in " ()" for char in target) else target


def _is_bare(look: Look) -> bool:
    """Return whether the look is that of an address that is a link by itself; `write_markdown` sets its title so."""
    return look.link is not None and look.link[1] == _BARE


_BARE = "\x00"


def mark_bare_addresses(text: Sequence[StyledText]) -> list[StyledText]:
    """Return the text, in which each link that prints its own address is marked as one without markup."""
    marked = list(text)
    start = 0
    while start < len(marked):
        stop = start
        while stop < len(marked) and marked[stop].look.link == marked[start].look.link:
            stop += 1
        link = marked[start].look.link
        printed = "".join(sign.char for sign in marked[start:stop])
        if (
            link
            and not link[1]
            and link[0] in (printed, f"mailto:{printed}", f"https://{printed}", f"http://{printed}")
        ):
            bare = (link[0], _BARE)
            marked[start:stop] = [replace(sign, look=replace(sign.look, link=bare)) for sign in marked[start:stop]]
        start = stop
    return marked


def _write_run(run: Sequence[StyledText], look: Look) -> str:
    """Return the Markdown of characters of one look, without the markup around them."""
    text = "".join(sign.char for sign in run)
    if look.code:
        fence = "`" * (1 + max((len(part) for part in _list_backticks(text)), default=0))
        blank = " " if text.startswith("`") or text.endswith("`") else ""
        return f"{fence}{blank}{text}{blank}{fence}"
    if _is_bare(look):
        return text
    pieces, words = [], ""
    for sign in run:
        if sign.char in (NOTE_CALL, "\n"):
            pieces += [escape_inline(words), sign.call if sign.char == NOTE_CALL else "\\\n"]
            words = ""
        else:
            words += sign.char
    return "".join((*pieces, escape_inline(words)))


def _list_backticks(text: str) -> list[str]:
    """Return the runs of backticks of a text."""
    return "".join(char if char == "`" else " " for char in text).split()


def _split_by_look(text: Iterable[StyledText]) -> list[tuple[Look, list[StyledText]]]:
    """Return runs of characters of one look each."""
    runs: list[tuple[Look, list[StyledText]]] = []
    for sign in text:
        if not runs or runs[-1][0] != sign.look:
            runs.append((sign.look, []))
        runs[-1][1].append(sign)
    return runs


def _move_blanks_out(text: Sequence[StyledText]) -> list[StyledText]:
    """Return the text, in which no emphasis begins or ends with a blank: Markdown would not read it as one."""
    moved = mark_bare_addresses(text)
    for index, sign in enumerate(moved):
        if not sign.char.isspace() and sign.char != NOTE_CALL:
            continue
        before = moved[index - 1].look if index else PLAIN
        after = next((other.look for other in moved[index + 1 :] if not other.char.isspace()), PLAIN)
        moved[index] = replace(sign, look=_intersect_looks(before, after))
    return moved


def _intersect_looks(before: Look, after: Look) -> Look:
    """Return the look that two looks have in common."""
    return Look(
        before.emphasis and after.emphasis,
        before.strong and after.strong,
        before.struck and after.struck,
        before.raised and after.raised,
        before.lowered and after.lowered,
        before.code and after.code,
        before.link if before.link == after.link else None,
        before.language if before.language == after.language else "",
    )
