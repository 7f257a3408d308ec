"""Pack files into a ZIP archive that is the same each time, and deflate only those that are new since the last time."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Mapping

from onrecord.runtime import build_identity
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint

# APPNOTE.TXT 6.3.10, section 4.3: a local header before each file, then the same for all files with their places, then
# the end. In between: version 2.0, flags, method, time and date, CRC, packed and unpacked size, length of the name.
_COMMON = "HHHHHLLLHH"
_LOCAL, _CENTRAL, _END = (struct.Struct(f"<4s{fields}") for fields in (_COMMON, f"H{_COMMON}HHHLL", "4H2LH"))
_STORED, _DEFLATED = 0, 8
_VERSION, _UNIX = 20, 3 << 8
_UTF8 = 0x800  # the flag of names beyond ASCII
_FIRST_DAY = 1 << 5 | 1  # 1 January 1980, the earliest day that ZIP knows (4.4.6)
_MODE = 0o644 << 16  # that of a file that anybody may read
_LEVEL = 6
_MOST = 0xFFFFFFFF  # bytes; larger archives have another form
_MOST_FILES = 0xFFFF


def pack_files(files: Mapping[str, bytes], stored: str, cache: Cache, owner: str) -> bytes:
    """Return a ZIP archive of the files by name, the file `stored` first and as it is.

    The cache keeps, for each `owner`, the deflated bytes of the files that were packed last.
    """
    key = compute_fingerprint("deflated", build_identity.compute_build_identity(), zlib.ZLIB_RUNTIME_VERSION, owner)
    known: Mapping[bytes, bytes] = cache.get(key) or {}
    used: dict[bytes, bytes] = {}
    pieces, directory, place = [], [], 0
    for name in sorted(files, key=lambda name: (name != stored, name)):
        data, encoded = files[name], name.encode()
        method, packed = (_STORED, data) if name == stored else (_DEFLATED, _deflate(data, known, used))
        flags = 0 if name.isascii() else _UTF8
        sizes = (zlib.crc32(data), len(packed), len(data), len(encoded), 0)
        common = (_VERSION, flags, method, 0, _FIRST_DAY, *sizes)
        local = _LOCAL.pack(b"PK\3\4", *common) + encoded
        directory.append(_CENTRAL.pack(b"PK\1\2", _UNIX | _VERSION, *common, 0, 0, 0, _MODE, place) + encoded)
        pieces += [local, packed]
        place += len(local) + len(packed)
    size = sum(map(len, directory))
    if place + size > _MOST or len(files) > _MOST_FILES:
        raise OverflowError("the archive is larger than a ZIP file without extensions can be")
    if used.keys() != known.keys():
        cache.put(key, used)
    end = _END.pack(b"PK\5\6", 0, 0, len(files), len(files), size, place, 0)
    return b"".join((*pieces, *directory, end))


def _deflate(data: bytes, known: Mapping[bytes, bytes], used: dict[bytes, bytes]) -> bytes:
    """Return the data deflated, as it is known or now, and add it to `used`."""
    digest = hashlib.sha256(data).digest()
    packed = known.get(digest)
    if packed is None:
        compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = compressor.compress(data) + compressor.flush()
    used[digest] = packed
    return packed
