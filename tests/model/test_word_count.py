"""Words are counted between spaces, and by dictionary where a script has none."""

from __future__ import annotations

import sys

import pytest

from onrecord.model.word_count import count_words_in

COUNTS = {
    "": 0,
    "The harbour light (24) is well-known – don’t you think?": 10,  # as editors count: what stands between spaces
    "Свет гавани, אור הנמל, ضوء الميناء": 6,
    "항구의 불빛은 밤마다 켜집니다.": 4,
    "上海港": 2,  # Shanghai, port
    "上海港口的灯塔，每天晚上都亮着。": 9,
    "港の灯りは毎晩ともります。": 8,
    "น้ำขึ้นน้ำลง กำลังทำงาน": 5,
    "អ្នកថែទាំបំភ្លឺចង្កៀង": 3,
    "The port of 上海 is large.": 6,
    "。": 1,
}


@pytest.mark.parametrize("text", COUNTS)
def test_words_are_counted(text: str) -> None:
    """UAX #29 with ICU's dictionaries for Chinese, Japanese, Thai, Lao, Khmer and Burmese."""
    assert count_words_in(text) == COUNTS[text]


def test_latin_text_needs_no_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    """ICU is loaded for the scripts alone that need it."""
    monkeypatch.setitem(sys.modules, "icu4py.breakers", None)
    assert count_words_in("one two\u00a0three\n four") == 4
    with pytest.raises(ImportError):
        count_words_in("上海")
