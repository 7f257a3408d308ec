"""The values of the model travel between processes and through the store as they are."""

from __future__ import annotations

import dataclasses
import importlib
import pickle
import pkgutil
from dataclasses import replace
from typing import Any

import pytest

from onrecord import model
from onrecord.model import Book, Figure, iterate_blocks, walk_blocks
from onrecord.model.value import Value
from tests.support.sample import BOOK


def values() -> list[type]:
    modules = [importlib.import_module(one.name) for one in pkgutil.iter_modules(model.__path__, "onrecord.model.")]
    found = [one for module in modules for one in vars(module).values() if dataclasses.is_dataclass(one)]
    return sorted({one for one in found if isinstance(one, type)}, key=lambda one: one.__name__)


@pytest.mark.parametrize("kind", values(), ids=lambda kind: kind.__name__)
def test_every_value_is_made_of_its_fields_in_their_order(kind: Any) -> None:
    """What `Value` relies on; a class that is none would be read from the store field by field."""
    assert issubclass(kind, Value)
    assert kind.__match_args__ == tuple(field.name for field in dataclasses.fields(kind))
    assert "__dict__" not in dir(kind)


def test_a_book_comes_back_whole() -> None:
    """With the bytes of its pictures and the names of its readings, which take no part in comparisons."""
    part = BOOK.parts[0]
    read = replace(
        BOOK, parts=(replace(part, interviews=tuple(replace(one, reading_key="a name") for one in part.interviews)),)
    )
    back: Book = pickle.loads(pickle.dumps(read, protocol=5))
    assert back == read
    assert {one.reading_key for one in back.interviews} == {"a name"}
    figures = [
        block for one in back.interviews for block in walk_blocks(iterate_blocks(one)) if isinstance(block, Figure)
    ]
    assert figures
    assert all(figure.asset.data for figure in figures)
