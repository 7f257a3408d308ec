"""Test the import of transcripts in XML: TTML, Apple Podcasts, YouTube, TEI, Podlove and OHMS."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from onrecord.importers import import_file
from onrecord.importers.readers.ohms import read_ohms
from tests.importers.test_import_file import create_book, import_draft, import_source, join_kinds
from tests.importers.test_recordings import NAMES, TALK, TEXTS, TIMES, check_talk, split_talk


def format_clock(seconds: float) -> str:
    return f"{int(seconds) // 3600:02}:{int(seconds) // 60 % 60:02}:{seconds % 60:06.3f}"


def write_apple(agents: str = "") -> str:
    """Words and sentences are elements without blanks between them."""
    paragraphs = []
    for who, start, text in TALK:
        words = "".join(f'<span podcasts:unit="word" begin="{start}">{word}</span>' for word in text.split())
        sentence = f'<span podcasts:unit="sentence" begin="{start}">{words}</span>'
        paragraphs.append(
            f'<p begin="{format_clock(start)[3:]}" end="1:59:59.0" ttm:agent="SPEAKER_{who}">{sentence}</p>'
        )
    paragraphs[3] = paragraphs[3].replace(f'begin="{format_clock(TALK[3][1])[3:]}"', 'begin="1:02:05.750"')
    return (
        '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:podcasts="http://podcasts.apple.com/transcript-ttml-internal" '
        'xmlns:ttm="http://www.w3.org/ns/ttml#metadata" xml:lang="en-US"><head><metadata>'
        f"{agents}</metadata></head><body><div>{''.join(paragraphs)}</div></body></tt>"
    )


AGENTS = "".join(
    f'<ttm:agent type="person" xml:id="SPEAKER_{n}"><ttm:name type="full">{name}</ttm:name></ttm:agent>'
    for n, name in enumerate(NAMES)
)


def write_dfxp(time_form: str) -> str:
    """The older namespace, with a prefix, breaks inside sentences and labels in the words."""
    rows = []
    for who, start, text in TALK:
        begin = {
            "clock": format_clock(start),
            "frames": f"{format_clock(start)[:8]}:12",
            "ticks": f"{int(start * 10_000_000)}t",
            "seconds": f"{start}s",
            "milliseconds": f"{int(start * 1000)}ms",
        }[time_form]
        half = len(text.split()) // 2
        words = f"{' '.join(text.split()[:half])}<tt:br/>{' '.join(text.split()[half:])}"
        rows.append(f'<tt:p xml:id="c{start}" begin="{begin}">\n<tt:span>{NAMES[who]}: {words}</tt:span></tt:p>')
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<tt:tt xmlns:tt="http://www.w3.org/2006/10/ttaf1" '
        'xmlns:ttp="http://www.w3.org/2006/10/ttaf1#parameter" ttp:tickRate="10000000" ttp:frameRate="25">'
        f"<tt:body><tt:div>{''.join(rows)}</tt:div></tt:body></tt:tt>"
    )


def write_tei(form: str) -> str:
    people = "".join(
        f'<person xml:id="p{n}" role="{"interviewer" if n == 0 else "interviewee"}"><persName>'
        f"<forename>{name.split()[0]}</forename> <surname>{name.split()[1]}</surname></persName></person>"
        for n, name in enumerate(NAMES)
    )
    points = "".join(f'<when xml:id="T{n}" interval="{start}" since="#T"/>' for n, (_, start, _) in enumerate(TALK))
    utterances = ""
    for n, (who, _, text) in enumerate(TALK):
        words = escape(text)
        if form == "words":
            tokens = (
                words.replace("?", " <pc>?</pc>").replace(".", " <pc>.</pc>").replace(",", " <pc>,</pc>").split(" ")
            )
            words = "\n".join(token if token.startswith("<pc>") else f"<w>{token}</w>" for token in tokens)
        utterances += f'<u who="#p{who}" start="#T{n}">{words}{"<vocal><desc>laughs</desc></vocal>" * (n == 1)}</u>\n'
    return (
        '<?xml version="1.0"?><!-- one --><!-- two -->\n<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc>'
        "<titleStmt><title>The Harbour Light</title></titleStmt></fileDesc><profileDesc><particDesc><listPerson>"
        f"{people}</listPerson></particDesc></profileDesc></teiHeader><text xml:lang='en'><body>"
        f'<timeline unit="s"><when xml:id="T"/>{points}</timeline><div><head>Of the night</head>{utterances}</div>'
        "</body></text></TEI>"
    )


def write_tei_speeches() -> str:
    """As in a play: each speech prints its speaker, and holds paragraphs."""
    speeches = "".join(
        f"<sp><speaker>{NAMES[who]}:</speaker><stage>laughs</stage><p>{words}</p></sp>" for who, _, words in TALK
    )
    return f'<?xml version="1.0"?><TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>{speeches}</body></text></TEI>'


def write_podlove() -> str:
    speeches = ""
    for n, (who, start, end, words) in enumerate(split_talk()):
        item = f'<pst:item start="{format_clock(start)}" end="{format_clock(end)}">{words}</pst:item>'
        speeches += f"<pst:speech><pst:speaker>{NAMES[who]}</pst:speaker>{item}</pst:speech>{'<!-- n -->' * (n == 0)}"
    name = "pst:transcripts"
    return f'<?xml version="1.0"?><{name} xmlns:pst="http://podlove.org/simple-transcripts">{speeches}</{name}>'


TIME_FORMS = ("clock", "frames", "ticks", "seconds", "milliseconds")
NAMED: dict[str, Callable[[], str]] = {
    "Apple with agents": partial(write_apple, AGENTS),
    **{f"DFXP, {form}": partial(write_dfxp, form) for form in TIME_FORMS},
    "TEI": partial(write_tei, "text"),
    "TEI, words": partial(write_tei, "words"),
    "Podlove": write_podlove,
}


@pytest.mark.parametrize("tool", NAMED)
def test_each_turn_has_its_speaker_and_time(tmp_path: Path, tool: str) -> None:
    draft, result, problems = import_source(tmp_path, "talk.xml", NAMED[tool]())
    check_talk(draft, NAMES)
    assert [f"t={time}" in result for time in TIMES] == [True] * 4
    assert problems == ()


def test_speeches_of_tei_name_their_speakers(tmp_path: Path) -> None:
    draft = import_draft(tmp_path, "talk.xml", write_tei_speeches())
    check_talk(draft, NAMES)
    assert [clipping.words for clipping in draft.asides] == ["laughs"] * 4


@pytest.mark.parametrize("name", ["talk.txt", "talk.html", "talk", "talk.dfxp"])
def test_a_file_is_recognized_by_its_root(tmp_path: Path, name: str) -> None:
    check_talk(import_draft(tmp_path, name, write_apple(AGENTS)), NAMES)


def test_agents_without_names_are_numbered(tmp_path: Path) -> None:
    draft, _, problems = import_source(tmp_path, "talk.ttml", write_apple())
    check_talk(draft, ("SPEAKER_0", "SPEAKER_1"))
    assert [problem.rule for problem in problems] == ["people-have-names"]


def test_tei_gives_title_and_sets_sounds_aside(tmp_path: Path) -> None:
    draft = import_draft(tmp_path, "talk.xml", write_tei("text"))
    assert draft.title == "The Harbour Light"
    assert [(c.reason, c.words) for c in draft.asides] == [
        ("a heading", "Of the night"),
        ("a sound or an event", "laughs"),
    ]


def write_srv3() -> str:
    """Each word is an element that brings the blank before it; a line end is a paragraph of its own."""
    rows = ""
    for _, start, _, text in split_talk():
        words = "".join(f"<s>{' ' * (n > 0)}{word}</s>" for n, word in enumerate(text.split()))
        time = f't="{int(start * 1000)}"'
        rows += f'<p {time} d="2000" w="1">{words}</p><p {time} a="1">\n</p>'
    return f'<?xml version="1.0"?><timedtext format="3"><head><pen id="1"/></head><body>{rows}</body></timedtext>'


def write_srv1() -> str:
    """Apostrophes and the like are escaped twice."""
    rows = "".join(
        f'<text start="{start}" dur="2.0">{escape(escape(words)).replace(",", "&amp;#44;")}</text>'
        for _, start, _, words in split_talk()
    )
    return f'<?xml version="1.0" encoding="utf-8" ?><transcript>{rows}</transcript>'


@pytest.mark.parametrize("write", [write_srv3, write_srv1])
def test_youtube_names_nobody(tmp_path: Path, write: Callable[[], str]) -> None:
    draft, result, problems = import_source(tmp_path, "talk.srv3", write())
    clippings = (*draft.introduction, *(clipping for turn in draft.turns for clipping in turn.clippings))
    assert " ".join(clipping.words for clipping in clippings) == " ".join(TEXTS)
    assert not draft.people
    assert [problem.rule for problem in problems] == ["speakers-are-named"]
    assert "t=01:02:05" in result


# --- OHMS -----------------------------------------------------------------------------------------

INDEX = (
    "<index><point><time>0</time><title>Counting</title><synopsis>The keeper says what is counted.</synopsis></point>"
    "<point><time>60</time><title>Why ships are counted &amp; written down</title>"
    "<keywords>ships;owners</keywords></point></index>"
)


def write_ohms(transcript: str, index: str = INDEX, media_url: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ROOT xmlns="https://www.weareavp.com/nunncenter/ohms"><record id="1">'
        '<version>6.0</version><date value="2024-03-05" format="yyyy-mm-dd"/><title>The Harbour Light</title>'
        "<repository>The Harbour Archive</repository><interviewee>Shaw, Ben</interviewee>"
        f"<interviewer>Nora Field</interviewer><media_url>{escape(media_url)}</media_url>{index}{transcript}"
        "<rights>Free for study.</rights><usage>Name the archive.</usage>"
        "</record></ROOT>"
    )


def write_ohms_6() -> str:
    cues = "\n\n".join(
        f"{format_clock(start)} --> 00:00:00.000\n<v {NAMES[who].split()[1].upper()}>  {text}"
        for who, start, text in TALK
    )
    vtt = f"WEBVTT\n\nNOTE\nTRANSCRIPTION BEGIN\n\n{cues}\n\nNOTE\nTRANSCRIPTION END\n"
    return write_ohms(f"<vtt_transcript><![CDATA[{vtt}]]></vtt_transcript>")


def write_ohms_5() -> str:
    """Lines are wrapped; the first line of the third turn begins a minute, and one inside the fourth."""
    lines: list[str] = []
    for who, _, text in TALK:
        words = f"{NAMES[who].split()[1].upper()}: {text}".split()
        lines += [*(" ".join(words[i : i + 6]) for i in range(0, len(words), 6)), ""]
    lines[0] += "[[footnote]]1[[/footnote]]"
    notes = "[[footnotes]]\n[[note]]Of the second\nlight.[[/note]]\n[[/footnotes]]"
    third = next(number for number, line in enumerate(lines, 1) if "And why" in line)
    sync = f"1:|{third}(1)|{third + 4}(3)"
    return write_ohms(f"<sync>{sync}</sync><transcript>{escape(chr(10).join(lines))}\n{notes}</transcript>")


@pytest.mark.parametrize(("version", "times"), [(6, TIMES), (5, ["", "", "00:01:00", ""])])
def test_ohms_gives_names_date_rights_and_sections(tmp_path: Path, version: int, times: list[str]) -> None:
    draft, result, problems = import_source(tmp_path, "talk.xml", write_ohms_6() if version == 6 else write_ohms_5())
    turns = [turn for turn in draft.turns if turn.kind != "heading"]
    assert join_kinds(draft) == "HQAHQA"
    assert [" ".join(c.words for c in turn.clippings) for turn in turns] == TEXTS
    assert [turn.time for turn in turns] == times
    assert [(person.name, person.role.value) for person in draft.people] == [
        ("Ben Shaw", "interviewee"),
        ("Nora Field", "interviewer"),
    ]
    assert (draft.title, draft.date, draft.rights) == ("The Harbour Light", "2024-03-05", "Free for study.")
    assert "## Why ships are counted & written down" in result
    asides = {clipping.reason: clipping.words for clipping in draft.asides}
    assert asides["said about the file: repository"] == "The Harbour Archive"
    assert asides["the index: keywords"] == "ships;owners"
    assert asides.get("a footnote", "Of the second light.") == "Of the second light."
    assert problems == ()


@pytest.mark.parametrize(
    ("sync", "times", "set_aside"),
    [
        ("5:|1(1)|4(1)|7(1)", ["00:05:00", "00:10:00", "00:15:00"], []),
        ("5:|2(3)|5(1)", ["", "", ""], [(2, "00:05:00"), (5, "00:10:00")]),
        ("1:|3(0)|6(0)", ["", "00:01:00", "00:02:00"], []),  # in empty lines
        ("1:|4(1)|4(5)|99(1)", ["", "00:01:00", ""], [(4, "00:02:00"), (99, "00:03:00")]),
        ("1:|4(1)|x9|7(1)|", ["", "00:01:00", "00:03:00"], [(0, "x9")]),
        ("no marks", ["", "", ""], [(0, "no marks")]),
        ("1:", ["", "", ""], []),
        ("", ["", "", ""], []),
    ],
)
def test_no_mark_of_a_minute_is_lost(sync: str, times: list[str], set_aside: list[tuple[int, str]]) -> None:
    lines = "SHAW: We count\nships.\n\nFIELD: And\nwhy?\n\nSHAW: To know."
    record = write_ohms(f"<sync>{sync}</sync><transcript>{lines}</transcript>", index="")
    reading = read_ohms(record.encode(), "talk.xml")
    assert [clipping.time for clipping in reading.clippings if clipping.kind == "paragraph"] == times
    notes = [c for c in reading.clippings if c.kind == "aside" and not c.reason.startswith("said about the file")]
    assert [(clipping.line, clipping.words) for clipping in notes] == set_aside


@pytest.mark.parametrize(
    ("address", "is_recording"),
    [
        ("https://example.org/harbour.mp3", True),
        ("http://example.org/talks/Harbour%20Light.MP4?part=1&size=2", True),
        ("https://example.org/player/17", False),
        ("https://example.org/harbour.mp3#t=10", False),
        ("https://name:word@example.org/harbour.mp3", False),
        ("https://example.org/harbour light.mp3", False),
        ("ftp://example.org/harbour.mp3", False),
        ("harbour.mp3", False),
    ],
)
def test_ohms_gives_its_recording_or_sets_the_address_aside(tmp_path: Path, address: str, is_recording: bool) -> None:
    transcript = "<transcript>SHAW: We count ships.\n\nFIELD: Why?\n\nSHAW: To know.</transcript>"
    draft, result, _ = import_source(tmp_path, "talk.xml", write_ohms(transcript, media_url=address))
    assert (f'\nrecording: "{address}"\n' in result) == is_recording
    asides = {clipping.reason: clipping.words for clipping in draft.asides}
    assert asides.get("said about the file: media_url") == (None if is_recording else address)


# --- what is refused ------------------------------------------------------------------------------

TTML = '<tt xmlns="http://www.w3.org/ns/ttml"><body><p begin="{}">Why?</p></body></tt>'
DAMAGED = {
    "cut": ("<tt><body><p begin='1s'>Why?", "this XML is damaged: "),
    "entities": (
        '<!DOCTYPE tt [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><tt><body><p>&b;</p></body></tt>',
        "declares entities",
    ),
    "deep": (f"<tt><body>{'<div>' * 5_000}{'</div>' * 5_000}</body></tt>", "nested more than 256 levels deep"),
    "huge time": (TTML.format("9" * 40), "is no time that a recording has"),
    "no time": (TTML.format("NaN"), "“NaN” is no time that a recording has"),
    "negative": (TTML.format("-4s"), "“-4s” is no time that a recording has"),
    "no words": ("<tt><body><p begin='1s'> </p></body></tt>", "this XML has no words that anybody speaks"),
    "other": ("<?xml version='1.0'?><rss><channel><title>Talk</title></channel></rss>", "no tool that On Record knows"),
    "index only": (write_ohms(""), "this OHMS record has no transcript, only an index"),
    "ROOT": ("<ROOT><row/></ROOT>", "no tool that On Record knows"),
    "comments": (f"<?xml version='1.0'?>{'<!-- a -->' * 1_500}<!-- b", "this XML is damaged: "),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_refused_with_one_sentence(tmp_path: Path, damage: str) -> None:
    text, sentence = DAMAGED[damage]
    source = create_book(tmp_path) / "talk.xml"
    source.write_text(text)
    _, problems = import_file.import_files([source], tmp_path, accept=False)
    assert [sentence in problem.sentence for problem in problems] == [True], problems
