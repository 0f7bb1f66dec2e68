"""Names of occupations and certificates that are in none of our rows: „陪诊师证", „芳疗师国家承认吗".

Conservative: a certificate's name is words before 证 that are neither questions nor generic nor one
of the documents that have nothing to do with occupations; a title without 证 needs words about
certificates in the text and must be what the sentence is about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.occupations.models import Words
from bot.text.words import cut, frequency

_SUFFIX = re.compile(
    r"(?:职业|专业|从业|执业|岗位)?资格证书?|职业资格|(?:职业)?技能等级证书?|等级证书?|从业证书?|执业证书?|上岗证书?"
    r"|操作证书?|执照|证书?|资格"
)
#: Endings that may follow the thing that is worked with: 无人机证, 挖掘机操作证.
_BARE = ("证", "操作证", "上岗证")
_NOT_CERTIFICATE = "明据券件实监人"
_LONGEST_RUN = 12
_RUN = re.compile(rf"[\u3400-\u9fffa-z0-9]{{1,{_LONGEST_RUN}}}$")
_TITLE = re.compile(r"师|员|教练|司机|经纪人|经理人")
_TITLE_END = ("师", "员", "工", "士", "手", "教练", "司机", "经纪人", "经理人", "官", "管家", "顾问")
#: What may follow a title that the sentence asks about.
_ASKED = re.compile(
    r"$|[,，。？?！!、 ]|是|有|国家|算|属|的?证|的?资格|能|还|在|取消|靠谱|正规|含金量|要|需|这|那|职业|目录|吗|么"
    r"|怎|现|考|被|可|哪|谁|归|由|到底|去哪|认|承|报|值|听|行不|新|等级|合法|违法"
)
_MAX_CORE = 10
_MAX_TOKENS = 4
_LONGEST_LATIN = 6
#: „我是网格员，…" tells who is talking.
_SPEAKER = re.compile(r"(?:我们?是|我做|是个|作为|我当)$")
#: jieba's count from which „X证" is a word of its own (保证, 公证), not a certificate.
_WORD = 20


@dataclass(frozen=True)
class Unknown:
    """A name as the person put it; ``certain`` when 证 or 资格 stands right behind it."""

    start: int
    name: str
    certain: bool


def unknown_names(text: str, words: Words) -> list[Unknown]:
    """Certificate-like names of a normalised text, in their order, certain ones first."""
    found = [*_certificates(text, words)]
    if any(cue in text for cue in words.cues):
        found += _titles(text, words)
    return found


def _certificates(text: str, words: Words) -> list[Unknown]:
    found = []
    for match in _SUFFIX.finditer(text):
        suffix, start = match.group(), match.start()
        if suffix.endswith("证") and text[match.end() : match.end() + 1] in tuple(_NOT_CERTIFICATE):
            continue
        if text[start - 1 : start] in words.stops or frequency(text[start - 1 : start] + suffix) >= _WORD:
            continue
        tokens, closed = _core(text[:start], words)
        if not _is_name(tokens, words):
            continue
        core = "".join(tokens)
        if core.endswith(_TITLE_END) or core.isascii() or (suffix in _BARE and closed and _is_thing(tokens, words)):
            found.append(Unknown(start - len(core), core + suffix, True))
    return found


def _titles(text: str, words: Words) -> list[Unknown]:
    found = []
    for match in _TITLE.finditer(text):
        rest = text[match.end() :]
        if not _ASKED.match(rest) or rest.startswith(words.not_after.get(match.group(), ("\0",))):
            continue
        tokens, _ = _core(text[: match.end()], words)
        core = "".join(tokens)
        if (
            len(core) < 3
            or not _is_name(tokens, words)
            or any(len(token) > 1 and token in words.not_names for token in tokens)
        ):
            continue
        if core in words.not_titles or core.endswith(tuple(t for t in words.not_titles if len(t) == 2)):
            continue
        if _SPEAKER.search(text[: match.end() - len(core)]) and not rest[:1].isalpha():
            continue
        found.append(Unknown(match.end() - len(core), core, False))
    return found


def _core(before: str, words: Words) -> tuple[list[str], bool]:
    """The words right before a position that may belong to one name, and whether all of them were taken."""
    run = _RUN.search(before)
    closed = run is not None and len(run.group()) < _LONGEST_RUN
    tokens: list[str] = []
    for token in reversed(cut(run.group()) if run else []):
        if token not in _TITLE_END and (token in words.stops or all(ch in words.stops for ch in token)):
            closed = True
            break
        if tokens and (token.endswith(_TITLE_END) or sum(map(len, tokens)) + len(token) > _MAX_CORE):
            closed = False
            break
        tokens.insert(0, token)
    while len(tokens) > 1 and (tokens[0] in words.not_names or tokens[0].isdigit()) and len("".join(tokens[1:])) > 2:
        del tokens[0]
    if tokens and tokens[0][0] in words.stops and frequency(tokens[0]) == 0 and len("".join(tokens)) > 3:
        tokens[0] = tokens[0][1:]
    return tokens[-_MAX_TOKENS:], closed and len(tokens) <= _MAX_TOKENS


def _is_name(tokens: list[str], words: Words) -> bool:
    core, last = "".join(tokens), tokens[-1] if tokens else ""
    if (
        len(core) < 2
        or core in words.not_names
        or core in words.documents
        or any(ch.isdigit() or ch == "证" for ch in core)
    ):
        return False
    if core.isascii():
        return 3 <= len(core) <= _LONGEST_LATIN and core.isalpha() and core not in words.not_latin
    if any(token in words.not_latin for token in tokens):
        return False
    if last in _TITLE_END:
        return len(core) >= 3
    return last not in words.not_names and last not in words.documents


def _is_thing(tokens: list[str], words: Words) -> bool:
    """„无人机", „潜水": one or two whole words, none of them generic."""
    generic = words.not_names | words.documents
    whole = len(tokens) <= 2 and len(tokens[-1]) >= 2 and all(frequency(token) > 0 for token in tokens)
    endings = tuple(word for word in generic if len(word) > 1)
    return whole and not "".join(tokens).endswith(endings) and generic.isdisjoint(tokens)
