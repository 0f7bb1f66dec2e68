"""A masked text is understood as if the datum had not been there."""

from __future__ import annotations

import pytest

from bot.text.privacy import mask
from bot.text.unmasked import without_data


@pytest.mark.parametrize(
    ("with_datum", "without"),
    [
        ("我用身份证号530102199003077812查不到证书", "我查不到证书"),
        ("护照 EA1234567 查不到证书", "查不到证书"),
        ("证书编号：YN20240001234 查不到", "查不到"),
        ("我的编号S000012345，在哪查", "在哪查"),
        ("我的邮箱lisi110@qq.com，查不到证书", "查不到证书"),
        ("电话138|1234|5678，能办证吗", "能办证吗"),
        ("我登记的投诉，工单号20260911，现在什么进度", "我登记的投诉，现在什么进度"),
        ("我叫张三，想考证", "想考证"),
        ("帮我查一下杨丽芬的证书", "帮我查一下他的证书"),
        ("我儿子赵子轩今年高考", "我儿子今年高考"),
        ("老师叫马云飞收了我3000", "老师收了我3000"),
        ("我住盘龙区北京路9999号3栋2单元501，怎么查证书", "怎么查证书"),
        ("我住大理市喜洲镇周城村三组，在哪考", "大理市，在哪考"),
        ("收款人：李四 6222021234567890123，可信吗", "收款人 ，可信吗"),
        ("wei信：zhao88888 包拿证", "wei信，包拿证"),
        ("蔻蔻123456789代办证", "蔻蔻，代办证"),
        ("加微信 kaozheng110 咨询包拿证", "加微信，咨询包拿证"),
    ],
)
def test_the_datum_is_left_out(with_datum: str, without: str) -> None:
    """With the word that names it, as long as this says nothing else."""
    assert without == without_data(mask(with_datum))


@pytest.mark.parametrize("text", ["证书在哪查", "人社部发〔2021〕92号是什么", "〔手机号〕", "我叫〔姓名〕"])
def test_nothing_else_is_changed(text: str) -> None:
    """Texts without a placeholder, and those that are nothing but a datum."""
    assert text == without_data(text)
