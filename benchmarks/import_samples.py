"""Read labelled interviews, and write them as files of each convention that an import must recognize."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

HOSTS = {"Adam Stacoviak", "Nadia Eghbal", "Mikeal Rogers", "Stephan Livera"}
_LABELLED = re.compile(r"^\*\*(?P<name>[^*]+?):\*\* ?(?P<words>.*)$", re.DOTALL)
_WORDS_PER_CUE, _SECONDS_PER_CUE = 9, 3


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of an interview, with what is true of it."""

    asks: bool
    speaker: str
    words: str
    opens_turn: bool


@dataclass(frozen=True)
class LabelledInterview:
    """A labelled interview: what an import of any of its forms should recognize."""

    name: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def half(self) -> str:
        return "unseen" if sha256(self.name.encode()).digest()[0] % 2 else "seen"

    @property
    def title(self) -> str:
        return self.name.replace("-", " ").replace(".", " ").title()

    @property
    def turns(self) -> list[list[Paragraph]]:
        turns: list[list[Paragraph]] = []
        for paragraph in self.paragraphs:
            if paragraph.opens_turn:
                turns.append([])
            turns[-1].append(paragraph)
        return turns


# --- labelled interviews --------------------------------------------------------------------------


def read_interviews(corpus: Path) -> tuple[list[LabelledInterview], list[LabelledInterview]]:
    """Return spoken conversations with names, and written interviews with headings."""
    spoken = [read_bold_names(path) for path in sorted((corpus / "changelog").glob("*-*.md"))]
    spoken += [read_initials(path) for path in (corpus / "bitcointranscripts").glob("*flaxman*.md")]
    spoken += [read_names_above(path) for path in (corpus / "bitcointranscripts").glob("*steve-lee*.md")]
    return spoken, [read_headings(path) for path in sorted((corpus / "usesthis").glob("*.markdown"))]


def remove_markup(markdown: str) -> str:
    """Return the words of a paragraph as pasted text has them, without marks and link targets."""
    text = re.sub(r"\[([^\]]*)\](?:\([^()]*(?:\([^()]*\))?[^()]*\)|\[[^\]]*\])", r"\1", markdown)
    return " ".join(re.sub(r"[*`]|\\(?=[\[\]])", "", text).split())


def read_bold_names(path: Path) -> LabelledInterview:
    """Read `**Name:** …` with paragraphs that continue a turn."""
    paragraphs: list[Paragraph] = []
    for block in split_blocks(path.read_text("utf-8")):
        match = _LABELLED.match(block.strip())
        if match and match["name"] != "Break" and remove_markup(match["words"]):
            name = match["name"]
            paragraphs.append(Paragraph(name in HOSTS, name, remove_markup(match["words"]), True))
        elif not match and paragraphs and remove_markup(block) and not block.startswith(("#", "!")):
            paragraphs.append(continue_turn(paragraphs[-1], block))
    return LabelledInterview(path.stem, tuple(paragraphs))


def read_initials(path: Path) -> LabelledInterview:
    """Read `SL: …` with initials that are introduced once."""
    names = {"SL": "Stephan Livera", "MF": "Michael Flaxman"}
    paragraphs: list[Paragraph] = []
    for block in split_blocks(read_body(path)):
        match = re.match(r"(?:[A-Z]\w+ \w+ \()?(SL|MF)\)?: (.*)", block.strip(), re.DOTALL)
        if match:
            paragraphs.append(Paragraph(match[1] == "SL", names[match[1]], remove_markup(match[2]), True))
        elif paragraphs and remove_markup(block) and not block.startswith(("#", "!", "-", ">")):
            paragraphs.append(continue_turn(paragraphs[-1], block))
    return LabelledInterview(path.stem, tuple(paragraphs))


def read_names_above(path: Path) -> LabelledInterview:
    """Read names with a colon on a line of their own, repeated above each paragraph."""
    paragraphs: list[Paragraph] = []
    name = ""
    for block in split_blocks(read_body(path)):
        label = re.fullmatch(r"([A-Z]\w+ [A-Z]\w+):", block.strip())
        if label:
            name = label[1]
        elif name and remove_markup(block) and not block.startswith(("#", "!", "-", ">")):
            opens_turn = not paragraphs or paragraphs[-1].speaker != name
            paragraphs.append(Paragraph(name in HOSTS, name, remove_markup(block), opens_turn))
    return LabelledInterview(path.stem, tuple(paragraphs))


