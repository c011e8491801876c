"""Parts in the place of their calls: ids, parameters, nesting, and what is wrong with a call."""

# ruff: noqa: E501  # one line for each finding reads better than six

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.content.diagnostic import Severity
from branchline.content.expand import legal_id
from branchline.engine import Choose, open_choices
from marked import Marked, place, scenario
from strategies import acted, begun, scene

if TYPE_CHECKING:
    from pathlib import Path

PART = """params: {days: {range: 1..5}}
start: ask
nodes:
  ask: {choices: [{id: ok, say: "In {days} days.", go: return}]}
"""


def test_a_part_takes_the_place_of_its_call() -> None:
    called = scene("nodes:\n  n: {call: p, with: {days: 3}, go: m}\n  m: {choices: [{id: a, say: A., go: done}]}\n", {"p": PART}).compiled()
    assert sorted(called.nodes) == ["m", "n", "n/ask", "n/return"]
    play = begun(called)
    assert play.state.node == "n/ask"
    (choice,) = open_choices(called, play.state)
    assert choice.name == "n/ask.ok"
    assert choice.say.show(play.state.core) == "In 3 days."
    assert acted(play, Choose("ok")).state.node == "m"


def test_a_part_called_twice_stands_twice_each_with_its_own_parameters() -> None:
    called = scene("nodes:\n  n: {call: p, with: {days: 1}, go: m}\n  m: {call: p, with: {days: 5}, go: done}\n", {"p": PART}).compiled()
    texts = {name: node.choices[0].say.show(()) for name, node in called.nodes.items() if node.choices}
    assert texts == {"n/ask": "In 1 days.", "m/ask": "In 5 days."}


def test_parameters_are_constants_in_guards_and_start_with_their_default() -> None:
    part = """
params: {days: {range: 1..5, start: 2}, sure: flag, tone: {one_of: [soft, hard], start: hard}}
start: ask
nodes:
  ask:
    choices:
      - {id: soon, say: Soon., when: days <= 2, go: return}
      - {id: late, say: Late., when: days > 2, go: return}
      - {id: sure, say: Sure., when: sure, go: return}
      - {id: soft, say: Soft., when: colour == tone, go: return}
"""
    text = "variables: {{colour: {{one_of: [soft, hard]}}}}\nnodes:\n  n: {{call: p, with: {{{arguments}}}, go: done}}\n"
    for arguments, known in (("sure: false", ["soon"]), ("sure: true, days: 3, tone: soft", ["late", "sure", "soft"])):
        called = scene(text.format(arguments=arguments), {"p": part}).compiled()
        assert [choice.id for choice in open_choices(called, begun(called).state)] == known


def test_names_inside_a_part_are_its_own_and_the_caller_may_ask_about_them() -> None:
    outer = """
start: ask
nodes:
  ask: {choices: [{id: ok, say: Ok., go: inner}]}
  inner: {call: q, go: [{when: chose(ask.ok) and visited(inner/ask) and times(ask) == 1, go: return}, {go: ask}]}
"""
    inner = "start: ask\nnodes:\n  ask: {choices: [{id: ok, say: Ok., go: return}]}\n"
    text = """
nodes:
  n: {call: p, go: [{when: chose(n/ask.ok) and chose(n/inner/ask.ok), go: done}, {go: lost}]}
"""
    called = scene(text, {"p": outer, "q": inner}).compiled()
    assert sorted(called.nodes) == ["n", "n/ask", "n/inner", "n/inner/ask", "n/inner/return", "n/return"]
    play = acted(acted(begun(called), Choose("ok")), Choose("ok"))
    assert play.state.node == "done"
    assert play.state.made == ("n/ask.ok", "n/inner/ask.ok")


def test_a_parameter_is_handed_on_to_a_part_inside() -> None:
    outer = "params: {days: {range: 1..5}}\nstart: on\nnodes:\n  on: {call: q, with: {days: days}, go: return}\n"
    called = scene("nodes:\n  n: {call: p, with: {days: 4}, go: done}\n", {"p": outer, "q": PART}).compiled()
    assert called.nodes["n/on/ask"].choices[0].say.show(()) == "In 4 days."


