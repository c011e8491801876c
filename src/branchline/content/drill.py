# ruff: noqa: RUF012  # a model copies its defaults
"""Drill: a CRM exercise as designers write it, `scenarios/drills/<id>.yaml`; shape only, `compile_drill` checks the meaning.

Spelling, where the format leaves it open:

- Times are minutes, or `30s`, `5m`, `2h`, `1d`, on the ticket's clock; negative ones lie before its zero. The learner takes over at
  `opened` (how long the ticket has been there), else at the latest message, so that an SLA clock may be well under way.
- A message is `{from, at, text, public}`; `from` is `customer`, `agent`, `system`, `note` (an internal note of a colleague), or a tier or
  team. Customer and agents speak in public unless `public: false`, everybody else inside the house.
- `records` holds one mapping for each kind of record. A list of mappings (`tickets`, `incidents`, `services`, `invoices`) is shown, and
  its entries are what `merge` and `link_incident` name by `id`; conditions and effects do not reach into lists.
- `case` gives the facts that only SOPs read, as `case.x` and as plain `x` (where a conversation has a variable). Their guards also see
  `record.field`, `ticket.category` … as they are at the start, and `tier`: a drill is worked at its own tier.
- An event happens once, `delay` after the first success of the act in `after` (and, with `then`, of the first success of that act behind
  it), or when the clock reaches `at`; `when` is asked at that moment. `from`, `text`, `status`, `set` (effects on records) and `approve`
  (the answer to an open request for approval) say what happens. A message of the customer reopens a pending or solved ticket.
- `allow` lists the company verbs (without it: every verb whose records are there), `macros` the macros (without it: all), `without` takes
  ticket verbs away, `prices` reprices.
- `facts` gives or overrides what can be told: `{refund_amount: {value: payment.amount}}`; a value may name a record field. Where `say`
  lists forms these count, else the value itself.
- `approvals` are rules, first match: `{for: refund, when: …, grant: false, after: 10m, text: …}`; without rule and event the catalogue's
  approver grants up to its own limit in the cited SOPs.
- Under `expect.ticket` a list means any of its values; `note` lists the fields that an internal note must hold, `exceptions` the codes
  that must be logged; `untouched` names `record`, `record.field` or `ticket.field`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from branchline.content.catalogue import Duration, Minutes, Tier  # noqa: TC001  # the models read these when the program runs
from branchline.content.desk_types import Drill, DrillEvent, Message
from branchline.content.scenario import Authored, AuthoredReview, Channel, Expression, Value

__all__ = ["CODES", "AuthoredDrill", "Drill", "DrillEvent", "Message"]

CODES = {
    "D001": "no such company verb",
    "D002": "a verb that needs records which the drill does not have",
    "D003": "an effect that cannot be read",
    "D004": "an argument that is none of the known kinds",
    "D005": "no such record field",
    "D006": "no such ticket field, or a value it cannot have",
    "D007": "a fact that nobody can tell",
    "D008": "no desk file",
    "D009": "a ticket verb that is none",
    "D010": "two things with one name",
    "D011": "an event with no moment, or with two",
    "D012": "no such macro",
}
"""What can be wrong with the meaning of a drill or of the desk file."""

Records = dict[str, Value | None]


class AuthoredMessage(Authored):
    """A comment that stands in the ticket."""

    from_: str = Field(default="customer", alias="from")
    at: Minutes = 0.0
    text: str
    public: bool | None = None


class AuthoredDrillEvent(Authored):
    """Something that happens once."""

    after: str | None = None
    then: str | None = None
    delay: Duration = 0.0
    at: Minutes | None = None
    when: Expression | None = None
    from_: str = Field(default="customer", alias="from")
    public: bool | None = None
    text: str = ""
    approve: bool | None = None
    status: Literal["open", "pending", "hold", "solved", "closed"] | None = None
    set: list[str] = []


class AuthoredTicket(Authored):
    """The ticket as it stands when the drill begins."""

    number: int | str = 1
    subject: str
    description: str = ""
    requester: str = ""
    channel: Channel = "email"
    type: Literal["question", "incident", "problem", "task"] = "question"
    status: Literal["new", "open", "pending", "hold", "solved", "closed"] = "new"
    impact: Annotated[int, Field(ge=1, le=3)] = 3
    urgency: Annotated[int, Field(ge=1, le=3)] = 3
    priority: Literal["low", "normal", "high", "urgent"] | None = None
    group: str = ""
    assignee: str = ""
    tier: Tier = ""
    category: str = ""
    subcategory: str = ""
    disposition: str = ""
    resolution_code: str = ""
    service: str = ""
    problem: str = ""
    followup_of: str = ""
    tags: list[str] = []
    fields: dict[str, Value] = {}


class AuthoredTold(Authored):
    """A fact that the customer must hear, with the forms that count as having said it."""

    value: Value
    say: list[str] = []


class AuthoredApprovalRule(Authored):
    """How a request for approval is answered."""

    for_: str = Field(default="", alias="for")
    when: Expression | None = None
    grant: bool | None = None
    after: Duration | None = None
    text: str = ""


class AuthoredExpectation(Authored):
    """What holds at the end."""

    records: dict[str, Value] = {}
    ticket: dict[str, Value | list[Value]] = {}
    told: list[str] = []
    untouched: list[str] = []
    note: list[str] = []
    exceptions: list[str] = []


class AuthoredDrill(Authored):
    """`scenarios/drills/<id>.yaml`."""

    format: Literal[1]
    id: str
    version: Annotated[int, Field(ge=1)] = 1
    title: str
    summary: str = ""
    language: str = "en"
    level: Annotated[int, Field(ge=1, le=5)] = 1
    minutes: Annotated[int, Field(ge=1, le=180)] = 10
    tier: Tier = "1"
    skills: list[str] = []
    sops: list[str] = []
    case: dict[str, Value] = {}
    ticket: AuthoredTicket
    conversation: list[AuthoredMessage] = []
    opened: Duration | None = None
    records: dict[str, Records | list[Records]] = {}
    events: list[AuthoredDrillEvent] = []
    allow: list[str] | None = None
    macros: list[str] | None = None
    without: list[str] = []
    prices: dict[str, Duration] = {}
    facts: dict[str, AuthoredTold] = {}
    approvals: list[AuthoredApprovalRule] = []
    expect: AuthoredExpectation = AuthoredExpectation()
    do_nothing: bool = False
    pass_mark: Annotated[int, Field(ge=1, le=100)] = 80
    review: AuthoredReview = AuthoredReview()
