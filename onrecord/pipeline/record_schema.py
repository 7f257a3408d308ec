"""The JSON Schema (draft 2020-12) of the record of a proof, `<slug>.proof.json`."""

from __future__ import annotations

import json

from onrecord.proof.record import RECORD_VERSION

Schema = dict[str, object]

_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_PLACE: Schema = {"type": ["string", "null"]}


def render_record_schema() -> str:
    """Return the schema of the record as JSON."""
    return json.dumps(build_record_schema(), ensure_ascii=False, indent=2) + "\n"


def build_record_schema() -> Schema:
    """Return the schema of the record; its version is that of the field `version`."""
    fields: dict[str, Schema] = {
        "version": _say("Version of this schema; raised when a field is added or changes.", {"const": RECORD_VERSION}),
        "slug": _say("The name that the delivered files begin with.", _TEXT),
        "title": _say("Title of the book or pack.", _TEXT),
        "edition": _say("The edition, as the book names it, or an empty text.", _TEXT),
        "date": _say("The date of the book: a day, a month or a year.", _TEXT),
        "released": _say("Interviews included although they were held back, and why.", _list(_build_release_schema())),
        "approved": _say("Interviews that somebody approved, and when.", _list(_build_approval_schema())),
        "files": _say("Every delivered file by its path in the out folder.", _map(_build_file_schema())),
        "editions": _say("What was proved of each edition.", _list(_build_edition_schema())),
        "titles": _say("Title of each interview.", _map(_TEXT)),
        "texts": _say("Digest of each piece of each interview, by its place (A7, byline).", _map(_map(_TEXT))),
        "finished": _say(
            "Files made of a proved edition: booklets, copies, a web edition in one file.",
            _list(_build_finished_schema()),
        ),
        "delivery": _say("What a later pack needs to know of this one.", {"type": "object"}),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"On Record: the record of a proof, version {RECORD_VERSION}",
        **_object(fields, optional=("titles", "texts", "delivery")),
    }


def _build_approval_schema() -> Schema:
    """Return the JSON Schema of an approval in the record of a proof: slug, name and date."""
    fields = {
        "slug": _say("The interview's name.", _TEXT),
        "by": _say("Who approved it.", _TEXT),
        "date": _say("When, as YYYY-MM-DD, or an empty text.", _TEXT),
    }
    return _object(fields)


def _build_file_schema() -> Schema:
    """Return the JSON Schema of a delivered file in the record of a proof."""
    parts = _say(
        "SHA-256 of each file of an EPUB, each sheet, font and picture of a PDF.", _map(_build_digest_schema())
    )
    fields = {
        "sha256": _say("SHA-256 of the file.", _build_digest_schema()),
        "size": _say("Bytes.", _COUNT),
        "parts": parts,
    }
    return _object(fields, optional=("parts",))


def _build_edition_schema() -> Schema:
    """Return the JSON Schema of the report on one edition in the record of a proof."""
    interview = {
        "slug": _say("The interview's name.", _TEXT),
        "words": _object(
            {
                "promised": _say("Words of the interview in the manuscript.", _COUNT),
                "found": _say("Words of the interview in the edition.", _COUNT),
            }
        ),
        "byline": _say("Where the byline stands; null: it has none.", _PLACE),
        "disclaimer": _say("Where the disclaimer stands; null: it has none.", _PLACE),
        "rights": _say("Where the line of rights stands.", _TEXT),
    }
    fields = {
        "format": _say("The edition.", {"enum": ["pdf", "epub", "html"]}),
        "proved": _say("Whether the edition has no problem; all delivered ones have none.", {"type": "boolean"}),
        "problems": _list(_TEXT),
        "interviews": _list(_object(interview, optional=("rights",))),
    }
    return _object(fields)


def _build_finished_schema() -> Schema:
    """Return the JSON Schema of a booklet, copies or another file made of an edition, in the record of a proof."""
    fields = {
        "kind": _say("booklet, copies, cover, print-file, print-shop, single …", _TEXT),
        "files": _say("Names of the files, as in `files`.", _list(_TEXT)),
        "made_from": _say(
            "SHA-256 of the edition; of a web edition, that of what `sha256sum` says of its files.",
            _build_digest_schema(),
        ),
        "proved": _say("What was proved, as a sentence.", _TEXT),
    }
    return _object(fields)


def _build_release_schema() -> Schema:
    """Return the JSON Schema of an interview that was delivered although it was held back."""
    return _object({"slug": _TEXT, "reason": _TEXT})


def _build_digest_schema() -> Schema:
    """Return the JSON Schema of a SHA-256 in hexadecimal digits."""
    return {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def _say(description: str, schema: Schema) -> Schema:
    """Return the schema with a description."""
    return {"description": description, **schema}


def _list(entry: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": entry}


def _map(value: Schema) -> Schema:
    """Return the schema of an object with any names."""
    return {"type": "object", "additionalProperties": value}


def _object(fields: dict[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object with these fields and no others."""
    required = [name for name in fields if name not in optional]
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}
