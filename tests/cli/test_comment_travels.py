"""What coach and learner say to each other, each on a machine of their own: over an LRS, and by exported session."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from branchline.cli.review_lrs import read_review
from branchline.coaching.review import Review
from branchline.journal.coaching_events import SessionReviewed
from branchline.journal.streams import COACHING
from branchline.practice import Studio
from branchline.practice.coaching import Coaching
from branchline.recording import CoachingRecording, stream_row
from branchline.xapi.coaching import at_event
from lrs_servers import Ralph, scripted_lrs
from xapi_lrs import KeepingLrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Run = Callable[..., Any]

STORY = Path(__file__).parents[1] / "stories" / "charged-twice-best.yaml"
CHOICES = yaml.safe_load(STORY.read_text(encoding="utf-8"))["words"]


class Machine:
    """A home with one person at it."""

    def __init__(self, run: Run, environ: pytest.MonkeyPatch, home: Path, person: tuple[str, str]) -> None:
        self._run = run
        self._environ = environ
        self._home = home
        self._person = person

    def __call__(self, *arguments: str, stdin: str = "") -> Any:
        """A command there; it must not fail."""
        outcome = self.tried(*arguments, stdin=stdin)
        assert outcome.code == 0, outcome.err
        return outcome

    def tried(self, *arguments: str, stdin: str = "") -> Any:
        """A command there, whatever becomes of it."""
        self.sit()
        return self._run(*arguments, stdin=stdin)

    def sit(self) -> None:
        """From here on whatever runs, runs there."""
        self._environ.setenv("BRANCHLINE_HOME", str(self._home))
        for name, value in zip(("BRANCHLINE_LEARNER", "BRANCHLINE_ROLE"), self._person, strict=True):
            self._environ.setenv(name, value)

    def seen(self, session: str) -> dict[str, Any]:
        """`branchline.comments/1` there."""
        document: dict[str, Any] = self("comment", "list", session, "--json").document
        return document

    def texts(self, session: str) -> list[str]:
        """What the comments say."""
        return [each["text"] for each in self.seen(session)["comments"]]

    def review(self, session: str, text: str) -> None:
        """Score the session, as a rubric's form does."""
        self.sit()
        with closing(Studio.open()) as studio:
            found = Review.kept(studio.journal, session)
            row = stream_row(COACHING, found.row, author=self._person[0], role=self._person[1], clock=studio.clock)
            event = SessionReviewed(session, "conversation", 1, "f" * 64, (("ownership", "met", ""),), 82.5, text, shared=True)
            target = at_event(session, 1, found.step(1).entry.event)
            CoachingRecording(studio.journal, studio.identity(), studio.clock, row).record(event, target)


@pytest.fixture
def machines(branchline: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Machine, Machine]:
    """The coach's and the learner's."""
    return (
        Machine(branchline, monkeypatch, tmp_path / "A", ("c-1", "coach")),
        Machine(branchline, monkeypatch, tmp_path / "B", ("ada", "learner")),
    )


def played(learner: Machine) -> str:
    script = {"scenario": "charged-twice", "seed": 7, "mode": "practice", "learner": "ada", "choices": CHOICES}
    # Its exit code says whether it was passed.
    return str(learner.tried("play", "--script", "-", "--json", stdin=json.dumps(script)).document["session"])


@pytest.fixture(params=["scripted", "ralph"])
def lrs(request: pytest.FixtureRequest) -> Iterator[tuple[str, str, str]]:
    """Endpoint, account and password of an LRS."""
    if request.param == "ralph":
        ralph: Ralph = request.getfixturevalue("ralph")
        yield ralph.endpoint, ralph.username, ralph.password
        return
    with scripted_lrs(KeepingLrs(page=7)) as server:
        yield server.endpoint, "key", "secret"


