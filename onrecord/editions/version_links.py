"""Links from an interview and from each of its turns to the same in other languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from onrecord.editions.edition_syntax import EditionSyntax
from onrecord.model import Answer, Question
from onrecord.model.versions import Version
from onrecord.runtime.interface_texts import find_own_name


def write_versions(versions: Sequence[Version], words: Mapping[str, str], syntax: EditionSyntax) -> str:
    """Return the links to the interview in other languages as `<nav>`, "" without any."""
    links = (
        f'<a href="{syntax.resolve_link(version.slug)}" {_format_language(version, syntax)}>'
        f"{escape(find_own_name(version.language))}</a>"
        for version in versions
    )
    label = escape(words["languages"])
    return f'<nav class="versions" aria-label="{label}">{" ".join(links)}</nav>\n' if versions else ""


def write_versions_of_turn(versions: Iterable[Version], turn: Question | Answer, syntax: EditionSyntax) -> str:
    """Return a link to the same turn in each other language that has it, each with a space before it."""
    links = []
    for version in versions:
        if partner := version.find(turn.id):
            target, name = syntax.resolve_link(f"{version.slug}#{partner}"), find_own_name(version.language)
            code = version.language.upper()  # the name begins with what is seen, so that it can be spoken (WCAG 2.5.3)
            attributes = f'{_format_language(version, syntax)} aria-label="{code}: {escape(name)}, {turn.address}"'
            links.append(f' <a class="version" href="{target}" {attributes}>{code}</a>')
    return "".join(links)


def _format_language(version: Version, syntax: EditionSyntax) -> str:
    """Return the attributes with the language of a link, and of the page that it leads to."""
    language = version.language
    return f'hreflang="{language}" lang="{language}"{syntax.format_xml_lang(language)}'
