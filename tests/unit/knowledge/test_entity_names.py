"""Places that somebody is not in are not where he is."""

from __future__ import annotations

import pytest

from bot.knowledge.store import current_snapshot
from bot.text.normalise import normalise


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("我不在昆明，在曲靖，举报打哪个电话", ["qujing"]),
        ("我人没在昆明，想举报一个培训机构", []),
        ("又不是昆明的，大理这边找谁", ["dali"]),
        ("除了昆明，玉溪的电话是多少", ["yuxi"]),
        ("昆明以外的找哪个", []),
        ("离开昆明了，现在住红河", ["honghe"]),
        ("要是不在昆明咋个办", []),
        ("我现在不在昆明，举报打哪个", []),
        ("主要不在昆明", []),
        ("我不在云南昆明", []),
        ("我不在昆明市区，在安宁", ["kunming"]),
        ("我记不住昆明的电话，是多少", ["kunming"]),
        ("我还没离开昆明", ["kunming"]),
        ("怎么删除昆明的报名信息", ["kunming"]),
        ("有没在昆明办的点", ["kunming"]),
        ("除了昆明和曲靖，哪个州市还有电话", []),
        ("昆明、曲靖以外的找谁", []),
        ("不在昆明，曲靖的电话是多少", ["qujing"]),
        ("你们不是昆明人社局吗", ["kunming"]),
        ("我不是昆明的能举报吗", []),
        ("我不是昆明户口，能在昆明考吗", ["kunming"]),
        ("有没有在昆明的考点", ["kunming"]),
        ("能不能在昆明查", ["kunming"]),
        ("要不在昆明查一下", ["kunming"]),
        ("给是昆明发呢证", ["kunming"]),
        ("是不是昆明发的", ["kunming"]),
        ("在不在昆明都能查吗", ["kunming"]),
        ("我在昆明，不在曲靖", ["kunming"]),
        ("我不是昆明人怎么举报培训机构", []),
        ("不是昆明的什么时候能考", []),
        ("我不在西双版纳景洪，怎么举报", []),
        ("除了昆明曲靖还有哪里", []),
        ("不在昆明或者曲靖", []),
        ("我不在昆明、在曲靖", ["qujing"]),
        ("我不是在昆明吗", ["kunming"]),
        ("不在昆明吗", ["kunming"]),
        ("宜良不属于昆明吗", ["kunming"]),
        ("我不在昆明也要去举报吗", []),
        ("我不在昆明要紧吗", []),
        ("怎么不是昆明的电话", ["kunming"]),
        ("为什么不是昆明的号码", ["kunming"]),
        ("昆明的和曲靖的有没有不同", ["kunming", "qujing"]),
    ],
)
def test_denied_places(text: str, places: list[str]) -> None:
    """What is asked or bidden denies nothing."""
    snapshot = current_snapshot()
    found = snapshot.entity_names.find(normalise(text, snapshot.lexicon))
    assert places == [entity.value for entity in found if entity.kind == "prefecture"]
