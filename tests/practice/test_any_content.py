"""Laws of any session of any scenario, and of one whose scenario was replaced by any other of the same id."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import strategies
from branchline.coaching.review import Review
from branchline.journal.exchange import export_session, import_session
from branchline.journal.fold import fold
from branchline.journal.store import Journal
from branchline.journal.transcript import transcript
from branchline.journal.verify import kept_contents, verify_session
from branchline.practice import Practice, Studio
from rooms import Hands

if TYPE_CHECKING:
    from strategies import Written

laws = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def opened(root: Path) -> Studio:
    environ = {"BRANCHLINE_HOME": str(root / "home"), "BRANCHLINE_WORKSPACE": str(root / "content"), "BRANCHLINE_LEARNER": "l-1"}
    return Studio.open(environ=environ, clock=Hands())


def act(practice: Practice, data: st.DataObject, most: int) -> None:
    """Up to `most` things that the learner may do now."""
    for _ in range(data.draw(st.integers(0, most))):
        if practice.finished:
            return
        words = [offered.id for offered in practice.offered() if offered.open]
        words += ["<"] if practice.can_undo else []
        words += ["!"] if practice.time_limit is not None else []
        word = data.draw(st.sampled_from(words))
        if word == "<":
            practice.undo()
        elif word == "!":
            practice.time_out()
        else:
            practice.choose(word)


def check(practice: Practice, studio: Studio) -> None:
    """What the journal alone says is what the program shows."""
    verified = verify_session(studio.journal, practice.session_id)
    assert verified.first_difference is None
    entries, contents = studio.journal.entries(practice.session_id), kept_contents(studio.journal)
    *_, last = fold(entries, contents)
    assert last.after == practice.state
    assert transcript(entries, contents) == practice.transcript()
    found = practice.result()
    assert found["status"] == practice.row.status
    assert practice.finished == (practice.row.status in {"completed", "abandoned"})
    assert practice.state.ended == (practice.row.status == "completed")
    moved(practice, studio)
    assert practice.finished or any(offered.open for offered in practice.offered()) or practice.must_wait


def moved(practice: Practice, studio: Studio) -> None:
    """Exported and imported elsewhere, the session is the same: transcript, scores and judgement, and it verifies."""
    own, here = practice.session_id, studio.journal
    with tempfile.TemporaryDirectory() as folder, Journal.open(Path(folder) / "other.db") as there:
        row = import_session(there, export_session(here, own)).row
        assert row == here.session(own)
        assert verify_session(there, own).ok
        assert export_session(there, own) == export_session(here, own)
        mine, theirs = Review.kept(here, own, studio.explorations), Review.kept(there, own, studio.explorations)
        assert theirs.transcript == mine.transcript
        assert theirs.score == mine.score
        assert theirs.document() == mine.document()


@laws
@given(strategies.written(), st.data(), st.integers(0, 99))
def test_any_session_is_the_same_from_its_journal(written: Written, data: st.DataObject, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        written.write(root / "content")
        studio = opened(root)
        try:
            practice = Practice.begin(studio, studio.workspace.load("generated"), mode="practice", seed=seed)
            act(practice, data, 6)
            check(practice, studio)
            if not practice.finished:
                again = Practice.resume(studio, practice.session_id)
                assert again.notices == ()
                assert (again.state, again.offered()) == (practice.state, practice.offered())
                act(again, data, 4)
                check(again, studio)
        finally:
            studio.close()


@laws
@given(strategies.written(4), strategies.written(4), strategies.written(4), st.data(), st.integers(0, 99))
def test_a_session_goes_on_whatever_its_scenario_became(
    first: Written, second: Written, third: Written, data: st.DataObject, seed: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        first.write(root / "content")
        studio = opened(root)
        practice = Practice.begin(studio, studio.workspace.load("generated"), mode="practice", seed=seed)
        act(practice, data, 5)
        for edited in (second, third):
            studio.close()
            edited.write(root / "content")
            studio = opened(root)
            if practice.finished:
                break
            practice = Practice.resume(studio, practice.session_id)
            check(practice, studio)
            act(practice, data, 4)
            check(practice, studio)
        studio.close()
