"""Speed WeasyPrint 70 up: compute styles once for all documents of a process that are laid out by the same sheets.

WeasyPrint shares a computed style among elements with equal rules and the same parent, but computes the styles of each
document anew, and those of each element with an id, with all that is below it. Here a style depends on the rules that
match, on the language and on the parent's style alone; the anchor that an id gives is kept beside it.

What one document could leave behind for the next is not shared: styles of sheets with lengths in parts of the page
(`vw`), of a root that is not shown or clips, of `style` attributes, and those that layout changes later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import inf
from typing import TYPE_CHECKING

from onrecord.editions.pdf.typeset.box_speedups import Speedup, replace_everywhere

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from weasyprint import HTML
    from weasyprint.css import ComputedStyle, _Sheets
    from weasyprint.css.targets import TargetCollector
    from weasyprint.formatting_structure.boxes import _Style
    from weasyprint.text.fonts import FontConfiguration

_SAFE_NAME = re.compile(r"[\w.:/-]+")  # of an anchor or a language: a CSS string holds it as it is
_SHARED_PSEUDO_ELEMENTS = ("before", "after")  # layout changes none of their styles
_MOST_STYLES = 2_000  # of one pool
_MOST_POOLS = 4
_Weight = tuple[int, float, tuple[int, int, int]]  # origin and importance, layer, specificity
_Cascaded = dict[str, tuple[object, _Weight]]
_Declarations = Sequence[tuple[str, object, bool]]  # name, value, whether it is important
_Match = tuple[tuple[int, int, int], int, str | None, tuple[_Declarations, str | None]]  # the last: what, and its layer


class _PageSizes(dict[str, object]):
    """The sizes of pages that lengths are parts of; notes whether a style has asked for them."""

    def __init__(self) -> None:
        super().__init__(box=None, area=None)
        self.was_read = False

    def __getitem__(self, name: str) -> object:
        self.was_read = True
        return super().__getitem__(name)


@dataclass(eq=False)
class _SharedStyle:
    """A computed style, what sheets say of pseudo-elements of its elements, and styles of these."""

    style: ComputedStyle
    root_style: _Style
    pseudo_rules: Mapping[str, _Cascaded]
    pseudo_styles: dict[str, ComputedStyle] = field(default_factory=dict)


@dataclass(eq=False)
class _Pool:
    """The styles that documents with the same sheets share, by parent, language and matching rules."""

    sheets: _Sheets  # kept, so that no other rule is found at the address of one of theirs
    font_config: FontConfiguration
    page_sizes: _PageSizes = field(default_factory=_PageSizes)
    styles: dict[Hashable, _SharedStyle] = field(default_factory=dict)


class _NotShared(Exception):
    """The styles of a document depend on more than its sheets."""


_pools: dict[Hashable, _Pool] = {}


def forget_styles() -> None:
    """Drop all shared styles, so that WeasyPrint computes them again and reports values that it cannot use."""
    _pools.clear()


def _get_pool(key: Hashable, sheets: _Sheets, font_config: FontConfiguration) -> _Pool:
    """Return the styles of documents with these sheets, the oldest ones dropped if there are too many."""
    pool = _pools.pop(key, None)
    if pool is None or len(pool.styles) > _MOST_STYLES:
        pool = _Pool(tuple(sheets), font_config)
    _pools[key] = pool
    if len(_pools) > _MOST_POOLS:
        del _pools[next(iter(_pools))]
    return pool


def _share_styles() -> None:
    """Let documents with the same sheets share computed styles."""
    from weasyprint import css

    class StyleFor(css.StyleFor):
        """Finds the style of an element among those of the process."""

        def __init__(
            self,
            html: HTML,
            sheets: _Sheets,
            presentational_hints: bool,
            font_config: FontConfiguration,
            target_collector: TargetCollector | None,
        ) -> None:
            self._records: dict[object, _SharedStyle] = {}
            key = (*((id(sheet), *origin) for sheet, *origin in sheets), id(font_config), html.base_url)
            pool = _get_pool(key, sheets, font_config)
            try:
                if presentational_hints or pool.page_sizes.was_read:
                    raise _NotShared
                anchors = _find_anchors(html.etree_element)
                records = dict(_find_styles(html, pool))
            except _NotShared:
                super().__init__(html, sheets, presentational_hints, font_config, target_collector)
                return
            self._cascaded_styles, self._computed_styles = {}, {}
            self.initial_page_sizes, self._sheets, self.font_config = pool.page_sizes, sheets, font_config
            pool.page_sizes.update(box=None, area=None)
            self._records.update(records)
            for element, record in records.items():
                anchor = anchors.get(element)
                style = record.style if anchor is None else _add_anchor(record.style, anchor)
                self._computed_styles[element, None] = style
                if anchor is not None and target_collector:
                    target_collector.collect_anchor(anchor)

        def __call__(self, element: object, pseudo_type: str | None = None) -> ComputedStyle | None:
            """Return the style of an element or a pseudo-element, None if no rule is about it."""
            if pseudo_type and element in self._records and (element, pseudo_type) not in self._computed_styles:
                style = _make_pseudo_style(self._records[element], pseudo_type)
                if style is not None:
                    self._computed_styles[element, pseudo_type] = style
            return super().__call__(element, pseudo_type)

    replace_everywhere(css.StyleFor, StyleFor)


def _find_anchors(root: Element) -> dict[object, str]:
    """Return the anchors of elements; raise _NotShared if one has a style of its own, or a name with other signs."""
    anchors: dict[object, str] = {}
    for element in root.iter():
        attributes = element.attrib
        if "style" in attributes or (element.tag == "a" and "name" in attributes) or "svg" in str(element.tag):
            raise _NotShared
        if anchor := attributes.get("id"):
            anchors[element] = anchor
    if not all(map(_SAFE_NAME.fullmatch, anchors.values())):
        raise _NotShared
    return anchors


def _find_styles(html: HTML, pool: _Pool) -> Iterator[tuple[object, _SharedStyle]]:
    """Yield each element with its style, parents first; raise _NotShared if one may not be shared."""
    records: dict[object, _SharedStyle] = {}
    for wrapper in html.wrapper_element.iter_subtree():
        element = wrapper.etree_element
        parent = records[wrapper.parent.etree_element] if wrapper.parent else None
        language = element.get("lang")
        matches = [sheet.matcher.match(wrapper) for sheet, _, _ in pool.sheets]
        rules = tuple((number, *rule[:3], id(rule[3])) for number, group in enumerate(matches) for rule in group)
        key = id(parent), language, rules
        record = pool.styles.get(key)
        if record is None:
            cascaded = _cascade(pool, matches, language, html.base_url)
            record = pool.styles[key] = _make_style(pool, parent, cascaded, html.base_url)
        if (parent is None or element.tag == "body") and not _is_plain_root(record.style):
            raise _NotShared
        records[element] = record
        yield element, record


def _is_plain_root(style: ComputedStyle) -> bool:
    """Return whether WeasyPrint will not change styles because of this one, of a root element or a body."""
    return style["display"] != ("none",) and style["overflow"] == "visible"


def _cascade(
    pool: _Pool, matches: Sequence[Sequence[_Match]], language: str | None, base_url: str | None
) -> dict[str | None, _Cascaded]:
    """Return the values that win of an element (None) and of each pseudo-element, with their weights."""
    cascaded: dict[str | None, _Cascaded] = {None: {}}
    if language:
        if not _SAFE_NAME.fullmatch(language):
            raise _NotShared
        _add_values(cascaded[None], _declare_language(language, base_url), "author", inf, (0, 0, 0))
    for (sheet, origin, sheet_specificity), group in zip(pool.sheets, matches, strict=True):
        for specificity, _, pseudo_type, (declarations, layer) in group:
            order = inf if layer is None else sheet.layers.index(layer)
            style = cascaded.setdefault(pseudo_type, {})
            _add_values(style, declarations, origin, order, sheet_specificity or specificity)
    if "anchor" in cascaded[None]:
        raise _NotShared
    return cascaded


@cache
def _declare_language(language: str, base_url: str | None) -> _Declarations:
    """Return the declaration of a language, as the attribute `lang` makes it."""
    import tinycss2
    from weasyprint import css

    declaration = tinycss2.parse_one_declaration(f'-weasy-lang:"{language}"')
    return tuple(css.preprocess_declarations(base_url, (declaration,)))


def _add_values(
    style: _Cascaded,
    declarations: _Declarations,
    origin: str,
    order: float,
    specificity: tuple[int, int, int],
) -> None:
    """Enter values into a style unless one there has a greater weight (CSS Cascade 5 §6)."""
    from weasyprint import css

    for name, values, is_important in declarations:
        weight = css.declaration_precedence(origin, is_important), order, specificity
        if name not in style or style[name][1] <= weight:
            style[name] = values, weight


def _make_style(
    pool: _Pool, parent: _SharedStyle | None, cascaded: Mapping[str | None, _Cascaded], base_url: str | None
) -> _SharedStyle:
    """Return the style of elements with this parent and these values."""
    from weasyprint import css

    root_style: _Style = parent.root_style if parent else css.InitialStyle(pool.font_config)
    parent_style = parent.style if parent else None
    style = css.ComputedStyle(
        parent_style, cascaded[None], None, root_style, base_url, pool.font_config, pool.page_sizes
    )
    pseudo_rules = {name: values for name, values in cascaded.items() if name}
    return _SharedStyle(style, parent.root_style if parent else style, pseudo_rules)


def _make_pseudo_style(record: _SharedStyle, pseudo_type: str) -> ComputedStyle | None:
    """Return the style of a pseudo-element of elements with this style, None if no rule is about it."""
    from weasyprint import css

    if pseudo_type in record.pseudo_styles:
        return record.pseudo_styles[pseudo_type]
    cascaded = record.pseudo_rules.get(pseudo_type)
    if cascaded is None:
        return None
    parent = record.style
    style = css.ComputedStyle(
        *(parent, cascaded, pseudo_type, record.root_style),
        *(parent.base_url, parent.font_config, parent.initial_page_sizes),
    )
    if pseudo_type in _SHARED_PSEUDO_ELEMENTS:
        record.pseudo_styles[pseudo_type] = style
    return style


def _add_anchor(style: ComputedStyle, anchor: str) -> ComputedStyle:
    """Return a style with this anchor that takes all other values from the shared style."""
    anchored = _get_anchored_class()(style)
    anchored["anchor"] = anchor
    return anchored


@cache
def _get_anchored_class() -> Callable[[ComputedStyle], ComputedStyle]:
    """Return the class of styles with an anchor: WeasyPrint is imported late."""
    from weasyprint import css

    class AnchoredStyle(css.ComputedStyle):
        """The style of an element with an anchor. What is kept with a style is kept with the shared one."""

        __slots__ = ("_shared",)

        def __init__(self, shared: ComputedStyle) -> None:
            self._shared = shared
            self.__dict__ = shared.__dict__

    def take_value(self: ComputedStyle, key: str) -> object:
        """Return the value of the shared style."""
        assert isinstance(self, AnchoredStyle)
        value = self[key] = self._shared[key]
        return value

    AnchoredStyle.__missing__ = take_value
    return AnchoredStyle


SPEEDUPS = (Speedup("weasyprint.css", "77ad7287f90d7cfa", _share_styles),)
