"""What a kind of sabotage is, and how its place in an edition is chosen."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

PLACES = 5  # where each kind can be tried

Files = Mapping[str, bytes]
_Match = TypeVar("_Match")


class NoPlaceError(Exception):
    """The edition has nothing that could be spoiled in this way."""


@dataclass(frozen=True)
class Kind:
    """A way to spoil an edition. `spoil` takes its files and the number of a place (from 0), and gives the files.

    An EPUB is given as the files of its archive, a PDF as one file with the name "".
    """

    name: str
    spoil: Callable[[Files, int], Files]

    def __str__(self) -> str:
        return self.name


def choose(candidates: list[_Match], place: int) -> _Match:
    """Return one of the candidates; places are spread evenly over them."""
    if not candidates:
        raise NoPlaceError
    return candidates[len(candidates) * place // PLACES]


def edit(name: str, pages: str, pattern: str, change: str | Callable[[re.Match[str]], str]) -> Kind:
    """Return the kind that replaces one match of a pattern in the files whose names match `pages` as a whole."""

    def spoil(files: Files, place: int) -> Files:
        matches = [
            (file, match)
            for file in sorted(files)
            if re.fullmatch(pages, file)
            for match in re.finditer(pattern, files[file].decode(), re.DOTALL)
        ]
        file, match = choose(matches, place)
        new = match.expand(change) if isinstance(change, str) else change(match)
        text = files[file].decode()
        spoiled = (text[: match.start()] + new + text[match.end() :]).encode()
        if spoiled == files[file]:
            raise NoPlaceError
        return {**files, file: spoiled}

    return Kind(name, spoil)


def add(name: str, file: str, data: bytes) -> Kind:
    """Return the kind that adds a file."""
    return Kind(name, lambda files, _place: {**files, file: data})


def append(name: str, file: str, text: str) -> Kind:
    """Return the kind that adds text at the end of a file."""
    return Kind(name, lambda files, _place: {**files, file: files[file] + text.encode()})


def drop(name: str, pattern: str) -> Kind:
    """Return the kind that deletes a file whose name matches the pattern."""

    def spoil(files: Files, place: int) -> Files:
        gone = choose([file for file in sorted(files) if re.fullmatch(pattern, file)], place)
        return {file: data for file, data in files.items() if file != gone}

    return Kind(name, spoil)


def swap(name: str, pages: str, pattern: str) -> Kind:
    """Return the kind that exchanges the first group of two neighbouring, different matches in one file."""

    def spoil(files: Files, place: int) -> Files:
        pairs = []
        for file in sorted(files):
            if re.fullmatch(pages, file):
                matches = list(re.finditer(pattern, files[file].decode(), re.DOTALL))
                pairs += [(file, *pair) for pair in itertools.pairwise(matches) if pair[0][1] != pair[1][1]]
        file, first, second = choose(pairs, place)
        text = files[file].decode()
        spoiled = text[: first.start(1)] + second[1] + text[first.end(1) : second.start(1)] + first[1]
        return {**files, file: (spoiled + text[second.end(1) :]).encode()}

    return Kind(name, spoil)


def replace_file(name: str, pattern: str, data: bytes) -> Kind:
    """Return the kind that replaces the bytes of a file whose name matches the pattern."""

    def spoil(files: Files, place: int) -> Files:
        return {**files, choose([file for file in sorted(files) if re.fullmatch(pattern, file)], place): data}

    return Kind(name, spoil)
