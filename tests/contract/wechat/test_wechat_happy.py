"""What followers do on good days: they ask, press, scan, talk, come and go."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
import xmltodict
from wechatpy.crypto import WeChatCrypto

from bot.replies.reply import ReplyRef
from tests.adapters.wechat.conftest import VECTORS
from tests.contract.conftest import PREVIOUS_KEY, WECHAT
from tests.contract.wechat.conftest import in_plain_mode, in_safe_mode
from tests.wechat_platform.account import Account
from tests.wechat_platform.api_host import ApiHost
from tests.wechat_platform.hosting import ANSWERS, Hosted, ScriptedRasa, choices, content_of, hosted, opening
from tests.wechat_platform.platform import Platform
from tests.wechat_platform.pushes import Push, new_id, xml
from tests.wechat_platform.site import Site
from tests.wechat_platform.verdict import FAULT
from tests.wechat_platform.wire import request

QUESTION = "什么是山寨证书"
URL_CHECK = VECTORS["url_check"][0]


async def test_url_check(steady: Site) -> None:
    """The platform gets its echostr back, byte for byte, as plain text."""
    answer = await steady.platform.check_url("4375120948345356249")
    assert (200, b"4375120948345356249") == (answer.status, answer.body)
    assert answer.kind.startswith("text/plain")


async def test_published_url_check(tmp_path: Path) -> None:
    """Tencent's own example, at its own time."""
    account = Account(mode="plain", token=URL_CHECK["token"])
    at = float(URL_CHECK["timestamp"])
    async with hosted(tmp_path, account, clock=lambda: at + 2) as server:
        query = {name: URL_CHECK[name] for name in ("signature", "timestamp", "nonce", "echostr")}
        answer = await request(server.port, "GET", Push(query, b"").target)
    assert (200, URL_CHECK["echostr"]) == (answer.status, answer.text)


@pytest.mark.parametrize("echostr", ["证书", "<script>alert(1)</script>", "a+b /%&=?", "9" * 7000, '"{}"'])
async def test_strange_echostr(steady: Site, echostr: str) -> None:
    """Whatever it is, it comes back as it is and is never HTML."""
    answer = await steady.platform.check_url(echostr)
    assert (200, echostr) == (answer.status, answer.text)
    assert answer.kind.startswith("text/plain")


async def test_a_question(steady: Site) -> None:
    """One text, one reply of the right form within two seconds, the answer in it."""
    before, follower = steady.turns, steady.platform.follower()
    delivery = await follower.sends("text", Content=QUESTION)
    reply = delivery.verdict.reply
    assert reply, delivery.verdict.fault
    assert 1 == delivery.sends
    assert delivery.responses[0].seconds < 2
    assert "xml" in delivery.responses[0].kind
    assert abs(reply.created - time.time()) <= 5
    assert opening("fake_certificate_what") in reply.text
    assert [QUESTION] == steady.texts(before)


async def test_what_rasa_is_told(wechat: Hosted) -> None:
    """A pseudonym that stays the same, our channel's name, cleaned and masked text, no openid anywhere."""
    follower, other = wechat.platform.follower(), wechat.platform.follower()
    await follower.says("证书\u200b在哪查，电话13812345678")
    await follower.says(QUESTION)
    await other.says(QUESTION)
    first, second, third = wechat.rasa.turns
    assert "证书在哪查，电话〔手机号〕" == first.text
    assert re.fullmatch(r"wx_[0-9a-f]{32}", first.sender_id)
    assert first.sender_id == second.sender_id != third.sender_id
    assert "wechat" == first.input_channel == first.output_channel.name()
    for turn in wechat.rasa.turns:
        assert follower.openid not in json.dumps([turn.text, turn.sender_id, turn.metadata], ensure_ascii=False)


