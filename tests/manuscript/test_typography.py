"""Straight marks, hyphens and spaces become what the language prints; what was typed on purpose stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from onrecord.manuscript import markdown
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.typography import EVERYTHING, TextStyle, Typography, set_paragraph
from onrecord.model import (
    Code,
    CodeBlock,
    Emphasis,
    Inline,
    LanguageSpan,
    Link,
    NoteReference,
    Paragraph,
    Text,
    to_plain_text,
)


def set_line(typed: str, language: str, typography: Typography = EVERYTHING) -> str:
    return to_plain_text(set_paragraph((Text(typed),), TextStyle(language, typography)))


ENGLISH = [
    # apostrophes
    ("Haul 'em in, 'cause they're driftin' out 'bout six.", "Haul ’em in, ’cause they’re driftin’ out ’bout six."),
    ("'Tis late. 'Twas later. 'Round here we say 'ello.", "’Tis late. ’Twas later. ’Round here we say ’ello."),
    ("The '50s and the '90s, class of '68.", "The ’50s and the ’90s, class of ’68."),
    ("Fish 'n' chips, salt 'N' vinegar, rock'n'roll.", "Fish ’n’ chips, salt ’N’ vinegar, rock’n’roll."),
    ("The letter 'n' is painted on it.", "The letter ‘n’ is painted on it."),
    ("The pilots' boat, the Joneses' lamp, James's.", "The pilots’ boat, the Joneses’ lamp, James’s."),
    ("Ma'am, five o'clock, y'know, 'til dawn.", "Ma’am, five o’clock, y’know, ’til dawn."),
    ("The 1980's and the 1980s' end.", "The 1980’s and the 1980s’ end."),
    # quotations
    ("\"I said, 'Haul 'em out,'\" he said.", "“I said, ‘Haul ’em out,’” he said."),
    ('"\'Twas dark," he said. "The \'50s!"', "“’Twas dark,” he said. “The ’50s!”"),
    ("'I said no,' he told us.", "‘I said no,’ he told us."),
    ("\"So, 'farther down' so\" and \"so, '¿down?' so\".", "“So, ‘farther down’ so” and “so, ‘¿down?’ so”."),
    (
        "\"light, '10% Harbour' so\" and '10% so' and '68 then",
        "“light, ‘10% Harbour’ so” and ‘10% so’ and ’68 then",
    ),
    ("It was '14.30' or '14' then", "It was ‘14.30’ or ‘14’ then"),
    ("'Cause and effect,' he said.", "‘Cause and effect,’ he said."),
    ("He said 'no' and then 'yes'.", "He said ‘no’ and then ‘yes’."),
    ("'He said \"no\" to me.'", "‘He said “no” to me.’"),
    ('"A "B" C"', "“A ‘B’ C”"),
    ('"A," he said---"B"---and ("C") ["D"] "\'E\' F".', "“A,” he said—“B”—and (“C”) [“D”] “‘E’ F”."),
    ('"well---" and left. "--- and then?"', "“well—” and left. “— and then?”"),
    ('"It goes on in the next paragraph.', "“It goes on in the next paragraph."),
    ("'It goes on in the next paragraph.", "‘It goes on in the next paragraph."),
    ("“She said 'no' there”", "“She said ‘no’ there”"),
    ("'I was drivin' out,' he said.", "‘I was drivin’ out,’ he said."),
    ('She said:"Go."', "She said:“Go.”"),
    # primes
    ('6\' 2" tall, 5\'11", 5" wide', "6′ 2″ tall, 5′11″, 5″ wide"),
    ('The sign read "Keep Out", 6\' 2" tall.', "The sign read “Keep Out”, 6′ 2″ tall."),
    ('"It was 1984", he said.', "“It was 1984”, he said."),
    ("'It was 1984', he said.", "‘It was 1984’, he said."),
    ("59° 17' 30\" N", "59° 17′ 30″ N"),
    ('a 27" screen and a 6½" lens', "a 27″ screen and a 6½″ lens"),
    # figures and dashes
    ('18 x 24 and 2 x 3 x 4 m, 8" x 10", 4 cm x 6 cm', "18 × 24 and 2 × 3 × 4 m, 8″ × 10″, 4 cm × 6 cm"),
    ("Malcolm x 24, 3 x daily, 4x4", "Malcolm x 24, 3 x daily, 4x4"),
    ("The lamp - an old lamp - burns.", "The lamp—an old lamp—burns."),
    ('"Yes" - (he said) - no', "“Yes”—(he said)—no"),
    ("7 - 3 is 4. Pages 3--4. A well-known lamp -", "7 - 3 is 4. Pages 3–4. A well-known lamp -"),
    ("one--two---three----four", "one–two—three––four"),
    ("Wait...", "Wait…"),
    # what stays
    ('https://example.org/it\'s--x?a="b"', "https://example.org/it's--x?a=“b”"),
    ("Write to o'brien--x@example.org", "Write to o'brien--x@example.org"),
    ('a " b', 'a " b'),
]
OTHERS = [
    ("de", "Er sagte: \"Ich hab' 'nein' gesagt.\"", "Er sagte: „Ich hab’ ‚nein‘ gesagt.“"),
    ("de", "'s war spät - und dunkel. 'ne Lampe.", "’s war spät – und dunkel. ’ne Lampe."),
    ("fr", '"Bonsoir", dit-il : l\'heure !', "«\u00a0Bonsoir\u00a0», dit-il\u00a0: l’heure\u00a0!"),
    ("fr", "la lampe - ancienne", "la lampe – ancienne"),
    ("ru", 'Он сказал: "Иди на "Победу"" - и ушёл.', "Он сказал: «Иди на „Победу“»\u00a0— и ушёл."),
    ("ru", "18 х 24", "18 × 24"),
    ("el", 'Είπε "ναι" - και έφυγε.', "Είπε «ναι» – και έφυγε."),
    ("nl", "'s avonds zei hij 'nee' in '68", "’s avonds zei hij “nee” in ’68"),
    ("sv", 'Han sade "ja", 6" lång.', "Han sade ”ja”, 6″ lång."),
    ("en-GB", "The lamp - an old lamp", "The lamp – an old lamp"),
    ("he", 'צה"ל', 'צה"ל'),
]


@pytest.mark.parametrize(("typed", "printed"), ENGLISH)
def test_english(typed: str, printed: str) -> None:
    assert set_line(typed, "en") == printed


@pytest.mark.parametrize(("language", "typed", "printed"), OTHERS)
def test_other_languages(language: str, typed: str, printed: str) -> None:
    assert set_line(typed, language) == printed


KEYS = [
    ("quotes", '"A"', '"A"'),
    ("apostrophes", "it's 'em", "it's 'em"),
    ("primes", "6' 2\"", "6' 2\""),
    ("dashes", "a - b -- c", "a - b -- c"),
    ("ellipses", "a...", "a..."),
    ("multiplication", "2 x 3", "2 x 3"),
]


@pytest.mark.parametrize(("key", "typed", "printed"), KEYS)
def test_each_kind_can_be_turned_off(key: str, typed: str, printed: str) -> None:
    settings = replace(Typography(), **{key: False})
    assert set_line(typed, "en", settings) == printed
    assert set_line(typed, "en") != typed


def test_french_spaces_can_be_turned_off() -> None:
    assert set_line("Ah !", "fr", Typography(spaces=False)) == "Ah !"


def test_marks_are_read_across_links_emphasis_code_and_notes() -> None:
    content: tuple[Inline, ...] = (
        Text('"'),
        Emphasis((Text("Go"),)),
        Text('," she said. '),
        Code("a'b"),
        Text("'s end, "),
        Link((Text("the boat"),), "https://example.org/it's"),
        Text("'s, 5"),
        Emphasis((Text('"'),)),
        Text(' wide"'),
        NoteReference(1),
    )
    printed = set_paragraph(content, TextStyle("en"))
    assert to_plain_text(printed) == "“Go,” she said. a'b’s end, the boat’s, 5″ wide”"
    assert printed[5] == content[5]


def test_a_span_takes_the_marks_of_its_language() -> None:
    content = (Text('The "'), LanguageSpan((Text('Er sagte "ja"'),), "de"), Text('" sign'))
    assert to_plain_text(set_paragraph(content, TextStyle("en"))) == "The “Er sagte ‚ja‘” sign"


def read_first_paragraph(body: str) -> str:
    problems = Problems("interviews/light.md", [])
    document = markdown.read_markdown(body, 1, (), TextStyle("en"), Pictures(Path()), problems)
    assert document is not None
    assert problems.entries == []
    block = document.pieces[0].block
    return block.text if isinstance(block, CodeBlock) else to_plain_text(cast("Paragraph", block).content)


READ = [
    (r"\"a\" \'b\' c\-\-d \... &quot;e&quot; &#39;f&#39; &apos;", "\"a\" 'b' c--d ... \"e\" 'f' '"),
    (r'`\"a\" -- &quot;` \\"b"', '\\"a\\" -- &quot; \\“b”'),
    ("```\n\\\"a\\\" -- 'b' &quot;\n```", "\\\"a\\\" -- 'b' &quot;"),
    (r"**\"a\"**\'s", '"a"\'s'),
    (r'[a\"b](https://example.org/a\-b "c \"d\" e")', 'a"b'),
    ("<https://example.org/a--b'c>", "https://example.org/a--b'c"),
    ('*"Go*," she *said.*', "“Go,” she said."),
    (r"6' 2\"", '6′ 2"'),
]


@pytest.mark.parametrize(("body", "text"), READ)
def test_what_is_escaped_or_code_stays_as_typed(body: str, text: str) -> None:
    assert read_first_paragraph(body) == text
