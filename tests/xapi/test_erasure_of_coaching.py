"""Forgetting a learner takes along what was said: by the learner, of the learner's sessions, and of the learner."""

from __future__ import annotations

import json
from contextlib import ExitStack, closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from branchline.journal.coaching_events import CoachingEvent, CoachingHeld, CommentMade, Disputed, RetryMade
from branchline.journal.received import Received
from branchline.journal.store import Journal
from branchline.journal.streams import COACHING, KINDS, PLAN, RETRY
from branchline.recording import CoachingRecording, stream_row
from branchline.xapi.adopt_coaching import adopt_coaching
from branchline.xapi.coaching import Target, at_decision, at_event, at_learner, at_remark
from branchline.xapi.erasure import Forgotten, forget, void
from branchline.xapi.lrs import Lrs
from branchline.xapi.outbox import deliver
from branchline.xapi.pull import pull
from branchline.xapi.statements import Identity
from lrs_servers import Ralph, scripted_lrs
from xapi_coached import Stopped
from xapi_lrs import VOIDED, KeepingLrs
from xapi_moments import IDENTITY, Player

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from branchline.content.compiled import Scenario
    from branchline.journal.model import SessionRow
    from branchline.journal.streams import Remark

LEARNER, COACH = IDENTITY.name, "coach-1"
HOME = IDENTITY.home_page


@dataclass
class Machine:
    """A journal and its way to the LRS."""

    journal: Journal
    received: Received
    lrs: Lrs

    def say(self, author: str, kind: str, subject: SessionRow | str, *said: tuple[CoachingEvent, Target, bool]) -> list[Remark]:
        """Record what somebody says in a stream."""
        row = stream_row(kind, subject, author=author, role="learner" if author == LEARNER else "coach", clock=Stopped())
        recording = CoachingRecording(self.journal, Identity(HOME, author, IDENTITY.iri_base), Stopped(), row)
        return [recording.record(event, target, shared=shared) for event, target, shared in said]

    def kept(self) -> set[str]:
        """Authors of everything that was said and is here."""
        return {each.author for kind in KINDS for each in self.journal.streams.remarks(kind)}


@pytest.fixture
def server() -> KeepingLrs:
    return KeepingLrs()


@pytest.fixture
def machines(server: KeepingLrs, tmp_path: Path) -> Iterator[tuple[Machine, Machine]]:
    """The learner's and the coach's."""
    with ExitStack() as stack:
        running = stack.enter_context(scripted_lrs(server))
        yield _machine(stack, tmp_path / "a.db", running.endpoint), _machine(stack, tmp_path / "b.db", running.endpoint)


def _machine(stack: ExitStack, path: Path, endpoint: str, username: str = "jo", password: str = "x") -> Machine:  # noqa: S107 # made up
    journal = stack.enter_context(Journal.open(path))
    received = stack.enter_context(Received.open(path))
    return Machine(journal, received, stack.enter_context(closing(Lrs(endpoint, username, password))))


def comment(player: Player, text: str, *, shared: bool = True) -> tuple[CoachingEvent, Target, bool]:
    session = player.row.id
    return CommentMade(session, 2, "", text, shared), at_event(session, 2, player.events[1]), shared


def everything_said(learner: Machine, coach: Machine, player: Player) -> None:
    """The learner plays, retries and disputes; the coach comments and plans; each on a machine of their own, both send."""
    content = (player.scenario.content_hash, dict(player.scenario.bundle))
    entries = [moment.entry for moment in player.moments]
    learner.journal.write(player.row.id, row=player.row, content=content, entries=entries, statements=player.statements)
    made, _ = coach.say(COACH, COACHING, player.row, comment(player, "Name the loss."), comment(player, "Hm.", shared=False))
    plan = CoachingHeld(LEARNER, ("Acknowledge first",), ((player.row.id, 2),), "We looked at it.")
    held = stream_row(PLAN, LEARNER, author=COACH, role="coach", clock=Stopped())
    CoachingRecording(coach.journal, Identity(HOME, COACH, IDENTITY.iri_base), Stopped(), held).record(
        plan, at_learner(HOME, LEARNER, held.id)
    )
    learner.say(LEARNER, COACHING, player.row, (Disputed(made.id, "No."), at_remark(made, player.row.id), True))
    retry = RetryMade(player.row.id, 2, "opening", "policy", ("own-it",), "solved", 0.0, player.scenario.content_hash)
    place = player.scenario.layout.places[0].id
    learner.say(LEARNER, RETRY, "", (retry, at_decision("scenario", player.scenario, place, player.row.id, IDENTITY), True))
    deliver(learner.journal, learner.lrs)
    deliver(coach.journal, coach.lrs)


