"""``python -m tests.masking``: figures by kind of both labelled sets; ``--failed`` shows what failed of the two that may be read."""

from __future__ import annotations

import sys

from bot.knowledge.store import shared_store
from bot.settings import Settings
from bot.text.privacy import mask
from tests.masking.measure import SETS, load, measure


def main(arguments: list[str]) -> None:
    """Print a table; the held-out texts themselves are never shown."""
    public = shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current.public_numbers
    figures = {
        name: measure(load(path), lambda text: mask(text, public)) for name, path in SETS.items() if path.exists()
    }
    print("kind".ljust(16), *(f"{name:>20}" for name in figures))
    for kind in sorted({kind for each in figures.values() for kind in each.wanted}):
        cells = (
            f"{each.share(kind):.3f} of {each.wanted[kind]}" if each.wanted[kind] else "" for each in figures.values()
        )
        print(kind.ljust(16), *(f"{cell:>20}" for cell in cells))
    if "--failed" in arguments:
        for kind, text, masked in (*figures["development"].failed, *figures["second"].failed):
            print(kind, "|", repr(text), "|", repr(masked))


main(sys.argv[1:])
