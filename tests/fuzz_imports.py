"""Damage files of transcription tools, RTF and XML in many ways, and import each copy. Run by hand:

    python -m tests.fuzz_imports [COUNT [SEED [NAME]]]

COUNT is that of copies of each sample; NAME selects samples. Half of the copies change only what is no word: times,
speakers, markup, commands. They must be imported with all words, or be refused. Of the others it prints each that ends
in another exception than `Refused`, needs more than 2 s, is called a mistake of On Record, or loses words by our count.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from onrecord.importers import reader_choice
from onrecord.importers.common.draft import Draft
from onrecord.importers.recognition.document import recognize_draft
from onrecord.model.problems import Refused
from tests.importers import test_fuzzed_files as fuzzed
from tests.importers import test_recordings as recordings
from tests.importers import test_timed_xml as timed_xml
from tests.importers.test_rtf import encode, write_document

_LONGEST_S = 2
_RTF = (
    r"\b NORA FIELD:\b0  Who lights the lamp?\par\par \b BEN SHAW:\b0  I do, at dusk \u8211? and in fog.\par "
    r"{\field{\*\fldinst HYPERLINK \"https://example.org\"}{\fldrslt the tide table}}\par "
    r"\trowd\cellx1000\intbl tin\cell yes\cell\row\pard {\footnote\chftn Of tin.}\par "
    r"{\header A head of pages}\b NORA FIELD:\b0  And then?\par\bullet  It goes out.\line By itself.\par"
)
Change = Callable[[bytes, random.Random], bytes]


def list_samples() -> dict[str, bytes]:
    """Return a sound file of each tool and format by name; the suffix says the format."""
    writers: dict[str, Callable[[], Any]] = {
        **recordings.NAMED,
        **{name: write for name, (write, _) in recordings.NUMBERED.items()},
        **recordings.SILENT,
    }
    documents = {
        **timed_xml.NAMED,
        "srv3": timed_xml.write_srv3,
        "srv1": timed_xml.write_srv1,
        "TEI speeches": timed_xml.write_tei_speeches,
        "OHMS 6": timed_xml.write_ohms_6,
        "OHMS 5": timed_xml.write_ohms_5,
    }
    return {
        **{f"{name}.json": json.dumps(write()).encode() for name, write in writers.items()},
        **{f"{name}.xml": write().encode() for name, write in documents.items()},
        "talk.rtf": write_document(_RTF),
        "cyrillic.rtf": write_document(rf"{{\f1 {encode('Где горит свет? Во тьме.', 1251)}}}\par", 1251, 204),
    }


# --- changes of what is no word -----------------------------------------------------------------------

_VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1e308, -0.0, 10**30, "", "x", "-", "9" * 400, "00:00:61.5", "1:2:3:4", "NaN", [], {}, [[]]),
    *({"name": []}, ["Ada"], "\0", "\u202e", "S" * 3_000, "2024-01-01T00:00:00Z", "PT1H", float("inf"), float("nan")),
)
_PLACES = ("text", "body", "transcript", "sentence", "content", "word", "value", "utf8", "display", "type", "media")


def change_json_values(data: bytes, chance: random.Random) -> bytes:
    """Return the JSON with other times, numbers and speakers, other keys besides, in another order."""
    tree = json.loads(data)
    places = [*_iterate_places(tree)]
    for _ in range(chance.randint(1, 6)):
        holder, key = chance.choice(places)
        match chance.randrange(3):
            case 0 if key not in _PLACES:
                holder[key] = chance.choice(_VALUES)
            case 1:
                holder[f"{key}_"] = chance.choice(_VALUES)
            case _ if key not in _PLACES:
                holder.pop(key, None)
    return json.dumps(tree).encode()


def _iterate_places(tree: Any) -> Any:
    """Yield object and key of each value that is a number, a name, or nothing."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if isinstance(value, dict | list):
                yield from _iterate_places(value)
            else:
                yield tree, key
    elif isinstance(tree, list):
        for value in tree:
            yield from _iterate_places(value)


def change_attributes(data: bytes, chance: random.Random) -> bytes:
    """Return the XML with other values of attributes, comments and unknown elements without words."""
    text = data.decode()
    for _ in range(chance.randint(1, 5)):
        match chance.randrange(3):
            case 0 if found := [*re.finditer(r'(?<=\s)(?!xmlns)[\w:]+="([^"<>]*)"', text)]:
                place = chance.choice(found)
                value = re.sub(r'[\0-\x1f"<&]', "", str(chance.choice(_VALUES)))
                text = text[: place.start(1)] + value + text[place.end(1) :]
            case 1:
                places = [match.start() for match in re.finditer(r"(?<=[a-z\"]>)(?=<)", text)]
                at = chance.choice(places or [len(text)])
                text = text[:at] + chance.choice(("<!-- no word -->", "<x:y xmlns:x='urn:x'/>", "<?a b?>")) + text[at:]
            case _:
                text = text.replace(">", " >", 1)
    return text.encode()


