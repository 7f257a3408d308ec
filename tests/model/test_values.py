"""Values of the model pass unchanged between processes and through the cache."""

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


def list_value_classes() -> list[type]:
    modules = [importlib.import_module(info.name) for info in pkgutil.iter_modules(model.__path__, "onrecord.model.")]
    classes = [value for module in modules for value in vars(module).values() if dataclasses.is_dataclass(value)]
    return sorted({value for value in classes if isinstance(value, type)}, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", list_value_classes(), ids=lambda kind: kind.__name__)
def test_every_value_class_takes_its_fields_in_order(kind: Any) -> None:
    """`Value` relies on it; other classes would be read from the cache field by field."""
    assert issubclass(kind, Value)
    assert kind.__match_args__ == tuple(field.name for field in dataclasses.fields(kind))
    assert "__dict__" not in dir(kind)


def test_a_pickled_book_is_read_back_whole() -> None:
    """With the bytes of its pictures and its reading keys, which comparisons ignore."""
    part = BOOK.parts[0]
    read = replace(
        BOOK,
        parts=(
            replace(part, interviews=tuple(replace(interview, reading_key="a name") for interview in part.interviews)),
        ),
    )
    back: Book = pickle.loads(pickle.dumps(read, protocol=5))
    assert back == read
    assert {interview.reading_key for interview in back.interviews} == {"a name"}
    figures = [
        block
        for interview in back.interviews
        for block in walk_blocks(iterate_blocks(interview))
        if isinstance(block, Figure)
    ]
    assert figures
    assert all(figure.asset.data for figure in figures)
