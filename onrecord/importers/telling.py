"""How questions are told from answers when no label says it: many small signals, weighed together.

Each paragraph gets a score from its own words; a chain of states (front matter, question, answer, what
stands behind) then finds the most likely reading of the whole, and how sure each step of it is
(forward-backward algorithm, Rabiner 1989 §III).
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Mapping, Sequence

FRONT, QUESTION, ANSWER, BEHIND = range(4)
_NEVER = -1e9
_HEARD = 2.5
_SPOKEN = 2.1  # who asks in speech often makes statements
_TEMPER = 0.9  # the signals are not independent of each other

_ENDS = re.compile(r"[?？؟]['\"”’»)\]*_\s…!.]*$")
_MARK = re.compile(r"[?？؟]")
_SENTENCE = re.compile(r"[^.!?…。？！؟]+[.!?…。？！؟]*[\"”’»)\]]*\s*")
_ASKS = re.compile(
    r"(?i)^[¿«\"“]?(?:(?:and|but|so|ok(?:ay)?|then|а|и|но|так|et|mais|alors|y|pero|und|aber|also)[ ,]+)?(?:"
    r"what|who|whom|whose|when|where|why|how|which|do|does|did|is|are|was|were|can|could|will|would|have|has|had|should|shall|may|"
    r"что|кто|кого|кому|когда|где|куда|откуда|почему|зачем|как|како[йевгм]\w*|какие|каких|сколько|чем|чего|чей|верно ли|правда ли|"
    r"que|qu[’']|qui|quand|où|pourquoi|comment|quel(?:le)?s?|combien|est-ce|"
    r"qué|quién(?:es)?|cuándo|dónde|por qué|para qué|cómo|cuál(?:es)?|cuánt[oa]s?|"
    r"was|wer|wen|wem|wann|wo|woher|wohin|warum|wieso|weshalb|wie|welche[rsnm]?|wozu|worin|"
    r"haben|hat|ist|sind|kann|können|würde|sollte|gibt|"
    r"什么|为什么|为何|如何|怎么|哪|谁|是否|您|ما|هل|كيف|لماذا|متى|أين|من)\b"
)
_INVITES = re.compile(
    r"(?i)\b(?:tell (?:us|me)|talk (?:to us |a (?:little|bit) )?about|describe|explain|walk (?:us|me) through|let[’']s (?:talk|turn|move|start|begin)|"
    r"could you|would you|can you|do you|did you|are you|have you|your (?:opinion|view)|in your (?:opinion|view)|"
    r"расскажите|поясните|опишите|объясните|скажите|как вы|вы (?:считаете|думаете|сказали|говорите)|по-вашему|на ваш взгляд|"
    r"parlez[- ]nous|racontez|expliquez|dites[- ]nous|selon vous|pensez-vous|pouvez-vous|avez-vous|êtes-vous|à votre avis|"
    r"cuéntenos|cuéntame|háblenos|explíquenos|díganos|en su opinión|usted|"
    r"erzählen sie|erklären sie|beschreiben sie|sagen sie|ihrer meinung|haben sie|sind sie|können sie|glauben sie)\b"
)
_ORDERS = re.compile(
    r"(?i)^[¡«\"“]?(?:(?:and|so|please|well|then|а|и|но|пожалуйста|et|y|und|bitte|then)[ ,]+)*(?:"
    r"tell (?:us|me)|talk (?:to|about|us)|describe|explain|walk (?:us|me)|say more|go on|give us|take us|help us|let[’']s|"
    r"расскажите|поясните|опишите|объясните|скажите|назовите|приведите|давайте|поделитесь|"
    r"parlez[- ]|racontez|expliquez|dites[- ]|décrivez|donnez[- ]|revenons|"
    r"cuénte|háble|explíque|díga|descríba|denos|"
    r"(?:erzählen|erklären|beschreiben|sagen|nennen|schildern|geben|sprechen|kommen) (?:sie|wir)|"
    r"请谈|请说|请介绍|谈谈|说说|حدثنا|أخبرنا|اشرح)"
)
_REPLIES = re.compile(
    r"(?i)^[«\"“]?(?:yes|yeah|yep|no|nope|well|sure|absolutely|definitely|exactly|of course|right|certainly|i|we|my|our|thank you|thanks|"
    r"it[’']s|that[’']s|there (?:is|are)|because|honestly|"
    r"да|нет|конечно|безусловно|разумеется|я|мы|думаю|наверное|это|спасибо|ну|"
    r"oui|non|bien sûr|absolument|je|nous|c[’']est|parce que|tout à fait|"
    r"sí|no|claro|por supuesto|yo|creo|nosotros|porque|bueno|"
    r"ja|nein|natürlich|ich|wir|das ist|weil|genau|doch|"
    r"是的|不|我|对|نعم|لا|أنا|نحن)\b"
)
_FIRST = re.compile(
    r"(?i)\b(?:i|i[’'](?:m|ve|d|ll)|my|me|we|we[’']re|our|us|я|мы|мой|моя|мне|меня|нас|нам|наш\w*|je|j[’']|mon|ma|mes|nous|notre|nos|"
    r"yo|mi|mis|nosotros|nuestr[oa]s?|ich|mein\w*|mir|mich|wir|uns\w*)\b|我|أنا"
)
_SECOND = re.compile(
    r"(?i)\b(?:you|your|yours|you[’'](?:re|ve|d|ll)|вы|вас|вам|вами|ваш\w*|ты|тебя|vous|votre|vos|usted(?:es)?|tú|su|sus|ihnen|ihre?[nmrs]?|sie|du|dein\w*)\b"
    r"|您|你|أنت|كم\b"
)


def features(words: str) -> tuple[float, ...]:
    """What a paragraph shows, as numbers; WEIGHTS is in the same order."""
    sentences = [one for one in (found.strip() for found in _SENTENCE.findall(words)) if one] or [words]
    count = _count(words)
    last = sentences[-1]
    asked = sum(bool(_ENDS.search(one)) for one in sentences)
    ends = bool(_ENDS.search(words))
    late = any(_MARK.search(one) for one in sentences[-3:])
    first, second = len(_FIRST.findall(words)), len(_SECOND.findall(words))
    return (
        1.0,
        float(ends),
        float(late and not ends),
        asked / len(sentences),
        float(asked == 0),
        math.log(count + 1),
        max(0.0, count - 60) / 60,
        float(ends and count <= 40),
        float(bool(_ASKS.match(last) if ends else _ASKS.match(words))),
        float(bool(_INVITES.search(words))),
        float(bool(_REPLIES.match(words))),
        10.0 * first / (count + 10),
        10.0 * second / (count + 10),
        float(bool(_SECOND.search(last))),
        float(count <= 4),
        float(not ends and count <= 60 and bool(_ORDERS.match(last) or _ORDERS.match(words))),
        float(count <= 60 and bool(_SECOND.match(words.lstrip("¿«“\"")))),
    )


# Question against answer, in log odds, for `features`; set by hand, measured by benchmarks/import.py.
WEIGHTS = (0.6, 3.4, 1.2, 1.4, -1.8, -0.35, -0.8, 0.9, 0.7, 1.2, -1.6, -1.2, 0.6, 0.6, -0.8, 5.0, 2.2)


def _count(words: str) -> int:
    """How many words; a script without spaces counts two characters for one."""
    dense = len(re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]", words))
    return len(words.split()) + dense // 2


def score(words: str) -> float:
    """How much these words look like a question rather than an answer, in log odds."""
    return sum(weight * value for weight, value in zip(WEIGHTS, features(words), strict=True))


def asks(words: str) -> bool:
    return bool(_ENDS.search(words))


def invites(words: str) -> bool:
    """Whether the words ask somebody to speak, with or without a question mark."""
    return bool(_INVITES.search(words) or _ORDERS.match(words))


_HEARS = re.compile(
    r"(?i)^(?:\[[\d:]+\]\s*)?(?:yes|yeah|yep|yup|no|nope|right|ok|okay|sure|exactly|wow|mm+|uh-?huh|cool|awesome|gotcha|totally|absolutely|definitely|"
    r"interesting|true|да|нет|ага|угу|точно|ясно|oui|non|d’accord|ja|nein|genau|sí|claro)\b"
)


def replies(words: str) -> bool:
    """Whether the words only show that somebody listens, as speech has it: "Yeah, that's true."."""
    return not asks(words) and _count(words) <= 6 and bool(_HEARS.match(words))


def why_unsure(words: str, *, told_question: bool) -> str:
    """What speaks against this reading, as the end of a sentence for an editor."""
    if told_question and not asks(words):
        return "it has no question mark" if not _MARK.search(words) else "it does not end in its question"
    if not told_question and asks(words):
        return "it ends in a question mark"
    if not told_question and invites(words):
        return "it turns to somebody"
    if replies(words):
        return "so short a reply may be anybody’s"
    return "it is long for a question" if told_question and _count(words) > 60 else "both look alike here"


_LOOSE = re.compile(r"(?i)^(?:so|well|yeah|and|ну|так|alors|bon|bueno|also|tja)\b[ ,]|\byou know\b|\bi mean\b|\blike,")


def is_loose(words: str) -> bool:
    """Whether the words are put as in speech."""
    return bool(_LOOSE.search(words))


def turns_to(words: str) -> bool:
    """Whether the words reply to somebody, or speak to somebody."""
    return bool(_HEARS.match(words) or _SECOND.search(words))


# From one paragraph to the next. A question is answered; an answer has as many paragraphs as it needs.
_STEPS = {
    (FRONT, FRONT): 0.60, (FRONT, QUESTION): 0.39, (FRONT, ANSWER): 0.01,
    (QUESTION, QUESTION): 0.05, (QUESTION, ANSWER): 0.95,
    (ANSWER, ANSWER): 0.55, (ANSWER, QUESTION): 0.44, (ANSWER, BEHIND): 0.01,
    (BEHIND, BEHIND): 1.0,
}  # fmt: skip
_TURNS = {
    (FRONT, FRONT): 0.60, (FRONT, QUESTION): 0.39, (FRONT, ANSWER): 0.01,
    (QUESTION, QUESTION): 0.03, (QUESTION, ANSWER): 0.97,
    (ANSWER, ANSWER): 0.05, (ANSWER, QUESTION): 0.94, (ANSWER, BEHIND): 0.01,
    (BEHIND, BEHIND): 1.0,
}  # fmt: skip
_TALK = {
    (FRONT, FRONT): 0.60, (FRONT, QUESTION): 0.39, (FRONT, ANSWER): 0.01,
    (QUESTION, QUESTION): 0.12, (QUESTION, ANSWER): 0.88,
    (ANSWER, ANSWER): 0.30, (ANSWER, QUESTION): 0.69, (ANSWER, BEHIND): 0.01,
    (BEHIND, BEHIND): 1.0,
}  # fmt: skip
_START = {FRONT: 0.5, QUESTION: 0.45, ANSWER: 0.05}
_END = {QUESTION: 0.03, ANSWER: 0.6, BEHIND: 0.4, FRONT: 0.0}


def told(
    words: Sequence[str], forced: Mapping[int, int], *, turns: bool = False, front: bool = True, talk: bool = False
) -> list[tuple[int, float]]:
    """The state of each paragraph, and how sure it is (0 to 1); `forced` states are known.

    `turns`: each text is a whole turn, not a paragraph of one. `front`: text may stand before the first question.
    `talk`: the words are spoken, so questions need no question mark.
    """
    if not words:
        return []
    steps = {pair: math.log(chance) for pair, chance in (_TURNS if turns else _TALK if talk else _STEPS).items()}
    usual = _usual_length(words)
    emitted = [_emissions(i, one, forced.get(i), front, talk, usual) for i, one in enumerate(words)]
    # "Yeah, that's right." inside an answer is rather the other one who speaks.
    turned = steps | {(ANSWER, ANSWER): steps[ANSWER, ANSWER] - _HEARD}
    ways = [turned if _HEARS.match(one) and not turns else steps for one in words]
    ahead = [[_log(_START.get(state, 0.0)) + emitted[0][state] for state in range(4)]]
    for row, way in zip(emitted[1:], ways[1:], strict=True):
        ahead.append([_sum(ahead[-1][a] + way.get((a, b), _NEVER) for a in range(4)) + row[b] for b in range(4)])
    back = [[_log(_END[state]) for state in range(4)]]
    for row, way in zip(reversed(emitted[1:]), reversed(ways[1:]), strict=True):
        back.append([_sum(way.get((a, b), _NEVER) + row[b] + back[-1][b] for b in range(4)) for a in range(4)])
    back.reverse()
    path = _best(emitted, ways)
    out = []
    for i, state in enumerate(path):
        total = _sum(ahead[i][s] + back[i][s] for s in range(4))
        out.append((state, min(1.0, math.exp(min(0.0, ahead[i][state] + back[i][state] - total)))))
    return out


def _usual_length(words: Sequence[str]) -> float:
    """How many words the clear questions of this text have; 0 if there are too few to tell."""
    lengths = [_count(one) for one in words if _ENDS.search(one) and score(one) > 2]
    return statistics.median(lengths) if len(lengths) >= 3 else 0.0


def _emissions(i: int, words: str, forced: int | None, front: bool, talk: bool, usual: float) -> list[float]:
    if forced is not None:
        return [0.0 if state == forced else _NEVER for state in range(4)]
    odds = _TEMPER * score(words) + (_SPOKEN if talk else 0.0)
    if usual and _count(words) > 3 * usual + 12:
        odds -= 1.5
    # Text before the first question is like an answer, a title may even ask; what stands behind is always forced.
    before = (1.0 if i == 0 else -0.5 * asks(words)) if front else _NEVER
    return [before, odds / 2, -odds / 2, _NEVER]


def _best(emitted: Sequence[Sequence[float]], ways: Sequence[Mapping[tuple[int, int], float]]) -> list[int]:
    """The most likely path (Viterbi)."""
    scores = [_log(_START.get(state, 0.0)) + emitted[0][state] for state in range(4)]
    back: list[list[int]] = []
    for row, way in zip(emitted[1:], ways[1:], strict=True):
        came = [max(range(4), key=lambda a, b=b: scores[a] + way.get((a, b), _NEVER)) for b in range(4)]  # type: ignore[misc]
        scores = [scores[came[b]] + way.get((came[b], b), _NEVER) + row[b] for b in range(4)]
        back.append(came)
    state = max(range(4), key=lambda s: scores[s] + _log(_END[s]))
    path = [state]
    for came in reversed(back):
        path.append(came[path[-1]])
    return path[::-1]


def _log(chance: float) -> float:
    return math.log(chance) if chance > 0 else _NEVER


def _sum(values: object) -> float:
    found = list(values)  # type: ignore[call-overload]
    top = max(found)
    return top + math.log(sum(math.exp(max(-700.0, one - top)) for one in found)) if top > _NEVER / 2 else _NEVER
