"""The desk's pages: open to all, empty of data, under a policy that no other site can frame."""

from __future__ import annotations

import re

import pytest

from tests.contract.conftest import Client
from tests.contract.desk.conftest import OPERATOR, Desk


@pytest.mark.parametrize("path", ["/desk", "/desk/insight"])
def test_the_shell(desk: Desk, path: str) -> None:
    """The same page for whoever comes, with the headers of a page that holds a login form."""
    answer = Client(desk.port).send("GET", path)
    assert 200 == answer.status
    policy = answer.headers["content-security-policy"]
    for rule in (
        "default-src 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "require-trusted-types-for 'script'",
    ):
        assert rule in policy
    assert "unsafe" not in policy
    assert ("same-origin", "nosniff", "no-store") == tuple(
        answer.headers[name] for name in ("referrer-policy", "x-content-type-options", "cache-control")
    )
    assert "{phone}" not in answer.text
    assert answer.body == desk.seat(OPERATOR).send("GET", path).body


def test_files_under_a_hash(desk: Desk) -> None:
    """Style and script are served for ever under the names that the page gives, and under no other."""
    names = re.findall(r"/desk/static/(desk\.[0-9a-f]{16}\.(?:css|js))", Client(desk.port).send("GET", "/desk").text)
    assert 2 == len(names)
    for name in names:
        answer = Client(desk.port).send("GET", f"/desk/static/{name}")
        assert (200, "public, max-age=31536000, immutable") == (answer.status, answer.headers["cache-control"])
    for name in ("desk.js", "desk.html", "..%2fchannel.py", "desk.0000000000000000.js"):
        assert 404 == Client(desk.port).send("GET", f"/desk/static/{name}").status
