"""Set aside what transcription tools add to a transcript: banners, summaries, invitations, "transcribed by".

Each tool has rules of its own, so that the report can name it. A rule fits whole paragraphs only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from onrecord.importers.common.draft import Clipping, SourceText

_OPENING = 12  # paragraphs in which a tool introduces itself
_AUDIO_FILE = r"[^\n]{1,120}\.(?:mp3|m4a|wav|mp4|mov|webm|ogg|aac|flac|wma|mkv|avi)"


@dataclass(frozen=True, slots=True)
class _Lines:
    """Paragraphs that a tool adds; `pattern` fits a whole paragraph."""

    tool: str
    pattern: re.Pattern[str]


def _build_line_rule(tool: str, *patterns: str) -> _Lines:
    """Return the rule of a transcription tool for lines that fit one of the patterns, in any case."""
    return _Lines(tool, re.compile(rf"[\s(\[*_“\"]*(?:{'|'.join(patterns)})[\s)\]*_”\".!]*", re.IGNORECASE))


_LINES = (
    _build_line_rule("Otter", r"transcribed by (?:https?://)?otter\.ai/?", r"transcribed (?:by|with) otter(?:\.ai)?"),
    _build_line_rule(
        "Microsoft Teams",
        r".{1,60} (?:started|stopped) (?:transcription|recording)",
        r".{1,60} (?:hat die (?:transkription|aufzeichnung) (?:gestartet|beendet))",
        r".{1,60} a (?:démarré|arrêté) (?:la transcription|l[’']enregistrement)",
    ),
    _build_line_rule(
        "Google Meet",
        r"transcription ended after [\d:]+",
        r"(?:meeting|transcript) ended after [\d:]+.{0,40}",
        r"this editable transcript was computer generated and might contain errors\. people can also change the text "
        r"after it was created",
        r"you should review gemini[’']s notes.{0,200}",
        r"how is the quality of these specific notes\?.{0,200}",
        r"(?:please )?provide feedback about using gemini.{0,200}",
    ),
    _build_line_rule(
        "noScribe",
        r"transcribed with noscribe.{0,300}",
        r"\d{1,4} (?:seconds?|minutes?) pause",
        rf"audio file: .{{0,20}}{_AUDIO_FILE}",
    ),
    _build_line_rule(
        "Rev",
        r"this transcript was exported on .{1,80} view latest version here",
        r"(?:transcript|transcribed) by (?:https?://)?(?:www\.)?rev(?:\.com)?",
        r"(?:https?://)?(?:www\.)?rev\.com/?",
    ),
    _build_line_rule(
        "Sonix",
        r"automatically convert your audio files to text with sonix.{0,200}",
        r"sonix is the (?:world[’']s most advanced|best online).{0,300}",
        r"sonix has many features.{0,300}",
        r"(?:transcribed|transcript generated|created) (?:by|with) sonix(?:\.ai)?",
    ),
    _build_line_rule(
        "Trint", r"(?:transcribed|transcript generated|created) (?:by|with) (?:https?://)?trint(?:\.com)?"
    ),
    _build_line_rule(
        "Happy Scribe",
        r"(?:transcribed|transcript(?:ion)? generated|subtitles) (?:by|with) (?:https?://)?(?:www\.)?happy ?scribe"
        r"(?:\.com?)?",
    ),
    _build_line_rule("TurboScribe", r"transcribed by turboscribe(?:\.ai)?\.?(?: go unlimited to remove this message)?"),
    _build_line_rule(
        "Descript", r"(?:this )?(?:transcript|file) (?:was |is )?(?:generated|created) (?:by|with) descript(?:\.com)?"
    ),
    _build_line_rule(
        "Fathom", r"view recording\b.{0,120}", r"(?:action item|screen sharing): .{1,300}https?://fathom\.video/\S+"
    ),
    _build_line_rule(
        "tl;dv", r"(?:recorded|transcribed|recorded and transcribed|made) (?:by|with) (?:https?://)?tl;?dv(?:\.io)?"
    ),
    _build_line_rule(
        "Fireflies",
        r"(?:transcribed|powered|meeting notes|transcript powered) by (?:https?://)?fireflies(?:\.ai)?.{0,40}",
    ),
    _build_line_rule("Riverside", r"(?:transcript|transcribed|recorded|created) (?:by|with) riverside(?:\.fm)?"),
    _build_line_rule("Amara", r"subtitles (?:created )?by the amara\.org community"),
    _build_line_rule(
        "a transcription tool",
        r"(?:automatically |auto-)?(?:transcribed|transcript (?:generated|created)|generated|captioned) (?:by|with) "
        r"(?:https?://|www\.)\S+",
        r"(?:transcribed|transcript generated|generated) (?:by|with) (?:macwhisper|whisper(?:x|\.cpp)?|notta(?:\.ai)?|"
        r"amberscript(?:\.com)?|temi(?:\.com)?|assemblyai|deepgram|buzzsprout|podscribe|castmagic|gladia)",
    ),
)
_MAIL_ADDRESS = re.compile(r"[<(]?[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,190}[>),;]*")
_INVITATION = re.compile(
    r"(?:invited|attendees|participants|eingeladen|teilnehmer|invités|invitados)\b[^.!?]{0,40}", re.IGNORECASE
)
_NOTES_START = re.compile(r"📝\s?\w+")
_NOTES_END = re.compile(r"📖\s?\w+")
_MEET_TITLE = re.compile(
    r"(?P<title>.{2,150}?)(?P<added>\s[-–—]\s(?:Transcript|Transkript|Transcription|Transcripción))"
)
_TEAMS_TITLE = re.compile(r"(?P<title>.{2,150}?)(?P<added>-\d{8}_\d{6}(?:UTC)?-.{3,40})")
_AUDIO_TITLE = re.compile(
    r"(?P<title>.{2,150}?)(?P<added>\.(?:mp3|m4a|wav|mp4|mov|webm|ogg|aac|flac|wma|mkv|avi))", re.IGNORECASE
)
_AUDIO_HEAD = re.compile(
    r"Audio file|Audiodatei|Fichier audio|Archivo de audio|File audio|Audiobestand|Arquivo de áudio", re.IGNORECASE
)
_TRANSCRIPT_HEAD = re.compile(
    r"Transcript|Transkript|Transcription|Transcripción|Trascrizione|Transcriptie|Transcrição", re.IGNORECASE
)
_OTTER_HEAD = re.compile(r"SUMMARY KEYWORDS|SPEAKERS")
_MEET_HEAD = re.compile(r"Attendees|Teilnehmer|Participants|Asistentes")


def set_vendor_texts_aside(reading: SourceText) -> SourceText:
    """Return an imported transcript without what transcription tools add, set aside with the tool's name."""
    clippings = [_set_line_aside(clipping) for clipping in reading.clippings]
    if not reading.is_spoken:
        for set_aside in (_set_gemini_notes_aside, _set_word_head_aside, _set_otter_head_aside, _set_meet_head_aside):
            clippings = set_aside(clippings)
        if "title" not in reading.settings:
            clippings = [*_cut_titles(clippings)]
    titles = tuple(c.words for c in clippings if c.kind == "setting" and c.reason == "title")
    settings = {**reading.settings, "title": titles} if titles else reading.settings
    return replace(
        reading, settings=settings, clippings=tuple(replace(clipping, index=i) for i, clipping in enumerate(clippings))
    )


