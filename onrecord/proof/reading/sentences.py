"""The sentences that editions generate, put together a second time for the proof: dates, markings, pointers, lists.

The texts of a language come from its data file, as those of the editions do. How they are joined, with which numbers
and names, is written here apart from the code of the editions, so that a fault there is seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from onrecord.model import Attribution, Book, Disclaimer, Distribution, Interview, Markings, Pack, Person, Role
from onrecord.model.changes import Change, ChangeKind, InterviewChange, Supplement
from onrecord.model.dates import AnyDate
from onrecord.model.names import fold_name, get_name_key
from onrecord.model.recipients import NumberedCopy
from onrecord.runtime.interface_texts import NameList, find_language, find_language_name, get_language

# The text of a role, a distribution and an attribution, and what is asked of a reader.
_ROLE_TEXTS = {
    Role.INTERVIEWEE: "interviewee",
    Role.INTERVIEWER: "interviewer",
    Role.MODERATOR: "moderator",
    Role.TRANSLATOR: "translator",
    Role.EDITOR: "editor",
    Role.PHOTOGRAPHER: "photographer",
    Role.CONTRIBUTOR: "contributor",
}
_DISTRIBUTION_TEXTS = {
    Distribution.PUBLIC: ("public", ""),
    Distribution.PARTICIPANTS: ("participants", "explain_participants"),
    Distribution.NAMED: ("named", "explain_named"),
}
_ATTRIBUTION_TEXTS = {
    Attribution.ON_THE_RECORD: ("on the record", ""),
    Attribution.CHATHAM_HOUSE: ("Chatham House Rule", "explain_Chatham House Rule"),
    Attribution.NOT_FOR_QUOTATION: ("not for quotation", "explain_not for quotation"),
}
_CHANGE_TEXTS = {ChangeKind.NEW: "new", ChangeKind.CHANGED: "changed", ChangeKind.WITHDRAWN: "withdrawn"}
ANY_PAGES = "\x00"  # in a pointer: pages that are compared elsewhere


def expect_date(day: AnyDate, tag: str) -> str:
    """Return a date as editions must write it in the language of a BCP 47 tag, in figures if it is unknown."""
    language = find_language(tag)
    if language is None:
        return day.isoformat()
    fields, text = {"{year}": str(day.year)}, language.year_format
    if isinstance(day, date):
        fields["{day}"] = str(day.day) if day.day > 1 else language.first_day
        fields["{month}"] = language.months[day.month - 1]
        text = language.date_format
    elif day.month:
        fields["{month}"], text = language.months_alone[day.month - 1], language.month_format
    for field, value in fields.items():
        text = text.replace(field, value)
    return text


def expect_moment(moment: datetime, tag: str) -> str:
    """Return date, time and zone as editions must write them: “1 December 2026, 09:00 (UTC+1)”."""
    digits = moment.strftime("%z") or "+0000"  # ISO 8601, without a colon
    hours, minutes = int(digits[1:3]), int(digits[3:5])
    offset = ("−" if digits[0] == "-" else "+") + str(hours) + (f":{minutes:02}" if minutes else "")
    zone = f"UTC{offset}" if hours or minutes else "UTC"
    clock = get_language(tag).texts["time_zone"].replace("{time}", moment.strftime("%H:%M"))
    return f"{expect_date(moment.date(), tag)}{get_language(tag).comma}{clock.replace('{zone}', zone)}"


# --- packs ------------------------------------------------------------------------------------------


def expect_markings(pack: Pack) -> Markings:
    """Return the markings that a pack must have.

    A supplement has those of the earlier pack, but for those that its own file gives.
    """
    if pack.earlier_markings is None:
        return pack.markings
    written = {name: getattr(pack.markings, name) for name in ("version", *pack.written_markings)}
    return replace(pack.earlier_markings, **written)


def expect_marking(pack: Pack, tag: str) -> str:
    """Return the marking that each page of a pack must bear: version, embargo, distribution and attribution."""
    texts, markings = get_language(tag).texts, expect_markings(pack)
    pieces = [
        _fill_text(texts["version"], markings.version) if markings.version else "",
        _fill_text(texts["embargo"], expect_moment(markings.embargo, tag)) if markings.embargo else "",
        texts[_DISTRIBUTION_TEXTS[markings.distribution][0]],
        texts[_ATTRIBUTION_TEXTS[markings.attribution][0]],
    ]
    return " · ".join(filter(None, pieces))


def expect_explanations(pack: Pack, tag: str) -> list[str]:
    """Return the sentences that must say what a pack's markings ask of a reader."""
    markings = expect_markings(pack)
    keys = (
        "explain_embargo" if markings.embargo else "",
        _DISTRIBUTION_TEXTS[markings.distribution][1],
        _ATTRIBUTION_TEXTS[markings.attribution][1],
    )
    texts = get_language(tag).texts
    return [texts[key] for key in keys if key]


