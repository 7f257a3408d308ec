"""Ways to spoil an interview, each with the line that a proof must name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from onrecord.model import Answer, Interview, NoteReference, Paragraph, PullQuote, SourceLocation, Text

Spoil = Callable[[Interview], Interview]


def change_parts(value: Any, change: Callable[[Any], Any]) -> Any:
    """Apply `change` to every dataclass and string inside the value, inner ones first; drop what becomes None."""
    if isinstance(value, tuple):
        return tuple(changed for part in value if (changed := change_parts(part, change)) is not None)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: change_parts(getattr(value, field.name), change) for field in dataclasses.fields(value)}
        value = replace(value, **fields)
    return change(value)


def replace_words(old: str, new: str) -> Spoil:
    """Print `new` where the manuscript has `old`."""

    def change(value: Any) -> Any:
        return value.replace(old, new) if type(value) is str else value

    def spoil(interview: Interview) -> Interview:
        spoiled: Interview = change_parts(interview, change)
        assert spoiled != interview, f"“{old}” is not in the interview"
        return spoiled

    return spoil


def drop_parts(test: Callable[[Any], bool]) -> Spoil:
    """Leave out the parts for which `test` is true."""

    def spoil(interview: Interview) -> Interview:
        spoiled: Interview = change_parts(interview, lambda value: None if test(value) else value)
        assert spoiled != interview
        return spoiled

    return spoil


def is_paragraph_at(line: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, Paragraph) and value.location.line == line


def _swap_answers(interview: Interview) -> Interview:
    first, second = (part for part in interview.conversation if isinstance(part, Answer))
    other = {first.id: second.blocks, second.id: first.blocks}
    conversation = tuple(
        replace(part, blocks=other[part.id]) if isinstance(part, Answer) else part for part in interview.conversation
    )
    return replace(interview, conversation=conversation)


def _double_paragraph(interview: Interview) -> Interview:
    answer = next(part for part in interview.conversation if isinstance(part, Answer))
    blocks = (*answer.blocks[:2], answer.blocks[1], *answer.blocks[2:])
    return _replace_answer(interview, replace(answer, blocks=blocks))


def _add_paragraph(interview: Interview) -> Interview:
    answer = next(part for part in interview.conversation if isinstance(part, Answer))
    extra = Paragraph((Text("Nobody ever said this."),), answer.location)
    return _replace_answer(interview, replace(answer, blocks=(*answer.blocks[:2], extra, *answer.blocks[2:])))


def _swap_rights_and_disclaimer(interview: Interview) -> Interview:
    rights, disclaimer = interview.rights, interview.disclaimer
    assert rights
    assert disclaimer
    return replace(
        interview, rights=replace(rights, text=disclaimer.text), disclaimer=replace(disclaimer, text=rights.text)
    )


def _move_rights_to_introduction(interview: Interview) -> Interview:
    return replace(_double_rights(interview), rights=None)


def _double_rights(interview: Interview) -> Interview:
    assert interview.rights
    line = Paragraph((Text(interview.rights.text),), interview.rights.location)
    return replace(interview, introduction=(*interview.introduction, line))


def _drop_label(interview: Interview) -> Interview:
    answer = next(part for part in interview.conversation if isinstance(part, Answer))
    return _replace_answer(interview, replace(answer, label=""))


def _replace_answer(interview: Interview, answer: Answer) -> Interview:
    def change(value: Any) -> Any:
        return answer if isinstance(value, Answer) and value.id == answer.id else value

    changed: Interview = change_parts(interview, change)
    return changed


@dataclass(frozen=True)
class Sabotage:
    """A way to spoil an interview: the proof must report `line` and `rule`, with `says` in the sentence."""

    name: str
    spoil: Spoil
    line: int
    rule: str
    says: str = ""

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


_LINE = "every-word-is-there"
_BYLINE, _DISCLAIMER, _RIGHTS = (f"{name}-to-the-letter" for name in ("byline", "disclaimer", "rights"))


def _drop_part(identity: str) -> Spoil:
    """Leave out the part of the conversation with this id."""
    return drop_parts(lambda value: getattr(value, "id", "") == identity)


def _drop_notes(interview: Interview) -> Interview:
    return replace(drop_parts(lambda value: isinstance(value, NoteReference))(interview), footnotes=())


SABOTAGES = (
    Sabotage("a word is deleted", replace_words("mere ", ""), 12, _LINE, "has lost “mere”"),
    Sabotage(
        "not becomes now", replace_words("is not.", "is now."), 14, _LINE, "“now.” where the manuscript says “not.”"
    ),
    Sabotage("a digit changes", replace_words("1,024 patterns", "1,025 patterns"), 14, _LINE, "“1,025"),
    Sabotage("a comma is dropped", replace_words("weaves, exactly", "weaves exactly"), 14, _LINE, "“weaves,”"),
    Sabotage("a space is lost", replace_words("second paragraph", "secondparagraph"), 16, _LINE, "“secondparagraph"),
    Sabotage("a space is added", replace_words("fifty-five", "fifty -five"), 16, _LINE),
    Sabotage("a dash becomes a hyphen", replace_words("—with dashes", "-with dashes"), 16, _LINE),
    Sabotage("a capital is lost", replace_words("“Tuesday”", "“tuesday”"), 8, _LINE, "tuesday"),
    Sabotage("a quotation mark is straight", replace_words("“Tuesday”", '"Tuesday"'), 8, _LINE),
    Sabotage("a letter is of another script", replace_words("Числа", "Числo"), 33, _LINE),
    Sabotage("the byline is lost", lambda interview: replace(interview, byline=None), 4, _BYLINE, "has lost"),
    Sabotage("the byline is changed", replace_words("Analyst; London", "Analyst, London"), 4, _BYLINE, "Analyst,"),
    Sabotage("the disclaimer is lost", lambda interview: replace(interview, disclaimer=None), 5, _DISCLAIMER, "lost"),
    Sabotage("the disclaimer is changed", replace_words("rather than", "and not"), 5, _DISCLAIMER, "“and not”"),
    Sabotage("the rights are lost", lambda interview: replace(interview, rights=None), 6, _RIGHTS, "has lost"),
    Sabotage(
        "a letter of the rights is changed", replace_words("permission", "permissíon"), 6, _RIGHTS, "“permissíon.”"
    ),
    Sabotage("a year of the rights is changed", replace_words("© 1843", "© 1848"), 6, _RIGHTS, "“1848”"),
    Sabotage("the rights stand before the disclaimer", _swap_rights_and_disclaimer, 6, _RIGHTS),
    Sabotage("the rights stand in the introduction", _move_rights_to_introduction, 6, _RIGHTS, "in another place"),
    Sabotage("the rights are doubled", _double_rights, 6, _RIGHTS, "twice"),
    Sabotage("the standfirst is lost", lambda interview: replace(interview, standfirst=None), 3, _LINE, "has lost"),
    Sabotage("the title is changed", replace_words("The Engine Weaves", "The Engine Waves"), 2, _LINE, "“Waves”"),
    Sabotage("two answers are swapped", _swap_answers, 14, "order-is-kept", "under “a2”, not under “a1”"),
    Sabotage("a paragraph is doubled", _double_paragraph, 16, "nothing-is-added", "twice"),
    Sabotage("a paragraph is lost", drop_parts(is_paragraph_at(16)), 16, _LINE, "has lost"),
    Sabotage("a paragraph is added", _add_paragraph, 16, "nothing-is-added", "Nobody ever said this."),
    Sabotage("a speaker's label is lost", _drop_label, 14, _LINE, "“AL:”"),
    Sabotage("a footnote is lost", _drop_notes, 53, _LINE, "footnote 1"),
    Sabotage("a footnote's words are changed", replace_words("own count", "own account"), 53, _LINE, "account"),
    Sabotage("a picture's words are changed", replace_words("A black bar", "A bar"), 43, _LINE, "black"),
    Sabotage(
        "a pull quote is lost",
        drop_parts(lambda value: isinstance(value, PullQuote)),
        21,
        "pull-quotes-repeat-the-interview",
    ),
    Sabotage("a question is lost", _drop_part("q2"), 31, _LINE, "has lost “MS: And numbers?”"),
    Sabotage("a division is lost", _drop_part("later"), 25, _LINE, "Later"),
)


def move_to_file(interview: Interview, slug: str) -> Interview:
    """Return the interview with another slug, read from a file of that name."""

    def change(value: Any) -> Any:
        return SourceLocation(f"interviews/{slug}.md", value.line) if isinstance(value, SourceLocation) else value

    renamed: Interview = change_parts(replace(interview, slug=slug), change)
    return renamed
