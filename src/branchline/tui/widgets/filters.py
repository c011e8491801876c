"""Which of Textual's filters what we draw ourselves has to pass through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.filter import ANSIToTruecolor

if TYPE_CHECKING:
    from textual.app import App
    from textual.filter import LineFilter


def filters_of(app: App[Any]) -> tuple[LineFilter, ...]:
    """Those that are on, NO_COLOR's among them, without the one that turns a terminal's own colours into true ones.

    Our styles name colours of a theme, all of them true ones, and never dim; asking that of every piece of every line costs as much as
    putting the lines together.
    """
    return tuple(known for known in app._filters if known.enabled and not isinstance(known, ANSIToTruecolor))  # noqa: SLF001 - where they are
