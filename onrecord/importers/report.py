"""`<slug>.import.html`: the original and what became of it, side by side, doubts in colour."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from onrecord.importers.draft import Clipping, Draft, Reading

_STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: start; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #8884; overflow-wrap: anywhere }
td { width: 46% } th[scope=row] { width: 8%; font-weight: normal; opacity: .7; white-space: nowrap }
.question { font-weight: 600 } .what { display: block; font-size: .8rem; font-weight: normal; opacity: .75 }
.doubt { background: #fd08; outline: 2px solid #d80 } .aside { opacity: .6; font-style: italic }
@media print { .doubt { outline: 2px solid } }
"""


def page(reading: Reading, draft: Draft, title: str) -> str:
    """A page without scripts and without network; every word of the original is in it as text."""
    became = dict(_became(draft))
    rows = "\n".join(_row(clipping, *became.get(clipping.index, ("", "", "", ""))) for clipping in reading.clippings)
    doubts = sum(bool(ask) for turn in draft.turns for ask in turn.asks)
    language = f' lang="{escape(draft.language)}"' if draft.language else ""
    notes = "".join(f"<li>{escape(note.sentence)}{': ' if note.hint else ''}{escape(note.hint)}</li>" for note in draft.notes)
    people = "".join(
        f"<li>{escape(person.name)}, {escape(person.role)}{', ' if person.affiliation else ''}{escape(person.affiliation)}</li>"
        for person in draft.people
    )
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Import of {escape(title)}</title><style>{_STYLE}</style></head>
<body><h1>Import of {escape(title)}</h1>
<p>{doubts} doubt{'' if doubts == 1 else 's'}. On the left the original, in its order; on the right what became of each part.</p>
<h2>People</h2><ul>{people or '<li>nobody was found</li>'}</ul>{f'<h2>Notes</h2><ul>{notes}</ul>' if notes else ''}
<h2>Words</h2>
<table{language}><thead><tr><th scope="col">Where</th><th scope="col">Original</th><th scope="col">Result</th></tr></thead>
<tbody>
{rows}
</tbody></table></body></html>
"""


def _became(draft: Draft) -> Iterator[tuple[int, tuple[str, str, str, str]]]:
    """Of each clipping: what it is, the label it got, the doubt about it, its text."""
    for key, clippings in draft.front.items():
        yield from ((clipping.index, (key, "", "", clipping.words)) for clipping in clippings)
    for clipping in draft.introduction:
        yield clipping.index, ("introduction", "", "", clipping.words)
    for clipping in draft.aside:
        yield clipping.index, (f"set aside: {clipping.why}", "", "", "")
    for turn in draft.turns:
        for i, (clipping, ask) in enumerate(zip(turn.clippings, turn.asks or ("",) * len(turn.clippings), strict=True)):
            label = turn.label if i == 0 else ""
            kind = f"{turn.kind}, the time {clipping.stamp} set aside" if clipping.stamp else turn.kind
            yield clipping.index, (kind, label, ask, clipping.words)


def _row(clipping: Clipping, what: str, label: str, doubt: str, words: str) -> str:
    where = clipping.time or (f"line {clipping.line}" if clipping.line else "")
    kinds = ["doubt"] if doubt else []
    kinds += ["question"] if what.startswith("question") else ["aside"] if what.startswith("set aside") else []
    said = f"<b>{escape(label)}</b> {escape(words)}" if label else escape(words)
    note = f"{escape(what)}{f' — {escape(doubt)}' if doubt else ''}"
    return (
        f'<tr class="{" ".join(kinds)}"><th scope="row">{escape(where)}</th><td>{escape(clipping.all_words)}</td>'
        f'<td><span class="what">{note}</span>{said}</td></tr>'
    )
