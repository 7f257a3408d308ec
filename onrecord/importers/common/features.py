"""Compute features of words: whether they ask, and whether the speaker changes.

Each feature is a number that a reader could count by hand; `recognition.classifier` weighs them.
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Sequence

# All patterns but those with capitals are for words in small letters: ignoring case makes each five times as slow.
_QUESTION_END = re.compile(r"[?？؟]['\"”’»)\]*_\s…!.]*$")
_QUESTION_MARK = re.compile(r"[?？؟]")
_SENTENCE = re.compile(r"[^.!?…。？！؟]+[.!?…。？！؟]*[\"”’»)\]]*\s*")
_QUESTION_START = re.compile(
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
_INVITATION = re.compile(
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
_REQUEST = re.compile(
    r"[¡«\"“„]?(?:(?:and|so|please|well|then|а|и|но|пожалуйста|et|y|und|bitte|then)[ ,]+)*(?:"
    r"tell (?:us|me)|talk (?:to|about|us)|describe|explain|walk (?:us|me)|say more|go on|give us|take us|help us"
    r"|let[’']s|"
    r"расскажите|поясните|опишите|объясните|скажите|назовите|приведите|давайте|поделитесь|вспомните|представьтесь|"
    r"parlez[- ]|racontez|expliquez|dites[- ]|décrivez|donnez[- ]|revenons|présentez|passons|"
    r"cuént[ae]|háble|explí(?:que|ca)|díga|descríba|describa|denos|hablemos|volvamos|pasemos|preséntese|recuerde|"
    r"(?:erzählen|erklären|beschreiben|sagen|nennen|schildern|geben|sprechen|kommen|erinnern|stellen) (?:sie|wir)|"
    r"请谈|请说|请介绍|请您|谈谈|说说|و?(?:حدثنا|أخبرنا|اشرح|صف))"
)
_REPLY = re.compile(
    r"[«\"“„]?(?:yes|yeah|yep|no|nope|well|sure|absolutely|definitely|exactly|of course|right|certainly|i|we|my|our"
    r"|thank you|thanks|"
    r"it[’']s|that[’']s|there (?:is|are)|because|honestly|"
    r"да|нет|конечно|безусловно|разумеется|я|мы|думаю|наверное|это|спасибо|ну|"
    r"oui|non|bien sûr|absolument|je|j[’']\w+|nous|c[’']est|parce que|tout à fait|"
    r"sí|no|claro|por supuesto|yo|creo|nosotros|porque|bueno|"
    r"ja|nein|natürlich|ich|wir|das ist|weil|genau|doch|"
    r"是的|不|我|对|نعم|لا|أنا|نحن)\b"
)
_FIRST_PERSON = re.compile(
    r"\b(?:i|i[’'](?:m|ve|d|ll)|my|me|we|we[’']re|our|us|я|мы|мой|моя|мне|меня|нас|нам|наш\w*|je|j[’']|mon|ma|mes"
    r"|nous|notre|nos|"
    r"yo|mi|mis|nosotros|nuestr[oa]s?|ich|mein\w*|mir|mich|wir|uns\w*)\b|我|أنا"
)
_FIRST_SINGULAR = re.compile(
    r"\b(?:i|i[’'](?:m|ve|d|ll)|my|me|я|меня|мне|je|j[’']|moi|yo|mi|soy|ich|mein|mich|mir)\b|我|أنا"
)
_SECOND_PERSON = re.compile(
    r"\b(?:you|your|yours|you[’'](?:re|ve|d|ll)|вы|вас|вам|вами|ваш\w*|ты|тебя|тебе|vous|votre|vos|tu|ton|tes"
    r"|usted(?:es)?|tú|vosotros|vuestr[oa]s?|"
    r"du|dich|dir|dein\w*|euch)\b|您|你|أنت|كم\b"
)
# German "Sie" addresses somebody, "sie" means others; at the beginning of a sentence they look alike.
_GERMAN_SIE = re.compile(r"(?<=[\w,;] )(?:Sie|Ihnen|Ihre?[nmrs]?)\b")
_BACKCHANNEL = re.compile(
    r"(?:yes|yeah|yep|yup|no|nope|right|ok|okay|sure|exactly|wow|mm+|uh-?huh|cool|awesome|gotcha|totally|absolutely"
    r"|definitely|"
    r"interesting|true|да|нет|ага|угу|точно|ясно|oui|non|d’accord|ja|nein|genau|sí|claro)\b"
)
_CONTINUATION = re.compile(
    r"[\"“«„]?(?:and then|then|also|another|for example|for instance|so then|but then|finally|and finally|similarly"
    r"|first|second|third|in addition|"
    r"they|he|she|this|these|those|that being said|instead|eventually|basically|because|"
    r"потом|затем|также|ещё|например|кроме того|наконец|во-первых|во-вторых|они|он|она|эт[оаиу]|потому что|поэтому|"
    r"puis|ensuite|aussi|par exemple|enfin|d’abord|de plus|ils|elles?|il|ce(?:la|tte|s)?|parce que|finalement|"
    r"luego|después|también|por ejemplo|además|finalmente|primero|ellos|ellas?|él|est[aeo]s?|porque|entonces|"
    r"dann|danach|außerdem|zum beispiel|schließlich|erstens|zweitens|er|diese[rsnm]?|weil|deshalb|darum)\b"
)
_PROGRAMME_WORDS = re.compile(
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
_TRAILING_OFF = re.compile(r"(?:\.\.\.|…|--?|—|–)[\"”’»)\]\s]*$")
# A tag question ("…, right?") asks only for assent. At the end of a turn it asks; inside one it is a way of speaking.
_TAGS = (
    "right|okay|you know|yeah|да|так|верно|не так ли|понимаете|n[’']est-ce pas|non|hein|verdad|no|oder|nicht "
    "wahr|ja|nicht"
)
_TAG_QUESTION = re.compile(rf", ¿?(?:{_TAGS}) ?\?\W*$")
_SPOKEN_TAG = re.compile(rf"(?:(?<=[.,!?…–—-] )|(?<=[.,!?…–—-] ¿))({_TAGS}) ?\?")
_COLLOQUIAL_START = re.compile(r"(?:so|well|yeah|and|ну|так|alors|bon|bueno|also|tja)\b[ ,]")
_COLLOQUIAL_WORDS = re.compile(r"\byou know\b|\bi mean\b|\blike,")
_LEADING_TIME = re.compile(r"^\[[\d:.]+\]\s*")
_ADDRESS = re.compile(r"(?:[^\n.?!]{1,60}:\s)?(?:https?://|www\.)\S+")
_QUOTATION = re.compile(r"[“\"„«][^“”\"„«»]{2,}[”\"“»]")
_LONGEST_QUESTION = 60  # words; few questions have more
_MEAN_LOG_LENGTH = 3.5  # the mean of the logarithm of the number of words in a paragraph


def compute_paragraph_features(words: str) -> tuple[float, ...]:
    """Return a paragraph's features for the classifier of questions, in the order of `classifier.ASKING`."""
    words = _LEADING_TIME.sub("", words)
    low = words.lower()
    unquoted = _remove_tag_questions(_remove_quotations(low))
    sentences = _split_sentences(unquoted)
    last = sentences[-1]
    word_count = estimate_word_count(words)
    is_short = word_count <= _LONGEST_QUESTION
    is_question = bool(_QUESTION_END.search(unquoted))
    has_late_mark = any(_QUESTION_MARK.search(sentence) for sentence in sentences[-3:])
    question_count = sum(bool(_QUESTION_END.search(sentence)) for sentence in sentences)
    first_person_count = len(_FIRST_PERSON.findall(low))
    second_person_count = len(_SECOND_PERSON.findall(low)) + len(_GERMAN_SIE.findall(words))
    is_request = bool(_REQUEST.match(last) or _REQUEST.match(low))
    return (
        1.0,
        float(is_question),
        float(has_late_mark and not is_question),
        question_count / len(sentences),
        float(question_count == 0),
        math.log(word_count + 1),
        max(0.0, word_count - _LONGEST_QUESTION) / 60,
        float(is_question and word_count <= 40),
        float(bool(_QUESTION_START.match(last if is_question else unquoted))),
        float(bool(_INVITATION.search(low))),
        float(bool(_REPLY.match(low))),
        10.0 * first_person_count / (word_count + 10),
        10.0 * second_person_count / (word_count + 10),
        float(word_count <= 4),
        float(not is_question and is_short and is_request),
        float(is_short and bool(_SECOND_PERSON.match(low.lstrip('¿«“„"')))),
        float(bool(_BACKCHANNEL.match(low))),
        float(bool(_PROGRAMME_WORDS.search(low))),
        float(bool(_TAG_QUESTION.search(unquoted))),
    )


