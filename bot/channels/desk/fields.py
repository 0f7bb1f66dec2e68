"""Read the fields of a desk request, or say in Chinese which one is wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from bot.errors import InputError
from bot.knowledge.store import Snapshot
from bot.text.clean import MAX_TEXT, clean

#: Longest remark of a correction, in characters.
MAX_NOTE = 500
_CALL = re.compile(r"[0-9A-Za-z_-]{1,64}")
_DETAIL = re.compile(r"[a-z_]{1,32}=[\w\u4e00-\u9fff-]{1,32}")


def wrong_field(name: str, remedy: str) -> InputError:
    """One field that cannot be used."""
    return InputError(400, "bad_field", f"字段 {name} 不对：{remedy}。")


def text_of(
    body: Mapping[str, Any], name: str, snapshot: Snapshot, most: int = MAX_TEXT, *, needed: bool = True
) -> str:
    """A person's words, cleaned and masked before anything else sees them."""
    value = body.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        raise wrong_field(name, "请写下要查的话" if needed else "应当是文字")
    if len(value) > most:
        raise wrong_field(name, f"一次最多 {most} 个字")
    return clean(value, snapshot.public_numbers)


def call_of(body: Mapping[str, Any]) -> str:
    """The page's own random number of a call; '' without one. Kept as a hash only."""
    value = body.get("call_id", "")
    if value != "" and (not isinstance(value, str) or not _CALL.fullmatch(value)):
        raise wrong_field("call_id", "1 到 64 个字母、数字、下划线或减号")
    return str(value)


def region_of(body: Mapping[str, Any], snapshot: Snapshot) -> str:
    """The id of a prefecture's number; '' for none."""
    value = body.get("region") or ""
    contact = snapshot.content.contacts.get(value) if isinstance(value, str) else None
    if value and (contact is None or contact.kind != "prefecture"):
        raise wrong_field("region", "不认识这个州（市），编号见 /desk/api/me")
    return str(value)


def choice_of(body: Mapping[str, Any], snapshot: Snapshot) -> str:
    """A choice as a card gave it: an intent of ours and its details; '' for none."""
    value = body.get("choice") or ""
    if not isinstance(value, str) or len(value) > 200:
        raise wrong_field("choice", "用卡片 choices 里给的值")
    intent, *details = value.split("&")
    known = {*snapshot.content.entries, "ask_occupation", "deny"}
    known |= {name for words in snapshot.content.wordings.values() for name in words.intents}
    if value and (intent not in known or not all(_DETAIL.fullmatch(detail) for detail in details)):
        raise wrong_field("choice", "用卡片 choices 里给的值")
    return value


def flag_of(body: Mapping[str, Any], name: str) -> bool:
    """A switch, off without it."""
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise wrong_field(name, "应当是 true 或 false")
    return value


def one_of(body: Mapping[str, Any], name: str, allowed: Collection[str]) -> str:
    """One of a fixed list of words."""
    value = body.get(name)
    if not isinstance(value, str) or value not in allowed:
        raise wrong_field(name, f"只能是 {'、'.join(allowed)}")
    return value


def entry_in(body: Mapping[str, Any], snapshot: Snapshot, *, needed: bool = True) -> str:
    """The id of an entry, a route or a row of the catalogue that exists; '' for a verdict on an advert."""
    value = body.get("entry")
    if value in (None, "") and not needed:
        return ""
    if not isinstance(value, str) or not value or not _exists(value, snapshot):
        raise wrong_field("entry", "没有这个条目")
    return value


def _exists(key: str, snapshot: Snapshot) -> bool:
    content = snapshot.content
    known = key in content.entries or any(route.id == key for route in content.routes)
    return known or snapshot.catalogue.resolve(key) is not None
