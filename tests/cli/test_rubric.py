"""`rubric`: listing, showing, scoring and reading reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from branchline.journal.coaching_events import SessionReviewed
from branchline.journal.streams import COACHING, StreamEntry
from branchline.recording import stream_row
from rubrics import TEXT
from scored_room import ScoredRoom

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Command = Callable[..., Any]

MARKS = ("--mark", "loss=1:Only the second time.", "--mark", "next-step=yes", "--mark", "verified=kept")


@pytest.fixture
def room(branchline: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScoredRoom:
    assert branchline
    room = ScoredRoom(tmp_path)
    for name, value in {**room.environ, "BRANCHLINE_LEARNER": "coach-1", "BRANCHLINE_ROLE": "coach"}.items():
        monkeypatch.setenv(name, value)
    return room


def test_rubrics_are_listed_and_shown_with_their_anchors(branchline: Command, room: ScoredRoom) -> None:
    assert [each["id"] for each in branchline("rubric", "list", "--json").document["rubrics"]] == ["card"]
    found = branchline("rubric", "show", "card", "--json").document
    assert (found["format"], found["version"], found["cap"]) == ("branchline.rubric/1", 3, 40)
    assert found["items"][0]["levels"][1] == {"level": "1", "anchor": "A formula."}
    page = branchline("rubric", "show", "card").out
    assert "loss, 50 of 100 (beside it: acknowledge, may not apply)" in page
    assert "no more than 40 is left" in page
    room.rubric_file.write_text(TEXT.replace("weight: 50", "weight: 51"))
    broken = branchline("rubric", "list", "--json")
    assert (broken.code, broken.document["broken"][0]["code"]) == (1, "Q001")
    assert branchline("rubric", "show", "card").code == 1
    assert branchline("rubric", "show", "crd").code == 2


def test_a_session_is_scored_and_read_with_coach_and_machine_side_by_side(branchline: Command, room: ScoredRoom) -> None:
    session = room.play()
    done = branchline("rubric", "score", session[:8], "--rubric", "card", *MARKS, "--text", "Good end.", "--json")
    assert (done.code, done.document["format"], done.document["total"]) == (0, "branchline.rubric-review/1", 75.0)
    assert done.document["items"][0]["machine"] == {"part": "acknowledge", "figure": 100.0, "suggests": "2"}
    assert done.document["items"][0]["overridden"] is True
    found = branchline("rubric", "reviews", session, "--json").document
    assert found["reviews"] == [{key: value for key, value in done.document.items() if key != "format"}]
    page = branchline("rubric", "reviews", session).out
    assert "75.0 of 100 by coach-1, card version 3" in page
    assert "100 → 2" in page
    assert "not as the machine: Only the second time." in page


def test_a_sheet_of_the_machine_s_levels_is_edited_and_handed_back(branchline: Command, room: ScoredRoom, tmp_path: Path) -> None:
    session = room.play()
    sheet = branchline("rubric", "sheet", session, "--rubric", "card").out
    assert "# The machine found 100 of 100 (acknowledge)." in sheet
    file = tmp_path / "marks.yaml"
    file.write_text(sheet)
    unfinished = branchline("rubric", "score", session, "--rubric", "card", "--marks", str(file), "--json")
    assert (unfinished.code, unfinished.error["code"]) == (2, "unknown-level")
    done = branchline("rubric", "score", session, "--rubric", "card", "--marks", str(file), "--mark", "next-step=yes", "--json")
    assert (done.code, done.document["total"]) == (0, 100.0)


@pytest.mark.parametrize(
    ("marks", "code"),
    [
        (("--mark", "loss=1"), "missing-item"),
        (("--mark", "loss=1", *MARKS[2:]), "reason-missing"),
        (("--mark", "loss=2", *MARKS), "item-twice"),
        (("--mark", "loss"), "bad-marks"),
        (("--mark", "los=1", *MARKS), "unknown-item"),
    ],
)
def test_what_cannot_be_scored_is_a_usage_error_and_records_nothing(
    branchline: Command, room: ScoredRoom, marks: tuple[str, ...], code: str
) -> None:
    session = room.play()
    outcome = branchline("rubric", "score", session, "--rubric", "card", *marks, "--json")
    assert (outcome.code, outcome.error["code"]) == (2, code)
    assert branchline("rubric", "reviews", session, "--json").document["reviews"] == []


def test_a_private_review_is_hidden_from_the_learner(branchline: Command, room: ScoredRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    session = room.play()
    assert branchline("rubric", "score", session, "--rubric", "card", *MARKS, "--private").code == 0
    assert branchline("rubric", "score", session, "--rubric", "card", *MARKS, "--private").code == 0
    assert len(branchline("rubric", "reviews", session, "--json").document["reviews"]) == 1
    assert len(branchline("rubric", "reviews", session, "--all", "--json").document["reviews"]) == 2
    monkeypatch.setenv("BRANCHLINE_LEARNER", "robin")
    monkeypatch.setenv("BRANCHLINE_ROLE", "learner")
    assert branchline("rubric", "reviews", session, "--json").document["reviews"] == []
    nobody = branchline("rubric", "reviews", session)
    assert (nobody.code, nobody.out) == (0, "")


def test_one_damaged_review_keeps_nobody_from_the_others(branchline: Command, room: ScoredRoom) -> None:
    session = room.play()
    assert branchline("rubric", "score", session, "--rubric", "card", *MARKS).code == 0
    coach = room.person("coach-2")
    hash_of_card = coach.workspace.rubric("card").content_hash
    torn = SessionReviewed(session, "card", 3, hash_of_card, (("loss", "9", ""),), 50.0, "", shared=True)
    row = stream_row(COACHING, coach.journal.session(session), author="coach-2", role="coach", clock=room.clock)
    coach.journal.streams.adopt(row, [StreamEntry(1, "2026-03-01T09:30:00.000Z", torn)])
    found = branchline("rubric", "reviews", session, "--json")
    assert found.code == 0
    assert "does not fit its rubric" in found.err
    known = {each["coach"]: each["rubric"]["known"] for each in found.document["reviews"]}
    assert known == {"coach-1": True, "coach-2": False}


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_an_export_tells_the_machine_s_figures_and_what_capped_the_total(
    branchline: Command, room: ScoredRoom, tmp_path: Path, form: str
) -> None:
    session = room.play()
    capped = ("--mark", "loss=1:Only the second time.", "--mark", "next-step=yes", "--mark", "verified=broken:Never asked.")
    assert branchline("rubric", "score", session, "--rubric", "card", *capped).code == 0
    (cap,) = [line for line in branchline("rubric", "reviews", session).out.splitlines() if line.startswith("−")]
    file = tmp_path / "session.jsonl"
    file.write_text(branchline("sessions", "export", session, "--names", "keep").out)
    for source in (session, str(file)):
        told = " ".join(branchline("sessions", "export", source, "--format", form).out.replace(chr(92), "").split())
        assert "100 → 2" in told
        assert cap in told
