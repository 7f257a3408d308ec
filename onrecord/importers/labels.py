"""Labels that name the speaker: which words are one, which labels are one person, and who of them asks."""

from __future__ import annotations

import itertools
import math
import re
import statistics
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from onrecord.importers import signs
from onrecord.importers.draft import Clipping
from onrecord.importers.plaintext import cut, escaped

_LONGEST = 60
_TIME = r"[\[(]?\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?[\])]?"
_TIMED = re.compile(rf"^(?P<name>[^:：\d\[(]{{1,45}}?)\s*[,–—-]?\s*(?P<time>{_TIME})\s*(?P<colon>[:：])?\s*(?P<rest>.*)$", re.DOTALL)
_BRACKETED_TIME = re.compile(r"\s*[\[(](?P<time>\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?)[\])]\s*")
_COLON = re.compile(r"^(?:>>\s*)?(?P<name>[^\s:：?!;,“”«»\"()\[\]][^:：?!;“”«»\"\n]{0,50}?)\s?[:：](?=\s|$|[^\d/\w]|(?<=：))")
_CAPITALS = re.compile(r"^(?P<name>[^\W\d_](?:[^\W\d_]|[ .,'’-]){0,40}?)\s*(?P<mark>[—–]|\s-)\s+(?=\S)")
_STOPPED = re.compile(r"^(?P<name>[^\W\d_]|(?:[^\W\d_]|[ .’'-]){0,40}?[^\W\d_]{2})(?P<mark>\.)\s+(?=\S)")
_NAME = re.compile(r"^(?P<name>[^\W\d_][\w.'’-]*(?:\s[^\W\d_][\w.'’-]*){0,3})\s*(?P<mark>[—–]|\s-)\s+(?=\S)")
_INITIALS = re.compile(r"^(?P<name>[A-ZÀ-ÞА-ЯЁ]{2,3})\s+(?=[¿¡“«\"]|[A-ZÀ-ÞА-ЯЁ](?![A-ZÀ-ÞА-ЯЁ]))")
_NUMBERED = re.compile(r"^(?P<name>(?:Q|A|P|R|F|В|О|Question|Answer|Frage|Antwort|Вопрос|Ответ)\s?\d{1,3})\s?[.):]\s+(?=\S)")
_SMALL_WORDS = "de da di du del della der den van von und and of the la le el al bin ibn y e et for"
_SMALL = frozenset(_SMALL_WORDS.split())
_ASKING_WORDS = (
    "q question questioner interviewer host byline moderator journalist reporter correspondent presenter editor int interviewer"
    " вопрос в ведущий ведущая корреспондент корр модератор журналист интервьюер"
    " question journaliste intervieweur présentateur animateur"
    " pregunta p entrevistador entrevistadora periodista moderador presentador"
    " frage f interviewer interviewerin moderatorin redaktion journalistin"
    " 问 問 记者 記者 主持人 采访者 س سؤال المحاور المذيع"
)
_ANSWERING_WORDS = (
    "a answer interviewee guest respondent r ответ о гость réponse invité respuesta entrevistado entrevistada"
    " invitado antwort gast 答 受访者 嘉宾 ج جواب الضيف"
)
_ASKING, _ANSWERING = frozenset(_ASKING_WORDS.split()), frozenset(_ANSWERING_WORDS.split())
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
_ANONYMOUS = re.compile(r"(?i)^(?:new speaker|unknown(?: speaker)?|unidentified(?: \w+)?|speaker ?\??|multiple speakers?|crosstalk|\?+)$")
_PAUSE = re.compile(r"(?i)^(?:break|music|intro|outro|ad|ads|advertisement|sponsor(?:s|ed)?|jingle|applause|pause|реклама|werbung|publicité)$")
_HONORIFIC = re.compile(
    r"(?i)^(?:mr|mrs|ms|mx|dr|prof|professor|sir|dame|lord|lady|president|secretary|minister|senator|judge|justice|"
    r"ambassador|general|rev|м-р|г-н|г-жа|monsieur|madame|m|mme|señora?|sr|sra|don|doña|herr|frau)\.?\s+(?=[^\W\d_]{2})"
)
_WELCOMES = re.compile(r"(?i)\b(?:welcome (?:back )?to|thank(?:s| you)[^.?!]{0,30} for (?:joining|coming|being|talking|speaking|your time)|спасибо за (?:беседу|интервью)|merci d’avoir|gracias por (?:acept|recib|conced)|vielen dank für (?:das|ihre))")
_WELCOMED = re.compile(r"(?i)\b(?:thank(?:s| you)[^.?!]{0,20} for (?:having|inviting|the invitation)|(?:great|good|glad|happy|pleasure) to be (?:here|back|on))")


