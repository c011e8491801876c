"""`lrs dead-letters`: what an LRS refused for good."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lrs_servers import Reply, scripted_lrs
from xapi_lrs import KeepingLrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lrs_servers import Request

    Run = Callable[..., Any]


class Picky(KeepingLrs):
    """Refuses statements with the verb of replies while `picky`."""

    picky = True

    def __call__(self, request: Request) -> Reply:
        if self.picky and request.method == "POST" and b"verbs/answered" in request.body:
            return Reply(400, b"no replies \x1b[31mhere")
        return super().__call__(request)


@pytest.fixture
def lrs(branchline: Run) -> Iterator[Picky]:
    """An LRS that has refused both replies of a begun session."""
    script = json.dumps({"scenario": "charged-twice", "seed": 7, "choices": ["own-it", "pin"]})
    branchline("play", "--script", "-", "--json", stdin=script)
    keeping = Picky()
    with scripted_lrs(keeping) as server:
        branchline("lrs", "set", server.endpoint, "--username", "key", "--password-stdin", stdin="secret\n")
        assert branchline("lrs", "send").code == 0
        yield keeping


def letters(branchline: Run) -> list[dict[str, Any]]:
    document = branchline("lrs", "dead-letters", "list", "--json").document
    assert document["format"] == "branchline.dead-letters/1"
    found: list[dict[str, Any]] = document["letters"]
    return found


def test_letters_are_listed_with_statement_and_reason(branchline: Run, lrs: Picky) -> None:
    found = letters(branchline)
    assert len(found) == 2
    assert all(each["statement"]["id"] == each["id"] not in lrs.ids() for each in found)
    assert {each["status"] for each in found} == {400}
    assert "no replies" in found[0]["reason"]
    assert found[0].keys() == {"id", "session", "seq", "status", "reason", "statement"}
    outcome = branchline("lrs", "dead-letters", "list")
    assert len(outcome.out.splitlines()) == 2
    assert "\x1b" not in outcome.out


def test_one_letter_is_shown_by_the_beginning_of_its_id(branchline: Run, lrs: Picky) -> None:
    assert lrs.kept
    own = letters(branchline)[0]["id"]
    assert '"verb"' in branchline("lrs", "dead-letters", "show", own[:8]).out
    assert [each["id"] for each in branchline("lrs", "dead-letters", "show", own, "--json").document["letters"]] == [own]
    assert branchline("lrs", "dead-letters", "show", "ffff0000").code == 2


def test_letters_are_exported_as_one_document(branchline: Run, lrs: Picky, tmp_path: Path) -> None:
    assert lrs.kept
    out = tmp_path / "letters.json"
    assert branchline("lrs", "dead-letters", "export", "--output", str(out)).code == 0
    assert json.loads(out.read_text()) == branchline("lrs", "dead-letters", "export").document
    assert len(json.loads(out.read_text())["letters"]) == 2


def test_a_letter_is_tried_again_when_the_lrs_was_mended(branchline: Run, lrs: Picky) -> None:
    before = [each["id"] for each in letters(branchline)]
    lrs.picky = False
    assert branchline("lrs", "dead-letters", "retry", before[0]).code == 0
    status = branchline("lrs", "status", "--json").document
    assert (status["waiting"], status["dead"]) == (1, 1)
    assert branchline("lrs", "dead-letters", "retry").code == 0
    assert branchline("lrs", "send").code == 0
    assert set(before) <= set(lrs.ids())
    assert letters(branchline) == []


def test_letters_are_dropped_only_when_somebody_says_so(branchline: Run, lrs: Picky) -> None:
    assert lrs.kept
    own = letters(branchline)[0]["id"]
    assert branchline("lrs", "dead-letters", "drop").code == 2
    assert branchline("lrs", "dead-letters", "drop", own).code == 2
    assert len(letters(branchline)) == 2
    assert branchline("lrs", "dead-letters", "drop", own, "--yes").code == 0
    assert own not in [each["id"] for each in letters(branchline)]
    assert branchline("lrs", "dead-letters", "drop", "--all", "--yes").code == 0
    assert letters(branchline) == []
    assert branchline("sessions", "verify").code == 0


def test_without_a_journal_there_are_none(branchline: Run, home: Path) -> None:
    assert letters(branchline) == []
    assert branchline("lrs", "dead-letters", "retry").code == 0
    assert not (home / "data").exists()