@in_safe_mode
async def test_envelopes_differ(steady: Site) -> None:
    """In safe mode two replies to one question share no prefix; the judge has checked the rest."""
    push = steady.platform.follower().push("text", Content=QUESTION)
    replies = [(await steady.platform.deliver(push)).verdict.reply for _ in range(2)]
    assert replies[0]
    assert replies[1]
    assert replies[0].text == replies[1].text
    assert 16 == len(replies[0].random)
    assert replies[0].random != replies[1].random


@in_safe_mode
async def test_wechatpy_reads_the_replies(steady: Site) -> None:
    """A second opinion on envelope and message, from a library that others use."""
    account = steady.platform.account
    push = steady.platform.follower().push("text", Content=QUESTION)
    response = await steady.platform.send_once(push)
    envelope = xmltodict.parse(response.body)["xml"]
    reader = WeChatCrypto(account.token, account.key, account.app_id)
    signed = (envelope["MsgSignature"], envelope["TimeStamp"], envelope["Nonce"])
    reply = xmltodict.parse(reader.decrypt_message(response.body, *signed))["xml"]
    assert (push.query["openid"], account.original_id) == (reply["ToUserName"], reply["FromUserName"])
    assert "text" == reply["MsgType"]
    assert opening("fake_certificate_what") in reply["Content"]


async def two_halves(site: Site, platform: Platform) -> None:
    """Plain fields beside the envelope are not signed and not looked at."""
    before, follower, pusher = site.turns, platform.follower(), platform.pusher
    fields = pusher.fields(follower.openid, "text", Content=QUESTION)
    false = xml({**fields, "Content": "证书在哪查", "FromUserName": "oSomebodyElse", "MsgId": new_id()})
    push = pusher.of_xml(xml(fields), follower.openid, outer=false.removeprefix("<xml>").removesuffix("</xml>"))
    assert opening("fake_certificate_what") in (await platform.deliver(push)).text
    assert [QUESTION] == site.texts(before)


async def test_compatible_mode_obeys_the_encrypted_half(tmp_path: Path) -> None:
    """What WeChat sends in compatible mode, to a server in compatible mode."""
    async with hosted(tmp_path, Account(mode="compatible")) as server:
        await two_halves(server, server.platform)


async def test_every_mode_obeys_the_encrypted_half(steady: Site) -> None:
    """The same to servers in the other modes, which it meets while the account's owner changes it."""
    await two_halves(steady, Platform(Account(mode="compatible"), steady.port, steady.platform.cut))


async def test_events(steady: Site) -> None:
    """Welcome with the three tasks; a scene, a scan and each menu key have answers; unknown keys are silent."""
    before, follower = steady.turns, steady.platform.follower()
    welcome = await follower.subscribes()
    for task in ("查证书", "看广告", "举报"):
        assert task in welcome
    for read in (await follower.subscribes("report"), await follower.scans("report")):
        assert opening("report_how") in read
    for key in ("query_where", "red_flags", "report_how", "how_to_tell"):
        assert opening(key) in await follower.clicks(key)
    assert "广告" in await follower.clicks("wechat_send_advert")
    assert await follower.clicks("gone") == ""
    assert await follower.scans("gone") != FAULT
    assert 6 == steady.turns - before
    assert not [text for text in steady.texts(before) if text.startswith("/")]


