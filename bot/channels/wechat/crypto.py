"""Signatures and the AES envelope, as the platform's page on message encryption defines them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher as Aes
from cryptography.hazmat.primitives.ciphers import algorithms, modes

from bot.channels.wechat.refusal import APP_ID, BUFFER, DECRYPT, KEY, Refusal

#: Characters of an EncodingAESKey, and bytes of the key it stands for.
KEY_CHARACTERS, KEY_BYTES = 43, 32
#: PKCS#7 pads to this, not to the block of AES.
_PAD_TO, _BLOCK = 32, 16
_RANDOM, _LENGTH = 16, 4


def decode_key(text: str) -> bytes:
    """The AES key behind an EncodingAESKey. Raises ValueError."""
    if len(text) != KEY_CHARACTERS:
        raise ValueError("length")
    key = base64.b64decode(text.encode("ascii") + b"=", validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("bytes")
    return key


def sign(*parts: str) -> str:
    """SHA-1 over the sorted parts, in hex: token, timestamp, nonce and, in an envelope, its ciphertext."""
    joined = "".join(sorted(parts)).encode("utf-8", "surrogatepass")
    return hashlib.sha1(joined).hexdigest()  # noqa: S324 - the platform's choice


def is_same(expected: str, given: str) -> bool:
    """Compare in constant time, on bytes: on text a character beyond ASCII would raise."""
    return hmac.compare_digest(expected.encode("utf-8"), given.encode("utf-8", "surrogatepass"))


def encrypt(message: str, app_id: str, key: bytes, random: bytes = b"") -> str:
    """``message`` as base64 of AES-256-CBC; ``random`` is 16 bytes, fresh ones unless given."""
    data = message.encode("utf-8")
    data = (random or secrets.token_bytes(_RANDOM)) + len(data).to_bytes(_LENGTH, "big") + data + app_id.encode()
    padding = _PAD_TO - len(data) % _PAD_TO
    writer = _aes(key).encryptor()
    return base64.b64encode(writer.update(data + bytes([padding]) * padding) + writer.finalize()).decode("ascii")


def decrypt(ciphertext: str, app_id: str, keys: tuple[bytes, ...]) -> tuple[str, bytes]:
    """The message and the one of ``keys`` that opened it, current key first. Raises Refusal."""
    try:
        raw = base64.b64decode(ciphertext.encode("ascii"), validate=True)
    except (UnicodeError, binascii.Error):
        raise Refusal("base64", DECRYPT) from None
    if not raw or len(raw) % _BLOCK:
        raise Refusal("ciphertext_length", DECRYPT)
    first: Refusal | None = None
    for key in keys:
        try:
            return _open(raw, app_id, key), key
        except Refusal as refusal:
            first = first or refusal
    raise first or Refusal("no_key", KEY)


def _open(raw: bytes, app_id: str, key: bytes) -> str:
    reader = _aes(key).decryptor()
    data = reader.update(raw) + reader.finalize()
    padding = data[-1]
    if not 1 <= padding <= _PAD_TO or data[-padding:] != bytes([padding]) * padding:
        raise Refusal("padding", DECRYPT)
    data = data[:-padding]
    start = _RANDOM + _LENGTH
    length = int.from_bytes(data[_RANDOM:start], "big")
    if len(data) < start or not 0 < length <= len(data) - start:
        raise Refusal("message_length", BUFFER)
    if not hmac.compare_digest(data[start + length :], app_id.encode()):
        raise Refusal("app_id", APP_ID)
    # the platform's key is right, so that half a character is the platform's cut: the rest can be read
    return data[start : start + length].decode("utf-8", "ignore")


def _aes(key: bytes) -> Aes[modes.CBC]:
    return Aes(algorithms.AES(key), modes.CBC(key[:_BLOCK]))
