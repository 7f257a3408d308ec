"""Drafted lines are those that WeasyPrint sets, with the same boxes at the same places to the last bit."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from onrecord.editions.pdf.typeset import paragraphs
from onrecord.editions.pdf.typeset.line_slack import set_boxes
from onrecord.editions.pdf.typeset.set_lines import SetLine
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, set_part

_TEXT = (
    "The lamp was lit at dusk; AVATAR “To” (about) 1998, 50,000 well-kept affidavits waffle official and/or – naïve "
    "café correspondence Qu. … 5′ ½ extraordinarily harbour-keepers’ שלום 日本 маяк light.example/lamp"
)
_SPACES = f"<p>{'A lamp <i><b> </b></i> <q>lit</q> <a> <b> </b></a>with oil ' * 5}</p>"  # that collapse
_TAGS = ("b", "i", "small", "code", "u", "sup", "a", "span", "q")
_BASE = (
    "@page { size: A6 } p { font: 11pt 'EB Garamond'; hyphens: auto; text-wrap: pretty; margin: 1.77mm 0 }"
    " small { font-size: 8pt } code { font: 9pt 'Source Code Pro' }"
    " sup { vertical-align: super; font-size: 70%; line-height: 1 }"
    " u { text-decoration: underline } q::before { content: '“' } q::after { content: '” ' } "
)
_RULES = (
    "p { text-align: justify }",
    "p { text-align: justify; width: 23mm; overflow-wrap: anywhere }",
    "p { text-align: center; text-wrap: balance; width: 41mm }",
    "p { text-align: right; hyphenate-limit-chars: 9 4 4; text-indent: 2em; line-height: 1.5 }",
    "p { text-align: justify; width: 47mm } u { white-space: nowrap } q { padding-left: 1mm } i { font-size: 9pt }",
    "p { text-align: justify; text-align-last: justify; width: 37.3mm; font-family: 'Source Sans 3' }",
)


def write_page(seed: str, most_words: int = 110) -> str:
    """Return paragraphs of about so many words with all elements, in elements, with and without spaces around them."""
    chance = random.Random(seed)
    tags = itertools.cycle(chance.sample(_TAGS, len(_TAGS)))
    count = 0

    def write_text(depth: int) -> str:
        nonlocal count
        pieces = []
        for _ in range(chance.randint(1, 5)):
            number = chance.randint(0, 14 if depth == 0 else 4)
            count += number
            pieces.append(" ".join(chance.choices(_TEXT.split(), k=number)))
            if depth < 2 and chance.random() < 0.8:
                tag, space = next(tags), chance.choice(["", " "])
                pieces.append(f"{space}<{tag}>{chance.choice(['', ' '])}{write_text(depth + 1)}</{tag}>")
            pieces.append(chance.choice(["", " ", ", ", ". "]))
        return "".join(pieces)

    paragraphs = [_SPACES]
    while count < most_words:
        paragraphs.append(f"<p lang='{chance.choice(['en', 'de'])}'>{write_text(0)}</p>")
    return "".join(paragraphs)


def list_differences(first: Any, second: Any, place: str = "") -> list[str]:
    """Return where two boxes differ, or what they hold."""
    if type(first) is not type(second) or vars(first).keys() ^ vars(second).keys() - {"text_overflow"}:
        return [f"{place} {first} {second}"]
    differences = []
    for name, value in vars(first).items():
        other = vars(second)[name]
        if name == "children":
            if len(value) != len(other):
                return [f"{place} {value} {other}"]
            pairs = enumerate(zip(value, other, strict=True))
            differences += [row for number, pair in pairs for row in list_differences(*pair, f"{place}.{number}")]
        elif name == "pango_layout":
            rows = [(layout.text, layout.justification_spacing) for layout in (value, other)]
            differences += [f"{place} {rows}"] * (rows[0] != rows[1])
        elif value is not other and value != other:
            differences.append(f"{place}.{name} {value} {other}")
    return differences


@pytest.mark.parametrize("rule", _RULES)
def test_drafts_become_the_boxes_of_weasyprint(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    draft_line = paragraphs.SetParagraph._draft_line
    differences: list[str] = []
    counts = [0, 0]

    def compare(self: Any, start: object, slack_px: float) -> SetLine | None:
        """Set the line in both ways."""
        line = draft_line(self, start, slack_px)
        counts[line is not None] += 1
        if line is None:
            return None
        expected = set_boxes(self._context, self._box, self._containing_block, start, slack_px)
        assert expected is not None
        names = ("resume", "words", "spaces", "stretch_px", "width_px", "offset_px", "excess")
        pairs = [(name, getattr(line, name), getattr(expected, name)) for name in names]
        differences.extend(f"{name} {value} {other}" for name, value, other in pairs if value != other)
        differences.extend(list_differences(line.find_box(), expected.find_box()))
        return line

    monkeypatch.setattr(paragraphs.SetParagraph, "_draft_line", compare)
    set_part(PartSource(write_page(rule), _BASE + rule, "en", "A lamp"))
    assert differences == []
    assert counts[True] > 5
