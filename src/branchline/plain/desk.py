"""One drill, line by line: read the ticket, type what you do, and see what the desk answers."""

from __future__ import annotations

import shlex
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.content.facts import spelled
from branchline.errors import ActionRefused, JournalUnavailable
from branchline.plain import prose
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchline.engine.events import Value
    from branchline.plain.reader import Reader
    from branchline.practice import DeskPractice

HELP = """Type what you do and press Enter:
  VERB name=value …        an act, for example: verify_identity level=2 method=pin
  reply TEXT, note TEXT    a public reply, an internal note (note name=value … TEXT fills its fields)
  set FIELD VALUE          a ticket field; status VALUE changes the status
  verbs                    everything that can be done here
  ticket                   the ticket, the records and the SLA clocks
  sop ID                   read an SOP
  check                    what is missing (practice mode);  u takes the last act back (practice mode)
  submit                   hand the ticket in;  give up ends it;  q stops for now, the session is kept;  ? shows this"""


def _terminal_columns() -> int:
    return shutil.get_terminal_size((80, 24)).columns


@dataclass
class DeskTalk:
    """A DeskPractice on paper: `write` gets whole lines of text, `columns` tells how wide they may be now."""

    practice: DeskPractice
    reader: Reader
    write: Callable[[str], None]
    columns: Callable[[], int] = _terminal_columns
    _printed: int = 0
    _leaving: bool = False

    def run(self) -> None:
        """Work until the ticket is submitted, `q`, or the end of input; an interruption suspends and goes on upwards."""
        try:
            self._open()
            while not self.practice.finished and not self._leaving:
                self._turn()
        except EOFError:
            self._leave()
        except KeyboardInterrupt:
            self.write("")
            self._leave()
            raise
        if self.practice.finished:
            score = self.practice.score()
            self._say(prose.debrief(self.practice.drill, score, self.practice.transcript(), "the ticket was submitted" if score.ended else ""))

    def _say(self, text: str) -> None:
        self.write(prose.wrap(text, self.columns(), "  "))

    def _open(self) -> None:
        drill = self.practice.drill
        self._say(f"{drill.title} (drill, {self.practice.mode} mode). Type ? for help.")
        for notice in self.practice.notices:
            self._say(f"Note: {notice}")
        self._say(self._ticket())
        self._new_lines()

    def _new_lines(self) -> None:
        lines = self.practice.transcript().lines
        for line in lines[self._printed :]:
            self._say(prose.spoken(line, self.practice.drill))
        self._printed = len(lines)

    def _turn(self) -> None:
        if self.practice.guided and (step := self.practice.next_step) is not None:
            self._say(f"Next: {step.sop} {clean_line(step.text)} ({step.do})")
        self.write("> ")
        typed = self.reader.line()
        if typed is None:
            return
        try:
            self._obey(clean_line(typed))
        except (ActionRefused, JournalUnavailable) as error:
            self._say(str(error))
        except ValueError:
            self._say("The quotation marks do not match.")
        self._new_lines()

    def _obey(self, typed: str) -> None:
        verb, _, rest = typed.partition(" ")
        plain = {
            "": lambda: None,
            "?": lambda: self.write(HELP),
            "q": self._leave,
            "u": self.practice.undo,
            "verbs": lambda: self._say(self._verbs()),
            "ticket": lambda: self._say(self._ticket()),
            "submit": self.practice.submit,
        }
        if typed == "give up":
            self.practice.give_up()
        elif not rest and verb in plain:
            plain[verb]()
        elif verb == "check":
            self.practice.check()
        elif verb == "sop":
            self._read_sop(rest.strip())
        else:
            self._act(verb, rest)

    def _act(self, verb: str, rest: str) -> None:
        if verb == "reply":
            self.practice.act("public_reply", {}, rest)
        elif verb == "set":
            field, _, value = rest.partition(" ")
            self.practice.act("set_field", {"field": field, "value": value.strip()})
        elif verb == "status":
            self.practice.act("set_status", {"status": rest.strip()})
        else:
            arguments, text = _arguments(rest)
            self.practice.act("internal_note" if verb == "note" else verb, arguments, text)

    def _read_sop(self, sop_id: str) -> None:
        found = next((sop for name, sop in self.practice.drill.sops.items() if name.casefold() == sop_id.casefold()), None)
        if found is None:
            self._say(f"SOPs here: {', '.join(self.practice.drill.sops)}.")
            return
        self.practice.open_sop(found.id)
        self._say(f"{found.id} {found.title}\n{found.body}")

    def _verbs(self) -> str:
        drill = self.practice.drill
        return "\n".join(f"{name}: {drill.verbs[name].title}" if name in drill.verbs else name for name in self.practice.available())

    def _ticket(self) -> str:
        state = self.practice.state
        rows = [f"{name}: {spelled(value)}" for name, value in state.ticket.items() if value != ""]
        rows += [f"{name}: {spelled(value)}" for name, value in state.records.items()]
        rows += [f"SLA {clock.name}: {clock.spent:.0f} of {clock.target:.0f} minutes, {clock.state}" for clock in self.practice.clocks()]
        return "\n".join(clean_line(row) for row in rows)

    def _leave(self) -> None:
        self._leaving = True
        self.practice.suspend()
        if not self.practice.finished:
            self._say(f"Kept. `branchline resume {self.practice.session_id[:8]}` goes on.")


def _arguments(text: str) -> tuple[dict[str, Value], str]:
    """`name=value` words, quoted where a value has spaces, and the rest as what is written; ValueError for an open quotation mark."""
    arguments: dict[str, Value] = {}
    words = shlex.split(text)
    while words and "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        arguments[name] = _number(value)
    return arguments, " ".join(words)


def _number(text: str) -> Value:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text) if text.replace(".", "", 1).isdigit() else text
    except ValueError:
        return text
