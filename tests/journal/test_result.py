from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from branchline.practice import Practice
from practice_talk import CARD, talk
from rooms import Room

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.practice import Studio

PROMISED = {
    "format",
    "session",
    "status",
    "ending",
    "path",
    "undone",
    "scores",
    "passed",
    "critical",
    "deductions",
    "judgements",
    "statements",
    "errors",
    "notices",
    "csat_proxy",
    "fcr_proxy",
    "escalation_proxy",
}
"""The fields of `branchline.result/1` that the command line page promises; more may be added, none taken away or renamed."""


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Room(tmp_path, talk(), {"SOP-T": CARD}).studio()


def begin(studio: Studio) -> Practice:
    return Practice.begin(studio, studio.workspace.load("tiny"), mode="practice", seed=7)


def test_a_finished_session_as_a_document(studio: Studio) -> None:
    practice = begin(studio)
    practice.choose("rude")
    practice.undo()
    practice.choose("fair")
    practice.time_out()
    practice.time_out((1,))
    found = practice.result()
    assert set(found) >= PROMISED
    assert json.loads(json.dumps(found)) == found
    assert {key: found[key] for key in ("format", "session", "status", "ending", "path", "undone", "passed", "critical")} == {
        "format": "branchline.result/1",
        "session": practice.session_id,
        "status": "completed",
        "ending": "rainy",
        "path": ["hello.fair"],
        "undone": 1,
        "passed": False,
        "critical": [],
    }
    assert found["scores"] == {"empathy": 50, "sop": 0, "outcome": 40, "composite": pytest.approx(28)}
    assert found["statements"] == len(studio.journal.statements(practice.session_id)) > 0
    assert (found["errors"], found["notices"]) == ([], [])
    assert [(each["seq"], each["word"]) for each in found["judgements"]] == [(4, "blunder"), (5, "mistake"), (6, "best")]
    assert found["csat_proxy"] == practice.score().csat_proxy
    assert (found["fcr_proxy"], found["escalation_proxy"]) == (False, False)


def test_each_deduction_names_its_line(studio: Studio) -> None:
    practice = begin(studio)
    practice.choose("fair")
    practice.choose("mumble", (1,))
    found, lines = practice.result(), practice.transcript().lines
    for lost in found["deductions"]:
        assert {"part", "lost", "dimension", "sop", "step", "kind", "reason", "seq", "line"} == set(lost)
        assert (lost["line"] is None) == (lost["seq"] is None)
        assert (lost["dimension"] is None) == (lost["part"] != "empathy")
        assert (lost["kind"] is None) == (lost["part"] != "sop")
    spoken = {lost["line"]: lines[lost["line"] - 1].text for lost in found["deductions"] if lost["part"] == "empathy"}
    assert spoken == {2: "I say fair.", 4: "I say mumble."}
    (outcome,) = [lost for lost in found["deductions"] if lost["part"] == "outcome"]
    assert lines[outcome["line"] - 1].text == "End: Rainy"
    for part in ("empathy", "sop", "outcome"):
        assert 100 - sum(lost["lost"] for lost in found["deductions"] if lost["part"] == part) == pytest.approx(found["scores"][part])


def test_an_unfinished_session_has_nulls_where_nothing_is_known(studio: Studio) -> None:
    practice = begin(studio)
    found = practice.result()
    assert found["scores"] == {"empathy": None, "sop": None, "outcome": None, "composite": None}
    assert (found["status"], found["ending"], found["path"], found["passed"]) == ("active", None, [], False)
    assert (found["csat_proxy"], found["fcr_proxy"], found["escalation_proxy"]) == (None, None, None)
    practice.suspend()
    assert practice.result()["status"] == "suspended"


def test_a_critical_error_names_its_line(tmp_path: Path) -> None:
    data = talk()
    data["nodes"]["hello"]["choices"][2]["critical"] = "customer"
    studio = Room(tmp_path, data, {"SOP-T": CARD}).studio()
    practice = begin(studio)
    practice.choose("rude")
    practice.give_up()
    found = practice.result()
    assert found["critical"] == [{"kind": "customer", "reason": "Because of rude.", "seq": 2, "line": 2}]
    assert found["status"] == "abandoned"


def test_notices_of_a_resume_stay_in_the_result(tmp_path: Path) -> None:
    room = Room(tmp_path, talk(), {"SOP-T": CARD})
    practice = begin(room.studio())
    practice.choose("kind")
    data = talk()
    data["title"] = "Renamed"
    room.edit(data)
    again = Practice.resume(room.studio(), practice.session_id)
    assert len(again.notices) == 1
    assert again.result()["notices"] == list(again.notices)
    assert Practice.resume(room.studio(), practice.session_id).result()["notices"] == list(again.notices)
