"""A choice from the last list: by number, ordinal or words; anything else is none."""

from __future__ import annotations

import pytest

from bot.dialogue.choice import is_pick, read_choice
from bot.replies.reply import Choice

OFFERED = (
    Choice("职业技能等级证书", "a"),
    Choice("专业技术资格（建造师、护士等）", "b"),
    Choice("在外省取得的", "c"),
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("1", "a"),
        ("２", "b"),
        ("②", "b"),
        ("2。", "b"),
        (" 2 ", "b"),
        ("二", "b"),
        ("两", "b"),
        ("第二个", "b"),
        ("第2条", "b"),
        ("选2", "b"),
        ("我选第三个", "c"),
        ("我要问第一个", "a"),
        ("最后一个", "c"),
        ("职业技能等级证书", "a"),
        ("职业技能等级证书！", "a"),
        ("专业技术资格(建造师、护士等)", "b"),
        ("专业技术资格", "b"),
        ("在外省", "c"),
        ("4", None),
        ("0", None),
        ("12", None),
        ("2022", None),
        ("12333", None),
        ("第二阶段是什么时候", None),
        ("", None),
        ("在", None),
        ("证书在哪查", None),
    ],
)
def test_choice(raw: str, expected: str | None) -> None:
    """The intent chosen."""
    found = read_choice(raw, OFFERED)
    assert expected == (found.intent if found else None)


def test_nothing_offered_nothing_chosen() -> None:
    """„2" alone means nothing."""
    assert read_choice("2", ()) is None


def test_an_ambiguous_beginning_chooses_nothing() -> None:
    """Words that begin two titles choose neither."""
    assert read_choice("证书", (Choice("证书在哪查", "a"), Choice("证书是什么", "b"))) is None


WELCOME = (
    Choice("查证书：我的证书在哪里查？", "query"),
    Choice("看广告：这个广告有没有问题？", "advert"),
    Choice("去举报：向谁举报？", "report"),
)


@pytest.mark.parametrize(
    "raw",
    [
        *("❷", "⓶", "➋", "Ⅱ", "⑵", "⒉", "㈡", "２", "2️⃣", "贰", "貳", "[2]", "【2】", "（2）", "2、", "2。", "2.", "2)"),
        *(
            "回2",
            "回复2",
            "回复数字2",
            "选二",
            "我选2",
            "选择2",
            "扣2",
            "按2",
            "NO.2",
            "选项2",
            "答2",
            "就2",
            "那就第二个",
        ),
        *(
            "二号",
            "2号",
            "第二项",
            "第2条",
            "2号选项",
            "第2个吧谢谢",
            "谢谢，2",
            "您好老师我选2，谢谢🙏",
            "2👍",
            "麻烦2",
        ),
        *(
            "②看广告",
            "2看广告",
            "2.看广告：这个广告有没有问题？",
            "二、看广告",
            "第二个看广告",
            "2 广告",
            "2、看广告谢谢",
        ),
        *("看广告👍", "看广告，谢谢", "您好，看广告", "2 3", "2和3", "2、3", "第二个和第三个"),
    ],
)
def test_any_form_of_a_number(raw: str) -> None:
    """Of any script, in any dress, with thanks or its title; of several the first."""
    found = read_choice(raw, WELCOME)
    assert found
    assert "advert" == found.intent


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("1 2 3", "query"),
        ("头一个", "query"),
        ("最后一个吧", "report"),
        ("查证书", "query"),
        ("③", "report"),
        ("倒数第一个", "report"),
    ],
)
def test_other_places(raw: str, expected: str) -> None:
    """The first of several, and places without a number; the first word of a title is not taken for „choose"."""
    found = read_choice(raw, WELCOME)
    assert found
    assert expected == found.intent


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "一个月",
            "3天拿证",
            "2天",
            "两年",
            "一年",
            "2级",
            "一级证书",
            "3980元",
            "3千",
            "8:30",
            "2.5",
            "二维码是什么",
            "三无",
        ),
        *(
            "110",
            "12333",
            "1 1 0",
            "1 2 3 3 3",
            "9 6 1 1 0",
            "1 2 3 4 5",
            "12345",
            "2022",
            "38",
            "看一下",
            "一样",
            "3个月",
        ),
        *(
            "不要1",
            "不选2",
            "1不对",
            "1还是2",
            "第二个怎么考",
            "第二阶段",
            "1看广告",
            "谢谢",
            "好的",
            "👍",
            "2 1 2",
            "两个证哪个好",
        ),
        *("打110", "要交2000", "1" * 50, "1 " * 50, "谢谢" * 50),
    ],
)
def test_numbers_that_choose_nothing(raw: str) -> None:
    """Times, prices, telephone numbers, refusals, questions, another one's title."""
    assert read_choice(raw, WELCOME) is None


@pytest.mark.parametrize("raw", ["2", "❷", "回2", "1 2", "9", "12", "第二个吧", "最后一个"])
def test_places_without_a_list(raw: str) -> None:
    """They mean nothing by themselves."""
    assert is_pick(raw)


@pytest.mark.parametrize(
    "raw", ["110", "1 1 0", "12333", "1 2 3 3 3", "9 6 1 1 0", "0", "2看广告", "一年", "", "2022", "1 2 3 4 5"]
)
def test_no_places(raw: str) -> None:
    """Telephone numbers and what names something are read as what they say."""
    assert not is_pick(raw)
