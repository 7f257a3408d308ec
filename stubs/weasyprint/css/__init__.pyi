from collections.abc import Callable, Mapping, Sequence

from cssselect2 import Matcher
from tinycss2.ast import Node

from weasyprint.css.counters import CounterStyle
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

class ComputedStyle(_Style):
    cascaded: Mapping[str, object]
    parent_style: _Style | None
    __missing__: Callable[[ComputedStyle, str], object]

class AnonymousStyle(_Style):
    __missing__: Callable[[AnonymousStyle, str], object]
