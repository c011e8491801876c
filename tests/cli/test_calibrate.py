"""`calibrate`: opening, scoring blind, comparing, and ratings of choices on their way into a scenario."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from branchline.coaching.ratings import Standing, rated
from branchline.content.workspace import Workspace
from scored_room import ScoredRoom

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Command = Callable[..., Any]

LOW = ("--mark", "loss=0:HERS-ALONE", "--mark", "next-step=yes", "--mark", "verified=late")
HIGH = ("--mark", "loss=2", "--mark", "next-step=yes", "--mark", "verified=late")


@pytest.fixture
def room(branchline: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScoredRoom:
    assert branchline
    room = ScoredRoom(tmp_path)
    for name, value in {**room.environ, "BRANCHLINE_ROLE": "coach"}.items():
        monkeypatch.setenv(name, value)
    return room


@pytest.fixture
def who(room: ScoredRoom, branchline: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs the command as somebody."""
    assert room

    def invoke(name: str, *arguments: str) -> Any:
        monkeypatch.setenv("BRANCHLINE_LEARNER", name)
        return branchline(*arguments)

    return invoke


def opened(who: Command, room: ScoredRoom) -> str:
    done = who("lead", "calibrate", "open", room.play(), "--rubric", "card", "--rater", "ada", "--rater", "bo", "--json")
    assert (done.code, done.document["format"], done.document["missing"]) == (0, "branchline.calibration/1", ["ada", "bo"])
    return str(done.document["id"])


def test_until_all_are_in_no_command_tells_what_others_gave(who: Command, room: ScoredRoom) -> None:
    calibration = opened(who, room)
    assert "Your marks: loss 0" in who("ada", "calibrate", "score", calibration, *LOW).out
    session = room.person("x").journal.sessions()[0].id
    for reader in ("bo", "lead", "robin"):
        readings = (
            "calibrate show C", "calibrate list", "calibrate sheet C", "rubric reviews S", "sessions show S", "sessions list",
            "sessions export S", "sessions export S --format markdown --private", "review S --plain", "comment list S", "comment audit S",
        )  # fmt: skip
        for words in ([{"C": calibration, "S": session}.get(word, word) for word in words.split()] for words in readings):
            for form in ((), ("--json",)):
                outcome = who(reader, *words, *form)
                assert "HERS-ALONE" not in outcome.out + outcome.err
    assert "HERS-ALONE" in who("ada", "sessions", "export", session).out
    document = who("bo", "calibrate", "show", calibration, "--json").document
    assert (document["came"], document["missing"], document["complete"], document["overall"]) == (["ada"], ["bo"], False, None)
    assert document["calibrations"][0]["sheets"] == []
    assert "your marks are missing" in who("bo", "calibrate", "list").out


SCORED = ("--mark", "loss=0:SAID-OUTSIDE", "--mark", "next-step=yes", "--mark", "verified=late:SAID-OUTSIDE")


def test_raters_stay_blind_to_what_is_scored_outside_of_the_calibration(who: Command, room: ScoredRoom) -> None:
    calibration = opened(who, room)
    session = room.person("x").journal.sessions()[0].id
    made = who("cy", "rubric", "score", session, "--rubric", "card", *SCORED, "--text", "SAID-OUTSIDE", "--json").document["id"]
    assert who("robin", "comment", "dispute", made, "SAID-OUTSIDE").code == 0
    readings = (
        "rubric reviews S", "sessions export S", "sessions export S --format markdown", "sessions export S --format html",
        "review S --plain", "comment list S", "comment audit S", "comment waiting",
    )  # fmt: skip

    def leaks(reader: str) -> list[str]:
        found = [(words, who(reader, *[{"S": session}.get(word, word) for word in words.split()])) for words in readings]
        return [words for words, outcome in found if "SAID-OUTSIDE" in outcome.out + outcome.err]

    assert leaks("ada") == leaks("bo") == []
    assert leaks("lead")
    assert "The machine found" not in who("bo", "rubric", "sheet", session, "--rubric", "card").out
    assert "The machine found" in who("lead", "rubric", "sheet", session, "--rubric", "card").out
    who("ada", "calibrate", "score", calibration, *LOW)
    refused = who("ada", "rubric", "score", session, "--rubric", "card", *SCORED, "--json")
    assert (refused.code, refused.error["code"]) == (2, "calibration-open")
    assert leaks("bo") == []
    who("bo", "calibrate", "score", calibration, *HIGH)
    assert leaks("bo") == leaks("lead")
    assert who("ada", "rubric", "score", session, "--rubric", "card", *SCORED, "--json").code == 0


