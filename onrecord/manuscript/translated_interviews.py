"""Read what a translation says of its original: `translation_of` and `pairs`, and `translations/SLUG.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, replace
from pathlib import Path

from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.interview_keys import TRANSLATION_KEYS
from onrecord.manuscript.kept_records import open_record
from onrecord.manuscript.settings import BookDefaults
from onrecord.manuscript.yaml_config import Comments, SettingsSection
from onrecord.manuscript.yaml_events import quote_value
from onrecord.model import Book, Interview, Role, TextLine, slugs
from onrecord.model.approved_text import TextChange, find_changed_places, list_short_digests
from onrecord.model.facing import map_facing
from onrecord.model.interview import TranslationOf
from onrecord.model.problems import Problem, find_closest_word
from onrecord.model.rule import Rule, Severity
from onrecord.model.turn_pairs import find_original, pair_turns
from onrecord.runtime.interface_texts import NameList, find_language_name, get_language

TRANSLATIONS_FOLDER = "translations"  # of the book's folder
_MOST_CHANGES = 12  # of one original that are listed


def read_translation_of(section: SettingsSection, house: BookDefaults, problems: Problems) -> TranslationOf | None:
    """Return what the front matter says of the original; report keys of translations without an original."""
    words = section.read_words("translation_of", comments=Comments.ALLOWED)
    pairs = tuple(section.read_named_texts("pairs", comments=Comments.ALLOWED).items())
    is_facing = section.read_flag("facing", house.has_facing_pages)
    if words is None:
        for key in (key for key in ("pairs", "facing") if section.has_key(key)):
            sentence = f"“{key}” is for translations, and this interview names no original"
            rule, hint = Rule.TRANSLATION_HAS_AN_ORIGINAL, "add: translation_of: the-original"
            problems.add(section.find_line(key), rule, sentence, hint)
        return None
    slug = slugs.make_slug(words.text.removesuffix(".md").rsplit("/", 1)[-1])
    return TranslationOf(slug, words.location, pairs, is_facing=is_facing)


def add_translations(
    folder: Path, known_slugs: Iterable[str], interviews: MutableMapping[str, Interview], problems: Problems
) -> None:
    """Give each translation its line of credit and the record of its original; report one without an original.

    A translation whose original cannot be used becomes an interview without one. `known_slugs` are those of all files.
    """
    translations = {slug: interview for slug, interview in interviews.items() if interview.translation_of}
    faults = list(_find_wrong_originals(translations, set(known_slugs), interviews))
    faults += _find_equal_languages(translations, interviews)
    problems.entries += faults
    files_at_fault = {fault.location.file for fault in faults}
    for slug, interview in translations.items():
        of = interview.translation_of
        original = interviews.get(of.slug) if of else None
        if of is None or original is None or interview.location.file in files_at_fault:
            interviews[slug] = replace(interview, translation_of=None)
            continue
        digests = _read_record(folder, slug, of.slug, problems)
        credit = _format_credit(interview, original)
        interviews[slug] = replace(
            interview,
            translation_of=replace(of, digests=digests),
            credit=TextLine(credit, of.location) if credit else None,
        )


def _find_wrong_originals(
    translations: Mapping[str, Interview], known_slugs: set[str], interviews: Mapping[str, Interview]
) -> Iterator[Problem]:
    """Yield each translation whose original is unknown, itself, or a translation."""
    rule = Rule.TRANSLATION_HAS_AN_ORIGINAL
    for slug, interview in translations.items():
        of = interview.translation_of
        assert of is not None
        original = interviews.get(of.slug)
        if of.slug == slug:
            yield Problem(of.location, rule, "an interview cannot be its own translation", "name the original")
        elif of.slug not in known_slugs:
            near = find_closest_word(of.slug, known_slugs - {slug})
            hint = f"did you mean “{near}”?" if near else "take the line away; source: says where the text comes from"
            yield Problem(of.location, rule, f"there is no interview “{of.slug}” in the book", hint)
        elif original and original.translation_of:
            first = original.translation_of.slug
            sentence = f"“{of.slug}” is a translation itself, of “{first}”"
            yield Problem(of.location, rule, sentence, f"write: translation_of: {first}")


def _find_equal_languages(
    translations: Mapping[str, Interview], interviews: Mapping[str, Interview]
) -> Iterator[Problem]:
    """Yield a problem for each translation in the same language as its original, or as an earlier translation."""
    first: dict[tuple[str, str], str] = {}
    for slug, interview in translations.items():
        of = interview.translation_of
        assert of is not None
        original, language = interviews.get(of.slug), interview.language.casefold()
        other = of.slug if original and original.language.casefold() == language else ""
        other = other or first.setdefault((of.slug, language), slug)
        if other not in (slug, "") and of.slug != slug:
            sentence = f"“{other}” is in the same language ({interview.language})"
            yield Problem(
                of.location,
                Rule.TRANSLATION_HAS_ITS_LANGUAGE,
                sentence,
                "write the language of this text: language: de",
            )


def _read_record(folder: Path, slug: str, original: str, problems: Problems) -> tuple[tuple[str, str], ...] | None:
    """Return the digests of the original that were recorded; None if there is no record of this original."""
    with open_record(folder, f"{TRANSLATIONS_FOLDER}/{slug}.yaml", TRANSLATION_KEYS, problems) as section:
        if section is None or section.read_text("original") != original:
            return None
        return tuple((place, words.text) for place, words in section.read_named_texts("digests").items())


def _format_credit(interview: Interview, original: Interview) -> str:
    """Return “Translated from the French by …” in the language of the translation.

    It is "" if the byline names all translators already, or if the language has no name and there is no translator.
    """
    language = get_language(interview.language)
    names = [person.name for person in interview.people if person.role is Role.TRANSLATOR]
    byline = interview.byline.text.casefold() if interview.byline else ""
    if names and all(name.casefold() in byline for name in names):
        return ""
    from_language = find_language_name(original.language, language.code)
    if not from_language:
        return (
            f"{language.texts['translator']}{language.colon}{_format_name_list(names, language.names)}" if names else ""
        )
    if not names:
        return language.texts["translated_from"].format(language=from_language)
    return language.texts["translated_by"].format(language=from_language, name=_format_name_list(names, language.names))


def _format_name_list(names: list[str], words: NameList) -> str:
    """Return all names in a row: “A, B, and C”."""
    if len(names) < 3:
        return words.pair.join(names)
    return f"{', '.join(names[:-1])}{words.last}{names[-1]}"


# --- the whole book ---------------------------------------------------------------------------------


def check_pairs(book: Book) -> Iterator[Problem]:
    """Yield the problems of the turns that each translation pairs with its original's."""
    for original, translation in _iterate_translations(book):
        yield from pair_turns(original, translation).problems


