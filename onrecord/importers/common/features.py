"""What words show of who says them: signs that a paragraph asks or answers, and that the one who speaks changes.

Each sign is a number that a reader could find with a pencil; `telling` weighs them.
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Sequence

# All of these but those with capitals are for words in small letters: to ignore the case of each costs five times as much.
_ENDS = re.compile(r"[?？؟]['\"”’»)\]*_\s…!.]*$")
_MARK = re.compile(r"[?？؟]")
_SENTENCE = re.compile(r"[^.!?…。？！؟]+[.!?…。？！؟]*[\"”’»)\]]*\s*")
_ASKS = re.compile(
    r"¿|[«\"“„]?(?:(?:and|but|so|ok(?:ay)?|then|а|и|но|так|et|mais|alors|y|pero|und|aber|also)[ ,]+)?(?:¿|(?:"
    r"what|who|whom|whose|when|where|why|how|which|do|does|did|is|are|was|were|can|could|will|would|have|has|had"
    r"|should|shall|may|"
    r"(?:in|at|to|for|with|on|of|from|by|about) (?:what|which|whom|whose|how)|"
    r"(?:об?|во?|со?|на|из|из-за|от|до|для|у|к|по|за|при) (?:чём|чем|чего|что|чему|ком|кого|кому|кем|как(?:ой|ого|ому"
    r"|им|ом|ая|ую|ие|их)|скольк\w+)(?!-)|"
    r"что|кто|кого|кому|когда|где|куда|откуда|почему|зачем|как|како[йевгм]\w*|какие|каких|сколько|чем|чего|чей|(?:не "
    r")?\w+ ли|разве|неужели|"
    r"que|qu[’']\w+|qui|quand|où|d[’']où|pourquoi|comment|quel(?:le)?s?|combien|est-ce|(?:sur|avec|de|à|par|dans|pour"
    r"|depuis|vers|chez|en) (?:quoi|qui|quel(?:le)?s?|quand|où|combien)|"
    r"(?:[\w’']+ |[ln][’'])?(?!rendez)\w+(?:-t)?-(?:vous|tu|ils?|elles?|on|ce)|"
    r"qué|quién(?:es)?|cuándo|dónde|por qué|para qué|cómo|cuál(?:es)?|cuánt[oa]s?|(?:a|con|de|desde|en|hacia|hasta"
    r"|para|por|sobre) (?:qué|quién(?:es)?|cuál(?:es)?|dónde|cuándo|cuánt[oa]s?)|"
    r"was|wer|wen|wem|wann|wo(?:her|hin|zu|für|von|durch|mit|bei|nach|r(?:an|auf|aus|in|über|um|unter))?|warum|wieso"
    r"|weshalb|wie|welche[rsnm]?|"
    r"(?:an|auf|aus|bei|bis|für|in|mit|nach|seit|über|unter|von|zu) (?:welche[rsnm]?|wem|wen|wann|was|wie)|"
    r"haben|hat|hatten?|ist|sind|waren?|kann|können|würden?|sollten?|gibt|gab|wird|werden|wurden?|muss|müssen|darf"
    r"|dürfen|\w+en sie|"
    r"و?(?:ما|ماذا|هل|كيف|لماذا|متى|أين|من (?:هو|هي|هم|الذي|يكون))"
    r")\b|什么|为什么|为何|如何|怎么|哪|谁|是否|您)"
)
_INVITES = re.compile(
    r"\b(?:tell (?:us|me)|talk (?:to us |a (?:little|bit) )?about|describe|explain|walk (?:us|me) through|let[’']s "
    r"(?:talk|turn|move|start|begin)|"
    r"could you|would you|can you|do you|did you|are you|have you|your (?:opinion|view)|in your (?:opinion|view)|"
    r"расскажите|поясните|опишите|объясните|скажите|как вы|вы (?:считаете|думаете|сказали|говорите)|по-вашему|на ваш "
    r"взгляд|"
    r"parlez[- ]nous|racontez|expliquez|dites[- ]nous|selon vous|pensez-vous|pouvez-vous|avez-vous|êtes-vous|à votre "
    r"avis|"
    r"cuéntenos|cuéntame|háblenos|explíquenos|díganos|en su opinión|usted|"
    r"erzählen sie|erklären sie|beschreiben sie|sagen sie|ihrer meinung|haben sie|sind sie|können sie|glauben sie)\b"
    r"|请(?:您|你|谈|说|介绍)|您(?:认为|觉得|怎么)|برأيك|في رأيك"
)
_ORDERS = re.compile(
    r"[¡«\"“„]?(?:(?:and|so|please|well|then|а|и|но|пожалуйста|et|y|und|bitte|then)[ ,]+)*(?:"
    r"tell (?:us|me)|talk (?:to|about|us)|describe|explain|walk (?:us|me)|say more|go on|give us|take us|help us"
    r"|let[’']s|"
    r"расскажите|поясните|опишите|объясните|скажите|назовите|приведите|давайте|поделитесь|вспомните|представьтесь|"
    r"parlez[- ]|racontez|expliquez|dites[- ]|décrivez|donnez[- ]|revenons|présentez|passons|"
    r"cuént[ae]|háble|explí(?:que|ca)|díga|descríba|describa|denos|hablemos|volvamos|pasemos|preséntese|recuerde|"
    r"(?:erzählen|erklären|beschreiben|sagen|nennen|schildern|geben|sprechen|kommen|erinnern|stellen) (?:sie|wir)|"
    r"请谈|请说|请介绍|请您|谈谈|说说|و?(?:حدثنا|أخبرنا|اشرح|صف))"
)
_REPLIES = re.compile(
    r"[«\"“„]?(?:yes|yeah|yep|no|nope|well|sure|absolutely|definitely|exactly|of course|right|certainly|i|we|my|our"
    r"|thank you|thanks|"
    r"it[’']s|that[’']s|there (?:is|are)|because|honestly|"
    r"да|нет|конечно|безусловно|разумеется|я|мы|думаю|наверное|это|спасибо|ну|"
    r"oui|non|bien sûr|absolument|je|j[’']\w+|nous|c[’']est|parce que|tout à fait|"
    r"sí|no|claro|por supuesto|yo|creo|nosotros|porque|bueno|"
    r"ja|nein|natürlich|ich|wir|das ist|weil|genau|doch|"
    r"是的|不|我|对|نعم|لا|أنا|نحن)\b"
)
_FIRST = re.compile(
    r"\b(?:i|i[’'](?:m|ve|d|ll)|my|me|we|we[’']re|our|us|я|мы|мой|моя|мне|меня|нас|нам|наш\w*|je|j[’']|mon|ma|mes"
    r"|nous|notre|nos|"
    r"yo|mi|mis|nosotros|nuestr[oa]s?|ich|mein\w*|mir|mich|wir|uns\w*)\b|我|أنا"
)
_ME = re.compile(r"\b(?:i|i[’'](?:m|ve|d|ll)|my|me|я|меня|мне|je|j[’']|moi|yo|mi|soy|ich|mein|mich|mir)\b|我|أنا")
_SECOND = re.compile(
    r"\b(?:you|your|yours|you[’'](?:re|ve|d|ll)|вы|вас|вам|вами|ваш\w*|ты|тебя|тебе|vous|votre|vos|tu|ton|tes"
    r"|usted(?:es)?|tú|vosotros|vuestr[oa]s?|"
    r"du|dich|dir|dein\w*|euch)\b|您|你|أنت|كم\b"
)
# In German "Sie" is whom one speaks to, "sie" is others; where a sentence begins nobody can tell.
_SIE = re.compile(r"(?<=[\w,;] )(?:Sie|Ihnen|Ihre?[nmrs]?)\b")
_HEARS = re.compile(
    r"(?:yes|yeah|yep|yup|no|nope|right|ok|okay|sure|exactly|wow|mm+|uh-?huh|cool|awesome|gotcha|totally|absolutely"
    r"|definitely|"
    r"interesting|true|да|нет|ага|угу|точно|ясно|oui|non|d’accord|ja|nein|genau|sí|claro)\b"
)
_GOES_ON = re.compile(
    r"[\"“«„]?(?:and then|then|also|another|for example|for instance|so then|but then|finally|and finally|similarly"
    r"|first|second|third|in addition|"
    r"they|he|she|this|these|those|that being said|instead|eventually|basically|because|"
    r"потом|затем|также|ещё|например|кроме того|наконец|во-первых|во-вторых|они|он|она|эт[оаиу]|потому что|поэтому|"
    r"puis|ensuite|aussi|par exemple|enfin|d’abord|de plus|ils|elles?|il|ce(?:la|tte|s)?|parce que|finalement|"
    r"luego|después|también|por ejemplo|además|finalmente|primero|ellos|ellas?|él|est[aeo]s?|porque|entonces|"
    r"dann|danach|außerdem|zum beispiel|schließlich|erstens|zweitens|er|diese[rsnm]?|weil|deshalb|darum)\b"
)
_PROGRAMME = re.compile(
    r"\b(?:listeners?|audience|listening|podcast|episode|today[’']s (?:show|episode|guest)|(?:this|the|our) show"
    r"|welcome|our guests?|"
    r"thanks? (?:you )?(?:so much )?for (?:joining|coming|being|taking|talking|your time|listening)|(?:right|we[’']re"
    r"|we are) back|"
    r"(?:a|the|our|short|quick) break|before we (?:go|wrap|close|finish)|last question|you(?:[’']ve| have)? "
    r"(?:mentioned|said|talked|told|wrote|just said)|"
    r"sounds like|i[’']m curious|i (?:was )?wonder(?:ing)?|let[’']s|"
    r"слушател\w+|зрител\w+|подкаст\w*|выпуск\w*|наш\w* гост\w*|здравствуйте|добрый день|спасибо за (?:беседу"
    r"|интервью)|вы (?:упомянули|говорили|написали)|последний вопрос|"
    r"auditeurs?|auditrices|émission|épisode|notre invitée?|bienvenue|bonjour|merci d[’']avoir|vous avez (?:mentionné"
    r"|dit|évoqué|écrit)|dernière question|"
    r"oyentes|programa|episodio|nuestr[oa] invitad[oa]|bienvenid[oa]s?|gracias por (?:estar|acompañarnos|venir)"
    r"|usted (?:mencionó|dijo|habló)|última pregunta|"
    r"hörer(?:innen)?|zuschauer|folge|sendung|unser gast|willkommen|guten tag|vielen dank für|sie (?:haben "
    r")?(?:erwähnt|sagten|schrieben)|letzte frage)\b"
)
_TRAILS = re.compile(r"(?:\.\.\.|…|--?|—|–)[\"”’»)\]\s]*$")
# A tag asks for assent and for nothing else. Whoever asks ends in it; within an explanation it is a habit of speaking.
_TAGS = (
    "right|okay|you know|yeah|да|так|верно|не так ли|понимаете|n[’']est-ce pas|non|hein|verdad|no|oder|nicht "
    "wahr|ja|nicht"
)
_TAG = re.compile(rf", ¿?(?:{_TAGS}) ?\?\W*$")
_SAID_TAG = re.compile(rf"(?:(?<=[.,!?…–—-] )|(?<=[.,!?…–—-] ¿))({_TAGS}) ?\?")
_LOOSE = re.compile(r"(?:so|well|yeah|and|ну|так|alors|bon|bueno|also|tja)\b[ ,]")
_LOOSE_WITHIN = re.compile(r"\byou know\b|\bi mean\b|\blike,")
_TIME = re.compile(r"^\[[\d:.]+\]\s*")
_QUOTED = re.compile(r"[“\"„«][^“”\"„«»]{2,}[”\"“»]")
_LONG = 60  # words; few questions are longer
_USUAL = 3.5  # the logarithm of how many words a paragraph has


def of_paragraph(words: str) -> tuple[float, ...]:
    """What a paragraph shows, as numbers; `telling.ASKING` is in the same order."""
    words = _TIME.sub("", words)
    low = words.lower()
    own = _asked(_own(low))
    sentences = [one for one in (found.strip() for found in _SENTENCE.findall(own)) if one] or [own]
    count, last = count_of(words), sentences[-1]
    ends = bool(_ENDS.search(own))
    late = any(_MARK.search(one) for one in sentences[-3:])
    asked = sum(bool(_ENDS.search(one)) for one in sentences)
    first, second = len(_FIRST.findall(low)), len(_SECOND.findall(low)) + len(_SIE.findall(words))
    return (
        1.0,
        float(ends),
        float(late and not ends),
        asked / len(sentences),
        float(asked == 0),
        math.log(count + 1),
        max(0.0, count - _LONG) / 60,
        float(ends and count <= 40),
        float(bool(_ASKS.match(last if ends else own))),
        float(bool(_INVITES.search(low))),
        float(bool(_REPLIES.match(low))),
        10.0 * first / (count + 10),
        10.0 * second / (count + 10),
        float(count <= 4),
        float(not ends and count <= _LONG and bool(_ORDERS.match(last) or _ORDERS.match(low))),
        float(count <= _LONG and bool(_SECOND.match(low.lstrip('¿«“„"')))),
        float(bool(_HEARS.match(low))),
        float(bool(_PROGRAMME.search(low))),
        float(bool(_TAG.search(own))),
    )


def of_step(before: str, words: str, *, asked: bool) -> tuple[float, ...]:
    """What shows whether the same one speaks in two paragraphs; `telling.STAYING` is in the same order.

    `asked`: the one before ends in a question.
    """
    before, words = _TIME.sub("", before).lower(), _TIME.sub("", words).lower()
    count, was = count_of(words), count_of(before)
    return (
        1.0,
        float(asked),
        float(bool(_HEARS.match(words))),
        float(bool(_GOES_ON.match(words))),
        float(was <= 4),
        float(count <= 4),
        float(bool(_TRAILS.search(before))),
        math.log(was + 1) - _USUAL,
        math.log(count + 1) - _USUAL,
    )


def of_text(every: Sequence[str]) -> tuple[float, float, float]:
    """What all paragraphs together show.

    How much of a talk it is rather than a list of questions (it is put as in speech, or its questions are long), and
    how much of it only listens ("Yeah, that's true."), both from 0 to 1; how many paragraphs there are for each that ends in
    a question mark, as a logarithm.
    """
    bare = [_TIME.sub("", words) for words in every]
    loose = sum(map(is_loose, bare)) + sum(bool(_HEARS.match(words.lower())) for words in bare)
    heard = sum(map(replies, bare))
    asked = [count_of(words) for words in bare if ends_in_question(words)]
    usual = statistics.median(asked) if len(asked) > 2 else 0.0
    talk = max((loose / len(bare) - 0.15) / 0.25, (usual - 12) / 18)
    share = min(0.5, max(0.12, len(asked) / len(bare)))
    return min(1.0, max(0.0, talk)), min(1.0, 20 * heard / len(bare)), math.log((1 - share) / share)


def _own(words: str) -> str:
    """The words without what they quote: what a quotation asks is asked of nobody here."""
    rest = _QUOTED.sub("", words)
    return rest if len(rest.split()) >= 3 else words


def _asked(words: str) -> str:
    """The words without the question marks of tags; one that ends a text that is not long still counts."""
    if "?" not in words:
        return words
    last = words.rindex("?") if asks(words) and count_of(words) <= _LONG else len(words)
    return _SAID_TAG.sub(r"\1.", words[:last]) + words[last:]


def count_of(words: str) -> int:
    """How many words; a script without spaces counts two characters for one."""
    dense = len(re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]", words))
    return len(words.split()) + dense // 2


def asks(words: str) -> bool:
    return bool(_ENDS.search(words))


def ends_in_question(words: str) -> bool:
    """Whether the last of the own words, not of a quotation, asks."""
    return asks(_asked(_own(_TIME.sub("", words).lower())))


def invites(words: str) -> bool:
    """Whether the words ask somebody to speak, with or without a question mark."""
    low = words.lower()
    return bool(_INVITES.search(low) or _ORDERS.match(low))


def replies(words: str) -> bool:
    """Whether the words only show that somebody listens, as speech has it: "Yeah, that's true."."""
    return not asks(words) and count_of(words) <= 6 and bool(_HEARS.match(words.lower()))


def is_loose(words: str) -> bool:
    """Whether the words are put as in speech."""
    low = words.lower()
    return bool(_LOOSE.match(low) or _LOOSE_WITHIN.search(low))


def speaks(words: str) -> bool:
    """Whether the words reply, greet, say "I", or speak to somebody: text in front of a conversation seldom does."""
    low = words.lower()
    return bool(
        _HEARS.match(low) or _SECOND.search(low) or _SIE.search(words) or _PROGRAMME.search(low) or _ME.search(low)
    )


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
    return "it is long for a question" if told_question and count_of(words) > 60 else "both look alike here"
