"""The record of a proof for people: one page of HTML that needs no other file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from onrecord.pipeline.prove import ProvedFile
from onrecord.pipeline.verify import FileState, ProofRecord
from onrecord.proof import Report
from onrecord.proof.record import summarize_reports

_NAMES = {"pdf": "PDF", "epub": "EPUB", "html": "Web edition"}
_STATES = {
    FileState.DELIVERED: "byte for byte the delivered file",
    FileState.OTHER_BYTES: "other bytes than the delivered file",
    FileState.UNRECORDED: "not in a record",
}
_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 Georgia, serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1, h2 { line-height: 1.2 }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem }
caption { text-align: left; font-style: italic; margin-bottom: 0.3rem }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #8888 }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
code { font-size: 0.8rem; overflow-wrap: anywhere }
.wide { overflow-x: auto }
"""


def render_record_report(files: Sequence[ProvedFile]) -> str:
    """Return the page: what holds of each file, the interviews of each edition, and the files of each record."""
    records = {record.path: record for file in files if (record := file.comparison.record)}.values()
    titles = ", ".join(dict.fromkeys(record.title for record in records)) or "finished files"
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f"<title>Proof of {escape(titles)}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>Proof of {escape(titles)}</h1>",
        _write_table("What holds of each file", ("File", "Bytes", "Words"), map(_list_file_cells, files)),
        *_write_problems(files),
        *(_write_interviews(file.report) for file in files if file.report),
        *map(_write_record, records),
        "</main></body></html>\n",
    ]
    return "\n".join(parts)


def _list_file_cells(file: ProvedFile) -> tuple[str, ...]:
    """Return a file's cells in the first table of the report of `prove`: name, how its bytes compare, result."""
    words = file.sentence or (summarize_reports([file.report]) if file.report else "")
    if file.problems:
        words = f"refused, problems: {len(file.problems)}, listed below"
    return file.path.name or str(file.path), _STATES[file.comparison.state], words


def _write_problems(files: Iterable[ProvedFile]) -> Iterator[str]:
    """Yield an HTML section of the report of `prove` for each file that has problems."""
    for file in files:
        if file.problems:
            lines = "".join(f"<li>{escape(str(problem))}</li>" for problem in file.problems)
            yield f"<h2>Problems of {escape(file.path.name)}</h2><ul>{lines}</ul>"


def _write_interviews(report: Report) -> str:
    """Return the HTML table of an edition's interviews in the report of `prove`."""
    rows = (
        (
            interview.slug,
            f"{interview.words_expected:,}",
            f"{interview.words_found:,}",
            interview.byline or "none",
            interview.disclaimer or "none",
            interview.rights or "none",
        )
        for interview in report.interviews
    )
    columns = ("Interview", "Words promised", "Words found", "Byline", "Disclaimer", "Rights")
    return _write_table(f"{_NAMES.get(report.format, report.format)}: each interview", columns, rows, numbers=(1, 2))


def _write_record(record: ProofRecord) -> str:
    """Return the HTML table of the files that a record names, in the report of `prove`."""
    rows = ((file.name, file.sha256) for file in record.files)
    return _write_table(f"Files that {record.path.name} names", ("File", "SHA-256"), rows, code=1)


def _write_table(
    caption: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Sequence[int] = (),
    code: int = -1,
) -> str:
    """Return an HTML table; `numbers` are the columns of numbers, `code` is one of characters to compare."""

    def write_cell(index: int, text: str) -> str:
        """Return an HTML cell of a table; the first of a row is its heading."""
        shown = f"<code>{escape(text)}</code>" if index == code else escape(text)
        if index == 0:
            return f'<th scope="row">{shown}</th>'
        return f'<td class="number">{shown}</td>' if index in numbers else f"<td>{shown}</td>"

    head = "".join(
        f'<th scope="col"{" class=number" if index in numbers else ""}>{escape(column)}</th>'
        for index, column in enumerate(columns)
    )
    body = "\n".join(f"<tr>{''.join(write_cell(i, text) for i, text in enumerate(row))}</tr>" for row in rows)
    table = f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"
    return f'<div class="wide" role="region" aria-label="{escape(caption)}" tabindex="0">{table}</div>'
