"""Personal data is masked by kind; official numbers, dates and documents stay."""

from __future__ import annotations

import pytest

from bot.text.privacy import PATTERNS, mask

PUBLIC = frozenset({"12333", "087167195672", "12315", "96110"})


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("我的手机13812345678", "我的手机〔手机号〕"),
        ("138 1234 5678打我", "〔手机号〕打我"),
        ("138-1234-5678", "〔手机号〕"),
        ("+8613812345678", "〔手机号〕"),
        ("１３８１２３４５６７８", "〔手机号〕"),
        ("身份证530102199003078515", "身份证〔身份证号〕"),
        ("53010219900307851X", "〔身份证号〕"),
        ("530102 19900307 8515", "〔身份证号〕"),
        ("530102900307851", "〔身份证号〕"),
        ("卡号6222021234567890128", "卡号〔银行卡号〕"),
        ("座机0871-63631234", "座机〔电话〕"),
        ("证书编号：0153001234567890", "证书编号：〔证书编号〕"),
        ("加微信abc12345678", "加微信〔微信号〕"),
        ("微信号：zhang_san_88", "微信号：〔微信号〕"),
        ("我叫张三丰，想考证", "我叫〔姓名〕，想考证"),
    ],
)
def test_personal_data_is_masked(raw: str, expected: str) -> None:
    """What kind of datum stood there is told, the datum is not."""
    assert expected == mask(raw, PUBLIC)


@pytest.mark.parametrize(
    "text",
    [
        "打12333还是12315",
        "0871-67195672是哪里的电话",
        "0872-12333打得通吗",
        "2022年3月16日到4月30日",
        "人社部发〔2021〕92号",
        "交了12800元，三级证书",
        "高级工1班20220408",
        "72项里59项专业技术13项技能",
        "96110是诈骗吗",
    ],
)
def test_public_numbers_stay(text: str) -> None:
    """Hotlines, offices, dates, document numbers and prices are no personal data."""
    assert text == mask(text, PUBLIC)


def test_masking_twice_changes_nothing() -> None:
    """A placeholder is not taken for a datum."""
    once = mask("我叫张三丰，手机13812345678，身份证530102199003078515", PUBLIC)
    assert once == mask(once, PUBLIC)


def test_patterns_have_names_of_their_own() -> None:
    """Each kind of datum is one named pattern."""
    names = [pattern.name for pattern in PATTERNS]
    assert len(set(names)) == len(names)
