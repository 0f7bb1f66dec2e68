"""Web addresses in a text, compared with the official ones. Nothing is opened or resolved."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.advert.models import Span

_HOST = re.compile(r"(?<![a-z0-9@._-])(?:[a-z0-9_-]{1,40}[.。．｡·点]){1,7}(?:[a-z]{2,10}|[0-9]{1,3})(?![a-z0-9])")
_DOT = re.compile(r"[.。．｡·点]\s{0,3}[a-zA-Zａ-ｚＡ-Ｚ0-9]|[.。．｡·点][^\x00-\x7f\u3400-\u9fff]")
_ADDRESS = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}$")
_DOTS = str.maketrans("。．｡·点", ".....")
#: Letters of other scripts that look like Latin ones.
_PAIRS = "аa еe оo рp сc уy хx іi јj ѕs тt вb нh кk мm ɡg ոn օo ӏl ɑa һh ԁd ԛq ѡw ıi οo αa ρp τt υu νv ιi κk χx εe ѵv"
_TWO_PART = frozenset({"com", "org", "net", "gov", "edu", "ac", "mil"})
_RESERVED = (".gov.cn", ".edu.cn", ".mil.cn")
_KNOWN_ENDS = frozenset(
    [
        "com",
        "cn",
        "net",
        "org",
        "gov",
        "edu",
        "top",
        "xyz",
        "vip",
        "cc",
        "info",
        "shop",
        "site",
        "online",
        "club",
        "wang",
        "ink",
        "pub",
        "tech",
        "fun",
        "store",
        "work",
        "mobi",
        "asia",
        "biz",
        "me",
        "tv",
        "io",
        "co",
        "hk",
        "tw",
        "us",
        "uk",
        "la",
        "ltd",
        "group",
        "link",
        "live",
        "pro",
        "life",
        "world",
        "website",
        "space",
        "ren",
        "ac",
    ]
)


@dataclass(frozen=True)
class Site:
    """One host name as written, and its plain form."""

    span: Span
    host: str
    disguised: bool


def sites(text: str) -> Iterator[Site]:
    """Host names in ``text``, with or without a scheme, in text order."""
    if not _DOT.search(text):
        return
    characters: list[tuple[str, int]] = []
    for index, original in enumerate(text):
        if unicodedata.category(original) == "Cf" or "\ufe00" <= original <= "\ufe0f":
            continue
        characters += [
            (ch, index) for ch in unicodedata.normalize("NFKC", original).lower() if not ch.isspace() or ch == " "
        ]
    plain = "".join(ch for ch, _ in characters)
    latin = "".join(_latin(ch) for ch in plain)
    for match in _HOST.finditer(latin):
        host = match.group().translate(_DOTS).strip("-_")
        if host.rsplit(".", 1)[-1] not in _KNOWN_ENDS and not _ADDRESS.match(host):
            continue
        start, end = characters[match.start()][1], characters[match.end() - 1][1] + 1
        yield Site(Span(start, end), host, plain[match.start() : match.end()] != match.group())


@lru_cache(maxsize=1)
def _lookalikes() -> dict[str, str]:
    return {pair[0]: pair[1] for pair in _PAIRS.split()}


def _latin(character: str) -> str:
    return _lookalikes().get(character, character)


def is_official(site: Site, official_hosts: Collection[str]) -> bool:
    """Whether the host is an official one, below one, or under an end that only authorities get."""
    if site.disguised:
        return False
    host = site.host
    return host.endswith(_RESERVED) or any(
        host == domain or host.endswith(f".{domain}") for domain in _domains(official_hosts)
    )


def imitates(site: Site, official_hosts: Collection[str]) -> bool:
    """Whether a host that is not official is made to look like an official one."""
    if is_official(site, official_hosts):
        return False
    labels = site.host.split(".")
    skeleton = _skeleton(site.host)
    for domain in _domains(official_hosts):
        name = domain.split(".")[0]
        if f".{domain}" in f".{site.host}" or _skeleton(domain) in skeleton:
            return True
        if len(name) >= 4 and any(_resembles(label, name) for label in labels[:-1]):
            return True
    return site.disguised or _poses_as_government(labels)


def hosts_of(addresses: Collection[str]) -> frozenset[str]:
    """Host names of addresses such as ``http://zscx.osta.org.cn/x`` or ``www.chsi.com.cn``."""
    return frozenset(address.split("://")[-1].split("/")[0].split(":")[0].lower() for address in addresses if address)


def _domains(official_hosts: Collection[str]) -> frozenset[str]:
    return _registrable(frozenset(official_hosts))


@lru_cache(maxsize=16)
def _registrable(hosts: frozenset[str]) -> frozenset[str]:
    found = set()
    for host in hosts:
        labels = host.split(".")
        keep = 3 if len(labels) > 2 and (labels[-2] in _TWO_PART or host.endswith(_RESERVED)) else 2
        domain = ".".join(labels[-keep:])
        # www.gov.cn itself: the end is reserved, its name says nothing
        found.add(domain if domain.split(".")[0] != "www" else host)
        if labels[0] == "zscx":
            found.add(host)
    return frozenset(found)


def _skeleton(word: str) -> str:
    for look, plain in (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("5", "s"), ("3", "e"), ("4", "a")):
        word = word.replace(look, plain)
    return word


def _resembles(label: str, name: str) -> bool:
    """Same name with a prefix, a hyphen, digits, a doubled, swapped or similar character."""
    parts = [part for part in re.split(r"[-_0-9]{1,8}", label) if part]
    if name in parts or _skeleton(label) == name or (len(name) >= 4 and _contains(label, name)):
        return True
    if abs(len(label) - len(name)) > 1 or len(label) < 4:
        return False
    if len(label) == len(name):
        different = [i for i, (a, b) in enumerate(zip(label, name, strict=True)) if a != b]
        if len(different) == 2 and different[1] == different[0] + 1:
            return label[different[0]] == name[different[1]] and label[different[1]] == name[different[0]]
        return len(different) == 1 and len(name) >= 6
    longer, shorter = sorted((label, name), key=len, reverse=True)
    return any(
        longer[:i] + longer[i + 1 :] == shorter and (len(name) >= 6 or longer[i] in (longer[i - 1 : i] or "-"))
        for i in range(len(longer))
    )


def _contains(label: str, name: str) -> bool:
    if label == name:
        return True
    rest = label.replace(name, "", 1)
    return rest != label and (
        len(name) >= 6
        or rest
        in {
            "zscx",
            "cx",
            "org",
            "orgcn",
            "com",
            "comcn",
            "net",
            "cn",
            "gov",
            "zs",
            "www",
            "china",
            "zj",
            "zg",
            "rs",
            "ks",
        }
    )


def _poses_as_government(labels: list[str]) -> bool:
    is_foreign = len(labels) >= 2 and labels[-2] == "gov" and len(labels[-1]) == 2 and labels[-1] != "cn"
    if labels[-1] == "gov" or is_foreign:
        return False
    return any(
        label == "gov"
        or label.startswith(("gov-", "govcn"))
        or label.endswith(("-gov", "gov", "govcn"))
        or "-gov-" in label
        for label in labels[:-1]
    )
