"""What is taken for authentic in each mode, and what is not."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wechat import crypto, xml
from bot.channels.wechat.envelope import SkewedClock, check_url, open_request, seal
from bot.channels.wechat.refusal import Refusal
from bot.channels.wechat.settings import Account
from tests.adapters.wechat.conftest import AES_KEY, NOW, OLD_AES_KEY, VECTORS, account, query, sha1

INNER = "<xml><Content>里面</Content></xml>"
key, old_key = crypto.decode_key(AES_KEY), crypto.decode_key(OLD_AES_KEY)


def sealed(inner: str = INNER, with_key: bytes = key, **more: str) -> tuple[dict[str, list[str]], bytes]:
    """A request in an envelope: its query and its body."""
    ciphertext = crypto.encrypt(inner, "wx0123456789abcdef", with_key)
    signature = sha1("zhengbian", str(NOW), "n0nce", ciphertext)
    body = f"<xml><ToUserName>gh_zhengbian</ToUserName><Encrypt>{ciphertext}</Encrypt></xml>".encode()
    return query(**({"encrypt_type": "aes", "msg_signature": signature} | more)), body


@pytest.mark.parametrize("mode", ["safe", "compatible", "plain"])
def test_url_check(mode: str) -> None:
    """Three parts in every mode; the echo comes back as it came."""
    (vector,) = VECTORS["url_check"]
    arguments = {name: [vector[name]] for name in ("signature", "timestamp", "nonce", "echostr")}
    ours = account(mode, token=vector["token"])
    assert vector["echostr"] == check_url(ours, arguments, int(vector["timestamp"]) + 5)
    for name in arguments:
        with pytest.raises(Refusal):
            check_url(ours, {**arguments, name: [""]}, int(vector["timestamp"]))


@pytest.mark.parametrize("mode", ["safe", "compatible", "plain"])
def test_envelope(mode: str) -> None:
    """An envelope is opened in every mode where there is a key: that is how an account moves to safe."""
    arguments, body = sealed()
    opened = open_request(account(mode), arguments, body, NOW)
    assert (INNER, "n0nce", key) == (opened.message, opened.nonce, opened.key)


def test_in_the_clear(plain: Account, safe: Account) -> None:
    """Only where the account says so, however well it is signed."""
    for arguments in (query(), query(encrypt_type="raw"), query(openid="oOther")):
        opened = open_request(plain, arguments, INNER.encode(), NOW)
        assert (INNER.encode(), None) == (opened.message, opened.key)
        for strict in (safe, account("compatible")):
            with pytest.raises(Refusal):
                open_request(strict, arguments, INNER.encode(), NOW)


def test_signature_in_the_place_of_the_other(safe: Account) -> None:
    """The classic mistake is not made."""
    arguments, body = sealed()
    with pytest.raises(Refusal):
        open_request(safe, {**arguments, "msg_signature": arguments["signature"]}, body, NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"msg_signature": ["a" * 40]},
        {"msg_signature": []},
        {"msg_signature": [""]},
        {"msg_signature": ["签名"]},
        {"msg_signature": ["A" * 40]},
        {"msg_signature": ["12345"]},
        {"timestamp": []},
        {"timestamp": ["abc"]},
        {"timestamp": ["1e400"]},
        {"timestamp": ["１７６４００００００"]},
        {"nonce": []},
        {"nonce": ["n" * 65]},
        {"nonce": ["a b"]},
        {"encrypt_type": ["aes", "raw"]},
        {"encrypt_type": ["AES"]},
        {"encrypt_type": [""]},
        {"encrypt_type": []},
    ],
    ids=str,
)
def test_wrong_queries(safe: Account, changes: dict[str, list[str]]) -> None:
    """Exactly one of each, in its form."""
    arguments, body = sealed()
    with pytest.raises(Refusal):
        open_request(safe, {**arguments, **changes}, body, NOW)


@pytest.mark.parametrize("name", ["timestamp", "nonce", "msg_signature"])
def test_doubled(safe: Account, name: str) -> None:
    """Twice is once too often, even if the second is blank or the same."""
    arguments, body = sealed()
    for second in ("", arguments[name][0]):
        with pytest.raises(Refusal):
            open_request(safe, {**arguments, name: [arguments[name][0], second]}, body, NOW)


@pytest.mark.parametrize("seconds", [-3600, 3600, -301, 301])
def test_another_time(safe: Account, seconds: int) -> None:
    """Refused; and where the signature is right the clocks are to be compared."""
    arguments, body = sealed()
    with pytest.raises(SkewedClock) as refused:
        open_request(safe, arguments, body, NOW + seconds)
    assert seconds == refused.value.seconds
    with pytest.raises(Refusal) as forged:
        open_request(safe, {**arguments, "msg_signature": ["a" * 40]}, body, NOW + seconds)
    assert not isinstance(forged.value, SkewedClock)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<xml/>",
        b"<xml><Encrypt></Encrypt></xml>",
        "<xml><Encrypt>密文</Encrypt></xml>".encode(),
        b"<xml><Encrypt>a</Encrypt><Encrypt>a</Encrypt></xml>",
        b"<xml><Encrypt><x/></Encrypt></xml>",
    ],
)
def test_wrong_envelopes(safe: Account, body: bytes) -> None:
    """There is one ciphertext, and it is signed."""
    arguments, _ = sealed()
    with pytest.raises(Refusal):
        open_request(safe, arguments, body, NOW)


def test_a_flipped_bit(safe: Account) -> None:
    """Nothing of the ciphertext can be changed."""
    arguments, body = sealed()
    at = body.index(b"<Encrypt>") + 12
    for letter in (b"A", b"B"):
        changed = body[:at] + letter + body[at + 1 :]
        if changed != body:
            with pytest.raises(Refusal):
                open_request(safe, arguments, changed, NOW)


def test_the_answer(safe: Account) -> None:
    """Four fields, our time, their nonce, signed, under the key that opened the request."""
    ours = replace(safe, keys=(key, old_key))
    arguments, body = sealed(with_key=old_key)
    opened = open_request(ours, arguments, body, NOW)
    root = ElementTree.fromstring(seal("<xml>好</xml>", ours, opened, NOW + 2))
    found = {child.tag: child.text or "" for child in root}
    assert ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"] == list(found)
    assert (str(NOW + 2), "n0nce") == (found["TimeStamp"], found["Nonce"])
    assert sha1("zhengbian", found["TimeStamp"], "n0nce", found["Encrypt"]) == found["MsgSignature"]
    assert "<xml>好</xml>" == crypto.decrypt(found["Encrypt"], safe.app_id, (old_key,))[0]


def test_the_answer_in_the_clear(plain: Account) -> None:
    """As it came, so it goes."""
    opened = open_request(plain, query(), INNER.encode(), NOW)
    assert "<xml/>" == seal("<xml/>", plain, opened, NOW)


def test_tickets(plain: Account) -> None:
    """A request sent again is known by its query, and told from another by its body."""
    first, again = (open_request(plain, query(), INNER.encode(), NOW) for _ in range(2))
    other = open_request(plain, query(), INNER.encode() + b" ", NOW)
    assert (first.ticket, first.digest) == (again.ticket, again.digest)
    assert first.ticket == other.ticket
    assert first.digest != other.digest


_VALUES = st.lists(st.one_of(st.text(max_size=50), st.just(str(NOW)), st.just("a" * 40), st.just("aes")), max_size=2)
_NAMES = st.sampled_from(["timestamp", "nonce", "signature", "msg_signature", "encrypt_type", "echostr", "openid"])


@given(st.dictionaries(_NAMES, _VALUES), st.binary(max_size=100), st.sampled_from(["safe", "compatible", "plain"]))
@settings(max_examples=400, deadline=None)
def test_fuzz(arguments: dict[str, list[str]], body: bytes, mode: str) -> None:
    """Nothing that is not signed gets in, and nothing but a refusal comes out."""
    for attempt in (lambda: open_request(account(mode), arguments, body, NOW), lambda: _check(mode, arguments)):
        with pytest.raises(Refusal):
            attempt()


def _check(mode: str, arguments: dict[str, list[str]]) -> str:
    return check_url(account(mode), arguments, NOW)


def test_xml_of_an_envelope_is_read_strictly() -> None:
    """The same reader as for messages."""
    assert {"Encrypt": "a", "MsgSignature": "b", "TimeStamp": "1", "Nonce": "c"} == xml.fields(
        xml.envelope("a", "b", 1, "c")
    )
