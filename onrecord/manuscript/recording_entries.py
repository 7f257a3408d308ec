"""Read `recording:` of an interview: the files or addresses of its sound or video."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path

from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.scalar_values import parse_time
from onrecord.manuscript.shared_keys import URL_PATTERN
from onrecord.manuscript.yaml_config import Comments, SettingsSection
from onrecord.model import Interview, SourceLocation, TextLine
from onrecord.model.problems import Correction, Problem
from onrecord.model.recording import MOST_BYTES, SUFFIXES, MediaType, Recording, find_media_type, find_recording_at
from onrecord.model.rule import Rule, Severity
from onrecord.runtime.folders import open_file
from onrecord.runtime.project import Project

_HEAD_BYTES = 12
_LONGEST_CODE = 200  # bytes
_OTHER = r"#\s\"<>\\^`{|}%\[\]"  # stands in no address (RFC 3986)
_URL = re.compile(rf"https?://[^/?@{_OTHER}]+(?:[/?](?:%[0-9A-Fa-f]{{2}}|[^{_OTHER}])*)?")
_PLAIN_NAME = re.compile(r"[\w./-]+")  # needs no quotation marks between braces
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")
_SIGNATURES = {
    MediaType.MP3: re.compile(rb"ID3|\xff[\xe0-\xff]", re.DOTALL),
    MediaType.M4A: re.compile(rb".{4}ftyp", re.DOTALL),
    MediaType.MP4: re.compile(rb".{4}ftyp", re.DOTALL),
    MediaType.OGG: re.compile(rb"OggS"),
    MediaType.WAV: re.compile(rb"(?:RIFF|RF64|RIFX).{4}WAVE", re.DOTALL),
    MediaType.FLAC: re.compile(rb"fLaC|ID3"),
    MediaType.WEBA: re.compile(rb"\x1a\x45\xdf\xa3"),
    MediaType.WEBM: re.compile(rb"\x1a\x45\xdf\xa3"),
}


def read_recordings(section: SettingsSection, folder: Path, problems: Problems) -> tuple[Recording, ...]:
    """Return the recordings in the order of the file; report those that are missing, changed or out of order."""
    reader = _RecordingReader(Project(folder), problems)
    entries = section.read_entries("recording", comments=Comments.SPACED)
    recordings = [recording for entry in entries if (recording := reader.read(entry))]
    for earlier, later in itertools.pairwise(recordings):
        end = earlier.offset + max(earlier.duration, 1)
        if later.offset < end:
            sentence = f"this recording begins at {format_time(later.offset)}, before the one above it ends"
            hint = f'write what the time marks say where it begins: offset: "{format_time(end)}"'
            problems.add(later.location.line, Rule.RECORDINGS_ARE_IN_ORDER, sentence, hint)
    return tuple(recordings)


def is_address_of_recording(address: str) -> bool:
    """Return whether `recording:` may be this web address alone: it is complete, and its end says what is played."""
    return address.isprintable() and _URL.fullmatch(address) is not None and find_media_type(address) is not None


def format_time(seconds: int) -> str:
    """Return a time in a recording as it is written in a manuscript: 00:12:41."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def times_are_in_the_recording(interview: Interview) -> Iterator[Problem]:
    """Yield each turn whose time is before the first recording, or after the end of the one that is playing."""
    for turn in interview.turns if interview.recordings else ():
        if (seconds := turn.remarks.seconds) is None:
            continue
        recording = find_recording_at(interview.recordings, seconds)
        if recording is None:
            first = interview.recordings[0].offset
            boundary = f"the recording begins at {format_time(first)}"
        elif recording.duration and seconds >= recording.offset + recording.duration:
            boundary = f"the recording ends at {format_time(recording.offset + recording.duration)}"
        else:
            continue
        sentence = f"{turn.address} has the time {format_time(seconds)}, and {boundary}"
        hint = "correct t= of the turn, or offset and duration of the recording"
        yield Problem(turn.location, Rule.TIMES_ARE_IN_THE_RECORDING, sentence, hint)