@dataclass(frozen=True, slots=True)
class Split:
    """A label at the head of a paragraph: as printed, the bare name, a time that stands with it, characters it takes."""

    label: str
    name: str
    length: int
    time: str = ""
    sure: bool = True  # a colon or bold type; not just a dash or a full stop


def split(words: str, lead: str = "") -> Split | None:
    """The label that the words may open with; whether it is one, the whole text must tell."""
    for found in (_bold(words, lead), _with_colon(words), _with_time(words), _with_mark(words)):
        if found is not None and found.name and not found.name.isdigit():
            return _and_its_time(found, words)
    return None


def _and_its_time(found: Split, words: str) -> Split:
    """"THE DESK: [00:12:41] What …": the time in brackets behind a label is the turn's."""
    after = _BRACKETED_TIME.match(words, found.length)
    if after is None or found.time:
        return found
    return replace(found, length=after.end(), time=after["time"])


def _bold(words: str, lead: str) -> Split | None:
    if not lead or len(lead) > _LONGEST or not words.startswith(lead):
        return None
    bare = lead.rstrip()
    after = words[len(lead) :]
    if bare.endswith((":", "：")):
        return Split(bare, bare.rstrip(":： \u00a0\u202f"), len(lead))
    mark = re.match(r"\s*[:：]|\s+[—–-](?=\s)|\s*[—–]", after)
    if mark:
        return Split(bare + mark.group().rstrip(), bare.rstrip(". "), len(lead) + mark.end())
    name = bare.rstrip(".—–- ")
    if after.strip() and len(name.split()) <= 4 and not bare.endswith(("?", "!", ",")) and _is_name(name):
        return Split(bare, name, len(lead), sure=False)
    return None


def _with_colon(words: str) -> Split | None:
    found = _COLON.match(words)
    if not found:
        return None
    name = found["name"].strip()
    head = name.split(",")[0]
    introduced = head != name and len(head.split()) > 1 and _is_name(head)  # "Jane Roe, editor:"
    if len(name.split()) > (9 if introduced else 6) or not (introduced or _is_name(name) or len(name.split()) <= 2):
        return None
    return Split(words[: found.end()].strip(), name, found.end())


def _with_time(words: str) -> Split | None:
    found = _TIMED.match(words)
    if not found or not _is_name(found["name"].strip()) or len(found["name"].split()) > 5:
        return None
    if not found["colon"] and found["rest"] and "\n" not in words[: found.start("rest")] and not found["time"].startswith(("(", "[")):
        return None
    return Split(words[: found.start("rest")].strip(), found["name"].strip(), found.start("rest"), found["time"].strip("[]()"))


def _with_mark(words: str) -> Split | None:
    numbered = _NUMBERED.match(words)
    if numbered:
        return Split(words[: numbered.end()].strip(), numbered["name"], numbered.end())
    for found in (_CAPITALS.match(words), _STOPPED.match(words)):
        if found and (_is_capital(found["name"]) or is_role(found["name"])):
            return Split(words[: found.end()].strip(), found["name"].strip(), found.end(), sure=False)
    found = _INITIALS.match(words)
    if found:
        return Split(found["name"], found["name"], found.end(), sure=False)
    found = _NAME.match(words)
    if found and _is_name(found["name"]):
        return Split(words[: found.end()].strip(), found["name"].strip(), found.end(), sure=False)
    return None


def _is_capital(name: str) -> bool:
    letters = [char for char in name if char.isalpha()]
    return bool(letters) and all(char.isupper() for char in letters)


def _is_name(name: str) -> bool:
    """Whether every word but small ones begins with a capital, or the script has none."""
    words = [word for word in re.split(r"[\s/&+]+", name.replace("(", " ").replace(")", " ")) if word]
    if not words or len(name) > _LONGEST:
        return False
    return all(
        word.lower().rstrip(",") in _SMALL or not word[0].isalpha() or word[0].isupper() or not (word[0].islower())
        for word in words
    ) and not words[0][0].islower()


# --- who is who -------------------------------------------------------------------------------------


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


def bare(name: str) -> str:
    """The name without honorific, brackets and case, by which labels are compared."""
    name = re.sub(r"\([^)]*\)|\[[^\]]*\]", "", name).strip(" .:*_—–-")
    name = re.sub(r"(?i)^([qaprfво]|question|answer|вопрос|ответ|frage|antwort)\s?\d{1,3}$", r"\1", _HONORIFIC.sub("", name))
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def initials(name: str) -> str:
    return "".join(word[0] for word in re.split(r"[\s-]+", bare(name)) if word and word not in _SMALL)


def is_role(name: str) -> bool:
    """Whether a label says what somebody does, not who it is: Q, Answer, Вопрос."""
    return bare(name).rstrip(".") in _ASKING | _ANSWERING


def is_pause(name: str) -> bool:
    """A label like "Break:" names a part of the programme, not a person."""
    return bool(_PAUSE.match(bare(name)))


