"""Read WebVTT and SRT: cues are joined into turns, each with the time of its first word.

WebVTT: W3C Candidate Recommendation of 4 April 2019, §4 (file structure) and §6.4 (voices, entities).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from onrecord.importers.common import decoding, labels
from onrecord.importers.common.decoding import build_warning
from onrecord.importers.common.draft import Clipping, SourceText
from onrecord.importers.common.plain_markdown import escape_paragraph, split_into_tokens
from onrecord.importers.common.recording_times import format_time
from onrecord.importers.readers.caption_cues import (
    CaptionFile,
    Cue,
    CueLine,
    SourceNote,
    parse_copied_cues,
    parse_cues,
)
from onrecord.importers.readers.caption_labels import set_voices_from_labels
from onrecord.importers.readers.caption_turns import CaptionTurn, has_change_marks, join_cues_to_turns
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule

_ROLLING_SHARE = 0.3  # of the cues repeat the one before
_PAIR_OF_TIMES = re.compile(r"(?m)^(\d{1,3}:\d\d:\d\d[.]\d{1,3}),(\d{1,3}:\d\d:\d\d[.]\d{1,3})[ \t]*$")  # .sbv
# Of a transcript whose lines are pieces of turns.
_LEAST_LABELLED_LINES, _LEAST_SHARE_LABELLED, _LEAST_SHARE_REPEATED = 6, 0.95, 0.2
_INTERJECTION = re.compile(r"//\s?(?P<voice>[^\W_][^:/\n]{0,40}):\s(?P<words>[^/\n]{1,300}?)\s?//")
_LONGEST_OVERLAP = 200  # words
_CLEAR_OVERLAP = 3  # words that nobody says again by chance


def read_captions(data: bytes, name: str) -> SourceText:
    """Return the turns of an imported subtitle file, as far as it shows them; raise Refused without cues."""
    text, notes = decoding.decode_text(data, name)
    file = parse_cues(_convert_sbv(text))
    if not file.cues or not file.has_times:
        hint = "a cue has a line like 00:00:01.000 --> 00:00:04.000"
        line = file.damaged_lines[0] if file.damaged_lines else 0
        raise decoding.build_refusal(name, Rule.CAPTIONS_HAVE_CUES, "there is no cue in this file", hint, line)
    reading = build_reading(file.cues, file.others, (*notes, *_warn_of_damaged_times(file, name)), name)
    return replace(reading, settings={"language": (file.language,)} if file.language else {})


def has_pairs_of_times(data: bytes) -> bool:
    """Return whether the bytes begin with a line of two times and a comma, as YouTube's .sbv files do."""
    return bool(_PAIR_OF_TIMES.match(data[:2_000].decode("utf-8", "replace").removeprefix("\ufeff").lstrip()))


def _convert_sbv(text: str) -> str:
    """Return the text of a .sbv file with times and line breaks as in WebVTT."""
    if not _PAIR_OF_TIMES.search(text):
        return text
    return _PAIR_OF_TIMES.sub(r"\1 --> \2", text).replace("[br]", "<br>")


def read_copied_captions(text: str, notes: tuple[Problem, ...], name: str) -> SourceText | None:
    """Return the turns of captions copied from a player, where times alternate with words; None if it is none.

    None for any other text.
    """
    cues, others = parse_copied_cues(text)
    return build_reading(cues, others, notes, name) if cues else None