def test_afterwards_everybody_sees_the_worst_items_first(who: Command, room: ScoredRoom) -> None:
    calibration = opened(who, room)
    who("ada", "calibrate", "score", calibration, *LOW)
    document = who("bo", "calibrate", "score", calibration[:8], *HIGH, "--json").document
    assert document["complete"]
    assert [each["item"] for each in document["items"]] == ["loss", "next-step", "verified"]
    assert (document["overall"]["raters"], document["overall"]["raw"]) == (2, pytest.approx(2 / 3))
    assert document["overall"]["kappa"] == document["overall"]["coefficient"]
    assert [each["marks"][0]["level"] for each in document["calibrations"][0]["sheets"]] == ["0", "2"]
    page = who("lead", "calibrate", "show", calibration).out
    assert "All items together: kappa" in page
    assert "One session" in page
    late = who("ada", "calibrate", "score", calibration, *HIGH, "--json")
    assert (late.code, late.error["code"]) == (2, "calibration-closed")
    other = opened(who, room)
    for rater in ("ada", "bo"):
        who(rater, "calibrate", "score", other, *HIGH)
    both = who("lead", "calibrate", "show", calibration, other, "--json").document
    assert [(each["item"], each["units"]) for each in both["items"]] == [("loss", 2), ("next-step", 2), ("verified", 2)]


def test_experts_ratings_come_into_the_scenario(who: Command, room: ScoredRoom, tmp_path: Path) -> None:
    calibration = who("lead", "calibrate", "choices", room.name, "--rater", "ada", "--rater", "bo", "--json").document["id"]
    sheet = who("ada", "calibrate", "sheet", calibration).out
    assert '"hello.kind":' in sheet
    assert "# I say kind." in sheet
    file = tmp_path / "ratings.yaml"
    for rater, low in (("ada", "0"), ("bo", "0")):
        filled = [line.replace('""', low if "rude" in name else "2") for name, line in named(sheet)]
        file.write_text("\n".join(filled))
        waiting = who(rater, "calibrate", "show", calibration, "--write")
        assert waiting.code == 2
        assert who(rater, "calibrate", "rate", calibration, "--marks", str(file)).code == 0
    document = who("lead", "calibrate", "show", calibration, "--json").document
    assert (document["counts"], document["mark"]) == (True, "rated, alpha 1.00")
    assert document["ratings"]["hello.rude"]["tone"] == [0, 0]
    assert '"hello.rude": {acknowledge: [0, 0]' in who("lead", "calibrate", "show", calibration).out
    written = who("lead", "calibrate", "show", calibration, "--write")
    assert written.code == 0
    assert f"{room.name}.yaml" in written.err
    assert json.loads(room.file.read_text())["review"]["raters"] == document["ratings"]
    assert rated(Workspace(room.folder / "content").load(room.name)).standing is Standing.ENOUGH


def test_partial_ratings_are_written_with_their_gaps_and_a_warning(who: Command, room: ScoredRoom) -> None:
    calibration = who("lead", "calibrate", "choices", room.name, "--rater", "ada", "--rater", "bo", "--json").document["id"]
    own = who("ada", "calibrate", "rate", calibration, "--mark", "hello.kind.tone=2", "--mark", "hello.rude.tone=0", "--partial").out
    rows = {line.split()[0]: line.split()[1:] for line in own.splitlines() if line}
    assert rows["hello.rude"] == ["0" if dimension == "tone" else "–" for dimension in rows["reply"]]
    assert "Your marks: 2 are kept" in own
    who("bo", "calibrate", "rate", calibration, "--mark", "hello.kind.tone=2", "--mark", "hello.rude.clarity=na", "--partial")
    document = who("lead", "calibrate", "show", calibration, "--json").document
    assert (document["counts"], document["mark"].startswith("not yet rated (0 of ")) == (False, True)
    outcome = who("lead", "calibrate", "show", calibration, "--write")
    assert (outcome.code, "for a certificate" in outcome.err) == (0, True)
    assert json.loads(room.file.read_text())["review"]["raters"]["hello.rude"] == {"tone": [0, "gap"], "clarity": ["gap", "na"]}


def named(sheet: str) -> list[tuple[str, str]]:
    """Every line with the reply that it stands under."""
    found, name = [], ""
    for line in sheet.splitlines():
        name = line if line.startswith('"') else name
        found.append((name, line))
    return found


def test_calibrations_that_cannot_be_compared_are_refused(who: Command, room: ScoredRoom) -> None:
    of_session = opened(who, room)
    of_choices = who("lead", "calibrate", "choices", room.name, "--rater", "ada", "--rater", "bo", "--json").document["id"]
    outcome = who("lead", "calibrate", "show", of_session, of_choices, "--json")
    assert (outcome.code, outcome.error["code"]) == (2, "not-comparable")
    assert who("lead", "calibrate", "score", of_choices, *LOW, "--json").error["code"] == "other-calibration"
    assert who("lead", "calibrate", "show", "zzzzzz", "--json").error["code"] == "unknown-id"
