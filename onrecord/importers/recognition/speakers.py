"""Who speaks by label: which labels are one person, and which paragraphs each of them opens."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from onrecord.importers.common import features
from onrecord.importers.common.byline import NAME, listed
from onrecord.importers.common.draft import Clipping
from onrecord.importers.common.labels import (
    ANSWERING,
    ASKING,
    LONGEST,
    Split,
    bare,
    initials,
    is_capital,
    is_name,
    is_pause,
    is_role,
    split,
)
from onrecord.importers.common.plain_markdown import cut, escaped

# What stands before a colon and names nobody who speaks.
_NOT_A_SPEAKER = re.compile(
    r"(?i)^(?:notes?|nb|n\.b|ps|p\.s|warning|example|photos?|photo(?:s|graphs?|graphy)? by|images?|credits?|sources?|text|words|"
    r"interview(?:ed)?|interview by|by|translat\w+(?: by)?|transcri\w+(?: (?:completed )?by)?|edited by|editor.?s note|updates?|date|"
    r"published|posted|read more|related|see also|tags?|topics?|categor\w+|share|listen|podcast|episode|video|audio|website|"
    r"twitter|e-?mail|phone|address|location|copyright|licen[cs]e|disclaimer|title|subtitle|author|url|https?|link|media|"
    r"фото\w*|текст|перевод\w*|источник|интервью|беседовал[аи]?|записал[аи]?|примечание|автор|дата|"
    r"traduction|traduit par|propos recueillis par|source|crédits?|texte|entretien|"
    r"fotos?|texto|traducción|fuente|entrevista|nota|autor\w*|"
    r"übersetzung|quelle|bild(?:er)?|anmerkung(?: der redaktion)?|redaktion|datum|das (?:interview|gespräch) führten?)$"
)
_ANONYMOUS = re.compile(
    r"(?i)^(?:new speaker|unknown(?: speaker)?|unidentified(?: \w+)?|speaker ?\??|multiple speakers?|crosstalk|\?+)$"
)
_HEAD = 12  # paragraphs that may say who the people are
_ANSWER = re.compile(r"^A\s+(?=[¿¡“«\"]|[A-Z])")
_ENTRY = r"([A-ZА-ЯЁ]{1,4})\s*[:=–—]\s*([^;:=–—]{2,60}?)(?:[;,.]|$)"
_LEGEND = re.compile(rf"^\W*{_ENTRY}(?:\s*{_ENTRY})+$")
_SHORT = re.compile(rf"({NAME}) \(([A-ZА-ЯЁ]{{2,4}})\)(?!\s*[:：])")


@dataclass
class Voice:
    """One who speaks: the labels that are this one, and the paragraphs they open."""

    name: str
    labels: Counter[str] = field(default_factory=Counter)
    at: list[int] = field(default_factory=list)
    asks: bool = False
    confidence: float = 1.0
    anonymous: bool = False
    guessed: bool = False  # one turn alone has this label
    among_many: bool = False  # one of the readers who each ask once


def heard(clippings: Sequence[Clipping], cast: Iterable[str]) -> tuple[list[Voice], dict[int, Split]]:
    """Who speaks by label, and the split of each paragraph that opens with an accepted label."""
    found = {
        i: one
        for i, c in enumerate(clippings)
        if c.kind == "paragraph"
        and not _LEGEND.match(c.words)
        and not (i < _HEAD and listed(c.words))
        and (one := _voiced(c) or split(c.words, c.lead)) is not None
    }
    found |= _alone(clippings)
    found |= _answers_without_mark(clippings, found)
    introduced = _introduced(clippings)
    cast = [*cast, *introduced.values()]
    times = Counter(bare(one.name) for one in found.values())
    spoken = {i: one for i, one in sorted(found.items()) if _speaks(one, times[bare(one.name)])}
    groups = _grouped(spoken, cast, introduced)
    kept = _accepted(groups, spoken, clippings, cast)
    splits = {i: spoken[i] for voice in kept for i in voice.at}
    return kept, splits


def _speaks(found: Split, times: int) -> bool:
    """Whether the label may be somebody's: "Redaktion:" once is a credit, again and again it is the one who asks."""
    if is_pause(found.name):
        return False
    return not _NOT_A_SPEAKER.match(found.name.strip(" .*")) or (is_role(found.name) and times >= 2)


