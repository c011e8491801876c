"""`review`: of a session of the journal, of an exported file, and of a registration in an LRS."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from lrs_servers import scripted_lrs
from xapi_lrs import KeepingLrs

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., Any]

STORIES = Path(__file__).parents[1] / "stories"


def conversation(branchline: Run) -> str:
    story = yaml.safe_load((STORIES / "charged-twice-polite.yaml").read_text(encoding="utf-8"))
    script = {"scenario": story["scenario"], "seed": story["seed"], "mode": "expert", "choices": story["words"]}
    return str(branchline("play", "--script", "-", "--json", stdin=json.dumps(script)).document["session"])


def drill(branchline: Run) -> str:
    story = yaml.safe_load((STORIES / "drills" / "refund-duplicate-wrong.yaml").read_text(encoding="utf-8"))
    script = {"drill": story["drill"], "seed": 7, "actions": story["actions"]}
    return str(branchline("play", "--script", "-", "--json", stdin=json.dumps(script)).document["session"])


def test_every_point_that_was_lost_is_in_the_document(branchline: Run) -> None:
    found = branchline("review", conversation(branchline), "--json").document
    lost = sum(moment["regret"] for moment in found["moments"] if moment["stands"])
    assert found["format"] == "branchline.review/1"
    assert found["value_start"] - found["achieved"] == pytest.approx(lost + found["luck"])
    flagged = [(moment["node"], moment["choice"], moment["word"]) for moment in found["moments"] if moment["flagged"]]
    assert ("opening", "sorry-look", "mistake") in flagged


def test_the_result_and_the_review_judge_alike(branchline: Run) -> None:
    session = conversation(branchline)
    review = branchline("review", session, "--json").document
    shown = branchline("sessions", "show", session, "--json").document
    kept = ("seq", "node", "choice", "word", "loss")
    assert shown["judgements"] == [{name: moment[name] for name in kept} for moment in review["moments"] if moment["stands"]]


def test_an_exported_file_is_reviewed_without_being_imported(branchline: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = conversation(branchline)
    file = tmp_path / "session.jsonl"
    branchline("sessions", "export", session, "--output", str(file))
    here = branchline("review", session, "--json").document
    monkeypatch.setenv("BRANCHLINE_HOME", str(tmp_path / "elsewhere"))
    assert branchline("review", str(file), "--json").document == here
    assert branchline("sessions", "list", "--json").document["sessions"] == []


def test_a_changed_file_is_refused(branchline: Run, tmp_path: Path) -> None:
    file = tmp_path / "session.jsonl"
    branchline("sessions", "export", conversation(branchline), "--output", str(file))
    file.write_text(file.read_text(encoding="utf-8").replace("sorry-look", "own-it"), encoding="utf-8")
    assert branchline("review", str(file), "--json").code == 5


def test_in_words_the_review_names_the_best_reply_of_a_mistake(branchline: Run) -> None:
    text = branchline("review", conversation(branchline), "--plain").out
    assert "opening.sorry-look" in text
    assert "best: own-it" in text


@pytest.mark.parametrize("play", [conversation, drill])
def test_a_session_in_an_lrs_is_reviewed_from_there_alone(
    branchline: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, play: Callable[[Run], str]
) -> None:
    keeping = KeepingLrs(page=7)
    with scripted_lrs(keeping) as server:
        sent_to(branchline, server.endpoint)
        session = play(branchline)
        here = branchline("review", session, "--json").document
        assert branchline("lrs", "send").code == 0
        keeping.store({"id": "0190163e-7a55-7b7e-9d0a-1f6f2f3a9c11", "verb": {"id": "x:answered"}, "object": {"id": "x:1"}})
        monkeypatch.setenv("BRANCHLINE_HOME", str(tmp_path / "elsewhere"))
        sent_to(branchline, server.endpoint)
        assert branchline("review", "--lrs", session, "--json").document == here
        assert branchline("review", "--lrs", session.upper(), "--plain").code == 0
        assert branchline("sessions", "list", "--json").document["sessions"] == []
        nobody = branchline("review", "--lrs", "0d1c5b1e-7a55-4b7e-9d0a-1f6f2f3a9c99", "--json")
        assert nobody.code == 2


def test_without_the_content_the_review_has_ids_and_says_why(branchline: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted_lrs(KeepingLrs()) as server:
        sent_to(branchline, server.endpoint)
        session = conversation(branchline)
        assert branchline("lrs", "send").code == 0
        monkeypatch.setenv("BRANCHLINE_HOME", str(tmp_path / "elsewhere"))
        sent_to(branchline, server.endpoint)
        empty = tmp_path / "empty"
        branchline("init", str(empty))
        found = branchline("review", "--lrs", session, "--workspace", str(empty), "--json").document
        assert "no content" in found["reason"]
        assert found["moments"][0]["choice"] == "sorry-look"
        assert found["moments"][0]["word"] is None
        assert "sorry-look" in branchline("review", "--lrs", session, "--workspace", str(empty)).out


def sent_to(branchline: Run, endpoint: str) -> None:
    assert branchline("lrs", "set", endpoint, "--username", "key", "--password-stdin", "--yes", stdin="secret\n").code == 0


def rows_of(branchline: Run) -> object:
    with closing(sqlite3.connect(branchline("where", "--json").document["paths"]["database"])) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}  # noqa: S608  # names of tables


def test_what_would_have_been_is_played_judged_and_kept_nowhere(branchline: Run) -> None:
    session = conversation(branchline)
    before = rows_of(branchline)
    found = branchline("review", session, "--what-if", "opening.own-it,pin", "--json").document
    assert (found["format"], found["hypothetical"]) == ("branchline.what-if/1", True)
    assert found["path"] == ["opening.own-it", "verify.pin"]
    assert [each["word"] for each in found["moments"]] == ["best", "best"]
    assert found["lines"][0]["speaker"] == "learner"
    assert "HYPOTHETICAL" in branchline("review", session, "--what-if", "opening.own-it").out
    assert rows_of(branchline) == before


@pytest.mark.parametrize("wanted", ["nowhere.own-it", "opening.nothing", "opening", "opening.own-it,", ""])
def test_a_continuation_that_cannot_be_is_a_usage_error(branchline: Run, wanted: str) -> None:
    assert branchline("review", conversation(branchline), "--what-if", wanted, "--json").code == 2


def test_an_act_at_the_desk_that_nothing_makes_good_is_a_blunder(branchline: Run) -> None:
    story = yaml.safe_load((STORIES / "drills" / "hacked-site-wrong.yaml").read_text(encoding="utf-8"))
    script = {"drill": story["drill"], "seed": 7, "actions": story["actions"]}
    played = branchline("play", "--script", "-", "--json", stdin=json.dumps(script)).document
    found = branchline("review", played["session"], "--json").document
    critical = {each["seq"] for each in played["critical"]}
    assert critical
    assert {moment["seq"] for moment in found["moments"] if moment["critical"]} == critical
    assert all(moment["flagged"] and moment["word"] == "blunder" for moment in found["moments"] if moment["critical"])
    assert found["achieved"] == pytest.approx(played["scores"]["composite"])
