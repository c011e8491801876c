"""SOPs: what is read from a Markdown file, and what is wrong with one, at its place."""

# ruff: noqa: E501  # one line for each finding reads better than six

from __future__ import annotations

import pytest

from branchline.content.sop import CODES, Sop, read_sop

FRONT = "---\nformat: 1\nid: SOP-T\ntitle: Test\nversion: 2\n---\nUse it.\n\n"
TEXT = """---
format: 1
id: SOP-BIL-02
title: Duplicate charge
version: 3
effective: 2026-09-01
expires: 2027-01-31
owner: Billing
applies_to: {category: billing/duplicate, channels: [phone, chat]}
limits: {refund: [{tier: 1, max: 50}, {tier: lead, max: 1000}], over: approval}
outcomes:
  refunded: {when: payment == captured, requires: [verify, refund]}
  waits: {requires: [verify]}
never:
  - {do: disclose_account, before: verify, severity: critical}
---
Use when charged twice.

1. **Confirm** the caller. {#verify do=verify_identity level=2 weight=3}
2. Be kind.
3. Refund it,
   within your limit. {#refund do=issue_refund after=verify when="payment == captured" optional}

> Exceptions need a reason. {allow=refund_other_method}
"""


def _read(text: str | bytes) -> Sop:
    sop, found = read_sop(text, "sop.md")
    assert found == []
    assert sop is not None
    return sop


def test_steps_advice_outcomes_and_limits_are_read() -> None:
    sop = _read(TEXT)
    assert (sop.id, sop.title, sop.version, sop.effective, sop.expires, sop.owner) == (
        "SOP-BIL-02", "Duplicate charge", 3, "2026-09-01", "2027-01-31", "Billing",
    )  # fmt: skip
    assert [(step.number, step.id, step.do, step.weight, step.after, step.when, step.optional) for step in sop.steps] == [
        (1, "verify", "verify_identity", 3.0, (), "", False),
        (2, "", "", 1.0, (), "", False),
        (3, "refund", "issue_refund", 1.0, ("verify",), "payment == captured", True),
    ]
    assert sop.steps[2].text == "Refund it, within your limit."
    assert [step.id for step in sop.required] == ["verify"]
    assert [(outcome.id, outcome.when, outcome.requires) for outcome in sop.outcomes] == [
        ("refunded", "payment == captured", ("verify", "refund")),
        ("waits", "", ("verify",)),
    ]
    assert [(rule.do, rule.before, rule.severity) for rule in sop.never] == [("disclose_account", "verify", "critical")]
    assert sop.limits == {"refund": (("1", 50.0), ("lead", 1000.0))}


def test_the_card_that_people_read_has_no_brace_blocks() -> None:
    sop = _read(TEXT)
    assert sop.body == (
        "Use when charged twice.\n\n1. **Confirm** the caller.\n2. Be kind.\n3. Refund it, within your limit.\n\n> Exceptions need a reason."
    )
    assert sop.text == TEXT


def test_bytes_with_bom_and_windows_line_ends_read_the_same() -> None:
    assert _read(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()) == _read(TEXT)


def test_searching_ignores_case_and_wants_every_word() -> None:
    sop = _read(TEXT)
    assert sop.mentions("LIMIT bil-02")
    assert not sop.mentions("limit bitcoin")
    assert sop.step("refund") is sop.steps[2]
    assert sop.step("") is None


def test_an_sop_expires_after_its_last_day() -> None:
    sop = _read(TEXT)
    assert not sop.expired("2027-01-31")
    assert sop.expired("2027-02-01")


