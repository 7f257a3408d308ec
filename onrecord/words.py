"""The book's own words (“Contents”, “Question”) in the language of the book."""

from __future__ import annotations

from datetime import date

_ENGLISH = {
    "contents": "Contents", "contributors": "Contributors", "imprint": "Imprint", "title_page": "Title page",
    "cover": "Cover", "disclaimer": "Disclaimer", "notes": "Notes", "question": "Question", "answer": "Answer",
    "edited_by": "Edited by", "page": "page", "page_short": "p.", "pages": "Pages", "editor_note": "Editor’s note", "next": "Next", "previous": "Previous",
    "start": "Start of text", "landmarks": "Landmarks", "interviewee": "interviewee", "interviewer": "interviewer", "moderator": "moderator",
    "translator": "translator", "editor": "editor", "photographer": "photographer", "skip": "Skip to the text",
    "cite": "cite", "citations": "Cite this interview", "copied": "copied", "and": "and", "interview_by": "interview by {}",
    "in_book": "in", "ed": "ed.",
    "copy_of": "Copy {} of {}", "booklet": "{} (booklet, for printing)",
    "booklet_print": "To print: {paper}, both sides, flip on the short edge, actual size. Fold all {sheets} sheets together, staple the fold.",
    "booklet_one": "To print: {paper}, both sides, flip on the short edge, actual size. Fold the sheet once.",
    "sheet_outside": "Sheet {} outside", "sheet_inside": "Sheet {} inside",
    "print_shop": "{} (for the print shop)", "all_copies": "{} (all copies, for printing)",
    "receipts": "Receipts for numbered copies", "number": "No.", "name": "Name", "organisation": "Organisation",
    "received": "Received (date, signature)", "copies_in_all": "Copies in all: {}", "large_print": "large print",
}  # fmt: skip
_OTHERS = {
    "de": {
        "contents": "Inhalt", "contributors": "Mitwirkende", "imprint": "Impressum", "title_page": "Titelseite",
        "cover": "Umschlag", "disclaimer": "Haftungsausschluss", "notes": "Anmerkungen", "question": "Frage",
        "answer": "Antwort", "edited_by": "Herausgegeben von", "page": "Seite", "page_short": "S.", "pages": "Seiten", "editor_note": "Anmerkung der Redaktion",
        "next": "Weiter", "previous": "Zurück", "start": "Textbeginn", "landmarks": "Orientierungspunkte", "interviewee": "im Gespräch",
        "interviewer": "Interview", "moderator": "Moderation", "translator": "Übersetzung", "editor": "Redaktion",
        "photographer": "Foto", "skip": "Zum Text",
        "cite": "zitieren", "citations": "Dieses Gespräch zitieren", "copied": "kopiert", "and": "und",
        "interview_by": "Interview von {}", "in_book": "in", "ed": "hg. von",
        "copy_of": "Exemplar {} von {}", "booklet": "{} (Broschüre, Druckvorlage)",
        "booklet_print": "Druck: {paper}, beidseitig, über die kurze Kante wenden, Originalgröße. Alle {sheets} Bogen zusammen falten, im Falz heften.",
        "booklet_one": "Druck: {paper}, beidseitig, über die kurze Kante wenden, Originalgröße. Den Bogen einmal falten.",
        "sheet_outside": "Bogen {} außen", "sheet_inside": "Bogen {} innen", "print_shop": "{} (für die Druckerei)",
        "all_copies": "{} (alle Exemplare, Druckvorlage)", "receipts": "Empfang der nummerierten Exemplare",
        "number": "Nr.", "name": "Name", "organisation": "Organisation", "received": "Erhalten (Datum, Unterschrift)",
        "copies_in_all": "Exemplare insgesamt: {}", "large_print": "Großdruck",
    },
    "fr": {
        "contents": "Table des matières", "contributors": "Contributeurs", "imprint": "Mentions légales",
        "title_page": "Page de titre", "cover": "Couverture", "disclaimer": "Avertissement", "notes": "Notes",
        "question": "Question", "answer": "Réponse", "edited_by": "Sous la direction de", "page": "page", "page_short": "p.", "pages": "Pages",
        "editor_note": "Note de la rédaction", "next": "Suivant", "previous": "Précédent", "start": "Début du texte", "landmarks": "Repères",
        "interviewee": "entretien", "interviewer": "propos recueillis", "moderator": "modération",
        "translator": "traduction", "editor": "rédaction", "photographer": "photographie", "skip": "Aller au texte",
        "cite": "citer", "citations": "Citer cet entretien", "copied": "copié", "and": "et",
        "interview_by": "entretien mené par {}", "in_book": "dans", "ed": "dir.",
        "copy_of": "Exemplaire {} sur {}", "booklet": "{} (livret, à imprimer)",
        "booklet_print": "Impression : {paper}, recto verso, retourner sur le bord court, taille réelle. Plier ensemble les {sheets} feuilles, agrafer au pli.",
        "booklet_one": "Impression : {paper}, recto verso, retourner sur le bord court, taille réelle. Plier la feuille une fois.",
        "sheet_outside": "Feuille {} extérieur", "sheet_inside": "Feuille {} intérieur",
        "print_shop": "{} (pour l’imprimeur)", "all_copies": "{} (tous les exemplaires, à imprimer)",
        "receipts": "Reçus des exemplaires numérotés", "number": "Nº", "name": "Nom", "organisation": "Organisme",
        "received": "Reçu (date, signature)", "copies_in_all": "Nombre d’exemplaires : {}",
        "large_print": "gros caractères",
    },
    "es": {
        "contents": "Índice", "contributors": "Colaboradores", "imprint": "Créditos", "title_page": "Portada",
        "cover": "Cubierta", "disclaimer": "Aviso", "notes": "Notas", "question": "Pregunta", "answer": "Respuesta",
        "edited_by": "Edición de", "page": "página", "page_short": "p.", "pages": "Páginas", "editor_note": "Nota de la redacción", "next": "Siguiente",
        "previous": "Anterior", "start": "Inicio del texto", "landmarks": "Puntos de referencia", "interviewee": "entrevistado", "interviewer": "entrevista",
        "moderator": "moderación", "translator": "traducción", "editor": "edición", "photographer": "fotografía",
        "skip": "Ir al texto",
        "cite": "citar", "citations": "Citar esta entrevista", "copied": "copiado", "and": "y",
        "interview_by": "entrevista de {}", "in_book": "en", "ed": "ed.",
        "copy_of": "Ejemplar {} de {}", "booklet": "{} (folleto, para imprimir)",
        "booklet_print": "Impresión: {paper}, a doble cara, girar por el borde corto, tamaño real. Doblar juntas las {sheets} hojas, grapar en el pliegue.",
        "booklet_one": "Impresión: {paper}, a doble cara, girar por el borde corto, tamaño real. Doblar la hoja una vez.",
        "sheet_outside": "Hoja {} exterior", "sheet_inside": "Hoja {} interior",
        "print_shop": "{} (para la imprenta)", "all_copies": "{} (todos los ejemplares, para imprimir)",
        "receipts": "Recibos de los ejemplares numerados", "number": "N.º", "name": "Nombre",
        "organisation": "Organización", "received": "Recibido (fecha, firma)",
        "copies_in_all": "Total de ejemplares: {}", "large_print": "letra grande",
    },
    "ru": {
        "contents": "Содержание", "contributors": "Участники", "imprint": "Выходные данные",
        "title_page": "Титульный лист", "cover": "Обложка", "disclaimer": "Оговорка", "notes": "Примечания",
        "question": "Вопрос", "answer": "Ответ", "edited_by": "Под редакцией", "page": "с.", "page_short": "с.", "pages": "Страницы",
        "editor_note": "Примечание редакции", "next": "Далее", "previous": "Назад", "start": "Начало текста", "landmarks": "Ориентиры",
        "interviewee": "собеседник", "interviewer": "интервью", "moderator": "модератор", "translator": "перевод",
        "editor": "редактор", "photographer": "фотография", "skip": "К тексту",
        "cite": "ссылка", "citations": "Как сослаться на это интервью", "copied": "скопировано", "and": "и",
        "interview_by": "интервьюер: {}", "in_book": "в кн.", "ed": "под ред.",
        "copy_of": "Экземпляр {} из {}", "booklet": "{} (брошюра, для печати)",
        "booklet_print": "Печать: {paper}, с двух сторон, переворот по короткому краю, реальный размер. Сложить все листы ({sheets}) вместе, скрепить по сгибу.",
        "booklet_one": "Печать: {paper}, с двух сторон, переворот по короткому краю, реальный размер. Сложить лист один раз.",
        "sheet_outside": "Лист {} снаружи", "sheet_inside": "Лист {} внутри", "print_shop": "{} (для типографии)",
        "all_copies": "{} (все экземпляры, для печати)", "receipts": "Ведомость нумерованных экземпляров",
        "number": "№", "name": "Имя", "organisation": "Организация", "received": "Получено (дата, подпись)",
        "copies_in_all": "Всего экземпляров: {}", "large_print": "крупный шрифт",
    },
}  # fmt: skip
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
}
_DAYS = {
    "en": "{day} {month} {year}",
    "de": "{day}. {month} {year}",
    "es": "{day} de {month} de {year}",
    "ru": "{day} {month} {year} г.",
}


def words(language: str) -> dict[str, str]:
    """The words in this language; English where we have none."""
    return {**_ENGLISH, **_OTHERS.get(language.split("-")[0], {})}


def day(value: date, language: str) -> str:
    """A date as it is written in this language; ISO 8601 where we have no months."""
    base = language.split("-")[0]
    if base not in _MONTHS:
        return value.isoformat()
    month = _MONTHS[base].split()[value.month - 1]
    return _DAYS.get(base, _DAYS["en"]).format(day=value.day, month=month, year=value.year)
