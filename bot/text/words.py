"""The one jieba dictionary of the process: private cache, user words, quiet.

jieba keeps its dictionary in a process-global object and caches it in the shared temporary
directory, which it reads back with ``marshal``; so the cache moves to a 0700 directory of ours
before the first use, here, because training and serving both import this module.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import jieba

_USER_FREQUENCY = 20_000
#: Longest text whose words are kept: of these a thousand are a few megabytes, of pasted adverts they were a gigabyte.
_KEPT_LENGTH = 200


@lru_cache(maxsize=1)
def dictionary() -> jieba.Tokenizer:
    """Jieba's process-global tokenizer, initialised once."""
    jieba.setLogLevel(logging.WARNING)
    jieba.dt.tmp_dir = str(_private_directory())
    jieba.dt.initialize()
    return jieba.dt


def add_words(words: Iterable[str]) -> None:
    """Teach the tokenizer names that it would otherwise cut apart. Repeats are harmless."""
    tokenizer = dictionary()
    for word in words:
        if len(word) > 1 and tokenizer.FREQ.get(word, 0) < _USER_FREQUENCY:
            tokenizer.add_word(word, _USER_FREQUENCY)
    _cut.cache_clear()


def cut(text: str) -> list[str]:
    """Words of a normalised text, blanks left out."""
    return list(_cut(text) if len(text) <= _KEPT_LENGTH else _words(text))


@lru_cache(maxsize=1_000)
def _cut(text: str) -> tuple[str, ...]:
    return _words(text)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in dictionary().lcut(text) if not word.isspace())


def frequency(word: str) -> int:
    """How often jieba's corpus has the word; 0 for no word."""
    return int(dictionary().FREQ.get(word) or 0)


def _private_directory() -> Path:
    configured = os.environ.get("ZHENGBIAN_CACHE_DIR")
    if configured:
        directory = Path(configured)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return directory
    directory = Path(tempfile.gettempdir()) / f"zhengbian-{os.getuid()}"
    directory.mkdir(mode=0o700, exist_ok=True)
    status = directory.lstat()
    if status.st_uid != os.getuid() or directory.is_symlink() or status.st_mode & 0o077:
        return Path(tempfile.mkdtemp(prefix="zhengbian-"))
    return directory