def compute_step_features(before: str, words: str, *, asked: bool) -> tuple[float, ...]:
    """Return the features of two paragraphs in a row for the classifier, in the order of `classifier.STAYING`.

    They show whether both paragraphs have the same speaker.

    `asked` says that the paragraph before ends in a question.
    """
    before, words = _LEADING_TIME.sub("", before).lower(), _LEADING_TIME.sub("", words).lower()
    word_count, count_before = estimate_word_count(words), estimate_word_count(before)
    return (
        1.0,
        float(asked),
        float(bool(_BACKCHANNEL.match(words))),
        float(bool(_CONTINUATION.match(words))),
        float(count_before <= 4),
        float(word_count <= 4),
        float(bool(_TRAILING_OFF.search(before))),
        math.log(count_before + 1) - _MEAN_LOG_LENGTH,
        math.log(word_count + 1) - _MEAN_LOG_LENGTH,
    )


def compute_text_features(every: Sequence[str]) -> tuple[float, float, float]:
    """Return the classifier's features of all paragraphs of a text together.

    1. How much it is a talk rather than a list of questions, from 0 to 1: colloquial, or with long questions.
    2. How much of it is only "Yeah, that's true.", from 0 to 1.
    3. The logarithm of how many paragraphs there are for each one that ends in a question mark.
    """
    paragraphs = [_LEADING_TIME.sub("", words) for words in every]
    colloquial_count = sum(map(is_colloquial, paragraphs))
    colloquial_count += sum(bool(_BACKCHANNEL.match(words.lower())) for words in paragraphs)
    backchannel_count = sum(map(is_backchannel, paragraphs))
    question_lengths = [estimate_word_count(words) for words in paragraphs if ends_in_unquoted_question(words)]
    median_length = statistics.median(question_lengths) if len(question_lengths) > 2 else 0.0
    talk = max((colloquial_count / len(paragraphs) - 0.15) / 0.25, (median_length - 12) / 18)
    question_share = min(0.5, max(0.12, len(question_lengths) / len(paragraphs)))
    return (
        min(1.0, max(0.0, talk)),
        min(1.0, 20 * backchannel_count / len(paragraphs)),
        math.log((1 - question_share) / question_share),
    )


