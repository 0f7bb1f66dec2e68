"""Bring the many ways of writing one question to one form, for matching only.

The person's own words are never replaced on the screen; this form feeds the classifier, the
entity extractor, the occupation look-up and the advert check. Digits stay distinct.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import opencc

from bot.text.letters import MAX_TEXT, canonical
from bot.text.lexicon import Lexicon
from bot.text.unmasked import without_data

_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_SPACES = re.compile(r"\s+")
_HAN = "\u3400-\u9fff\uf900-\ufaff"
_SPACE_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}，。？！、；：])\s+(?=[{_HAN}，。？！、；：])")
_REPEATED_MARK = re.compile(r"([!?！？。，、~…\-—.])\1+")


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """Width, case, traditional characters, radicals, invisible characters, emoji, spaces; never longer than a message.

    Meaning-preserving for every reader: the advert check quotes by positions of the person's
    own text, so it maps back through :func:`fold_with_offsets` instead of calling this.
    """
    text = canonical(text)
    text = _INVISIBLE.sub("", text)
    text = "".join(" " if unicodedata.category(ch) in {"So", "Cs", "Co", "Cn", "Sk"} else ch for ch in text)
    text = _converter().convert(text).lower()[:MAX_TEXT]
    text = _SPACES.sub(" ", text).strip()
    text = _SPACE_BETWEEN_HAN.sub("", text)
    return _REPEATED_MARK.sub(r"\1", text)


@lru_cache(maxsize=64)
def normalise(text: str, lexicon: Lexicon) -> str:
    """Fold, read pinyin, drop fillers, then read dialect, usual typos and hotline numbers.

    What was masked is taken out first, with the word that names it: the answer is the one without the datum.
    The last texts are kept: one message is normalised for its understanding, its tokens and its reply.
    An utterance that consists of nothing but fillers keeps them: „那个" is something to react to.
    """
    read = lexicon.read_pinyin(fold(without_data(text)))
    return lexicon.correct(lexicon.drop_fillers(read) or read)
