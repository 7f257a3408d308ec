"""The books that benchmarks build: real interviews of the shared corpus, frozen so that figures stay comparable.

This module uses nothing of On Record or its tests: what they learn to read or refuse later must not change the books.
`baseline.json` holds the SHA-256 of each book; `write_book` refuses to write other bytes under the same size.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import yaml

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "usesthis"
BASELINE = Path(__file__).with_name("baseline.json")

_LABEL = re.compile(r"^\*\*([^*\n]{1,60}?)(?::\*\*|\*\*:)", re.MULTILINE)

# What an editor has to change in the 120 interviews before On Record accepts them: file, text, replacement.
_CORRECTIONS = (
    ("mike.essl", "[mamp-pro]: windows/", "[mamp-pro]: https://www.mamp.info/"),
    (
        "mel.stringer",
        '<img src="/images/interviews/mel.stringer/office.jpg" width="500" height="335" '
        'alt="Mel\'s office." class="detail">',
        "(Picture: Mel's office.)",
    ),
    ("erica.joy.baker", "🤷🏾‍♀️", "(shrugs)"),
    ("erica.joy.baker", "💖💖💖", "(three hearts)"),
    ("lynn.root", "ಠ_ಠ", "(a look of disapproval)"),
)


class CorpusMissingError(Exception):
    """The corpus is not there, or not the one that the baseline was measured with."""


def write_book(folder: Path, count: int) -> Path:
    """Write a book of `count` interviews into `folder/book-<count>`; return that folder.

    The corpus has 120 interviews; larger books repeat them under other titles. Raises CorpusMissingError.
    """
    interviews = _read_interviews()
    book = folder / f"book-{count}"
    (book / "interviews").mkdir(parents=True)
    settings = {"title": "Uses This", "language": "en", "date": "2026-01-01", "disclaimer": "none"}
    (book / "book.yaml").write_text(_format_yaml(settings), encoding="utf-8")
    for index in range(count):
        repetition, source = divmod(index, len(interviews))
        slug, text = interviews[source]
        if repetition:
            text = text.replace('title: "', f'title: "Round {repetition + 1}: ', 1)
            text += f"\n\nThis is round {repetition + 1}.\n"
        (book / "interviews" / f"{slug}-{repetition + 1}.md").write_text(text, encoding="utf-8")
    _compare_with_baseline(book, count)
    return book


def compute_digest(book: Path) -> str:
    """Return the SHA-256 of all names and bytes of a book's folder."""
    digest = hashlib.sha256()
    for path in sorted(path for path in book.rglob("*") if path.is_file()):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(book).as_posix()} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def _compare_with_baseline(book: Path, count: int) -> None:
    expected = json.loads(BASELINE.read_text(encoding="utf-8"))["books"].get(str(count))
    if expected and expected != compute_digest(book):
        raise CorpusMissingError(f"the book of {count} interviews is not the one of {BASELINE.name}")


def _read_interviews() -> list[tuple[str, str]]:
    """Return slug and source text of every interview of the corpus, in the order of their slugs."""
    paths = sorted(CORPUS.glob("*.markdown"))
    if not paths:
        raise CorpusMissingError(f"there are no interviews in {CORPUS}")
    texts = {path.stem: path.read_text(encoding="utf-8") for path in paths}
    for name, text, replacement in _CORRECTIONS:
        texts[name] = texts[name].replace(text, replacement)
    return sorted((name.replace(".", "-"), _convert(text)) for name, text in texts.items())


def _convert(text: str) -> str:
    """Return the interview with the front matter that On Record reads."""
    _, front, body = text.split("---\n", 2)
    settings = yaml.safe_load(front)
    people = [{"name": settings["title"], "role": "interviewee", "affiliation": settings["summary"]}]
    labels = sorted(set(_LABEL.findall(body)))
    people += [{"name": name, "role": "interviewee"} for name in labels if name != settings["title"]]
    head = {
        "title": settings["title"],
        "standfirst": settings["summary"],
        "byline": f"Uses This talked to {settings['title']}",
        "date": str(settings["date"]),
        "people": people,
    }
    return f"---\n{_format_yaml(head)}---\n{body}"


def _format_yaml(values: dict[str, object]) -> str:
    """Return one line for each key; JSON is YAML."""
    return "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
