"""Python's collector of cycles, kept away from what lives as long as the process.

What is loaded at the start, a million objects, is never garbage; yet a full collection looks at all of it, and while it
does nobody is answered: a fifth of a second, every few hundred messages. So nothing is collected while loading, and
what has been loaded is put aside afterwards, as :func:`gc.freeze` is meant for.
"""

from __future__ import annotations

import gc

#: Objects made before the young ones are looked at. Python's 700 are made several times a message; more of them than
#: this make each look a pause of its own.
_YOUNG = 5_000


def pause() -> None:
    """Before loading: what is made now stays."""
    gc.disable()


def settle() -> None:
    """After loading, the first time and again: collect what is left over, put the rest aside, collect from now on.

    Takes a third of a second, in which no other thread runs.
    """
    _, middle, old = gc.get_threshold()
    gc.set_threshold(_YOUNG, middle, old)
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.enable()
