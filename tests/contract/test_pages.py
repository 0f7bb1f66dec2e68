"""The page and its files as a browser gets them: names, headers, compression, who may frame it."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
import pytest_asyncio

from bot.channels.web.assets import Assets
from bot.errors import SettingError
from bot.knowledge.store import shared_store
from bot.settings import Settings
from tests.contract.bare import good, in_thread, serve
from tests.contract.conftest import Answer, Client

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors {}; require-trusted-types-for 'script'"
)
HOSTS = "https://www.example.gov.cn, http://localhost:8080"


@pytest_asyncio.fixture(scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    folder = tmp_path_factory.mktemp("pages")
    async with serve(folder, good, ZHENGBIAN_EMBED_ORIGINS=HOSTS) as client:
        yield client


async def get(client: Client, path: str, method: str = "GET", **headers: str) -> Answer:
    return await in_thread(client.send, method, path, None, **headers)


async def file_of(client: Client, kind: str) -> str:
    """The path of the page's style sheet or script."""
    found = re.findall(rf'"(/chat/static/chat\.[0-9a-f]{{16}}\.{kind})"', (await get(client, "/chat")).text)
    assert 1 == len(found)
    return str(found[0])


@pytest.mark.parametrize("path", ["/chat", "/chat?embed=1"])
async def test_page_headers(client: Client, path: str) -> None:
    """The page may be framed by itself and by the sites of the setting, is checked each time, and says what it needs."""
    headers = (await get(client, path)).headers
    assert (
        POLICY.format("'self' https://www.example.gov.cn http://localhost:8080") == headers["content-security-policy"]
    )
    assert "nosniff" == headers["x-content-type-options"]
    assert "no-referrer" == headers["referrer-policy"]
    assert "camera=(), microphone=(), geolocation=()" == headers["permissions-policy"]
    assert "no-cache" == headers["cache-control"]
    assert "x-frame-options" not in headers
    assert "set-cookie" not in headers


async def test_nobody_frames_it_by_default(tmp_path: Path) -> None:
    """Without the setting only the bot's own pages may."""
    async with serve(tmp_path, good) as client:
        assert POLICY.format("'self'") == (await get(client, "/chat")).headers["content-security-policy"]


@pytest.mark.parametrize("kind", ["css", "js"])
async def test_files_are_named_by_content_and_kept_for_ever(client: Client, kind: str) -> None:
    """The page names them with a hash; under any other name there is nothing."""
    path = await file_of(client, kind)
    answer = await get(client, path)
    assert "public, max-age=31536000, immutable" == answer.headers["cache-control"]
    assert "nosniff" == answer.headers["x-content-type-options"]
    assert {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}[kind] == answer.headers[
        "content-type"
    ]
    for other in (f"/chat/static/chat.{kind}", f"/chat/static/chat.0123456789abcdef.{kind}"):
        assert 404 == (await get(client, other)).status


async def test_loader_is_for_every_site(client: Client) -> None:
    """Checked each time, and loadable by pages that isolate themselves."""
    headers = (await get(client, "/embed.js")).headers
    assert "no-cache" == headers["cache-control"]
    assert "cross-origin" == headers["cross-origin-resource-policy"]
    assert "text/javascript; charset=utf-8" == headers["content-type"]
    assert headers["etag"]


@pytest.mark.parametrize("what", ["/chat", "/embed.js", "css", "js"])
async def test_compression(client: Client, what: str) -> None:
    """Compressed for who takes gzip, the same content plain for who does not; caches are told the difference."""
    path = what if what.startswith("/") else await file_of(client, what)
    plain, packed = await get(client, path), await get(client, path, Accept_Encoding="br, gzip;q=0.8")
    assert "content-encoding" not in plain.headers
    assert "gzip" == packed.headers["content-encoding"]
    assert plain.body == gzip.decompress(packed.body)
    assert ("Accept-Encoding",) * 2 == (plain.headers["vary"], packed.headers["vary"])
    assert plain.headers["etag"] != packed.headers["etag"]
    assert "content-encoding" not in (await get(client, path, Accept_Encoding="gzip;q=0")).headers


