"""Host names compared with the official ones."""

from __future__ import annotations

import pytest

from bot.advert.sites import hosts_of, imitates, is_official, sites

LOOKALIKES = [
    "zscx.osta.org.cn.cx.com", "osta.org.cn.vip", "www.osta-org.cn", "zscx-osta.com", "osta.com", "0sta.org.cn",
    "www.ostaa.org.cn", "osat.org.cn", "cpta.net", "www.cpta-com.cn", "cpta1.com.cn", "mohrss.org", "mohrss-gov.cn",
    "mohrs.gov.com", "www.mohrss.gov.cn.xyz.top", "hrss-yn-gov.com", "оsta.org.cn", "chsi-cx.com", "ruankao.net",
    "hrss.yn.gov.cn.pay88.cc",
]  # fmt: skip
OFFICIAL = [
    "http://zscx.osta.org.cn", "www.osta.org.cn", "osta.mohrss.gov.cn", "https://hrss.yn.gov.cn/12333/xxcx.aspx",
    "www.cpta.com.cn/certCheck.html", "cpta.mohrss.gov.cn", "cx.mem.gov.cn", "www.gov.cn", "ncre.neea.edu.cn",
    "www.kunming.gov.cn", "www.chsi.com.cn", "ruankao.org.cn",
]  # fmt: skip
OTHERS = ["www.kmjs-school.com", "www.baidu.com", "weibo.com", "www.gov.uk", "costa.com", "taobao.com", "post.cn"]


@pytest.mark.parametrize("address", LOOKALIKES)
def test_lookalikes(address: str, hosts: frozenset[str]) -> None:
    """Sub-domain tricks, other ends, hyphens and similar characters imitate an official site."""
    (site,) = sites(f"请到 {address} 查")
    assert (is_official(site, hosts), imitates(site, hosts)) == (False, True)


@pytest.mark.parametrize("address", OFFICIAL)
def test_official(address: str, hosts: frozenset[str]) -> None:
    """Official hosts, what is below them, and ends reserved for authorities imitate nothing."""
    (site,) = sites(f"请到{address}查")
    assert (is_official(site, hosts), imitates(site, hosts)) == (True, False)


@pytest.mark.parametrize("address", OTHERS)
def test_other_sites(address: str, hosts: frozenset[str]) -> None:
    """Any other site is not official and imitates nothing."""
    (site,) = sites(f"见{address}。")
    assert (is_official(site, hosts), imitates(site, hosts)) == (False, False)


@pytest.mark.parametrize("text", ["第3.5条", "电话12333", "下午3点开会", "包.过", "a.b", "邮箱 zs@osta.org.cn", ""])
def test_no_site(text: str) -> None:
    """Numbers, times, evasive dots and mail addresses are no sites."""
    assert list(sites(text)) == []


def test_span_is_verbatim() -> None:
    """The span covers the host as typed, full-width and dotted with 。."""
    text = "查询：ｚｓｃｘ。osta。org。cn。cx88。com！"
    (site,) = sites(text)
    assert (
        text[site.span.start : site.span.end],
        site.host,
    ) == ("ｚｓｃｘ。osta。org。cn。cx88。com", "zscx.osta.org.cn.cx88.com")


def test_hosts_of_addresses() -> None:
    """Scheme, port and path are left out."""
    assert frozenset({"a.cn", "b.gov.cn"}) == hosts_of(["http://a.cn:80/x", "b.gov.cn/y", ""])
