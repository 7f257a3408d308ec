"""JSON Schemas (draft 2020-12) of `book.yaml`, of front matter and of packs, for editors that check while one types.

A schema accepts all that the readers accept, in YAML 1.1 and 1.2: a text may be written as a
number, capitals of choices do not count, an empty value is no value. It refuses what can be told
from one file alone.
"""

from __future__ import annotations

import json
import re
from functools import cache

from onrecord.manuscript.key_kinds import Key, KeyTable, Kind
from onrecord.manuscript.known_keys import TABLES
from onrecord.manuscript.scalar_values import FLAGS
from onrecord.manuscript.shared_keys import LANGUAGE_PATTERN

Schema = dict[str, object]

SCHEMAS_FOLDER = ".schemas"  # of the book's folder; builds do not read hidden folders
_SCALAR_TYPES = ["string", "number", "boolean"]
_DAY = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::00)?"
_ZONE = r"(?:Z|UTC|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_BLANK = r"[ \t\r\n]"


@cache
def render_schema(name: str) -> str:
    """Return the JSON Schema of `book`, `interview` or `pack` files as JSON text."""
    return json.dumps(build_schema(name), ensure_ascii=False, indent=2) + "\n"


def render_schema_files() -> dict[str, str]:
    """Return the JSON text of each schema by its path in the book's folder."""
    return {f"{SCHEMAS_FOLDER}/{name}.json": render_schema(name) for name in TABLES}


def build_schema(name: str) -> Schema:
    """Return the JSON Schema of `book`, `interview` or `pack` files."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"On Record: {TABLES[name].place.replace('`', '')}",
        **_build_section_schema(TABLES[name]),
    }


def _build_section_schema(table: KeyTable) -> Schema:
    """Return the JSON Schema of a section: its keys, and the rules between them."""
    required = [key.name for key in table.keys if key.is_required]
    conditions = [dict(condition) for condition in table.conditions]
    return {
        "type": "object",
        "properties": {key.name: _build_key_schema(key) for key in table.keys},
        "additionalProperties": False,
        **({"required": required} if required else {}),
        **({"allOf": conditions} if conditions else {}),
    }


def _build_key_schema(key: Key) -> Schema:
    """Return the JSON Schema of a key, with the description that an editor shows."""
    default = f" Without it: {key.default}." if key.default else " Required."
    description = f"{key.meaning}{default} Example: {key.name}: {key.example}".replace("`", "")
    return {"description": description, **_build_value_schema(key)}


def _build_value_schema(key: Key) -> Schema:
    """Return the JSON Schema of a key's value; empty, too, if the key is not required."""
    empty: list[Schema] = [] if key.is_required else [{"type": "null"}]
    match key.kind:
        case Kind.TEXT if not key.pattern:
            return _build_text_schema(key)
        case Kind.TEXTS:
            return _build_list_schema(_build_text_schema())
        case Kind.NAMED_TEXTS:
            return _build_list_schema({"type": "object", "additionalProperties": _build_text_schema()})
        case Kind.SECTION | Kind.SECTIONS | Kind.ENTRIES:
            return _build_sections_schema(key, empty)
        case Kind.CHOICE if key.has_more_choices:
            return {"anyOf": [*_list_unquoted_schemas(key), _build_text_schema(key)]}
        case _:
            return {"anyOf": [*_list_unquoted_schemas(key), _build_pattern_schema(_find_pattern(key), key), *empty]}


def _find_pattern(key: Key) -> str:
    """Return the regular expression of a key's value when it is written as a text."""
    patterns = {
        Kind.CHOICE: "|".join(_ignore_case(choice) for choice in key.choices or ()),
        Kind.FLAG: "|".join(map(_ignore_case, FLAGS)),
        Kind.COUNT: "[0-9]+",
        Kind.DATE: _DAY,
        Kind.ANY_DATE: f"{_DAY}|[0-9]{{4}}-(?:0[1-9]|1[0-2])|[0-9]{{4}}",
        Kind.MOMENT: f"{_DAY}[T ]{_TIME} ?{_ZONE}",
        Kind.LANGUAGE: LANGUAGE_PATTERN,
    }
    return patterns.get(key.kind, key.pattern)


