"""A small book that is sent for approval, with every kind of paragraph."""

from __future__ import annotations

from pathlib import Path

SETTINGS = """title: The Harbour Light
slug: light
language: en
date: 2026-01-31
identifier: urn:uuid:11111111-1111-4111-8111-111111111111
disclaimer: none
"""
KEEPER = """---
title: The Light "at" Night
standfirst: |
  How the *lamp* is lit.

  And how it is put out.
byline: The desk in conversation with the keeper
people:
  - {name: The Desk, role: interviewer}
  - {name: The Keeper, role: interviewee}
---

Some words of introduction, with a [link](https://example.org/a_b "Title").

## The lamp

**Who lights *the lamp*, and "when"?** {#when t=00:00:10}

The keeper lights it at dusk, with a match
that is kept in *a dry -- very dry -- tin*.[^tin]
It burns **all night** ... until dawn.

- One wick.
- Two *wicks*
  on two lines.

1. First

   more of the first
2. Second

> A quotation that
> goes on here.

| Month | Oil |
|-------|-----|
| May | two *tins* |
| June | one tin |

: Oil in tins

Term
: its meaning

::: verse
A line of verse,
 and another.
:::

```
code here
```

::: note
An editor's note.
:::

### And who puts it out?

Nobody: it goes out by itself [mot juste]{lang=fr}.\\
On a new line, H~2~O and x^2^.

[^tin]: A tin of *brass*.

    With a second paragraph.
"""
PANEL = """---
title: The Panel
byline: The desk with two keepers
people:
  - {name: The Desk, role: interviewer, labels: [D]}
  - {name: First Keeper, role: interviewee, labels: [F]}
  - {name: Second Keeper, role: interviewee, labels: [S]}
---

**D:** Who comes first?

**F:** I come first, because I live near the light.

And I have the key.

**S:** I come second.
"""


def write_approval_book(folder: Path) -> Path:
    """Write the book; return its folder."""
    (folder / "interviews").mkdir(parents=True)
    (folder / "book.yaml").write_text(SETTINGS, encoding="utf-8")
    (folder / "interviews/keeper.md").write_text(KEEPER, encoding="utf-8")
    (folder / "interviews/panel.md").write_text(PANEL, encoding="utf-8")
    return folder
