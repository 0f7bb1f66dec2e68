"""Whether a text tells what was offered to its writer, who asks about it or has paid. Names no red flag itself."""

from __future__ import annotations

import re

from bot.advert.payment import has_paid

_ASKS = re.compile(
    r"(?:真的|靠谱|可靠|可信|能信|行不行|得不得|合法|正规)[^。！!]{0,6}[吗么嘛不没呢]?[。.?？!！ ]*$"
    r"|(?:骗人?子?的?|假的?)[吗么嘛不没呢][。.?？!！ ]*$|(?:是不是|给是)(?:真|假|骗)"
)


def is_retold(text: str) -> bool:
    """Of a folded text: the person asks whether to believe an offer, or money has gone."""
    return bool(_ASKS.search(text)) or has_paid(text)
