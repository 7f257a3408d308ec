"""Find what WeasyPrint would ignore in a style sheet of a book, with its line, before anything is laid out."""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass

import tinycss2
from tinycss2 import ast

from onrecord.editions.pdf.typeset import css_properties
from onrecord.editions.pdf.typeset.engine_log import collect_log_records
from onrecord.model.rule import Rule

_PLACE = re.compile(r",? at (\d+):\d+\b")
_IGNORED = "Ignored `%s:%s` at %d:%d, %s."
_UNREADABLE = "Error: %s at %d:%d."
_NO_MEDIA_TYPE = "Expected a media type, got %r"
_SELECTOR = "Invalid or unsupported selector, %s"
_UNDERSTOOD = Rule.STYLES_ARE_UNDERSTOOD
_GENERIC_FAMILIES = ("serif", "sans-serif", "monospace", "cursive", "fantasy", "inherit", "initial", "unset", "revert")
# Values of common properties, to suggest: WeasyPrint lists none.
_VALUE_WORDS = """
    auto avoid baseline black blue block bold bolder both bottom capitalize center circle collapse crimson darkblue
    darkgreen darkred dashed decimal disc dotted double flex gold gray green grey grid hidden indigo inherit inline
    inline-block italic justify larger left lighter lowercase lining-nums manual maroon medium middle navy none normal
    nowrap oblique oldstyle-nums olive orange page pink pre pre-wrap purple recto red right silver small-caps smaller
    solid square start table teal thick thin top transparent underline uppercase verso visible white yellow
"""
_AT_RULES = ("media", "layer", "counter-style", "color-profile")


@dataclass(frozen=True, slots=True)
class StyleFault:
    """Something that the print edition would not do, or may not; `rule` names the good state."""

    line: int
    rule: Rule
    sentence: str
    hint: str
    is_error: bool = True


def find_style_faults(css: str, families: Iterable[str]) -> list[StyleFault]:
    """Return the faults of a style sheet for print in order; `families` are the fonts that there are."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    css_properties.add_properties()
    with collect_log_records() as records:
        checker = _Checker({_normalize_family(family): family for family in families}, records)
        checker.check_rules(rules)
    return list(dict.fromkeys(sorted(checker.faults, key=lambda fault: fault.line)))


class _Checker:
    """Gives the rules of a style sheet to WeasyPrint one by one and translates what it logs."""

    def __init__(self, families: dict[str, str], records: list[logging.LogRecord]) -> None:
        self.faults: list[StyleFault] = []
        self._records = records  # what WeasyPrint has logged
        self._families = families

    def check_rules(self, rules: Iterable[ast.Node]) -> None:
        """Add the faults of these CSS rules, and of the rules inside them, to `faults`."""
        for rule in rules:
            if isinstance(rule, ast.AtRule):
                self._check_at_rule(rule)
            else:
                self._give_to_weasyprint(rule)
                if isinstance(rule, ast.QualifiedRule):
                    self._check_declarations(rule.content)

    def _check_at_rule(self, rule: ast.AtRule) -> None:
        """Add the faults of an at-rule; check the rules inside @layer and @media for print."""
        name, line = rule.lower_at_keyword, rule.source_line
        if name == "page" and _is_footnote_area(rule):
            self._give_to_weasyprint(rule)
        elif name == "page":
            sentence = "a book's style sheet cannot change the page: its size and margins follow from the trim size"
            hint = "delete it, and name the size in book.yaml: trim: A5 (or A4, Letter, 6x9, 130 x 200 mm)"
            self._add(line, Rule.PAGES_FOLLOW_THE_TRIM, sentence, hint)
        elif name == "font-face":
            hint = "put the font file (.ttf or .otf) into fonts/, and name its family with font-family"
            self._add(line, _UNDERSTOOD, "a style sheet for print loads no font", hint)
        elif name == "import":
            hint = "copy the rules of the other file here"
            self._add(line, _UNDERSTOOD, "a style sheet of a book takes in no other one", hint)
        elif name == "charset":
            self._add(line, _UNDERSTOOD, "“@charset” has no use here: style sheets are read as UTF-8", "delete it")
        elif name in ("media", "layer") and rule.content is not None:
            empty = ast.AtRule(line, rule.source_column, rule.at_keyword, name, rule.prelude, [])
            if self._give_to_weasyprint(empty) and (name == "layer" or is_for_print(rule.prelude)):
                self.check_rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
        elif name in _AT_RULES:
            self._give_to_weasyprint(rule)
        else:
            near = difflib.get_close_matches(name, _AT_RULES, n=1)
            sentence = f"no at-rule “@{name}” in print" + (f"; did you mean “@{near[0]}”?" if near else "")
            self._add(line, _UNDERSTOOD, sentence, f"write: @{near[0]}" if near else "delete it")

    def _give_to_weasyprint(self, rule: ast.Node) -> bool:
        """Add WeasyPrint's complaints about a CSS rule; return whether there were none."""
        # Imported here: it takes half a second, and few books have a style sheet of their own.
        import cssselect2
        from weasyprint.css import preprocess_stylesheet
        from weasyprint.css.counters import CounterStyle

        matcher: cssselect2.Matcher[object] = cssselect2.Matcher()
        self._records.clear()
        preprocess_stylesheet("print", "book:/", [rule], None, matcher, [], [], None, CounterStyle(), {})
        records = tuple(self._records)  # a search for a better value logs more of them
        for record in records:
            self._translate(record, rule.source_line)
        return not records

    def _check_declarations(self, content: Iterable[ast.Node]) -> None:
        """Add faults for properties without effect in print, and for missing fonts."""
        from weasyprint.css.validation import NOT_PRINT_MEDIA, preprocess_declarations

        for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
            if isinstance(node, ast.QualifiedRule):
                self._check_declarations(node.content)
            if not isinstance(node, ast.Declaration):
                continue
            name, line = node.lower_name, node.source_line
            if name in NOT_PRINT_MEDIA or (name.startswith("-") and not name.startswith(("--", "-weasy-"))):
                self._add(line, _UNDERSTOOD, f"“{name}” does nothing in print", "delete it", is_error=False)
            elif name in ("font", "font-family"):
                for long_name, value, _ in preprocess_declarations("book:/", [node]):
                    if long_name == "font_family" and isinstance(value, tuple | list):
                        self._check_families(line, value)

    def _check_families(self, line: int, families: Iterable[object]) -> None:
        """Add a fault for each font family that is neither available nor generic."""
        for family in map(str, families):
            if _normalize_family(family) in self._families or family.lower() in _GENERIC_FAMILIES:
                continue
            near = difflib.get_close_matches(_normalize_family(family), self._families, n=1, cutoff=0.75)
            meant = self._families[near[0]] if near else ""
            sentence = f"no font “{family}”" + (f"; did you mean “{meant}”?" if meant else "")
            names = ", ".join(self._list_plain_families())
            hint = f'write "{meant}"' if meant else f"put the font file into fonts/, or choose one of: {names}"
            self._add(line, Rule.FONTS_ARE_THERE, sentence, hint)

    def _list_plain_families(self) -> list[str]:
        """Return the families without those that name one weight of another (“Source Sans 3 ExtraLight”)."""
        names = sorted(self._families.values())
        longer = tuple(f"{name} " for name in names)
        return [name for name in names if not name.startswith(longer)]

    def _translate(self, record: logging.LogRecord, line: int) -> None:
        """Add the fault that WeasyPrint logged for the CSS rule that begins on `line`."""
        args = record.args if isinstance(record.args, tuple) else ()
        if record.msg == _IGNORED and len(args) == 5:
            name, value, place, _, reason = map(str, args)
            self._add(int(place), _UNDERSTOOD, *_explain_declaration(name, " ".join(value.split()), reason))
        elif record.msg == _UNREADABLE:
            hint = "a declaration is a name, a colon, a value and a semicolon: color: black;"
            self._add(int(str(args[1])), _UNDERSTOOD, "this is no declaration", hint)
        elif record.msg == _SELECTOR:
            selector = str(args[0]).replace(" '", "'")
            sentence = f"the print edition knows no such selector: {selector}"
            self._add(line, _UNDERSTOOD, sentence, "correct it, or delete the rule")
        elif record.msg != _NO_MEDIA_TYPE:  # WeasyPrint names the rule in the next line
            message = record.getMessage()
            match = _PLACE.search(message)
            sentence = f"the print edition cannot use this: {_PLACE.sub('', message)}"
            self._add(int(match[1]) if match else line, _UNDERSTOOD, sentence, "correct it, or delete it")

    def _add(self, line: int, rule: Rule, sentence: str, hint: str, *, is_error: bool = True) -> None:
        """Append a fault of the style sheet to `faults`."""
        self.faults.append(StyleFault(line, rule, sentence, hint, is_error))


