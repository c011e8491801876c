"""`lrs pull`, `lrs forget` and `lrs profile`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from lrs_servers import Reply, scripted_lrs
from terminal_probe import Terminal
from xapi_lrs import VOIDED, KeepingLrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Run = Callable[..., Any]

STORY = Path(__file__).parents[1] / "stories" / "charged-twice-best.yaml"
CHOICES = yaml.safe_load(STORY.read_text(encoding="utf-8"))["words"]


@pytest.fixture
def lrs(branchline: Run) -> Iterator[KeepingLrs]:
    """An LRS that has a finished conversation, a suspended one, and what another tool said."""
    keeping = KeepingLrs(page=7)
    with scripted_lrs(keeping) as server:
        setting(branchline, server.endpoint)
        for learner, choices in (("l-1", CHOICES), ("l-2", CHOICES[:2])):
            script = {"scenario": "charged-twice", "seed": 7, "mode": "practice", "learner": learner, "choices": choices}
            branchline("play", "--script", "-", "--json", stdin=json.dumps(script))
        assert branchline("lrs", "send").code == 0
        keeping.store({"id": "0190163e-7a55-7b7e-9d0a-1f6f2f3a9c11", "verb": {"id": "x:answered"}, "object": {"id": "x:1"}})
        yield keeping


def setting(branchline: Run, endpoint: str) -> None:
    assert branchline("lrs", "set", endpoint, "--username", "key", "--password-stdin", "--yes", stdin="secret\n").code == 0


def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, branchline: Run) -> None:
    """From here on the commands run on another machine, with the same LRS."""
    endpoint = branchline("lrs", "status", "--json").document["endpoint"]
    monkeypatch.setenv("BRANCHLINE_HOME", str(tmp_path / "elsewhere"))
    setting(branchline, endpoint)


def test_a_session_played_elsewhere_is_the_same_here(
    branchline: Run, lrs: KeepingLrs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = branchline("sessions", "list", "--learner", "l-1", "--json").document["sessions"]
    told = branchline("sessions", "show", rows[0]["session"], "--json").document
    elsewhere(tmp_path, monkeypatch, branchline)
    document = branchline("lrs", "pull", "--json").document
    assert document["format"] == "branchline.lrs-pull/1"
    assert (document["read"], document["new"]) == (len(lrs.kept), len(lrs.kept))
    assert document["sessions"] == [rows[0]["session"]]
    assert [each["reason"] for each in document["pending"]] == ["It has not ended yet."]
    assert branchline("sessions", "list", "--json").document["sessions"] == rows
    assert branchline("sessions", "show", rows[0]["session"], "--json").document == {**told, "statements": 0}
    assert branchline("sessions", "verify").code == 0
    assert branchline("lrs", "status", "--json").document["waiting"] == 0
    again = branchline("lrs", "pull", "--json").document
    assert (again["new"], again["sessions"]) == (0, [])


def test_reading_shows_how_far_it_is(branchline: Run, lrs: KeepingLrs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere(tmp_path, monkeypatch, branchline)
    with Terminal(["lrs", "pull"], {"BRANCHLINE_HOME": str(tmp_path / "elsewhere")}) as terminal:
        assert terminal.ended() == 0
    bars = re.findall(r"\[(#*) *\] (\d+) read", terminal.text())
    assert len(bars) == -(-len(lrs.kept) // 7)
    assert [int(read) for _, read in bars] == [*range(7, len(lrs.kept), 7), len(lrs.kept)]
    assert [len(filled) for filled, _ in bars] == sorted(len(filled) for filled, _ in bars)
    assert len(bars[-1][0]) == 30
    assert f"\nRead {len(lrs.kept)} statements" in terminal.text().replace("\r", "")


def test_one_registration_can_be_read_alone(branchline: Run, lrs: KeepingLrs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = branchline("sessions", "list", "--learner", "l-1", "--json").document["sessions"][0]["session"]
    elsewhere(tmp_path, monkeypatch, branchline)
    assert branchline("lrs", "pull", "--registration", own).out == f"{own}\n"
    assert branchline("lrs", "pull", "--registration", own).code == 0
    assert branchline("lrs", "pull", "--registration", "0b9d2f3e-1a51-4f6b-8a9f-6f1f2f3a9c22").code == 2
    assert lrs.gets > 1


def test_without_the_content_a_session_stays_what_it_is_until_the_content_comes(
    branchline: Run, lrs: KeepingLrs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lrs.kept
    elsewhere(tmp_path, monkeypatch, branchline)
    empty = tmp_path / "empty"
    (empty / "scenarios").mkdir(parents=True)
    document = branchline("lrs", "pull", "--workspace", str(empty), "--json").document
    assert document["sessions"] == []
    assert any("This machine has no content" in each["reason"] for each in document["pending"])
    assert len(branchline("lrs", "pull", "--json").document["sessions"]) == 1


def test_an_lrs_that_cannot_be_read_ends_with_its_code(branchline: Run, lrs: KeepingLrs) -> None:
    lrs.script = [Reply(401)]
    assert branchline("lrs", "pull").code == 3
    lrs.script = [Reply(503)]
    assert branchline("lrs", "pull").code == 4
    assert branchline("lrs", "pull").code == 0


def test_forgetting_asks_first_then_voids_and_deletes(branchline: Run, lrs: KeepingLrs) -> None:
    refused = branchline("lrs", "forget", "l-1")
    assert refused.code == 2
    assert "--yes" in refused.err
    document = branchline("lrs", "forget", "l-1", "--yes", "--json").document
    assert document["sessions"] == 1
    assert document["voided"] == sum(each["verb"]["id"] == VOIDED for each in lrs.kept) > 5
    assert [each["learner"] for each in branchline("sessions", "list", "--json").document["sessions"]] == ["l-2"]
    assert branchline("lrs", "pull", "--whole", "--json").document["sessions"] == []


def test_forgetting_without_the_lrs_needs_to_be_told(branchline: Run, lrs: KeepingLrs, monkeypatch: pytest.MonkeyPatch) -> None:
    before = len(lrs.kept)
    lrs.script = [Reply(401)]
    assert branchline("lrs", "forget", "l-1", "--yes").code == 3
    branchline("config", "set", "lrs.endpoint", "")
    monkeypatch.delenv("BRANCHLINE_LRS_ENDPOINT", raising=False)
    assert branchline("lrs", "forget", "l-1", "--yes").code == 2
    assert len(branchline("sessions", "list", "--json").document["sessions"]) == 2
    assert branchline("lrs", "forget", "l-1", "--yes", "--local").code == 0
    assert len(branchline("sessions", "list", "--json").document["sessions"]) == 1
    assert len(lrs.kept) == before


def test_the_profile_is_printed_under_the_base_of_the_settings(branchline: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRANCHLINE_IRI_BASE", "https://xapi.host.test/b")
    document = json.loads(branchline("lrs", "profile", "--organisation", "Host").out)
    assert document["id"] == "https://xapi.host.test/b/profiles/branchline"
    assert document["author"]["name"] == "Host"
    out = tmp_path / "profile.jsonld"
    assert branchline("lrs", "profile", "-o", str(out)).code == 0
    assert json.loads(out.read_text())["type"] == "Profile"
