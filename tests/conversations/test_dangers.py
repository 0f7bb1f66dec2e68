"""An occupation's name never takes a danger away: ten ways to say one, fourteen occupations, politely or not."""

from __future__ import annotations

import pytest

from bot.cli.engine import Engine

#: What is said with a name, and the words of which one at least must be in the first reply.
DANGERS = {
    "{}包拿证，可以信不": ("包过", "处风险信号"),
    "朋友说{}一个星期就能拿到手": ("几天就能拿证", "处风险信号"),
    "我的{}挂靠出去行不行": ("挂靠", "处风险信号"),
    "花两千块就能办{}吗": ("交钱就能办证", "处风险信号"),
    "淘宝上能买到{}吗": ("网购", "处风险信号"),
    "{}不用考试直接发是不是真的": ("不用考试就给证", "处风险信号"),
    "有人可以代办{}，靠谱不": ("代办", "处风险信号"),
    "托关系弄一本{}要得不": ("找关系", "代办", "处风险信号"),
    "报了{}的班，学费想退": ("退费",),
    "去年买了本假{}，现在怎么办": ("不要用", "不要转卖"),
}
NAMES = (
    *("健康管理师证", "电工证", "消防设施操作员证", "育婴员证", "叉车证", "教师资格证", "二建证"),
    *("茶艺师证", "保安证", "导游证", "养老护理员证", "心理咨询师证", "碳排放管理员证", "厨师证"),
)
POLITE = ("{}", "您好，我想问一下，{}", "老师，{}？谢谢", "{}？？")


@pytest.mark.parametrize("template", DANGERS)
async def test_a_danger_is_warned_of_whatever_is_named(engine: Engine, template: str) -> None:
    """None of the fourteen gets its row alone."""
    missed = []
    for number, name in enumerate(NAMES):
        text = POLITE[number % len(POLITE)].format(template.format(name))
        replies, _ = await engine.turn(text)
        if not any(word in replies[0].body for word in DANGERS[template]):
            missed.append((text, replies[0].entry or replies[0].reason, replies[0].body[:30]))
    assert [] == missed