def _explain_declaration(name: str, value: str, reason: str) -> tuple[str, str]:
    """Return what is wrong with a declaration that WeasyPrint ignores, and what to write."""
    from weasyprint.css.validation import EXPANDERS
    from weasyprint.css.validation.properties import PROPERTIES

    if reason in ("unknown property", "property not supported yet"):
        near = difflib.get_close_matches(name.lower(), sorted({*PROPERTIES, *EXPANDERS}), n=1, cutoff=0.7)
        if near and reason == "unknown property":
            return f"no property “{name}”; did you mean “{near[0]}”?", f"write: {near[0]}: {value}"
        return f"the print edition knows no property “{name}”", "delete it"
    if reason == "no value":
        return f"the property “{name}” has no value", f"write: {name}: …;"
    if ":" in value:
        return f"“{name}” cannot be “{value}”: a semicolon may be missing", f"write: {name}: …;"
    near_value = _find_valid_value(name.lower(), value)
    meant = f"; did you mean “{near_value}”?" if near_value else ""
    because = "" if reason == "invalid value" else f" ({reason})"
    hint = f"write: {name}: {near_value}" if near_value else "correct the value, or delete the line"
    return f"“{name}” cannot be “{value}”{because}{meant}", hint


def _find_valid_value(name: str, value: str) -> str:
    """Return a valid value of the property that is similar to this one, "" if none."""
    from weasyprint.css.validation import preprocess_declarations

    for near in difflib.get_close_matches(value.lower(), _VALUE_WORDS.split(), n=5, cutoff=0.6):
        declarations = tinycss2.parse_blocks_contents(f"{name}: {near}")
        if list(preprocess_declarations("book:/", declarations)):
            return near
    return ""


def _normalize_family(family: str) -> str:
    """Return a font family's name for comparison: case-folded, with single spaces."""
    return " ".join(family.casefold().split())


def _is_footnote_area(rule: ast.AtRule) -> bool:
    """Return whether an @page rule has nothing but the area of the footnotes, which every page may have."""
    content = tinycss2.parse_blocks_contents(rule.content or (), skip_comments=True, skip_whitespace=True)
    has_name = any(node.type != "whitespace" for node in rule.prelude)
    is_area = [isinstance(node, ast.AtRule) and node.lower_at_keyword == "footnote" for node in content]
    return not has_name and bool(is_area) and all(is_area)


def is_for_print(prelude: Iterable[ast.Node]) -> bool:
    """Return whether the media query of an @media rule is valid and matches print."""
    from weasyprint.css import media_queries

    media = media_queries.parse_media_query(list(prelude))
    return media is not None and bool(media_queries.evaluate_media_query(media, "print"))