def somebody_else(coach: Machine, scenario: Scenario) -> str:
    """A comment on the session of another learner, sent; the id of its statement."""
    other = Player(scenario).play()
    coach.say(COACH, COACHING, other.row, comment(other, "Well done."))
    (waiting,) = coach.journal.waiting(10, now="2030-01-01T00:00:00Z")
    deliver(coach.journal, coach.lrs)
    return waiting.id


def test_from_the_learner_s_machine_everything_is_voided_that_any_machine_sent(
    machines: tuple[Machine, Machine], server: KeepingLrs, charged_twice: Scenario
) -> None:
    learner, coach = machines
    player = Player(charged_twice).play()
    everything_said(learner, coach, player)
    pull(learner.lrs, learner.received)
    adopt_coaching(learner.journal, learner.received)
    assert learner.kept() == {LEARNER, COACH}
    sent, other = set(server.ids()), somebody_else(coach, charged_twice)
    done = forget(learner.journal, learner.received, learner.lrs, LEARNER, HOME, sleep=lambda _: None)
    voids = {each["object"]["id"] for each in server.kept if each["verb"]["id"] == VOIDED}
    assert voids == sent
    assert other not in voids
    assert done.voided == len(sent)
    assert learner.kept() == set()
    assert learner.journal.sessions() == []


def test_from_a_coach_s_machine_without_the_session_too(
    machines: tuple[Machine, Machine], server: KeepingLrs, charged_twice: Scenario
) -> None:
    learner, coach = machines
    everything_said(learner, coach, Player(charged_twice).play())
    sent, other = set(server.ids()), somebody_else(coach, charged_twice)
    forget(coach.journal, coach.received, coach.lrs, LEARNER, HOME, sleep=lambda _: None)
    assert {each["object"]["id"] for each in server.kept if each["verb"]["id"] == VOIDED} == sent
    remarks = [each for kind in KINDS for each in coach.journal.streams.remarks(kind)]
    assert [each.event.text for each in remarks if isinstance(each.event, CommentMade)] == ["Well done."]
    assert len(remarks) == 1
    left = [each["id"] for each in coach_sees(coach)]
    assert left == [other]


def coach_sees(coach: Machine) -> list[dict[str, str]]:
    page = json.loads(coach.lrs.get("statements", {"limit": "100"}).body)
    return [each for each in page["statements"] if each["verb"]["id"] != VOIDED]


def test_what_was_forgotten_here_alone_is_not_read_back(machines: tuple[Machine, Machine], charged_twice: Scenario) -> None:
    learner, coach = machines
    everything_said(learner, coach, Player(charged_twice).play())
    other = somebody_else(coach, charged_twice)
    pull(learner.lrs, learner.received)
    adopt_coaching(learner.journal, learner.received)
    assert isinstance(forget(learner.journal, learner.received, None, LEARNER, HOME), Forgotten)
    pull(learner.lrs, learner.received, whole=True)
    adopt_coaching(learner.journal, learner.received)
    said = [each.event for kind in KINDS for each in learner.journal.streams.remarks(kind)]
    assert [each.text for each in said if isinstance(each, CommentMade)] == ["Well done."]
    assert len(said) == 1
    assert other


def test_a_real_lrs_is_asked_the_same_questions(ralph: Ralph, tmp_path: Path, charged_twice: Scenario) -> None:
    player = Player(charged_twice).play()
    with ExitStack() as stack:
        learner, coach = (_machine(stack, tmp_path / name, ralph.endpoint, ralph.username, ralph.password) for name in ("a.db", "b.db"))
        everything_said(learner, coach, player)
        sent = {each["id"] for each in ralph.statements(registration=player.row.id)}
        done = forget(coach.journal, coach.received, coach.lrs, LEARNER, HOME, sleep=lambda _: None)
        assert done.voided >= len(sent) > len(player.statements)
        for each in sent:
            voiding = void(each, HOME, "")["id"]
            assert coach.lrs.get("statements", {"statementId": voiding}).status == HTTPStatus.OK
