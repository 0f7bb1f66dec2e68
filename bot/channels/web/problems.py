"""What a browser is shown where there is no page: one form for all, with the way to the chat and the number of people.

The proxy shows the same pages while no server answers; they stand in ``deploy/errors``, made by
``python -m bot generate``. Nothing that was typed into an address is shown. Knows no Sanic.
"""

from __future__ import annotations

import json
from pathlib import Path

PLAIN = Path(__file__).parent / "plain"
#: Title and sentence by status; 503 stands for every status that is not named.
_WORDS = {
    400: ("这个网址看不懂", "网址里可能少了字，或者多了别的字符。"),
    404: ("没有这个页面", "网址可能写错了，或者页面已经不在了。"),
    405: ("没有看懂这次请求", "请重新打开对话。"),
    408: ("网络太慢，没有收全", "请再试一次。"),
    413: ("内容太长了", "请少发一些，分几次发。"),
    429: ("来得太快了", "请过一会儿再试。"),
    503: ("现在出了点问题", "请过一会儿再试。"),
    504: ("等了太久没有回音", "请过一会儿再试。"),
}
#: The proxy's files: the status that names the words, and the code for programs (docs/api.md).
_OF_PROXY = {
    "bad": (400, "bad_request"),
    "missing": (404, "not_found"),
    "large": (413, "too_large"),
    "fast": (429, "too_many"),
    "busy": (503, "busy"),
    "slow": (504, "busy"),
}
_STYLES = '<link rel="stylesheet" href="/chat/static/pages.css">'


def source(status: int) -> str:
    """The page of a status; the number and the style sheet's address are left to be filled in."""
    title, text = _WORDS.get(status, _WORDS[503])
    page = (PLAIN / "problem.html").read_text(encoding="utf-8")
    return page.replace("{title}", title).replace("{text}", text)


def proxy_files(phone: str) -> dict[str, str]:
    """What the proxy says, by file name: pages, each whole in one file because no server may be there to ask for more,
    and the same for programs."""
    styles = (PLAIN / "pages.css").read_text(encoding="utf-8")
    files = {}
    for name, (status, code) in _OF_PROXY.items():
        page = source(status).replace(_STYLES, f"<style>\n{styles}</style>")
        files[f"{name}.html"] = page.replace("{phone}", phone)
        title, text = _WORDS[status]
        told = {"error": code, "message": f"{title}，{text.rstrip('。')}；急事请拨打 {phone}。"}
        files[f"{name}.json"] = json.dumps(told, ensure_ascii=False) + "\n"
    return files