@pytest.mark.parametrize(
    "fields",
    [
        {"Event": "unsubscribe", "EventKey": ""},
        {"Event": "VIEW", "EventKey": "https://hrss.yn.gov.cn/"},
        {"Event": "LOCATION", "Latitude": "23.137466", "Longitude": "113.352425", "Precision": "119.385040"},
        {"Event": "TEMPLATESENDJOBFINISH", "MsgID": "200163836", "Status": "success"},
        {"Event": "MASSSENDJOBFINISH", "MsgID": "1", "Status": "send success"},
        {"Event": "scancode_push", "EventKey": "6"},
        {"Event": "debug_demo", "debug_str": "hello world"},
        {"Event": "made_up_next_year"},
        {},
    ],
    ids=lambda fields: fields.get("Event", "none"),
)
async def test_events_without_an_answer(steady: Site, fields: dict[str, str]) -> None:
    """Taken in silence, at once, in the clear, without a turn."""
    before = steady.turns
    delivery = await steady.platform.follower().sends("event", **fields)
    assert delivery.responses[0].body in (b"", b"success")
    assert ("", "") == (delivery.text, delivery.verdict.fault)
    assert delivery.responses[0].seconds < 1
    assert before == steady.turns


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("image", {"PicUrl": "{api}/picture", "MediaId": "m"}),
        ("video", {"MediaId": "m", "ThumbMediaId": "t"}),
        ("shortvideo", {"MediaId": "m", "ThumbMediaId": "t"}),
        ("location", {"Location_X": "23.134521", "Location_Y": "113.358803", "Scale": "20", "Label": "位置信息"}),
        ("link", {"Title": "官网", "Description": "公众平台", "Url": "{api}/page"}),
        ("miniprogrampage", {"Title": "t", "AppId": "wx1", "PagePath": "p", "ThumbUrl": "{api}/thumb"}),
        ("file", {"Title": "证书.pdf", "FileKey": "k"}),
        ("music", {"Title": "t", "MusicUrl": "{api}/music"}),
        ("a kind to come", {}),
    ],
)
async def test_other_messages(steady: Site, api: ApiHost, kind: str, fields: dict[str, str]) -> None:
    """One polite text, also for what we do not know; nothing is fetched, no turn is made."""
    before = steady.turns
    filled = {name: value.replace("{api}", api.base) for name, value in fields.items()}
    read = await steady.platform.follower().reads(kind, **filled)
    assert read != FAULT
    assert "字发给我" in read
    assert before == steady.turns
    assert [] == api.calls


async def test_voice(steady: Site) -> None:
    """Recognised speech is a question; without recognition the follower is asked to type."""
    before, follower = steady.turns, steady.platform.follower()
    assert opening("fake_certificate_what") in await follower.reads("voice", MediaId="m", Recognition=QUESTION)
    assert [QUESTION] == steady.texts(before)
    for without in ({"Recognition": ""}, {"MediaId16K": "m16"}):
        read = await follower.reads("voice", MediaId="m", Format="amr", **without)
        assert "字发给我" in read
    assert before + 1 == steady.turns


PICKED = choices(("我的证书在哪里查真假？", "query_where"), ("国家认可哪几类证书？", "cert_types"))


@pytest.mark.parametrize("number", ["2", "２", "②", "第二个"])
async def test_three_ways_to_choose(tmp_path: Path, account: Account, number: str) -> None:
    """A tapped link, its words and its number give the same answer; payloads are seen nowhere."""
    rasa = ScriptedRasa(answers={"证书": [PICKED]})
    async with hosted(tmp_path, account, rasa) as server:
        follower = server.platform.follower()
        offered = await follower.says("证书")
        links = re.findall(
            r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^"&]+)&msgmenuid=([^"&]+)">([^<]+)</a>', offered
        )
        assert ["我的证书在哪里查真假？", "国家认可哪几类证书？"] == [title for _, _, title in links]
        assert "cert_types" not in offered
        assert "query_where" not in offered
        read = []
        for way in ("tap", "words", "number"):
            if way != "tap":
                await follower.says("证书")
            if way == "tap":
                read.append(await follower.picks(links[1][2]))
            else:
                read.append(await follower.says(links[1][2] if way == "words" else number))
    assert opening("cert_types") in read[0]
    assert read[0] == read[1] == read[2]
    assert ["cert_types"] * 3 == [turn.parse_data["intent"]["name"] for turn in rasa.turns if turn.parse_data]


async def test_a_number_without_a_list(wechat: Hosted) -> None:
    """Nothing was offered: it is a text like any other."""
    await wechat.platform.follower().says("1")
    (turn,) = wechat.rasa.turns
    assert ("1", None) == (turn.text, turn.parse_data)


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