@dataclass(frozen=True, slots=True)
class _RecordingReader:
    """Reads the entries of one interview."""

    project: Project
    problems: Problems

    def read(self, entry: TextLine | SettingsSection) -> Recording | None:
        """Return the recording of an entry, which may be its file or address alone; None if it has neither."""
        if isinstance(entry, TextLine):
            place = entry.location
            is_address = re.match(r"https?://", entry.text) is not None
            file, url = (None, entry) if is_address else (entry, None)
            return self._build(entry, place, file, url)
        file, url = (entry.read_words(key, comments=Comments.SPACED) for key in ("file", "url"))
        digest = entry.read_words("sha256", comments=Comments.ALLOWED)
        kind = entry.read_choice("type", MediaType)
        if kind is None and entry.has_key("type"):
            kind = MediaType.MP3  # it is reported
        offset, duration = self._read_time(entry, "offset"), self._read_time(entry, "duration")
        has_code = entry.read_flag("qr", default=False)
        entry.refuse_unknown_keys()
        place = SourceLocation(self.problems.file, entry.line)
        recording = self._build(entry, place, file, url, digest, kind)
        if has_code:
            self._check_code(entry.find_line("qr"), url)
        return replace(recording, offset=offset, duration=duration, has_code=has_code) if recording else None

    def _build(
        self,
        entry: TextLine | SettingsSection,
        place: SourceLocation,
        file: TextLine | None,
        url: TextLine | None,
        digest: TextLine | None = None,
        kind: MediaType | None = None,
    ) -> Recording | None:
        """Return the recording; report what is wrong with it."""
        if file is None and url is None:
            hint = "add: file: recordings/name.mp3, or: url: https://example.org/name.mp3"
            self.problems.add(place.line, Rule.RECORDING_IS_NAMED, "this recording has neither file nor url", hint)
            return None
        address = url or file
        assert address is not None
        kind = kind or (find_media_type(file.text) if file else None) or find_media_type(address.text)
        if kind is None:
            self._report_unknown_type(address, is_file=url is None)
            return None
        if url and not _URL.fullmatch(url.text):
            self._report_address(url)
        if digest and not _DIGEST.fullmatch(digest.text):
            sentence, hint = f"“{digest.text}” is no SHA-256", "write its 64 digits, or take sha256 away and call `fix`"
            self.problems.add(digest.location.line, Rule.RECORDING_IS_UNCHANGED, sentence, hint)
        elif file:
            self._check_file(file, url, digest, kind, is_alone=isinstance(entry, TextLine))
        sha256 = digest.text.lower() if digest else ""
        return Recording(kind, place, file.text if file else "", url.text if url else "", sha256)

    def _check_code(self, line: int, url: TextLine | None) -> None:
        """Report a code without an address, or with one that makes it too fine to be read from paper."""
        if url is None:
            hint = "add the address of the recording: url: https://…, or take qr away"
            self.problems.add(line, Rule.QR_CODES_HAVE_AN_ADDRESS, "this QR code would lead nowhere", hint)
        elif len(url.text.encode()) > _LONGEST_CODE:
            sentence = f"this address has more than {_LONGEST_CODE} bytes, too many for a QR code on paper"
            self.problems.add(line, Rule.QR_CODES_HAVE_AN_ADDRESS, sentence, "write a shorter address, or take qr away")

    def _read_time(self, entry: SettingsSection, key: str) -> int:
        """Return the seconds of a time, 0 if there is none."""
        words = entry.read_words(key, comments=Comments.ALLOWED)
        try:
            return parse_time(words.text) if words else 0
        except ValueError:
            sentence = f"“{words}” is not a time in the recording"
            hint = f'write hours, minutes and seconds: {key}: "00:12:41"'
            self.problems.add(entry.find_line(key), Rule.TIMES_ARE_WHOLE, sentence, hint)
            return 0

    def _report_unknown_type(self, address: TextLine, *, is_file: bool) -> None:
        """Report a recording whose name does not say what it is."""
        known = ", ".join(SUFFIXES)
        sentence = f"the name “{address.text}” does not say that this is a recording which browsers play"
        hint = f"convert it to MP3 (a name ends in {known})" if is_file else "add its media type: type: audio/mpeg"
        self.problems.add(address.location.line, Rule.RECORDINGS_ARE_PLAYABLE, sentence, hint)

    def _report_address(self, url: TextLine) -> None:
        """Report an address that is none, or has something that a time mark cannot follow."""
        hint = "write it with https://, as a browser shows it"
        if re.match(URL_PATTERN, url.text):
            hint = "take away what is after the #: time marks stand there" if "#" in url.text else hint
            hint = "take away the name and the password before the @" if "@" in url.text else hint
        sentence = f"“{url.text}” is not an address at which a recording can be played"
        self.problems.add(url.location.line, Rule.URL_IS_COMPLETE, sentence, hint)

    # the file

    def _check_file(
        self, file: TextLine, url: TextLine | None, digest: TextLine | None, kind: MediaType, *, is_alone: bool
    ) -> None:
        """Report a file that is not in the book, is not what its name says, is too large, or has another digest."""
        path, line = self.project.find(file.text), file.location.line
        if path is None or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|/|\\", file.text):
            sentence = f"the recording {file.text} is not inside the book's folder"
            hint = f"copy it to recordings/ and write: file: recordings/{Path(file.text).name}"
            self.problems.add(line, Rule.RECORDINGS_ARE_IN_THE_BOOK, sentence, hint)
            return
        if not path.is_file():
            severity = Severity.WARNING if url else Severity.ERROR
            sentence = f"there is no file {file.text}{', so its sha256 is not compared' if url else ''}"
            hint = "put the recording there, or correct the name"
            self.problems.add(line, Rule.RECORDINGS_EXIST, sentence, hint, severity)
            return
        if path.stat().st_size > MOST_BYTES and not url:
            size = f"{MOST_BYTES // 1_000_000} MB"
            sentence = f"{file.text} has more than {size}, which the web edition would copy"
            hint = "publish it elsewhere and add its address: url: https://…, or save a smaller copy"
            self.problems.add(line, Rule.RECORDINGS_ARE_SMALL, sentence, hint)
            return
        with open(path, "rb", opener=open_file) as recording:
            head = recording.read(_HEAD_BYTES)
            recording.seek(0)
            actual = file_digest(recording, "sha256").hexdigest()
        if not _SIGNATURES[kind].match(head):
            sentence = f"{file.text} does not begin as a file of the type {kind} does"
            hint = "put the recording itself there" if head.startswith(b"version http") else "convert it to MP3"
            self.problems.add(line, Rule.RECORDINGS_ARE_PLAYABLE, sentence, hint)
        elif digest is None:
            self._report_no_digest(file, actual, is_alone=is_alone)
        elif digest.text.lower() != actual:
            sentence = f"{file.text} is not the file that was recorded"
            hint = f"if the change is meant, write: sha256: {actual}"
            self.problems.add(digest.location.line, Rule.RECORDING_IS_UNCHANGED, sentence, hint)

    def _report_no_digest(self, file: TextLine, actual: str, *, is_alone: bool) -> None:
        """Report a file without a digest, with the line to type."""
        number = file.location.line
        lines = _add_digest(self.problems.lines[:number], file.text, actual, is_alone=is_alone)
        correction = Correction(number, number, lines) if lines else None
        section = f"recording: {{file: {file.text}, sha256: {actual}}}"
        hint = f"write: {section}" if is_alone else f"add: sha256: {actual}"
        self.problems.add(
            number,
            Rule.RECORDING_IS_UNCHANGED,
            f"{file.text} has no sha256, so nobody could tell if it is changed",
            hint,
            correction=correction,
        )


def _add_digest(lines: Sequence[str], file: str, digest: str, *, is_alone: bool) -> tuple[str, ...]:
    """Return the last of the lines, that of a file, with its digest; () where it cannot be told how to write it."""
    line, before = lines[-1] if lines else "", "".join(lines[:-1])
    before = before[before.rfind("recording:") :]
    if before.count("{") != before.count("}"):  # braces over several lines
        return ()
    if is_alone:
        match = re.fullmatch(rf"( *recording: +|[ -]*- +){re.escape(file)}( *(?: #.*)?)", line)
        is_plain = match and _PLAIN_NAME.fullmatch(file)
        return (f"{match[1]}{{file: {file}, sha256: {digest}}}{match[2]}",) if match and is_plain else ()
    if match := re.fullmatch(r"(.*\{.*\bfile: .*?)( *\}\]?,? *(?: #.*)?)", line):
        is_single = match[1].count("{") == 1 and match[1].count("file:") == 1
        return (f"{match[1]}, sha256: {digest}{match[2]}",) if is_single else ()
    if "{" not in line and (match := re.match(r"([ -]*)file: ", line)):
        return line, f"{' ' * len(match[1])}sha256: {digest}"
    return ()
