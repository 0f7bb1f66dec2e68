"""Read a verdict on the last answer: 有用, 没用, 答错了, with or without a reason. Only where nothing else is said."""

from __future__ import annotations

import re
import unicodedata

_VERDICTS = {
    "useful": "有用|很有用|挺有用|有帮助|很有帮助|帮到了|好评",
    "useless": "没用|没有用|没啥用|没什么用|没有帮助|没帮助|不管用|差评",
    "wrong": "答错了|回答错了|说错了|答得不对|回答得不对|回答不对",
}
_REASONS = {
    "outdated": "过时了?|过期了?|是旧的|太旧了?|早就变了",
    "unclear": "看不懂|没看懂|不明白|没明白|说得不清楚|不清楚|太复杂了?|太长了?",
    "off_topic": "答非所问|文不对题|不是我问的|没有?回答我的问题|答的不是我问的",
    "unreachable": "打不通|没人接|打不开|网站打不开|电话打不通",
    "other": "其他原因|别的原因",
}
_SEPARATOR = r"[\s，,。.、：:；;！!]*(?:因为)?"
_TAIL = r"[\s。.！!~～了啊呀哦呢]*"
_MESSAGE = re.compile(
    rf"(?:这个?|这条|你的?)?(?:回答|答案)?(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _VERDICTS.items())})"
    rf"(?:{_SEPARATOR}(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _REASONS.items())}))?{_TAIL}"
)


def read_verdict(text: str) -> tuple[str, str] | None:
    """Value and reason ('' for none) of a message that is nothing but a verdict; else None."""
    match = _MESSAGE.fullmatch(unicodedata.normalize("NFKC", text.strip()))
    if match is None:
        return None
    value = next(name for name in _VERDICTS if match[name])
    return value, next((name for name in _REASONS if match[name]), "")