def read_labelled_lines(text: str, notes: tuple[Problem, ...], name: str) -> SourceText | None:
    """Return the turns of a transcript whose lines all have labels and no times; None if it is none.

    None for any other text.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    parsed = [labels.parse_label(line) for _, line in lines]
    names = [labels.normalize_name(label.name) for label in parsed if label is not None and label.is_certain]
    repeated = sum(name == following for name, following in itertools.pairwise(names))
    are_pieces = len(names) >= _LEAST_LABELLED_LINES and repeated >= _LEAST_SHARE_REPEATED * len(names)
    if not are_pieces or len(names) < _LEAST_SHARE_LABELLED * len(lines) or not 1 < len(set(names)) <= 0.3 * len(names):
        return None
    reading = build_reading([Cue(0.0, 0.0, number, [CueLine("", line)]) for number, line in lines], [], notes, name)
    return replace(reading, clippings=tuple(replace(clipping, time="") for clipping in reading.clippings))


def _warn_of_damaged_times(file: CaptionFile, name: str) -> Iterator[Problem]:
    """Yield a warning for the lines of a subtitle file whose time is damaged."""
    lines = file.damaged_lines
    if lines:
        others = f" (and in {len(lines) - 1} more)" if len(lines) > 1 else ""
        sentence = f"the time in this line{others} is damaged or missing; it was read as well as possible"
        hint = "compare the times of these turns with the recording"
        yield build_warning(SourceLocation(name, lines[0]), Rule.CUE_TIMES_ARE_WHOLE, sentence, hint)


def build_reading(
    cues: list[Cue],
    others: list[SourceNote],
    notes: tuple[Problem, ...],
    name: str,
    spoken: Sequence[str] | None = None,
) -> SourceText:
    """Return subtitle cues as turns, with the words of the original; None if there are none.

    `spoken` are the tokens of the cues, if the reader of a format collected them by other means.
    """
    words_of_cues = (token for cue in cues for line in cue.lines for token in split_into_tokens(line.words))
    original = list(words_of_cues if spoken is None else spoken)
    original += [token for note in others for token in split_into_tokens(note.words)]
    codes = _assign_interjections(cues)
    repeated = _remove_repeated_words(cues)
    set_voices_from_labels(cues)
    turns, repeated_labels = join_cues_to_turns(cues)
    has_speakers = any(turn.voice for turn in turns)
    shows_turns = has_speakers or has_change_marks(cues)
    if not shows_turns:
        hint = "look at every turn; a transcript with names would be better"
        notes += (
            build_warning(SourceLocation(name), Rule.SPEAKERS_ARE_NAMED, "nothing in this file says who speaks", hint),
        )
    asides = [
        Clipping(index, "", note.words, note.line, kind="aside", reason=note.why)
        for index, note in enumerate((*codes, *repeated, *repeated_labels, *others), len(turns))
    ]
    clippings = [_build_turn_clipping(index, turn) for index, turn in enumerate(turns)]
    return SourceText(
        (*clippings, *asides),
        tuple(original),
        {},
        notes,
        is_ordered=not codes and not repeated and not repeated_labels,
        is_spoken=True,
        shows_turns=shows_turns,
    )


def _build_turn_clipping(index: int, turn: CaptionTurn) -> Clipping:
    """Return the clipping of a turn from subtitles, with its speaker and the time of its start."""
    return Clipping(
        index,
        escape_paragraph(turn.text),
        turn.text,
        turn.line,
        label=turn.label,
        speaker=turn.voice,
        time=format_time(turn.start_s),
    )


# --- words that were said at the same time --------------------------------------------------------


def _assign_interjections(cues: Sequence[Cue]) -> list[SourceNote]:
    """Give interjections that noScribe writes as `//S01: Yes. //` to their voice; return the codes, set aside.

    At the end of a cue, before one of the same voice, it begins the next cue, so that their turn has its own time.
    """
    codes: list[SourceNote] = []
    carried: list[CueLine] = []
    for cue, following in itertools.zip_longest(cues, cues[1:]):
        parts, carried, count = carried, [], len(codes)
        for line in cue.lines:
            end = 0
            for match in _INTERJECTION.finditer(line.words):
                parts.append(line._replace(words=line.words[end : match.start()].strip()))
                parts.append(CueLine(match["voice"].strip(), match["words"].strip()))
                codes.append(SourceNote(cue.line, "a code for words said at the same time", f"//{match['voice']}: //"))
                end = match.end()
            parts.append(line._replace(words=line.words[end:].strip()))
        parts = [part for part in parts if part.words]
        is_last = len(codes) > count and len(parts) > 1 and cue.lines[-1].words.endswith("//")
        if is_last and following and parts[-1].voice == following.lines[0].voice != parts[-2].voice:
            carried = [parts.pop()]
        cue.lines = parts or cue.lines
    return codes


# --- rolling captions -----------------------------------------------------------------------------


def _remove_repeated_words(cues: list[Cue]) -> list[SourceNote]:
    """Remove words that subtitle cues repeat from earlier ones, if many do; return those words.

    Two voices that say the same are no repetition. A file of which many cues repeat three words or more rolls; there,
    shorter repetitions are removed, too.
    """
    overlaps = [0] + [_measure_overlap(before, after) for before, after in itertools.pairwise(cues)]
    if sum(overlap >= _CLEAR_OVERLAP for overlap in overlaps) < max(3, _ROLLING_SHARE * len(cues)):
        return []
    removed: list[SourceNote] = []
    for cue, overlap in zip(cues, overlaps, strict=True):
        if overlap:
            words = " ".join(line.words for line in cue.lines).split()
            removed.append(SourceNote(cue.line, "said again by a rolling caption", " ".join(words[:overlap])))
            cue.lines = _drop_first_words(cue.lines, overlap)
    return removed


def _measure_overlap(before: Cue, after: Cue) -> int:
    """Return how many words at the end of one cue are those at the beginning of the next, said by the same voice."""
    if before.lines[-1].voice != after.lines[0].voice:
        return 0
    earlier, later = (" ".join(line.words for line in cue.lines).split() for cue in (before, after))
    for length in range(min(len(earlier), len(later), _LONGEST_OVERLAP), 0, -1):
        if earlier[-length:] == later[:length]:
            return length
    return 0


def _drop_first_words(lines: Sequence[CueLine], count: int) -> list[CueLine]:
    """Return the lines of a subtitle cue without their first words."""
    shortened = []
    for line in lines:
        words = line.words.split()
        if count < len(words):
            shortened.append(line._replace(words=" ".join(words[count:])))
        count = max(0, count - len(words))
    return shortened
