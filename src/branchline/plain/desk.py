"""One drill, line by line: read the ticket, type what you do, and see what the desk answers."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.content.facts import spelled
from branchline.plain.page import Page
from branchline.practice import DeskPractice
from branchline.text import clean_line

if TYPE_CHECKING:
    from branchline.engine.events import Value

HELP = """Type what you do and press Enter:
  VERB name=value …        an act, for example: verify_identity level=2 method=pin
  reply TEXT, note TEXT    a public reply, an internal note (note name=value … TEXT fills its fields)
  set FIELD VALUE          a ticket field; status VALUE changes the status
  verbs                    everything that can be done here
  ticket                   the ticket, the records and the SLA clocks
  sop ID                   read an SOP
  check                    what is missing (practice mode);  u takes the last act back (practice mode)
  submit                   hand the ticket in;  give up ends it;  q stops for now, the session is kept;  ? shows this"""


@dataclass
class DeskTalk(Page[DeskPractice]):
    """A drill on paper."""

    _since: float = 0.0
    """When the last act was done, by the reader's clock."""

    def _open(self) -> None:
        drill = self.practice.drill
        self._since = self.reader.now()
        self._say(f"{drill.title} (drill, {self.practice.mode} mode). Type ? for help.")
        for notice in self.practice.notices:
            self._say(f"Note: {notice}")
        self._say(self._ticket())
        self._new_lines()

    def _turn(self) -> None:
        if self.practice.guided and (step := self.practice.next_step) is not None:
            self._say(f"Next: {step.sop} {clean_line(step.text)} ({step.do})")
        typed = self.reader.line()
        try:
            self._obey(clean_line(typed or ""))
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
        spent = self._spent()
        if verb == "reply":
            self.practice.act("public_reply", {}, rest, spent)
        elif verb == "set":
            field, _, value = rest.partition(" ")
            self.practice.act("set_field", {"field": field, "value": value.strip()}, minutes=spent)
        elif verb == "status":
            self.practice.act("set_status", {"status": rest.strip()}, minutes=spent)
        else:
            arguments, text = _arguments(rest)
            self.practice.act("internal_note" if verb == "note" else verb, arguments, text, spent)

    def _spent(self) -> float | None:
        """Minutes since the last act by the real clock, for a timed drill; None where the desk's own clock counts."""
        now, before = self.reader.now(), self._since
        self._since = now
        return (now - before) / 60 if self.practice.timed else None

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

    def _end(self) -> str:
        return "the ticket was submitted" if self.practice.state.ended else ""


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
