"""Write formulas as lines of text: “a/(b+1)”, “x^2”, “√x”.

MathML 3 (pages, OpenDocument) and Office Math (ECMA-376 part 1 §22.1) are trees of the same kind: names of elements
differ, so both stand in one table. No letter or digit of a formula is lost: where that would happen, the plain
characters of the formula are returned in their order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from lxml.etree import _Element

_ATOM = re.compile(r"[^\W_]+|.|")
_RELATIONS = frozenset("=≠<>≤≥≈≡∼→↔⇒∈+−-±×·÷")
_UNREAD = frozenset(["annotation", "annotation-xml", "instrText"])
_VALUE = "{http://schemas.openxmlformats.org/officeDocument/2006/math}val"


def write_formula(formula: _Element) -> str:
    """Return an imported formula (MathML or Office Math) as one line of text."""
    text = " ".join(_write_element(formula).split())
    plain = " ".join("".join(_iterate_characters(formula)).split())
    return text if _count_letters(text) == _count_letters(plain) else plain


def _iterate_characters(formula: _Element) -> Iterator[str]:
    """Yield the characters of a formula in the order of the file, with spaces between its elements."""
    for element in formula.iter():
        if isinstance(element.tag, str) and not _is_repetition(element):
            yield f"{element.text or ''} "


def _is_repetition(element: _Element) -> bool:
    """Return whether an element repeats the formula in another language, or stands in one that does."""
    return any(_get_local_name(up) in _UNREAD for up in (element, *element.iterancestors()))


def _count_letters(text: str) -> Counter[str]:
    """Return how often each letter and digit occurs in a formula's text."""
    return Counter(char for char in text if char.isalnum())


def _get_local_name(element: _Element) -> str:
    """Return the name of a formula's element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _write_element(element: _Element) -> str:
    """Return an element of a formula as text."""
    name = _get_local_name(element)
    if name in _UNREAD or name.endswith("Pr"):
        return ""
    writer = _WRITERS.get(name)
    return writer(element) if writer else _write_children(element)


def _write_children(element: _Element) -> str:
    """Return the texts of an element of a formula and of the elements in it, one after another."""
    return (element.text or "").strip(" \n\t") + "".join(_write_element(child) for child in _list_parts(element))


def _list_parts(element: _Element) -> list[_Element]:
    """Return the parts of a formula's element, without its properties."""
    return [child for child in element if isinstance(child.tag, str) and not _get_local_name(child).endswith("Pr")]


def _list_texts(element: _Element) -> list[str]:
    """Return the text of each part of a formula's element."""
    return [_write_element(part) for part in _list_parts(element)]


def _read_sign(element: _Element, name: str, default: str) -> str:
    """Return a sign that the properties of an Office Math element name, as `chr` of a sum, else the default."""
    for properties in element:
        for sign in properties:
            if isinstance(sign.tag, str) and _get_local_name(sign) == name:
                return sign.get(_VALUE, "")
    return default


def _bracket_if_long(text: str) -> str:
    """Return a formula's text, in brackets if it is more than one word or sign."""
    text = text.strip()
    return text if _ATOM.fullmatch(text) else f"({text})"


def _fit_to_count(texts: Sequence[str], count: int) -> list[str]:
    """Return `count` texts, with "" for those that a damaged formula lacks, surplus ones in the last."""
    texts = [*texts, *[""] * (count - len(texts))]
    return [*texts[: count - 1], " ".join(texts[count - 1 :])]


def _write_fraction(element: _Element) -> str:
    """Return a formula's fraction as text: “a/(b+1)”."""
    numerator, denominator = _fit_to_count(_list_texts(element), 2)
    return f" {_bracket_if_long(numerator)}/{_bracket_if_long(denominator)} "


def _build_script_writer(*signs: str) -> Callable[[_Element], str]:
    """Return a function that writes a formula's base with scripts, each after its sign: “x^2”, “x_1”."""

    def write(element: _Element) -> str:
        """Return the formula's base with its scripts as text."""
        base, *scripts = _fit_to_count(_list_texts(element), 1 + len(signs))
        pairs = zip(signs, scripts, strict=True)
        return base + "".join(f"{sign}{_bracket_if_long(script)}" for sign, script in pairs if script.strip())

    return write


