"""Read interviews of the Oral History Metadata Synchronizer (OHMS), versions 5 and 6.

The record gives title, date, names, rights and an index, whose points become section headings. Version 6 holds
captions; version 5 holds wrapped lines, and says at which line each minute begins.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from lxml.etree import _Element

from onrecord.importers.common import decoding
from onrecord.importers.common.draft import Clipping, SourceText
from onrecord.importers.common.plain_markdown import escape_paragraph, split_into_tokens
from onrecord.importers.common.recording_times import format_time, read_time
from onrecord.importers.readers import captions, timed_xml
from onrecord.importers.readers.caption_cues import SourceNote, parse_cues
from onrecord.importers.readers.timed_xml import TimedText, clean_words, get_local_name
from onrecord.manuscript.recording_entries import is_address_of_recording
from onrecord.model.rule import Rule

_SYNC_INTERVAL = re.compile(r"\s*(\d{1,3})\s*:")
_SYNC_MARK = re.compile(r"(\d{1,6})\((\d{1,6})\)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_FOOTNOTES = re.compile(r"(?s)\[\[footnotes\]\](.*?)(?:\[\[/footnotes\]\]|$)")
_NOTE_MARKS = re.compile(r"\[\[/?(?:note|link)\]\]")
_CALL = re.compile(r"\s*\[\[footnote\]\]\s*(\d+)\s*\[\[/footnote\]\]")
_FIELDS = ("title", "rights")
_PEOPLE = (("interviewee", "guests"), ("interviewer", "hosts"))
_READ_FIELDS = frozenset(
    (*_FIELDS, "interviewee", "interviewer", "date", "transcript", "vtt_transcript", "index", "sync", "media_url")
)
# Fields that say how the recording is stored and shown.
_TECHNICAL_FIELDS = (
    "version accession duration collection_id series_id repository_url format file_name transcript_alt_lang translate "
    "media_id mediafile kembed language fmt userestrict xmllocation xmlfilename collection_link series_link "
    "sync_alt type rel transcript_alt cms_record_id date_nonpreferred_format"
)
_HINT = "export the record with its transcript, or export the transcript as .vtt or .txt"


class _Point(NamedTuple):
    """A point of the index: where it is in the recording, its title, and what else it says."""

    start_s: float
    title: str
    notes: tuple[tuple[str, str], ...]


class _Sync(NamedTuple):
    """The lines in which minutes begin, with their seconds, and marks that cannot be read."""

    marks: list[tuple[int, int]]
    damaged: list[str]


def read_ohms(data: bytes, name: str) -> SourceText:
    """Return the interview of an OHMS record; raise Refused for a damaged one, or one without a transcript."""
    root, notes = timed_xml.parse_xml(data, name)
    record = next((element for element in root.iter() if get_local_name(element) == "record"), None)
    if record is None:
        timed_xml.refuse_unknown(name)
    fields = {get_local_name(child): child for child in record}
    text = TimedText(fields=_read_fields(fields), settings=_read_settings(record), notes=notes)
    points = list(_read_index(fields.get("index"), name))
    media = clean_words(_get_text(fields.get("media_url")))
    if is_address_of_recording(media):
        text.settings["recording"] = (media,)
    text.others = [*_list_other_fields(record), *(SourceNote(0, *note) for point in points for note in point.notes)]
    if media and not is_address_of_recording(media):
        text.others.append(SourceNote(0, "said about the file: media_url", media))
    headings = [(point.start_s, point.title) for point in points if point.title]
    sync = _read_sync(_get_text(fields.get("sync")))
    vtt, plain = (_get_text(fields.get(tag)) for tag in ("vtt_transcript", "transcript"))
    if "-->" in vtt:
        file = parse_cues(vtt)
        reading = captions.build_reading(file.cues, [*file.others, *text.others], (), name)
    elif plain.strip():
        reading = _read_lines(plain, sync, text.others)
    else:
        sentence = f"this OHMS record has no transcript{', only an index' if headings else ''}"
        raise decoding.build_refusal(name, Rule.FILE_HAS_WORDS, sentence, _HINT)
    return timed_xml.add_settings(_insert_headings(reading, headings, dict(sync.marks)), text)


# --- the record -----------------------------------------------------------------------------------


def _get_text(element: _Element | None) -> str:
    """Return the text of a field of an OHMS record with its line ends; "" for a field that is not there."""
    return "".join(map(str, element.itertext())).replace("\r\n", "\n") if element is not None else ""


def _read_fields(fields: dict[str, _Element]) -> list[tuple[str, str]]:
    """Return title and rights of an OHMS record, as far as it has them."""
    return [(tag, words) for tag in _FIELDS if (words := clean_words(_get_text(fields.get(tag))))]


def _read_settings(record: _Element) -> dict[str, tuple[str, ...]]:
    """Return the date, and the names of those who ask and answer, of an OHMS record."""
    settings: dict[str, tuple[str, ...]] = {}
    for child in record:
        value = child.get("value", "") if get_local_name(child) == "date" else ""
        if _DATE.fullmatch(value):
            settings["date"] = (value,)
    for tag, key in _PEOPLE:
        texts = (_get_text(child) for child in record if get_local_name(child) == tag)
        names = tuple(clean_words(_invert_name(part)) for text in texts for part in text.split(";") if part.strip())
        settings |= {key: names} if names else {}
    return settings


def _invert_name(name: str) -> str:
    """Return “Ada Smith” for “Smith, Ada”."""
    family, comma, given_name = name.partition(",")
    return f"{given_name} {family}" if comma and "," not in given_name and len(given_name.split()) <= 3 else name


def _list_other_fields(record: _Element) -> Iterator[SourceNote]:
    """Yield as notes the words of OHMS fields that have no place in an interview, such as the repository."""
    for child in record:
        tag = get_local_name(child)
        words = clean_words(_get_text(child))
        if words and tag not in _READ_FIELDS and tag not in _TECHNICAL_FIELDS.split():
            yield SourceNote(child.sourceline or 0, f"said about the file: {tag}", words)


def _read_index(index: _Element | None, name: str) -> Iterator[_Point]:
    """Yield the points of an OHMS record's index."""
    for point in index if index is not None else ():
        texts = {get_local_name(child): clean_words(_get_text(child)) for child in point}
        start_s = timed_xml.read_time(texts.get("time", ""), name, point.sourceline or 0)
        keys = ("synopsis", "keywords", "subjects", "partial_transcript", "gpspoints", "hyperlinks")
        yield _Point(
            start_s,
            texts.get("title", ""),
            tuple((f"the index: {key}", texts[key]) for key in keys if texts.get(key)),
        )


