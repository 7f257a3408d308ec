from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from cssselect2 import Matcher
from tinycss2.ast import Node

from weasyprint import CSS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.css.targets import TargetCollector
from weasyprint.formatting_structure.boxes import _Style
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

def preprocess_stylesheet(
    device_media_type: str,
    base_url: str,
    stylesheet_rules: Sequence[Node],
    url_fetcher: URLFetcher | None,
    matcher: Matcher[object],
    page_rules: list[object],
    layers: list[object],
    font_config: FontConfiguration | None,
    counter_style: CounterStyle,
    color_profiles: dict[str, object],
) -> None: ...

INHERITED: frozenset[str]
INITIAL_NOT_COMPUTED: frozenset[str]
INITIAL_VALUES: dict[str, object]
PHYSICAL_FUNCTIONS: dict[str, Callable[..., str]]

def preprocess_declarations(
    base_url: str | None, declarations: Iterable[Node]
) -> Iterator[tuple[str, object, bool]]: ...
def declaration_precedence(origin: str, importance: bool) -> int: ...

class InitialStyle(_Style):
    def __init__(self, font_config: FontConfiguration) -> None: ...

class ComputedStyle(_Style):
    cascaded: Mapping[str, object]
    parent_style: _Style | None
    base_url: str | None
    initial_page_sizes: dict[str, object]
    __missing__: Callable[[ComputedStyle, str], object]
    def __init__(
        self,
        parent_style: _Style | None,
        cascaded: Mapping[str, object],
        pseudo_type: str | None,
        root_style: _Style,
        base_url: str | None,
        font_config: FontConfiguration,
        initial_page_sizes: dict[str, object],
    ) -> None: ...

class AnonymousStyle(_Style):
    __missing__: Callable[[AnonymousStyle, str], object]

# A sheet, its origin, and the specificity of all its rules.
_Sheets = Sequence[tuple[CSS, str, tuple[int, int, int] | None]]

class StyleFor:
    initial_page_sizes: dict[str, object]
    font_config: FontConfiguration
    _sheets: _Sheets
    _cascaded_styles: dict[object, object]
    _computed_styles: dict[tuple[object, str | None], ComputedStyle]
    def __init__(
        self,
        html: HTML,
        sheets: _Sheets,
        presentational_hints: bool,
        font_config: FontConfiguration,
        target_collector: TargetCollector | None,
    ) -> None: ...
    def __call__(self, element: object, pseudo_type: str | None = None) -> ComputedStyle | None: ...