def read_headings(path: Path) -> LabelledInterview:
    """Read `### question` headings, and answers of several paragraphs."""
    paragraphs: list[Paragraph] = []
    for block in map(str.strip, split_blocks(read_body(path))):
        if block.startswith("### "):
            paragraphs.append(Paragraph(True, "", remove_markup(block[4:]), True))
        elif paragraphs and remove_markup(block) and not block.startswith(("[", "#", "!", "- ", "* ", "1", ">", "<")):
            paragraphs.append(Paragraph(False, "", remove_markup(block), paragraphs[-1].asks))
    return LabelledInterview(path.stem, tuple(paragraphs))


def read_body(path: Path) -> str:
    return path.read_text("utf-8").split("---\n", 2)[2]


def split_blocks(text: str) -> list[str]:
    return re.split(r"\n\s*\n", text)


def continue_turn(before: Paragraph, block: str) -> Paragraph:
    return Paragraph(before.asks, before.speaker, remove_markup(block), False)


def keep_answered_questions(interview: LabelledInterview) -> LabelledInterview:
    """Keep only turns that end with a question mark and their answers: a conversation as an editor cuts it."""
    paragraphs: list[Paragraph] = []
    for turn, following in zip(interview.turns, interview.turns[1:], strict=False):
        is_question = turn[0].asks and turn[-1].words.endswith("?")
        if is_question and not following[0].asks and sum(len(p.words) for p in following) > 80:
            paragraphs += [*turn, *following]
    return LabelledInterview(interview.name, tuple(paragraphs))


# --- plain text and Markdown ----------------------------------------------------------------------


def write_labelled(form: Callable[[Paragraph, int], str]) -> Callable[[LabelledInterview], str]:
    """Return a writer that puts `form(paragraph, number)` before each turn."""

    def write(interview: LabelledInterview) -> str:
        paragraphs = [
            form(paragraph, i) + paragraph.words if paragraph.opens_turn else paragraph.words
            for i, paragraph in enumerate(interview.paragraphs)
        ]
        return f"{interview.name.replace('-', ' ').title()}\n\n" + "\n\n".join(paragraphs) + "\n"

    return write


def write_changing_names(interview: LabelledInterview) -> str:
    """Write full names in the first half, then surnames."""
    half = len(interview.paragraphs) // 2
    return write_labelled(
        lambda paragraph, i: f"{paragraph.speaker if i < half else shorten_speaker(paragraph).split()[-1]}: "
    )(interview)


def shorten_speaker(paragraph: Paragraph) -> str:
    """Return the name without an affiliation."""
    return paragraph.speaker.split(",")[0]


def write_introduced_initials(interview: LabelledInterview) -> str:
    """Write "Jane Doe (JD):" once, then "JD:"."""
    introduced: set[str] = set()
    initials = {
        name: "".join(word[0] for word in name.split()) for name in {shorten_speaker(p) for p in interview.paragraphs}
    }
    # Two people with the same initials are distinguished by their surnames.
    labels = {
        name: letters if list(initials.values()).count(letters) == 1 else name.split()[-1]
        for name, letters in initials.items()
    }

    def form(paragraph: Paragraph, _: int) -> str:
        name = shorten_speaker(paragraph)
        is_first = name not in introduced
        introduced.add(name)
        return f"{name} ({labels[name]}): " if is_first else f"{labels[name]}: "

    return write_labelled(form)(interview)


def write_unlabelled(interview: LabelledInterview) -> str:
    return write_labelled(lambda *_: "")(interview)


def write_wrapped(interview: LabelledInterview) -> str:
    """Write lines of at most 72 characters, as in letters."""
    text = "\n\n".join(
        textwrap.fill(p.words, 72, break_long_words=False, break_on_hyphens=False) for p in interview.paragraphs
    )
    return f"{interview.name.replace('.', ' ').title()}\n\n{text}\n"


