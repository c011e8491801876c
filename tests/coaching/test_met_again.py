"""What is met again is what was flagged, in exactly the position before it."""

from __future__ import annotations

import uuid
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings

import strategies
from branchline.coaching.judging import FLAGGED, Explorations, judgement
from branchline.coaching.met_again import met_again
from branchline.coaching.mistakes import mistakes
from branchline.coaching.played import played
from branchline.engine.events import SessionStarted
from branchline.journal.model import SessionRow
from branchline.journal.store import Journal
from coached import entries_of, steps_of
from tiny import BAD, GOOD, choice, compiled, node
from tiny import played as run

if TYPE_CHECKING:
    from branchline.content.compiled import Scenario
    from strategies import Play

laws = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def row_of(scenario: Scenario) -> SessionRow:
    """The row of a session of it that has ended."""
    return SessionRow(
        str(uuid.uuid4()), "scenario", scenario.id, scenario.title, scenario.version, scenario.content_hash, scenario.logic_hash, "l-1",
        "practice", 1, "en", "completed", "2026-03-02T09:00:00.000Z", "2026-03-02T10:00:00.000Z",
    )  # fmt: skip


@laws
@given(strategies.played(to_the_end=True))
def test_the_queue_of_any_session_is_what_its_judgement_flags(play: Play) -> None:
    found = judgement(steps_of(play.scenario, play.events), Explorations())
    with TemporaryDirectory() as folder, Journal.open(Path(folder) / "j.db") as journal:
        row = row_of(play.scenario)
        content = (play.scenario.content_hash, play.scenario.bundle)
        journal.write(row.id, row=row, entries=entries_of(play.scenario, play.events), content=content)
        for _ in ("judged", "noted"):
            waiting = mistakes(journal, [row], Explorations())[row.id]
            assert [(each.seq, each.node, each.choice, each.loss) for each in waiting] == [
                (moment.seq, moment.node, moment.choice, moment.loss) for moment in found.flagged
            ]


@laws
@given(strategies.played())
def test_every_flagged_moment_is_met_where_it_happened_and_what_was_said_there_is_not_accepted(play: Play) -> None:
    explorations, steps = Explorations(), steps_of(play.scenario, play.events)
    begun = play.events[0]
    assert isinstance(begun, SessionStarted)
    flagged = {moment.seq: moment for moment in judgement(steps, explorations).flagged}
    for mistake in played(play.scenario, steps, begun):
        moment = flagged.get(mistake.seq)
        if moment is None:
            continue
        met = met_again(play.scenario, begun, mistake, explorations, edited=False)
        assert met.state == mistake.before
        assert met.chosen == moment.choice
        assert met.answers[0].accepted
        assert [each.regret for each in met.answers] == sorted(each.regret for each in met.answers)
        assert all(each.accepted == (each.loss < FLAGGED) for each in met.answers)
        said = [each for each in met.answers if each.id == moment.choice]
        assert all(not each.accepted and abs(each.loss - (moment.loss or 0.0)) < 1e-6 for each in said)
        assert {each.id for each in met.answers if each.word == "best"} == set(moment.best)


def test_a_session_that_cannot_be_read_has_no_mistakes_and_is_judged_once_it_can(tmp_path: Path) -> None:
    scenario = compiled({"hello": node(choice("kind", GOOD), choice("rude", BAD))})
    row = row_of(scenario)
    with Journal.open(tmp_path / "j.db") as journal:
        journal.write(row.id, row=row, entries=entries_of(scenario, run(scenario, ["rude"])))
        assert mistakes(journal, [row], Explorations())[row.id] == ()
        journal.write(row.id, content=(scenario.content_hash, scenario.bundle))
        assert [each.choice for each in mistakes(journal, [row], Explorations())[row.id]] == ["rude"]
