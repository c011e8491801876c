"""`report progress`: sessions and what other tools recorded, as text and as data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lrs_servers import scripted_lrs
from other_tools import a_course, said
from xapi_lrs import VOIDED, KeepingLrs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Any]

BEGUN = {"scenario": "charged-twice", "seed": 7, "choices": ["own-it", "pin"]}


@pytest.fixture
def lrs(branchline: Run) -> KeepingLrs:
    """The statements of two learners' sessions were sent, those of other tools pulled, one of them voided."""
    keeping = KeepingLrs(page=3)
    keeping.store(*a_course("a-1042"), *(said(30 + number, "experienced", {"id": f"x:{number}"}, "a-1042") for number in range(25)))
    voiding = said(60, "voided", {}, object={"objectType": "StatementRef", "id": keeping.ids()[29]})
    keeping.store({**voiding, "verb": {"id": VOIDED}})
    with scripted_lrs(keeping) as server:
        branchline("lrs", "set", server.endpoint, "--username", "key", "--password-stdin", stdin="secret\n")
        for learner in ("a-1042", "b-2000"):
            branchline("play", "--script", "-", "--json", stdin=json.dumps({**BEGUN, "learner": learner}))
        assert branchline("lrs", "send").code == branchline("lrs", "pull").code == 0
    return keeping


def test_progress_is_told_as_documented(branchline: Run, lrs: KeepingLrs) -> None:
    document = branchline("report", "progress", "--json").document
    assert document["format"] == "branchline.progress/1"
    own, other = document["learners"]
    assert (own["learner"], other["learner"], other["elsewhere"]) == ("a-1042", "b-2000", [])
    (played,) = own["played"]
    assert (played["id"], played["attempts"], played["completed"], played["best"], played["passed"]) == ("charged-twice", 1, 0, None, False)
    assert played["logic_hash"]
    assert len(own["elsewhere"]) == 29
    passed = next(each for each in own["elsewhere"] if each["verb"] == "passed")
    assert (passed["activity"], passed["score"], passed["raw"], passed["tool"]) == ("Empathy basics", 80.0, "8 of 10", "Storyline")
    assert passed["statement"] in lrs.ids()


def test_the_page_names_learners_versions_and_tools(branchline: Run, lrs: KeepingLrs) -> None:
    assert lrs.kept
    page = branchline("report", "progress", "--learner", "a-1042").out
    assert "Charged twice" in page
    assert "version 1" in page
    assert "From other tools" in page
    assert "… and 9 earlier; --json has all." in page
    assert "b-2000" not in page
    assert not {"\x1b", "\u202e"} & set(page)
    assert "2026-02-01 07:34  experienced  4" in page


def test_what_was_played_elsewhere_is_no_other_tool_s(
    branchline: Run, lrs: KeepingLrs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRANCHLINE_HOME", str(tmp_path / "elsewhere"))
    with scripted_lrs(lrs) as server:
        branchline("lrs", "set", server.endpoint, "--username", "key", "--password-stdin", stdin="secret\n")
        assert branchline("lrs", "pull").code == 0
    (own,) = branchline("report", "progress", "--json").document["learners"]
    assert (own["learner"], len(own["elsewhere"])) == ("a-1042", 29)


def test_where_nothing_is_recorded_that_is_said_and_no_journal_made(branchline: Run, home: Path) -> None:
    assert branchline("report", "progress", "--json").document["learners"] == []
    assert "Nothing is recorded yet." in branchline("report", "progress").err
    assert not (home / "data").exists()
    branchline("play", "--script", "-", "--json", stdin=json.dumps(BEGUN))
    assert "Nothing is recorded of zoe." in branchline("report", "progress", "--learner", "zoe").err
