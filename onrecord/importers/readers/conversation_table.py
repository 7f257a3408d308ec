"""Recognize tables and definition lists that hold a conversation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from onrecord.importers.common import labels
from onrecord.importers.common.draft import Clipping
from onrecord.importers.common.pandoc_inlines import QUESTION_MARKS, collect_words, drop_space_inlines
from onrecord.importers.common.recording_times import read_time
from onrecord.runtime.pandoc import Block, TableContent

_SPEAKER_COLUMN = re.compile(
    r"(?i)^(?:speakers?|names?|who|person|имя|спикер|говорящий|кто|nom|locuteur|nombre|hablante|sprecher(?:in)?|name)$"
)

_QUESTION_HEADS = "questions fragen preguntas вопросы"  # heads of columns; those in the singular are labels
_ANSWER_HEADS = "answers antworten réponses respuestas ответы"
# The head of a column of remarks about the words, which holds no speech.
_REMARK_COLUMN = re.compile(
    r"(?i)^(?:notes?|comments?|remarks?|observations?|codes?|coding|tags?|themes?|anmerkung(?:en)?|bemerkung(?:en)?"
    r"|notiz(?:en)?|kommentare?|remarques?|commentaires?|notas?|comentarios?|observaciones|примечани[ея]|заметки)$"
)
_NUMBERS = re.compile(r"[\d:.,;\s\[\]()<>–—-]*")
_TIME = re.compile(r"(?:\d{1,3}:)?\d{1,3}:\d\d(?:[.,]\d{1,3})?")
_MOST_COLUMNS = 5
_MOST_SPANNED = 12  # columns of one cell; the number in a page may be absurd
_MOST_NAME_WORDS = 6


def list_table_rows(table: TableContent) -> list[list[list[Block]]]:
    """Return the cells of each row of an imported table, from the head to the foot.

    A cell over several columns or rows is followed by empty cells.
    """
    rows = [*table[3][1], *(row for body in table[4] for row in (*body[2], *body[3])), *table[5][1]]
    grid = list[list[list[Block]]]()
    open_spans = dict[int, int]()  # how many rows a cell above goes on in each column
    for row in rows:
        cells = list[list[Block]]()
        for _, _, row_span, column_span, blocks in row[1]:
            _skip_open_columns(cells, open_spans)
            for offset in range(min(column_span, _MOST_SPANNED)):
                if row_span > 1:
                    open_spans[len(cells)] = row_span - 1
                cells.append(list[Block]() if offset else blocks)
        _skip_open_columns(cells, open_spans)
        grid.append(cells)
    return grid


def _skip_open_columns(cells: list[list[Block]], open_spans: dict[int, int]) -> None:
    """Add an empty cell for each column from here on in which a cell of a row above goes on."""
    while open_spans.get(len(cells), 0) > 0:
        open_spans[len(cells)] -= 1
        cells.append([])


def collect_cell_words(blocks: Iterable[Block]) -> str:
    """Return the words of an imported table's cell on one line."""
    return " ".join(" ".join(collect_words(block) for block in blocks).split())


@dataclass(frozen=True, slots=True)
class TalkRow:
    """A row of a conversation: the blocks of the speaker's name and of the words.

    `before`, `between` and `after` are what other columns say: times and numbers, or the name after the words.
    """

    label: list[Block]
    blocks: list[Block]
    before: str = ""
    between: str = ""
    after: str = ""
    time: str = ""
    remarks: str = ""  # the words of the columns of remarks
    has_name_after: bool = False
    is_header: bool = False

    @property
    def header(self) -> str:
        """Return the words of a conversation row in a table before name and words: its time or number."""
        return " ".join(
            part
            for part in (
                self._name_before_words,
                self.between,
                collect_cell_words(self.blocks),
                self.after,
                self.remarks,
            )
            if part
        )

    @property
    def _name_before_words(self) -> str:
        """Return the speaker's name, if it stands before the words in a table's row, else ""."""
        return "" if self.has_name_after else collect_cell_words(self.label)

    def set_speaker(self, clipping: Clipping, name: str) -> Clipping:
        """Return the first clipping of a table row's words with its speaker and time."""
        return replace(
            clipping,
            label=self._name_before_words,
            printed_time=self.between,
            speaker=name.rstrip(":： "),
            time=self.time,
        )


