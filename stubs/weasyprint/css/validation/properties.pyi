from collections.abc import Mapping

PROPERTIES: Mapping[str, object]
