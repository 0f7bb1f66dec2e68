"""Charts are well-formed, named, and draw what is counted."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from bot.rendering.charts import bars, columns

SVG = "{http://www.w3.org/2000/svg}"
DAYS = ["2026-11-23", "2026-11-24", "2026-11-25"]


def drawn(picture: str) -> tuple[ElementTree.Element, list[ElementTree.Element], str]:
    root = ElementTree.fromstring(picture)
    return root, list(root.iter(f"{SVG}rect")), "".join(root.itertext())


def test_bars() -> None:
    """As long as the count, with the number beside; the longest fills the width."""
    root, rects, text = drawn(bars("原因", "三天", [("资料里没有", 40), ("没看懂", 10)]))
    assert ("img", "t d") == (root.get("role"), root.get("aria-labelledby"))
    widths = [float(rect.get("width", "0")) for rect in rects]
    assert widths[0] == 4 * widths[1]
    assert all(words in text for words in ("原因", "三天", "资料里没有", "40", "10"))


def test_columns() -> None:
    """One piece for each day and channel that has something, heights in proportion, sums in the legend."""
    _, rects, text = drawn(columns("每天", "三天", DAYS, {"网页": [4, 0, 2], "微信": [0, 0, 2]}))
    pieces = [rect for rect in rects if rect.find(f"{SVG}title") is not None]
    assert ["2026-11-23 网页 4", "2026-11-25 网页 2", "2026-11-25 微信 2"] == ["".join(p.itertext()) for p in pieces]
    assert [200.0, 100.0, 100.0] == [float(piece.get("height", "0")) for piece in pieces]
    assert "网页 6" in text
    assert "微信 2" in text


@pytest.mark.parametrize(
    "picture", [bars("无", "无", []), columns("无", "无", [], {}), columns("无", "无", DAYS, {"网页": [0, 0, 0]})]
)
def test_nothing_to_draw(picture: str) -> None:
    """An empty chart is still a picture with a name."""
    assert "无" in drawn(picture)[2]


def test_words_stay_words() -> None:
    """Nothing in a label becomes an element."""
    root, _, text = drawn(bars("<b>", "&", [("<script>alert(1)</script>", 1)]))
    assert "<script>alert(1)<" in text
    assert {"svg", "title", "desc", "text", "rect"} >= {element.tag.removeprefix(SVG) for element in root.iter()}