def _list_unquoted_schemas(key: Key) -> list[Schema]:
    """Return the JSON Schemas of a key's values that YAML reads as other types than text."""
    match key.kind:
        case Kind.CHOICE:
            return [{"enum": [choice.value for choice in key.choices or ()]}]
        case Kind.FLAG:
            return [{"type": "boolean"}]
        case Kind.COUNT:
            return [{"type": "integer", "minimum": 0, "maximum": key.most}]
        case Kind.ANY_DATE:
            return [{"type": "integer", "minimum": 1000, "maximum": 9999}]
        case Kind.TEXT:
            return _list_types_of_texts(key.pattern)
        case _:
            return []


def _build_sections_schema(key: Key, empty: list[Schema]) -> Schema:
    """Return the JSON Schema of a section, of a list of them, or of texts and sections."""
    assert key.section is not None
    section = _build_section_schema(key.section)
    match key.kind:
        case Kind.SECTION:
            return {"anyOf": [section, *empty, _build_blank_schema()]}
        case Kind.SECTIONS:
            return {"anyOf": [{"type": "array", "items": section}, *empty, _build_blank_schema()]}
        case _:
            return _build_list_schema({"anyOf": [section, _build_text_schema()]})


def _build_text_schema(key: Key | None = None) -> Schema:
    """Return the JSON Schema of a text, of this key or in a list; an empty value is no text."""
    if key and key.is_required:
        return {"type": _SCALAR_TYPES, "pattern": r"\S", **_build_length_limit(key)}
    return {"type": [*_SCALAR_TYPES, "null"], **(_build_length_limit(key) if key else {})}


def _build_blank_schema() -> Schema:
    """Return the JSON Schema of an empty text, which is no value."""
    return {"type": "string", "pattern": r"^\s*$"}


def _build_list_schema(entry: Schema) -> Schema:
    """Return the JSON Schema of a list, of one entry alone, or of nothing."""
    return {"anyOf": [entry, {"type": "array", "items": entry}, {"type": "null"}, _build_blank_schema()]}


def _build_length_limit(key: Key) -> Schema:
    """Return the limit of a key's length as a pattern: `maxLength` would count blanks of folded lines."""
    return {"pattern": rf"^{_BLANK}*(?:\S|{_BLANK}+(?=\S)){{1,{key.longest}}}{_BLANK}*$"} if key.longest else {}


def _list_types_of_texts(pattern: str) -> list[Schema]:
    """Return the types other than text that YAML makes of texts that match, when they are not in quotation marks."""
    samples = {"number": ["1.5"], "integer": ["1", "9783161484100"]}
    numbers = [kind for kind in samples if any(re.fullmatch(pattern, number) for number in samples[kind])]
    booleans: list[Schema] = [{"type": "boolean"}] if re.fullmatch(pattern, "true") else []
    return [*({"type": kind, "minimum": 0} for kind in numbers[:1]), *booleans]


def _build_pattern_schema(pattern: str, key: Key) -> Schema:
    """Return the JSON Schema of a text that matches as a whole, blanks around it; or blank if not required."""
    limit = rf"(?!{_BLANK}*\S{{{key.longest + 1}}})" if key.longest else ""
    optional = "" if key.is_required else "?"
    return {"type": "string", "pattern": f"^{limit}{_BLANK}*(?:{pattern}){optional}{_BLANK}*$"}


def _ignore_case(name: str) -> str:
    """Return a regular expression for the name in any case: patterns of JSON Schema have no flags."""
    letters = (f"[{char.lower()}{char.upper()}]" if char.isalpha() else char for char in name)
    return "".join(f"{_BLANK}+" if letter == " " else letter for letter in letters)
