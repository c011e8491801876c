"""A small made-up desk and its drills, for tests of every layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.content.catalogue import AuthoredCatalogue
from branchline.content.compile_drill import LoadedDrill, compile_drill
from branchline.content.drill import AuthoredDrill
from branchline.content.findings import Findings
from branchline.content.sop import read_sop
from branchline.content.source import read_text
from branchline.engine.actions import Act
from branchline.engine.desk import decide_desk, evolve_desk
from branchline.engine.events import DeskActed

if TYPE_CHECKING:
    from branchline.content.desk_types import Drill
    from branchline.engine.desk_state import DeskState
    from branchline.engine.events import Event, Value

DESK = """
format: 1
tiers:
  "1": {title: First line}
  "2": {title: Second line}
  lead: {title: Shift lead, minutes: 5}
  registry: {title: The registry, minutes: 30}
verbs:
  look: {title: Look, minutes: 1, shows: "State: {payment.state}."}
  refund:
    title: Refund
    args: {amount: money, way: [card, bank]}
    authority: refund
    when: payment.state == captured and payment.left >= amount
    refuse: "Payment: {payment.state}; nothing to refund."
    minutes: 3
    effects: ["payment.refunded + amount", "payment.left - amount", "payment.way = way"]
  verify: {title: Verify, args: {level: 1..3}, minutes: 2, effects: ["customer.verified = level"]}
  lift: {title: Lift, authority: lift, minutes: 1, effects: ["customer.lifted = true"]}
  rename: {title: Rename, args: {name: text, quiet: {is: flag, optional: true}}, effects: ["customer.name = name"]}
  restart: {title: Restart, effects: ["server.state = up"]}
macros:
  sent:
    text: "Dear {customer.name}, the money is on its way."
    tags: [refund]
    tells: [on_its_way]
    fields: {disposition: refunded}
  wait: {title: Wait, text: "Could you send us the statement?", status: pending}
  calm: {title: Calm, text: "All is safe.", acts: [promise_safe]}
categories: {billing: {sub: {double: Double, price: Price}}, site: {sub: {down: Down}}}
dispositions: {billing/double: {refunded: Refunded, hold: Hold}, billing: {explained: Explained}, site/down: {restarted: Restarted}}
sla:
  - {name: urgent, when: {priority: urgent}, first_reply: 15, next_reply: 30, resolve: 60}
  - {name: others, when: priority != urgent, first_reply: 1h, next_reply: 2h, resolve: 8h, agent_work: 4h}
"""

SOP = """---
format: 1
id: SOP-PAY
title: Double payment
limits: {refund: [{tier: 1, max: 50}, {tier: 2, max: 200}, {tier: lead, max: 1000}], lift: [{tier: 1, max: 0}], over: approval}
facts: {days: {value: 5, say: [5 days]}}
sla: {resolve: 6h}
---
1. **Verify.** {#verify do=verify}
2. **Look.** {#look do=look}
3. **Refund.** {#refund do=refund after=verify,look}
4. **Say it.** {#say do=public_reply after=look tell=days}
"""

DRILL = """
format: 1
id: twice
title: Twice
sops: [SOP-PAY]
tier: 1
ticket: {number: 7, subject: Twice, requester: dana, impact: 3, urgency: 2, category: billing/double, fields: {domain: a.example}}
conversation: [{at: 0m, text: "You took 89.00 twice."}]
opened: 10m
records:
  customer: {id: dana, name: Dana, verified: 0, lifted: false}
  payment: {state: captured, amount: 89.00, left: 89.00, refunded: 0.00, way: none}
  tickets:
    - {id: 6, status: open, requester: dana}
    - {id: 5, status: closed, requester: dana}
    - {id: 4, status: open, requester: olu}
  incidents: [{id: INC-1, title: Mail is down}]
facts: {amount: {value: payment.amount}}
events:
  - {after: public_reply, delay: 4m, text: "And when?"}
  - {at: 300m, from: registry, text: "The name is free.", set: ["payment.way = card"]}
expect:
  records: {payment.refunded: 89.00}
  ticket: {status: solved, disposition: [refunded, hold]}
  told: [days, amount]
  untouched: [customer.name, customer.lifted]
  note: [reason]
"""


def made(drill: str = DRILL, desk: str = DESK, sop: str = SOP) -> tuple[Drill | None, Findings]:
    """What becomes of these files."""
    findings = Findings()
    source, desk_source = read_text(drill, "drill.yaml"), read_text(desk, "desk.yaml")
    assert not source.diagnostics + desk_source.diagnostics
    authored = AuthoredDrill.model_validate(source.data)
    read = read_sop(sop, "sop.md")[0] if sop else None
    sops = {read.id: read} if read is not None and authored.sops else {}
    catalogue = AuthoredCatalogue.model_validate(desk_source.data)
    return compile_drill(LoadedDrill(source.data, authored, source, desk_source.data, catalogue, desk_source, sops), findings), findings


def drill(text: str = DRILL, desk: str = DESK, sop: str = SOP) -> Drill:
    """The drill of these files."""
    found, findings = made(text, desk, sop)
    assert found is not None, findings.diagnostics
    return found


class Learner:
    """Somebody who works a drill."""

    def __init__(self, drill: Drill, state: DeskState) -> None:
        self.drill, self.state = drill, state
        self.events: list[Event] = []

    def act(self, verb: str, text: str = "", *, took: float | None = None, **arguments: Value) -> DeskActed:
        """Do something; what the desk says to it."""
        events = decide_desk(self.drill, self.state, Act(verb, tuple(arguments.items()), text, took))
        for event in events:
            self.state = evolve_desk(self.drill, self.state, event)
        self.events += events
        first = events[0]
        assert isinstance(first, DeskActed)
        return first

    def done(self, verb: str, text: str = "", **arguments: Any) -> DeskActed:
        """Do something that must succeed."""
        event = self.act(verb, text, **arguments)
        assert event.ok, event.message
        return event

    def refused(self, verb: str, text: str = "", **arguments: Any) -> str:
        """Do something that must be refused; the desk's words."""
        event = self.act(verb, text, **arguments)
        assert not event.ok, event
        return event.message

    @property
    def status(self) -> str:
        return str(self.state.ticket["status"])