FINDINGS = [
    ("P101", "«»1. Do. {#a do=b}\n", "no front matter", "Begin the file with `---`"),
    ("P102", FRONT + "1. One. {#a do=b}\n2. Two. «{#a do=c}»\n", "Two steps are called `a`.", "line 9"),
    ("P103", FRONT + "1. One. {#verify do=b}\n2. Two. {#b do=c after=«verfy»}\n", "There is no step `verfy`.", "Did you mean `verify`?"),
    (
        "P103",
        FRONT.replace("version: 2", "outcomes: {o: {requires: [a, «x»]}}") + "1. One. {#a do=b}\n",
        "There is no step `x`.",
        "Known: a.",
    ),
    ("P103", FRONT.replace("version: 2", "never: [{do: d, before: «x»}]") + "1. One. {#a do=b}\n", "There is no step `x`.", "Known: a."),
    ("P104", FRONT + "1. One. {#a do=b after=b}\n2. Two. {#b do=c after=«a»}\n", "`b` waits for itself", "Take one `after`"),
    ("P105", FRONT + "1. One. {#a do=b «optinal»}\n", "no attribute `optinal`", "Did you mean `optional`?"),
    ("P105", FRONT + "1. One. {#a do=b wieght=«3»}\n", "no attribute `wieght`", "Did you mean `weight`?"),
    ("P106", FRONT + "1. One,\n   still one. {#a do=b weight=«0»}\n", "`weight=0` is no weight.", "above 0"),
    ("P106", FRONT + "1. One. {#a do=b weight=«heavy»}\n", "`weight=heavy` is no weight.", "above 0"),
    (
        "P104",
        FRONT.replace("version: 2", "groups: [«{id: g, any_of: [a, b], after: [c]}»]")
        + "1. A. {#a do=x}\n2. B. {#b do=x}\n3. C. {#c do=y after=b}\n",
        "`b` waits for itself",
        "Take one",
    ),
    ("P106", FRONT + "1. One. {#a do=b max=«0»}\n", "`max=0` is no max.", "whole number"),
    ("P106", FRONT + "1. One. {#a do=b severity=«grave»}\n", "is no severity", "critical, major, minor"),
    (
        "P107",
        FRONT.replace("version: 2", "groups: [«{id: g, any_of: [a], need: 2}»]") + "1. A. {#a do=x}\n",
        "`g` needs 2 of 1.",
        "Lower `need`",
    ),
    ("P107", FRONT.replace("version: 2", "groups: [«{id: g, need: 2}»]") + "1. A. {#a do=x}\n", "either `any_of` or `all_of`", "Keep one"),
    ("P107", FRONT.replace("version: 2", "groups: [«{id: g, any_of: [a, g]}»]") + "1. A. {#a do=x}\n", "stands in itself", "own members"),
    (
        "P107",
        FRONT.replace("version: 2", "groups: [{id: g, any_of: [a, b]}, «{id: h, any_of: [a]}»]") + "1. A. {#a do=x}\n2. B. {#b do=x}\n",
        "stands in `g` and here",
        "one group",
    ),
    (
        "P108",
        FRONT.replace("version: 2", "verbs: [look_up, answer]") + "1. A. {#a do=«look_op»}\n",
        "no act `look_op`",
        "Did you mean `look_up`?",
    ),
    ("P111", FRONT + '1. A. {#a do=x expect="v = 1; «w is»"}\n', "no expectation", "amount = 5"),
    ("P111", FRONT + '1. A. {#a do=x expect="«v ~ (a+)+»"}\n', "repeats or has alternatives", "amount = 5"),
    ("P112", FRONT.replace("version: 2", "sla: {first_reply: «soon»}") + "1. A. {#a do=x}\n", "no length of time", "15m"),
    ("P113", FRONT.replace("version: 2", "«steps»: []") + "1. A. {#a do=x}\n", "`steps` stands in pure YAML only", "below"),
    ("C006", FRONT + '1. A. {#a do=x when="«nothing»(x)"}\n', "", ""),
    ("C003", FRONT.replace("version: 2", "must_escalate: [{when: case.a «=» 1}]") + "1. A. {#a do=x}\n", "", ""),
    ("S003", FRONT + "1. One «\x1b»[31m. {#a do=b}\n", "U+001B is not allowed", "Delete it."),
]


@pytest.mark.parametrize(("code", "marked", "message", "hint"), FINDINGS)
def test_each_finding_has_its_code_place_and_sentence(code: str, marked: str, message: str, hint: str) -> None:
    before, _, rest = marked.partition("«")
    inner, _, after = rest.partition("»")
    sop, found = read_sop(before + inner + after, "sop.md")
    assert sop is None
    assert [finding.code for finding in found] == [code]
    span = found[0].span
    end = before + inner
    assert (span.line, span.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert (span.end_line, span.end_column) == (end.count("\n") + 1, len(end) - end.rfind("\n"))
    assert message in found[0].message
    assert hint in found[0].hint


WARNINGS = [
    (
        "P109",
        FRONT.replace("version: 2", "outcomes: {o: {when: «case.x and not case.x», requires: [a]}}") + "1. A. {#a do=x}\n",
        "`o` is never reached",
    ),
    ("P110", FRONT + '1. A. {#a do=x when="«case.x == red and case.x == blue»"}\n', "never true"),
    ("P110", FRONT.replace("version: 2", "must_escalate: [{when: «case.n > 3 and case.n < 2»}]") + "1. A. {#a do=x}\n", "never true"),
    (
        "P110",
        FRONT.replace("version: 2", "outcomes: {o: {when: case.x, requires: [«a»]}}") + '1. A. {#a do=x when="not case.x"}\n',
        "`a` never applies where the outcome `o` does",
    ),
]


@pytest.mark.parametrize(("code", "marked", "message"), WARNINGS)
def test_what_can_never_happen_is_told_at_its_place_and_the_sop_can_be_used(code: str, marked: str, message: str) -> None:
    before, _, rest = marked.partition("«")
    inner, _, after = rest.partition("»")
    sop, found = read_sop(before + inner + after, "sop.md")
    assert sop is not None
    assert [finding.code for finding in found] == [code]
    assert message in found[0].message
    span = found[0].span
    assert (span.line, span.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert span.end_column - span.column == len(inner)


def test_every_code_of_meaning_has_a_test() -> None:
    assert set(CODES) <= {finding[0] for finding in (*FINDINGS, *WARNINGS)}


def test_acts_are_held_against_the_desk_where_it_is_known() -> None:
    text = FRONT + "1. One. {#a do=look}\n"
    assert read_sop(text, "sop.md")[1] == []
    assert read_sop(text, "sop.md", {"look"})[1] == []
    assert [finding.code for finding in read_sop(text, "sop.md", {"gaze"})[1]] == ["P108"]


def test_the_second_of_two_equal_steps_points_at_the_first() -> None:
    _, found = read_sop(FRONT + "1. One. {#a do=b}\n2. Two. {#a do=c}\n", "sop.md")
    assert [(str(span), words) for span, words in found[0].related] == [("sop.md:9:9", "the first one")]


@pytest.mark.parametrize("text", [b"", b"\xff\xfe---", b"\x00\x01", b"---\n\xe4\n---\n", "---\n", "---\nid: [\n---\n", "x" * 3_000_000])
def test_what_is_no_sop_gives_diagnostics_and_raises_nothing(text: str | bytes) -> None:
    sop, found = read_sop(text, "sop.md")
    assert sop is None
    assert found


def test_an_argument_of_the_act_is_no_mistake() -> None:
    sop = _read(FRONT + "1. One. {#a do=b method=original}\n")
    assert sop.steps[0].attributes["method"] == "original"
