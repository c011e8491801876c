"""What a scenario names must exist, and every node must lead somewhere: each finding at its place, fit to read."""

# ruff: noqa: E501  # one line for each finding reads better than six

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.content.diagnostic import Severity
from marked import ENDINGS, HEAD, SCENARIO, Marked, marked, place, scenario

if TYPE_CHECKING:
    from pathlib import Path

ONE = "  n: {choices: [{id: a, say: A., go: done}]}\n"
SOP = "---\nformat: 1\nid: SOP-T\ntitle: T\n---\n1. Do. {#do-it do=act}\n"
SOP_FILE = "sop_library/SOP-T-test.md"


def _with_sop(text: str, head: str = HEAD + "sops: [SOP-T]\n") -> Marked:
    return marked({SCENARIO: f"{head}start: n\nnodes:\n{text}{ENDINGS}", SOP_FILE: SOP})


FINDINGS: list[tuple[str, Marked, str, str]] = [
    ("R001", scenario("  n: {choices: [{id: a, say: A., go: «dome»}]}\n"), "There is no node or ending `dome`.", "Did you mean `done`?"),
    ("R001", scenario(ONE, start="start: «m»\n"), "There is no node `m` to start at.", "Known: n."),
    ("R001", scenario("  n: {choices: [{id: a, say: A., go: done}], timeout: {after: 9s, go: «x»}}\n"), "There is no node or ending `x`.", "Known: done, n."),
    ("R001", scenario("  n: {chance: [{weight: 1, go: done}, {weight: 2, go: «donne»}]}\n"), "There is no node or ending `donne`.", "Did you mean `done`?"),
    ("R001", scenario("  n: {go: [{when: trust > 5, go: «no»}, {go: done}]}\n"), "There is no node or ending `no`.", "Did you mean `n`?"),
    ("R002", marked({SCENARIO: f"{HEAD}sops: [«SOP-X»]\nstart: n\nnodes:\n{ONE}{ENDINGS}", SOP_FILE: SOP}), "There is no SOP `SOP-X`.", "SOP-T"),
    ("R003", _with_sop("  n: {choices: [{id: a, say: A., does: [«SOP-T/do-not»], go: done}]}\n"), "`SOP-T` has no step `do-not`.", "do-it"),
    ("R003", _with_sop("  n: {choices: [{id: a, say: A., does: [{step: «SOP-T/do-is»}], go: done}]}\n"), "`SOP-T` has no step `do-is`.", "Did you mean `do-it`?"),
    ("R005", scenario("  n: {choices: [{id: a, say: A., go: done}, {id: «a», say: B., go: done}]}\n"), "`n` has two choices `a`.", "Rename one of them."),
    ("R006", scenario("  n: {choices: [{id: «a.b», say: A., go: done}]}\n"), "`a.b` cannot be a choice id.", "digits"),
    ("R006", scenario("  n: {go: done}\n  «n n»: {go: done}\n"), "`n n` cannot be a node id.", "digits"),
    ("R006", scenario("  n: {go: done}\n  «return»: {go: done}\n"), "`return` cannot be a node id.", "out of a part"),
    ("R006", scenario(ONE, endings="endings: {done: {title: D, outcome: lost}, «a/b»: {title: T, outcome: lost}}\n"), "`a/b` cannot be an ending's id.", "digits"),
    ("R006", scenario(ONE, head=HEAD + "variables: {«a b»: flag}\n"), "`a b` cannot be a variable's name.", "digits"),
    ("R007", scenario('  n: {choices: [{id: a, say: "I see, «{customer.nam}».", go: done}]}\n'), "`{customer.nam}` stands for nothing here.", "Did you mean `customer.name`?"),
    ("R007", scenario('  n: {lines: [{desk: "«{zzz}»"}], choices: [{id: a, say: A., go: done}]}\n'), "`{zzz}` stands for nothing here.", "Texts may name"),
    ("R007", scenario('  n: {choices: [{id: a, say: A., because: "As «{trust}».", go: done}]}\n'), "`{trust}` stands for nothing here.", "customer.…"),
    ("R007", scenario(ONE, endings='endings: {done: {title: "Well, «{nam}»", outcome: lost}}\n'), "`{nam}` stands for nothing here.", "customer.…"),
    ("R008", scenario("  n: {choices: [{id: a, say: A., does: [«SOP-T/do-it»], go: done}]}\n"), "does not cite the SOP `SOP-T`.", "Add `SOP-T` to `sops`."),
    ("R011", scenario("  n: {lines: [«{customer: A, desk: B}»], go: done}\n"), "A line has exactly one speaker.", "`narrator:`"),
    ("R011", scenario("  n: {lines: [«{when: trust > 5}»], go: done}\n"), "A line has exactly one speaker.", "`customer:`"),
    ("R012", scenario("  n: {choices: [{id: a, say: A., does: [«{amount: 5}»], go: done}]}\n"), "either `step` or `do`.", "`{do: act}`"),
    ("R012", _with_sop("  n: {choices: [{id: a, say: A., does: [«{step: SOP-T/do-it, do: act}»], go: done}]}\n"), "either `step` or `do`.", "SOP/step"),
    ("F001", scenario("  n: {go: done}\n  «m»: {claim: C}\n"), "`m` has no way on.", "`choices`"),
    ("F001", scenario("  «n»: {go: done, choices: [{id: a, say: A., go: done}]}\n"), "`n` has several ways on.", "Keep one of `choices` and `go`."),
    ("F001", scenario("  «n»: {go: done, chance: [{weight: 1, go: done}]}\n"), "`n` has several ways on.", "Keep one of `go` and `chance`."),
    ("F001", scenario("  «n»: {go: done, timeout: {after: 9s, go: done}}\n"), "`n` has several ways on.", "Keep one of `timeout` and `go`."),
    ("F002", scenario("  n: {go: [{when: trust > 5, go: done}, «{when: heat > 5, go: done}»]}\n"), "The last target must have no guard.", "without `when`"),
    ("F002", scenario("  n: {go: «[]»}\n"), "The last target must have no guard.", "without `when`"),
    ("F003", scenario("  «n»: {go: n}\n"), "`n` leads back to itself without a decision.", "choices"),
    ("F003", scenario("  «n»: {go: [{when: trust > 5, go: m}, {go: done}]}\n  m: {go: n}\n"), "`n` leads back to itself", "choices"),
    ("F003", scenario("  «n»: {chance: [{weight: 1, go: n}, {weight: 9, go: done}]}\n"), "`n` leads back to itself", "choices"),
    ("F004", scenario("  n: {choices: [{id: a, say: A., go: done}], «timeout»: {after: 9s, go: done}}\n", head=HEAD.replace("phone", "email")), "by email has no time limit.", "Take `timeout` out."),
    ("F005", scenario("  n: {go: «return»}\n"), "`return` leads out of a part, and this is none.", "Name a node or an ending."),
    ("V001", scenario(ONE, head=HEAD + "variables: {v: «{range: 3..1}»}\n"), "`v` cannot be: 3 is above 1.", "from low to high"),
    ("V001", scenario(ONE, head=HEAD + "variables: {v: «{range: 0..3, start: 4}»}\n"), "`v` cannot be: 4 is not in 0..3.", "the start among them"),
    ("V001", scenario(ONE, head=HEAD + "variables: {v: «{one_of: [a, b], start: c}»}\n"), "`v` cannot be: `c` is not one of its words.", "words"),
    ("V001", scenario(ONE, head=HEAD + "variables: {v: «{one_of: [a, b, a]}»}\n"), "`v` cannot be: `a` stands there twice.", "each once"),
    ("V001", scenario(ONE, head=HEAD + "variables: {v: «{one_of: [a b]}»}\n"), "`v` cannot be: `a b` is no single word.", "without spaces"),
    ("V002", scenario("  n: {go: done}\n", endings="endings: {done: {title: D, outcome: lost}, «n»: {title: T, outcome: lost}}\n"), "`n` is a node and an ending.", "another id"),
    ("V002", scenario(ONE, head=HEAD + "variables: {«trust»: flag}\n"), "`trust` cannot be a variable.", "choose another"),
    ("V002", scenario(ONE, head=HEAD + "variables: {«visited»: flag}\n"), "`visited` cannot be a variable.", "choose another"),
    ("C006", scenario("  n: {choices: [{id: a, say: A., when: «trusst» > 5, go: done}]}\n"), "trusst", "trust"),
    ("C006", scenario("  n: {choices: [{id: a, say: A., effects: [set «nothing»], go: done}]}\n"), "nothing", ""),
]  # fmt: skip