def _split_sentences(words: str) -> list[str]:
    """Return the sentences of words, at least one."""
    sentences = (match.strip() for match in _SENTENCE.findall(words))
    return [sentence for sentence in sentences if sentence] or [words]


def _remove_quotations(words: str) -> str:
    """Return the words without quotations, or all words if fewer than three are left."""
    unquoted = _QUOTATION.sub("", words)
    return unquoted if len(unquoted.split()) >= 3 else words


def _remove_tag_questions(words: str) -> str:
    """Return the words without the question marks of tag questions (“…, isn't it?”).

    One at the end of a text that is not long stays: it asks.
    """
    if "?" not in words:
        return words
    last = (
        words.rindex("?")
        if ends_with_question_mark(words) and estimate_word_count(words) <= _LONGEST_QUESTION
        else len(words)
    )
    return _SPOKEN_TAG.sub(r"\1.", words[:last]) + words[last:]


def estimate_word_count(words: str) -> int:
    """Return the number of words; two characters of a script without spaces count as one."""
    dense_count = len(re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]", words))
    return len(words.split()) + dense_count // 2


def is_address(words: str) -> bool:
    """Return whether the words are nothing but the address of a page, perhaps with a short name before it."""
    return bool(_ADDRESS.fullmatch(words.strip()))


def ends_with_question_mark(words: str) -> bool:
    """Return whether an imported paragraph ends in a question mark."""
    return bool(_QUESTION_END.search(words))


def ends_in_unquoted_question(words: str) -> bool:
    """Return whether words end in a question that is neither quoted nor a tag (“…, right?”)."""
    return ends_with_question_mark(_remove_tag_questions(_remove_quotations(_LEADING_TIME.sub("", words).lower())))


def invites_reply(words: str) -> bool:
    """Return whether an imported paragraph asks somebody to speak, with or without a question mark."""
    low = words.lower()
    return bool(_INVITATION.search(low) or _REQUEST.match(low))


def is_backchannel(words: str) -> bool:
    """Return whether an imported paragraph only shows that somebody listens: "Yeah, that's true."."""
    return (
        not ends_with_question_mark(words)
        and estimate_word_count(words) <= 6
        and bool(_BACKCHANNEL.match(words.lower()))
    )


def is_colloquial(words: str) -> bool:
    """Return whether an imported paragraph is put as in speech."""
    low = words.lower()
    return bool(_COLLOQUIAL_START.match(low) or _COLLOQUIAL_WORDS.search(low))


def sounds_spoken(words: str) -> bool:
    """Return whether an imported paragraph replies, greets, says "I" or addresses somebody.

    Text before a conversation seldom does.
    """
    low = words.lower()
    is_address = _SECOND_PERSON.search(low) or _GERMAN_SIE.search(words)
    return bool(_BACKCHANNEL.match(low) or is_address or _PROGRAMME_WORDS.search(low) or _FIRST_SINGULAR.search(low))


def explain_doubt(words: str, *, told_question: bool) -> str:
    """Return, as the end of a sentence for an editor, why a paragraph may not be a question or an answer."""
    if told_question and not ends_with_question_mark(words):
        return "it has no question mark" if not _QUESTION_MARK.search(words) else "it does not end in its question"
    if not told_question and ends_with_question_mark(words):
        return "it ends in a question mark"
    if not told_question and invites_reply(words):
        return "it turns to somebody"
    if is_backchannel(words):
        return "so short a reply may be anybody’s"
    return "it is long for a question" if told_question and estimate_word_count(words) > 60 else "both look alike here"