def check_translations(book: Book) -> Iterator[Problem]:
    """Yield each piece of an original changed since its translation, and translations without a record."""
    for original, translation in _iterate_translations(book):
        of = translation.translation_of
        assert of is not None
        if of.digests is None:
            sentence = f"it is not recorded which text of “{of.slug}” was translated, so a change of it is not seen"
            hint = f"`fix` writes {TRANSLATIONS_FOLDER}/{translation.slug}.yaml"
            yield Problem(of.location, Rule.TRANSLATION_IS_RECORDED, sentence, hint, severity=Severity.WARNING)
        else:
            yield from _compare_with_original(original, translation, of)


def check_facing_texts(book: Book) -> Iterator[Problem]:
    """Yield each translation that must face its original and does not follow it, and off-prints of such."""
    facing, rule = map_facing(book), Rule.FACING_TEXTS_FOLLOW
    for original, translation in _iterate_translations(book):
        of = translation.translation_of
        if of and of.is_facing and translation.slug not in facing and not book.pack and not book.offprint:
            sentence = f"print cannot have it beside “{original.slug}”, because it does not stand directly after it"
            hint = (
                f"list them so in book.yaml: parts: [{{interviews: [{original.slug}, {translation.slug}]}}], "
                "or write here: facing: no"
            )
            yield Problem(of.location, rule, sentence, hint)
    if facing and book.has_offprints:
        sentence = "an interview beside its translation has every other page, and an off-print cannot have its numbers"
        yield Problem(book.location, rule, sentence, "write: offprints: no, or: facing: no")


_SENTENCES = {
    TextChange.CHANGED: "{} of “{}” changed since it was translated",
    TextChange.NEW: "{} of “{}” is new since it was translated",
    TextChange.GONE: "{} of “{}” is gone since it was translated",
}


def _compare_with_original(original: Interview, translation: Interview, of: TranslationOf) -> Iterator[Problem]:
    """Yield a problem for each change of an original since its translation, at the turn that translates it."""
    partners = pair_turns(original, translation).map_originals()
    turns = {turn.id: turn for turn in translation.turns}
    places = {turn.address: turns[partners[turn.id]] for turn in original.turns if turn.id in partners}
    now = tuple(list_short_digests(original).items())
    hint = f"bring the translation up to date, then say so: fix --translated {translation.slug}"
    changes = list(find_changed_places(of.digests or (), now))
    for change, place, _ in changes[:_MOST_CHANGES]:
        is_here = change is not TextChange.GONE and place in places
        location = places[place].location if is_here else of.location
        sentence, rule = _SENTENCES[change].format(place, of.slug), Rule.TRANSLATION_IS_CURRENT
        yield Problem(location, rule, sentence, hint, severity=Severity.WARNING)
    if len(changes) > _MOST_CHANGES:
        more, rule = len(changes) - _MOST_CHANGES, Rule.TRANSLATION_IS_CURRENT
        sentence = f"{more} further pieces of “{of.slug}” changed, too"
        yield Problem(of.location, rule, sentence, hint, severity=Severity.WARNING)


def _iterate_translations(book: Book) -> Iterator[tuple[Interview, Interview]]:
    """Yield each original with each of its translations in the book."""
    for translation in book.interviews:
        if translation.translation_of and (original := find_original(book, translation)):
            yield original, translation


# --- the record -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TranslationRecord:
    """The record of a translation, as it should be now: the name of its file, and its lines."""

    slug: str
    original: str
    lines: tuple[str, ...]

    @property
    def file(self) -> str:
        """Return the path of the translation's record in the book's folder."""
        return f"{TRANSLATIONS_FOLDER}/{self.slug}.yaml"


def list_missing_records(book: Book, renewed: Iterable[str] = ()) -> Iterator[TranslationRecord]:
    """Yield the record of each translation that has none, and of those whose slug is in `renewed`."""
    slugs_to_renew = set(renewed)
    for original, translation in _iterate_translations(book):
        of = translation.translation_of
        assert of is not None
        now = tuple(list_short_digests(original).items())
        if of.digests is None or (translation.slug in slugs_to_renew and of.digests != now):
            lines = (
                "# What was translated: the SHA-256 of each piece of the original. Written by the command fix.",
                f"original: {quote_value(of.slug)}",
                "digests:",
                *(f"  {place}: {quote_value(digest)}" for place, digest in now),
                "",  # the last line ends, too
            )
            yield TranslationRecord(translation.slug, of.slug, lines)