@pytest.mark.parametrize("what", ["/chat", "/embed.js", "js"])
async def test_unchanged(client: Client, what: str) -> None:
    """Who has it gets 304 without a body, who has an older one the whole."""
    path = what if what.startswith("/") else await file_of(client, what)
    tag = (await get(client, path)).headers["etag"]
    again = await get(client, path, If_None_Match=f'"old", {tag}')
    assert (304, b"", tag) == (again.status, again.body, again.headers["etag"])
    assert 200 == (await get(client, path, If_None_Match='"old"')).status


@pytest.mark.parametrize("what", ["/chat", "/embed.js", "css", "js", "/favicon.ico"])
async def test_head(client: Client, what: str) -> None:
    """HEAD gives the headers of GET and no body."""
    path = what if what.startswith("/") else await file_of(client, what)
    full, head = await get(client, path), await get(client, path, "HEAD")
    assert b"" == head.body
    assert full.status == head.status
    assert full.headers == head.headers


@pytest.mark.parametrize(
    "path", ["/chat/static/..%2fchannel.py", "/chat/static/%2e%2e/turns.py", "/chat/static/chat.html"]
)
async def test_only_listed_files(client: Client, path: str) -> None:
    """No other file can be fetched, and the refusal is ours."""
    answer = await get(client, path)
    assert 404 == answer.status
    assert "没有这个页面" in answer.text


async def test_nothing_inline(client: Client) -> None:
    """Script and style are files of ours; every address of the page is answered."""
    page = (await get(client, "/chat")).text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|\{phone\}", page)
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', page):
        assert 200 == (await get(client, path)).status
    assert "12333" in page


