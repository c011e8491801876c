"""Moving through a session: by event, by mistake, by mark, by digit, by words, by number, and by its own time."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Input

from branchline.text import clean_line
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.words import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.timer import Timer

    from branchline.tui.board import Board

SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
SHORTEST, SKIPPED = 0.25, 1.0
"""Seconds that an event stands at least, and that idle time stands for when it is skipped; both at normal speed."""
JUDGING, READING = "The session is still being judged.", "The session is still being read."
SEARCH, GO_TO = "search", "go to"
_TIME = re.compile(r"(\d+):([0-5]?\d)$")


class Moving(DeskScreen):
    """A screen that stands at one event of a session."""

    AUTO_FOCUS = ""
    """Nothing is focused, so that every key reaches the screen; the field is, while something is asked."""

    def __init__(self, board: Board) -> None:
        """At the first event."""
        super().__init__()
        self.board = board
        self.seq = 1
        """The event where the screen stands."""
        self.line = 0
        """The index of the transcript line that is marked."""
        self._asked = ""
        self._words = ""

    def paint_moment(self) -> None:
        """Show where the screen stands now."""
        raise NotImplementedError

    def marked_seqs(self) -> Sequence[int]:
        """The moments that `[` and `]` go to, in order."""
        return self.board.marked

    def go(self, seq: int, line: int | None = None) -> None:
        """Stand at that event, or at that line of it."""
        seq = min(max(1, seq), self.board.last)
        line = self.board.line_index(seq) if line is None else line
        if (seq, line) != (self.seq, self.line):
            self.seq, self.line = seq, line
            self.paint_moment()

    def jumped(self, seq: int, line: int | None = None) -> None:
        """Go there because the coach says so: playing stops."""
        self.pause()
        self.go(seq, line)

    def pause(self) -> None:
        """Stop playing, where that is possible."""

    def action_step(self, by: int) -> None:
        """The next event or the one before."""
        self.jumped(self.seq + by)

    def action_edge(self, end: int) -> None:
        """The first or the last event."""
        self.jumped(self.board.last if end > 0 else 1)

    def action_mistake(self, by: int) -> None:
        """The next flagged moment or the one before, round and round."""
        found = self.board.flagged
        if found:
            self.jumped(_beside(found, self.seq, by) or (found[0] if by > 0 else found[-1]))
        elif self.board.judged is not None:
            self._say("There is no mistake here." if not self.board.judged.reason else self.board.judged.reason)
        else:
            self._say(JUDGING)

    def action_marked(self, by: int) -> None:
        """The next marked moment or the one before."""
        self.jumped(_beside(self.marked_seqs(), self.seq, by) or self.seq)

    def on_key(self, event: events.Key) -> None:
        """Digits go to mistakes by number."""
        if event.character and event.character in "123456789" and not isinstance(self.focused, Input):
            event.stop()
            number, found = int(event.character), self.board.flagged
            if number <= len(found):
                self.jumped(found[number - 1])
            else:
                self._say(JUDGING if self.board.judged is None else f"There is no mistake number {number}.")

    # ------------------------------------------------------------------------------------------------ by words and numbers

    def action_search(self) -> None:
        """Ask for words."""
        self._ask(SEARCH, "Search: words of the transcript")

    def action_go_to(self) -> None:
        """Ask for a place."""
        self._ask(GO_TO, "Go to: a line, # and an event, or minutes:seconds")

    def _ask(self, what: str, prompt: str) -> None:
        self.pause()
        self._asked = what
        field = self.query_one("#ask", Input)
        field.value, field.placeholder = "", prompt
        self.add_class("-asking")
        field.focus(scroll_visible=False)

    def close_question(self) -> bool:
        """Close the field; whether it was open."""
        was = self.has_class("-asking")
        self.remove_class("-asking")
        self.set_focus(None)
        return was

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go where was asked."""
        event.stop()
        self.close_question()
        words = event.value.strip()
        if self._asked == SEARCH:
            self._words = words.lower() or self._words
            self.action_match(1)
        elif words:
            self._go_to(words)

    def action_match(self, by: int) -> None:
        """The next line with the words that were searched, or the one before, round and round."""
        if not self._words:
            return
        lines, count = self.board.lines, len(self.board.lines)
        places = ((self.line + by * step) % count for step in range(1, count + 1))
        found = next((index for index in places if self._words in lines[index].text.lower()), None)
        if found is None:
            self._say(f"“{clean_line(self._words)}” is not in the transcript." if self.board.whole else READING)
        else:
            self.jumped(lines[found].seq, found)

    def _go_to(self, words: str) -> None:
        lines = self.board.lines
        if found := _TIME.fullmatch(words):
            self.jumped(self._at_time(60 * int(found[1]) + int(found[2])))
        elif words.startswith("#") and words[1:].isdecimal() and 1 <= int(words[1:]) <= self.board.last:
            self.jumped(int(words[1:]))
        elif words.isdecimal() and 1 <= int(words) <= len(lines):
            self.jumped(lines[int(words) - 1].seq, int(words) - 1)
        elif not self.board.whole:
            self._say(READING)
        else:
            self._say(f"There are {len(lines)} lines and {self.board.last} events; “{clean_line(words)}” is none of them.")

    def _at_time(self, seconds: int) -> int:
        """The last event that had happened by then."""
        return max(1, bisect_right(self.board.review.steps, float(seconds), key=lambda step: step.entry.elapsed))

    def _say(self, words: str) -> None:
        self.notify(clean_line(words), markup=False)