def _set_line_aside(clipping: Clipping) -> Clipping:
    """Return the clipping, set aside if it is a line that a transcription tool adds."""
    if clipping.kind not in ("paragraph", "heading", "quote") or (clipping.speaker and clipping.label):
        return clipping
    tool = next((rule.tool for rule in _LINES if rule.pattern.fullmatch(clipping.words)), "")
    if tool:
        return _put_aside(clipping, f"added by {tool}")
    if not clipping.speaker and _are_mail_addresses(clipping.words):
        return _put_aside(clipping, "e-mail addresses")
    return clipping


def _are_mail_addresses(words: str) -> bool:
    """Return whether a paragraph is a list of e-mail addresses, or of people who are invited by them."""
    parts = words.split()
    addresses = sum(bool(_MAIL_ADDRESS.fullmatch(part)) for part in parts)
    return addresses > 0 and (addresses == len(parts) or bool(_INVITATION.match(words)))


def _put_aside(clipping: Clipping, reason: str) -> Clipping:
    """Return the clipping set aside for a reason; one set aside before keeps its reason."""
    if clipping.kind in ("aside", "setting"):
        return clipping
    return replace(clipping, kind="aside", reason=reason, text="")


def _find_clipping(
    clippings: Sequence[Clipping], fits: Callable[[Clipping], bool], start: int = 0, end: int | None = None
) -> int:
    """Return the number of the first clipping that fits, or -1."""
    return next((i for i, clipping in enumerate(clippings[start:end], start) if fits(clipping)), -1)


