"""The report of an import, `<slug>.import.html`: original and result side by side, with doubts in colour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from onrecord.importers.common.draft import Clipping, Draft, SourceText
from onrecord.model import Person
from onrecord.model.word_count import count_words_in

_STYLE = """
:root { color-scheme: light dark; --line: light-dark(#ccc, #555); --quiet: light-dark(#565656, #b0b0b0);
  --doubt: light-dark(#fff0c2, #4a3600); --edge: light-dark(#b36b00, #ffb84d); \
--paper: light-dark(#fff, #181818); --ink: light-dark(#1a1a1a, #e8e8e8) }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem; \
background: var(--paper); color: var(--ink) }
a { color: inherit }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
th, td { text-align: start; vertical-align: top; padding: .4rem .6rem; \
border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
thead th:first-child { width: 6rem }
tbody th { font-weight: normal; color: var(--quiet) }
.what { display: block; font-size: .85rem; font-weight: normal; font-style: normal; color: var(--quiet) }
.question td { font-weight: 600 }
.doubt { background: var(--doubt); outline: 2px solid var(--edge); outline-offset: -2px }
.doubt .what { color: inherit; font-weight: 600 }
.aside td { font-style: italic; color: var(--quiet) }
@media (max-width: 40rem) {
  table, tbody, tr, th, td { display: block }
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap }
  tr { border-bottom: 1px solid var(--line); padding: .4rem 0 } th, td { border: 0 }
  td::before { content: attr(data-side); display: block; \
font-size: .85rem; font-weight: normal; font-style: normal; color: var(--quiet) }
}
@media print { .doubt { outline: 2px solid } }
"""

_MOST_OPEN_WORDS = 8  # of a part that was set aside


def build_import_report(reading: SourceText, draft: Draft, title: str) -> str:
    """Return the report of an import: an HTML page that holds every word of the original as text."""
    results = dict(_list_results(draft))
    language = f' lang="{escape(draft.language)}" dir="auto"' if draft.language else ' dir="auto"'
    neighbours = _link_doubts([c for c in reading.clippings if results.get(c.index, ("", "", "", ""))[2]])
    rows = "\n".join(
        _format_row(clipping, language, neighbours, *results.get(clipping.index, ("", "", "", "")))
        for clipping in reading.clippings
    )
    doubts = len(draft.doubts)
    first = f' <a href="#{_format_anchor(draft.doubts[0])}">Go to the first</a>.' if doubts else ""
    notes = "".join(
        f"<li>{escape(note.sentence)}{': ' if note.hint else ''}{escape(note.hint)}</li>" for note in draft.notes
    )
    people = "".join(f"<li>{_describe_person(person)}</li>" for person in draft.people)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Import of {escape(title)}</title><style>{_STYLE}</style></head>
<body><main><h1>Import of {escape(title)}</h1>
<p id="top">{doubts} doubt{"" if doubts == 1 else "s"}.{first} Doubtful parts are framed, on a coloured ground; \
what was set aside is folded and in italics. \
On the left the original, in its order; on the right what became of each part.</p>
<h2>Summary</h2><ul>{_summarize(draft)}</ul>
<h2>People</h2><ul>{people or "<li>nobody was found</li>"}</ul>{f"<h2>Notes</h2><ul>{notes}</ul>" if notes else ""}
<h2>Words</h2>
<table><thead><tr><th scope="col">Where</th><th scope="col">Original</th><th scope="col">Result</th></tr></thead>
<tbody>
{rows}
</tbody></table></main></body></html>
"""


def _summarize(draft: Draft) -> str:
    """Return HTML list items with what the import recognized: title, byline, date, language, turns, words set aside."""
    kinds = [turn.kind for turn in draft.turns]
    reasons: dict[str, int] = {}
    for clipping in draft.asides:
        reasons[clipping.reason] = reasons.get(clipping.reason, 0) + count_words_in(clipping.words)
    aside = "; ".join(f"{reason}: {count:,} word{'' if count == 1 else 's'}" for reason, count in reasons.items())
    lines = {
        "Title": draft.title,
        "Byline": draft.byline,
        "Date": draft.date,
        "Language": draft.language,
        "Turns": f"questions: {kinds.count('question'):,}, answers: {kinds.count('answer'):,}",
        "Set aside": aside or "nothing",
    }
    return "".join(f"<li>{key}: {escape(words) or 'none was found'}</li>" for key, words in lines.items())


def _link_doubts(doubtful: Sequence[Clipping]) -> dict[int, str]:
    """Return HTML links to the previous and the next doubt of an import, by the index of a doubtful clipping."""
    links = {}
    for i, clipping in enumerate(doubtful):
        before = f'<a href="#{_format_anchor(doubtful[i - 1])}">previous doubt</a>' if i else '<a href="#top">top</a>'
        after = f'<a href="#{_format_anchor(doubtful[i + 1])}">next doubt</a>' if i + 1 < len(doubtful) else ""
        both = " · ".join(filter(None, (before, after)))
        links[clipping.index] = f'<span class="what">{i + 1} of {len(doubtful)}: {both}</span>'
    return links


def _write_folded(words: str) -> str:
    """Return words set aside as an HTML element that opens; a few words stand open."""
    count = count_words_in(words)
    if count <= _MOST_OPEN_WORDS:
        return escape(words)
    return f"<details><summary>{count:,} words</summary>{escape(words)}</details>"


def _describe_person(person: Person) -> str:
    """Return name, role and affiliation of an imported person as HTML, and what else is noted: titles."""
    facts = filter(None, (person.name, person.role, person.affiliation, person.note))
    return escape(", ".join(facts))


def _list_results(draft: Draft) -> Iterator[tuple[int, tuple[str, str, str, str]]]:
    """Yield the index of each clipping with what the import made of it: kind, label, doubt and text."""
    for key, clippings in draft.front.items():
        yield from ((clipping.index, (key, "", "", clipping.words)) for clipping in clippings)
    for clipping, ask in zip(
        draft.introduction, draft.introduction_questions or ("",) * len(draft.introduction), strict=True
    ):
        yield clipping.index, ("introduction", "", ask, clipping.words)
    for clipping in draft.asides:
        yield clipping.index, (f"set aside: {clipping.reason}", "", "", "")
    for turn in draft.turns:
        for i, (clipping, ask) in enumerate(
            zip(turn.clippings, turn.editor_questions or ("",) * len(turn.clippings), strict=True)
        ):
            label = turn.label if i == 0 else ""
            kind = f"{turn.kind}, the time {clipping.printed_time} set aside" if clipping.printed_time else turn.kind
            yield clipping.index, (kind, label, ask, clipping.words)


def _format_row(
    clipping: Clipping,
    language: str,
    neighbours: Mapping[int, str],
    kind: str,
    label: str,
    doubt: str,
    words: str,
) -> str:
    """Return a clipping's row in the import report: its place, its original words, and how it is used."""
    location = clipping.time or (f"line {clipping.line}" if clipping.line else f"part {clipping.index + 1}")
    class_names = ["doubt"] if doubt else []
    class_names += ["question"] if kind.startswith("question") else ["aside"] if kind.startswith("set aside") else []
    result = f"<b>{escape(label)}</b> {escape(words)}" if label else escape(words)
    note = f"{escape(kind)}{f' — {escape(doubt)}' if doubt else ''}"
    original = _write_folded(clipping.all_words) if kind.startswith("set aside") else escape(clipping.all_words)
    classes = f' class="{" ".join(class_names)}"' if class_names else ""
    anchor = f' id="{_format_anchor(clipping)}"' if doubt else ""
    return (
        f'<tr{classes}{anchor}><th scope="row">{escape(location)}</th>'
        f'<td data-side="Original"><div{language}>{original}</div></td>'
        f'<td data-side="Result"><span class="what">{note}</span><div{language}>{result}</div>'
        f"{neighbours.get(clipping.index, '')}</td></tr>"
    )


def _format_anchor(clipping: Clipping) -> str:
    """Return the HTML id of the row of a doubtful clipping in the import report."""
    return f"doubt-{clipping.index}"
