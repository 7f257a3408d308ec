"""`url:` of book.yaml: the name of each page follows it."""

from __future__ import annotations

import pytest

from onrecord.manuscript.site_address import judge_site_address

EXAMPLE = "https://example.org/book/"
FOLDERS = [
    "https://example.org",
    "http://example.org/",
    "https://example.org/harbour",
    "https://example.org/~desk/night%20harbour/",
    "https://example.org:8080/harbour/",
    "https://bücher.example/häfen/",
    "https://example.org/a,b;c=d&e+f(g)!/",
    "https://example.org/index/",
    "https://example.org/the.index.of/",
    "https://[2001:db8::1]/harbour/",
    "http://localhost/",
]
FAULTS = {
    "example.org": ("is not a web address", EXAMPLE),
    "//example.org/": ("is not a web address", EXAMPLE),
    "ftp://example.org/": ("is not a web address", EXAMPLE),
    "https:///harbour/": ("is not a web address", EXAMPLE),
    "https://": ("is not a web address", EXAMPLE),
    "HTTPS://example.org/A": ("is not a web address", "https://example.org/A/"),
    "https://example.org?from=post": ("has a query after ?", "https://example.org/"),
    "https://example.org/a/?b=/c/": ("has a query after ?", "https://example.org/a/"),
    "https://example.org/a/?": ("has a query after ?", "https://example.org/a/"),
    "https://example.org/a#b": ("has a fragment after #", "https://example.org/a/"),
    "https://example.org/#": ("has a fragment after #", "https://example.org/"),
    "https://example.org/#/a?b": ("has a fragment after #", "https://example.org/"),
    "https://?a": ("has a query after ?", EXAMPLE),
    "https://example.org/a b": ("holds a space", "https://example.org/a%20b/"),
    "https://example.org /a": ("holds a space", EXAMPLE),
    "https://exa mple.org/": ("holds a space", EXAMPLE),
    "https://example.org/a\u00a0b": ("holds the invisible character U+00A0", "https://example.org/ab/"),
    "https://example.org/a\u200b/": ("holds the invisible character U+200B", "https://example.org/a/"),
    "https://example.org/a\tb": ("holds the invisible character U+0009", "https://example.org/ab/"),
    "https://example.org/<a>/": ("holds <", "https://example.org/%3Ca%3E/"),
    'https://example.org/"a"': ('holds "', "https://example.org/%22a%22/"),
    "https://example.org\\a": ("holds \\", EXAMPLE),
    "https://example.org/a[1]/": ("holds [", "https://example.org/a%5B1%5D/"),
    "https://example.org/{slug}/": ("holds {", "https://example.org/%7Bslug%7D/"),
    "https://example.org/100%/": ("holds a % without", "https://example.org/100%25/"),
    "https://example.org/%C3%A/": ("holds a % without", "https://example.org/%C3%25A/"),
    "https://desk:word@example.org/a": ("holds a name or a password", "https://example.org/a/"),
    "https://example.org:99999/": ("has no host, or a port", EXAMPLE),
    "https://example.org:port/": ("has no host, or a port", EXAMPLE),
    "https://:80/": ("has no host, or a port", EXAMPLE),
    "https://[::1/": ("has no host, or a port", EXAMPLE),
    "https://example.org/a/index.html": ("is the address of a page", "https://example.org/a/"),
    "https://example.org/INDEX.HTM": ("is the address of a page", "https://example.org/"),
    "https://example.org/a/index.php/": ("is the address of a page", "https://example.org/a/"),
    "https://example.org/index.php?page=a": ("has a query after ?", "https://example.org/"),
}


@pytest.mark.parametrize("address", FOLDERS)
def test_the_address_of_a_folder_is_taken(address: str) -> None:
    assert judge_site_address(address) is None


@pytest.mark.parametrize(("address", "fault"), FAULTS.items())
def test_an_address_that_no_name_of_a_page_can_follow_is_refused(address: str, fault: tuple[str, str]) -> None:
    """The hint is an address that is taken."""
    judgement = judge_site_address(address)
    assert judgement is not None
    sentence, hint = judgement
    assert sentence.startswith(f"“{address}” {fault[0]}")
    assert hint == f"write: url: {fault[1]}"
    assert judge_site_address(fault[1]) is None