CALL = "  n: {call: p, with: {days: 2}, go: done}\n"
FINDINGS: list[tuple[str, Marked, str, str]] = [
    ("R004", scenario("  n: {call: «q», go: done}\n"), "There is no part `q`.", ""),
    ("R004", scenario("  n: {call: «../p», go: done}\n", p=PART), "There is no part `../p`.", ""),
    ("R009", scenario("  n: {call: «p», go: done}\n", p=PART), "The part `p` needs `days`.", "Add `with: {days: …}`."),
    ("R009", scenario("  n: {call: p, with: {days: 2, «day»: 1}, go: done}\n", p=PART), "The part `p` takes no `day`.", "Did you mean `days`?"),
    ("R009", scenario("  n: {call: p, with: {days: «9»}, go: done}\n", p=PART), "`days` cannot be `9` in the part `p`.", "It is in 1..5."),
    ("R009", scenario("  n: {call: p, with: {days: «true»}, go: done}\n", p=PART), "`days` cannot be `True`", "It is in 1..5."),
    ("R010", scenario("  n: {call: p, go: done}\n", p="start: a\nnodes: {a: {call: «p», go: return}}\n"), "The part `p` calls itself.", "other parts"),
    ("R001", scenario(CALL, p=PART.replace("start: ask", "start: «aks»")), "There is no node `aks` to start at.", "Did you mean `ask`?"),
    ("R001", scenario(CALL, p=PART.replace("go: return", "go: «done»").replace("nodes:", "nodes:\n  x: {go: return}")), "There is no node or ending `done`.", "return"),
    ("R007", scenario(CALL, p=PART.replace("{days} days", "«{day}» days")), "`{day}` stands for nothing here.", "Did you mean `days`?"),
    ("F001", scenario("  «n»: {call: p, with: {days: 2}}\n", p=PART), "`n` has no way on.", "when the part is done"),
    ("F001", scenario("  «n»: {call: p, with: {days: 2}, go: done, choices: [{id: a, say: A., go: done}]}\n", p=PART), "`n` has several ways on.", "`call`"),
    ("F003", scenario("  «n»: {call: p, go: n}\n", p="start: a\nnodes: {a: {go: return}}\n"), "`n` leads back to itself", "choices"),
    ("F005", scenario(CALL, p=PART.replace("nodes:", "«nodes»:").replace("go: return", "go: ask")), "The part `p` never returns.", "`return`"),
    ("V001", scenario(CALL, p=PART.replace("{range: 1..5}", "«{range: 5..1}»")), "`days` cannot be: 5 is above 1.", "from low to high"),
    ("C006", scenario(CALL, p=PART.replace("go: return", "when: «dayz» > 1, go: return")), "dayz", "days"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "content", "message", "hint"), FINDINGS)
def test_each_finding_about_a_part_has_its_code_place_and_sentence(
    tmp_path: Path, code: str, content: Marked, message: str, hint: str
) -> None:
    reading = content.read(tmp_path)
    assert reading.scenario is None
    finding = next(found for found in reading.diagnostics if found.severity is Severity.ERROR)
    assert [found.code for found in reading.diagnostics] == [code]
    assert place(finding) == content.place
    assert message in finding.message
    assert hint in finding.hint


def test_a_mistake_in_a_part_is_told_once_however_often_it_is_called(tmp_path: Path) -> None:
    calls = "".join(f"  n{number}: {{call: p, with: {{days: 2}}, go: done}}\n" for number in range(5))
    content = scenario(calls, start="start: n0\n", p=PART.replace("go: return", "when: «dayz» > 1, go: return"))
    assert [found.code for found in content.read(tmp_path).diagnostics] == ["C006"]


def test_parts_that_multiply_without_end_are_refused(tmp_path: Path) -> None:
    parts = {f"p{n}": "start: a0\nnodes:\n" + "".join(f"  a{k}: {{call: p{n + 1}, go: return}}\n" for k in range(9)) for n in range(6)}
    content = scenario("  n: {call: p0, go: «done»}\n", p6="start: a\nnodes: {a: {go: return}}\n", **parts)
    reading = content.read(tmp_path)
    assert reading.scenario is None
    assert {found.code for found in reading.diagnostics} == {"R010"}


@pytest.mark.parametrize("text", ["a", "own-it", "A_1", "9", "_x"])
def test_ids_hold_letters_digits_and_dashes(text: str) -> None:
    assert legal_id(text)


@pytest.mark.parametrize("text", ["", "a.b", "a/b", "-a", "a b", "ä", "a\n", "a" * 81, "a~1", "!timeout"])
def test_ids_hold_nothing_else(text: str) -> None:
    assert not legal_id(text)
