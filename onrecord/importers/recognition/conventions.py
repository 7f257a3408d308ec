"""Who asks when no label says it: headings, bold type, italics, quotations, dashes, or the words alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from onrecord.importers.common import boilerplate, byline, features
from onrecord.importers.common.draft import Clipping, Reading
from onrecord.importers.common.plain_markdown import cut, escaped, started
from onrecord.importers.recognition import classifier
from onrecord.importers.recognition.classification import Told, Understood, end_of, is_behind
from onrecord.importers.recognition.classifier import ANSWER, BEHIND, FRONT, QUESTION

_DASH = re.compile(r"^(?:[—–―]\s*|-\s+|>>\s*)")


def unlabelled(content: Sequence[Clipping], reading: Reading) -> Understood:
    habits: tuple[Callable[[Sequence[Clipping]], list[Told] | None], ...] = (
        _by_bold,
        _by_italics,
        _by_quotation,
        _by_dash,
    )
    for habit in habits:
        told = habit(content)
        if told is not None:
            return Understood(_without_dashes(told), habit=habit.__name__)
    told = chained(
        content, {}, titled=bool({"title", "silent"} & {*reading.settings}), talk="silent" in reading.settings
    )
    return Understood(told, habit="none")


def by_heading(content: Sequence[Clipping]) -> list[Told] | None:
    """Headings of one level are the questions."""
    for level in range(1, 7):
        found = [i for i, c in enumerate(content) if c.kind == "heading" and c.level == level]
        asked = [i for i in found if features.asks(content[i].words) or features.invites(content[i].words)]
        if (len(asked) >= 2 and len(asked) >= 0.4 * len(found)) or (len(found) == len(asked) == 1 and found[0] > 0):
            return _headed(content, level, found[0] if level > 1 or len(found) > 2 else asked[0])
    return None


def _headed(content: Sequence[Clipping], level: int, first: int) -> list[Told]:
    told: list[Told] = []
    for i, clipping in enumerate(content):
        if i < first:
            told.append(Told(clipping, "front"))
        elif clipping.kind == "heading" and clipping.level == level:
            sure = 0.99 if features.asks(clipping.words) else 0.9
            told.append(Told(clipping, "question", sure))
        elif clipping.kind == "heading" and clipping.level < level:
            told.append(Told(clipping, "heading"))
        else:
            told.append(Told(clipping, "answer", 0.98, opens=_opens(told)))
    end_of(told)
    return told


def _opens(told: Sequence[Told]) -> bool:
    return not told or told[-1].kind != "answer"


def _by_italics(content: Sequence[Clipping]) -> list[Told] | None:
    """Paragraphs that are wholly in italics are the questions, if nearly all of them ask."""
    italic = [c for c in content if c.italic and not byline.is_byline(c.words)]
    if len(italic) < 2 or sum(features.asks(c.words) for c in italic) < 0.6 * len(italic):
        return None
    return _by_bold([replace(c, bold=c.italic) for c in content])


def _by_quotation(content: Sequence[Clipping]) -> list[Told] | None:
    """Quotations of one paragraph are the questions, if nearly all of them ask."""
    quotes = [c for c in content if c.kind == "quote" and "\n" not in c.text]
    if len(quotes) < 2 or sum(features.asks(c.words) for c in quotes) < 0.6 * len(quotes):
        return None
    return _by_bold(
        [
            replace(c, kind="paragraph", bold=True, text=c.text.removeprefix("> "))
            if c in quotes
            else replace(c, bold=False)
            for c in content
        ]
    )


def _by_bold(content: Sequence[Clipping]) -> list[Told] | None:
    """Paragraphs that are wholly bold are the questions."""
    bold = [i for i, c in enumerate(content) if c.bold and c.kind == "paragraph" and not byline.is_byline(c.words)]
    asked = [i for i in bold if features.asks(content[i].words) or features.invites(content[i].words)]
    if not asked or len(asked) < 0.3 * len(bold) or (len(bold) < 2 and len(content) > 6):
        return None
    first = next(
        i for i in bold if i in asked or (i > 0 and len(content[i].words.split()) <= 40 and _answered(content, i))
    )
    told: list[Told] = []
    for i, clipping in enumerate(content):
        if i < first:
            told.append(Told(clipping, "front"))
        elif i in asked:
            told.append(Told(clipping, "question", 0.99))
        elif i in bold:
            words = len(clipping.words.split())
            heading = words <= 6 and not clipping.words.rstrip().endswith((".", "!", "…")) and len(asked) > 2
            told.append(Told(clipping, "question", 0.7 if heading else 0.92))
        elif clipping.kind == "heading" and clipping.level <= 3:
            told.append(Told(clipping, "heading"))
        else:
            told.append(Told(clipping, "answer", 0.97, opens=_opens(told)))
    end_of(told)
    return told


def _answered(content: Sequence[Clipping], i: int) -> bool:
    return i + 1 < len(content) and not content[i + 1].bold and content[i + 1].kind == "paragraph"


def _by_dash(content: Sequence[Clipping]) -> list[Told] | None:
    """Turns open with a dash: those of both, or only the questions."""
    dashed = [i for i, c in enumerate(content) if c.kind == "paragraph" and _DASH.match(c.words)]
    if len(dashed) < 3 or len(dashed) < 0.25 * len(content):
        return None
    bare = [_without_dash(c) if i in set(dashed) else c for i, c in enumerate(content)]
    asked = [i for i in dashed if features.asks(bare[i].words) or features.invites(bare[i].words)]
    followed = [i for i in dashed if i + 1 < len(content) and i + 1 not in dashed]
    first = dashed[0]
    only_questions = len(asked) >= 0.7 * len(dashed) and len(followed) >= 0.8 * len(dashed)
    if only_questions:
        told: list[Told] = [
            Told(c, "front")
            if i < first
            else Told(c, "question", 0.97)
            if i in dashed
            else Told(c, "answer", 0.95, opens=i - 1 in dashed)
            for i, c in enumerate(bare)
        ]
        end_of(told)
        return told
    ends = [*dashed[1:], len(content)]
    turns = [" ".join(c.words for c in bare[start:end]) for start, end in zip(dashed, ends, strict=True)]
    states = classifier.told(turns, {}, turns=True, front=False)
    told = [Told(c, "front") for c in bare[:first]]
    for (state, sure), start, end in zip(states, dashed, ends, strict=True):
        kind = "question" if state == QUESTION else "answer"
        told += [
            Told(c, kind, sure if i == start else 0.97, opens=i == start) for i, c in enumerate(bare[start:end], start)
        ]
    end_of(told)
    return told


def _without_dashes(told: list[Told]) -> list[Told]:
    """Dashes before turns that are told by other means say nothing more; where few have one, it may belong to the words."""
    opening = [one for one in told if one.opens and one.kind in ("question", "answer")]
    dashed = [one for one in opening if one.clipping.kind == "paragraph" and _DASH.match(one.clipping.words)]
    if len(dashed) >= max(3, 0.4 * len(opening)):
        for one in dashed:
            one.clipping = _without_dash(one.clipping)
    return told


def _without_dash(clipping: Clipping) -> Clipping:
    found = _DASH.match(clipping.words)
    rest = clipping.words[found.end() :] if found else clipping.words
    text = cut(clipping.text, clipping.words[: found.end()].rstrip()) if found else None
    return replace(clipping, words=rest, text=started(text) if text is not None else escaped(rest))


def chained(
    content: Sequence[Clipping], forced: dict[int, int], titled: bool = False, talk: bool = False
) -> list[Told]:
    """Told by the words alone."""
    forced = {**_known(content), **forced}
    if (
        content
        and 0 not in forced
        and not titled
        and boilerplate.is_title(content[0].words)
        and len(content) > 2
        and (not features.asks(content[0].words) or features.asks(content[1].words))
    ):
        forced[0] = FRONT
    states = classifier.told([c.words for c in content], forced, talk=talk)
    if not any(state == QUESTION for state, _ in states):
        states = [(state if state == BEHIND else FRONT, 1.0) for state, _ in states]
    told: list[Told] = []
    for clipping, (state, sure) in zip(content, states, strict=True):
        kind = {FRONT: "front", QUESTION: "question", ANSWER: "answer", BEHIND: "behind"}[state]
        if clipping.kind == "heading" and clipping.level <= 3 and state == ANSWER:
            kind = "heading"
        if clipping.kind not in ("paragraph", "heading") and state == QUESTION:
            kind = "answer"
        told.append(Told(clipping, kind, sure, opens=kind == "question" or not told or told[-1].kind != kind))
    return told


def _known(content: Sequence[Clipping]) -> dict[int, int]:
    """Bylines and dates in front, disclaimers behind: they need no guess."""
    forced: dict[int, int] = {}
    credits_ = [i for i, c in enumerate(content[:10]) if byline.is_byline(c.words) or boilerplate.date_in(c.words)]
    if credits_:
        forced |= dict.fromkeys(range(credits_[-1] + 1), FRONT)
    for i in range(len(content) - 1, max(len(content) - 8, credits_[-1] if credits_ else 0), -1):
        if is_behind(content[i].words):
            forced |= dict.fromkeys(range(i, len(content)), BEHIND)
    return forced