def expect_occasion(pack: Pack, tag: str) -> str:
    """Return what must stand at the head of every page of a pack: its title and its day."""
    return f"{pack.title} · {expect_date(pack.starts.date(), tag)}"


def expect_copy_stamp(copy: NumberedCopy, tag: str) -> str:
    """Return the stamp that a numbered copy must bear: “Copy 7 of 50 · NAME”."""
    numbers = _fill_text(get_language(tag).texts["copy_of"], str(copy.number), str(copy.copy_count))
    return f"{numbers} · {copy.recipient.name}"


def expect_pointer(interview: Interview, original: Interview, title: str, pages: str, *, is_missing: bool) -> str:
    """Return the line that must say where a pack's interview, or extract, stands in the book `title`.

    `pages` is one page, or the first and the last with a dash, "" if they are not known; `is_missing`: the book is
    printed without the interview.
    """
    language = get_language(original.language)
    texts = language.texts
    stop = language.stop.strip()
    day = expect_date(original.date, original.language).removesuffix(stop) + language.stop if original.date else ""
    named = (
        _fill_text(texts["pages_in" if "–" in pages else "page_in"], pages) if pages and pages != ANY_PAGES else pages
    )
    if interview.extract is None:
        place = texts["not_yet_in" if is_missing else "stands_in"].replace("{book}", title)
        return f"{day}{place}{language.colon if named else ''}{named}{stop}"
    extract, answers = interview.extract, sum(turn.kind == "answer" for turn in original.turns)
    is_range = extract.first != extract.last
    extent = texts["extract" if is_range else "extract_one" if answers != 1 else "extract_only"]
    for field, value in (("{first}", extract.first), ("{last}", extract.last), ("{count}", str(answers))):
        extent = extent.replace(field, value)
    place = texts["whole_not_in" if is_missing else "whole_in"].replace("{book}", title)
    return f"{day}{extent}{language.semicolon}{place}{language.comma if named else ''}{named}{stop}"


def expect_credit(interview: Interview, original: Interview) -> str:
    """Return a translation's expected credit: its language and translators; "" if the byline names them all."""
    language = get_language(interview.language)
    names = [person.name for person in interview.people if person.role is Role.TRANSLATOR]
    named = [name for name in names if interview.byline and name.casefold() in interview.byline.text.casefold()]
    if names and named == names:
        return ""
    listed = names[0] if names else ""
    if len(names) == 2:
        listed = language.names.pair.join(names)
    elif len(names) > 2:
        listed = language.names.comma.join(names[:-1]) + language.names.last + names[-1]
    spoken = find_language_name(original.language, language.code)
    if not spoken:
        return f"{language.texts['translator']}{language.colon}{listed}" if listed else ""
    text = language.texts["translated_by" if listed else "translated_from"]
    return text.replace("{language}", spoken).replace("{name}", listed)


# --- change sheet -----------------------------------------------------------------------------------


def expect_change_sheet(supplement: Supplement, tag: str) -> list[str]:
    """Return the lines that a change sheet must have, from the heading to the closing line."""
    texts = get_language(tag).texts
    inserts = {insert.slug: insert.page for insert in supplement.inserts}
    lines = [_fill_text(texts["changes_since"], supplement.earlier_title)]
    for change in supplement.changes:
        lines.append(_expect_changed_interview(change, inserts.get(change.slug, ""), tag))
        lines += (_expect_changed_piece(piece, tag) for piece in change.changes)
    return [*lines, texts["changes_end"]]


def _expect_changed_interview(change: InterviewChange, insert_page: str, tag: str) -> str:
    """Return an interview's expected line on a change sheet: “Changed: TITLE (pages 16–18)”, “New: TITLE …”."""
    language = get_language(tag)
    texts = language.texts
    if change.kind is ChangeKind.NEW:
        place = _fill_text(texts["after_page"], insert_page)
    elif change.page == change.last_page:
        place = _fill_text(texts["page_in"], change.page)
    else:
        place = _fill_text(texts["pages_in"], f"{change.page}–{change.last_page}")
    return f"{texts['sheet_' + _CHANGE_TEXTS[change.kind]]}{language.colon}{change.title} ({place})"


def _expect_changed_piece(change: Change, tag: str) -> str:
    """Return a turn's expected line on a change sheet: “A3: changed, page 16”, “A4 (before: A3): …”."""
    language = get_language(tag)
    texts = language.texts
    now, before = (
        (piece.name or texts[f"piece_{piece.kind}"]) if piece else "" for piece in (change.now, change.before)
    )
    name = f"{now} ({_fill_text(texts['before'], before)})" if now and before and now != before else now or before
    page = change.before.page if change.before else ""
    place = f"{language.comma}{_fill_text(texts['page_in'], page)}" if page else ""
    return f"{name}{language.colon}{texts['change_' + _CHANGE_TEXTS[change.kind]]}{place}"