def write_line_by_line(interview: LabelledInterview) -> str:
    """Write paragraphs without empty lines between them."""
    return write_unlabelled(interview).replace("\n\n", "\n")


def write_bold_questions(interview: LabelledInterview) -> str:
    text = "\n\n".join(f"**{p.words}**" if p.asks else p.words for p in interview.paragraphs)
    return f"# {interview.name}\n\n{text}\n"


def write_question_headings(interview: LabelledInterview) -> str:
    text = "\n\n".join(f"## {p.words}" if p.asks else p.words for p in interview.paragraphs)
    return f"# {interview.name}\n\n{text}\n"


# --- captions -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cue:
    """A caption: its number from 1, a few words of a paragraph, and whether the turn begins with them."""

    number: int
    paragraph: Paragraph
    opens_turn: bool
    words: str

    def format_times(self, decimal_mark: str = ".") -> str:
        start = _SECONDS_PER_CUE * self.number
        times = (start, start + _SECONDS_PER_CUE)
        return " --> ".join(f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}{decimal_mark}000" for s in times)


def divide_into_cues(interview: LabelledInterview) -> Iterator[Cue]:
    """Yield cues of a few words each."""
    number = 0
    for paragraph in interview.paragraphs:
        words = paragraph.words.split()
        for start in range(0, len(words), _WORDS_PER_CUE):
            number += 1
            text = " ".join(words[start : start + _WORDS_PER_CUE])
            yield Cue(number, paragraph, paragraph.opens_turn and start == 0, text)


