"""Reading and judging a session for the review screen: the beginning at once, the rest in a thread of its own."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from textual.message import Message

from branchline.coaching.review import Review
from branchline.errors import BranchlineError
from branchline.tui.board import Board

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchline.practice import Studio

BEGINNING = 100
"""Entries that are read before the first paint."""


class Source(Protocol):
    """Where a session comes from."""

    def beginning(self) -> Review:
        """As much of it as is read before the first paint; BranchlineError where it cannot be."""

    def whole(self) -> Review:
        """All of it; BranchlineError where it cannot be read."""


class Kept:
    """A session of the journal."""

    def __init__(self, studio: Studio, session_id: str) -> None:
        """`session_id` or the beginning of it."""
        self._studio = studio
        self._id = session_id

    def beginning(self) -> Review:
        """Its first entries."""
        return Review.kept(self._studio.journal, self._id, self._studio.explorations, most=BEGINNING)

    def whole(self) -> Review:
        """All entries."""
        return Review.kept(self._studio.journal, self._id, self._studio.explorations)


class Given:
    """A session that has been read already, from a file for instance."""

    def __init__(self, review: Review, text: str = "") -> None:
        """`review` is the whole session, `text` the exported file that it was read from, where it was."""
        self._review = review
        self.text = text

    def beginning(self) -> Review:
        """All of it."""
        return self._review

    def whole(self) -> Review:
        """All of it."""
        return self._review


class Read(Message):
    """More of the session is known; posted from the thread."""

    def __init__(self, board: Board) -> None:
        """The session as far as it is read and judged."""
        super().__init__()
        self.board = board


class Failed(Message):
    """Reading or judging came to an end; posted from the thread."""

    def __init__(self, what: str) -> None:
        """`what` went wrong, in words."""
        super().__init__()
        self.what = what


def begin_reading(source: Source, post: Callable[[Message], bool]) -> None:
    """Read all of it, then judge it, in a thread that nobody has to wait for: a judgement may take longer than the coach stays.

    That is why it is no worker of Textual's: the app's end waits for those.
    """
    threading.Thread(target=_read, args=(source, post), name="review", daemon=True).start()


def _read(source: Source, post: Callable[[Message], bool]) -> None:
    try:
        review = source.whole()
        _tell(post, Read(Board(review)))
        _tell(post, Read(Board(review, review.judgement)))
    except BranchlineError as error:
        _tell(post, Failed(str(error)))
    except Exception as error:  # noqa: BLE001  # a fault of ours must not leave the screen waiting without a word
        _tell(post, Failed(f"The session could not be judged ({type(error).__name__})."))


def _tell(post: Callable[[Message], bool], message: Message) -> None:
    """Post it; where the app has ended meanwhile, nobody waits for it."""
    with suppress(RuntimeError):
        post(message)
