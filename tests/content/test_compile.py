"""Compiling: what SOPs need, what the journal kept, and that nothing that is written makes it raise."""

# ruff: noqa: E501  # one line for each case reads better than six

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from branchline.content.compile import scenario_from_bundle
from branchline.content.diagnostic import Severity, has_errors
from branchline.content.load import read_scenario
from branchline.errors import DamagedData
from marked import ENDINGS, HEAD, SCENARIO, marked, place
from strategies import Written, scene, written

if TYPE_CHECKING:
    from pathlib import Path

FRONT = "---\nformat: 1\nid: SOP-T\ntitle: T\n{more}---\n1. One. {{#one do=act}}\n2. Two. {{#two do=act}}\n3. Maybe. {{#maybe do=act optional}}\n"
NODES = "start: n\nnodes:\n  n: {choices: [{id: a, say: A., does: [SOP-T/one], go: done}]}\n"


def _warned(root: Path, more: str, head: str = HEAD + "sops: [«SOP-T»]\n", nodes: str = NODES) -> list[tuple[str, str, str]]:
    content = marked({SCENARIO: head + nodes + ENDINGS, "sop_library/SOP-T.md": FRONT.format(more=more)})
    reading = content.read(root)
    assert reading.scenario is not None
    assert all(place(finding) == content.place and finding.severity is Severity.WARNING for finding in reading.diagnostics)
    return [(finding.code, finding.message, finding.hint) for finding in reading.diagnostics]


def test_a_required_step_that_no_reply_carries_out_is_told(tmp_path: Path) -> None:
    ((code, message, hint),) = _warned(tmp_path, "")
    assert (code, message) == ("P001", "No reply carries out two of SOP-T.")
    assert "`does`" in hint


def test_only_the_steps_of_outcomes_are_required_where_there_are_some(tmp_path: Path) -> None:
    assert _warned(tmp_path, "outcomes: {o: {requires: [one]}}\n") == []


def test_a_fact_that_an_sop_reads_and_nobody_gives_is_told(tmp_path: Path) -> None:
    more = "outcomes:\n  o: {when: payment == captured, requires: [one]}\n  p: {when: case.open, requires: [one]}\n"
    found = _warned(tmp_path, more)
    assert [code for code, _, _ in found] == ["P002", "P002"]
    assert "`payment == captured`, cannot be decided here" in found[0][1]
    assert found[0][2] == "Give the fact under `case`, or declare a variable of that name."
    given = HEAD + "case: {open: true}\nvariables: {payment: {one_of: [captured, authorised]}}\nsops: [«SOP-T»]\n"
    assert _warned(tmp_path, more, given) == []


def test_guards_of_sops_are_decided_by_the_state(tmp_path: Path) -> None:
    more = "outcomes: {o: {when: trust > 40, requires: [one]}, p: {when: nobody, requires: [one]}}\nnever: [{do: act, when: trust < 40}]\n"
    content = marked({SCENARIO: HEAD + "sops: [«SOP-T»]\n" + NODES + ENDINGS, "sop_library/SOP-T.md": FRONT.format(more=more)})
    scenario = content.read(tmp_path).scenario
    assert scenario is not None
    core = scenario.layout.blank
    assert set(scenario.guards) == {("SOP-T", "o"), ("SOP-T", "!0")}
    outcome, never = scenario.guards["SOP-T", "o"], scenario.guards["SOP-T", "!0"]
    assert outcome is not None
    assert never is not None
    assert (outcome(core), never(core)) == (True, False)


def test_texts_may_name_variables_card_and_case_and_amounts_have_two_places() -> None:
    scenario = scene("""
case: {amount: 89.5, open: true}
variables: {offers: {range: 0..3, start: 2}}
nodes:
  n: {choices: [{id: a, say: "{customer.name}: {case.amount}, {case.open}, {offers}, {trust}, {} {1}", because: "For {customer.name}.", go: done}]}
""").compiled()
    (choice,) = scenario.nodes["n"].choices
    assert choice.say.show(scenario.layout.blank) == "Dana Okafor: 89.50, yes, 2, 50, {} {1}"
    assert choice.because == "For Dana Okafor."


