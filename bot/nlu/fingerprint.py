"""What a component's cached result depends on beyond its own source.

Rasa's training cache looks at the configuration, the inputs and the component class only; a change
in a word list or in core code that the class calls must retrain too. Answers, sources, dates and
numbers must not, nor what decides after the ranking (:mod:`bot.understanding.interpret`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from bot.knowledge.store import shared_store
from bot.settings import PROJECT, Settings
from bot.understanding import encoder

_CODE = (
    *(
        "bot/text/normalise.py",
        "bot/text/unmasked.py",
        "bot/text/lexicon.py",
        "bot/text/words.py",
        "bot/text/excerpt.py",
    ),
    *("bot/understanding/features.py", "bot/understanding/matcher.py"),
    *("bot/understanding/ridge.py", "bot/understanding/encoder.py"),
    *("bot/understanding/e5/weights.py", "bot/understanding/e5/pieces.py"),
    *("bot/understanding/e5/graph.py", "bot/understanding/e5/model.py"),
    *("bot/nlu/tokenizer.py", "bot/nlu/featurizer.py", "bot/nlu/classifier.py", "bot/nlu/guard.py"),
)
_FILES = ("lexicon/lexicon.yml", "lexicon/entities.yml")


def understanding_fingerprint() -> str:
    """Hex digest of word lists, names, code and encoder that understanding rests on."""
    data = Settings.from_environment().path("ZHENGBIAN_DATA_DIR")
    digest = hashlib.sha256(encoder.identity().encode())
    for name in _CODE:
        _add(digest, PROJECT / name)
    for name in _FILES:
        _add(digest, data / name)
    snapshot = shared_store(data).current
    digest.update("\n".join(sorted(snapshot.catalogue.names())).encode())
    return digest.hexdigest()


def _add(digest: hashlib._Hash, path: Path) -> None:
    digest.update(path.name.encode())
    digest.update(path.read_bytes())