def _alone(clippings: Sequence[Clipping]) -> dict[int, Split]:
    """Names without a colon on lines of their own, if two of them take turns."""
    lines = {
        i: words
        for i, c in enumerate(clippings)
        if c.kind in ("paragraph", "heading")
        and len(c.words) <= 40
        and len(c.words.split()) <= 4
        and re.fullmatch(r"[^\W\d_][\w .’'-]*\w", words := c.words.strip().rstrip(":： "))
        and is_name(words)
        and i + 1 < len(clippings)
    }
    counted = Counter(map(bare, lines.values()))
    again = {name for name, count in counted.items() if count >= 2}
    at = [i for i, words in lines.items() if bare(words) in again]
    apart = all(b - a > 1 for a, b in itertools.pairwise(at))
    if len(again) < 2 or len(at) < 4 or not apart:
        return {}
    return {i: Split(lines[i], lines[i], len(clippings[i].words)) for i in at}


def _voiced(clipping: Clipping) -> Split | None:
    return Split(f"{clipping.voice}:", clipping.voice, 0) if clipping.voice else None


def _answers_without_mark(clippings: Sequence[Clipping], found: Mapping[int, Split]) -> dict[int, Split]:
    """ "A  It is." where "Q  Is it?" stands again and again; elsewhere A is a word."""
    if sum(one.label == "Q" for one in found.values()) < 3:
        return {}
    return {
        i: Split("A", "A", at.end(), sure=False)
        for i, c in enumerate(clippings)
        if i not in found and (at := _ANSWER.match(c.words))
    }


def _introduced(clippings: Sequence[Clipping]) -> dict[str, str]:
    """Initials that the opening gives with a name, and the name: "by The Night Desk (ND)", "ND: The Night Desk; OR: On Record"."""
    opening = [c.words for c in clippings[:12] if len(c.words.split()) < 120]
    legends = [entry for words in opening if _LEGEND.match(words) for entry in re.findall(_ENTRY, words)]
    named = [(found[1].strip(" ."), found[0]) for found in legends if not is_role(found[1])]
    given = [found for words in opening for found in _SHORT.findall(words)]
    return {bare(short): name for name, short in [*given, *named]}


def _grouped(found: Mapping[int, Split], cast: list[str], introduced: Mapping[str, str]) -> list[Voice]:
    """Labels of one person made one voice: "Jane Doe (JD):", "JANE DOE:", "Doe:", "JD:"."""
    counts = Counter(bare(one.name) for one in found.values())
    names = list(dict.fromkeys([*map(bare, cast), *sorted(counts, key=lambda n: -len(n.split()))]))
    introduced = {short: bare(name) for short, name in introduced.items()}
    for one in found.values():
        inside = re.search(r"\(([^)]{1,12})\)", one.name)
        if inside:
            introduced[bare(inside.group(1))] = bare(one.name)
    full = {name: introduced.get(name) or _fuller(name, names, found) for name in counts}
    by_name: dict[str, Voice] = {}
    for i, one in found.items():
        key = full[bare(one.name)]
        voice = by_name.setdefault(key, Voice(key))
        voice.labels[one.label] += 1
        voice.at.append(i)
    for voice in by_name.values():
        voice.name = _printed_name(voice, found, cast)
        voice.anonymous = bool(_ANONYMOUS.match(voice.name))
    return list(by_name.values())


