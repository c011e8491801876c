"""One conversation, line by line: read what was said, choose a reply by number, and see what it earned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from branchline.plain import prose
from branchline.plain.page import Page
from branchline.practice import Practice
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchline.practice import Offered

HELP = """Type the number of a reply and press Enter. Or:
  u  take the last reply back (practice mode)
  s  read an SOP; s 2 or s and its id open one, s and words search
  c  show the customer card
  r  repeat what was said last
  w  how far it is to an end
  g  give up and see the score so far
  q  stop for now; the session is kept
  ?  show this"""
_LONGEST_NUMBER = 4
REPEATED = 6
"""Lines that `r` and a resume repeat."""


@dataclass
class Talk(Page[Practice]):
    """A conversation on paper."""

    _deadline: float | None = None
    _numbered: dict[str, Offered] = field(default_factory=dict)

    def _open(self) -> None:
        scenario = self.practice.scenario
        self._say(f"{scenario.title} ({scenario.channel}, {self.practice.mode} mode). Type ? for help.")
        for notice in self.practice.notices:
            self._say(f"Note: {notice}")
        standing = [line for line in self.practice.transcript().lines if line.standing]
        self._printed = len(self.practice.transcript().lines) - min(len(standing), REPEATED) if self._resumed else 0
        if not self._resumed:
            self._say(prose.card(scenario.customer))
        self._new_lines()
        self._offer()

    @property
    def _resumed(self) -> bool:
        return any(type(entry.event).__name__ == "SessionResumed" for entry in self.practice.entries)

    def _offer(self) -> None:
        """Number the replies; the clock of a timed moment starts here."""
        if self.practice.finished:
            return
        offered = self.practice.offered()
        self._numbered = {str(each.number): each for each in offered if each.open}
        self._deadline = None
        limit = self.practice.time_limit
        if limit is not None and self.reader.keeps_time:
            self._deadline = self.reader.now() + limit
        self._say("\n".join(["", *(prose.reply(each) for each in offered), *self._silence(limit)]))

    def _silence(self, limit: float | None) -> list[str]:
        if self.practice.must_wait:
            return ["1. (wait)"]
        if not self._numbered:
            return ["Nothing can be said here: u takes the last reply back in practice mode, g gives up."]
        return [f"You have {limit:.0f} seconds."] if self._deadline is not None and limit is not None else []

    def _turn(self) -> None:
        typed = self.reader.line(self._deadline)
        if typed is not None:
            self._obey(typed)
            return
        self._say("Time is up.")
        # Should the silence not be recorded, the next try is the learner's.
        self._deadline = None
        self._decide("")

    def _obey(self, typed: str) -> None:
        word, _, rest = typed.partition(" ")
        commands: dict[str, Callable[[], None]] = {
            "u": self._undo,
            "s": lambda: self._sop(rest.strip()),
            "c": lambda: self._say(prose.card(self.practice.scenario.customer)),
            "r": self._repeat,
            "w": self._way,
            "g": self._give_up,
            "q": self._leave,
            "?": lambda: self._say(HELP),
        }
        if command := commands.get(word.lower()):
            command()
        elif typed in self._numbered:
            self._decide(self._numbered[typed].id)
        elif typed == "1" and self.practice.must_wait:
            self._decide("")
        elif typed:
            self._say(f"`{clean_line(typed)[:20]}` is not one of the numbers above. Type ? for help.")

    def _decide(self, choice: str) -> None:
        """Say that reply, or nothing where `choice` is empty."""
        if choice:
            earned = self.practice.choose(choice)
        else:
            self.practice.time_out()
            earned = None
        lines = self.practice.transcript().lines
        spoken = next((index for index in range(self._printed, len(lines)) if lines[index].speaker == "learner"), None)
        if earned is not None and spoken is not None:
            self._say(prose.spoken(lines[spoken], self.practice.scenario))
            self._printed = spoken + 1
            self._say(prose.feedback(earned, self.practice.state.trust, self.practice.state.heat))
            self._say("")
        self._new_lines()
        self._offer()

    def _undo(self) -> None:
        if not self.practice.can_undo:
            self._say(
                "There is nothing to take back here."
                if self.practice.mode == "practice"
                else "Replies can be taken back in practice mode only."
            )
            return
        self.practice.undo()
        self._say("Taken back.")
        self._printed = len(self.practice.transcript().lines)
        self._repeat()
        self._offer()

    def _repeat(self) -> None:
        standing = [line for line in self.practice.transcript().lines if line.standing]
        for line in standing[-REPEATED:]:
            self._say(prose.spoken(line, self.practice.scenario))

    def _way(self) -> None:
        found = self.practice.ahead()
        said = self.practice.decided
        if found is not None:
            self._say(f"{said} {'reply' if said == 1 else 'replies'} so far, {found.words}.")

    def _sop(self, wanted: str) -> None:
        sops = list(self.practice.scenario.sops.values())
        if wanted.isdecimal() and len(wanted) < _LONGEST_NUMBER:
            found = sops[int(wanted) - 1 : int(wanted)] if int(wanted) else []
        else:
            found = [sop for sop in sops if sop.id.casefold() == wanted.casefold()] or [sop for sop in sops if sop.mentions(wanted)]
        if len(found) == 1:
            self.practice.open_sop(found[0].id)
            self._printed = len(self.practice.transcript().lines)
            self._say(f"{found[0].id}: {found[0].title}\n{found[0].body.strip()}")
        elif sops:
            self._say("\n".join(f"s {number}  {sop.id}: {sop.title}" for number, sop in enumerate(sops, start=1)))
        else:
            self._say("This conversation cites no SOP.")

    def _give_up(self) -> None:
        self._say("Give up? The session ends here and counts as abandoned. Type y to do it.")
        if (self.reader.line() or "").lower() in {"y", "yes"}:
            self.practice.give_up()
        else:
            self._say("Going on.")

    def _end(self) -> str:
        ended = self.practice.ended
        return ended.title if ended else ""