def _beside(found: Sequence[int], seq: int, by: int) -> int | None:
    """The nearest of those numbers after `seq`, before it where `by` is negative."""
    at = bisect_right(found, seq) if by > 0 else bisect_left(found, seq) - 1
    return found[at] if 0 <= at < len(found) else None


class Playing(Moving):
    """A screen on which the session can play by itself, in its own time."""

    def __init__(self, board: Board) -> None:
        """Paused, at the speed at which it happened."""
        super().__init__(board)
        self._timer: Timer | None = None
        self._speed = SPEEDS.index(1.0)
        self._skipping = True

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._timer is not None

    def paint_playing(self) -> None:
        """Show whether and how it plays."""
        raise NotImplementedError

    def action_play(self) -> None:
        """Play on, from the start where it stands at the end; or pause."""
        if self.playing:
            self.pause()
            return
        if self.seq >= self.board.last:
            self.go(1)
        self._wait()

    def pause(self) -> None:
        """Stop playing."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
            self.paint_playing()

    def action_speed(self, by: int) -> None:
        """Twice or half the speed; what was being waited for is waited for anew."""
        self._speed = min(max(0, self._speed + by), len(SPEEDS) - 1)
        self._again()

    def action_idle(self) -> None:
        """Skip idle time, or play it."""
        self._skipping = not self._skipping
        self._again()

    def _again(self) -> None:
        if self.playing:
            self._wait()
        self.paint_playing()

    def _wait(self) -> None:
        """Wait as long as the next event takes to come; idle time is no longer than a second where it is skipped."""
        if self._timer is not None:
            self._timer.stop()
        after = min(self.seq + 1, self.board.last)
        waited = SKIPPED if self._skips(after) else max(SHORTEST, self.board.review.idle(after))
        self._timer = self.set_timer(waited / SPEEDS[self._speed], self._play_on)
        self.paint_playing()

    def _skips(self, seq: int) -> bool:
        return self._skipping and self.board.idle(seq) > 0

    def _play_on(self) -> None:
        self.go(self.seq + 1)
        if self.seq < self.board.last:
            self._wait()
        else:
            self.pause()

    def playing_words(self) -> Content:
        """How it plays: what idle time is skipped just now is said."""
        after = self.seq + 1
        if self.playing and after <= self.board.last and self._skips(after):
            return Content.styled(f"░ {clock(self.board.idle(after))} idle skipped", "bold $desk-warn")
        sign = ("▶ ", "bold $desk-good") if self.playing else ("‖ ", "$desk-soft")
        idle = "idle skipped" if self._skipping else "idle played"
        return Content.assemble(sign, (f"{SPEEDS[self._speed]:g}× ", "bold"), (idle, "$desk-soft"))
