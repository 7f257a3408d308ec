from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from cssselect2 import ElementWrapper, Matcher
from weasyprint.css.counters import CounterStyle
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

VERSION: str
DEFAULT_OPTIONS: dict[str, object]

class CSS:
    matcher: Matcher[tuple[Sequence[tuple[str, object, bool]], str | None]]
    layers: list[str]
    def __init__(
        self,
        *,
        string: str | None = None,
        base_url: str | None = None,
        url_fetcher: URLFetcher | None = None,
        font_config: FontConfiguration | None = None,
        counter_style: CounterStyle | None = None,
    ) -> None: ...

class HTML:
    etree_element: Element
    wrapper_element: ElementWrapper
    base_url: str | None
    def __init__(
        self, *, string: str | None = None, base_url: str | None = None, url_fetcher: URLFetcher | None = None
    ) -> None: ...
    def render(
        self,
        font_config: FontConfiguration | None = None,
        counter_style: CounterStyle | None = None,
        *,
        stylesheets: Iterable[CSS] | None = None,
    ) -> Document: ...
