"""An SOP in pure YAML is the same SOP as in Markdown."""

# ruff: noqa: E501  # one line for each case reads better than six

from __future__ import annotations

from dataclasses import replace

import pytest

from branchline.content.sop import Sop, read_sop
from branchline.content.sop_model import Allowance, Expected, Fact, Group, Raised

KEYS = """format: 1
id: SOP-X
title: Both ways
version: 4
effective: 2026-09-01
owner: Billing
applies_to: {category: billing/x, channels: [phone]}
sla: {first_reply: 15m, resolve: 8h, pause: [pending, hold]}
limits: {refund: [{tier: 1, max: 50}, {tier: 1, max: 75, when: customer.months >= 24}, {tier: lead, max: 900.5}], over: approval}
facts: {days: {value: 5, say: [5 days, five days]}}
outcomes:
  paid: {when: case.captured, title: Paid back, requires: [who, refund, tell]}
  held: {when: not case.captured, requires: [who, tell]}
never:
  - {do: shout, severity: critical, because: It hurts.}
  - {do: leak, before: who, when: case.private}
must_escalate: [{when: case.broken, to: 2}]
must_not_escalate: [{when: case.easy, severity: minor}]
"""
MARKDOWN = f"""---
{KEYS}groups:
  - {{id: who, any_of: [pin, {{id: strong, all_of: [code, call], ordered: true}}], need: 1, weight: 3, after: [look]}}
  - {{id: either, any_of: [post, mail], optional: true}}
---
Use it **often**.

1. Look. {{#look do=look_up}}
2. Advice only.
3. PIN. {{#pin do=verify method=pin level=2}}
4. Code. {{#code do=verify method=code}}
5. Call back. {{#call do=verify method=call max=2 repeat}}
6. Refund. {{#refund do=issue_refund after=who,look when="case.captured" weight=2.5 expect="amount = case.amount ± 0.01; method in {{original, card}}; name is Dana O; code ~ [A-Z]+"}}
7. Tell. {{#tell do=public_reply ordered tell=amount,days fields=reason}}
8. Post. {{#post do=post}}
9. Mail. {{#mail do=mail optional}}
10. Chat. {{#chat do=chat wasteful}}
11. No. {{#no do=ask_password forbidden severity=critical}}

> Exceptions: another method needs a reason. {{allow=other_method for=refund kinds=value}}

Afterwards, rest.
"""
YAML = f"""# in pure YAML
{KEYS}intro: Use it **often**.
steps:
  - {{id: look, text: Look., do: look_up}}
  - text: Advice only.
  - {{id: pin, text: PIN., do: verify, method: pin, level: 2}}
  - {{id: code, text: Code., do: verify, method: code}}
  - {{id: call, text: Call back., do: verify, method: call, max: 2, repeat: true}}
  - {{id: who, any_of: [pin, {{id: strong, all_of: [code, call], ordered: true}}], need: 1, weight: 3, after: [look]}}
  - id: refund
    text: Refund.
    do: issue_refund
    after: [who, look]
    when: case.captured
    weight: 2.5
    expect:
      amount: {{equals: case.amount, tolerance: 0.01}}
      method: {{one_of: [original, card]}}
      name: {{text: Dana O}}
      code: {{matches: "[A-Z]+"}}
  - {{id: tell, text: Tell., do: public_reply, ordered: true, tell: [amount, days], fields: [reason], optional: false}}
  - {{id: either, any_of: [post, mail], optional: true}}
  - {{id: post, text: Post., do: post}}
  - {{id: mail, text: Mail., do: mail, optional: true}}
  - {{id: chat, text: Chat., do: chat, wasteful: true}}
  - {{id: "no", text: "No.", do: ask_password, forbidden: true, severity: critical}}
rest: |
  > Exceptions: another method needs a reason. {{allow=other_method for=refund kinds=value}}

  Afterwards, rest.
"""


def read(text: str, file: str = "SOP-X.md") -> Sop:
    sop, found = read_sop(text, file)
    assert [str(finding) for finding in found] == []
    assert sop is not None
    return sop


def test_both_spellings_are_the_same_sop() -> None:
    markdown, yaml = read(MARKDOWN), read(YAML, "SOP-X.yaml")
    assert replace(markdown, text="", file="") == replace(yaml, text="", file="")
    assert read(YAML, "kept under its id") == replace(yaml, file="kept under its id")
    assert read(f"---\n{YAML}") == replace(yaml, text=f"---\n{YAML}", file="SOP-X.md")


