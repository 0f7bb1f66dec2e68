"""The page's files, joined from small sources once per content version and served from memory.

What stands below ``static/``, and what becomes of it:

* ``js/NN-name.js``: joined in the order of their names into ONE classic script. Before them the script has
  ``'use strict';`` and two constants: ``ZR_STRINGS``, the object of ``strings.zh-CN.json``, and ``ZR_HOSTS``, the list
  of official host names that may be linked over plain http. The files share one scope.
* ``css/NN-name.css``: joined likewise into one style sheet.
* ``chat.html``: names ``/chat/static/chat.css`` and ``/chat/static/chat.js``; they are served under names with a hash
  of their content, ``/chat/static/chat.0123456789abcdef.js``, and the page is rewritten to name those.
* ``embed.js``: the loader, served at ``/embed.js`` as it is.

Beside it ``plain/`` holds the pages that need no script of ours and their one style sheet.

``{phone}`` in any of them is filled: numbers stand in contacts.yml only. No build, nothing is written to disk.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from bot.channels.assets import CSS, HTML, JS, Asset, joined, script, text_of

STATIC, PLAIN = Path(__file__).parent / "static", Path(__file__).parent / "plain"
#: Hashed files of earlier content versions that stay available to pages opened before a reload.
_KEPT = 12


@dataclass(frozen=True)
class Built:
    """All files for one version of the content: pages by name, and the addresses that pages use."""

    files: dict[str, Asset]
    addresses: dict[str, str]

    def page(self, source: str) -> Asset:
        """A page with the addresses of its files and whatever else is to be filled in."""
        for plain, filled in self.addresses.items():
            source = source.replace(plain, filled)
        return Asset.of(source, HTML)


class Assets:
    """Reads the sources once; :meth:`current` joins and fills them for the content that is running."""

    def __init__(self, folder: Path = STATIC, plain: Path = PLAIN) -> None:
        """Reads everything, so that a changed file never mixes with older ones while running."""
        self._script = joined(folder, "js")
        self._styles = {"chat": joined(folder, "css"), "pages": text_of(plain / "pages.css")}
        self._strings = json.loads(text_of(folder / "strings.zh-CN.json"))
        self._page, self._loader = text_of(folder / "chat.html"), text_of(folder / "embed.js")
        self.faq, self.demo = text_of(plain / "faq.html"), text_of(plain / "demo.html")
        self._built: tuple[object, Built] = ((), Built({}, {}))
        self._hashed: OrderedDict[str, Asset] = OrderedDict()

    def current(self, phone: str, hosts: Collection[str]) -> Built:
        """Everything for today's number and hosts."""
        key = (phone, frozenset(hosts))
        if self._built[0] != key:
            self._built = (key, self._build(phone, sorted(hosts)))
        return self._built[1]

    def hashed(self, name: str) -> Asset | None:
        """A style sheet or script by the name that a page of this process was given."""
        return self._hashed.get(name)

    def _build(self, phone: str, hosts: list[str]) -> Built:
        whole = script(self._script, {"ZR_STRINGS": self._strings, "ZR_HOSTS": hosts})
        styles = [(name, "css", CSS, text) for name, text in self._styles.items()]
        addresses = {"{phone}": phone}
        for name, kind, content_type, text in [("chat", "js", JS, whole), *styles]:
            asset = Asset.of(text.replace("{phone}", phone), content_type)
            served_as = f"{name}.{asset.tag}.{kind}"
            self._hashed.pop(served_as, None)
            self._hashed[served_as] = asset
            addresses[f"/chat/static/{name}.{kind}"] = f"/chat/static/{served_as}"
        while len(self._hashed) > _KEPT:
            self._hashed.popitem(last=False)
        built = Built({}, addresses)
        built.files["chat.html"] = built.page(self._page)
        built.files["embed.js"] = Asset.of(self._loader.replace("{phone}", phone), JS)
        return built