def _fuller(name: str, names: list[str], found: Mapping[int, Split]) -> str:
    """The one longer name that `name` may be short for; itself if there is none, or more than one."""
    for side in (ASKING, ANSWERING):
        if name in side:  # "P." is "Pregunta.", where both are printed
            words = [one for one in names if one in side and len(one) > len(name) == 1 and one.startswith(name)]
            return words[0] if len(words) == 1 else name
    head = name.split(",")[0]
    if head != name and head in names:
        return head  # "Jane Roe, host" is "Jane Roe"
    short = name.replace(".", "").replace(" ", "")
    own = name.split()
    longer = {
        one: head.split()
        for one in names
        if one != name and len((head := one.split(",")[0]).split()) > 1 and (head == one or head not in names)
    }
    for fits in (
        [one for one, words in longer.items() if name in words or own == words],
        [one for one in longer if len(short) >= 2 and short == initials(one.split(",")[0])],
        [
            one
            for one, words in longer.items()
            if len(own) > 1 and own[0].rstrip(".") == words[0][:1] and own[-1] == words[-1]
        ],
        [one for one, words in longer.items() if set(own) < set(words)],
    ):
        if len(fits) == 1:
            return fits[0]
    return name


def _printed_name(voice: Voice, found: Mapping[int, Split], cast: list[str]) -> str:
    """The fullest form of the name, in ordinary capitals where the text or the cast has them so."""
    for name in cast:
        if bare(name) == voice.name:
            return name
    printed = [re.sub(r"\s*\([^)]*\)", "", found[i].name).strip(" *") for i in voice.at]
    best = max(printed, key=lambda one: (len(one.split()), not is_capital(one), -printed.index(one)))
    head, _, post = best.partition(", ")
    best = head if ((post[:1].islower() or is_capital(post)) and len(head.split()) > 1) or is_role(post) else best
    if is_role(best):
        best = re.sub(r"\s?\d+$", "", best)  # Q1, Q2, Q3 are one
    if is_capital(best) and len(best.split()) > 1:
        return best.title().replace("’S", "’s")
    return best


