"""The running snapshot of all content, replaced whole on reload.

A broken file never replaces a good snapshot: :meth:`Store.reload` raises and the old one stays.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from bot.advert.payment import has_paid
from bot.advert.signals import Signals, load_signals, official_hosts
from bot.concerns.load import load_concerns
from bot.concerns.models import Concerns
from bot.knowledge.entity_names import EntityNames, load_entity_names
from bot.knowledge.lexicon import load_lexicon
from bot.knowledge.loader import Content, load_content
from bot.knowledge.wechat import WechatContent, load_wechat
from bot.occupations.catalogue import Catalogue, load_catalogue
from bot.safety.crisis import Crisis, load_crisis
from bot.settings import data_dir
from bot.text.lexicon import Lexicon
from bot.text.normalise import fold
from bot.text.privacy import prepare
from bot.text.words import add_words

#: The contact that has a number of its own in every prefecture: the same digits behind the area code.
NATIONAL = "h12333"


@dataclass(frozen=True)
class Snapshot:
    """Everything that decides what is said, at one version (12 hex digits of all files)."""

    content: Content
    catalogue: Catalogue
    signals: Signals
    concerns: Concerns
    lexicon: Lexicon
    entity_names: EntityNames
    wechat: WechatContent
    crisis: Crisis
    version: str

    @cached_property
    def official_hosts(self) -> frozenset[str]:
        """Host names of every address in contacts.yml: the only ones trusted, or linked over http."""
        return official_hosts(self.content)

    def entry_titled(self, text: str) -> str:
        """The id of the entry whose title a text is, but for width, script and marks at its end; '' for none."""
        return self._titles.get(_bare(text), "")

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {_bare(entry.title): entry.id for entry in self.content.entries.values()}

    def at(self, prefecture: str) -> Snapshot:
        """What is said to somebody in a prefecture (id of its contact): the hotline has its area code."""
        local = self.content.contacts.get(prefecture)
        if local is None or local.kind != "prefecture":
            return self
        if prefecture not in self._local:
            contacts = {**self.content.contacts, NATIONAL: local}
            self._local[prefecture] = replace(self, content=replace(self.content, contacts=contacts))
        return self._local[prefecture]

    @cached_property
    def _local(self) -> dict[str, Snapshot]:
        return {}

    @cached_property
    def public_numbers(self) -> frozenset[str]:
        """Official phone numbers as digits, with and without the area code: they are no personal data."""
        phones = [contact.phone for contact in self.content.contacts.values() if contact.phone]
        return frozenset(number for phone in phones for number in (phone.replace("-", ""), phone.split("-")[-1]))


def _bare(text: str) -> str:
    return fold(text).strip(" ?!.。")


def load_snapshot(data: Path) -> Snapshot:
    """Load ``data/knowledge`` and ``data/lexicon`` below ``data``.

    Raises:
        ContentError: with every problem found.
    """
    version = _version(data)  # first: a file that is edited meanwhile must give the next snapshot another version
    content = load_content(data / "knowledge")
    catalogue = load_catalogue(data / "knowledge" / "occupations", content)
    signals = load_signals(data / "knowledge" / "signals", content)
    concerns = load_concerns(data / "knowledge", content, has_paid)
    names = [*catalogue.names(), *(c.short for c in content.contacts.values() if c.kind in ("office", "prefecture"))]
    lexicon = load_lexicon(data / "lexicon", content.contacts, names)
    entity_names = load_entity_names(data / "lexicon", content.contacts)
    add_words(entity_names.words())
    wechat = load_wechat(data / "knowledge" / "wechat", content)
    crisis = load_crisis(data / "knowledge" / "safety")
    snapshot = Snapshot(content, catalogue, signals, concerns, lexicon, entity_names, wechat, crisis, version)
    snapshot.entry_titled("")  # the titles are folded now, not while the first person waits
    prepare()
    return snapshot


class Store:
    """Holds the current snapshot for one process; reading it never blocks."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._lock = threading.Lock()
        self._current = load_snapshot(data)

    @property
    def current(self) -> Snapshot:
        """The snapshot to answer from; hold it for the whole of a turn."""
        return self._current

    def reload(self) -> Snapshot:
        """Read the files again and swap. Raises ContentError and keeps the old one on any problem."""
        with self._lock:
            fresh = load_snapshot(self.data)
            self._current = fresh
            return fresh


@lru_cache(maxsize=4)
def shared_store(data: Path) -> Store:
    """The process's one store for a data folder: components, actions and channels share it."""
    return Store(data)


def current_snapshot() -> Snapshot:
    """What the process answers from now; hold it for the whole of a turn."""
    return shared_store(data_dir()).current


def _version(data: Path) -> str:
    digest = hashlib.sha256()
    for folder in ("knowledge", "lexicon"):
        for path in sorted((data / folder).rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(data).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
