from collections.abc import Sequence

from cssselect2 import Matcher
from tinycss2.ast import Node

from weasyprint.css.counters import CounterStyle
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
