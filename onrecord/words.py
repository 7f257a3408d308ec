"""The book's own words (“Contents”, “Question”) in the language of the book."""

from __future__ import annotations

from datetime import date, datetime, timedelta

_ENGLISH = {
    "contents": "Contents", "contributors": "Contributors", "imprint": "Imprint", "title_page": "Title page",
    "cover": "Cover", "disclaimer": "Disclaimer", "notes": "Notes", "question": "Question", "answer": "Answer",
    "edited_by": "Edited by", "page": "page", "page_short": "p.", "pages": "Pages", "editor_note": "Editor’s note", "next": "Next", "previous": "Previous",
    "start": "Start of text", "landmarks": "Landmarks", "interviewee": "interviewee", "interviewer": "interviewer", "moderator": "moderator",
    "translator": "translator", "editor": "editor", "photographer": "photographer", "skip": "Skip to the text",
    "cite": "cite", "citations": "Cite this interview", "copied": "copied", "and": "and", "interview_by": "interview by {}",
    "in_book": "in", "ed": "ed.",
    "agenda": "Agenda", "whos_who": "Who’s who", "about_pack": "About this pack", "item": "Item", "when": "When", "where": "Where",
    "time_zone": "{time} ({zone})", "page_of": "page {page} of {pages}", "large_page_of": "large print {page} of {pages}",
    "version": "Version {}", "embargo": "Embargo: {}", "public": "Public", "participants": "For participants only",
    "named": "For named recipients only", "on the record": "On the record", "Chatham House Rule": "Chatham House Rule",
    "not for quotation": "Not for quotation", "large_print": "large print",
    "extract": "Extract: {first} to {last} of {count} answers", "extract_one": "Extract: {first} of {count} answers",
    "whole_in": "the whole interview is in {book}", "stands_in": "In {book}", "pages_in": "pages {}", "page_in": "page {}",
    "not_yet_in": "Not yet in {book}",
    "explain_embargo": "Nothing in this pack may be published before the embargo ends.",
    "explain_participants": "This pack is for those who take part in the meeting; do not pass it on.",
    "explain_named": "This copy is for the person it names; do not pass it on.",
    "explain_Chatham House Rule": "You may use what you learn here, but you may not say who said it, for whom they spoke, or who else was there.",
    "explain_not for quotation": "You may not quote from this pack.",
    "offer_large": "This pack is also made in large print; its margins show the page numbers of this edition.",
    "is_large": "This is the large-print edition. The numbers in its margins are the pages of the normal edition.",
    "copy_of": "Copy {} of {}", "booklet": "{} (booklet, for printing)",
    "booklet_print": "To print: {paper}, both sides, flip on the short edge, actual size. Fold all {sheets} sheets together, staple the fold.",
    "booklet_one": "To print: {paper}, both sides, flip on the short edge, actual size. Fold the sheet once.",
    "sheet_outside": "Sheet {} outside", "sheet_inside": "Sheet {} inside",
    "print_shop": "{} (for the print shop)", "all_copies": "{} (all copies, for printing)",
    "receipts": "Receipts for numbered copies", "number": "No.", "name": "Name", "organisation": "Organisation",
    "received": "Received (date, signature)", "copies_in_all": "Copies in all: {}",
    "changes_since": "What has changed since “{}”", "changes_end": "All else is as it was.", "sheet_new": "New",
    "sheet_changed": "Changed", "sheet_withdrawn": "Withdrawn", "change_new": "new", "change_changed": "changed",
    "change_withdrawn": "withdrawn", "behind_page": "behind page {}", "before": "before: {}", "piece_title": "Title",
    "piece_standfirst": "Standfirst", "piece_byline": "Byline", "piece_introduction": "Introduction",
    "piece_heading": "Heading", "piece_note": "Editor’s note", "piece_disclaimer": "Disclaimer", "piece_rights": "Rights",
    "piece_question": "Question", "piece_answer": "Answer",
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
        "agenda": "Tagesordnung", "whos_who": "Wer ist wer", "about_pack": "Zu dieser Mappe", "item": "Punkt", "when": "Zeit", "where": "Ort",
        "time_zone": "{time} Uhr ({zone})", "page_of": "Seite {page} von {pages}", "large_page_of": "Großdruck {page} von {pages}",
        "version": "Fassung {}", "embargo": "Sperrfrist: {}", "public": "Öffentlich", "participants": "Nur für Teilnehmende",
        "named": "Nur für namentlich Genannte", "on the record": "Zitierfähig", "Chatham House Rule": "Chatham-House-Regel",
        "not for quotation": "Nicht zitieren", "large_print": "Großdruck",
        "extract": "Auszug: {first} bis {last} von {count} Antworten", "extract_one": "Auszug: {first} von {count} Antworten",
        "whole_in": "das ganze Gespräch steht in {book}", "stands_in": "In {book}", "pages_in": "Seiten {}", "page_in": "Seite {}",
        "not_yet_in": "Noch nicht in {book}",
        "explain_embargo": "Nichts aus dieser Mappe darf vor Ablauf der Sperrfrist veröffentlicht werden.",
        "explain_participants": "Diese Mappe ist für die Teilnehmenden der Sitzung; bitte nicht weitergeben.",
        "explain_named": "Dieses Exemplar ist für die Person, die darauf genannt ist; bitte nicht weitergeben.",
        "explain_Chatham House Rule": "Was Sie hier erfahren, dürfen Sie verwenden; wer es gesagt hat, für wen und vor wem, dürfen Sie nicht sagen.",
        "explain_not for quotation": "Aus dieser Mappe darf nicht zitiert werden.",
        "offer_large": "Diese Mappe gibt es auch in Großdruck; die Seitenzahlen dieser Ausgabe stehen dort am Rand.",
        "is_large": "Dies ist die Ausgabe in Großdruck. Die Zahlen am Rand sind die Seiten der normalen Ausgabe.",
        "copy_of": "Exemplar {} von {}", "booklet": "{} (Broschüre, Druckvorlage)",
        "booklet_print": "Druck: {paper}, beidseitig, über die kurze Kante wenden, Originalgröße. Alle {sheets} Bogen zusammen falten, im Falz heften.",
        "booklet_one": "Druck: {paper}, beidseitig, über die kurze Kante wenden, Originalgröße. Den Bogen einmal falten.",
        "sheet_outside": "Bogen {} außen", "sheet_inside": "Bogen {} innen", "print_shop": "{} (für die Druckerei)",
        "all_copies": "{} (alle Exemplare, Druckvorlage)", "receipts": "Empfang der nummerierten Exemplare",
        "number": "Nr.", "name": "Name", "organisation": "Organisation", "received": "Erhalten (Datum, Unterschrift)",
        "copies_in_all": "Exemplare insgesamt: {}",
        "changes_since": "Was sich seit „{}“ geändert hat", "changes_end": "Alles andere ist, wie es war.",
        "sheet_new": "Neu", "sheet_changed": "Geändert", "sheet_withdrawn": "Zurückgezogen", "change_new": "neu",
        "change_changed": "geändert", "change_withdrawn": "zurückgezogen", "behind_page": "hinter Seite {}",
        "before": "vorher: {}", "piece_title": "Titel", "piece_standfirst": "Vorspann", "piece_byline": "Verfasserzeile",
        "piece_introduction": "Einleitung", "piece_heading": "Zwischentitel", "piece_note": "Anmerkung der Redaktion",
        "piece_disclaimer": "Haftungsausschluss", "piece_rights": "Rechte", "piece_question": "Frage", "piece_answer": "Antwort",
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
        "agenda": "Ordre du jour", "whos_who": "Qui est qui", "about_pack": "À propos de ce dossier", "item": "Point", "when": "Date", "where": "Lieu",
        "time_zone": "{time} ({zone})", "page_of": "page {page} sur {pages}", "large_page_of": "gros caractères {page} sur {pages}",
        "version": "Version {}", "embargo": "Embargo : {}", "public": "Public", "participants": "Réservé aux participants",
        "named": "Réservé aux destinataires nommés", "on the record": "Citation libre", "Chatham House Rule": "Règle de Chatham House",
        "not for quotation": "Ne pas citer", "large_print": "gros caractères",
        "extract": "Extrait : {first} à {last} sur {count} réponses", "extract_one": "Extrait : {first} sur {count} réponses",
        "whole_in": "l’entretien entier est dans {book}", "stands_in": "Dans {book}", "pages_in": "pages {}", "page_in": "page {}",
        "not_yet_in": "Pas encore dans {book}",
        "explain_embargo": "Rien de ce dossier ne peut être publié avant la fin de l’embargo.",
        "explain_participants": "Ce dossier est réservé à ceux qui prennent part à la réunion ; ne le transmettez pas.",
        "explain_named": "Cet exemplaire est réservé à la personne qu’il nomme ; ne le transmettez pas.",
        "explain_Chatham House Rule": "Vous pouvez utiliser ce que vous apprenez ici, sans dire qui l’a dit, au nom de qui, ni qui était présent.",
        "explain_not for quotation": "Ce dossier ne peut pas être cité.",
        "offer_large": "Ce dossier existe aussi en gros caractères ; ses marges portent les numéros de page de cette édition.",
        "is_large": "Ceci est l’édition en gros caractères. Les numéros en marge sont les pages de l’édition normale.",
        "copy_of": "Exemplaire {} sur {}", "booklet": "{} (livret, à imprimer)",
        "booklet_print": "Impression : {paper}, recto verso, retourner sur le bord court, taille réelle. Plier ensemble les {sheets} feuilles, agrafer au pli.",
        "booklet_one": "Impression : {paper}, recto verso, retourner sur le bord court, taille réelle. Plier la feuille une fois.",
        "sheet_outside": "Feuille {} extérieur", "sheet_inside": "Feuille {} intérieur",
        "print_shop": "{} (pour l’imprimeur)", "all_copies": "{} (tous les exemplaires, à imprimer)",
        "receipts": "Reçus des exemplaires numérotés", "number": "Nº", "name": "Nom", "organisation": "Organisme",
        "received": "Reçu (date, signature)", "copies_in_all": "Nombre d’exemplaires : {}",
        "changes_since": "Ce qui a changé depuis « {} »", "changes_end": "Tout le reste est inchangé.",
        "sheet_new": "Nouveau", "sheet_changed": "Modifié", "sheet_withdrawn": "Retiré", "change_new": "ajout",
        "change_changed": "modification", "change_withdrawn": "retrait", "behind_page": "après la page {}",
        "before": "avant : {}", "piece_title": "Titre", "piece_standfirst": "Chapeau", "piece_byline": "Signature",
        "piece_introduction": "Introduction", "piece_heading": "Intertitre", "piece_note": "Note de la rédaction",
        "piece_disclaimer": "Avertissement", "piece_rights": "Droits", "piece_question": "Question", "piece_answer": "Réponse",

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
        "agenda": "Orden del día", "whos_who": "Quién es quién", "about_pack": "Sobre este dosier", "item": "Punto", "when": "Fecha", "where": "Lugar",
        "time_zone": "{time} ({zone})", "page_of": "página {page} de {pages}", "large_page_of": "letra grande {page} de {pages}",
        "version": "Versión {}", "embargo": "Embargo: {}", "public": "Público", "participants": "Solo para participantes",
        "named": "Solo para destinatarios nombrados", "on the record": "Se puede citar", "Chatham House Rule": "Regla de Chatham House",
        "not for quotation": "No citar", "large_print": "letra grande",
        "extract": "Extracto: {first} a {last} de {count} respuestas", "extract_one": "Extracto: {first} de {count} respuestas",
        "whole_in": "la entrevista completa está en {book}", "stands_in": "En {book}", "pages_in": "páginas {}", "page_in": "página {}",
        "not_yet_in": "Aún no está en {book}",
        "explain_embargo": "Nada de este dosier puede publicarse antes de que termine el embargo.",
        "explain_participants": "Este dosier es para quienes participan en la reunión; no lo difunda.",
        "explain_named": "Este ejemplar es para la persona que nombra; no lo difunda.",
        "explain_Chatham House Rule": "Puede usar lo que aprenda aquí, sin decir quién lo dijo, en nombre de quién, ni quién más estaba.",
        "explain_not for quotation": "Este dosier no se puede citar.",
        "offer_large": "Este dosier existe también en letra grande; sus márgenes llevan los números de página de esta edición.",
        "is_large": "Esta es la edición en letra grande. Los números del margen son las páginas de la edición normal.",
        "copy_of": "Ejemplar {} de {}", "booklet": "{} (folleto, para imprimir)",
        "booklet_print": "Impresión: {paper}, a doble cara, girar por el borde corto, tamaño real. Doblar juntas las {sheets} hojas, grapar en el pliegue.",
        "booklet_one": "Impresión: {paper}, a doble cara, girar por el borde corto, tamaño real. Doblar la hoja una vez.",
        "sheet_outside": "Hoja {} exterior", "sheet_inside": "Hoja {} interior",
        "print_shop": "{} (para la imprenta)", "all_copies": "{} (todos los ejemplares, para imprimir)",
        "receipts": "Recibos de los ejemplares numerados", "number": "N.º", "name": "Nombre",
        "organisation": "Organización", "received": "Recibido (fecha, firma)",
        "copies_in_all": "Total de ejemplares: {}",
        "changes_since": "Qué ha cambiado desde «{}»", "changes_end": "Todo lo demás sigue igual.", "sheet_new": "Nuevo",
        "sheet_changed": "Modificado", "sheet_withdrawn": "Retirado", "change_new": "añadido",
        "change_changed": "modificado", "change_withdrawn": "retirado", "behind_page": "tras la página {}",
        "before": "antes: {}", "piece_title": "Título", "piece_standfirst": "Entradilla", "piece_byline": "Firma",
        "piece_introduction": "Introducción", "piece_heading": "Ladillo", "piece_note": "Nota de la redacción",
        "piece_disclaimer": "Aviso", "piece_rights": "Derechos", "piece_question": "Pregunta", "piece_answer": "Respuesta",
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
        "agenda": "Повестка дня", "whos_who": "Кто есть кто", "about_pack": "Об этой папке", "item": "Пункт", "when": "Время", "where": "Место",
        "time_zone": "{time} ({zone})", "page_of": "с. {page} из {pages}", "large_page_of": "крупный шрифт: {page} из {pages}",
        "version": "Версия {}", "embargo": "Эмбарго: {}", "public": "Открыто", "participants": "Только для участников",
        "named": "Только для названных получателей", "on the record": "Можно цитировать", "Chatham House Rule": "Правило Чатем-хауса",
        "not for quotation": "Не цитировать", "large_print": "крупный шрифт",
        "extract": "Отрывок: {first}–{last}, всего ответов: {count}", "extract_one": "Отрывок: {first}, всего ответов: {count}",
        "whole_in": "всё интервью: {book}", "stands_in": "В книге {book}", "pages_in": "с. {}", "page_in": "с. {}",
        "not_yet_in": "Ещё нет в книге {book}",
        "explain_embargo": "Ничто из этой папки нельзя публиковать до конца эмбарго.",
        "explain_participants": "Эта папка — для участников встречи; не передавайте её другим.",
        "explain_named": "Этот экземпляр — для того, кто на нём назван; не передавайте его другим.",
        "explain_Chatham House Rule": "Узнанным можно пользоваться, но нельзя говорить, кто это сказал, от чьего имени и кто ещё присутствовал.",
        "explain_not for quotation": "Цитировать эту папку нельзя.",
        "offer_large": "Эта папка есть и крупным шрифтом; на её полях стоят номера страниц этого издания.",
        "is_large": "Это издание крупным шрифтом. Числа на полях — страницы обычного издания.",
        "copy_of": "Экземпляр {} из {}", "booklet": "{} (брошюра, для печати)",
        "booklet_print": "Печать: {paper}, с двух сторон, переворот по короткому краю, реальный размер. Сложить все листы ({sheets}) вместе, скрепить по сгибу.",
        "booklet_one": "Печать: {paper}, с двух сторон, переворот по короткому краю, реальный размер. Сложить лист один раз.",
        "sheet_outside": "Лист {} снаружи", "sheet_inside": "Лист {} внутри", "print_shop": "{} (для типографии)",
        "all_copies": "{} (все экземпляры, для печати)", "receipts": "Ведомость нумерованных экземпляров",
        "number": "№", "name": "Имя", "organisation": "Организация", "received": "Получено (дата, подпись)",
        "copies_in_all": "Всего экземпляров: {}",
        "changes_since": "Что изменилось после «{}»", "changes_end": "Всё остальное осталось прежним.",
        "sheet_new": "Новое", "sheet_changed": "Изменено", "sheet_withdrawn": "Изъято", "change_new": "новое",
        "change_changed": "изменено", "change_withdrawn": "изъято", "behind_page": "после с. {}", "before": "раньше: {}",
        "piece_title": "Заголовок", "piece_standfirst": "Подзаголовок", "piece_byline": "Подпись",
        "piece_introduction": "Введение", "piece_heading": "Подзаголовок раздела", "piece_note": "Примечание редакции",
        "piece_disclaimer": "Оговорка", "piece_rights": "Права", "piece_question": "Вопрос", "piece_answer": "Ответ",
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


def words_of_pack(language: str, *, late: bool = False) -> dict[str, str]:
    """The same where a pack has another name for a page of the book: its contents are an agenda; not those of `late` papers."""
    own = words(language)
    return {**own, "contents": own["contents" if late else "agenda"], "contributors": own["whos_who"], "imprint": own["about_pack"]}


def moment(value: datetime, language: str) -> str:
    """A moment with its zone: “1 December 2026, 09:00 (UTC+1)”."""
    minutes = int((value.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    zone = "UTC" if not minutes else f"UTC{'+' if minutes > 0 else '−'}{hours}{f':{rest:02d}' if rest else ''}"
    time = words(language)["time_zone"].format(time=f"{value:%H:%M}", zone=zone)
    return f"{day(value.date(), language)}, {time}"


def day(value: date, language: str) -> str:
    """A date as it is written in this language; ISO 8601 where we have no months."""
    base = language.split("-")[0]
    if base not in _MONTHS:
        return value.isoformat()
    month = _MONTHS[base].split()[value.month - 1]
    return _DAYS.get(base, _DAYS["en"]).format(day=value.day, month=month, year=value.year)