def voices(clippings: Sequence[Clipping], cast: Iterable[str]) -> tuple[list[Voice], dict[int, Split]]:
    """Who speaks by label, and the split of each paragraph that opens with an accepted label."""
    found = {
        i: one for i, c in enumerate(clippings)
        if c.kind == "paragraph" and (one := _voiced(c) or split(c.words, c.lead)) is not None
    }  # fmt: skip
    found |= _alone(clippings)
    again = Counter(bare(one.name) for one in found.values())
    spoken = {i: one for i, one in sorted(found.items()) if _speaks(one, again[bare(one.name)])}
    groups = _grouped(spoken, list(cast))
    kept = _accepted(groups, spoken, clippings, list(cast))
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
        i: c.words.strip() for i, c in enumerate(clippings)
        if c.kind in ("paragraph", "heading") and len(c.words) <= 40 and len(c.words.split()) <= 4 and re.fullmatch(r"[^\W\d_][\w .’'-]*\w", c.words.strip())
        and _is_name(c.words.strip()) and i + 1 < len(clippings)
    }  # fmt: skip
    counted = Counter(map(bare, lines.values()))
    again = {name for name, count in counted.items() if count >= 2}
    at = [i for i, words in lines.items() if bare(words) in again]
    apart = all(b - a > 1 for a, b in itertools.pairwise(at))
    if len(again) < 2 or len(at) < 4 or not apart:
        return {}
    return {i: Split(lines[i], lines[i], len(clippings[i].words)) for i in at}


def _voiced(clipping: Clipping) -> Split | None:
    return Split(f"{clipping.voice}:", clipping.voice, 0) if clipping.voice else None


