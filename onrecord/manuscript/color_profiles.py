"""Rewrite the colour profile of a picture: what computes colours, and no names, texts or private data (ICC.1:2022).

A profile is a file of its own inside a picture. Programs write the name of a device or of its owner into it, and one
that is damaged on purpose may contradict the picture.
"""

from __future__ import annotations

from collections.abc import Iterator

_HEADER_BYTES, _ROW_BYTES = 128, 12
_MOST_TAGS = 100
_COMPONENTS = {b"GRAY": 1, b"RGB ": 3}  # of §7.2.6, those that a published picture has
_CLASSES = (b"mntr", b"scnr", b"prtr", b"spac")  # §7.2.5: of a device, or of a colour space
_KEPT_OF_HEADER = ((8, 24), (36, 40), (44, 48), (64, 80))  # version to connection space, "acsp", flags, intent
# What computes colours (§9.2). Others name the profile, its maker or its owner, or belong to one program.
_TAGS = {
    *(b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"wtpt", b"bkpt", b"chad", b"chrm", b"lumi"),
    *(b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"D2B0", b"D2B1", b"D2B2", b"D2B3"),
    *(b"B2D0", b"B2D1", b"B2D2", b"B2D3", b"gamt", b"cicp"),
}
_NAME = b"icc"


def clean_profile(profile: bytes, components: int) -> bytes:
    """Return a colour profile with a neutral name; b"" if it is damaged, or not for so many components."""
    size = int.from_bytes(profile[:4])
    if profile[36:40] != b"acsp" or not _HEADER_BYTES + 4 <= size <= len(profile):
        return b""
    if _COMPONENTS.get(profile[16:20]) != components or profile[12:16] not in _CLASSES:
        return b""
    try:
        tags = dict(_iterate_tags(profile[:size]))
    except ValueError:
        return b""
    is_old = profile[8] < 4
    tags[b"desc"] = _build_v2_description() if is_old else _build_v4_description()
    tags[b"cprt"] = b"text" + bytes(4) + _NAME + b"\0" if is_old else _build_v4_description()
    return _pack_profile(profile, tags)


def _iterate_tags(profile: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and content of each tag of a colour profile that computes colours; raise ValueError if damaged."""
    count = int.from_bytes(profile[_HEADER_BYTES : _HEADER_BYTES + 4])
    end_of_table, total = _HEADER_BYTES + 4 + _ROW_BYTES * count, 0
    if count > _MOST_TAGS or end_of_table > len(profile):
        raise ValueError("the table of tags is too long")
    for row in range(_HEADER_BYTES + 4, end_of_table, _ROW_BYTES):
        name, start = profile[row : row + 4], int.from_bytes(profile[row + 4 : row + 8])
        end = start + int.from_bytes(profile[row + 8 : row + 12])
        if start < end_of_table or end > len(profile) or end - start < 8:
            raise ValueError("a tag is outside of the profile")
        total += end - start
        if total > 3 * len(profile):  # three channels may share a curve
            raise ValueError("the tags lie on each other")
        if name in _TAGS:
            yield name, profile[start:end]


def _pack_profile(profile: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Return a profile of these tags, with the header of another; equal contents stand in it once."""
    start = _HEADER_BYTES + 4 + _ROW_BYTES * len(tags)
    places: dict[bytes, int] = {}
    table, body = len(tags).to_bytes(4), b""
    for name, content in tags.items():
        if content not in places:
            places[content] = start + len(body)
            body += content + bytes(-len(content) % 4)
        table += name + places[content].to_bytes(4) + len(content).to_bytes(4)
    header = bytearray(_HEADER_BYTES)
    for first, last in _KEPT_OF_HEADER:
        header[first:last] = profile[first:last]
    header[:4] = (start + len(body)).to_bytes(4)
    return bytes(header) + table + body


def _build_v2_description() -> bytes:
    """Return a name as colour profiles of version 2 hold it, in ASCII (ICC.1:2001-04 §6.5.17)."""
    return b"desc" + bytes(4) + (len(_NAME) + 1).to_bytes(4) + _NAME + b"\0" + bytes(4 + 4 + 2 + 1 + 67)


def _build_v4_description() -> bytes:
    """Return a name as colour profiles of version 4 hold it: one record, in English (§10.15)."""
    text = _NAME.decode().encode("utf-16-be")
    return (
        b"mluc" + bytes(4) + (1).to_bytes(4) + (12).to_bytes(4) + b"enUS" + len(text).to_bytes(4) + b"\0\0\0\x1c" + text
    )
