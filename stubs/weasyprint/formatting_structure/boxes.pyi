from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, Literal, Self, TypeAlias, overload
from xml.etree.ElementTree import Element

from pydyf import Dictionary
from weasyprint.css.properties import Dimension
from weasyprint.text.fonts import FontConfiguration
from weasyprint.text.line_break import Layout, _Line

_Keyword: TypeAlias = Literal["direction", "font_language_override", "lang", "text_decoration_line", "white_space"]

class _Style:
    font_config: FontConfiguration
    root_style: _Style
    # What `typeset/box_speedups.py` keeps with a style.
    _used_by_onrecord: dict[str, object] | None
    _is_bare_by_onrecord: bool
    _is_bare_text_by_onrecord: bool
    _strut_by_onrecord: tuple[float, float]
    _shared_by_onrecord: object
    @overload
    def __getitem__(self, key: _Keyword, /) -> str: ...
    @overload
    def __getitem__(self, key: Literal["font_size"], /) -> float: ...
    @overload
    def __getitem__(self, key: Literal["border_image_source", "mask_border_source"], /) -> tuple[str, object]: ...
    @overload
    def __getitem__(self, key: Literal["background_image"], /) -> Sequence[tuple[str, object]]: ...
    @overload
    def __getitem__(self, key: Literal["block_step_size"], /) -> Dimension: ...
    @overload
    def __getitem__(self, key: Literal["align_content"], /) -> tuple[str, ...]: ...
    @overload
    def __getitem__(self, key: Literal["hyphenate_character"], /) -> str: ...
    @overload
    def __getitem__(self, key: Literal["hyphenate_limit_chars"], /) -> tuple[int, int, int]: ...
    @overload
    def __getitem__(self, key: str, /) -> object: ...
    def __setitem__(self, key: str, value: object, /) -> None: ...
    def copy(self) -> _Style: ...

class Box:
    element: Element | None  # None for pages and their margins
    element_tag: str | None
    style: _Style
    width: float
    height: float
    position_x: float
    position_y: float
    is_leader: bool
    is_header: bool  # of a group of rows
    is_for_root_element: bool
    trailing_collapsible_space: bool
    footnote: Box | None
    background: object
    is_in_normal_flow: ClassVar[Callable[[Box], bool]]
    link_annotation: Dictionary | None
    max_height: float
    margin_bottom: float
    margin_top: float
    page_type: Any  # of a page
    margin_left: float | Literal["auto"]
    margin_right: float | Literal["auto"]
    padding_left: float
    padding_right: float
    border_left_width: float
    border_right_width: float
    border_bottom_width: float
    def border_box_y(self) -> float: ...
    def border_height(self) -> float: ...
    def content_box_x(self) -> float: ...
    def content_box_y(self) -> float: ...
    def translate(self, dx: float = 0, dy: float = 0) -> None: ...
    def margin_height(self) -> float: ...
    def margin_width(self) -> float: ...
    def copy(self) -> Self: ...
    def get_wrapped_table(self) -> Box: ...
    def all_children(self) -> Sequence[Box]: ...
    def descendants(self) -> Iterator[Box]: ...

class ParentBox(Box):
    children: Sequence[Box]
    def copy_with_children(self, new_children: Sequence[Box]) -> Self: ...
    def remove_decoration(self, start: bool, end: bool) -> None: ...

class PageBox(ParentBox):
    page_type: object

class LineBox(ParentBox):
    baseline: float
    text_indent: float
    resume_at: object
    note_place: object  # ours

class FootnoteAreaBox(ParentBox): ...
class InlineBox(ParentBox):
    baseline: float


class TextBox(Box):
    text: str
    baseline: float
    justification_spacing: float
    pango_layout: Layout

class ReplacedBox(Box): ...
