"""From a file to a Scenario: what comes with it, what is told, and the scenarios that come with the program."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from branchline.content import load_scenario, load_sop
from branchline.content.compiled import Ending, Node
from branchline.content.diagnostic import Severity
from branchline.content.load import read_scenario, workspace_of
from branchline.content.workspace import bundled_root
from branchline.engine import evolve, start
from branchline.engine.transition import after_draw, after_reply, after_silence, opening_of
from branchline.errors import ContentError
from marked import ENDINGS, HEAD, SCENARIO
from strategies import session_started

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.content.compiled import Core, Scenario

BUNDLED = sorted(path for path in (bundled_root() / "scenarios" / "conversations").glob("*.yaml") if "." not in path.stem)
ONE = "start: n\nnodes:\n  n: {choices: [{id: a, say: A., go: done}]}\n"
PART = "format: 1\nid: p\nstart: a\nnodes: {a: {choices: [{id: ok, say: Ok., go: return}]}}\n"


def _written(root: Path, text: str, **files: str) -> Path:
    for name, content in {SCENARIO: text, **{name.replace("__", "/"): content for name, content in files.items()}}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root / SCENARIO


def test_a_scenario_that_cannot_be_played_raises_with_every_diagnostic(tmp_path: Path) -> None:
    path = _written(tmp_path, HEAD + ONE.replace("go: done", "go: nowhere, when: nobody") + ENDINGS)
    with pytest.raises(ContentError) as raised:
        load_scenario(str(path))
    assert [finding.code for finding in raised.value.diagnostics] == ["R001", "C006"]
    assert raised.value.where == f"{SCENARIO}:8:38"
    assert raised.value.what == "The scenario cannot be played: There is no node or ending `nowhere`."


def test_an_sop_that_cannot_be_used_raises_with_its_diagnostics(tmp_path: Path) -> None:
    path = tmp_path / "sop.md"
    path.write_text("# No front matter\n", encoding="utf-8")
    with pytest.raises(ContentError, match="The SOP has no front matter"):
        load_sop(path)
    with pytest.raises(ContentError, match="cannot be read"):
        load_sop(tmp_path / "missing.md")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "S012"),
        (b"\x00\x01\x02", "S002"),
        (b"\xff\xfea\x00", "S002"),
        (b"\x89PNG\r\n\x1a\n\x00", "S002"),
        (b"nodes: [", "S005"),
        (b"- a\n", "S104"),
    ],
)
def test_what_is_no_scenario_is_told(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    reading = read_scenario(path)
    assert reading.scenario is None
    assert reading.diagnostics[0].code == code
    assert reading.diagnostics[0].severity is Severity.ERROR


def test_a_folder_and_a_missing_file_are_told(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").mkdir()
    for name in ("x.yaml", "missing.yaml"):
        (finding,) = read_scenario(tmp_path / name).diagnostics
        assert finding.code == "S001"


def test_a_broken_part_is_told_in_its_own_file_and_not_again_in_the_caller(tmp_path: Path) -> None:
    text = HEAD + "start: n\nnodes:\n  n: {call: p, go: m}\n  m: {choices: [{id: a, say: A., when: visited(n), go: n}]}\n" + ENDINGS
    path = _written(tmp_path, text, **{"scenarios__parts__p.yaml": PART.replace("start: a", "strat: a")})
    found = read_scenario(path).diagnostics
    assert [(finding.code, finding.span.file) for finding in found] == [("S101", "scenarios/parts/p.yaml")]


def test_a_broken_sop_is_told_in_its_own_file_and_not_again_in_the_caller(tmp_path: Path) -> None:
    sop = {"sop_library__SOP-T-x.md": "---\nformat: 1\nid: SOP-T\n---\n1. Do.\n"}
    path = _written(tmp_path, HEAD + "sops: [SOP-T]\n" + ONE + ENDINGS, **sop)
    found = read_scenario(path).diagnostics
    assert [(finding.code, finding.span.file) for finding in found] == [("S102", "sop_library/SOP-T-x.md")]


def test_an_sop_is_found_by_its_id_whatever_its_file_is_called(tmp_path: Path) -> None:
    sops = {
        "sop_library__SOP-T-2-longer.md": "---\nformat: 1\nid: SOP-T-2\ntitle: Two\n---\n1. Do.\n",
        "sop_library__other.md": "---\nformat: 1\nid: SOP-T\ntitle: One\n---\n1. Do.\n",
    }
    scenario = load_scenario(_written(tmp_path, HEAD + "sops: [SOP-T]\n" + ONE + ENDINGS, **sops))
    assert [(sop.id, sop.title) for sop in scenario.sops.values()] == [("SOP-T", "One")]


def test_a_part_is_never_read_from_outside_its_folder(tmp_path: Path) -> None:
    text = HEAD + "start: n\nnodes:\n  n: {call: ../parts/p, go: done}\n" + ENDINGS
    path = _written(tmp_path, text, **{"scenarios__parts__p.yaml": PART})
    assert [finding.code for finding in read_scenario(path).diagnostics] == ["R004"]


def test_the_workspace_is_the_nearest_folder_above_that_holds_content(tmp_path: Path) -> None:
    path = _written(tmp_path, HEAD + ONE + ENDINGS)
    assert workspace_of(path) == tmp_path
    assert workspace_of(tmp_path / "alone.yaml") in {None, tmp_path}


# The scenarios that come with the program


def _reached(scenario: Scenario, most: int = 4000) -> list[Core]:
    """Positions that can be reached, breadth first."""
    first = start(scenario, 0).core
    found, waiting = {first: None}, [first]
    while waiting and len(found) < most:
        following = [after for core in waiting for after in _next(scenario, core) if after not in found]
        waiting = list(dict.fromkeys(following))
        found |= dict.fromkeys(waiting)
    return list(found)


def _next(scenario: Scenario, core: Core) -> list[Core]:
    place = scenario.layout.places[core[0]]
    if isinstance(place, Ending):
        return []
    if place.draws:
        return [after_draw(scenario, core, place, branch) for branch in range(len(place.draws))]
    found = [after_reply(scenario, core, choice) for choice in opening_of(place, core).choices.values()]
    return [*found, after_silence(scenario, core, place)] if place.timeout else found


def _leads(node: Node) -> set[int]:
    targets = [
        *node.targets,
        *(target for choice in node.choices for target in choice.targets),
        *(node.timeout.targets if node.timeout else ()),
    ]
    return {*node.draws, *(target.place for target in targets)}


def _comes_to_an_end(scenario: Scenario, core: Core, chance: random.Random) -> bool:
    for _ in range(20):
        here = core
        for _ in range(100):
            following = _next(scenario, here)
            if not following:
                break
            here = chance.choice(following)
        if isinstance(scenario.layout.places[here[0]], Ending):
            return True
    return False


def test_three_scenarios_come_with_the_program() -> None:
    assert [path.stem for path in BUNDLED] == ["certificate-launch-day", "charged-twice", "hacked-wordpress"]


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_a_bundled_scenario_is_whole_and_large_enough(path: Path) -> None:
    reading = read_scenario(path)
    assert reading.diagnostics == ()
    scenario = load_scenario(path)
    assert scenario.id == path.stem
    assert len(scenario.nodes) >= 12
    assert sum(len(node.choices) for node in scenario.nodes.values()) >= 25
    assert len(scenario.endings) >= 3
    assert len({ending.value for ending in scenario.endings.values()}) >= 3
    assert scenario.review_status == "draft"
    assert scenario.sops


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_every_place_of_a_bundled_scenario_is_reached_and_an_end_from_everywhere(path: Path) -> None:
    scenario = load_scenario(path)
    chance = random.Random(7)  # noqa: S311 - play, not secrets
    seen: set[int] = set()
    for _ in range(3000):
        core = evolve(scenario, None, session_started(scenario)).core
        for _ in range(200):
            seen.add(core[0])
            following = _next(scenario, core)
            if not following:
                break
            core = chance.choice(following)
    # What is only passed through is no place to stand at: something must name it.
    passed = {place.index for place in scenario.layout.places if isinstance(place, Node) and place.targets}
    assert {place.id for place in scenario.layout.places if place.index not in seen | passed} == set()
    assert passed <= {target for place in scenario.layout.places if isinstance(place, Node) for target in _leads(place)}
    assert all(_comes_to_an_end(scenario, core, chance) for core in _reached(scenario))


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_the_best_reply_is_not_told_by_its_length_or_place(path: Path) -> None:
    scenario = load_scenario(path)
    longest = first = decisions = 0
    for node in scenario.nodes.values():
        rated = [choice for choice in node.choices if choice.e is not None]
        if len({choice.e for choice in rated}) < 2:
            continue
        best = max(choice.e or 0 for choice in rated)
        lengths = {choice.id: len("".join(str(piece) for piece in choice.say.pieces)) for choice in rated}
        decisions += 1
        longest += any(choice.e == best and lengths[choice.id] == max(lengths.values()) for choice in rated)
        first += node.choices[0].e == best
    assert decisions >= 8
    assert longest < 0.6 * decisions
    assert first < 0.6 * decisions


@pytest.mark.parametrize("path", sorted((bundled_root() / "sop_library").glob("*.md")), ids=lambda path: path.stem)
def test_every_bundled_sop_can_be_used(path: Path) -> None:
    sop = load_sop(path)
    assert path.stem.startswith(sop.id)
    assert sop.required
