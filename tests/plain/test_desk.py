from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from branchline.plain.desk import DeskTalk
from branchline.plain.reader import Reader
from branchline.practice import DeskPractice, Studio

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio.open(environ={"BRANCHLINE_HOME": str(tmp_path)})


def work(studio: Studio, typed: str, *, mode: str = "practice", guided: bool = False) -> tuple[DeskPractice, str]:
    drill = studio.workspace.load_drill("refund-duplicate")
    practice = DeskPractice.begin(studio, drill, mode=mode, seed=1, guided=guided)
    said: list[str] = []
    DeskTalk(practice, Reader(io.StringIO(typed)), said.append, lambda: 80).run()
    return practice, "\n".join(said)


def test_the_ticket_is_shown_and_the_end_of_input_keeps_the_session(studio: Studio) -> None:
    practice, said = work(studio, "")
    assert "Charged twice for IN-9120" in said
    assert "SLA first_reply" in said
    assert f"branchline resume {practice.session_id[:8]}" in said
    assert practice.row.status == "suspended"


def test_acts_are_typed_with_their_arguments_and_answered_by_the_desk(studio: Studio) -> None:
    practice, said = work(studio, "assign to=me\nopen_billing_history\nissue_refund amount=89 method=original\nq\n")
    assert [event["do"] for event in practice.result()["acts"]] == ["assign", "open_billing_history", "issue_refund"]
    assert not practice.result()["acts"][-1]["ok"]
    assert "refused" in said


def test_replies_notes_fields_and_statuses_have_short_words(studio: Studio) -> None:
    practice, _ = work(
        studio, 'reply I am looking at both payments now.\nnote evidence="two captures" Seen both.\nset urgency 2\nstatus open\nq\n'
    )
    assert [event["do"] for event in practice.result()["acts"]] == ["public_reply", "internal_note", "set_field", "set_status"]
    assert practice.state.ticket["urgency"] == 2


def test_what_the_desk_does_not_know_is_said_and_nothing_happens(studio: Studio) -> None:
    practice, said = work(studio, 'dance\nnote "open\nverbs\nsop SOP-BIL-02\nsop nothing\n?\nticket\nu\nq\n')
    assert "no verb `dance`" in said
    assert "quotation marks do not match" in said
    assert "issue_refund" in said
    assert "Duplicate charge and refund" in said
    assert "SOPs here" in said
    assert "nothing to take back" in said
    assert practice.result()["acts"] == []


def test_a_guided_drill_names_the_next_step(studio: Studio) -> None:
    _, said = work(studio, "q\n", guided=True)
    assert "Next: SOP-" in said


def test_check_submit_and_giving_up(studio: Studio) -> None:
    practice, said = work(studio, "check\nsubmit\ngive up\n")
    assert "Check:" in said
    assert "cannot be submitted" in said
    assert practice.row.status == "abandoned"
    assert "given up" in said


def test_in_an_exam_nothing_is_checked(studio: Studio) -> None:
    _, said = work(studio, "check\nu\nq\n", mode="exam")
    assert "nothing is checked before it is submitted" in said
    assert "nothing is taken back" in said


def test_a_timed_drill_takes_the_minutes_of_the_real_clock(studio: Studio) -> None:
    instants = iter([0.0, 90.0, 300.0, 301.0, 302.0])
    practice = DeskPractice.begin(studio, studio.workspace.load_drill("refund-duplicate"), seed=1, timed=True)
    before = practice.state.minutes
    said: list[str] = []
    DeskTalk(
        practice, Reader(io.StringIO("assign to=me\nopen_billing_history\nq\n"), lambda: next(instants)), said.append, lambda: 80
    ).run()
    assert practice.state.minutes == pytest.approx(before + 5)
