"""Invent manuscripts together with what is to be read in them.

Each piece of a manuscript is made as Markdown and as text at once, so that the text does not come from the reader that
is tested. `Choices` is either Hypothesis, which makes failing books small, or a random generator.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from PIL import Image

T = TypeVar("T")


class Choices(Protocol):
    """Where a manuscript takes its decisions from."""

    def choose(self, options: Sequence[T]) -> T: ...

    def count(self, low: int, high: int) -> int: ...


@dataclass(frozen=True)
class RandomChoices:
    """Decisions of a random generator."""

    generator: random.Random

    def choose(self, options: Sequence[T]) -> T:
        return self.generator.choice(options)

    def count(self, low: int, high: int) -> int:
        return self.generator.randint(low, high)


@dataclass(frozen=True)
class Piece:
    """A piece of a manuscript: what is typed, and what is printed for it."""

    typed: str
    text: str


@dataclass
class InventedInterview:
    """An interview as it is written, and the texts to be read in it, in order: kind and text."""

    name: str
    data: bytes
    texts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Typist:
    """How a language prints what is typed; written down by hand, apart from the code that is tested."""

    words: str
    outer: tuple[str, str]
    inner: tuple[str, str]
    dash: str
    units: tuple[tuple[str, str], ...] = ()


LATIN = (
    "Harbour light keeper evening lantern boats water weather window tower stairs morning fog horn pilot tide signal "
    "well-known rope C++ 1843 number7 naïve façade Ørsted Łódź §5 €4 10% R&D and/or x=y e.g. #7 @dusk"
)
ENGLISH_UNITS = (
    ("haul 'em in", "haul ’em in"),
    ("in the '60s", "in the ’60s"),
    ("fish 'n' chips", "fish ’n’ chips"),
    ("it's the boys' boat", "it’s the boys’ boat"),
    ("the 1980's", "the 1980’s"),
    ("'tis late", "’tis late"),
)
UNITS = (
    ("6' 2\" tall", "6′ 2″ tall"),
    ('a 27" lens', "a 27″ lens"),
    ("18 x 24 boxes", "18 × 24 boxes"),
    ("wait... now", "wait… now"),
    ("three--four", "three–four"),
    ("so---there", "so—there"),
    (r"a \"straight\" mark", 'a "straight" mark'),
    (r"a\-\-b and c\*d \_e\_", "a--b and c*d _e_"),
    (r"\[square\] \<angle\> \`tick\`", "[square] <angle> `tick`"),
    ("&copy; &amp; &eacute; &quot;", '© & é "'),
    ("a * b", "a * b"),
    ("snake_case_name", "snake_case_name"),
    ("$5 and $6", "$5 and $6"),
    ("H~2~O and x^2^", "H2O and x2"),
    ("1 < 2 > 0 & so", "1 < 2 > 0 & so"),
)
TYPISTS = {
    "en": Typist(LATIN, ("“", "”"), ("‘", "’"), "—", ENGLISH_UNITS),
    "en-GB": Typist(LATIN, ("“", "”"), ("‘", "’"), " – ", ENGLISH_UNITS),
    "de": Typist(
        "Hafen Leuchtfeuer Wärter Straße Größe Äpfel Öl Übung Nebelhorn Lotse Gezeiten Fenster z.B. 14.30",
        ("„", "“"),
        ("‚", "‘"),
        " – ",
        (("hab's gesehen", "hab’s gesehen"),),
    ),
    "fr": Typist(
        "phare gardien lumière été œuvre brume château fenêtre marée soir déjà",
        ("«\u00a0", "\u00a0»"),
        ("“", "”"),
        " – ",
        (
            ("l'heure d'été", "l’heure d’été"),
            ("vraiment ?", "vraiment\u00a0?"),
            ("ainsi : voilà", "ainsi\u00a0: voilà"),
        ),
    ),
    "ru": Typist(
        "маяк смотритель вечер ночь вода лодка туман окно башня ёлка съезд", ("«", "»"), ("„", "“"), "\u00a0— "
    ),
    "el": Typist("φάρος φύλακας νύχτα θάλασσα ομίχλη παράθυρο πύργος άνεμος", ("«", "»"), ("“", "”"), " – "),
    "pl": Typist("latarnia latarnik wieczór łódź mgła okno wieża świt źródło", ("„", "”"), ("«", "»"), " – "),
    "es": Typist("faro farero noche niebla barco ventana torre mañana ¿qué? ¡ya!", ("«", "»"), ("“", "”"), " – "),
}
LANGUAGES = ("en", "en", "en", "en-GB", "de", "fr", "ru", "el", "pl", "es")
PEOPLE = (("Ada Moor", "ADA"), ("James O'Quay", "JQ"), ("Ève Marée-Lind", "EM"))


class ManuscriptWriter:
    """Writes one interview."""

    def __init__(self, choices: Choices, language: str, pictures: Sequence[str]) -> None:
        self._choices = choices
        self._typist = TYPISTS[language]
        self._words = self._typist.words.split()
        self._pictures = pictures
        self._notes: list[Piece] = []
        self._has_notes = True
        self._is_after_list = False
        self.texts: list[tuple[str, str]] = []
        self.lines: list[str] = []
        self._paragraphs: list[str] = []  # plain ones that a pull quote can repeat

    # --- in a line ----------------------------------------------------------------------------------

    def write_words(self, low: int = 1, high: int = 4) -> str:
        """Return some words that are printed as they are typed."""
        return " ".join(self._choices.choose(self._words) for _ in range(self._choices.count(low, high)))

    def write_line(self, *, is_rich: bool = True, pieces: int = 4) -> Piece:
        """Return a line that begins and ends with a plain word."""
        parts = [Piece(word := self._choices.choose(self._words[:4]), word)]
        parts += [self._write_part(is_rich=is_rich) for _ in range(self._choices.count(0, pieces))]
        parts.append(Piece(word := f"{self._choices.choose(self._words[:4])}.", word))
        return Piece(" ".join(part.typed for part in parts), " ".join(part.text for part in parts if part.text))

    def _write_part(self, *, is_rich: bool) -> Piece:
        """Return words, a unit of typography, or inlines with markup."""
        kind = self._choices.choose(("words", "words", "unit", "quotation", *(("markup", "markup") if is_rich else ())))
        if kind == "words":
            words = self.write_words()
            return Piece(words, words)
        if kind == "unit":
            return self._write_unit()
        return self._write_quotation() if kind == "quotation" else self._write_markup()

    def _write_unit(self) -> Piece:
        """Return a piece that typography changes, or that a backslash keeps."""
        dash = (f"{self._words[0]} - {self._words[1]}", f"{self._words[0]}{self._typist.dash}{self._words[1]}")
        return Piece(*self._choices.choose((*UNITS, *self._typist.units, *self._typist.units, dash)))

    def _write_quotation(self) -> Piece:
        """Return a quotation, perhaps with another one inside."""
        words, inner_words = self.write_words(1, 3), self.write_words(1, 2)
        (opening, closing), (inner_opening, inner_closing) = self._typist.outer, self._typist.inner
        inner = f"{inner_opening}{inner_words}{inner_closing}"
        return self._choices.choose(
            (
                Piece(f'"{words}"', f"{opening}{words}{closing}"),
                Piece(f"'{words}'", f"{inner_opening}{words}{inner_closing}"),
                Piece(f"\"{words}, '{inner_words}' so\"", f"{opening}{words}, {inner} so{closing}"),
                Piece(f"\"{words} '{inner_words}'\"", f"{opening}{words} {inner}{closing}"),
                Piece(f'("{words}")', f"({opening}{words}{closing})"),
                Piece(f'"*{words}*", so', f"{opening}{words}{closing}, so"),
                Piece(f'"[{words}](https://example.org)"', f"{opening}{words}{closing}"),
            )
        )

    def _write_markup(self) -> Piece:
        """Return a piece with markup."""
        words = self.write_words(1, 3)
        kind = self._choices.choose(("*", "**", "~~", "link", "code", "span", "note", "comment", "break", "nested"))
        if kind in ("*", "**", "~~"):
            return Piece(f"{kind}{words}{kind}", words)
        if kind == "link":
            address = self._choices.choose(("https://example.org/a--b?c='d'", "mailto:desk@example.org", "#a1"))
            return Piece(f"[{words}]({address})", words)
        if kind == "code":
            return Piece('`a--b "c" \\" <x>`', 'a--b "c" \\" <x>')
        if kind == "span":
            return Piece('[er sagte "ja"]{lang=de}', "er sagte „ja“")
        if kind == "comment":
            return Piece('<!-- ask "her" -- again `x -->', "")
        if kind == "break":
            return Piece(f"{words}\\\n{words}", f"{words}\n{words}")
        if kind == "nested":
            return Piece(f"**{words} *{words}* [{words}](#a1)**", f"{words} {words} {words}")
        return self._write_note_call(words)

    def _write_note_call(self, words: str) -> Piece:
        """Return words with the call of a note, where notes may stand."""
        if not self._has_notes:
            return Piece(words, words)
        self._has_notes = False  # notes call no notes
        note = self.write_line(pieces=2)
        self._has_notes = True
        self._notes.append(note)
        return Piece(f"{words}[^n{len(self._notes)}]", words)

    # --- blocks -------------------------------------------------------------------------------------

    def add_block(self, text: str = "", kind: str = "text", *, typed: str) -> None:
        """Add a block and its text."""
        self.lines += [typed, ""]
        self.add_text(kind, text)

    def add_text(self, kind: str, text: str) -> None:
        """Expect a text."""
        self.texts.append((kind, text))

    def write_block(self) -> None:
        """Write any block that can stand in a turn, but no plain paragraph."""
        writers: tuple[Callable[[], None], ...] = (
            self._write_list,
            self._write_numbered_list,
            self._write_table,
            self._write_quotation_block,
            self._write_verse,
            self._write_code,
            self._write_definitions,
            self._write_small_heading,
            self._write_pull_quote,
            self._write_picture,
            self._write_comment,
            self._write_rule,
        )
        writer = self._choices.choose(writers)
        is_list = writer in (self._write_list, self._write_numbered_list)
        if is_list and self._is_after_list:
            choice = self._choices.choose(("text", "comment"))
            self.lines += ["<!-- another list -->", ""] if choice == "comment" else []
            if choice == "text":
                self.write_paragraph()
        writer()
        self._is_after_list = is_list or (self._is_after_list and writer == self._write_comment)

    def write_paragraph(self) -> None:
        """Write a paragraph, wrapped or not."""
        self._is_after_list = False
        line = self.write_line()
        if "\n" not in line.typed and line.typed == line.text:
            self._paragraphs.append(line.text)
        more = [self.write_line() for _ in range(self._choices.count(0, 2))]
        typed = self._choices.choose(("\n", " ")).join(part.typed for part in (line, *more))
        self.add_block(" ".join(part.text for part in (line, *more)), typed=typed)

    def _write_list(self) -> None:
        self._write_entries(["- ", "- ", "- "][: self._choices.count(2, 3)], [""] * 3)

    def _write_numbered_list(self) -> None:
        start = self._choices.choose((1, 1, 2, 9))
        numbers = [f"{number}. " for number in range(start, start + self._choices.count(2, 3))]
        self._write_entries(numbers, numbers)

    def _write_entries(self, markers: Sequence[str], numbers: Sequence[str]) -> None:
        """Write the entries of a list, each with its number in front of its text."""
        is_loose = self._choices.choose((True, False))
        for marker, number in zip(markers, numbers, strict=False):
            entry = self.write_line(pieces=2)
            indent = " " * len(marker)
            self.lines.append(marker + entry.typed.replace("\n", f"\n{indent}"))
            self.add_text("text", f"{number}{entry.text}")
            if is_loose:
                second = self.write_line(pieces=1)
                self.lines += ["", indent + second.typed.replace("\n", f"\n{indent}"), ""]
                self.add_text("text", second.text)
        self.lines.append("")

    def _write_table(self) -> None:
        columns = self._choices.count(2, 3)
        rows = [[self._write_cell() for _ in range(columns)] for _ in range(self._choices.count(2, 3))]
        lines = [f"| {' | '.join(cell.typed for cell in row)} |" for row in rows]
        lines.insert(1, f"|{self._choices.choose(('---', ':--', '--:', ':-:'))}" + "|---" * (columns - 1) + "|")
        self.lines += [*lines, ""]
        for cell in (cell for row in rows for cell in row):
            self.add_text("text", cell.text)
        if self._choices.choose((True, False)):
            caption = self.write_line(pieces=1)
            if "\n" not in caption.typed:
                self.lines += [f": {caption.typed}", ""]
                self.texts.insert(len(self.texts) - len(rows) * columns, ("caption", caption.text))

    def _write_cell(self) -> Piece:
        """Return the text of a cell: words, or a unit without a bar."""
        unit = self._write_unit()
        words = self.write_words(1, 2)
        return unit if "|" not in unit.typed and self._choices.choose((True, False)) else Piece(words, words)

    def _write_quotation_block(self) -> None:
        for _ in range(self._choices.count(1, 2)):
            line = self.write_line(pieces=2)
            self.lines += ["> " + line.typed.replace("\n", "\n> "), ">"]
            self.add_text("text", line.text)
        self.lines.append("")

    def _write_verse(self) -> None:
        lines = [self.write_line(is_rich=False, pieces=1) for _ in range(self._choices.count(2, 4))]
        self.lines += ["::: verse", *(line.typed for line in lines), ":::", ""]
        self.add_text("text", "\n".join(line.text for line in lines))

    def _write_code(self) -> None:
        code = self._choices.choose(('print("a--b") # \'x\' &quot; \\"', "a - b\n\n<!-- c -->\n  d"))
        self.add_block(code, "code", typed=f"```\n{code}\n```")

    def _write_definitions(self) -> None:
        term, meaning = self.write_line(is_rich=False, pieces=1), self.write_line(pieces=1)
        self.add_text("term", term.text)
        self.add_block(meaning.text, typed=f"{term.typed}\n: {meaning.typed}".replace("\\\n", "\\\n  "))

    def _write_small_heading(self) -> None:
        heading = self.write_line(is_rich=False, pieces=2)
        self.add_block(heading.text, "heading", typed=f"#### {heading.typed}")
        self.write_paragraph()

    def _write_pull_quote(self) -> None:
        if not self._paragraphs:
            self.write_paragraph()
        if self._paragraphs:
            self.lines += ["::: pullquote", self._choices.choose(self._paragraphs), ":::", ""]

    def _write_picture(self) -> None:
        words = self.write_words(1, 3)
        self.add_text("alt", words)
        caption = self._choices.choose(("", ' "the \'60s"'))
        self.lines += [f"![{words}](images/{self._choices.choose(self._pictures)}{caption})", ""]
        if caption:
            self.add_text("caption", "the ’60s")

    def _write_comment(self) -> None:
        self.lines += [self._choices.choose(("<!-- ask again -->", "<!-- over\n\nlines **x** -->")), ""]

    def _write_rule(self) -> None:
        self.lines += ["* * *", ""]
        self.write_paragraph()

    def finish(self) -> None:
        """Write the notes; they are read after everything else."""
        for number, note in enumerate(self._notes, 1):
            self.add_block(note.text, "note", typed=f"[^n{number}]: " + note.typed.replace("\n", "\n    "))


# --- interviews and books ---------------------------------------------------------------------------


def quote_yaml(choices: Choices, text: str) -> str:
    """Return the text as a YAML value, in one of its forms."""
    forms = [f"'{text.replace(chr(39), chr(39) * 2)}'"]
    if '"' not in text and "\\" not in text:
        forms.append(f'"{text}"')
    if text[:1].isalpha() and not any(sign in text for sign in (": ", " #", "\\")) and not text.endswith(":"):
        forms += [text, f">-\n  {text}"]
    return choices.choose(forms)


def invent_interview(choices: Choices, name: str, language: str, pictures: Sequence[str]) -> InventedInterview:
    """Return an interview in any of the forms that are allowed."""
    writer = ManuscriptWriter(choices, language, pictures)
    front = _write_front_matter(choices, writer, language)
    style = choices.choose(("bold", "heading", "labels", "labels"))
    if choices.choose((True, False)):
        writer.write_paragraph()
    for number in range(1, choices.count(1, 3) + 1):
        if number > 1 and choices.choose((True, False, False)):
            division = writer.write_line(is_rich=False, pieces=1)
            writer.add_block(division.text, "heading", typed=f"## {division.typed}")
        _write_pair(choices, writer, style, number)
        if choices.choose((True, False, False, False)):
            note = writer.write_line(pieces=1)
            writer.add_block(note.text, typed=f"::: note\n{note.typed}\n:::")
    writer.finish()
    text = "\n".join(["---", *front, "---", *writer.lines]) + "\n"
    if choices.choose((False, False, True)):
        text = text.replace("\n", "\r\n")
    return InventedInterview(name, choices.choose((b"", b"", b"\xef\xbb\xbf")) + text.encode(), writer.texts)


def _write_front_matter(choices: Choices, writer: ManuscriptWriter, language: str) -> list[str]:
    """Return the lines of the settings; expect title, standfirst and byline."""
    title, standfirst = (writer.write_line(is_rich=False, pieces=1) for _ in range(2))
    title, standfirst = (_type_plainly(writer, piece) for piece in (title, standfirst))
    byline = f"{writer.write_words(2, 5)} -- by 'the' \"desk\"..."
    lines = [f"title: {quote_yaml(choices, title.typed)}", f"language: {language}"]
    writer.add_text("title", title.text)
    if choices.choose((True, False)):
        lines.append(f"standfirst: {quote_yaml(choices, standfirst.typed)}")
        writer.add_text("standfirst", standfirst.text)
    lines.append(f"byline: {quote_yaml(choices, byline)}")
    writer.add_text("byline", byline)
    if day := choices.choose(("", "1979", "1979-05", "1979-05-03")):
        lines.append(f"date: {day}")
    lines.append("people:")
    for (person, label), role in zip(PEOPLE[:2], ("interviewer", "interviewee"), strict=True):
        form = choices.choose(
            ("- {{name: {0}, role: {1}, labels: [{2}]}}", "- name: {0}\n    role: {1}\n    labels: {2}")
        )
        lines.append("  " + form.format(person, role, label))
    if choices.choose((True, False)):
        lines.append("# a comment of the settings")
    return lines


def _type_plainly(writer: ManuscriptWriter, piece: Piece) -> Piece:
    """Return a piece for a text without markup, in which a backslash or an entity is only a sign."""
    if any(sign in piece.typed for sign in "\\&`~^*_[]"):
        words = writer.write_words(1, 3)
        return Piece(words, words)
    return piece


def _write_pair(choices: Choices, writer: ManuscriptWriter, style: str, number: int) -> None:
    """Write a question and its answer."""
    question = writer.write_line(is_rich=False, pieces=2)
    braces = choices.choose(("", "", f" {{#pair-{number} t=00:12:4{number}}}", " {question=costs}"))
    if style == "bold":
        writer.add_block(question.text, typed=f"**{question.typed}**{braces}")
    elif style == "heading":
        writer.add_block(question.text, typed=f"### {question.typed}{braces}")
    else:
        _write_labelled(choices, writer, 0, question, braces)
    if style == "labels":
        _write_labelled(choices, writer, 1, writer.write_line(pieces=2), "")
    else:
        writer.write_paragraph()
    for _ in range(choices.count(0, 3)):
        choices.choose((writer.write_paragraph, writer.write_block, writer.write_block))()


def _write_labelled(choices: Choices, writer: ManuscriptWriter, person: int, words: Piece, braces: str) -> None:
    """Write a turn with a label: a name with either apostrophe, or the short form."""
    name, label = PEOPLE[person]
    typed = choices.choose((name, label, name.replace("'", "’")))
    writer.add_text("label", f"{typed.replace(chr(39), '’')}:")
    form = choices.choose(("**{0}:** {1}{2}", "**{0}**: {1}{2}"))
    writer.add_block(words.text, typed=form.format(typed, words.typed, braces))


def draw_picture() -> bytes:
    """Return a small picture."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((40, 30)).save(out, "PNG")
    return out.getvalue()


def invent_book(choices: Choices, folder: Path) -> list[InventedInterview]:
    """Write a book into the folder; return its interviews in order."""
    (folder / "interviews").mkdir(parents=True)
    (folder / "images").mkdir()
    (folder / "images/light tower.png").write_bytes(draw_picture())
    language = choices.choose(LANGUAGES)
    settings = ["title: The Harbour Light", "slug: light", f"language: {language}", "disclaimer: none"]
    settings += [f"date: {choices.choose(('1979', '2026-11', '2026-11-01'))}"]
    settings += choices.choose(([], ["editors: Anna Moor, Ben Lind"], ["editors: [Anna Moor]"]))
    (folder / "book.yaml").write_text("\n".join(settings) + "\n", encoding="utf-8")
    names = choices.choose((["keeper"], ["a-light", "keeper"]))
    interviews = [
        invent_interview(choices, name, choices.choose((language, *LANGUAGES)), ["light%20tower.png"]) for name in names
    ]
    for interview in interviews:
        (folder / f"interviews/{interview.name}.md").write_bytes(interview.data)
    return interviews
