"""Signatures and envelopes agree with the platform's published samples and with another implementation."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto, WeChatCrypto

from bot.channels.wechat import crypto
from bot.channels.wechat.refusal import APP_ID, BUFFER, DECRYPT, KEY, Refusal
from tests.adapters.wechat.conftest import AES_KEY, OLD_AES_KEY, VECTORS

APP = "wx0123456789abcdef"
key, old_key = crypto.decode_key(AES_KEY), crypto.decode_key(OLD_AES_KEY)
received = pytest.mark.parametrize("vector", VECTORS["received"], ids=lambda v: v["id"])
sent = pytest.mark.parametrize("vector", VECTORS["sent"], ids=lambda v: v["id"])


@pytest.mark.parametrize("vector", [*VECTORS["url_check"], *VECTORS["plain"]], ids=lambda v: v["id"])
def test_three_part_signature(vector: dict[str, str]) -> None:
    """Token, timestamp, nonce."""
    assert vector["signature"] == crypto.sign(vector["token"], vector["timestamp"], vector["nonce"])


@received
def test_received_samples(vector: dict[str, str]) -> None:
    """The four-part signature, and the message behind it."""
    parts = (vector["token"], vector["timestamp"], vector["nonce"], vector["encrypt"])
    assert vector["msg_signature"] == crypto.sign(*parts)
    opened = crypto.decrypt(vector["encrypt"], vector["appid"], (crypto.decode_key(vector["encoding_aes_key"]),))
    assert vector["msg"] == opened[0]


@sent
def test_sent_samples(vector: dict[str, str]) -> None:
    """With the sample's random prefix, the sample's ciphertext byte for byte."""
    sample_key = crypto.decode_key(vector["encoding_aes_key"])
    made = crypto.encrypt(vector["msg"], vector["appid"], sample_key, vector["random"].encode())
    assert vector["encrypt"] == made
    assert vector["msg_signature"] == crypto.sign(vector["token"], vector["timestamp"], vector["nonce"], made)


@received
def test_another_account(vector: dict[str, str]) -> None:
    """The account's id inside the envelope must be ours."""
    with pytest.raises(Refusal) as refused:
        crypto.decrypt(vector["encrypt"], "wx_other_appid", (crypto.decode_key(vector["encoding_aes_key"]),))
    assert APP_ID == refused.value.code


@pytest.mark.parametrize("text", ["", "abcde", "A" * 42, "A" * 44, "A" * 42 + "=", "A" * 42 + "*", "钥" * 43])
def test_bad_keys(text: str) -> None:
    """43 characters of base64, nothing else."""
    with pytest.raises(ValueError, match=r"."):
        crypto.decode_key(text)


@given(st.text(min_size=1, max_size=300).filter(lambda text: text.isprintable()))
@settings(max_examples=60, deadline=None)
def test_agrees_with_wechatpy(message: str) -> None:
    """Either reads what the other wrote."""
    theirs = WeChatCrypto("zhengbian", AES_KEY, APP)
    read = PrpCrypto(theirs.key).decrypt(crypto.encrypt(message, APP, key), APP)
    assert message == (read if isinstance(read, str) else read.decode())
    written = theirs.encrypt_message(message, "n", "1764000000")
    ciphertext = written.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    assert (message, key) == crypto.decrypt(ciphertext, APP, (key,))


def test_random_prefix_and_padding() -> None:
    """Two envelopes of one message differ; both are multiples of 32 bytes."""
    one, other = (crypto.encrypt("你好", APP, key) for _ in range(2))
    assert one != other
    assert {0} == {len(base64.b64decode(text)) % 32 for text in (one, other)}


def test_previous_key() -> None:
    """While keys change the older one still opens, and is named for the answer."""
    assert ("旧", old_key) == crypto.decrypt(crypto.encrypt("旧", APP, old_key), APP, (key, old_key))


def raw(data: bytes, padding: bytes | None = None) -> str:
    """An envelope around anything at all."""
    count = 32 - len(data) % 32
    data += bytes([count]) * count if padding is None else padding
    writer = crypto._aes(key).encryptor()
    return base64.b64encode(writer.update(data) + writer.finalize()).decode()


RANDOM = b"r" * 16
BROKEN: list[tuple[str, str, int]] = [
    ("not base64", "***", DECRYPT),
    ("empty", "", DECRYPT),
    ("not ascii", "密文", DECRYPT),
    ("half a block", base64.b64encode(b"x" * 24).decode(), DECRYPT),
    ("padding 0", raw(b"x" * 31, b"\0"), DECRYPT),
    ("padding 33", raw(b"x" * 31, b"\x21" * 33), DECRYPT),
    ("padding inconsistent", raw(b"x" * 29, b"\1\2\3"), DECRYPT),
    ("nothing inside", raw(b""), BUFFER),
    ("only a prefix", raw(RANDOM), BUFFER),
    ("length 0", raw(RANDOM + bytes(4) + APP.encode()), BUFFER),
    ("length too big", raw(RANDOM + b"\0\0\0\xff" + b"a" + APP.encode()), BUFFER),
    ("length over 2^31", raw(RANDOM + b"\xff\xff\xff\xff" + b"a" + APP.encode()), BUFFER),
    ("app id missing", raw(RANDOM + b"\0\0\0\x01a"), APP_ID),
    ("app id longer", raw(RANDOM + b"\0\0\0\x01a" + APP.encode() + b"x"), APP_ID),
]


@pytest.mark.parametrize(("name", "ciphertext", "code"), BROKEN, ids=[row[0] for row in BROKEN])
def test_broken_envelopes(name: str, ciphertext: str, code: int) -> None:
    """Each is refused with Tencent's number, none raises anything else."""
    with pytest.raises(Refusal) as refused:
        crypto.decrypt(ciphertext, APP, (key,))
    assert code == refused.value.code


def test_half_a_character() -> None:
    """The platform cuts long texts anywhere: what can be read is read."""
    cut = "证书在哪查".encode()[:-1]
    opened, _ = crypto.decrypt(raw(RANDOM + len(cut).to_bytes(4, "big") + cut + APP.encode()), APP, (key,))
    assert "证书在哪" == opened


def test_no_key() -> None:
    """Without keys nothing can be opened."""
    with pytest.raises(Refusal) as refused:
        crypto.decrypt(crypto.encrypt("x", APP, key), APP, ())
    assert KEY == refused.value.code


@pytest.mark.parametrize("given_signature", ["签名", "\udcff", "", "A" * 10_000, "\0"])
def test_comparing_anything(given_signature: str) -> None:
    """False, never an exception."""
    assert not crypto.is_same("a" * 40, given_signature)


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda b: base64.b64encode(b).decode())))
@settings(max_examples=300, deadline=None)
def test_fuzz(ciphertext: str) -> None:
    """Whatever comes that is not ours: a refusal and no other exception."""
    with pytest.raises(Refusal):
        crypto.decrypt(ciphertext, APP, (key, old_key))
