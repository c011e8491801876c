"""The garbage collector while content is read: everything that is made survives, so each collection would be wasted work."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def collector_paused() -> Iterator[None]:
    """No collection inside the `with`; an outer one, or a program that has switched the collector off, keeps it so."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            _skip_young_collection()
            gc.enable()


def set_aside() -> None:
    """Leave everything that is alive now out of collections, until `take_up`: a large session stays as long as its screen does."""
    gc.freeze()


def take_up() -> None:
    """Collect what was set aside like everything else again."""
    gc.unfreeze()


def _skip_young_collection() -> None:
    """Moves what is alive to the oldest generation: the first collection after a load would else visit every node of it."""
    if not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()