def read_conversation_rows(rows: Sequence[Sequence[list[Block]]]) -> list[TalkRow]:
    """Return an imported table's rows as talk, if it has a column of speakers and one of words; else [].

    None for any other table.
    """
    width = len(rows[0]) if rows else 0
    if not 2 <= width <= _MOST_COLUMNS or not all(len(row) == width for row in rows) or len(rows) < width:
        return []
    if over_columns := _read_names_over_columns(rows):
        return over_columns
    words = [[collect_cell_words(cell) for cell in row] for row in rows]
    numbered = [
        column for column in range(width) if width > 2 and _are_times_or_numbers([row[column] for row in words[1:]])
    ]
    remarks = [column for column in range(width) if width > 2 and _holds_remarks([row[column] for row in words])]
    names, speech = _find_talk_columns([c for c in range(width) if c not in (*numbered, *remarks)], rows)
    if names < 0:
        return []
    first, last = sorted((names, speech))
    talk = []
    for row, texts in zip(rows, words, strict=True):
        numbers = {column: texts[column] for column in numbered if texts[column]}
        before, between, after = (
            " ".join(text for column, text in numbers.items() if low < column < high)
            for low, high in ((-1, first), (first, last), (last, width))
        )
        has_name_after = names > speech
        if has_name_after:
            between, after = "", " ".join(part for part in (between, texts[names], after) if part)
        time = next(filter(None, map(_read_first_time, numbers.values())), "")
        remark_words = " ".join(texts[column] for column in remarks if texts[column])
        talk.append(TalkRow(row[names], row[speech], before, between, after, time, remark_words, has_name_after))
    talk[0] = replace(talk[0], is_header=_is_header_row([row[names] for row in words], words[0][speech]))
    return talk


def _holds_remarks(texts: Sequence[str]) -> bool:
    """Return whether a column is empty, or has the head of a column of remarks about the words."""
    return not any(texts) or bool(_REMARK_COLUMN.match(texts[0]))


def _are_times_or_numbers(texts: Sequence[str]) -> bool:
    """Return whether all texts of a column are times, ranges of times or numbers, but for some empty ones."""
    return any(texts) and all(_NUMBERS.fullmatch(text) for text in texts)


def _find_talk_columns(columns: Sequence[int], rows: Sequence[Sequence[list[Block]]]) -> tuple[int, int]:
    """Return the columns of speakers and of words; -1 if the imported table is no conversation."""
    orders = (columns, columns[::-1]) if len(rows[0]) > 2 else (columns,)  # two columns begin with the speaker
    for names, speech in orders if len(columns) == 2 else ():
        if has_speaker_column([[row[names], row[speech]] for row in rows]):
            return names, speech
    return -1, -1


def _read_first_time(text: str) -> str:
    """Return the first time of a table's cell; "" if it has none."""
    time = _TIME.search(text)
    return time.group() if time and read_time(time.group()) is not None else ""


def _is_header_row(names: Sequence[str], words: str) -> bool:
    """Return whether the first row of a conversation in a table names its columns."""
    is_header = names[0] not in names[1:] and bool(_SPEAKER_COLUMN.match(names[0] or "speaker"))
    return len(words.split()) <= 2 and is_header and len(names) >= 4


def has_speaker_column(rows: Sequence[Sequence[list[Block]]]) -> bool:
    """Return whether a table's left column holds labels: short, and some of them more than once."""
    names = [name for row in rows if (name := collect_cell_words(row[0]))]
    return len(names) >= 2 and all(len(name.split()) <= 5 for name in names) and len(set(names)) < len(names)


def is_asking_cell(blocks: Iterable[Block]) -> bool:
    """Return whether an imported table's cell or a term ends in a question mark."""
    return collect_cell_words(blocks).endswith(QUESTION_MARKS)