@settings(max_examples=25)
@given(written())
def test_a_written_scenario_loads_from_files_as_it_compiles_from_its_bundle(
    tmp_path_factory: pytest.TempPathFactory, content: Written
) -> None:
    reading = read_scenario(content.write(tmp_path_factory.mktemp("generated")))
    assert not has_errors(reading.diagnostics)
    assert reading.scenario is not None
    again = scenario_from_bundle(reading.scenario.bundle)
    assert again.content_hash == reading.scenario.content_hash == content.compiled().content_hash
    assert again.layout.blank == reading.scenario.layout.blank


@pytest.mark.parametrize(
    "bundle",
    [
        {},
        {"scenario": None, "parts": {}, "sops": {}, "translation": None},
        {"scenario": {"id": "x"}, "parts": [], "sops": {}},
        {"scenario": {}, "parts": {}, "sops": {}, "translation": {"texts": 5}},
    ],
)
def test_a_bundle_that_was_damaged_says_so(bundle: dict[str, Any]) -> None:
    with pytest.raises(DamagedData):
        scenario_from_bundle(bundle)


def test_a_bundle_that_no_longer_compiles_says_why() -> None:
    bundle = dict(scene("nodes:\n  n: {choices: [{id: a, say: A., go: done}]}\n").compiled().bundle)
    broken = copy.deepcopy(bundle)
    broken["scenario"]["nodes"]["n"]["choices"][0]["go"] = "nowhere"
    with pytest.raises(DamagedData, match="There is no node or ending `nowhere`"):
        scenario_from_bundle(broken)


def test_a_bundle_with_an_unreadable_sop_is_refused_and_not_played_without_it() -> None:
    text = "sops: [SOP-T]\n" + NODES.replace("start: n\n", "")
    bundle = copy.deepcopy(dict(scene(text, sops={"SOP-T": FRONT.format(more="")}).compiled().bundle))
    bundle["sops"]["SOP-T"] = "no front matter"
    with pytest.raises(DamagedData, match="SOP-T, can no longer be read"):
        scenario_from_bundle(bundle)


ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", "n0", "return", "done", "n0/p0", "aside", "trust > 5", "not", "visited(n0)", [], {}, [{}], [[]], 0, -1, 10**17, True, 0.5, "a b", "{x}", "SOP-T-01/s0", "ä", "x" * 300]
)  # fmt: skip


def _places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [found for key, value in items for found in ((*path, key), *_places(value, (*path, key)))]


def _spoiled(draw: st.DrawFn, data: Any) -> Any:
    data = copy.deepcopy(data)
    for _ in range(draw(st.integers(1, 3))):
        places = _places(data)
        if not places:
            break
        *way, last = draw(st.sampled_from(places))
        inner = data
        for key in way:
            inner = inner[key]
        match draw(st.integers(0, 2)):
            case 0:
                inner[last] = draw(ODD)
            case 1 if isinstance(inner, dict):
                inner[str(draw(ODD))[:400]] = inner.pop(last)
            case _:
                del inner[last]
    return data


@st.composite
def _broken(draw: st.DrawFn) -> Written:
    content = draw(written(3))
    parts = {name: _spoiled(draw, part) if draw(st.booleans()) else part for name, part in content.parts.items()}
    return Written({**_spoiled(draw, content.scenario), "id": "generated"}, parts, content.sops)


@settings(max_examples=60)
@given(_broken())
def test_nothing_that_is_written_makes_reading_raise(tmp_path_factory: pytest.TempPathFactory, content: Written) -> None:
    root = tmp_path_factory.mktemp("spoiled")
    reading = read_scenario(content.write(root), root=root)
    assert (reading.scenario is None) == has_errors(reading.diagnostics)
    for finding in reading.diagnostics:
        assert finding.message
        assert finding.span.line >= 1
        yaml.safe_dump(str(finding))