def _write_square_root(element: _Element) -> str:
    """Return a formula's square root as text: “√x”."""
    return f"√{_bracket_if_long(_write_children(element))}"


def _write_mathml_root(element: _Element) -> str:
    """Return a root of MathML as text; its degree comes last."""
    base, degree = _fit_to_count(_list_texts(element), 2)
    return f"{degree.strip()}√{_bracket_if_long(base)}"


def _write_office_root(element: _Element) -> str:
    """Return a root of Office Math as text; its degree comes first."""
    degree, base = _fit_to_count(_list_texts(element), 2)
    return f"{degree.strip()}√{_bracket_if_long(base)}"


def _write_sum(element: _Element) -> str:
    """Return a formula's sum, integral or product with its limits as text."""
    lower, upper, term = _fit_to_count(_list_texts(element), 3)
    limits = "".join(
        f"{sign}{_bracket_if_long(limit)}" for sign, limit in (("_", lower), ("^", upper)) if limit.strip()
    )
    return f" {_read_sign(element, 'chr', '∫')}{limits} {term}"


def _write_office_brackets(element: _Element) -> str:
    """Return an Office Math expression in the brackets that it names, as text."""
    separator = _read_sign(element, "sepChr", "|")
    inner = separator.join(_list_texts(element))
    return f"{_read_sign(element, 'begChr', '(')}{inner}{_read_sign(element, 'endChr', ')')}"


def _write_mathml_brackets(element: _Element) -> str:
    """Return an expression in the brackets of MathML's `mfenced`, as text."""
    inner = (element.get("separators", ",").strip()[:1] + " ").join(_list_texts(element))
    return f"{element.get('open', '(')}{inner}{element.get('close', ')')}"


def _write_function(element: _Element) -> str:
    """Return a formula's function and its argument as text: “sin x”."""
    function, argument = _fit_to_count(_list_texts(element), 2)
    return f" {function} {argument}"


def _write_accent(element: _Element) -> str:
    """Return a formula's letter with its accent as text."""
    return "".join(_list_texts(element)) + _read_sign(element, "chr", "\u0302")


def _write_matrix(element: _Element) -> str:
    """Return the rows of a formula's matrix as text: “1, 2; 3, 4”."""
    return "; ".join(_list_texts(element))


def _write_matrix_row(element: _Element) -> str:
    """Return the cells of a matrix row as text, between commas."""
    return ", ".join(_list_texts(element))


def _write_operator(element: _Element) -> str:
    """Return a formula's operator, with spaces around one that stands between two parts."""
    sign = (element.text or "").strip()
    return f" {sign} " if sign in _RELATIONS and element.getprevious() is not None else sign


def _write_plain_words(element: _Element) -> str:
    """Return the words of a formula's element as they are."""
    return element.text or ""


def _write_space(_element: _Element) -> str:
    """Return the space that a formula's space element stands for."""
    return " "


_WRITERS: dict[str, Callable[[_Element], str]] = {
    "mfrac": _write_fraction,
    "f": _write_fraction,
    "msup": _build_script_writer("^"),
    "sSup": _build_script_writer("^"),
    "mover": _build_script_writer("^"),
    "limUpp": _build_script_writer("^"),
    "msub": _build_script_writer("_"),
    "sSub": _build_script_writer("_"),
    "munder": _build_script_writer("_"),
    "limLow": _build_script_writer("_"),
    "msubsup": _build_script_writer("_", "^"),
    "sSubSup": _build_script_writer("_", "^"),
    "munderover": _build_script_writer("_", "^"),
    "msqrt": _write_square_root,
    "mroot": _write_mathml_root,
    "rad": _write_office_root,
    "nary": _write_sum,
    "d": _write_office_brackets,
    "mfenced": _write_mathml_brackets,
    "func": _write_function,
    "acc": _write_accent,
    "mtable": _write_matrix,
    "mtr": _write_matrix_row,
    "m": _write_matrix,
    "mr": _write_matrix_row,
    "eqArr": _write_matrix,
    "mo": _write_operator,
    "mtext": _write_plain_words,
    "t": _write_plain_words,
    "mspace": _write_space,
}
