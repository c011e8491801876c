"""One act under way: a copy of the desk that rules change, thrown away where one of them refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.content.facts import held
from branchline.engine.desk_state import GRANTED, REFUSED, WAITING, Approval, Audit, Comment, Desk, DeskFrame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.content.desk_types import RecordEffect, Test
    from branchline.engine.events import Value

ME = "me"
"""The learner, as author and assignee."""
INVALID, MISSING, DENIED, NOT_NOW, CLOSED = "RecordInvalid", "RecordNotFound", "PermissionDenied", "OperationRefused", "TicketClosed"
"""Codes of refusals: a field that is wrong, something that does not exist, authority, the tool's own no, a closed ticket."""


class Refusal(Exception):
    """The desk says no: a code for programs and a field-first message for the learner."""

    def __init__(self, code: str, message: str) -> None:
        """`message` names the field first."""
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(message: str) -> Refusal:
    """A field that is wrong."""
    return Refusal(INVALID, message)


class Work:
    """A desk that can be changed."""

    def __init__(self, frame: DeskFrame, desk: Desk) -> None:
        """Begins where `desk` stands."""
        self.frame, self.drill, self.desk = frame, frame.drill, desk
        self.clock = desk.clock
        self.ticket = dict(zip(frame.drill.ticket_names, desk.ticket, strict=True))
        self.tags = desk.tags
        self.records = list(desk.records)
        self.comments, self.audits = list(desk.comments), list(desk.audits)
        self.due, self.seen = list(desk.due), list(desk.seen)
        self.approvals = list(desk.approvals)
        self.spent = dict(desk.spent)
        self.exceptions = list(desk.exceptions)
        self.draft, self.told = desk.draft, desk.told
        self.acts = list(desk.acts)
        self.submitted = desk.submitted
        self.tells: tuple[str, ...] = ()
        self.shown = ""

    def done(self) -> Desk:
        """The desk as it is now."""
        return Desk(
            self.clock, tuple(self.ticket.values()), self.tags, tuple(self.records), tuple(self.comments), tuple(self.audits),
            tuple(sorted(self.due)), tuple(self.seen), tuple(self.approvals), tuple(sorted(self.spent.items())), tuple(self.exceptions),
            self.draft, self.told, tuple(self.acts), self.submitted,
        )  # fmt: skip

    @property
    def status(self) -> str:
        """The ticket's status."""
        return str(self.ticket["status"])

    def put(self, field: str, value: Value) -> None:
        """Give a ticket field a value; a change is audited."""
        old = self.ticket[field]
        if old != value or type(old) is not type(value):
            self.ticket[field] = value
            self.audits.append(Audit(self.clock, "Change", field, old, value))

    def tag(self, tags: tuple[str, ...]) -> None:
        """Let these be the ticket's tags."""
        if tags != self.tags:
            self.audits.append(Audit(self.clock, "Change", "tags", " ".join(self.tags), " ".join(tags)))
            self.tags = tags

    def move(self, status: str) -> None:
        """Give the ticket a status that it may have; reopening counts."""
        if self.status == "solved" and status == "open":
            self.put("reopens", int(self.ticket["reopens"]) + 1)
        self.put("status", status)

    def write(self, author: str, text: str, *, public: bool, asks: bool = False) -> None:
        """Add a comment."""
        self.comments.append(Comment(self.clock, author, public, text, asks))
        self.audits.append(Audit(self.clock, "Comment", "public" if public else "internal", "", author))

    def own(self) -> None:
        """A new ticket is open as soon as somebody takes it or answers it."""
        if self.status == "new":
            self.move("open")

    def row(self) -> tuple[int, ...]:
        """The facts as integers, in the order of `Drill.names`."""
        kinds, names, facts = self.drill.kinds, self.drill.names, dict(self.frame.facts)
        now = [*self.records, *self.ticket.values()]
        now += [facts[name] for name in names[len(now) :]]
        return tuple(held(kinds[name], value) for name, value in zip(names, now, strict=True))

    def first_row(self) -> tuple[int, ...]:
        """The frozen facts of the case as integers, in the order of `Drill.names`."""
        facts = dict(self.frame.facts)
        return tuple(held(self.drill.kinds[name], facts[name]) for name in self.drill.names)

    def holds(self, when: Test | None) -> bool:
        """Whether a condition of the drill holds now."""
        return when is None or when(self.row())

    def apply(self, effects: tuple[RecordEffect, ...], arguments: Mapping[str, Value]) -> None:
        """Let effects change the records; sums are rounded to cents."""
        for place, sign, term in effects:
            value = arguments.get(term.argument, "") if term.argument else self.records[term.place] if term.place >= 0 else term.value
            old = self.records[place]
            if sign != "=":
                change = float(value) if sign == "+" else -float(value)
                value = round(float(old) + change, 2)
            if isinstance(old, float) and isinstance(value, int) and not isinstance(value, bool):
                value = float(value)
            self.records[place] = value

    def answer(self, number: int, *, grant: bool, text: str, by: str) -> None:
        """A request for approval is answered."""
        asked = self.approvals[number]
        self.approvals[number] = asked._replace(answer=GRANTED if grant else REFUSED)
        what = f"{asked.act.replace('_', ' ')} {asked.amount:.2f}"
        self.write(by, text or (f"Approved: {what}." if grant else f"Not approved: {what}."), public=False)
        self.audits.append(Audit(self.clock, "Notification", "approval", what, "granted" if grant else "refused"))

    def pass_time(self, seconds: int) -> None:
        """Let the clock run; answers that are due by then arrive."""
        self.clock += seconds
        for number, asked in enumerate(self.approvals):
            if asked.answer == WAITING and 0 <= asked.ready <= self.clock:
                self.answer(number, grant=asked.grant, text=asked.text, by=self.drill.catalogue.approver)

    def ask(self, asked: Approval) -> None:
        """Put a request for approval on its way."""
        self.approvals.append(asked)
        self.audits.append(Audit(self.clock, "Notification", "approval", asked.act, f"asked {asked.amount:.2f}"))