_COMMANDS = (
    *(r"\b ", r"\b0 ", r"\i ", r"\plain ", r"\f0 ", r"\f9 ", r"\uc1 ", r"\cf2 ", r"\unknown12345678901 ", r"\fs-1 "),
    *(r"{\*\unknown no words}", r"{\*\generator x;}", r"{}", r"{\b }", r"\rtlch ", r"\lang1033 ", r"\fs24 ", r"\sb0 "),
    *(r"{\*\bkmkstart a}", r"{\*\bkmkend a}", "\r\n", r"\softline0 ", r"\deleted0 ", r"\v0 ", r"\ansicpg1252 "),
    *(r"{\colortbl;\red0\green0\blue0;}", r"{\stylesheet{\s0 Normal;}}", r"{\*\revtbl{Unknown;}}", r"\highlight0 "),
)


def change_commands(data: bytes, chance: random.Random) -> bytes:
    """Return the RTF with further commands and groups between its words."""
    places = [match.end() for match in re.finditer(rb"(?<=[a-z]) (?=[a-z])", data)]
    text = data
    for place in sorted(chance.sample(places, min(len(places), chance.randint(1, 8))), reverse=True):
        text = text[:place] + chance.choice(_COMMANDS).encode() + text[place:]
    return text


# --- judging -----------------------------------------------------------------------------------------


def list_words(draft: Draft) -> Counter[str]:
    """Return all words of a draft that were spoken or set aside."""
    clippings = [*draft.introduction, *(c for turn in draft.turns for c in turn.clippings), *draft.asides]
    return Counter(re.findall(r"\w+", " ".join(c.words for c in clippings)))


def read_words(name: str, data: bytes) -> Counter[str]:
    """Return the words of an imported file, with title and standfirst."""
    reading = reader_choice.choose_reader(Path(name), data)(data, name)
    draft = recognize_draft(reading, name)
    return list_words(draft) + Counter(re.findall(r"\w+", f"{draft.title} {draft.standfirst}"))


def judge_copy(name: str, changed: bytes, words: Counter[str] | None) -> tuple[str, str]:
    """Import a copy; return how it ended, and what is wrong with that, "" for nothing.

    `words` are those that it must have, if none of them was changed.
    """
    start, fault, end = time.process_time(), "", "imported"
    try:
        fuzzed.import_data(Path(name), changed)
        if words is not None and (lost := words - read_words(name, changed)):
            fault = f"words are lost in silence: {dict(lost)}"
    except Refused as refused:
        rules = {str(problem.rule) for problem in refused.problems}
        end = f"refused: {', '.join(sorted(rules))}"
        fault = end if rules & {"import-loses-nothing", "on-record-works"} else ""
    except Exception:
        fault = traceback.format_exc(limit=-3)
    used_s = time.process_time() - start
    return end, fault or (f"it takes {used_s:.1f} s" if used_s > _LONGEST_S else "")


CAREFUL: dict[str, Change] = {".json": change_json_values, ".xml": change_attributes, ".rtf": change_commands}


def change_copy(name: str, data: bytes, chance: random.Random, *, careful: bool) -> bytes:
    """Return a changed copy of a sample; `careful` changes no word."""
    if careful:
        return CAREFUL[Path(name).suffix](data, chance)
    change: Change = chance.choice((fuzzed.change_bytes, fuzzed.change_pieces))
    return change(data, chance)


def main(count: int = 40, seed: int = 1, part: str = "") -> int:
    """Change and import; print what goes wrong, and return 1 if anything does."""
    ends, faults = Counter[str](), 0
    for name, data in list_samples().items():
        if part not in name:
            continue
        chance, words = random.Random(f"{name}{seed}"), read_words(name, data)
        for number in range(count):
            careful = number % 2 == 0
            changed = change_copy(name, data, chance, careful=careful)
            end, fault = judge_copy(name, changed, words if careful else None)
            ends[end] += 1
            if fault:
                faults += 1
                print(f"--- {name} {number}\n{changed[:30_000]!r}\n{fault}", flush=True)
    print(f"seed {seed}: {dict(ends.most_common())}; {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    count, seed, part, *_ = (*sys.argv[1:], *("40", "1", "")[len(sys.argv) - 1 :])
    sys.exit(main(int(count), int(seed), part))
