"""Read a masked text as if the datum had not been there: „证书编号：〔证书编号〕查不到" asks what „查不到" asks.

For understanding only; what is shown and stored keeps the placeholder.
"""

from __future__ import annotations

import re

_NUMBER = r"〔(?:身份证号|证件号码|证书编号|银行卡号|单号|车牌号|手机号|电话|邮箱|账号)〕"
_BETWEEN = r"[号码是为的:：=\s]{0,4}"
#: What names a number and goes with it: no other word of the sentence does. Words of money stay (卡号, 账号, 收款人):
#: who asks about them asks about paying.
_LABEL = (
    r"(?:我的?|用|拿|凭)?(?:公民身份号码|身份证号码|身份证号|身份证|证件号码|证件号|证书编号|证书编码|证书号码|证书号|证书\s?[Nn][Oo]\.?|资格证号|证号|编号|编码"
    r"|管理号|准考证号|准考证|护照号码|护照号|护照|通行证|回乡证|台胞证|居住证|军官证|工单编号|工单号|快递单号|受理编号|受理单号|案件编号|回执号|订单编号|订单号|单号|车牌号|车牌|车号|手机号码|手机号|手机"
    r"|电话号码|电话|座机|联系方式|邮箱)"
)
_NAMED = (
    r"(?:您好|你好)?[，,]?(?:(?:我叫|我是|本人|我的名字[是叫]|名字[是叫]|姓名|联系人|查询人|持证人|学员|考生|申请人|报名人)[是为叫:：\s]{0,3}"
    r"|(?<=[师板人介子儿婆公妈爸友学事])名?叫)"
)
_LIVES = r"(?:我家|我|家)?(?:住在|住|家在|在|地址|住址)[:：是]{0,2}"
_STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    # a number and the word that names it
    (re.compile(rf"(?:{_LABEL}{_BETWEEN})?{_NUMBER}"), ""),
    # who is called so
    (re.compile(rf"{_NAMED}〔姓名〕[，,、\s]?"), ""),
    (re.compile(r"([子儿公婆事友学戚娃妈爸弟妹哥姐]|[人方名款户][:：是为\s]{0,3})〔姓名〕"), r"\1"),
    # a person spoken of
    (re.compile(r"〔姓名〕(?:老师|经理|主任|女士|先生)"), "老师"),
    (re.compile(r"〔姓名〕"), "他"),
    # of an address the city stays: where it is asked, places are told
    (re.compile(rf"{_LIVES}([^，。\s〔〕]{{1,10}}[省市州])?[^，。\s〔〕]{{0,8}}〔地址〕"), r"\1"),
    # the word for an account stays, apart from what is offered: 微信，包拿证
    (re.compile(r"[:：\s]*〔(?:微信号|QQ号)〕\s*"), "，"),
    (re.compile(r"〔地址〕"), ""),
    # what is left where the datum was a clause of its own
    (re.compile(r"^[\s，,。、：:（()）]+|(?<=[，,。])[\s，,、：:]+|[：:](?=[\s，,。])|，$"), ""),
)


def without_data(text: str) -> str:
    """The text without what was masked in it; the text itself where nothing was, or where nothing else was said."""
    if "〔" not in text:
        return text
    read = text
    for pattern, instead in _STEPS:
        read = pattern.sub(instead, read)
    return read if read.strip(" ，,。.！!？?") else text
