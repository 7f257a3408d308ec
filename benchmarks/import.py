#!/usr/bin/env python3
"""How well an import tells questions, answers and speakers, habit by habit, against labelled interviews.

    python benchmarks/import.py [--corpus ../shared/corpus] [--only HABIT] [--half seen|unseen] [--wrong]

Each labelled interview of the corpus is the truth; its labels are then stripped or changed the way a paste
does, the result is imported, and every paragraph is compared with the truth.

Half of the interviews, chosen by the hash of their names, is *unseen*: only its totals are ever printed, so that
nobody makes a rule for one of its sentences. `--wrong` shows errors of the seen half alone.

The columns: paragraphs told rightly to be question or answer, precision and recall of questions, paragraphs with
the right speaker, turns that begin where they should, errors that were marked doubtful, doubts in all, right
paragraphs that were marked doubtful too (false alarms), seconds.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from onrecord.importers import import_file  # noqa: E402
from onrecord.importers.common.draft import Draft  # noqa: E402

HOSTS = {"Adam Stacoviak", "Nadia Eghbal", "Mikeal Rogers", "Stephan Livera"}
_SPOKEN = re.compile(r"^\*\*(?P<name>[^*]+?):\*\* ?(?P<words>.*)$", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Said:
    """A paragraph of the truth."""

    asks: bool
    speaker: str
    words: str
    opens: bool


@dataclass(frozen=True)
class Truth:
    name: str
    paragraphs: tuple[Said, ...]

    @property
    def half(self) -> str:
        return "unseen" if sha256(self.name.encode()).digest()[0] % 2 else "seen"

    @property
    def turns(self) -> list[list[Said]]:
        found: list[list[Said]] = []
        for said in self.paragraphs:
            if said.opens:
                found.append([])
            found[-1].append(said)
        return found


# --- truth ----------------------------------------------------------------------------------------


def plain(markdown: str) -> str:
    """What a paste has of a paragraph: no marks, no targets of links."""
    text = re.sub(r"\[([^\]]*)\](?:\([^()]*(?:\([^()]*\))?[^()]*\)|\[[^\]]*\])", r"\1", markdown)
    return " ".join(re.sub(r"[*`]|\\(?=[\[\]])", "", text).split())


def conversation(path: Path) -> Truth:
    """`**Name:** …` with paragraphs that go on."""
    found: list[Said] = []
    for block in re.split(r"\n\s*\n", path.read_text("utf-8")):
        spoken = _SPOKEN.match(block.strip())
        if spoken and spoken["name"] != "Break" and plain(spoken["words"]):
            found.append(Said(spoken["name"] in HOSTS, spoken["name"], plain(spoken["words"]), True))
        elif not spoken and found and plain(block) and not block.startswith(("#", "!")):
            found.append(Said(found[-1].asks, found[-1].speaker, plain(block), False))
    return Truth(path.stem, tuple(found))


def initialed(path: Path) -> Truth:
    """`SL: …` with initials that are introduced once."""
    names = {"SL": "Stephan Livera", "MF": "Michael Flaxman"}
    found: list[Said] = []
    body = path.read_text("utf-8").split("---\n", 2)[2]
    for block in re.split(r"\n\s*\n", body):
        spoken = re.match(r"(?:[A-Z]\w+ \w+ \()?(SL|MF)\)?: (.*)", block.strip(), re.DOTALL)
        if spoken:
            found.append(Said(spoken[1] == "SL", names[spoken[1]], plain(spoken[2]), True))
        elif found and plain(block) and not block.startswith(("#", "!", "-", ">")):
            found.append(Said(found[-1].asks, found[-1].speaker, plain(block), False))
    return Truth(path.stem, tuple(found))


def named_above(path: Path) -> Truth:
    """The name and a colon on a line of their own above the words, above each paragraph once more."""
    found: list[Said] = []
    name = ""
    for block in re.split(r"\n\s*\n", path.read_text("utf-8").split("---\n", 2)[2]):
        label = re.fullmatch(r"([A-Z]\w+ [A-Z]\w+):", block.strip())
        if label:
            name = label[1]
        elif name and plain(block) and not block.startswith(("#", "!", "-", ">")):
            found.append(Said(name in HOSTS, name, plain(block), not found or found[-1].speaker != name))
    return Truth(path.stem, tuple(found))


def headed(path: Path) -> Truth:
    """`### question` headings."""
    found: list[Said] = []
    body = path.read_text("utf-8").split("---\n", 2)[2]
    opens = True
    for block in re.split(r"\n\s*\n", body):
        block = block.strip()
        if block.startswith("### "):
            found.append(Said(True, "", plain(block[4:]), True))
            opens = True
        elif found and plain(block) and not block.startswith(("[", "#", "!", "- ", "* ", "1", ">", "<")):
            found.append(Said(False, "", plain(block), opens))
            opens = False
    return Truth(path.stem, tuple(found))


def truths(corpus: Path) -> tuple[list[Truth], list[Truth]]:
    """Spoken conversations with names, and written interviews with headings."""
    spoken = [conversation(path) for path in sorted((corpus / "changelog").glob("*-*.md"))]
    spoken += [initialed(path) for path in (corpus / "bitcointranscripts").glob("*flaxman*.md")]
    spoken += [named_above(path) for path in (corpus / "bitcointranscripts").glob("*steve-lee*.md")]
    return spoken, [headed(path) for path in sorted((corpus / "usesthis").glob("*.markdown"))]


# --- habits ---------------------------------------------------------------------------------------


def labelled(form: Callable[[Said, int], str]) -> Callable[[Truth], str]:
    def make(truth: Truth) -> str:
        out = []
        for i, said in enumerate(truth.paragraphs):
            out.append(form(said, i) + said.words if said.opens else said.words)
        return f"{truth.name.replace('-', ' ').title()}\n\n" + "\n\n".join(out) + "\n"

    return make


def changing(truth: Truth) -> str:
    """Full names, then surnames from the middle on."""
    half = len(truth.paragraphs) // 2
    return labelled(lambda s, i: f"{s.speaker if i < half else s.speaker.split(',')[0].split()[-1]}: ")(truth)


def introduced(truth: Truth) -> str:
    """ "Jane Doe (JD):" once, "JD:" from then on."""
    seen: set[str] = set()
    names = {said.speaker.split(",")[0] for said in truth.paragraphs}
    letters = {name: "".join(word[0] for word in name.split()) for name in names}
    # Two people with the same initials are told apart by their surnames.
    short = {name: one if list(letters.values()).count(one) == 1 else name.split()[-1] for name, one in letters.items()}

    def form(said: Said, _: int) -> str:
        name = said.speaker.split(",")[0]
        first = name not in seen
        seen.add(name)
        return f"{name} ({short[name]}): " if first else f"{short[name]}: "

    return labelled(form)(truth)


def cues(truth: Truth, *, size: int = 9) -> Iterator[tuple[int, Said, bool, str]]:
    """Number, paragraph, whether its turn begins here, and up to `size` words."""
    number = 0
    for said in truth.paragraphs:
        words = said.words.split()
        for at in range(0, len(words), size):
            number += 1
            yield number, said, said.opens and at == 0, " ".join(words[at : at + size])


def clock(seconds: int, mark: str = ".") -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{mark}000"


def vtt_voices(truth: Truth) -> str:
    parts = [
        f"{clock(3 * n)} --> {clock(3 * n + 3)}\n<v {s.speaker}>{escaped(words)}</v>\n"
        for n, s, _, words in cues(truth)
    ]
    return "WEBVTT\n\n" + "\n".join(parts)


def escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def vtt_names(truth: Truth) -> str:
    parts = [
        f"{clock(3 * n)} --> {clock(3 * n + 3)}\n{f'{s.speaker.upper()}: ' if first else ''}{escaped(words)}\n"
        for n, s, first, words in cues(truth)
    ]
    return "WEBVTT\n\n" + "\n".join(parts)


def vtt_rolling(truth: Truth) -> str:
    parts, before = [], ""
    for n, said, first, words in cues(truth):
        line = f"{f'{said.speaker}: ' if first else ''}{escaped(words)}"
        parts.append(f"{clock(3 * n)} --> {clock(3 * n + 3)}\n{before}{line}\n")
        before = line + "\n"
    return "WEBVTT\n\n" + "\n".join(parts)


def srt_names(truth: Truth) -> str:
    return "\n".join(
        f"{n}\n{clock(3 * n, ',')} --> {clock(3 * n + 3, ',')}\n{f'{s.speaker}: ' if first else ''}{words}\n"
        for n, s, first, words in cues(truth)
    )


def bare(truth: Truth) -> str:
    return labelled(lambda *_: "")(truth)


def bold(truth: Truth) -> str:
    text = "\n\n".join(f"**{s.words}**" if s.asks else s.words for s in truth.paragraphs)
    return f"# {truth.name}\n\n{text}\n"


def headings(truth: Truth) -> str:
    text = "\n\n".join(f"## {s.words}" if s.asks else s.words for s in truth.paragraphs)
    return f"# {truth.name}\n\n{text}\n"


def asked(truth: Truth) -> Truth:
    """Only the pairs in which a turn that ends with a question mark is answered: a conversation as an editor cuts it."""
    kept: list[Said] = []
    for turn, after in zip(truth.turns, truth.turns[1:], strict=False):
        if (
            turn[0].asks
            and not after[0].asks
            and turn[-1].words.endswith("?")
            and sum(len(s.words) for s in after) > 80
        ):
            kept += [*turn, *after]
    return Truth(truth.name, tuple(kept))


def wrapped(truth: Truth) -> str:
    """Lines of at most 72 characters, as letters have them."""
    import textwrap

    text = "\n\n".join(
        textwrap.fill(s.words, 72, break_long_words=False, break_on_hyphens=False) for s in truth.paragraphs
    )
    return f"{truth.name.replace('.', ' ').title()}\n\n{text}\n"


def lines(truth: Truth) -> str:
    """No empty lines between paragraphs."""
    return bare(truth).replace("\n\n", "\n")


_PAGE = """<!DOCTYPE html><html lang="en-US"><head><title>{title} - The Desk</title></head>
<body class="single-post has-sidebar"><div id="page" class="site"><a class="skip-link" href="#content">Skip to content</a>
<header id="masthead" class="site-header"><div class="site-branding"><p class="site-title"><a href="/">The Desk</a></p></div>
<nav><ul><li><a href="/">Home</a></li><li><a href="/about">About us</a></li><li><a href="/all">All interviews</a></li></ul></nav></header>
<div id="content" class="site-content"><div id="primary"><main><article class="post tag-press category-talk">
<header class="entry-header"><h1 class="entry-title">{title}</h1><div class="entry-meta"><time datetime="2026-03-12">March 12, 2026</time></div></header>
<div class="sharedaddy"><h3>Share this:</h3><ul><li><a href="#">Twitter</a></li><li><a href="#">Facebook</a></li></ul></div>
<div class="entry-content">{text}</div>
<footer class="entry-footer">Posted in <a href="/talk">Talk</a>, <a href="/press">Press</a></footer></article>
<div id="comments" class="comments-area"><h2>Two thoughts</h2><ol class="comment-list"><li><article class="comment-body">
<div class="comment-content"><p>What a long text! Did anybody read all of it? I did, twice, and found no fault in it at all.</p></div></article></li></ol></div>
</main></div><aside id="secondary" class="widget-area"><section class="widget"><h2>Recent interviews</h2><ul><li><a href="/x">Who reads?</a></li></ul></section></aside></div>
<footer class="site-footer"><p>© The Desk. Who are we? <a href="/about">Read more</a></p></footer></div></body></html>"""


def page(form: Callable[[Said], str]) -> Callable[[Truth], str]:
    """A page as weblogs make them, with everything around the interview."""

    def make(truth: Truth) -> str:
        text = "\n".join(form(said) for said in truth.paragraphs)
        return _PAGE.format(title=truth.name.replace("-", " ").replace(".", " ").title(), text=text)

    return make


HABITS: dict[str, tuple[str, bool, Callable[[Truth], str]]] = {
    # habit: suffix, whether the truth has speakers, how the text is made
    "**Name:** (Markdown)": (".md", True, labelled(lambda s, _: f"**{s.speaker}:** ")),
    "**Name**: (Markdown)": (".md", True, labelled(lambda s, _: f"**{s.speaker}**: ")),
    "Name: (text)": (".txt", True, labelled(lambda s, _: f"{s.speaker}: ")),
    "NAME: (text)": (".txt", True, labelled(lambda s, _: f"{s.speaker.upper()}: ")),
    "NAME — (text)": (".txt", True, labelled(lambda s, _: f"{s.speaker.upper()} — ")),
    "name above (text)": (".txt", True, labelled(lambda s, _: f"{s.speaker}:\n\n")),
    "initials introduced (text)": (".txt", True, introduced),
    "form changes (text)": (".txt", True, changing),
    "time in the label (text)": (
        ".txt",
        True,
        labelled(lambda s, i: f"{s.speaker.split(',')[0]} (00:{i // 60:02d}:{i % 60:02d}): "),
    ),
    "Q: A: (text)": (".txt", True, labelled(lambda s, _: "Q: " if s.asks else "A: ")),
    "VTT voices": (".vtt", True, vtt_voices),
    "VTT NAME:": (".vtt", True, vtt_names),
    "VTT rolling": (".vtt", True, vtt_rolling),
    "SRT Name:": (".srt", True, srt_names),
    "bold questions (Markdown)": (".md", False, bold),
    "headings (Markdown)": (".md", False, headings),
    "bold questions (page)": (
        ".html",
        False,
        page(lambda s: f"<p><strong>{escaped(s.words)}</strong></p>" if s.asks else f"<p>{escaped(s.words)}</p>"),
    ),
    "Name: in bold (page)": (
        ".html",
        True,
        page(lambda s: f"<p>{f'<b>{escaped(s.speaker)}:</b> ' if s.opens else ''}{escaped(s.words)}</p>"),
    ),
    "no labels, written (page)": (".html", False, page(lambda s: f"<p>{escaped(s.words)}</p>")),
    "no labels, written (text)": (".txt", False, bare),
    "no labels, wrapped (text)": (".txt", False, wrapped),
    "no labels, line by line (text)": (".txt", False, lines),
    "no labels, cut by an editor (text)": (".txt", True, bare),
    "no labels, spoken (text)": (".txt", True, bare),
}


# --- scoring --------------------------------------------------------------------------------------


@dataclass
class Score:
    paragraphs: int = 0
    right: int = 0
    speakers: int = 0
    turns: int = 0
    turns_right: int = 0
    asked: int = 0  # questions of the truth
    told: int = 0  # questions of the result
    hit: int = 0
    doubtful_errors: int = 0
    doubts: int = 0
    false_alarms: int = 0
    failed: int = 0


def told(draft: Draft) -> Iterator[tuple[str, str, str, bool, bool]]:
    """Word, kind, speaker, whether its turn begins here, and whether it is doubtful; in the order of the result."""
    names = {label.casefold(): p.name for p in draft.people for label in (p.name, *p.labels)}
    for kind, clipping, ask in draft.told[: len(draft.introduction)]:
        for word in _WORD.findall(clipping.words):
            yield word, kind, "", False, bool(ask)
    for turn in draft.turns:
        speaker = names.get(turn.label.rstrip(":： ").casefold(), turn.label.rstrip(": "))
        fresh = True
        unsure = bool(turn.label) and any(turn.asks)
        for clipping, ask in zip(turn.clippings, turn.asks or ("",) * len(turn.clippings), strict=True):
            for word in _WORD.findall(clipping.words):
                yield word, turn.kind, speaker, fresh, bool(ask) or unsure
                fresh = False


def compare(truth: Truth, draft: Draft, score: Score, wrong: list[str], *, speakers: bool, anonymous: bool) -> None:
    import difflib

    got = list(told(draft))
    spoken = [(word, said, i == 0) for said in truth.paragraphs for i, word in enumerate(_WORD.findall(said.words))]
    a, b = [word for word, _, _ in spoken], [word for word, *_ in got]
    if a == b:
        matched = {i: i for i in range(len(a))}
    else:
        blocks = difflib.SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
        matched = {block.a + i: block.b + i for block in blocks for i in range(block.size)}
    at = 0
    starts = {i for i, (_, _, _, fresh, _) in enumerate(got) if fresh}
    score.doubts += len(draft.doubts)
    for said in truth.paragraphs:
        count = len(_WORD.findall(said.words))
        if not count:
            continue
        places = [matched[i] for i in range(at, at + count) if i in matched]
        kinds = [got[i][1] for i in places]
        # A time that is printed before the first word is in the turn, or set aside as the turn's.
        word = next((i for i in range(at, at + count) if not a[i].isdigit()), at)
        begins = any(matched.get(i) in starts for i in range(at, word + 1))
        at += count
        wanted = "question" if said.asks else "answer"
        kind = max(set(kinds), key=kinds.count) if kinds else "lost"
        score.paragraphs += 1
        score.asked += said.asks
        score.told += kind == "question"
        score.hit += said.asks and kind == "question"
        good = kind == wanted
        score.right += good
        names = [got[i][2] for i in places]
        name = max(set(names), key=names.count).casefold() if names else ""
        same = name in (said.speaker.casefold(), said.speaker.casefold().split(",")[0])
        score.speakers += same
        if said.opens:
            score.turns += 1
            score.turns_right += begins and (good if anonymous or not speakers else same)
        unsure = any(got[i][4] for i in places)
        score.false_alarms += good and unsure
        if not good:
            score.doubtful_errors += unsure
            wrong.append(f"{'  doubtful' if unsure else '! SURE'} {kind} for {wanted}: {said.words[:140]}")


def measured(habit: str, every: Sequence[Truth]) -> tuple[Score, list[str], list[str], float]:
    """The score of a habit, what was told wrong, what was refused, and the seconds it took."""
    suffix, _, make = HABITS[habit]
    score, wrong = Score(), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        sources = []
        for truth in every:
            source = Path(folder) / "in" / f"{truth.name}{suffix}"
            source.parent.mkdir(exist_ok=True)
            source.write_text(make(truth), "utf-8")
            sources.append(source)
        since = time.monotonic()
        done, problems = import_file.import_files(sources, Path(folder) / "out", accept=False)
        spent = time.monotonic() - since
    drafts = {one.source.name.removesuffix(suffix): one.draft for one in done}
    score.failed = len(every) - len(done)
    for truth in every:
        draft = drafts.get(truth.name)
        if draft is not None:
            mine: list[str] = []
            compare(truth, draft, score, mine, speakers=has_speakers(habit), anonymous=not has_speakers(habit))
            wrong += [f"{truth.name}: {line}" for line in mine if truth.half == "seen"]
    return score, wrong, [str(problem) for problem in problems if problem.severity == "error"], spent


def has_speakers(habit: str) -> bool:
    """Whether the habit keeps names; Q and A name nobody."""
    return HABITS[habit][1] and not habit.startswith(("Q:", "no labels"))


def run(habit: str, every: Sequence[Truth], show: bool) -> None:
    score, wrong, refused, spent = measured(habit, every)
    errors = score.paragraphs - score.right
    precision = score.hit / score.told if score.told else 0
    recall = score.hit / score.asked if score.asked else 0
    speakers = f"{score.speakers / max(1, score.paragraphs):8.2%}" if has_speakers(habit) else "       –"
    marked = f"{score.doubtful_errors}/{errors}" if errors else "–"
    print(
        f"{habit:32} {score.right / max(1, score.paragraphs):8.2%} {precision:8.2%} {recall:8.2%} {speakers} "
        f"{score.turns_right / max(1, score.turns):8.2%} {marked:>9} {score.doubts:6} {score.false_alarms / max(1, score.right):7.1%} {spent:6.1f}"
        + (f"  {score.failed} refused" if score.failed else "")
    )
    if show:
        print("\n".join([*wrong[:60], *refused[:20]]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared/corpus")
    parser.add_argument("--only", default="", help="habits that hold these words")
    parser.add_argument("--half", choices=("seen", "unseen"), help="only this half of the interviews")
    parser.add_argument("--wrong", action="store_true", help="show what was told wrong in the seen half")
    options = parser.parse_args()
    spoken, written = ([t for t in every if options.half in (None, t.half)] for every in truths(options.corpus))
    print(
        f"{len(spoken)} spoken and {len(written)} written interviews, {sum(len(t.paragraphs) for t in (*spoken, *written)):,} paragraphs"
    )
    print(
        f"{'habit':32} {'q/a':>8} {'q prec.':>8} {'q recall':>8} {'speaker':>8} {'turns':>8} {'doubted':>9} {'doubts':>6} {'alarms':>7} {'s':>6}"
    )
    for habit, (_, with_names, _) in HABITS.items():
        if options.only in habit:
            every = [asked(truth) for truth in spoken] if "cut by" in habit else spoken if with_names else written
            run(habit, every, options.wrong)
    return 0


if __name__ == "__main__":
    sys.exit(main())