# --- Google Meet ----------------------------------------------------------------------------------


def _set_gemini_notes_aside(clippings: list[Clipping]) -> list[Clipping]:
    """Return the clippings with the notes and heads set aside that Gemini writes before a Google Meet transcript."""
    first = _find_clipping(clippings, lambda clipping: bool(_NOTES_START.match(clipping.words)), end=_OPENING)
    last = _find_clipping(clippings, lambda clipping: bool(_NOTES_END.match(clipping.words)))
    if last < 0 or first > last:
        return clippings
    reason = "the notes of Gemini (Google Meet)"
    inside = range(max(0, first), last + 1) if first >= 0 else range(last, last + 1)
    return [_put_aside(clipping, reason) if i in inside else clipping for i, clipping in enumerate(clippings)]


def _set_meet_head_aside(clippings: list[Clipping]) -> list[Clipping]:
    """Return the clippings with the attendees of a Google Meet transcript and its head set aside."""
    attendees = _find_clipping(
        clippings, lambda clipping: bool(_MEET_HEAD.fullmatch(clipping.words.strip())), end=_OPENING
    )
    head = _find_clipping(clippings, lambda clipping: _is_transcript_head(clipping), max(0, attendees), _OPENING)
    if attendees < 0 or head < 0 or head - attendees > 4:
        return clippings
    reason = "added by Google Meet"
    return [_put_aside(c, reason) if attendees <= i <= head else c for i, c in enumerate(clippings)]


# --- other tools ----------------------------------------------------------------------------------


def _is_transcript_head(clipping: Clipping) -> bool:
    """Return whether a clipping is the head of a transcript, and nothing more."""
    return bool(_TRANSCRIPT_HEAD.fullmatch(clipping.words.strip().strip("*:")))


def _set_word_head_aside(clippings: list[Clipping]) -> list[Clipping]:
    """Return the clippings with the three lines set aside that Word writes above a transcript."""
    start = _find_clipping(
        clippings, lambda clipping: bool(_AUDIO_HEAD.fullmatch(clipping.words.strip())), end=_OPENING
    )
    end = _find_clipping(clippings, _is_transcript_head, start, start + 4) if start >= 0 else -1
    if end < 0:
        return clippings
    return [_put_aside(c, "added by Word") if start <= i <= end else c for i, c in enumerate(clippings)]


def _set_otter_head_aside(clippings: list[Clipping]) -> list[Clipping]:
    """Return the clippings with the keywords and speakers set aside that Otter writes above a transcript."""
    heads = [i for i, c in enumerate(clippings[:_OPENING]) if _OTTER_HEAD.fullmatch(c.words.strip())]
    added = {*heads, *(i + 1 for i in heads)}
    return [_put_aside(c, "added by Otter") if i in added else c for i, c in enumerate(clippings)]


def _cut_titles(clippings: Sequence[Clipping]) -> Iterator[Clipping]:
    """Yield the clippings; of a title that is the name of a file or a recording, the added part is set aside."""
    first = _find_clipping(clippings, lambda clipping: clipping.kind in ("paragraph", "heading"))
    first_two = [
        first,
        _find_clipping(clippings, lambda clipping: clipping.kind in ("paragraph", "heading"), first + 1),
    ]
    for i, clipping in enumerate(clippings):
        match = (
            next(filter(None, (p.fullmatch(clipping.words) for p in _TITLE_PATTERNS)), None) if i in first_two else None
        )
        if match is None:
            yield clipping
            continue
        title = match["title"].strip()
        yield Clipping(0, "", title, clipping.line, kind="setting", reason="title")
        yield Clipping(0, "", match["added"].strip(), clipping.line, kind="aside", reason="the rest of a file's name")


_TITLE_PATTERNS = (_MEET_TITLE, _TEAMS_TITLE, _AUDIO_TITLE)
