"""Finished files of a channel's pages, made in memory from small sources, and how they are sent. No build, no disk."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sanic import response as http
from sanic.request import Request
from sanic.response import HTTPResponse

CSS, JS, HTML = "text/css; charset=utf-8", "text/javascript; charset=utf-8", "text/html; charset=utf-8"
_NOSNIFF = {"X-Content-Type-Options": "nosniff"}
FRESH = {"Cache-Control": "no-cache", **_NOSNIFF}
IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable", **_NOSNIFF}
_LINE_ENDS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029"})


@dataclass(frozen=True)
class Asset:
    """A finished file: plain and compressed bytes, and a tag that changes with its content."""

    body: bytes
    packed: bytes = field(repr=False)
    tag: str
    content_type: str

    @classmethod
    def of(cls, text: str, content_type: str) -> Asset:
        """From its text."""
        body = text.encode("utf-8")
        return cls(body, gzip.compress(body, 9, mtime=0), hashlib.sha256(body).hexdigest()[:16], content_type)


def joined(folder: Path, kind: str, shared: Sequence[Path] = ()) -> str:
    """``NN-name.kind`` of a folder's ``kind/`` in order of their names, after ``shared`` ones of another channel."""
    own = sorted((folder / kind).glob(f"[0-9][0-9]-*.{kind}"))
    return "\n".join(text_of(path).strip() + "\n" for path in (*shared, *own))


def script(source: str, constants: Mapping[str, object]) -> str:
    """One classic script in strict mode that begins with the constants."""
    return "'use strict';\n" + "".join(f"const {k} = {_literal(v)};\n" for k, v in constants.items()) + source


def text_of(path: Path) -> str:
    """A file's text."""
    return path.read_text(encoding="utf-8")


def page_headers(policy: str) -> dict[str, str]:
    """Headers of a page under a Content-Security-Policy."""
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        **FRESH,
    }


def served(request: Request, asset: Asset, headers: Mapping[str, str]) -> HTTPResponse:
    """The file, compressed for who takes it; 304 for who has it."""
    packed = takes_gzip(request.headers.get("accept-encoding", ""))
    # one tag for each form: a shared cache must not answer one with the other's
    tag = f'"{asset.tag}-gz"' if packed else f'"{asset.tag}"'
    sent = {"ETag": tag, "Vary": "Accept-Encoding", **headers}
    if _has(request, tag):
        return http.empty(status=304, headers=sent)
    if packed:
        sent["Content-Encoding"] = "gzip"
    return http.raw(asset.packed if packed else asset.body, headers=sent, content_type=asset.content_type)


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header takes gzip."""
    for offer in accepted.lower().split(","):
        name, _, quality = offer.strip().partition(";")
        if name.strip() in ("gzip", "*") and quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            return True
    return False


def _has(request: Request, tag: str) -> bool:
    known = [known.strip() for known in request.headers.get("if-none-match", "").split(",")]
    return tag in known or f"W/{tag}" in known or known == ["*"]


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_LINE_ENDS)
