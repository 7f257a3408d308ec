"""Test pages whose sentences are links to times of a recording, or names of places."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importers.test_import_file import import_source, join_kinds

FORMS = {
    "names": '<a name="s{n}">{words}</a>',
    "times": '<a href="#t={n}">{words}</a>',
    "seconds": '<a href="#{n}">{words}</a>',
    "player": '<a href="https://video.example.org/watch?v=a&amp;t={n}s">{words}</a>',
    "scripts": '<a href="javascript:play({n})">{words}</a>',
}
SENTENCES = ["Good evening.", "You have set type for thirty years.", "How did you begin?"]
ANSWERS = ["My uncle had a press.", "I set my first line at nine.", "After that I never stopped."]


@pytest.mark.parametrize("form", FORMS)
def test_sentences_that_are_links_to_times_are_words(tmp_path: Path, form: str) -> None:
    turns = [("Ada Quill", SENTENCES), ("Ben Serif", ANSWERS), ("Ada Quill", ["Nine?"]), ("Ben Serif", ["Nine, yes."])]
    paragraphs = [
        (name, " ".join(FORMS[form].format(n=n * 7 + 1, words=words) for n, words in enumerate(lines)))
        for name, lines in turns
    ]
    body = "".join(f"<p><b>{name}:</b> {words}</p>" for name, words in paragraphs)
    page = f"<html><head><title>Type</title></head><body><h1>Type</h1>{body}</body></html>"
    draft, result, _ = import_source(tmp_path, "type.html", page)
    assert join_kinds(draft) == "QAQA"
    assert [turn.clippings[0].words for turn in draft.turns] == [" ".join(lines) for _, lines in turns]
    assert "](" not in result


def test_a_list_of_links_is_set_aside(tmp_path: Path) -> None:
    links = "".join(f'<li><a href="https://example.org/{n}">Another talk {n}</a></li>' for n in range(5))
    turns = "".join(
        f"<p><b>{name}:</b> {words}</p>" for name, words in [("Ada", "How?"), ("Ben", "So."), ("Ada", "Why?")]
    )
    page = (
        f"<html><body><article><h1>Type</h1>{turns}<p><b>Ben:</b> Just so.</p><ul>{links}</ul></article></body></html>"
    )
    draft, _, _ = import_source(tmp_path, "type.html", page)
    assert "a list of links" in {clipping.reason for clipping in draft.asides}
