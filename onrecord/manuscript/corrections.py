"""Read the corrections of an interview; write them, and keys of the desk's own, as a note at its end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.printed_matter import refuse_markup
from onrecord.manuscript.yaml_config import SettingsSection
from onrecord.model import EditorNote, Inline, Link, Paragraph, SourceLocation, Text
from onrecord.model.interview import PrintedCorrection
from onrecord.model.rule import Rule
from onrecord.runtime.interface_texts import find_language, get_language

_EXAMPLE = '{date: 2026-11-26, text: "What is right."}'


def read_corrections(section: SettingsSection, problems: Problems) -> tuple[PrintedCorrection, ...]:
    """Return the corrections in an interview's front matter, in file order; report one without date or text."""
    corrections = []
    for entry in section.read_sections("corrections", _EXAMPLE):
        before = len(problems.entries)
        day, words = entry.read_date("date"), entry.read_words("text")
        entry.refuse_unknown_keys()
        if words:
            refuse_markup(words, "text", problems)
        if day and words:
            corrections.append(PrintedCorrection(day, words))
        elif len(problems.entries) == before:
            sentence = f"this correction has no {'text' if day else 'date'}"
            problems.add(entry.line, Rule.CORRECTION_IS_WHOLE, sentence, f"write: - {_EXAMPLE}")
    return tuple(corrections)


def build_closing_notes(
    corrections: Sequence[PrintedCorrection], more: Sequence[tuple[str, str]], language: str, place: SourceLocation
) -> tuple[EditorNote, ...]:
    """Return the notes at the end of an interview: its corrections and printed keys.

    `more` are keys of the desk's own in words, with their texts: “Accession number: OH-1987-14”; an address becomes a
    link. Corrections follow: “Correction, 26 November 2026: …”.
    """
    known = get_language(language)
    head = known.texts["correction"]
    facts = tuple(
        Paragraph((Text(f"{words}{known.colon}"), *_build_value_inlines(text)), place) for words, text in more
    )
    paragraphs = tuple(
        Paragraph(
            (Text(f"{head.format(_format_day(correction.day, language))} {correction.text}"),),
            correction.text.location,
        )
        for correction in corrections
    )
    notes = [EditorNote(facts, place, is_correction=True, is_approved=False)] if facts else []
    notes += [EditorNote(paragraphs, paragraphs[0].location, is_correction=True)] if paragraphs else []
    return tuple(notes)


def _build_value_inlines(text: str) -> tuple[Inline, ...]:
    """Return a text as inlines, as a link if it is an address."""
    is_address = re.fullmatch(r"https?://\S+", text) is not None
    return (Link((Text(text),), text),) if is_address else (Text(text),)


def _format_day(day: date, language: str) -> str:
    """Return the day as the language writes it, in ISO 8601 if the language is unknown."""
    known = find_language(language)
    if known is None:
        return day.isoformat()
    number = known.first_day if day.day == 1 else day.day
    return known.date_format.format(day=number, month=known.months[day.month - 1], year=day.year)
