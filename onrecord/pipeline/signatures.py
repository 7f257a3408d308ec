"""Sign the record of a proof with an Ed25519 key, and check such a signature (RFC 8032).

The signature is a file of 64 bytes beside the record, so that OpenSSL can check it, too.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.runtime.folders import read_file_itself, write_file

_MOST_KEY_BYTES = 10_000
_SUFFIX = ".sig"
_HINT = "make a key: openssl genpkey -algorithm ed25519 -out key.pem; its public half: openssl pkey -in key.pem -pubout"


def name_signature(record: Path) -> Path:
    """Return the path of the signature of a proof's record."""
    return record.with_name(f"{record.name}{_SUFFIX}")


def sign_record(record: Path, key_file: Path) -> Path:
    """Sign a record with the private key in a PEM file; return the file of the signature. Raises Refused."""
    key = _read_key(key_file, is_private=True)
    assert isinstance(key, Ed25519PrivateKey)
    signature = name_signature(record)
    write_file(signature, key.sign(record.read_bytes()))
    return signature


def check_signature(record: Path, data: bytes, key_file: Path) -> Path:
    """Check the signature beside a record, of which `data` are the bytes; return its file. Raises Refused."""
    key = _read_key(key_file, is_private=False)
    assert isinstance(key, Ed25519PublicKey)
    signature = name_signature(record)
    try:
        key.verify(read_file_itself(signature, _MOST_KEY_BYTES), data)
    except OSError as error:
        raise _refuse(signature, f"the signature cannot be read ({error.strerror or error})", "") from error
    except InvalidSignature:
        sentence = "this is not the signature of the record with the private half of this key"
        raise _refuse(signature, sentence, "ask the publisher for record, signature and public key") from None
    return signature


def _read_key(path: Path, *, is_private: bool) -> Ed25519PrivateKey | Ed25519PublicKey:
    """Return the key in a PEM file. Raises Refused."""
    kind = Ed25519PrivateKey if is_private else Ed25519PublicKey
    try:
        data = read_file_itself(path, _MOST_KEY_BYTES)
        key = load_pem_private_key(data, None) if is_private else load_pem_public_key(data)
    except OSError as error:
        raise _refuse(path, f"the key cannot be read ({error.strerror or error})", _HINT) from error
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, kind):
        half = "private" if is_private else "public"
        raise _refuse(path, f"this is no {half} Ed25519 key in PEM without a password", _HINT)
    return key


def _refuse(path: Path, sentence: str, hint: str) -> Refused:
    """Return the refusal of a key or a signature."""
    return Refused([Problem(SourceLocation(str(path)), Rule.SIGNATURE_IS_TRUE, sentence, hint)])
