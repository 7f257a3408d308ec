"""Turn real interviews of the shared corpus into books, without the importers of On Record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"

_LABEL = re.compile(r"^\*\*([^*\n]{1,60}?)(?::\*\*|\*\*:)", re.MULTILINE)
_NAME_ALONE = re.compile(r"^([A-Z][\w.-]*(?: [A-Z][\w.-]*){0,3}):[ \t]*$\n+", re.MULTILINE)
_NAME_SHORT = re.compile(r"^([A-Z]\w+ [A-Z]\w+ \([A-Z]{2,3}\)|[A-Z]{2,3}): ", re.MULTILINE)
_DEFINITION = re.compile(r"^ {0,3}\[([^\]]+)\]:.*$\n?", re.MULTILINE)


@dataclass(frozen=True)
class Correction:
    """Text of one file that On Record refuses by `rule`, and the text that an editor would write instead."""

    file: str
    refused: str
    instead: str
    rule: str


# All that an editor has to change in the 120 interviews of Uses This.
CORRECTIONS = (
    Correction("mike.essl", "[mamp-pro]: windows/", "[mamp-pro]: https://www.mamp.info/", "links-go-somewhere"),
    Correction(
        "mel.stringer",
        '<img src="/images/interviews/mel.stringer/office.jpg" width="500" height="335" '
        'alt="Mel\'s office." class="detail">',
        "(Picture: Mel's office.)",
        "there-is-no-raw-html",
    ),
    Correction("lynn.root", "ಠ_ಠ", "(a look of disapproval)", "glyphs-exist"),
)


def make_slug(file: str) -> str:
    return file.replace(".", "-")


def write_usesthis_book(folder: Path, corrections: Iterable[Correction] = CORRECTIONS) -> Path:
    """Write a book of all interviews of Uses This with these corrections, and return its folder."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted((CORPUS / "usesthis").glob("*.markdown"))}
    for correction in corrections:
        assert correction.refused in texts[correction.file]
        texts[correction.file] = texts[correction.file].replace(correction.refused, correction.instead)
    _write_book(folder, "Uses This")
    for file, text in texts.items():
        _, settings, body = text.split("---\n", 2)
        known = yaml.safe_load(settings)
        people = [{"name": known["title"], "role": "interviewee", "affiliation": known["summary"]}]
        labels = sorted(set(_LABEL.findall(body)))
        people += [{"name": name, "role": "interviewee"} for name in labels if name != known["title"]]
        front = {
            "title": known["title"],
            "standfirst": known["summary"],
            "byline": f"Uses This talked to {known['title']}",
            "date": str(known["date"]),
            "people": people,
        }
        _write_interview(folder, make_slug(file), front, body)
    return folder


def write_labelled_book(folder: Path, name: str) -> Path:
    """Write a book of all transcripts in that corpus, and return its folder.

    Everybody who has a label is listed as a person. A name alone on a line with a colon becomes a label in bold.
    """
    _write_book(folder, name.title())
    for path in sorted((CORPUS / name).glob("*.md")):
        text = path.read_text(encoding="utf-8")
        body = text.split("---\n", 2)[2] if text.startswith("---\n") else text
        body = _NAME_SHORT.sub(r"**\1:** ", _NAME_ALONE.sub(r"**\1:** ", body))
        labels = sorted(set(_LABEL.findall(body)))
        people = [
            {"name": label, "role": "interviewer" if not index else "interviewee"} for index, label in enumerate(labels)
        ]
        title = path.stem.replace("-", " ").title()
        _write_interview(folder, path.stem, {"title": title, "byline": f"From {name}", "people": people}, body)
    return folder


def count_words(path: Path) -> int:
    """Count the words that the interview's file has in print, without the code of On Record."""
    _, settings, body = path.read_text(encoding="utf-8").split("---\n", 2)
    known = yaml.safe_load(settings)
    front_lines = [str(known[key]) for key in ("title", "standfirst", "byline") if key in known]
    defined = {name.casefold() for name in _DEFINITION.findall(body)}
    body = _DEFINITION.sub("", body)
    body = re.sub(r'(?<!!)\[([^\[\]]*)\]\(\s*[^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+"[^"\n]*")?\s*\)', r"\1", body)
    body = re.sub(r"\[([^\[\]]+)\]\[([^\[\]]*)\]", lambda link: _link(link, defined), body)
    body = _keep_lonely_hyphens(body)
    body = re.sub(r"^[ \t]*(?:#{1,6}|[-*+]|\d{1,9}[.)]|>)[ \t]+", "", body, flags=re.MULTILINE)
    body = re.sub(r"^(?:\*[ \t]*){3,}$|^(?:-[ \t]*){3,}$", "", body, flags=re.MULTILINE)
    text = re.sub(r"(?<=\S) - (?=\S)", "—", " ".join([*front_lines, body]))  # the English dash has no spaces
    return len(text.split())


def _keep_lonely_hyphens(body: str) -> str:
    """Mark the hyphen of each list of a single entry: it is printed as it is typed."""
    blocks = ["", *body.split("\n\n"), ""]
    for at, block in enumerate(blocks):
        is_lonely = block.startswith("- ") and "\n" not in block.strip()
        if is_lonely and not any(blocks[place].startswith("- ") for place in (at - 1, at + 1)):
            blocks[at] = f"-\u00a0{block[2:]}"
    return "\n\n".join(blocks[1:-1])


def _link(link: re.Match[str], defined: set[str]) -> str:
    words, name = link.groups()
    return words if (name or words).casefold() in defined else link.group()


def _write_book(folder: Path, title: str) -> None:
    (folder / "interviews").mkdir(parents=True)
    settings = {"title": title, "language": "en", "date": "2026-01-01", "disclaimer": "none"}
    (folder / "book.yaml").write_text(_yaml(settings), encoding="utf-8")


def _write_interview(folder: Path, slug: str, front: Mapping[str, Any], body: str) -> None:
    text = f"---\n{_yaml(front)}---\n{body}"
    (folder / "interviews" / f"{slug}.md").write_text(text, encoding="utf-8")


def _yaml(values: Mapping[str, Any]) -> str:
    """One line for each key; JSON is YAML."""
    return "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
