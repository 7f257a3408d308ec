"""The changes of a document that came back as a page: turn by turn, with a check box for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from onrecord.approval.change_report import NOT_TRACKED, describe_words
from onrecord.approval.change_stream import Atom, ReturnedChange
from onrecord.approval.docx_reader import PARAGRAPH_END
from onrecord.approval.review import Review
from onrecord.approval.sent_paragraphs import NOTE_CALL

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fffdfa; --quiet: #5c5650; --new: #dff0dd; --old: #f7dede;
  --line: #d8d2c8 }
@media (prefers-color-scheme: dark) { :root { --ink: #eee8df; --paper: #1c1b19; --quiet: #b3aca2; --new: #1f3d24;
  --old: #4a2326; --line: #45413b } }
body { font: 1.05rem/1.55 Georgia, serif; color: var(--ink); background: var(--paper); max-width: 42rem;
  margin: 0 auto; padding: 1rem 1.2rem 4rem }
h1 { font-size: 1.7rem; line-height: 1.2 } h2 { font-size: 1rem; margin: 2rem 0 0.3rem }
h2 span, .who, .rest, .hint { color: var(--quiet); font-weight: 400; font-size: 0.92rem }
ins { background: var(--new); text-decoration: underline } del { background: var(--old) }
mark { background: none; color: inherit; border-bottom: 2px dotted }
ul { list-style: none; padding: 0 } li { border-top: 1px solid var(--line); padding: 0.5rem 0 }
label { display: grid; grid-template-columns: 1.6rem 1fr; gap: 0.4rem } input { width: 1.1rem; height: 1.1rem }
.silent { font-weight: 600 } button { font: inherit; padding: 0.5rem 1rem; margin: 1rem 0.6rem 0 0 }
p, li { overflow-wrap: anywhere }
"""
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head>
<body><main>{content}</main></body></html>
"""


def write_comparison_page(review: Review, file: str) -> str:
    """Return the HTML page of `approve --page`: the changes of the document `file`, in a form.

    Check boxes are called `take` and have the number of a change; `write` is the button that writes. Changes that
    nobody tracked are not checked, and those that cannot be written have no box.
    """
    number = len(review.changes)
    title = f"{review.manuscript.interview.title.text}: {number} change{'' if number == 1 else 's'}"
    content = [f"<h1>{escape(title)}</h1>", f'<p class="who">{escape(file)}</p>']
    if review.has_changed_at_home:
        content.append("<p>The manuscript has changed since this file was sent.</p>")
    content += _list_remarks(review)
    content += ['<form method="post">', *_list_paragraphs(review)]
    content.append('<p><button name="write" value="yes">Write the checked changes into the manuscript</button>')
    content.append('<button name="write" value="no">Write nothing</button></p></form>')
    return _PAGE.format(title=escape(title), style=_STYLE, content="\n".join(content))


def write_closing_page(sentence: str) -> str:
    """Return the HTML page that follows the form of `approve --page`."""
    return _PAGE.format(title="On Record", style=_STYLE, content=f"<h1>{escape(sentence)}</h1>")


def _list_remarks(review: Review) -> Iterator[str]:
    """Yield the HTML of a returned document's comments, and of what cannot be taken, as a list."""
    lines = []
    for comment in review.comments:
        place = review.paragraphs[comment.paragraph].place if comment.words else "no place"
        heading = f"{comment.comment.author}, {comment.comment.date[:10]}, at {place} on “{comment.words}”"
        lines.append(f'{escape(comment.comment.text)} <span class="who">{escape(heading)}</span>')
    for paragraph, oddity in review.oddities:
        place = review.paragraphs[paragraph].place
        lines.append(f"{escape(oddity)}, at {escape(place)}: it is not taken; add it yourself")
    if lines:
        yield "<h2>Comments</h2><ul>"
        yield from (f"<li>{line}</li>" for line in lines)
        yield "</ul>"


def _list_paragraphs(review: Review) -> Iterator[str]:
    """Yield the HTML of the paragraphs with changes, and how many without stand between them."""
    changes = {change.number: change for change in review.changes}
    shown: set[int] = set()
    unchanged = 0
    for atoms in _split_paragraphs(review.stream):
        numbers = [number for atom in atoms for number in (atom.change, atom.look_change) if number in changes]
        if not numbers:
            unchanged += bool("".join(atom.sign.char for atom in atoms).strip())
            continue
        yield _describe_gap(unchanged)
        unchanged = 0
        place = changes[numbers[0]].paragraph
        line = review.find_location(place).line
        yield f"<h2>{escape(review.paragraphs[place].place)} <span>line {line}</span></h2>"
        language = escape(review.manuscript.interview.language)
        yield f'<p lang="{language}" dir="auto">{"".join(_mark_runs(atoms))}</p>'
        new_numbers = [number for number in dict.fromkeys(numbers) if number not in shown]
        shown.update(new_numbers)
        yield f"<ul>{''.join(_write_control(review, changes[number], changes) for number in new_numbers)}</ul>"
    yield _describe_gap(unchanged)
    lost = [change for change in review.changes if change.number not in shown]
    if lost:
        yield f"<ul>{''.join(_write_control(review, change, changes) for change in lost)}</ul>"


def _describe_gap(count: int) -> str:
    """Return an HTML line for paragraphs without changes."""
    return f'<p class="rest">… {count} unchanged</p>' if count else ""


def _split_paragraphs(stream: Sequence[Atom]) -> Iterator[list[Atom]]:
    """Yield the characters of each paragraph with its end; the end that somebody added does not end one."""
    paragraph: list[Atom] = []
    for atom in stream:
        paragraph.append(atom)
        if atom.sign.char == PARAGRAPH_END and not (atom.sign.edit and atom.sign.edit.adds):
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def _mark_runs(atoms: Sequence[Atom]) -> Iterator[str]:
    """Yield the text of a paragraph as HTML: what was added, taken out, and looks otherwise."""
    for (tag, _, _), group in groupby(atoms, key=lambda atom: (_choose_tag(atom), atom.change, atom.look_change)):
        text = "".join(atom.sign.char for atom in group)
        if not tag:
            text = text.removesuffix(PARAGRAPH_END)
        shown = escape(text.replace(PARAGRAPH_END, " ¶ ").replace(NOTE_CALL, "[note]"))
        yield f"<{tag}>{shown}</{tag}>" if tag else shown


def _choose_tag(atom: Atom) -> str:
    """Return the HTML tag that marks a returned character, "" for none."""
    if atom.sign.edit:
        return "ins" if atom.sign.edit.adds else "del"
    return "mark" if atom.look_change >= 0 else ""


def _write_control(review: Review, change: ReturnedChange, changes: dict[int, ReturnedChange]) -> str:
    """Return a change with its check box; the two ends of a move have one, at the first of them."""
    author_and_date = ", ".join(filter(None, (change.author or NOT_TRACKED, change.date)))
    kind = ' class="silent"' if change.is_silent else ' class="who"'
    words = f"{escape(describe_words(change))} <span{kind}>{escape(author_and_date)}</span>"
    if change.obstacle:
        return f'<li>{words} <span class="hint">cannot be written: {escape(change.obstacle)}</span></li>'
    partner = changes.get(change.partner)
    if partner and partner.number < change.number:
        place = review.paragraphs[partner.paragraph].place
        return f'<li>{words} <span class="hint">goes with the change at {escape(place)}</span></li>'
    checked = "" if change.is_silent else " checked"
    box = f'<input type="checkbox" name="take" value="{change.number}"{checked}>'
    return f"<li><label>{box}<span>{words}</span></label></li>"
