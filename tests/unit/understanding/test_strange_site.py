"""Which addresses are strange, and when a person is told so."""

from __future__ import annotations

import pytest

from bot.knowledge.store import current_snapshot
from bot.understanding.strange_site import is_asked_about


@pytest.mark.parametrize(
    ("text", "intent", "unsure", "expected"),
    [
        ("zscx.osta.org.cn.cha.top能查吗", "query_national", False, True),
        ("zscx.osta.org.cn能查吗", "query_national", False, False),
        ("hrss.yn.gov.cn和www.cha.com哪个是真的", "query_platform_difference", False, True),
        ("www.cha.com怎么样", "verify_body", False, True),
        ("www.cha.com", "oos_other", True, False),
        ("www.cha.com是真的吗", "oos_other", True, True),
        ("在osta-cx.com交了三千", "cheated", False, False),
        ("osta-cx.com", "nlu_fallback", True, True),
        ("这个网站是真的吗", "oos_other", True, False),
    ],
)
def test_is_asked_about(text: str, intent: str, unsure: bool, expected: bool) -> None:
    """Official addresses never; a sure answer that names no place stays; imitations without a question too."""
    assert expected == is_asked_about(text, intent, unsure, current_snapshot())