def sources(folder: Path) -> Path:
    """A small set of sources."""
    files = {
        "chat.html": '<link href="/chat/static/chat.css"><script src="/chat/static/chat.js"></script>{phone}',
        "embed.js": "// {phone}",
        "strings.zh-CN.json": json.dumps({"call": "请拨打 {phone}", "odd": "\u2028</script>"}),
        "js/20-b.js": "var b = a;",
        "js/10-a.js": "var a = 1;",
        "js/notes.txt": "not a source",
        "css/10-a.css": "a{}",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_sources_are_joined_in_order(tmp_path: Path) -> None:
    """Constants first, then the files by name, in one script; the number is filled everywhere."""
    assets = Assets(sources(tmp_path))
    page = assets.current("12333", {"b.example", "a.example"}).files["chat.html"].body.decode()
    script = assets.hashed(re.findall(r"chat\.[0-9a-f]+\.js", page)[0])
    assert script is not None
    lines = script.body.decode().splitlines()
    assert "'use strict';" == lines[0]
    assert r'const ZR_STRINGS = {"call":"请拨打 12333","odd":"\u2028</script>"};' == lines[1]
    assert 'const ZR_HOSTS = ["a.example","b.example"];' == lines[2]
    assert ["var a = 1;", "var b = a;"] == [line for line in lines[3:] if line]
    assert page.endswith("12333")


def test_files_follow_the_content(tmp_path: Path) -> None:
    """Another number after a reload: page and script are new, a page opened before still finds its own."""
    assets = Assets(sources(tmp_path))
    before = assets.current("12333", set()).files["chat.html"]
    old = re.findall(r"chat\.[0-9a-f]+\.js", before.body.decode())[0]
    after = assets.current("12345", set()).files["chat.html"]
    new = re.findall(r"chat\.[0-9a-f]+\.js", after.body.decode())[0]
    assert before.tag != after.tag
    assert old != new
    found = [assets.hashed(name) for name in (old, new)]
    assert [True, True] == [asset is not None for asset in found]
    assert [b"12333" in a.body for a in found if a] == [True, False]


@pytest.mark.parametrize(
    "origin",
    ["*", "https://*.gov.cn", "www.gov.cn", "https://www.gov.cn/", "https://WWW.gov.cn", "ftp://a.cn", "https://a.cn; x",
     "https://a.cn 'unsafe-inline'", "null", "https://a.cn:0", "https://用户.cn", "https://a.cn/x", "https://u@a.cn"],
)  # fmt: skip
def test_hosts_are_exact_origins(origin: str) -> None:
    """Anything else ends the start with name, value and remedy."""
    with pytest.raises(SettingError, match=r"ZHENGBIAN_EMBED_ORIGINS.*应当写成"):
        Settings.from_environment({"ZHENGBIAN_EMBED_ORIGINS": f"https://b.cn,{origin}"}).origins(
            "ZHENGBIAN_EMBED_ORIGINS"
        )


async def test_many_at_once(client: Client) -> None:
    """Requests for the same file do not disturb each other."""
    path = await file_of(client, "js")
    answers = await asyncio.gather(*(get(client, path) for _ in range(8)))
    assert 1 == len({answer.body for answer in answers})


async def test_list_of_questions(client: Client) -> None:
    """Every published question with its answer, its sources and its numbers, without a script."""
    answer = await get(client, "/chat/faq")
    snapshot = shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current
    assert (
        POLICY.format("'self' https://www.example.gov.cn http://localhost:8080")
        == answer.headers["content-security-policy"]
    )
    assert "<script" not in answer.text
    assert not re.search(r"[{}]|\sstyle=|\son[a-z]+=|javascript:", answer.text)
    for entry in snapshot.content.entries.values():
        assert 1 == answer.text.count(f'<details id="{entry.id}"><summary><h3>{escape(entry.title)}</h3></summary>')
    questions = answer.text.split("<details ")[1:]
    assert len(snapshot.content.entries) == len(questions)
    assert all('<p class="source">来源：' in question for question in questions)
    assert '<a href="tel:12333">12333</a>' in answer.text
    found = set(re.findall(r'href="(http://[^/"]+)', answer.text))
    assert found
    assert {address.removeprefix("http://") for address in found} <= snapshot.official_hosts


async def test_list_is_well_formed(client: Client) -> None:
    """Every element is closed where it should be, and no id stands twice."""
    text = (await get(client, "/chat/faq")).text
    checker = Nesting()
    checker.feed(text)
    assert [] == checker.open
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


class Nesting(HTMLParser):
    """Fails at an end tag that does not fit."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()


async def test_demo(client: Client) -> None:
    """The line to copy names this server; the page may show the frame and nobody may frame the page."""
    answer = await get(client, "/demo", Host="bot.example:8443")
    assert "http://bot.example:8443/embed.js" in answer.text
    assert '<script src="/embed.js" async' in answer.text
    policy = answer.headers["content-security-policy"]
    assert "frame-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script>" not in (await get(client, "/demo", Host='x"><script>')).text


async def test_demo_names_the_public_origin(tmp_path: Path) -> None:
    """Whatever the proxy calls the server inside."""
    async with serve(tmp_path, good, ZHENGBIAN_PUBLIC_ORIGIN="https://bot.example.gov.cn") as client:
        assert "https://bot.example.gov.cn/embed.js" in (await get(client, "/demo")).text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/chat/", 404), ("GET", "/chat/x", 404), ("POST", "/chat", 405), ("GET", "/x", 404)],
)
async def test_no_such_page(client: Client, method: str, path: str, status: int) -> None:
    """A page of ours that leads to the chat and names people, not the server's own."""
    answer = await get(client, path, method)
    assert status == answer.status
    assert re.search(r'<a class="go" href="/chat">.*</a>', answer.text)
    assert '<a href="tel:12333">12333</a>' in answer.text
    assert "/x" not in answer.text
    (styles,) = re.findall(r'href="(/chat/static/pages[^"]+)"', answer.text)
    assert 200 == (await get(client, styles)).status
    assert (
        POLICY.format("'self' https://www.example.gov.cn http://localhost:8080")
        == answer.headers["content-security-policy"]
    )
    assert "nosniff" == answer.headers["x-content-type-options"]