@pytest.mark.parametrize(
    "text",
    [
        *(FAMILY + "证书", "\U00020000\U0002a6d6证书", "مرحبا שלום", "证" * 2000, "好[微笑]", "/微笑"),
        *(FAMILY, "[微笑]", "/::)", "   ", "", "\u3000\n"),
    ],
    ids=[
        *("with emoji", "rare", "rtl", "long", "with a face", "named face"),
        *("emoji", "face", "old face", "spaces", "empty", "wide space"),
    ],
)
async def test_any_text_is_answered(steady: Site, text: str) -> None:
    """Something readable comes back, whatever was typed; a text reaches Rasa whole, one without words does not."""
    before = steady.turns
    delivery = await steady.platform.follower().sends("text", Content=text)
    assert delivery.verdict.reply, delivery.verdict.fault
    if text.strip() and text not in (FAMILY, "[微笑]", "/::)"):
        assert before + 1 == steady.turns
        assert not steady.texts(before)[-1].startswith("/")
    else:
        assert before == steady.turns
    if text in ("\U00020000\U0002a6d6证书", "证" * 2000):
        assert text == steady.texts(before)[-1]


async def test_long_answers_come_in_parts(tmp_path: Path, account: Account) -> None:
    """Each part within the limit with its number; 继续 gives the next, in order and without a turn; nothing is lost."""
    entries = ["how_to_tell", "query_where", "report_how", "fake_certificate_what", "cert_types"]
    rasa = ScriptedRasa(answers={"全部": [ReplyRef("entry", entry) for entry in entries]})
    async with hosted(tmp_path, account, rasa) as server:
        follower = server.platform.follower()
        parts = [await follower.says("全部")]
        total = int(re.search(r"（1/(\d)，回复“继续”看下文）$", parts[0])[1])
        parts += [await follower.says("继续") for _ in range(total - 1)]
        assert "继续" == (await follower.says("继续")) or len(rasa.turns) == 2, "then it is an ordinary text"
    assert 1 < total < 9
    for number, part in enumerate(parts, 1):
        assert len(part.encode()) <= 2000
        assert part.count("<a ") == part.count("</a>")
        assert (f"（{number}/{total}，" in part) == (number < total)
    whole = "".join(re.sub(r"（\d/\d，回复“继续”看下文）$", "", part) for part in parts)
    places = [whole.find(opening(entry)) for entry in entries]
    assert -1 not in places
    assert sorted(places) == places
    for entry in entries:
        for sentence in re.split(r"\{\w+\}|^\s*- |\s|\*\*|(?<=。)", content_of(entry), flags=re.MULTILINE):
            assert sentence in whole


async def test_two_followers(wechat: Hosted) -> None:
    """They alternate, and each gets answers to his own questions under his own sender."""
    followers = [wechat.platform.follower(), wechat.platform.follower()]
    questions = list(ANSWERS)
    for turn in range(5):
        for number, follower in enumerate(followers):
            question = questions[(turn + number) % len(questions)]
            assert opening(ANSWERS[question]) in await follower.says(question)
    senders = [message.sender_id for message in wechat.rasa.turns]
    assert 2 == len({*senders[::2], *senders[1::2]})
    assert {senders[0]} == set(senders[::2])


async def test_key_change(steady: Site) -> None:
    """What comes under the previous key is answered under the previous key, the rest under the current one."""
    for key in (PREVIOUS_KEY, WECHAT.key, PREVIOUS_KEY):
        platform = Platform(Account(mode="safe", key=key), steady.port, steady.platform.cut)
        assert opening("fake_certificate_what") in await platform.follower().says(QUESTION)


@in_plain_mode
async def test_plain_account_moving_to_safe(steady: Site) -> None:
    """With a key configured, plain mode answers encrypted pushes as well, so that nobody falls into a gap."""
    safe = Platform(Account(mode="safe"), steady.port, steady.platform.cut)
    for platform in (steady.platform, safe, steady.platform):
        assert opening("fake_certificate_what") in await platform.follower().says(QUESTION)
