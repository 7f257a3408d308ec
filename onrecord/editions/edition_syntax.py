"""How the editions differ in the HTML of an interview: closing slashes, ids, and where links lead."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EditionSyntax:
    """The syntax of one interview in one edition: `html`, `epub` or `print`.

    `prefix` stands before every id of the interview and before every link to one of them.
    """

    edition: str
    slug: str
    prefix: str = ""

    @property
    def is_html(self) -> bool:
        """Return whether the edition is the web edition."""
        return self.edition == "html"

    @property
    def is_print(self) -> bool:
        """Return whether the edition is the print edition."""
        return self.edition == "print"

    @property
    def slash(self) -> str:
        """Return the end of an HTML element without content, which XML closes by a slash."""
        return "" if self.edition == "html" else "/"

    @property
    def lazy(self) -> str:
        """The attribute, with a space before it, by which the web edition loads a picture when it is nearly seen."""
        return ' loading="lazy"' if self.is_html else ""

    def format_id(self, identity: str) -> str:
        """Return the HTML `id` attribute: the prefix of the interview, then `identity`."""
        return f'id="{self.prefix}{identity}"'

    def format_xml_lang(self, language: str) -> str:
        """Return the attribute `xml:lang` with a space before it, "" outside of the e-book."""
        return f' xml:lang="{language}"' if self.edition == "epub" else ""

    def format_epub_type(self, name: str) -> str:
        """Return the attribute `epub:type` with a space before it, "" outside of the e-book."""
        return f' epub:type="{name}"' if self.edition == "epub" else ""

    def resolve_link(self, target: str) -> str:
        """Return the href of a link to `target` in this edition.

        `target` is a web address, `slug`, `slug#id` or `#id`.
        """
        if ":" in target.split("#")[0]:
            return encode_web_address(target)
        slug, _, identity = target.partition("#")
        slug = slug or self.slug
        is_inside = slug == self.slug
        if self.is_print:
            name = f"{slug}.{identity}" if identity else slug
            return f"#{name}" if is_inside else f"onrecord-book:{name}"
        page = "" if is_inside and identity else f"{slug}.{'html' if self.is_html else 'xhtml'}"
        return f"{page}#{identity}" if identity else page


def encode_web_address(address: str) -> str:
    """Return the web address with stray `%`, brackets and a second `#` percent-encoded.

    RFC 3986 does not allow them there. Browsers do the same.
    """
    start = re.match(r"\w+:(//[^/?#]*)?", address)
    host = start.group() if start else ""
    path, mark, fragment = address.removeprefix(host).partition("#")
    return host + _encode_percent(path) + mark + _encode_percent(fragment).replace("#", "%23")


def _encode_percent(text: str) -> str:
    """Return the text with brackets, and each `%` that begins no encoding, percent-encoded."""
    return re.sub(r"%(?![0-9A-Fa-f]{2})|[\[\]]", lambda match: f"%{ord(match.group()):02X}", text)


def format_direction(direction: str) -> str:
    """Return the attribute `dir` with a space before it, "" for no direction."""
    return f' dir="{direction}"' if direction else ""
