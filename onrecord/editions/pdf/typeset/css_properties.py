"""Let WeasyPrint 70 understand two more CSS properties; `line_grid` and `paragraphs` do what they ask for.

`block-step-size` is of CSS Rhythmic Sizing 1, `text-wrap` of CSS Text 4. Private names used: `css.properties`,
`css.computed_values` and `css.validation.properties.property`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from onrecord.editions.pdf.typeset.quick_import import import_quickly

if TYPE_CHECKING:
    from tinycss2.ast import Node

_WRAPS = ("wrap", "pretty", "balance")


@cache
def add_properties() -> None:
    """Add On Record's CSS properties to WeasyPrint in this process; a second call changes nothing."""
    with import_quickly():  # the check of style sheets may import WeasyPrint before any layout does
        from weasyprint.css import computed_values, properties
        from weasyprint.css.tokens import get_keyword, get_length
        from weasyprint.css.validation.properties import property as add_validator

    def validate_step(tokens: Sequence[Node]) -> object:
        """Return a length, or no length for `none`; None if the value is neither."""
        if len(tokens) != 1:
            return None
        is_none = get_keyword(tokens[0]) == "none"
        return properties.ZERO_PIXELS if is_none else get_length(tokens[0], negative=False)

    def validate_wrap(tokens: Sequence[Node]) -> object:
        """Return the keyword; None if the value is none that we know."""
        keyword = get_keyword(tokens[0]) if len(tokens) == 1 else None
        return keyword if keyword in _WRAPS else None

    properties.INITIAL_VALUES |= {"block_step_size": properties.ZERO_PIXELS, "text_wrap": "wrap"}
    properties.KNOWN_PROPERTIES |= {"block-step-size", "text-wrap"}
    properties.INHERITED.add("text_wrap")
    properties.TABLE_WRAPPER_BOX_PROPERTIES.add("block_step_size")
    add_validator("block-step-size")(validate_step)
    add_validator("text-wrap")(validate_wrap)
    computed_values.COMPUTER_FUNCTIONS["block_step_size"] = computed_values.length