# --- people -----------------------------------------------------------------------------------------


def expect_guests(interview: Interview) -> str:
    """Return what must stand below a title in the contents: the guests, and the range of an extract."""
    extract = interview.extract
    stretch = "" if extract is None else extract.first
    if extract is not None and extract.first != extract.last:
        stretch = f"{extract.first}–{extract.last}"
    names = [person.name for person in interview.people if person.role is Role.INTERVIEWEE]
    return get_language(interview.language).names.comma.join(filter(None, [*names, stretch]))


def expect_contributors(book: Book, page_labels: Mapping[str, str] | None) -> Iterator[tuple[str, Interview, str]]:
    """Yield each entry that the list of people must have: name, interview, words (facts, role, title, page).

    `page_labels` are the pages on which the interviews begin in print, None on a screen.
    """
    language = get_language(book.language)
    texts, comma, stop = language.texts, language.comma, language.stop.strip()
    entries: dict[str, list[tuple[Interview, str]]] = {}
    last_facts: dict[str, str] = {}
    spellings: dict[str, str] = {}  # people with one name in two spellings are one person
    for interview in book.interviews:
        page = f"{comma}{texts['page']} {page_labels.get(interview.slug, '')}" if page_labels is not None else ""
        for person in interview.people:
            name = spellings.setdefault(fold_name(person.name), person.name)
            facts, role = expect_facts(person, book.language), expect_role(person, book.language)
            shown_facts = facts if facts != last_facts.get(name) else ""
            last_facts[name] = facts
            entry = f"{shown_facts}{role}{interview.title.text}{page}{stop}"
            entries.setdefault(name, []).append((interview, entry))
    for name in sorted(entries, key=get_name_key):
        yield from ((name, interview, text) for interview, text in entries[name])


def expect_facts(person: Person, language: str) -> str:
    """Return the sentence that the list of people must have on a person: affiliation and note."""
    known = get_language(language)
    sentence = person.affiliation if not person.note else person.note
    if person.affiliation and person.note:
        sentence = f"{person.affiliation}{known.stop if person.note[0].isupper() else known.semicolon}{person.note}"
    if not sentence:
        return ""
    end = known.stop if not sentence.endswith(known.stop.strip()) else known.stop[len(known.stop.strip()) :]
    return f"{sentence[0].upper()}{sentence[1:]}{end}"


def expect_role(person: Person, language: str) -> str:
    """Return a person's role as it must begin a statement: “Photographer: ”."""
    role = person.role_name or get_language(language).texts[_ROLE_TEXTS[person.role]]
    return f"{role[0].upper()}{role[1:]}{get_language(language).colon}"


def expect_edition(book: Book) -> str:
    """Return the line of an imprint with the name of the edition, if it has one, and the date."""
    facts = (book.edition, expect_date(book.date, book.language))
    return get_language(book.language).comma.join(filter(None, facts))


def expect_disclaimers(book: Book) -> tuple[Disclaimer, ...]:
    """Return the disclaimers that an imprint must have: each different text once, in the order of first use."""
    first_uses = dict[str, Disclaimer]()
    for disclaimer in [interview.disclaimer for interview in book.interviews if interview.disclaimer]:
        if disclaimer.text not in first_uses:
            first_uses[disclaimer.text] = disclaimer
    return tuple(first_uses.values())


def expect_printed_isbn(book: Book) -> str:
    """Return the ISBN that an imprint must have, with the hyphens that were typed; "" if the book has none."""
    scheme, _, number = book.identifier.rpartition(":")
    if scheme != "urn:isbn":
        return ""
    typed = "".join(char for char in book.typed_identifier.upper() if char in "0123456789X- ").strip().replace(" ", "-")
    return typed if typed.replace("-", "") == number else number


def expect_editors(book: Book) -> str:
    """Return the line of the editors that a title page must have, "" without any."""
    words = get_language(book.language)
    names = "".join(map("".join, zip(expect_separators(len(book.editors), words.names), book.editors, strict=True)))
    return f"{words.texts['edited_by']} {names}" if book.editors else ""


def expect_separators(count: int, words: NameList) -> list[str]:
    """Return what must stand before each of so many names in a row: nothing, a comma, and at last “and”."""
    before_last = words.pair if count == 2 else words.last
    return [("" if number == 0 else before_last if number == count - 1 else words.comma) for number in range(count)]


def expect_first_and_last(labels: Sequence[str]) -> str:
    """Return the first and the last of these page numbers with a dash, or the only one, as editions must have it."""
    return "" if not labels else labels[0] if labels[0] == labels[-1] else f"{labels[0]}–{labels[-1]}"


def _fill_text(text: str, *values: str) -> str:
    """Return an interface text with the values in the places of its `{}`."""
    pieces = text.split("{}")
    return "".join(piece + value for piece, value in zip(pieces, (*values, ""), strict=True))
