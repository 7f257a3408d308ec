"""The JSON Schema (draft 2020-12) of the record of a proof, `<slug>.proof.json`."""

from __future__ import annotations

import json

from onrecord.proof.record import RECORD_VERSION

Schema = dict[str, object]

_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_PLACE: Schema = {"type": ["string", "null"]}


def render_record_schema() -> str:
    """Return the JSON Schema of the record of a proof as JSON."""
    return json.dumps(build_record_schema(), ensure_ascii=False, indent=2) + "\n"


def build_record_schema() -> Schema:
    """Return the JSON Schema of the record of a proof; its version is that of the field `version`."""
    fields: dict[str, Schema] = {
        "version": _describe(
            "Version of this schema; raised when a field is added or changes.", {"const": RECORD_VERSION}
        ),
        "slug": _describe("The name that the delivered files begin with.", _TEXT),
        "title": _describe("Title of the book or pack.", _TEXT),
        "edition": _describe("The edition, as the book names it, or an empty text.", _TEXT),
        "date": _describe("The date of the book: a day, a month or a year.", _TEXT),
        "released": _describe(
            "Interviews included although they were held back, and why.", _build_list_schema(_build_release_schema())
        ),
        "approved": _describe(
            "Interviews that somebody approved, and when.", _build_list_schema(_build_approval_schema())
        ),
        "files": _describe(
            "Every delivered file by its path in the out folder.", _build_map_schema(_build_file_schema())
        ),
        "editions": _describe("What was proved of each edition.", _build_list_schema(_build_edition_schema())),
        "titles": _describe("Title of each interview.", _build_map_schema(_TEXT)),
        "texts": _describe(
            "Digest of each piece of each interview, by its place (A7, byline).",
            _build_map_schema(_build_map_schema(_TEXT)),
        ),
        "finished": _describe(
            "Files made of a proved edition: booklets, copies, a web edition in one file.",
            _build_list_schema(_build_finished_schema()),
        ),
        "delivery": _describe("What a later pack needs to know of this one.", {"type": "object"}),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"On Record: the record of a proof, version {RECORD_VERSION}",
        **_build_object_schema(fields, optional=("titles", "texts", "delivery")),
    }


def _build_approval_schema() -> Schema:
    """Return the JSON Schema of an approval in the record of a proof: slug, name and date."""
    fields = {
        "slug": _describe("The interview's name.", _TEXT),
        "by": _describe("Who approved it.", _TEXT),
        "date": _describe("When, as YYYY-MM-DD, or an empty text.", _TEXT),
    }
    return _build_object_schema(fields)


def _build_file_schema() -> Schema:
    """Return the JSON Schema of a delivered file in the record of a proof."""
    parts = _describe(
        "SHA-256 of each file of an EPUB, each sheet, font and picture of a PDF.",
        _build_map_schema(_build_digest_schema()),
    )
    fields = {
        "sha256": _describe("SHA-256 of the file.", _build_digest_schema()),
        "size": _describe("Bytes.", _COUNT),
        "parts": parts,
    }
    return _build_object_schema(fields, optional=("parts",))


def _build_edition_schema() -> Schema:
    """Return the JSON Schema of the report on one edition in the record of a proof."""
    interview = {
        "slug": _describe("The interview's name.", _TEXT),
        "words": _build_object_schema(
            {
                "promised": _describe("Words of the interview in the manuscript.", _COUNT),
                "found": _describe("Words of the interview in the edition.", _COUNT),
            }
        ),
        "byline": _describe("Where the byline stands; null: it has none.", _PLACE),
        "disclaimer": _describe("Where the disclaimer stands; null: it has none.", _PLACE),
        "rights": _describe("Where the line of rights stands.", _TEXT),
    }
    fields = {
        "format": _describe("The edition.", {"enum": ["pdf", "epub", "html"]}),
        "proved": _describe("Whether the edition has no problem; all delivered ones have none.", {"type": "boolean"}),
        "problems": _build_list_schema(_TEXT),
        "interviews": _build_list_schema(_build_object_schema(interview, optional=("rights",))),
    }
    return _build_object_schema(fields)


def _build_finished_schema() -> Schema:
    """Return the JSON Schema of a booklet, copies or another file made of an edition, in the record of a proof."""
    fields = {
        "kind": _describe("booklet, copies, cover, print-file, print-shop, single …", _TEXT),
        "files": _describe("Names of the files, as in `files`.", _build_list_schema(_TEXT)),
        "made_from": _describe(
            "SHA-256 of the edition; of a web edition, that of what `sha256sum` says of its files.",
            _build_digest_schema(),
        ),
        "proved": _describe("What was proved, as a sentence.", _TEXT),
    }
    return _build_object_schema(fields)


def _build_release_schema() -> Schema:
    """Return the JSON Schema of an interview that was delivered although it was held back."""
    return _build_object_schema({"slug": _TEXT, "reason": _TEXT})


def _build_digest_schema() -> Schema:
    """Return the JSON Schema of a SHA-256 in hexadecimal digits."""
    return {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def _describe(description: str, schema: Schema) -> Schema:
    """Return the JSON Schema with a description."""
    return {"description": description, **schema}


def _build_list_schema(entry: Schema) -> Schema:
    """Return the JSON Schema of a list with these entries."""
    return {"type": "array", "items": entry}


def _build_map_schema(value: Schema) -> Schema:
    """Return the JSON Schema of an object with any names, and these values."""
    return {"type": "object", "additionalProperties": value}


def _build_object_schema(fields: dict[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    """Return the JSON Schema of an object with these fields and no others."""
    required = [name for name in fields if name not in optional]
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}
