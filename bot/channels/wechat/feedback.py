"""Read a verdict on the last answer: 有用, 没用, 答错了, with or without a reason, or 看不懂; only where nothing else
is said."""

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
#: The reason that is said without a verdict, by those who need another way of telling most.
UNCLEAR = "unclear"
_UNCLEAR_WORDS = (
    r"(?:我|俺|还是|还|也|都|完全|根本|实在)*"
    r"(?:(?:看|听|搞|弄|读)?不(?:太)?懂|没(?:有)?(?:看|听|搞|弄)懂|(?:看|听|搞|弄)?不明白|没(?:看|听)?明白"
    r"|(?:你)?(?:说|讲|写)?的?(?:都)?(?:是)?(?:啥子?|什么|哪样|么子)意思|(?:说|讲)得?不清楚|太复杂了?|太长了?|字太多了?)"
)
_SEPARATOR = r"[\s，,。.、：:；;！!]*(?:因为)?"
_TAIL = r"[\s。.！!~～了啊呀哦呢]*"
_MESSAGE = re.compile(
    rf"(?:这个?|这条|你的?)?(?:回答|答案)?(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _VERDICTS.items())})"
    rf"(?:{_SEPARATOR}(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _REASONS.items())}))?{_TAIL}"
)


#: Said four times at most: what stands between and round the words can be read in several ways, each time anew.
_ONLY_UNCLEAR = re.compile(rf"{_UNCLEAR_WORDS}{_TAIL}(?:{_SEPARATOR}{_UNCLEAR_WORDS}{_TAIL}){{0,3}}[？?]*")


#: Characters beyond which a message says more than a verdict (the longest of our examples has 27, 2026-12-01), and
#: beyond which these patterns would take long to say so.
_LONGEST = 100
#: Thanks, greetings and faces round a verdict: they say nothing else.
_POLITE = r"(?:谢谢[您你]?|多谢|感谢|谢了|辛苦了?|好的?|嗯|哦|老师|同志|您好|你好|[\s,，。.!！~～、了啊呀哦呢哈])*"
_ROUND = re.compile(rf"^{_POLITE}(?P<said>.+?){_POLITE}$", re.DOTALL)
_FACES = re.compile(r"\[[\u4e00-\u9fffA-Za-z]{1,8}\]|/:[^\s/\u4e00-\u9fff]{1,8}")


def _alone(text: str) -> tuple[str, ...]:
    """A message without faces, and without what is polite round it; thanks alone stay."""
    bare = _FACES.sub("", unicodedata.normalize("NFKC", text))
    bare = "".join(ch for ch in bare if unicodedata.category(ch) not in ("So", "Sk", "Cf", "Mn", "Cn")).strip()
    found = _ROUND.match(bare)
    return (bare, found["said"].strip()) if found else (bare,)


def read_verdict(text: str) -> tuple[str, str] | None:
    """Value and reason ('' for none) of a message that is nothing but a verdict; else None."""
    if len(text) > _LONGEST:
        return None
    return next(filter(None, map(_verdict, _alone(text))), None)


def _verdict(text: str) -> tuple[str, str] | None:
    if _ONLY_UNCLEAR.fullmatch(text):
        return "useless", UNCLEAR
    match = _MESSAGE.fullmatch(text)
    if match is None:
        return None
    value = next(name for name in _VERDICTS if match[name])
    return value, next((name for name in _REASONS if match[name]), "")
