"""Find words of an original that its reader knows nothing of, where letters cannot be counted.

JSON and XML of transcription tools say many words twice, in pieces, or in several versions. Every text of the file is
read by a plain walk, and every different word must be in a clipping. Single words are judged place by place (the keys
above them): codes, names of models and misheard versions stand at places where hardly a word was spoken.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence

import lxml.etree

from onrecord.importers.common import decoding
from onrecord.importers.common.draft import Clipping

_WORD = re.compile(r"[^\W\d_]{2,}")
_TAG = re.compile(r"<[^<>]*>|\[\[/?\w+\]\]|\b[Ss]peaker \d+:")  # also those of OHMS; labels of Deepgram
_MARKUP = re.compile(
    r"(?ms)(?<=\])\s?\[[^\]\n]*\]|<!--.*?-->|<[^<>]*>|\{[^{}\n]*\}|https?://\S+"
    r"|(?<=\])\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|^\[[^\]\n]+\]:.*?$"
)
_VERSIONS = frozenset(["alternatives", "nbest"])  # lists of guesses, of which the first is the transcript
_LEAST_WORDS = 15  # different ones, of a place where somebody speaks
_LEAST_SHARE = 0.4  # of the words of such a place that the reader knows
_MOST_SHARE, _MOST_WORDS = 0.03, 2  # missing ones that may be codes
_MOST_EXCERPTS = 8
_MOST_SEARCHES = 5_000  # in the whole text


def describe_missing_words(
    places: Mapping[str, Sequence[str]], clippings: Sequence[Clipping], *, is_markup: bool
) -> str:
    """Return how many words of an imported original are in no clipping, for a message; "" if none is missing.

    `places` are the texts of the original by the place where they stand. Among single words, and in texts with
    markup, a few may be codes.
    """
    text = " ".join(_fold_text(clipping.all_words) for clipping in clippings)
    known = set(_WORD.findall(text))
    searches = _MOST_SEARCHES
    for texts in places.values():
        words = dict.fromkeys(word for piece in texts for word in _WORD.findall(_fold_text(_TAG.sub(" ", piece))))
        unknown = [word for word in words if word not in known]
        is_speech = len(words) >= _LEAST_WORDS and len(words) - len(unknown) >= _LEAST_SHARE * len(words)
        most = max(_MOST_WORDS, int(_MOST_SHARE * len(words))) if is_markup or _are_single(texts) else 1
        if not is_speech or len(unknown) <= most:
            continue
        searches -= len(unknown)
        missing = [word for word in unknown if word not in text] if searches > 0 else unknown
        if len(missing) > most:
            excerpt = ", ".join(missing[:_MOST_EXCERPTS])
            return f"{len(missing):,} different words of the original were not read: {excerpt}"
    return ""


def _are_single(texts: Sequence[str]) -> bool:
    """Return whether nearly all texts at one place of an original are single words."""
    return sum(len(text.split()) > 1 for text in texts) <= _MOST_SHARE * len(texts)


def _fold_text(text: str) -> str:
    """Return a text in NFC and small letters without HTML entities, to compare words."""
    return unicodedata.normalize("NFC", html.unescape(text)).casefold()


def list_json_texts(data: bytes, name: str) -> dict[str, list[str]]:
    """Return all texts of an imported JSON file by the keys above them; of several versions, only the first."""
    text, _ = decoding.decode_text(data, name)
    try:
        trees = [json.loads(text)]
    except ValueError:  # an object on each line
        trees = [json.loads(line) for line in text.splitlines() if line.strip()]
    places = defaultdict[str, list[str]](list)
    waiting: list[tuple[str, object]] = [("", tree) for tree in reversed(trees)]
    while waiting:
        place, node = waiting.pop()
        if isinstance(node, str):
            places[place].append(node)
        elif isinstance(node, dict):
            waiting += [(f"{place}/{key}", child) for key, child in reversed(node.items())]
        elif isinstance(node, list):
            is_versions = place.rpartition("/")[2].lower() in _VERSIONS
            waiting += [(place, child) for child in reversed(node[:1] if is_versions else node)]
    return places


def list_xml_texts(data: bytes, _name: str) -> dict[str, list[str]]:
    """Return all texts of an imported XML file by the element names above them; {} if it cannot be parsed."""
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, recover=True)
    root = lxml.etree.fromstring(data, parser)
    places = defaultdict[str, list[str]](list)
    for element in root.iter() if root is not None else ():
        for name, text in ((element.tag, element.text), (getattr(element.getparent(), "tag", ""), element.tail)):
            if text and isinstance(name, str):
                places[name].append(text)
    return places


def list_markdown_texts(text: str) -> dict[str, list[str]]:
    """Return the lines of an imported Markdown text without addresses, attributes and tags."""
    return {"text": _MARKUP.sub(" ", text).split("\n")}