@pytest.mark.parametrize(("code", "content", "message", "hint"), FINDINGS)
def test_each_finding_has_its_code_place_sentence_and_advice(tmp_path: Path, code: str, content: Marked, message: str, hint: str) -> None:
    reading = content.read(tmp_path)
    assert reading.scenario is None
    (finding,) = (found for found in reading.diagnostics if found.severity is Severity.ERROR)
    assert finding.code == code
    assert place(finding) == content.place
    assert message in finding.message
    assert finding.message.endswith(".")
    assert hint in finding.hint


def test_the_second_of_two_equal_ids_names_the_first(tmp_path: Path) -> None:
    content = scenario("  n: {choices: [{id: a, say: A., go: done}, {id: «a», say: B., go: done}]}\n")
    ((first, words),) = content.read(tmp_path).diagnostics[0].related
    assert (first.line, first.column, words) == (8, 22, "the first one")


def test_the_same_mistake_at_two_places_is_told_at_both(tmp_path: Path) -> None:
    content = scenario("  n: {choices: [{id: a, say: A., when: «verifed», go: done}, {id: b, say: B., when: verifed, go: done}]}\n")
    findings = content.read(tmp_path).diagnostics
    assert [finding.code for finding in findings] == ["C006", "C006"]
    assert findings[0].span != findings[1].span


def test_decisions_may_lead_round_in_circles(tmp_path: Path) -> None:
    content = scenario("  n: {choices: [{id: a, say: A., go: m}, {id: «b», say: B., go: done}]}\n  m: {go: n}\n")
    assert content.read(tmp_path).scenario is not None


def test_a_node_may_have_nothing_but_a_time_limit(tmp_path: Path) -> None:
    content = scenario("  n: {timeout: {after: «9s», go: done}}\n")
    assert content.read(tmp_path).scenario is not None


def test_everything_wrong_is_told_at_once_causes_first(tmp_path: Path) -> None:
    content = scenario('  n: {choices: [{id: a.b, say: "{x}", when: nobody, does: [x], go: nowhere}]}\n', start="start: «m»\n")
    codes = [finding.code for finding in content.read(tmp_path).diagnostics]
    assert codes == ["R001", "R006", "R008", "R001", "C006"]