def test_everything_that_an_sop_can_say_is_read() -> None:
    sop = read(MARKDOWN)
    assert sop.groups == (
        Group("who", ("pin", "strong"), 1, 3.0, ("look",)),
        Group("strong", ("code", "call"), 2, 1.0, ordered=True),
        Group("either", ("post", "mail"), 1, 1.0, optional=True),
    )
    assert sop.members("who") == ("pin", "code", "call")
    assert (sop.sla, sop.pauses) == ({"first_reply": 15.0, "resolve": 480.0}, ("pending", "hold"))
    assert sop.limits == {"refund": (("1", 50.0), ("lead", 900.5))}
    assert (sop.over, sop.raised) == ("approval", (Raised("refund", "1", 75.0, "customer.months >= 24"),))
    assert sop.facts == {"days": Fact(5, ("5 days", "five days"))}
    assert sop.allows == (Allowance("other_method", "Exceptions: another method needs a reason.", ("refund",), ("value",)),)
    assert [(rule.do, rule.before, rule.severity, rule.when) for rule in sop.never] == [
        ("shout", "", "critical", ""), ("leak", "who", "major", "case.private"), ("ask_password", "", "critical", ""),
    ]  # fmt: skip
    assert [(rule.when, rule.to, rule.severity) for rule in (*sop.must_escalate, *sop.must_not_escalate)] == [
        ("case.broken", "2", "major"), ("case.easy", "", "minor"),
    ]  # fmt: skip
    assert [step.number for step in sop.advice] == [2]
    assert [step.id for step in sop.required] == ["look", "refund", "tell"]


def test_the_attributes_of_steps_are_read() -> None:
    sop = read(YAML)
    refund, tell, call = (sop.step(name) for name in ("refund", "tell", "call"))
    assert refund is not None
    assert tell is not None
    assert call is not None
    assert refund.expect == (
        Expected("amount", "equal", (), "case.amount", 0.01),
        Expected("method", "in", ("original", "card")),
        Expected("name", "text", ("Dana O",)),
        Expected("code", "pattern", ("[A-Z]+",)),
    )
    assert (refund.weight, refund.after, refund.when) == (2.5, ("who", "look"), "case.captured")
    assert (tell.after, tell.tells, tell.fields, tell.optional) == (("refund",), ("amount", "days"), ("reason",), False)
    assert (call.most, call.repeat, dict(call.arguments)) == (2, True, {"method": "call"})
    assert [(step.wasteful, step.forbidden) for step in sop.steps[-2:]] == [(True, False), (False, True)]


def test_nested_groups_without_a_name_are_called_by_their_place() -> None:
    front = "format: 1\nid: S\ntitle: T\nsteps:\n- {id: a, do: x}\n- {id: b, do: y}\n- {id: c, do: z}\n- {id: g, any_of: [a, {all_of: [b, c]}]}\n"
    assert [group.id for group in read(front).groups] == ["g", "g.2"]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("{do: x}", "P205"),
        ("{id: a, do: {x: 1}}", "P106"),
        ("{id: 5, do: x}", "P106"),
        ("{id: a b, do: x}", "P106"),
        ("{id: a, text: 5}", "P106"),
        ("{id: a, do: x, expect: {v: {near: 5}}}", "P106"),
        ("{id: a, do: x, after: [b]}", "P103"),
        ("{id: a, do: x, max: 0}", "P106"),
        ("{id: a, any_of: [a], neeed: 1}", "S101"),
        ("{id: g, any_of: [5]}", "P107"),
    ],
)
def test_a_wrong_step_is_told_at_its_line(entry: str, code: str) -> None:
    sop, found = read_sop(f"format: 1\nid: S\ntitle: T\nsteps:\n- {{id: z, do: x}}\n- {entry}\n", "S.yaml")
    assert sop is None
    assert [(finding.code, finding.span.line) for finding in found] == [(code, 6)]


def test_a_numbered_line_outside_steps_is_told() -> None:
    _, found = read_sop("format: 1\nid: S\ntitle: T\nsteps: []\nrest: |\n  1. Lost. {#a do=x}\n", "S.yaml")
    assert [finding.code for finding in found] == ["P113"]
