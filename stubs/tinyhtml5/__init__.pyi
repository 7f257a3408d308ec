from collections.abc import Callable
from xml.etree.ElementTree import Element

parse: Callable[..., Element]
