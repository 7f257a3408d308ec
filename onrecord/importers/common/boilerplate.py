"""Recognize what stands around a conversation: dates, times, disclaimers, rights, notes."""

from __future__ import annotations

import re
from datetime import date

_DISCLAIMER = re.compile(
    r"(?i)(?:views|opinions)(?: and opinions)? (?:expressed|in this|of the (?:author|interviewee|speaker))|"
    r"(?:do|does) not (?:necessarily )?(?:reflect|represent)|"
    r"(?:мнени|взгляд|позици|точк\w+ зрени)[\wё]*.{0,80}(?:не совпада|не отража|принадлеж|автор)|редакци\w+ не "
    r"нес[её]т|отража\w+ (?:личн|частн|исключительно|только)|"
    r"n[’']engage(?:nt)? que|ne refl[èe]te(?:nt)? pas|(?:opinions|points de vue|propos|idées) (?:ici )?exprimé"
    r"|décline toute responsabilité|"
    r"(?:opiniones|puntos de vista|ideas) (?:aquí )?(?:expresad|vertid)[oa]s|no (?:necesariamente )?refleja|no se "
    r"hace responsable|"
    r"(?:meinung|ansicht|äußerung|aussage|sicht)\w*.{0,80}(?:wieder|entsprechen|spiegeln|übereinstimmen)|spiegel\w+ "
    r"(?:nicht|ausschließlich|allein|nur)|"
    r"für den inhalt .{0,40}verantwortlich|本文.{0,12}观点|不代表|لا تعبر"
)
_RIGHTS = re.compile(
    r"(?i)©|\(c\) ?(?:19|20)\d\d|all rights reserved|creative commons|\bcc[ -]by\b|(?:is |are )?licen[cs]ed under|"
    r"все права защищены|tous droits réservés|todos los derechos|alle rechte vorbehalten|版权所有|جميع الحقوق"
)
_NOTE = re.compile(
    r"(?i)^[*_\[(]*(?:this (?:interview|conversation|transcript|text|article|q ?& ?a)\b.{0,40}\b(?:was|has been|is"
    r"|first|originally|appeared)|"
    r"(?:the )?interview (?:was|has been) (?:edited|condensed|conducted|first|originally)|editor[’']?s? note"
    r"|(?:transcript|interview) (?:has been )?(?:lightly )?edited|"
    r"(?:данное |это )?интервью (?:было )?(?:опубликован|подготовлен|впервые|записан|взят)|примечание редакции|"
    r"transcribed by\b|cet entretien a|entretien publié|note de la rédaction|esta entrevista (?:fue|ha sido|se)|nota "
    r"de la redacción|"
    r"(?:das|dieses) (?:interview|gespräch) (?:wurde|erschien|ist)|anmerkung der redaktion)"
)
_INTERFACE_LABEL = re.compile(
    r"(?i)^(?:.{1,60} (?:started|stopped) (?:transcription|recording)|share(?: (?:this|on|via).{0,30})?|tweet"
    r"|facebook|twitter|linkedin|whatsapp|telegram|e-?mail|print|pin it|listen|transcript|follow|back"
    r"|\d+[ -]min(?:ute)?(?: read| listen)?|comments? ?\(?\d*\)?|reddit|copy link|"
    r"поделиться|вконтакте|одноклассники|partager|imprimer|compartir|teilen|drucken|read more|back to top|skip to "
    r"content|menu|home|"
    r"subscribe(?: now)?|sign up(?: now)?|reuse this content|explore more on these topics|gift this article|save for "
    r"later|archivado en|réutiliser ce contenu|"
    r"temps de lecture\W{1,3}\d+ min(?:utes)?|-\s?30\s?-|\d+ (?:likes?|shares?|responses?|followers))\W*$|^\{%.*%\}$"
    r"|^#\w+(?:\s+#\w+)*$"
)
_TIME_LINE = re.compile(
    r"(?i)^(?:end\s+)?[\[(]?\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s*[ap]\.?\s?m\.?)?(?:\s+(?:[A-Z]{2,4}|uhr|local "
    r"time))?[\])]?$|^(?:\d+h )?\d+m \d+s$"
)
_RECORDING_TIME = re.compile(r"[\[(]?(?:\d{1,2}:)?\d{1,2}:\d\d[\])]?")
_PROMOTION = re.compile(
    r"(?i)\bsubscri(?:be|ption|ber)s?\b.*\b(?:receive|new posts|support|free|paid|newsletter|inbox|reader-supported)"
    r"|\bsign up (?:for|to) (?:our|the)\b|"
    r"reader-supported publication|feel free to share it|^(?:leave a comment|give a gift subscription|get the app"
    r"|open in app)\W*$|"
    r"^подпис(?:ывайтесь|аться|ка) на (?:наш|канал|новост|рассылк)|^(?:à lire aussi|lire aussi|lee también|lea "
    r"también|lesen sie auch|mehr zum thema|"
    r"read (?:more|also|next)|see also|related|читайте также|смотрите также|по теме)\s*[:：—]|article réservé aux "
    r"abonnés|réservé aux abonnés"
)
_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "januar februar märz april mai juni juli august september oktober november dezember",
    )
    for number, name in enumerate(names.split(), 1)
}
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.|er)?\s+(?:de\s+)?([^\W\d_]+)\.?,?\s+(?:de\s+)?((?:19|20)\d\d)")
_MONTH_FIRST = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)")
_ISO = re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d.*)?$")
_DENSE = re.compile(r"((?:19|20)\d\d)\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_NUMBERS = re.compile(r"(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)")

# Printed around a date without saying more than the date does.
_AROUND_DATES = re.compile(
    r"(?i)\b\d{1,2}\s?[:.h]\s?\d\d(?::\d\d)?\b|\b\d{1,3}[ -]?(?:min(?:ute)?s?|мин\w*|minuten)\b|\b(?:(?:first|last) "
    r")?(?:published|posted|updated|modified|created)\b|"
    r"\b(?:publiée?|mise? à jour|modifiée?|temps de lecture|publicado|actualizado|veröffentlicht|aktualisiert|stand"
    r"|опубликован\w*|обновлен\w*|время чтения)\b|"
    r"\b(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|"
    r"\b(?:on|at|am|pm|um|uhr|le|à|el|a las|в|read|lecture|lesezeit|gmt|utc|cet|cest|est|edt|msk|мск)\b|[ap]\.m\."
    r"|[-–—·•|,/()]",
)


def is_disclaimer(words: str) -> bool:
    """Return whether an imported paragraph says whose views are expressed, or who is not liable."""
    return len(words.split()) < 120 and bool(_DISCLAIMER.search(words))


def is_rights(words: str) -> bool:
    """Return whether an imported paragraph is a copyright line or names a license."""
    return len(words.split()) < 60 and bool(_RIGHTS.search(words))


def is_note(words: str) -> bool:
    """Return whether an imported paragraph is a note about the interview: "This text was edited …"."""
    return len(words.split()) < 90 and bool(_NOTE.search(words.strip()))


def is_only_time(words: str) -> bool:
    """Return whether an imported line is a time of day or of a recording, and nothing more."""
    return len(words) < 40 and bool(_TIME_LINE.match(words.strip()))


def read_recording_time(words: str) -> str:
    """Return the recording time of an imported line without brackets; "" if it says anything else."""
    return words.strip("[]()") if _RECORDING_TIME.fullmatch(words) else ""


def is_interface_label(words: str) -> bool:
    """Return whether an imported line is a button or a label of a page: "Share", "5 min read", tags."""
    return len(words) < 60 and bool(_INTERFACE_LABEL.match(words.strip()))


def is_promotion(words: str) -> bool:
    """Return whether an imported paragraph asks its reader to subscribe, or to read something else."""
    return len(words.split()) < 40 and bool(_PROMOTION.search(words.strip()))


def may_be_title(words: str) -> bool:
    """Return whether an import's first line can be a title: short, and no sentence with a full stop."""
    return 0 < len(words) <= 200 and len(words.split()) <= 30 and not words.rstrip().endswith((".", ":", ";", ","))


# --- dates ----------------------------------------------------------------------------------------


def read_date_line(words: str) -> str:
    """Return in ISO 8601 the first date of an imported line of dates; "" for any other line.

    Weekdays, times, "Published on" and "5 min read" may stand in such a line, too.
    """
    words = words.strip(" .*_()[]")
    if len(words.split()) > 20 or len(words) > 140:
        return ""
    for pattern, order in (
        (_ISO, "ymd"),
        (_DAY_FIRST, "dmy"),
        (_MONTH_FIRST, "mdy"),
        (_NUMBERS, "dmy"),
        (_DENSE, "ymd"),
    ):
        match = pattern.search(words)
        day = _format_matched_date(match, order) if match else ""
        if day:
            other_words = _AROUND_DATES.sub(" ", pattern.sub(" ", words)).split()
            return day if len(other_words) <= 4 and len(" ".join(other_words)) < 40 else ""
    return ""


def find_date(words: str) -> str:
    """Return in ISO 8601 the first date that words name with day, month and year, "" if none."""
    for pattern, order in ((_DAY_FIRST, "dmy"), (_MONTH_FIRST, "mdy")):
        day = next(filter(None, (_format_matched_date(match, order) for match in pattern.finditer(words))), "")
        if day:
            return day
    return ""


def _format_matched_date(match: re.Match[str], order: str) -> str:
    """Return the date whose parts stand in this order in ISO 8601; "" for no such day."""
    parts = dict(zip(order, match.groups(), strict=True))
    month = int(parts["m"]) if parts["m"].isdigit() else _MONTHS.get(parts["m"].casefold(), 0)
    try:
        return date(int(parts["y"]), month, int(parts["d"])).isoformat()
    except ValueError:
        return ""