def escape_html(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def write_vtt_voices(interview: LabelledInterview) -> str:
    cues = [
        f"{cue.format_times()}\n<v {cue.paragraph.speaker}>{escape_html(cue.words)}</v>\n"
        for cue in divide_into_cues(interview)
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def write_vtt_names(interview: LabelledInterview) -> str:
    cues = [
        f"{cue.format_times()}\n"
        f"{f'{cue.paragraph.speaker.upper()}: ' if cue.opens_turn else ''}{escape_html(cue.words)}\n"
        for cue in divide_into_cues(interview)
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def write_vtt_rolling(interview: LabelledInterview) -> str:
    """Write captions that repeat the line before."""
    cues, line_before = [], ""
    for cue in divide_into_cues(interview):
        line = f"{f'{cue.paragraph.speaker}: ' if cue.opens_turn else ''}{escape_html(cue.words)}\n"
        cues.append(f"{cue.format_times()}\n{line_before}{line}")
        line_before = line
    return "WEBVTT\n\n" + "\n".join(cues)


def write_srt_names(interview: LabelledInterview) -> str:
    return "\n".join(
        f"{cue.number}\n{cue.format_times(',')}\n{f'{cue.paragraph.speaker}: ' if cue.opens_turn else ''}{cue.words}\n"
        for cue in divide_into_cues(interview)
    )


# --- pages ----------------------------------------------------------------------------------------

_PAGE = """<!DOCTYPE html><html lang="en-US"><head><title>{title} - The Desk</title></head>
<body class="single-post has-sidebar"><div id="page" class="site">\
<a class="skip-link" href="#content">Skip to content</a>
<header id="masthead" class="site-header"><div class="site-branding">\
<p class="site-title"><a href="/">The Desk</a></p></div>
<nav><ul><li><a href="/">Home</a></li><li><a href="/about">About us</a></li>\
<li><a href="/all">All interviews</a></li></ul></nav></header>
<div id="content" class="site-content"><div id="primary"><main><article class="post tag-press category-talk">
<header class="entry-header"><h1 class="entry-title">{title}</h1>\
<div class="entry-meta"><time datetime="2026-03-12">March 12, 2026</time></div></header>
<div class="sharedaddy"><h3>Share this:</h3>\
<ul><li><a href="#">Twitter</a></li><li><a href="#">Facebook</a></li></ul></div>
<div class="entry-content">{text}</div>
<footer class="entry-footer">Posted in <a href="/talk">Talk</a>, <a href="/press">Press</a></footer></article>
<div id="comments" class="comments-area"><h2>Two thoughts</h2>\
<ol class="comment-list"><li><article class="comment-body">
<div class="comment-content">\
<p>What a long text! Did anybody read all of it? I did, twice, and found no fault in it at all.</p>\
</div></article></li></ol></div>
</main></div><aside id="secondary" class="widget-area">\
<section class="widget"><h2>Recent interviews</h2><ul><li><a href="/x">Who reads?</a></li></ul></section></aside></div>
<footer class="site-footer"><p>© The Desk. Who are we? <a href="/about">Read more</a></p></footer>\
</div></body></html>"""


def write_page(form: Callable[[Paragraph], str]) -> Callable[[LabelledInterview], str]:
    """Return a writer of a weblog page, with menus, comments and footer around the interview."""

    def write(interview: LabelledInterview) -> str:
        text = "\n".join(form(paragraph) for paragraph in interview.paragraphs)
        return _PAGE.format(title=interview.title, text=text)

    return write


def format_bold_question(paragraph: Paragraph) -> str:
    words = escape_html(paragraph.words)
    return f"<p><strong>{words}</strong></p>" if paragraph.asks else f"<p>{words}</p>"


def format_bold_name(paragraph: Paragraph) -> str:
    label = f"<b>{escape_html(paragraph.speaker)}:</b> " if paragraph.opens_turn else ""
    return f"<p>{label}{escape_html(paragraph.words)}</p>"


# --- conventions ----------------------------------------------------------------------------------


def format_time_label(paragraph: Paragraph, i: int) -> str:
    return f"{shorten_speaker(paragraph)} (00:{i // 60:02d}:{i % 60:02d}): "


CONVENTIONS: dict[str, tuple[str, bool, Callable[[LabelledInterview], str]]] = {
    # convention: suffix, whether the interviews have names of speakers, the writer of the file
    "**Name:** (Markdown)": (".md", True, write_labelled(lambda p, _: f"**{p.speaker}:** ")),
    "**Name**: (Markdown)": (".md", True, write_labelled(lambda p, _: f"**{p.speaker}**: ")),
    "Name: (text)": (".txt", True, write_labelled(lambda p, _: f"{p.speaker}: ")),
    "NAME: (text)": (".txt", True, write_labelled(lambda p, _: f"{p.speaker.upper()}: ")),
    "NAME — (text)": (".txt", True, write_labelled(lambda p, _: f"{p.speaker.upper()} — ")),
    "name above (text)": (".txt", True, write_labelled(lambda p, _: f"{p.speaker}:\n\n")),
    "initials introduced (text)": (".txt", True, write_introduced_initials),
    "form changes (text)": (".txt", True, write_changing_names),
    "time in the label (text)": (".txt", True, write_labelled(format_time_label)),
    "Q: A: (text)": (".txt", True, write_labelled(lambda p, _: "Q: " if p.asks else "A: ")),
    "VTT voices": (".vtt", True, write_vtt_voices),
    "VTT NAME:": (".vtt", True, write_vtt_names),
    "VTT rolling": (".vtt", True, write_vtt_rolling),
    "SRT Name:": (".srt", True, write_srt_names),
    "bold questions (Markdown)": (".md", False, write_bold_questions),
    "headings (Markdown)": (".md", False, write_question_headings),
    "bold questions (page)": (".html", False, write_page(format_bold_question)),
    "Name: in bold (page)": (".html", True, write_page(format_bold_name)),
    "no labels, written (page)": (".html", False, write_page(lambda p: f"<p>{escape_html(p.words)}</p>")),
    "no labels, written (text)": (".txt", False, write_unlabelled),
    "no labels, wrapped (text)": (".txt", False, write_wrapped),
    "no labels, line by line (text)": (".txt", False, write_line_by_line),
    "no labels, cut by an editor (text)": (".txt", True, write_unlabelled),
    "no labels, spoken (text)": (".txt", True, write_unlabelled),
}


def keeps_speakers(convention: str) -> bool:
    """Return whether the files name the speakers; Q and A name nobody."""
    return CONVENTIONS[convention][1] and not convention.startswith(("Q:", "no labels"))