def _insert_headings(
    reading: SourceText, headings: Sequence[tuple[float, str]], minutes: Mapping[int, int]
) -> SourceText:
    """Return the reading with section headings of an OHMS index, each before the paragraph of its time.

    Where paragraphs have no times, `minutes` says at which second a line begins.
    """
    clippings = list(reading.clippings)
    for start_s, words in headings:
        place = next(
            (
                i
                for i, clipping in enumerate(clippings)
                if clipping.kind == "paragraph" and _get_start_s(clipping, minutes) >= start_s
            ),
            next((i for i, clipping in enumerate(clippings) if clipping.kind == "aside"), len(clippings)),
        )
        heading = Clipping(
            0, escape_paragraph(words), words, kind="heading", level=2, time=format_time(start_s) or "00:00:00"
        )
        clippings.insert(place, heading)
    tokens = [token for _, words in headings for token in split_into_tokens(words)]
    return replace(
        reading,
        clippings=tuple(replace(clipping, index=index) for index, clipping in enumerate(clippings)),
        original_tokens=(*reading.original_tokens, *tokens),
        is_ordered=False,
    )


def _get_start_s(clipping: Clipping, minutes: Mapping[int, int]) -> float:
    """Return the second at which a paragraph begins, as nearly as an OHMS record says it."""
    time = read_time(clipping.time)
    return (
        max((second for line, second in minutes.items() if line <= clipping.line), default=0) if time is None else time
    )


# --- version 5 ------------------------------------------------------------------------------------


def _read_lines(transcript: str, sync: _Sync, others: Sequence[SourceNote]) -> SourceText:
    """Return the paragraphs of an OHMS transcript's wrapped lines, with the times of minutes that begin in them.

    Footnotes are set aside, and the times of minutes that begin inside a paragraph.
    """
    notes = [
        SourceNote(0, "a footnote", words)
        for notes in _FOOTNOTES.findall(transcript)
        if (words := clean_words(_NOTE_MARKS.sub(" ", notes)))
    ]
    lines = _FOOTNOTES.sub(lambda match: "\n" * match.group().count("\n"), transcript).split("\n")
    calls = [f"[{number}]" for line in lines for number in _CALL.findall(line)]
    notes += [SourceNote(0, "the call of a footnote", call) for call in calls]
    numbered = [(number, _CALL.sub("", line).strip()) for number, line in enumerate(lines, 1)]
    paragraphs = [list(rows) for has_words, rows in itertools.groupby(numbered, lambda row: bool(row[1])) if has_words]
    times, inner_times = _assign_minute_marks(sync.marks, [(rows[0][0], rows[-1][0]) for rows in paragraphs])
    notes += [*inner_times, *(SourceNote(0, "a mark of a minute that is damaged", mark) for mark in sync.damaged)]
    clippings = []
    for rows in paragraphs:
        words = clean_words(" ".join(line for _, line in rows))
        time = times.get(rows[0][0], "")
        clippings.append(Clipping(0, escape_paragraph(words), words, rows[0][0], time=time))
    asides = [Clipping(0, "", note.words, note.line, kind="aside", reason=note.why) for note in (*notes, *others)]
    original = split_into_tokens(_CALL.sub("", _FOOTNOTES.sub(" ", transcript)))
    original += [token for note in (*notes, *others) for token in split_into_tokens(note.words)]
    return SourceText((*clippings, *asides), tuple(original))


def _assign_minute_marks(
    marks: Sequence[tuple[int, int]], paragraphs: Sequence[tuple[int, int]]
) -> tuple[dict[int, str], list[SourceNote]]:
    """Return the times of OHMS paragraphs by their first lines, and a note for each other time.

    A paragraph is its first and its last line. A mark in an empty line belongs to the paragraph below it.
    """
    times, notes = dict[int, str](), list[SourceNote]()
    last_lines = [last for _, last in paragraphs]
    for line, second in marks:
        index = bisect_left(last_lines, line)  # of the paragraph that ends in this line or later
        first = paragraphs[index][0] if index < len(paragraphs) else 0
        if first < line or first in times:
            notes.append(SourceNote(line, "the time of words inside a paragraph", format_time(second)))
        else:
            times[first] = format_time(second)
    return times, notes


def _read_sync(sync: str) -> _Sync:
    """Return the lines of an OHMS transcript in which minutes begin: “1:|13(3)” is minute 1 in line 13."""
    interval = _SYNC_INTERVAL.match(sync)
    if interval is None:
        return _Sync([], [words] if (words := clean_words(sync)) else [])
    result = _Sync([], [])
    for number, text in enumerate(sync[interval.end() :].strip().strip("|").split("|"), 1):
        second = number * int(interval[1]) * 60
        if (mark := _SYNC_MARK.fullmatch(text.strip())) and format_time(second):
            result.marks.append((int(mark[1]), second))
        elif words := clean_words(text):
            result.damaged.append(words)
    return result
