"""Read XML transcripts with times: TTML, Apple Podcasts, YouTube, TEI, Podlove, and OHMS (`ohms`).

A file is recognized by its root element. TTML: W3C Timed Text Markup Language 2, §8 (content), §12.3 (times), §14.1
(agents). TEI P5, chapter 8 (transcriptions of speech). Seen in files: Apple Podcasts, OHMS, Podlove.
"""

from __future__ import annotations

import codecs
import contextlib
import html
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn

import lxml.etree
from lxml.etree import _Element

from onrecord.importers.common import decoding
from onrecord.importers.common.draft import Clipping, SourceText
from onrecord.importers.common.plain_markdown import split_into_tokens
from onrecord.importers.readers import captions
from onrecord.importers.readers.caption_cues import Cue, CueLine, SourceNote
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule

# The declaration, comments and the document type before the root element; possessive, so that it takes linear time.
_XML_START = re.compile(
    r"(?:\s++|<\?xml[^>]*+>|(?><!--.*?-->)|<!DOCTYPE[^>\[]*+(?>\[.*?\]\s*)?>)*+<(?:[\w.-]+:)?([\w.-]+)", re.DOTALL
)
_DECLARATION = re.compile(rb"(\s*<\?xml\b[^>]{0,200}?)\s+encoding\s*=\s*[\"']([A-Za-z][\w.:-]{0,40})[\"']")
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_MOST_S = 1_000 * 3600  # no recording is longer
_CLOCK = re.compile(r"(?:(?:(\d{1,6}):)?(\d{1,6}):)?(\d{1,9}(?:[.,]\d{1,9})?)")
_FRAMES = re.compile(r"(?<=:\d\d:\d\d):\d{1,4}(?:\.\d{1,4})?$")
_OFFSET = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|f|t)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
# In TEI, what is heard or done besides words; a note is of the editor.
_BESIDE_WORDS = {
    "desc": "a sound or an event",
    "note": "a note of the transcript",
    "head": "a heading",
    "stage": "a sound or an event",
}
_NO_WORDS = frozenset(("metadata", "teiHeader", "fw", "figDesc", "speaker"))
_WITHOUT_BLANKS = re.compile(
    r"</?(?:[\w.-]+:)?(?:span|s|hi|emph|seg|anchor|unclear|del|add|supplied|foreign|b|i|u|font)\b[^>]*>"
)
_WORD_SPAN = re.compile(r"<(?:[\w.-]+:)?span\b[^>]*:unit=\"(?:word|sentence)\"[^>]*>")
_HINT = (
    "read are the XML files of OHMS, TTML (DFXP), Apple Podcasts, YouTube (srv3), TEI and Podlove; "
    "or export the transcript as .vtt, .srt or .docx"
)


def find_root_name(data: bytes) -> str:
    """Return the local name of the root element; "" if the bytes are no XML."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    head = data[:20_000].decode(encoding, "replace").removeprefix("\ufeff")
    match = _XML_START.match(head) if "<" in head[:200] else None
    return match[1] if match else ""


@dataclass
class TimedText:
    """What an XML file says: cues, words besides them, settings, headings with times."""

    cues: list[Cue] = field(default_factory=list)
    others: list[SourceNote] = field(default_factory=list)
    settings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    fields: list[tuple[str, str]] = field(default_factory=list)  # title or rights, with its words
    spoken: str = ""  # the words of the cues, collected by other means
    notes: tuple[Problem, ...] = ()  # warnings about the letters of the file


def read_timed_xml(data: bytes, name: str) -> SourceText:
    """Return the turns of a transcript in XML; raise Refused for damaged files and other programs' files."""
    root, notes = parse_xml(data, name)
    read = READERS_BY_ROOT.get(get_local_name(root))
    if read is None:
        refuse_unknown(name)
    text = read(root, name)
    text.notes = notes
    if not text.cues:
        sentence = "this XML has no words that anybody speaks"
        raise decoding.build_refusal(name, Rule.FILE_HAS_WORDS, sentence, _HINT)
    reading = captions.build_reading(text.cues, text.others, (), name, split_into_tokens(text.spoken))
    return add_settings(reading, text)


def refuse_unknown(name: str) -> NoReturn:
    """Raise Refused for an imported XML file of an unknown program."""
    sentence = "no tool that On Record knows writes a transcript in XML like this"
    raise decoding.build_refusal(name, Rule.FORMAT_IS_KNOWN, sentence, _HINT)