def _accepted(
    groups: list[Voice], found: Mapping[int, Split], clippings: Sequence[Clipping], cast: list[str]
) -> list[Voice]:
    """The voices of a conversation; none when the labels are too few to carry one."""
    known = {bare(name) for name in cast}
    paragraphs = sum(c.kind == "paragraph" for c in clippings) or 1
    kept = []
    sides = [{bare(v.name).rstrip(".") for v in groups if len(v.at) >= 2} & side for side in (ASKING, ANSWERING)]
    with_colon = max((len(v.at) for v in groups if len(v.at) > 1 and all(found[i].sure for i in v.at)), default=0)
    for voice in groups:
        key = bare(voice.name)
        sure = any(found[i].sure for i in voice.at)
        role = key.rstrip(".") in ASKING | ANSWERING
        in_bold = any(clippings[i].lead for i in voice.at)
        enough = 2 if sure or in_bold or (role and all(sides)) else max(3, with_colon // 2)
        titled = is_name(voice.name) or any(found[i].name[:1].isupper() for i in voice.at)
        often = len(voice.at) >= enough and (titled or len(voice.at) >= 3)
        if often or (sure and (key in known or role)) or any(clippings[i].voice for i in voice.at):
            kept.append(voice)
    if not kept or (len(kept) == 1 and not _carries(kept[0], clippings)):
        return []
    total = sum(len(voice.at) for voice in kept)
    most = max(len(voice.at) for voice in kept)
    if total < 2 or (total < 0.12 * paragraphs and most < 4):
        return []
    kept = [v for v in kept if len(v.at) >= 0.04 * most or bare(v.name) in known or len(v.name.split()) > 1]
    capitals = all(
        is_capital(found[i].name) for voice in kept for i in voice.at
    )  # then one word in capitals is a name too
    single = [
        voice for voice in groups if voice not in kept and _speaks_once(voice, found, clippings, capitals=capitals)
    ]
    for voice in single:
        voice.guessed = len(voice.at) == 1
    return kept + single + _handles(groups, kept + single, clippings)


def _speaks_once(voice: Voice, found: Mapping[int, Split], clippings: Sequence[Clipping], *, capitals: bool) -> bool:
    """Whether a label that did not come again looks like those of the conversation."""
    split_, words = found[voice.at[0]], voice.name.split()
    if voice.anonymous and split_.time:
        return True
    shown = bool(clippings[voice.at[0]].lead) or is_capital(split_.name)
    return split_.sure and is_name(voice.name) and len(words) <= 4 and shown and (len(words) > 1 or capitals)


def _handles(groups: list[Voice], kept: list[Voice], clippings: Sequence[Clipping]) -> list[Voice]:
    """Names of readers who each ask once, all set like the names of those who speak again: in bold, with a colon."""
    if not all(clippings[i].lead for voice in kept for i in voice.at):
        return []
    found = [
        voice
        for voice in groups
        if voice not in kept
        and len(voice.name.split()) == 1
        and all(clippings[i].lead.rstrip().endswith(":") for i in voice.at)
    ]
    for voice in found:
        voice.among_many = True
    return found if len(found) > 2 else []


def only_guests(kept: Sequence[Voice], splits: Mapping[int, Split], clippings: Sequence[Clipping]) -> bool:
    """Whether labels stand at answers only: more questions stand alone in a paragraph without one than with one."""
    if len(kept) < 2:
        return False
    asked = sum(features.asks(clippings[i].words) for voice in kept for i in voice.at)
    return _asked_without(kept, splits, clippings) > max(1, asked)


def _asked_without(kept: Sequence[Voice], splits: Mapping[int, Split], clippings: Sequence[Clipping]) -> int:
    taken = {i for voice in kept for i in voice.at}
    # A label on a line of its own has its words in the next paragraph.
    alone = {i for i in taken if not clippings[i].voice and not clippings[i].words[splits[i].length :].strip()}
    taken |= {
        i + 1
        for i in taken
        if i in alone or (len(clippings[i].words) < LONGEST and clippings[i].words.rstrip().endswith((":", "：")))
    }
    return sum(
        i not in taken and len(c.words.split()) <= 30 and c.kind in ("paragraph", "heading") and features.asks(c.words)
        for i, c in enumerate(clippings)
    )


def _carries(voice: Voice, clippings: Sequence[Clipping]) -> bool:
    """One voice alone makes a conversation when its words are questions, or when it is called Q or A."""
    asked = sum(clippings[i].words.rstrip().endswith(("?", "？", "؟")) for i in voice.at)
    replied = sum(i > 0 and i - 1 not in voice.at and features.asks(clippings[i - 1].words) for i in voice.at)
    known = bare(voice.name).rstrip(".") in ASKING | ANSWERING
    return known or (len(voice.at) >= 2 and max(asked, replied) >= 0.5 * len(voice.at))


def cut_off(clipping: Clipping, found: Split) -> Clipping:
    """The clipping with its label apart from its words."""
    if clipping.voice:
        return replace(clipping, label=found.label if clipping.label == "" else clipping.label)
    rest = clipping.words[found.length :].lstrip()
    text = cut(clipping.text, clipping.words[: found.length])
    if clipping.bold and text is not None:
        text = re.sub(r"^\*\*(.*)\*\*$", r"\1", text)
    if text is None or not rest:
        text = escaped(rest)
    label = found.name if found.time else found.label
    time = clipping.time or found.time
    return replace(clipping, label=label, stamp=found.time, words=rest, text=text, bold=False, lead="", time=time)


def by_voice(
    found: Sequence[Voice], splits: Mapping[int, Split], clippings: Sequence[Clipping]
) -> dict[str, list[str]]:
    """The words of each voice, turn by turn."""
    owner = {i: voice.name for voice in found for i in voice.at}
    turns: dict[str, list[str]] = defaultdict(list)
    current = ""
    for i, clipping in enumerate(clippings):
        if i in owner:
            current = owner[i]
            rest = clipping.words if clipping.voice else clipping.words[splits[i].length :]
            turns[current].append(rest)
        elif current and clipping.kind == "paragraph":
            turns[current][-1] += f" {clipping.words}"
    return {voice.name: turns[voice.name] for voice in found}