def _grouped(found: Mapping[int, Split], cast: list[str]) -> list[Voice]:
    """Labels of one person made one voice: "Jane Doe (JD):", "JANE DOE:", "Doe:", "JD:"."""
    counts = Counter(bare(one.name) for one in found.values())
    names = list(dict.fromkeys([*map(bare, cast), *sorted(counts, key=lambda n: -len(n.split()))]))
    introduced = {}
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
    for side in (_ASKING, _ANSWERING):
        if name.rstrip(".") in side:  # "Pregunta." once, then "P."
            written_out = [one for one in names if len(one) > len(name) == 1 and one in side and one.startswith(name)]
            return written_out[0] if len(written_out) == 1 else name
    short = name.replace(".", "").replace(" ", "")
    own = name.split()
    longer = {one: one.split(",")[0].split() for one in names if one != name and len(one.split(",")[0].split()) > 1}
    for fits in (
        [one for one, words in longer.items() if name in words or own == words],
        [one for one in longer if len(short) >= 2 and short == initials(one.split(",")[0])],
        [one for one, words in longer.items() if len(own) > 1 and own[0].rstrip(".") == words[0][:1] and own[-1] == words[-1]],
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
    best = max(printed, key=lambda one: (len(one.split()), not _is_capital(one), -printed.index(one)))
    head, _, post = best.partition(", ")
    best = head if (post[:1].islower() and len(head.split()) > 1) or is_role(post) else best
    if is_role(best):
        best = re.sub(r"\s?\d+$", "", best)  # Q1, Q2, Q3 are one
    if _is_capital(best) and len(best.split()) > 1:
        return best.title().replace("’S", "’s")
    return best


def _accepted(groups: list[Voice], found: Mapping[int, Split], clippings: Sequence[Clipping], cast: list[str]) -> list[Voice]:
    """The voices of a conversation; none when the labels are too few to carry one."""
    known = {bare(name) for name in cast}
    paragraphs = sum(c.kind == "paragraph" for c in clippings) or 1
    kept = []
    sides = [{bare(v.name).rstrip(".") for v in groups if len(v.at) >= 2} & side for side in (_ASKING, _ANSWERING)]
    with_colon = max((len(v.at) for v in groups if len(v.at) > 1 and all(found[i].sure for i in v.at)), default=0)
    for voice in groups:
        key = bare(voice.name)
        sure = any(found[i].sure for i in voice.at)
        role = key.rstrip(".") in _ASKING | _ANSWERING
        in_bold = any(clippings[i].lead for i in voice.at)
        enough = 2 if sure or in_bold or (role and all(sides)) else max(3, with_colon // 2)
        titled = _is_name(voice.name) or any(found[i].name[:1].isupper() for i in voice.at)
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
    capitals = all(_is_capital(found[i].name) for voice in kept for i in voice.at)  # then one word in capitals is a name too
    single = [
        voice for voice in groups
        if voice not in kept and found[voice.at[0]].sure and _is_name(voice.name) and len(voice.name.split()) <= 4
        and (clippings[voice.at[0]].lead or _is_capital(found[voice.at[0]].name)) and (len(voice.name.split()) > 1 or capitals)
    ]  # fmt: skip
    for voice in single:
        voice.guessed = len(voice.at) == 1
    return kept + single


def only_guests(kept: Sequence[Voice], clippings: Sequence[Clipping]) -> bool:
    """Whether labels stand at answers only: more questions stand alone in a paragraph without one than with one."""
    if len(kept) < 2:
        return False
    asked = sum(signs.asks(clippings[i].words) for voice in kept for i in voice.at)
    return _asked_without(kept, clippings) > max(1, asked)


def _asked_without(kept: Sequence[Voice], clippings: Sequence[Clipping]) -> int:
    taken = {i for voice in kept for i in voice.at}
    # A label on a line of its own has its words in the next paragraph.
    alone = {i for voice in kept for i in voice.at if clippings[i].words.strip() in voice.labels}
    taken |= {i + 1 for i in taken if i in alone or (len(clippings[i].words) < _LONGEST and clippings[i].words.rstrip().endswith((":", "：")))}
    return sum(
        i not in taken and len(c.words.split()) <= 30 and c.kind in ("paragraph", "heading") and signs.asks(c.words)
        for i, c in enumerate(clippings)
    )


def _carries(voice: Voice, clippings: Sequence[Clipping]) -> bool:
    """One voice alone makes a conversation when its words are questions, or when it is called Q or A."""
    asked = sum(clippings[i].words.rstrip().endswith(("?", "？", "؟")) for i in voice.at)
    replied = sum(i > 0 and i - 1 not in voice.at and signs.asks(clippings[i - 1].words) for i in voice.at)
    known = bare(voice.name).rstrip(".") in _ASKING | _ANSWERING
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


_CLEAR = 3.0  # a score that leaves no question

# --- who asks ---------------------------------------------------------------------------------------


def decide_who_asks(found: list[Voice], turns: Mapping[str, Sequence[str]], roles: Mapping[str, bool]) -> None:
    """Sets `asks` and `confidence` of each voice; `turns` are the words of each, `roles` what the byline says."""
    if not found:
        return
    scores = {voice.name: _asking(voice, turns, roles, [v.name for v in found]) for voice in found}
    ranked = sorted(found, key=lambda voice: -scores[voice.name])
    top, bottom = scores[ranked[0].name], scores[ranked[-1].name]
    if len(found) == 1:
        ranked[0].asks = top > 0
        ranked[0].confidence = 1 / (1 + math.exp(-abs(top)))
        return
    # However sure the first one is, others may ask as well.
    middle = _widest_gap([max(-_CLEAR, min(_CLEAR, scores[voice.name])) for voice in ranked])
    for voice in found:
        score = scores[voice.name]
        voice.asks = score > middle if len(found) > 2 else voice is ranked[0]
        distance = abs(top - bottom) if len(found) == 2 else 2.5 * abs(score - middle)
        voice.confidence = 1 / (1 + math.exp(-distance))
        if voice.anonymous:
            voice.asks, voice.confidence = score > middle, 0.5


def _widest_gap(ranked: Sequence[float]) -> float:
    """The middle of the widest gap between neighbours: above it are those who ask."""
    pairs = list(itertools.pairwise(ranked))
    high, low = max(pairs, key=lambda pair: pair[0] - pair[1])
    return (high + low) / 2


def _asking(voice: Voice, turns: Mapping[str, Sequence[str]], roles: Mapping[str, bool], names: list[str]) -> float:
    """How much this voice looks like the one who asks; 0 is neither."""
    key, mine = bare(voice.name), turns[voice.name] or [""]
    others = [words for name, one in turns.items() if name != voice.name for words in one] or [""]
    score = 0.0
    if key.rstrip(".") in _ASKING:
        score += 6
    elif key.rstrip(".") in _ANSWERING:
        score -= 6
    if key in roles:
        score += 5 if roles[key] else -5
    score += 5 * (_questions(mine) - _questions(others))
    score += 0.8 * math.log((_length(others) + 5) / (_length(mine) + 5))
    score += 1.5 * (sum(bool(_WELCOMES.search(words)) for words in mine) > 0)
    score -= 2.5 * (sum(bool(_WELCOMED.search(words)) for words in mine) > 0)
    first = {bare(name).split()[0]: name for name in names if bare(name)}
    called = sum(words.casefold().lstrip("¿¡").startswith(tuple(f"{n}," for n in first)) for words in mine)
    return score + min(1.0, 4 * called / len(mine))


def _questions(turns: Sequence[str]) -> float:
    return sum("?" in words[-160:] or "？" in words[-80:] or "؟" in words[-160:] for words in turns) / len(turns)


def _length(turns: Sequence[str]) -> float:
    return statistics.mean(len(words) for words in turns)


def by_voice(found: Sequence[Voice], splits: Mapping[int, Split], clippings: Sequence[Clipping]) -> dict[str, list[str]]:
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
