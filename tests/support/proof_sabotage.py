"""Ways to spoil an interview, each with the line that a proof must name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from onrecord.model import Answer, Interview, NoteReference, Paragraph, PullQuote, SourceLocation, Text

Spoil = Callable[[Interview], Interview]


def each(value: Any, change: Callable[[Any], Any]) -> Any:
    """`value` with `change` applied to every dataclass and string inside it, inner ones first."""
    if isinstance(value, tuple):
        return tuple(changed for part in value if (changed := each(part, change)) is not None)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: each(getattr(value, field.name), change) for field in dataclasses.fields(value)}
        value = replace(value, **fields)
    return change(value)


def saying(old: str, new: str) -> Spoil:
    """Print `new` where the manuscript has `old`."""

    def change(value: Any) -> Any:
        return value.replace(old, new) if type(value) is str else value

    def spoil(interview: Interview) -> Interview:
        spoiled: Interview = each(interview, change)
        assert spoiled != interview, f"“{old}” is not in the interview"
        return spoiled

    return spoil


def dropping(test: Callable[[Any], bool]) -> Spoil:
    """Leave out the parts for which `test` is true."""

    def spoil(interview: Interview) -> Interview:
        spoiled: Interview = each(interview, lambda value: None if test(value) else value)
        assert spoiled != interview
        return spoiled

    return spoil


def paragraph_at(line: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, Paragraph) and value.location.line == line


def _answers_swapped(interview: Interview) -> Interview:
    first, second = (item for item in interview.conversation if isinstance(item, Answer))
    other = {first.id: second.blocks, second.id: first.blocks}
    conversation = tuple(
        replace(item, blocks=other[item.id]) if isinstance(item, Answer) else item for item in interview.conversation
    )
    return replace(interview, conversation=conversation)


def _paragraph_doubled(interview: Interview) -> Interview:
    answer = next(item for item in interview.conversation if isinstance(item, Answer))
    blocks = (*answer.blocks[:2], answer.blocks[1], *answer.blocks[2:])
    return _with_answer(interview, replace(answer, blocks=blocks))


def _paragraph_added(interview: Interview) -> Interview:
    answer = next(item for item in interview.conversation if isinstance(item, Answer))
    extra = Paragraph((Text("Nobody ever said this."),), answer.location)
    return _with_answer(interview, replace(answer, blocks=(*answer.blocks[:2], extra, *answer.blocks[2:])))


def _rights_and_disclaimer_swapped(interview: Interview) -> Interview:
    rights, disclaimer = interview.rights, interview.disclaimer
    assert rights
    assert disclaimer
    return replace(
        interview, rights=replace(rights, text=disclaimer.text), disclaimer=replace(disclaimer, text=rights.text)
    )


def _rights_in_the_introduction(interview: Interview) -> Interview:
    return replace(_rights_doubled(interview), rights=None)


def _rights_doubled(interview: Interview) -> Interview:
    assert interview.rights
    line = Paragraph((Text(interview.rights.text),), interview.rights.location)
    return replace(interview, introduction=(*interview.introduction, line))


def _label_lost(interview: Interview) -> Interview:
    answer = next(item for item in interview.conversation if isinstance(item, Answer))
    return _with_answer(interview, replace(answer, label=""))


def _with_answer(interview: Interview, answer: Answer) -> Interview:
    def change(value: Any) -> Any:
        return answer if isinstance(value, Answer) and value.id == answer.id else value

    changed: Interview = each(interview, change)
    return changed


@dataclass(frozen=True)
class Sabotage:
    """`line` and `rule` are what the proof must say; `says` must stand in the sentence."""

    name: str
    spoil: Spoil
    line: int
    rule: str
    says: str = ""

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


_LINE = "every-word-is-there"
_BYLINE, _DISCLAIMER, _RIGHTS = (f"{name}-to-the-letter" for name in ("byline", "disclaimer", "rights"))


def _without(identity: str) -> Spoil:
    """Leave out an item of the conversation."""
    return dropping(lambda value: getattr(value, "id", "") == identity)


def _without_notes(interview: Interview) -> Interview:
    return replace(dropping(lambda value: isinstance(value, NoteReference))(interview), footnotes=())


SABOTAGES = (
    Sabotage("a word is deleted", saying("mere ", ""), 12, _LINE, "has lost “mere”"),
    Sabotage("not becomes now", saying("is not.", "is now."), 14, _LINE, "“now.” where the manuscript says “not.”"),
    Sabotage("a digit changes", saying("1,024 patterns", "1,025 patterns"), 14, _LINE, "“1,025"),
    Sabotage("a comma is dropped", saying("weaves, exactly", "weaves exactly"), 14, _LINE, "“weaves,”"),
    Sabotage("a space is lost", saying("second paragraph", "secondparagraph"), 16, _LINE, "“secondparagraph"),
    Sabotage("a space is added", saying("fifty-five", "fifty -five"), 16, _LINE),
    Sabotage("a dash becomes a hyphen", saying("—with dashes", "-with dashes"), 16, _LINE),
    Sabotage("a capital is lost", saying("“Tuesday”", "“tuesday”"), 8, _LINE, "tuesday"),
    Sabotage("a quotation mark is straight", saying("“Tuesday”", '"Tuesday"'), 8, _LINE),
    Sabotage("a letter is of another script", saying("Числа", "Числo"), 33, _LINE),
    Sabotage("the byline is lost", lambda interview: replace(interview, byline=None), 4, _BYLINE, "has lost"),
    Sabotage("the byline is changed", saying("Analyst; London", "Analyst, London"), 4, _BYLINE, "Analyst,"),
    Sabotage("the disclaimer is lost", lambda interview: replace(interview, disclaimer=None), 5, _DISCLAIMER, "lost"),
    Sabotage("the disclaimer is changed", saying("rather than", "and not"), 5, _DISCLAIMER, "“and not”"),
    Sabotage("the rights are lost", lambda interview: replace(interview, rights=None), 6, _RIGHTS, "has lost"),
    Sabotage("a letter of the rights is changed", saying("permission", "permissíon"), 6, _RIGHTS, "“permissíon.”"),
    Sabotage("a year of the rights is changed", saying("© 1843", "© 1848"), 6, _RIGHTS, "“1848”"),
    Sabotage("the rights stand before the disclaimer", _rights_and_disclaimer_swapped, 6, _RIGHTS),
    Sabotage("the rights stand in the introduction", _rights_in_the_introduction, 6, _RIGHTS, "in another place"),
    Sabotage("the rights are doubled", _rights_doubled, 6, _RIGHTS, "twice"),
    Sabotage("the standfirst is lost", lambda interview: replace(interview, standfirst=None), 3, _LINE, "has lost"),
    Sabotage("the title is changed", saying("The Engine Weaves", "The Engine Waves"), 2, _LINE, "“Waves”"),
    Sabotage("two answers are swapped", _answers_swapped, 14, "order-is-kept", "under “a2”, not under “a1”"),
    Sabotage("a paragraph is doubled", _paragraph_doubled, 16, "nothing-is-added", "twice"),
    Sabotage("a paragraph is lost", dropping(paragraph_at(16)), 16, _LINE, "has lost"),
    Sabotage("a paragraph is added", _paragraph_added, 16, "nothing-is-added", "Nobody ever said this."),
    Sabotage("a speaker's label is lost", _label_lost, 14, _LINE, "“AL:”"),
    Sabotage("a footnote is lost", _without_notes, 53, _LINE, "footnote 1"),
    Sabotage("a footnote's words are changed", saying("own count", "own account"), 53, _LINE, "account"),
    Sabotage("a picture's words are changed", saying("A black bar", "A bar"), 43, _LINE, "black"),
    Sabotage(
        "a pull quote is lost",
        dropping(lambda value: isinstance(value, PullQuote)),
        21,
        "pull-quotes-repeat-the-interview",
    ),
    Sabotage("a question is lost", _without("q2"), 31, _LINE, "has lost “MS: And numbers?”"),
    Sabotage("a division is lost", _without("later"), 25, _LINE, "Later"),
)


def filed(interview: Interview, slug: str) -> Interview:
    """The same interview under another slug, from a file of its own."""

    def change(value: Any) -> Any:
        return SourceLocation(f"interviews/{slug}.md", value.line) if isinstance(value, SourceLocation) else value

    renamed: Interview = each(replace(interview, slug=slug), change)
    return renamed