def test_what_is_said_travels_over_an_lrs_and_what_is_private_does_not(
    machines: tuple[Machine, Machine], lrs: tuple[str, str, str]
) -> None:
    coach, learner = machines
    for machine in machines:
        machine("lrs", "set", lrs[0], "--username", lrs[1], "--password-stdin", "--yes", stdin=f"{lrs[2]}\n")
    session = played(learner)

    def pull(machine: Machine) -> int:
        document = machine("lrs", "pull", "--registration", session, "--json").document
        assert document["pending"] == []
        return int(document["remarks"])

    learner("lrs", "send")
    assert pull(coach) == 0
    first = coach("comment", "add", session, "--at", "opening.own-it", "Good: you owned it.").out.strip()
    coach("comment", "add", session, "--at", "verify.pin", "Look again in June.", "--private")
    late = coach("comment", "add", session, "--at", "2", "For later.", "--private").out.strip()
    coach.review(session, "Well done.")
    coach("lrs", "send")
    assert pull(learner) == 2
    document = learner.seen(session)
    assert [(each["id"], each["text"], each["author"], each["role"], each["state"]) for each in document["comments"]] == [
        (first, "Good: you owned it.", "c-1", "coach", "open")
    ]
    assert [(each["total"], each["text"], each["rubric"]) for each in document["reviews"]] == [(82.5, "Well done.", "conversation")]
    assert document["comments"][0]["seq"] == 2
    learner("comment", "dispute", first, "I only read it out.")
    learner("comment", "answer", first, "Which words?")
    learner("comment", "acknowledge", "--session", session, "2")
    learner("lrs", "send")
    assert pull(coach) == 3
    assert coach.seen(session)["reviews"][0]["state"] == "acknowledged"
    coach("comment", "decide", first, "--upheld", "Right, it was the text.")
    coach("comment", "share", late)
    coach("comment", "resolve", first)
    coach("lrs", "send")
    assert pull(learner) == 3
    assert pull(learner) == 0
    mine = learner.seen(session)["comments"]
    assert [each["text"] for each in mine] == ["Good: you owned it.", "Which words?", "For later."]
    assert (mine[0]["state"], mine[0]["reason"], mine[0]["decision"], mine[0]["resolved"]) == (
        "upheld",
        "I only read it out.",
        "Right, it was the text.",
        True,
    )
    assert "Look again in June." in coach.texts(session)
    assert learner("lrs", "status", "--json").document["waiting"] == 0
    assert [each["id"] for each in coach("comment", "audit", session, "--json").document["remarks"] if each["shared"]] == [
        each["id"] for each in learner("comment", "audit", session, "--json").document["remarks"]
    ]


def test_who_reviews_a_session_of_an_lrs_sees_what_was_said_and_says_more(
    machines: tuple[Machine, Machine], branchline: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    coach, learner = machines
    lead = Machine(branchline, monkeypatch, tmp_path / "C", ("c-2", "coach"))
    with scripted_lrs(KeepingLrs()) as server:
        for machine in (*machines, lead):
            machine("lrs", "set", server.endpoint, "--username", "key", "--password-stdin", "--yes", stdin="secret\n")
        session = played(learner)
        learner("lrs", "send")
        coach("lrs", "pull")
        first = coach("comment", "add", session, "--at", "2", "Good: you owned it.").out.strip()
        coach("lrs", "send")
        lead.sit()
        _, review = read_review(session, None)
        assert isinstance(review, Review)
        with closing(Studio.open()) as studio:
            coaching = Coaching(studio, review)
            assert [each.id for each in coaching.thread.comments] == [first]
            coaching.answer(first, "I agree.")
            coaching.comment(3, "Look at this too.")
            coaching.comment(3, "Not for the learner.", shared=False)
            assert len(coaching.thread.comments) == 4
        lead("lrs", "send")
        learner("lrs", "pull")
        assert learner.texts(session) == ["Good: you owned it.", "I agree.", "Look at this too."]


def test_what_is_said_travels_with_an_exported_session(machines: tuple[Machine, Machine]) -> None:
    coach, learner = machines
    session = played(learner)

    def hand_over(one: Machine, other: Machine, *more: str) -> None:
        other("sessions", "import", "-", stdin=one("sessions", "export", session, *more).out)

    hand_over(learner, coach)
    first = coach("comment", "add", session, "--at", "opening.own-it", "Good: you owned it.").out.strip()
    coach("comment", "add", session, "--at", "2", "Look again in June.", "--private")
    coach.review(session, "Well done.")
    hand_over(coach, learner)
    assert learner.texts(session) == ["Good: you owned it."]
    assert [each["total"] for each in learner.seen(session)["reviews"]] == [82.5]
    learner("comment", "dispute", first, "I only read it out.")
    learner("comment", "add", session, "--at", "3", "A note to myself.", "--private")
    hand_over(learner, coach)
    assert coach.texts(session) == ["Good: you owned it.", "Look again in June."]
    coach("comment", "decide", f"{session}/1", "--rejected", "Read line 4.")
    for _ in range(2):
        hand_over(coach, learner)
    assert learner.texts(session) == ["Good: you owned it.", "A note to myself."]
    (found, _) = learner.seen(session)["comments"]
    assert (found["state"], found["decision"]) == ("rejected", "Read line 4.")
    assert learner("sessions", "verify", session).code == 0