def add_settings(reading: SourceText, text: TimedText) -> SourceText:
    """Return the reading with the settings of the XML file, and its title and rights before the turns."""
    fields = [Clipping(0, "", words, kind="setting", reason=why) for why, words in text.fields]
    clippings = (*fields, *reading.clippings)
    tokens = [token for _, words in text.fields for token in split_into_tokens(words)]
    return replace(
        reading,
        clippings=tuple(replace(clipping, index=index) for index, clipping in enumerate(clippings)),
        original_tokens=(*tokens, *reading.original_tokens),
        settings={**reading.settings, **text.settings},
        notes=(*text.notes, *reading.notes),
    )


# --- XML ------------------------------------------------------------------------------------------


def parse_xml(data: bytes, name: str) -> tuple[_Element, tuple[Problem, ...]]:
    """Return the root of an imported XML file, and warnings about its letters.

    Raises Refused if the file is damaged, too deep, or declares entities.
    """
    if b"<!ENTITY" in data or "<!ENTITY".encode("utf-16-le") in data or "<!ENTITY".encode("utf-16-be") in data:
        sentence = "this XML declares entities, which no transcript needs"
        raise decoding.build_refusal(name, Rule.FILE_IS_PLAIN, sentence, "export the transcript again")
    data, notes = _convert_to_utf_8(data.strip(), name)
    parser = lxml.etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return lxml.etree.fromstring(data, parser), notes
    except (lxml.etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        if "depth" in str(error).lower():
            sentence = "this XML is nested more than 256 levels deep"
            raise decoding.build_refusal(name, Rule.NESTING_IS_SHALLOW, sentence, _HINT, line) from error
        sentence = f"this XML is damaged: {str(error).split(', line')[0].strip().lower() or 'it does not end'}"
        hint = "export the transcript again, and do not edit the file by hand"
        raise decoding.build_refusal(name, Rule.FILE_IS_WHOLE, sentence, hint, line) from error


def _convert_to_utf_8(data: bytes, name: str) -> tuple[bytes, tuple[Problem, ...]]:
    """Return an imported XML file in UTF-8, without the encoding that it declares, and warnings where that is a guess.

    The declaration may be wrong: it is weighed against the letters that it gives. ASCII, UTF-8 and UTF-16 are left as
    they are.
    """
    declaration = _DECLARATION.match(data)
    declared = declaration[2].decode().lower() if declaration else ""
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or b"\0" in data[:4_000]:
        return data, ()
    if declared in ("", "utf-8", "utf8") and not data.isascii():
        with contextlib.suppress(UnicodeDecodeError):
            data.decode()
            return data, ()
    if data.isascii() and b"\x1b" not in data:
        return data, ()
    text, notes = decoding.decode_text(data, name, declared if _fits_encoding(data, declared) else "")
    return _DECLARATION.sub(rb"\1", text.encode(), count=1), notes


def _fits_encoding(data: bytes, encoding: str) -> bool:
    """Return whether the bytes are text in an encoding, or the encoding is unknown to Python."""
    try:
        data.decode(encoding)
    except UnicodeError:
        return False
    except (LookupError, ValueError):
        return True
    return True


def get_local_name(element: _Element) -> str:
    """Return the name of an element without its namespace; "" for an entity."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _iterate_named(root: _Element, *names: str) -> Iterator[_Element]:
    """Yield the elements with one of these local names, in document order."""
    return (element for element in root.iter() if get_local_name(element) in names)


def clean_words(text: str) -> str:
    """Return the text in NFC and on one line."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _get_attribute(element: _Element, name: str) -> str:
    """Return the attribute of an XML element with this local name; "" if there is none."""
    return next((str(text) for key, text in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def find_element_words(root: _Element, name: str) -> str:
    """Return the words of the first XML element with this local name, "" if there is none."""
    element = next(_iterate_named(root, name), None)
    return clean_words("".join(str(text) for text in element.itertext())) if element is not None else ""


def _collect_words(element: _Element, others: list[SourceNote]) -> str:
    """Return the words of an element; those of notes, sounds and headings are added to `others`."""
    parts = [element.text or ""]
    for child in element:
        tag = get_local_name(child)
        inner = "" if tag in _NO_WORDS else _collect_words(child, others)
        if tag in _BESIDE_WORDS:
            if clean_words(inner):
                others.append(SourceNote(child.sourceline or 0, _BESIDE_WORDS[tag], clean_words(inner)))
            inner = " "
        elif tag in ("br", "p", "lb", "w", "div") or _get_attribute(child, "unit") in ("word", "sentence"):
            inner = f" {inner} "
        elif tag == "pc":
            parts = ["".join(parts).rstrip()]
        parts += [inner, child.tail or ""]
    return "".join(parts)


def _collect_spoken_words(root: _Element, names: Sequence[str]) -> str:
    """Return the words in XML elements with these names, by taking the tags out."""
    texts = []
    for element in _iterate_named(root, *names):
        if any(get_local_name(outer) in names for outer in element.iterancestors()):
            continue
        xml = lxml.etree.tostring(element, encoding="unicode", with_tail=False)
        for tag in (*_BESIDE_WORDS, *_NO_WORDS):
            xml = re.sub(rf"(?s)<((?:[\w.-]+:)?{tag})\b[^>]*(?:/>|>.*?</\1\s*>)", " ", xml)
        xml = _WITHOUT_BLANKS.sub("", _WORD_SPAN.sub(" ", xml))
        texts.append(html.unescape(re.sub(r"<[^>]*>", " ", xml)))
    return clean_words(" ".join(texts))


def read_time(text: str, name: str, line: int, frame_rate: float = 30.0, tick_rate: float = 1.0) -> float:
    """Return the seconds of an XML transcript's time; NaN for none; raise Refused for an impossible one."""
    text = text.strip()
    if not text:
        return math.nan
    clock, offset = _CLOCK.fullmatch(_FRAMES.sub("", text)), _OFFSET.fullmatch(text)
    seconds = math.nan
    if clock:
        hours, minutes, whole = (float((part or "0").replace(",", ".")) for part in clock.groups())
        seconds = hours * 3600 + minutes * 60 + whole
    elif offset:
        unit = offset[2]
        scale = 1 / frame_rate if unit == "f" else 1 / tick_rate if unit == "t" else _SECONDS[unit]
        seconds = float(offset[1]) * scale
    if not 0 <= seconds < _MOST_S:
        sentence = f"“{text[:40]}” is no time that a recording has"
        raise decoding.build_refusal(name, Rule.FILE_IS_WHOLE, sentence, "export the transcript again", line)
    return seconds


def _read_rate(root: _Element, name: str, otherwise: float) -> float:
    """Return a rate that the XML root gives, as frames or ticks for a second, or `otherwise`."""
    text = _get_attribute(root, name)
    return float(text) if re.fullmatch(r"\d{1,9}(?:\.\d{1,6})?", text) and float(text) else otherwise


# --- TTML and YouTube -----------------------------------------------------------------------------


def _read_ttml(root: _Element, name: str) -> TimedText:
    """Return what a TTML transcript says; its agents are speakers."""
    text = TimedText(spoken=_collect_spoken_words(root, ("body",)))
    names = {
        _get_attribute(agent, "id"): find_element_words(agent, "name")
        for agent in _iterate_named(root, "agent")
        if _get_attribute(agent, "id")
    }
    frame_rate, tick_rate = _read_rate(root, "frameRate", 30.0), _read_rate(root, "tickRate", 1.0)
    for paragraph in _iterate_named(root, "p"):
        words = clean_words(_collect_words(paragraph, text.others))
        begins = [begin for element in paragraph.iter() if (begin := _get_attribute(element, "begin"))]
        line = paragraph.sourceline or 0
        start_s = read_time(begins[0] if begins else "", name, line, frame_rate, tick_rate)
        end_s = read_time(_get_attribute(paragraph, "end"), name, line, frame_rate, tick_rate)
        if words:
            speaker = _find_ttml_speaker(paragraph, names)
            text.cues.append(Cue(start_s, start_s if math.isnan(end_s) else end_s, line, [CueLine(speaker, words)]))
    for why, key in (("title", "title"), ("rights", "copyright")):
        head = next(_iterate_named(root, "head"), None)
        words = find_element_words(head, key) if head is not None else ""
        text.fields += [(why, words)] if words else []
    text.settings = _read_language(root)
    return text


def _find_ttml_speaker(paragraph: _Element, names: dict[str, str]) -> str:
    """Return the speaker of a TTML paragraph, whom it, a part of it, or an element around it names."""
    elements = (paragraph, *paragraph.iterdescendants(), *paragraph.iterancestors())
    agent = next((agent for element in elements if (agent := _get_attribute(element, "agent"))), "")
    return ", ".join(names.get(identity) or identity for identity in agent.split())


def _read_language(root: _Element) -> dict[str, tuple[str, ...]]:
    """Return the setting of the language that the XML root names, or {}."""
    language = str(root.get(_LANGUAGE, ""))[:2].lower()
    return {"language": (language,)} if re.fullmatch(r"[a-z]{2}", language) else {}


def _read_youtube(root: _Element, name: str) -> TimedText:
    """Return what YouTube's srv1, srv2 or srv3 transcript says; words in old files are escaped twice."""
    text = TimedText()
    elements = list(_iterate_named(root, "p", "text"))
    spoken = []
    for element in elements:
        spoken.append(html.unescape("".join(str(part) for part in element.itertext())))
        words = clean_words(html.unescape(_collect_words(element, text.others)))
        line = element.sourceline or 0
        start_s, length_s = (_read_youtube_time(element, keys, name) for keys in (("t", "start"), ("d", "dur")))
        if words:
            end_s = start_s if math.isnan(length_s) else start_s + length_s
            text.cues.append(Cue(start_s, end_s, line, [CueLine("", words)]))
    text.spoken = " ".join(spoken)
    return text


def _read_youtube_time(element: _Element, keys: tuple[str, str], name: str) -> float:
    """Return a time in seconds: the first of the keys gives milliseconds, the second seconds."""
    milliseconds, seconds = (element.get(key, "") for key in keys)
    return read_time(f"{milliseconds}ms" if milliseconds else seconds, name, element.sourceline or 0)


# --- TEI and Podlove ------------------------------------------------------------------------------


def _read_tei(root: _Element, name: str) -> TimedText:
    """Return what a TEI transcript says: utterances with speakers, and times if it has a timeline."""
    text = TimedText(spoken=_collect_spoken_words(root, ("u", "sp")))
    people = list(_iterate_named(root, "person"))
    names = {
        str(person.get(_ID, "")): find_element_words(person, "persName") or find_element_words(person, "name")
        for person in people
    }
    times = _read_timeline(root, name)
    for element in _iterate_named(root, "u", "sp", "head"):
        line = element.sourceline or 0
        if get_local_name(element) == "head":
            if not any(get_local_name(outer) in ("u", "sp", "teiHeader") for outer in element.iterancestors()):
                text.others.append(SourceNote(line, "a heading", clean_words(_collect_words(element, text.others))))
            continue
        if any(get_local_name(outer) in ("u", "sp") for outer in element.iterancestors()):
            continue
        speaker_ids = [identity.removeprefix("#") for identity in element.get("who", "").split()]
        words = clean_words(_collect_words(element, text.others))
        start_s, end_s = (times.get(element.get(key, "").removeprefix("#"), math.nan) for key in ("start", "end"))
        if words:
            printed = find_element_words(element, "speaker").rstrip(":. ")
            speaker = ", ".join(names.get(identity) or printed or identity for identity in speaker_ids) or printed
            text.cues.append(Cue(start_s, start_s if math.isnan(end_s) else end_s, line, [CueLine(speaker, words)]))
    statement = next(_iterate_named(root, "titleStmt"), None)
    title = find_element_words(statement, "title") if statement is not None else ""
    text.fields = [("title", title)] if title else []
    text.settings = _read_language(root) | _read_roles(people)
    return text


def _read_roles(people: Sequence[_Element]) -> dict[str, tuple[str, ...]]:
    """Return the names of those who ask and those who answer, as far as TEI gives their roles."""
    roles: dict[str, tuple[str, ...]] = {}
    for person in people:
        role = {"interviewer": "hosts", "interviewee": "guests"}.get(person.get("role", "").lower())
        if role:
            roles[role] = (*roles.get(role, ()), find_element_words(person, "persName"))
    return roles


def _read_timeline(root: _Element, name: str) -> dict[str, float]:
    """Return the seconds of the points of a timeline, by their ids; intervals count from the point that they name."""
    times: dict[str, float] = {}
    for point in _iterate_named(root, "when"):
        line, identity = point.sourceline or 0, str(point.get(_ID, ""))
        timeline = point.getparent()
        unit = {"ms": 0.001, "min": 60.0}.get(timeline.get("unit", ""), 1.0) if timeline is not None else 1.0
        interval, since = point.get("interval", ""), point.get("since", "").removeprefix("#")
        if interval and interval != "unknown":
            times[identity] = read_time(interval, name, line) * unit + times.get(since, 0.0)
        elif not times and identity:
            times[identity] = 0.0
    return times


def _read_podlove(root: _Element, name: str) -> TimedText:
    """Return what Podlove's XML transcript says: each speech has a speaker and timed pieces."""
    text = TimedText(spoken=_collect_spoken_words(root, ("item",)))
    for speech in _iterate_named(root, "speech"):
        speaker = find_element_words(speech, "speaker")
        for piece in _iterate_named(speech, "item"):
            line = piece.sourceline or 0
            words = clean_words(_collect_words(piece, text.others))
            start_s, end_s = (read_time(piece.get(key, ""), name, line) for key in ("start", "end"))
            if words:
                text.cues.append(Cue(start_s, start_s if math.isnan(end_s) else end_s, line, [CueLine(speaker, words)]))
    return text


READERS_BY_ROOT: dict[str, Callable[[_Element, str], TimedText]] = {
    "tt": _read_ttml,
    "timedtext": _read_youtube,
    "transcript": _read_youtube,
    "TEI": _read_tei,
    "teiCorpus": _read_tei,
    "transcripts": _read_podlove,
}
