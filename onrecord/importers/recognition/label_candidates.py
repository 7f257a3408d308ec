"""Find the paragraphs that may begin with a speaker's label, before it is known which labels are speakers."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from onrecord.importers.common.byline import read_people_line
from onrecord.importers.common.byline_patterns import NAME_PATTERN
from onrecord.importers.common.draft import Clipping
from onrecord.importers.common.labels import (
    SpeakerLabel,
    is_break_label,
    is_role_label,
    is_uncapitalized_name,
    looks_like_name,
    normalize_name,
    parse_label,
)

# Words before a colon that name nobody who speaks.
_NOT_A_SPEAKER = re.compile(
    r"(?i)^(?:notes?|nb|n\.b|ps|p\.s|warning|example|photos?|photo(?:s|graphs?|graphy)? by|images?|credits?|sources?|"
    r"text|words|interview(?:ed)?|interview by|by|translat\w+(?: by)?|transcri\w+(?: (?:completed )?by)?|edited by|"
    r"editor.?s note|updates?|date|published|posted|read more|related|see also|tags?|topics?|categor\w+|share|listen|"
    r"podcast|episode|video|audio|website|twitter|e-?mail|phone|address|location|copyright|licen[cs]e|disclaimer|"
    r"title|subtitle|author|url|https?|link|media|"
    r"фото\w*|текст|перевод\w*|источник|интервью|беседовал[аи]?|записал[аи]?|примечание|автор|дата|"
    r"traduction|traduit par|propos recueillis par|source|crédits?|texte|entretien|"
    r"fotos?|texto|traducción|fuente|entrevista|nota|autor\w*|"
    r"übersetzung|quelle|bild(?:er)?|anmerkung(?: der redaktion)?|redaktion|datum|das (?:interview|gespräch) führten?)$"
)
_OPENING_PARAGRAPHS = 12  # these may say who the people are
_MOST_CHARACTERS = 2_000  # of a paragraph that says who the people are
_MOST_WORDS_IN_SMALL_LETTERS, _LEAST_PHRASES = 2, 3  # a longer name in small letters must come that often
_ANSWER_WITHOUT_MARK = re.compile(r"^A\s+(?=[¿¡“«\"]|[A-Z])")
_LEGEND_ENTRY = r"([A-ZА-ЯЁ]{1,4})\s*[:=–—]\s*([^;:=–—]{2,60}?)(?:[;,.]|$)"
_LEGEND = re.compile(rf"^\W*{_LEGEND_ENTRY}(?:\s*{_LEGEND_ENTRY})+$")
_NAME_WITH_INITIALS = re.compile(rf"({NAME_PATTERN}) \(([A-ZА-ЯЁ]{{2,4}})\)(?!\s*[:：])")


def find_label_candidates(clippings: Sequence[Clipping]) -> dict[int, SpeakerLabel]:
    """Return the possible speaker label of each imported paragraph that begins with one, by its number."""
    candidates = {
        i: label
        for i, clipping in enumerate(clippings)
        if clipping.kind == "paragraph"
        and not _LEGEND.match(clipping.words)
        and not (i < _OPENING_PARAGRAPHS and read_people_line(clipping.words))
        and (label := _read_voice_label(clipping) or parse_label(clipping.words, clipping.bold_lead)) is not None
    }
    candidates |= _find_labels_in_headings(clippings)
    candidates |= _find_names_on_lines(clippings)
    candidates |= _find_answers_without_mark(clippings, candidates)
    counts = Counter(normalize_name(label.name) for label in candidates.values())
    has_capitals = any(label.is_certain and looks_like_name(label.name) for label in candidates.values())
    return {
        i: label
        for i, label in sorted(candidates.items())
        if can_be_speaker(label, counts[normalize_name(label.name)])
        and not (_is_small_phrase(label) and (has_capitals or counts[normalize_name(label.name)] < _LEAST_PHRASES))
    }


def _is_small_phrase(label: SpeakerLabel) -> bool:
    """Return whether a label is a name of several words in small letters: often it is a part of a sentence."""
    return len(label.name.split()) > _MOST_WORDS_IN_SMALL_LETTERS and is_uncapitalized_name(label.name)


def _find_labels_in_headings(clippings: Sequence[Clipping]) -> dict[int, SpeakerLabel]:
    """Return the speaker labels with which imported headings begin: “Q: …”, or a name with a colon that repeats."""
    in_headings = {
        i: label
        for i, clipping in enumerate(clippings)
        if clipping.kind == "heading"
        and (label := parse_label(clipping.words, clipping.bold_lead)) is not None
        and label.is_certain
        and clipping.words[label.length :].strip()
    }
    counts = Counter(normalize_name(label.name) for label in in_headings.values())
    return {i: label for i, label in in_headings.items() if counts[normalize_name(label.name)] >= 2}


def find_introduced_initials(clippings: Sequence[Clipping]) -> dict[str, str]:
    """Return the names that an import's opening gives for initials, by the normalized initials.

    Examples: "by The Night Desk (ND)" and "ND: The Night Desk; OR: On Record".
    """
    opening = [
        c.words
        for c in clippings[:_OPENING_PARAGRAPHS]
        if len(c.words) < _MOST_CHARACTERS and len(c.words.split()) < 120
    ]
    entries = [entry for words in opening if _LEGEND.match(words) for entry in re.findall(_LEGEND_ENTRY, words)]
    from_legends = [(name.strip(" ."), initials) for initials, name in entries if not is_role_label(name)]
    from_text = [match for words in opening for match in _NAME_WITH_INITIALS.findall(words)]
    return {normalize_name(initials): name for name, initials in [*from_text, *from_legends]}


def can_be_speaker(label: SpeakerLabel, count: int = 1) -> bool:
    """Return whether the label may name a speaker; "Redaktion:" once is a credit, several times it is one who asks."""
    if is_break_label(label.name):
        return False
    return not _NOT_A_SPEAKER.match(label.name.strip(" .*")) or (is_role_label(label.name) and count >= 2)


def _read_voice_label(clipping: Clipping) -> SpeakerLabel | None:
    """Return the label of the speaker whom an imported file itself names for a clipping, or None."""
    return SpeakerLabel(f"{clipping.speaker}:", clipping.speaker, 0) if clipping.speaker else None


def _find_names_on_lines(clippings: Sequence[Clipping]) -> dict[int, SpeakerLabel]:
    """Return names without a colon on lines of their own as speaker labels, if two of them take turns."""
    lines = {
        i: words
        for i, clipping in enumerate(clippings)
        if clipping.kind in ("paragraph", "heading")
        and len(clipping.words) <= 40
        and len(clipping.words.split()) <= 4
        and re.fullmatch(r"[^\W\d_][\w .’'-]*\w", words := clipping.words.strip().rstrip(":： "))
        and looks_like_name(words)
        and i + 1 < len(clippings)
    }
    counts = Counter(map(normalize_name, lines.values()))
    repeated = {name for name, count in counts.items() if count >= 2}
    positions = [i for i, words in lines.items() if normalize_name(words) in repeated]
    has_words_between = all(after - before > 1 for before, after in itertools.pairwise(positions))
    if len(repeated) < 2 or len(positions) < 4 or not has_words_between:
        return {}
    return {i: SpeakerLabel(lines[i], lines[i], len(clippings[i].words)) for i in positions}


def _find_answers_without_mark(
    clippings: Sequence[Clipping], candidates: Mapping[int, SpeakerLabel]
) -> dict[int, SpeakerLabel]:
    """Return labels of answers like "A  It is." if "Q  Is it?" occurs three times; elsewhere A is a word."""
    if sum(label.label == "Q" for label in candidates.values()) < 3:
        return {}
    return {
        i: SpeakerLabel("A", "A", match.end(), is_certain=False)
        for i, clipping in enumerate(clippings)
        if i not in candidates and (match := _ANSWER_WITHOUT_MARK.match(clipping.words))
    }
