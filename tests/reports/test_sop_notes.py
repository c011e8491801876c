from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from branchline.content.sop import Sop, read_sop
from branchline.errors import UnknownId, UsageError
from branchline.journal.store import Journal
from branchline.reports.sop_notes import LONGEST, Spot, add_note, document, notes, resolve, spot_of
from tiny import sop as sop_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOON = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal.db") as opened:
        yield opened


@pytest.fixture
def sop() -> Sop:
    found, _ = read_sop(sop_file(["#a do=act_a"]), "SOP-T.md")
    assert found is not None
    return found


def test_a_note_keeps_who_when_and_where(journal: Journal, sop: Sop) -> None:
    kept = add_note(journal, sop, "  Step one is \x1b[31mwrong. ", learner="ann", step="a", place=Spot("s-1", 7, "verify"), now=NOON)
    assert notes(journal) == [kept]
    assert document(kept) == {
        "id": 1, "sop": "SOP-T", "version": 1, "step": "a", "text": "Step one is \N{REPLACEMENT CHARACTER}[31mwrong.", "learner": "ann",
        "at": "2026-10-01T12:00:00.000Z", "session": "s-1", "seq": 7, "node": "verify",
        "answer": None, "answered_by": None, "answered": None,
    }  # fmt: skip


def test_the_learner_sees_what_became_of_it(journal: Journal, sop: Sop) -> None:
    first = add_note(journal, sop, "Wrong.", learner="ann", now=NOON)
    second = add_note(journal, sop, "Also wrong.", learner="bob", now=NOON)
    resolved = resolve(journal, first.id, "Mended in version 2.", by="eve", now=NOON)
    assert notes(journal, learner="ann") == [resolved]
    assert (resolved.answer, resolved.answered_by, resolved.answered) == ("Mended in version 2.", "eve", "2026-10-01T12:00:00.000Z")
    assert notes(journal, unanswered=True) == [second]
    assert resolve(journal, first.id, "Mended in version 3.", by="eve").answer == "Mended in version 3."


def test_notes_are_found_by_their_sop(journal: Journal, sop: Sop) -> None:
    kept = add_note(journal, sop, "Wrong.", learner="ann")
    assert notes(journal, sop="sop-t") == [kept]
    assert notes(journal, sop="SOP-U") == []


@pytest.mark.parametrize(("text", "code"), [("", "empty-note"), (" \n", "empty-note"), ("x" * (LONGEST + 1), "long-note")])
def test_a_note_says_something_and_is_no_book(journal: Journal, sop: Sop, text: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        add_note(journal, sop, text, learner="ann")
    assert caught.value.code == code
    assert notes(journal) == []


def test_a_step_that_is_not_there_is_refused_with_the_nearest(journal: Journal, sop: Sop) -> None:
    with pytest.raises(UsageError, match="no step"):
        add_note(journal, sop, "Wrong.", learner="ann", step="b")


def test_what_does_not_exist_cannot_be_answered(journal: Journal) -> None:
    with pytest.raises(UnknownId, match="no note 5"):
        resolve(journal, 5, "What?", by="eve")
    with pytest.raises(UnknownId):
        spot_of(journal, "nothing")
