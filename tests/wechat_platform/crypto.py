"""Signatures and envelopes as Tencent publishes them, and crooked ones for the tests of refusals."""

from __future__ import annotations

import base64
import hashlib
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32


class EnvelopeError(Exception):
    """What the platform could not read, and why."""


def sign(*parts: str) -> str:
    """SHA-1 over the sorted parts: three for ``signature``, four for ``msg_signature``."""
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8")).hexdigest()


def encrypt(message: str | bytes, key: str, app_id: str, random: bytes = b"") -> str:
    """The ``Encrypt`` of a message; ``random`` is 16 bytes, fresh ones unless given."""
    data = message.encode("utf-8") if isinstance(message, str) else message
    return seal(pad((random or os.urandom(16)) + struct.pack(">I", len(data)) + data + app_id.encode("utf-8")), key)


def pad(data: bytes) -> bytes:
    """PKCS#7 to a multiple of 32."""
    missing = _BLOCK - len(data) % _BLOCK
    return data + bytes([missing]) * missing


def seal(blocks: bytes, key: str) -> str:
    """Encrypt whole blocks as they are, padding included, right or wrong."""
    encryptor = _cipher(key).encryptor()
    return base64.b64encode(encryptor.update(blocks) + encryptor.finalize()).decode("ascii")


def decrypt(sealed: str, key: str, app_id: str) -> tuple[bytes, str]:
    """The random prefix and the message of an envelope. Raises EnvelopeError with what is wrong."""
    try:
        blocks = base64.b64decode(sealed, validate=True)
    except ValueError as error:
        raise EnvelopeError("not base64") from error
    if not blocks or len(blocks) % _BLOCK:
        raise EnvelopeError(f"{len(blocks)} bytes are no multiple of {_BLOCK}")
    decryptor = _cipher(key).decryptor()
    padded = decryptor.update(blocks) + decryptor.finalize()
    filling = padded[-1]
    if not 1 <= filling <= _BLOCK or padded[-filling:] != bytes([filling]) * filling:
        raise EnvelopeError("padding")
    data = padded[:-filling]
    length = struct.unpack(">I", data[16:20])[0]
    message, tail = data[20 : 20 + length], data[20 + length :]
    if len(message) != length or tail.decode("utf-8", "replace") != app_id:
        raise EnvelopeError("length or AppID")
    return data[:16], message.decode("utf-8")


def _cipher(key: str) -> Cipher[modes.CBC]:
    raw = base64.b64decode(key + "=")
    return Cipher(algorithms.AES(raw), modes.CBC(raw[:16]))
