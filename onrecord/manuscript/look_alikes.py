"""Find words in names, bylines and disclaimers that look like other words: invisible characters, mixed scripts.

Unicode Technical Standard #39 §5.2 (“Highly Restrictive”); joiners are allowed where UAX #31 §2.3 allows them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import groupby

from onrecord.model import Book, Interview, SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule, Severity

# What no font draws: Unicode's Default_Ignorable_Code_Point, without variation selectors and bidirectional marks.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2064\u3164\ufeff\uffa0]"
)
_JOINERS = "\u200c\u200d"
_JOINING_SCRIPTS = {"Arab", "Syrc", "Mong", "Mand", "Mani", "Nkoo", "Phag", "Adlm", "Rohg", "Sogd"}
_VIRAMA = 9  # its canonical combining class
# Scripts that are written together (UTS #39 §5.1, augmented script sets).
_TOGETHER = {
    "Hani": {"Hani", "Hanb", "Jpan", "Kore"},
    "Hira": {"Hira", "Jpan"},
    "Kana": {"Kana", "Jpan"},
    "Hang": {"Hang", "Kore"},
    "Bopo": {"Bopo", "Hanb"},
}
_WITH_LATIN = {"Jpan", "Hanb", "Kore"}
_ANY = {"Zyyy", "Zinh", "Zzzz"}


def check_look_alikes(book: Book) -> Iterator[Problem]:
    """Yield a warning for each word of a name, byline or disclaimer with invisible characters or mixed scripts."""
    for interview in book.interviews:
        for place, kind, text in _list_checked_texts(interview):
            if text.isascii():
                continue
            for word in dict.fromkeys(_split_words(text)):
                if fault := find_word_fault(word):
                    sentence = f"the word “{_INVISIBLE.sub('', word)}” in {kind} {fault}"
                    hint = "type the word again; if it is right as it is, leave it"
                    yield Problem(place, Rule.WORDS_LOOK_AS_THEY_ARE, sentence, hint, severity=Severity.WARNING)


def _split_words(text: str) -> Iterator[str]:
    """Yield each word of a text: a run of letters, marks, digits and invisible characters."""
    for is_word, chars in groupby(text, _is_part_of_word):
        if is_word:
            yield "".join(chars)


def _is_part_of_word(char: str) -> bool:
    """Return whether a character is a letter, mark, digit, or invisible."""
    return unicodedata.category(char)[0] in "LMN" or _INVISIBLE.match(char) is not None


def _list_checked_texts(interview: Interview) -> Iterator[tuple[SourceLocation, str, str]]:
    """Yield place, name and text of what says who spoke, and under which terms."""
    for person in interview.people:
        yield interview.location, "the name of a person", person.name
    if interview.byline:
        yield interview.byline.location, "the byline", interview.byline.text
    if interview.disclaimer:
        yield interview.disclaimer.location, "the disclaimer", interview.disclaimer.text


@cache
def find_word_fault(word: str) -> str:
    """Return what is wrong with a word: “holds U+200B ZERO WIDTH SPACE”; "" if it looks like what it is."""
    if word.isascii():
        return ""
    hidden = [char for index, char in enumerate(word) if _INVISIBLE.match(char) and not _is_joiner(word, index)]
    if hidden:
        return f"holds {_name_characters(hidden)}, which nobody sees"
    scripts = {char: _find_scripts(char) for char in word if char.isalpha()}
    if _is_highly_restrictive(list(scripts.values())):
        return ""
    names = Counter(min(used) for used in (scripts[char] for char in word if char in scripts) if used)
    (main, _), *others = names.most_common()
    strange = [char for char, used in scripts.items() if used and main not in used]
    listed = " and ".join(sorted({_name_script(main), *(_name_script(script) for script, _ in others)}))
    return f"mixes {listed} letters: {_name_characters(strange)}"


def _is_joiner(word: str, index: int) -> bool:
    """Return whether a joiner stands where the script needs it: between Arabic letters, or after a virama."""
    if word[index] not in _JOINERS or not 0 < index < len(word) - 1:
        return False
    before, after = word[index - 1], word[index + 1]
    if unicodedata.combining(before) == _VIRAMA:
        return True
    from fontTools import unicodedata as script_data  # loads in 30 ms, which most books do not need

    return script_data.script(before) in _JOINING_SCRIPTS and script_data.script(before) == script_data.script(after)


def _find_scripts(char: str) -> set[str]:
    """Return the scripts that a letter is used in, with those that are written together; empty: in any."""
    from fontTools import unicodedata as script_data

    scripts = set(script_data.script_extension(char))
    return set() if scripts & _ANY else {more for script in scripts for more in _TOGETHER.get(script, {script})}


def _is_highly_restrictive(letters: list[set[str]]) -> bool:
    """Return whether the letters are of one script, or of Latin and Japanese, Chinese or Korean."""
    restricted = [scripts for scripts in letters if scripts]
    if not restricted or set.intersection(*restricted):
        return True
    beside_latin = [scripts for scripts in restricted if "Latn" not in scripts]
    return bool(set.intersection(*beside_latin) & _WITH_LATIN)


def _name_characters(chars: list[str]) -> str:
    """Return code point and name of each character, of at most four: “U+200B ZERO WIDTH SPACE”."""
    listed = [f"U+{ord(char):04X} {unicodedata.name(char, 'UNNAMED')}" for char in dict.fromkeys(chars)]
    return ", ".join(listed[:4]) + (" …" if len(listed) > 4 else "")


def _name_script(script: str) -> str:
    """Return the English name of a script for a message: “Cyrillic”."""
    from fontTools import unicodedata as script_data

    names = {"Hanb": "Chinese", "Jpan": "Japanese", "Kore": "Korean"}
    return names.get(script) or str(script_data.script_name(script, script)).replace("_", " ")