def is_list_of_questions(entries: Sequence[Sequence[Block]]) -> bool:
    """Return whether each entry of an imported list is a question and its answer, in different paragraphs or type.

    One of five questions may have no question mark, but then it is bold.
    """
    if len(entries) < 2 or not all(entries) or not all(map(_holds_answer, entries)):
        return False
    heads = [_read_entry_question(entry) for entry in entries]
    ends_as_question = [words.endswith(QUESTION_MARKS) for words, _ in heads]
    are_questions = all(
        is_question or is_bold for is_question, (_, is_bold) in zip(ends_as_question, heads, strict=True)
    )
    return are_questions and sum(ends_as_question) >= 0.6 * len(entries)


def _read_entry_question(entry: Sequence[Block]) -> tuple[str, bool]:
    """Return the words with which an entry begins, up to the end of bold type, and whether they are bold."""
    first = entry[0]
    inlines = first["c"] if first["t"] in ("Para", "Plain") else []
    visible = drop_space_inlines(inlines)
    if visible and visible[0]["t"] == "Strong":
        return " ".join(collect_words(visible[0]).split()), True
    return " ".join(collect_words(first).split()), False


def _holds_answer(entry: Sequence[Block]) -> bool:
    """Return whether an entry goes on after its first paragraph, or after bold type in it."""
    first = entry[0]
    visible = drop_space_inlines(first["c"]) if first["t"] in ("Para", "Plain") else []
    return len(entry) > 1 or (len(visible) > 1 and visible[0]["t"] == "Strong")


def read_question_rows(rows: list[list[list[Block]]]) -> list[list[list[Block]]]:
    """Return the rows of questions and answers in a table of two columns, without its head; [] if it holds none."""
    if len(rows) > 2 and _is_question_head(rows[0]):
        return rows[1:]
    return rows if _has_question_column(rows) else []


def _is_question_head(row: Sequence[list[Block]]) -> bool:
    """Return whether a table's first row says that its left column holds questions and its right one answers."""
    left, right = (labels.normalize_name(collect_cell_words(cell)).rstrip(".: ") for cell in row)
    return left in labels.ASKING_ROLES | {*_QUESTION_HEADS.split()} and right in labels.ANSWERING_ROLES | {
        *_ANSWER_HEADS.split()
    }


def _read_names_over_columns(rows: Sequence[Sequence[list[Block]]]) -> list[TalkRow]:
    """Return a table's rows as talk if its first row names who asks in the left column and who answers in the right.

    [] if the first row is not two names, or if too few cells of the left column ask.
    """
    if len(rows) < 4 or not all(len(row) == 2 for row in rows):
        return []
    names = [collect_cell_words(cell).rstrip(":： ") for cell in rows[0]]
    are_names = all(
        name
        and len(name.split()) <= _MOST_NAME_WORDS
        and labels.looks_like_name(name)
        and not labels.is_role_label(name)
        for name in names
    )
    questions = [sum(map(is_asking_cell, cells)) for cells in zip(*rows[1:], strict=True)]
    is_conversation = questions[0] >= 0.4 * (len(rows) - 1) and questions[1] < 0.3 * (len(rows) - 1)
    if not are_names or names[0] == names[1] or not is_conversation:
        return []
    head = TalkRow(rows[0][0], rows[0][1], is_header=True)
    cells = ((name, cell) for row in rows[1:] for name, cell in zip(rows[0], row, strict=True))
    return [head, *(TalkRow(name, cell, has_name_after=True) for name, cell in cells if cell)]


def _has_question_column(rows: Sequence[Sequence[list[Block]]]) -> bool:
    """Return whether a table's left column holds questions and the right one does not."""
    left, right = ([collect_words(row[side]).rstrip().endswith(QUESTION_MARKS) for row in rows] for side in (0, 1))
    return len(rows) >= 2 and sum(left) >= 0.6 * len(rows) and sum(right) < 0.3 * len(rows)
