"""The timeline: one mark for each decision, draw, look and stop, made from the one judgement."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

import strategies
from branchline.coaching.judging import Explorations, judgement
from branchline.coaching.review import IDLE
from branchline.coaching.timeline import timeline
from branchline.journal.fold import Step
from coached import steps_of
from tiny import BAD, GOOD, choice, compiled, node
from tiny import played as run

TALK = compiled(
    {
        "hello": node(choice("kind", GOOD, go="again"), choice("rude", BAD, go="again")),
        "again": node(choice("mend", GOOD, go="end"), choice("shrug", BAD, go="end")),
    }
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(strategies.played())
def test_flags_curve_and_counts_are_those_of_the_judgement(play: strategies.Play) -> None:
    steps = steps_of(play.scenario, play.events)
    judged = judgement(steps, Explorations())
    marks = timeline(steps, judged)
    assert [mark.moment for mark in marks if mark.flagged] == list(judged.flagged)
    assert [mark.moment for mark in marks if mark.moment is not None] == list(judged.moments)
    stand = [mark for mark in marks if mark.moment is not None and mark.moment.stands]
    assert [(mark.seq, mark.value) for mark in stand] == [(seq, judged.of_100(value)) for seq, value in judged.curve()]
    for word, number in judged.counts.items():
        assert sum(mark.kind == word for mark in stand) == number
    assert [mark.seq for mark in marks] == sorted({mark.seq for mark in marks})
    if judged.achieved is not None and marks:
        assert marks[-1].value == pytest.approx(judged.of_100(judged.achieved), abs=1e-6)


def test_without_a_judgement_decisions_are_not_judged() -> None:
    marks = timeline(steps_of(TALK, run(TALK, ["rude", "shrug"])))
    assert [(mark.kind, mark.value) for mark in marks] == [("unjudged", None), ("unjudged", None), ("end", None)]


def test_idle_time_belongs_to_the_mark_after_it_and_short_waits_are_none() -> None:
    steps = steps_of(TALK, run(TALK, ["rude", "shrug"]))
    times = (0.0, IDLE - 0.5, IDLE + 60.0, IDLE + 60.0)
    timed = [Step(replace(step.entry, elapsed=at), step.content, step.before, step.after) for step, at in zip(steps, times, strict=True)]
    assert [mark.idle for mark in timeline(timed)] == [0.0, 60.5, 0.0]
