"""Plans: coaching sessions held, actions agreed and closed, signatures; and what a learner should practise, drawn from their sessions."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from branchline.coaching.development import Found, Played, comparable, development
from branchline.coaching.exercises import exercises
from branchline.coaching.plan import OPEN, plans
from branchline.coaching.redaction import Redaction, known_names, pseudonym
from branchline.coaching.review import Review
from branchline.coaching.thread import COACH, LEARNER
from branchline.errors import ActionRefused, BranchlineError, UnknownId, UsageError
from branchline.journal.coaching_events import ActionAgreed, ActionClosed, CoachingHeld, SignedOff
from branchline.journal.fold import fold
from branchline.journal.streams import PLAN
from branchline.journal.verify import kept_contents
from branchline.practice.coaching import within_limits
from branchline.practice.naming import named
from branchline.recording import CoachingRecording, stream_row
from branchline.scoring import score
from branchline.settings import pseudonym_key
from branchline.text import clean_line, did_you_mean
from branchline.xapi.coaching import at_learner, at_remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from branchline.coaching.development import Development
    from branchline.coaching.exercises import Exercises
    from branchline.coaching.plan import Action, Plan
    from branchline.journal.coaching_events import CoachingEvent
    from branchline.journal.fold import ContentOf
    from branchline.journal.model import SessionRow
    from branchline.practice.studio import Studio
    from branchline.xapi.coaching import Target

MOST_READ = 100
"""The comparable sessions that a proposal is drawn from, the last ones: each is replayed."""
_LIST = "`branchline plan list` shows them all."


def plans_of(studio: Studio, learner: str | None = None) -> list[Plan]:
    """The plans, those of one learner where one is named; who is no coach sees only their own."""
    if not studio.paths.database.exists():
        return []
    me = studio.settings
    found = plans(studio.journal.streams.remarks(PLAN, learner))
    return [plan for plan in found if me.role == COACH or me.learner in {plan.learner, plan.coach}]


def plan_named(studio: Studio, name: str) -> Plan:
    """The plan with that id, or with the only id that begins so; UnknownId where there is none."""
    return named(plans_of(studio), name, "plan", _LIST)


def action_named(studio: Studio, name: str) -> tuple[Plan, Action]:
    """The action with that id, or with the only id that begins so, and its plan; UnknownId where there is none."""
    plan_of = {action: plan for plan in plans_of(studio) for action in plan.actions}
    action = named(plan_of, name, "action", "`branchline plan show` shows them.")
    return plan_of[action], action


def hold(studio: Studio, learner: str, goals: Iterable[str], *, moments: Iterable[tuple[str, int]] = (), text: str = "") -> Plan:
    """Record that the coach of this studio sits together with a learner.

    Raises UsageError, code `own-plan` or `no-goals`, ActionRefused, code `not-a-coach`, where who holds it is a learner, UnknownId for a
    moment that is none of the learner's, and what recording raises.
    """
    me = studio.settings.learner
    if learner == me:
        hint = "Set `learner` to your own name when you coach (BRANCHLINE_LEARNER); `branchline plan draw` works for yourself too."
        raise UsageError("A coaching session is held by two.", hint=hint, code="own-plan")
    if studio.settings.role == LEARNER:
        hint = "The setting `role` says who you are; your coach holds the session, and you go on with its plan."
        raise ActionRefused("Learners hold no coaching session.", hint=hint, code="not-a-coach")
    said = tuple(filter(None, (within_limits(goal) for goal in goals)))
    if not said or not learner.strip():
        raise UsageError("A coaching session needs a goal.", hint="Name each with `--goal TEXT`.", code="no-goals")
    places = tuple(_moment(studio, learner, session, seq) for session, seq in moments)
    row = _row(studio, learner)
    target = at_learner(studio.settings.home_page, learner, row.id)
    made = _recording(studio, row).record(CoachingHeld(learner, said, places, within_limits(text)), target)
    return plan_named(studio, made.id)


def _moment(studio: Studio, learner: str, session: str, seq: int) -> tuple[str, int]:
    row = studio.journal.session(session)
    last = len(studio.journal.entries(row.id))
    if row.learner != learner:
        raise UnknownId(f"Session `{clean_line(row.id)}` is not one of {clean_line(learner)}.", code="not-the-learner")
    if not 1 <= seq <= last:
        raise UnknownId(
            f"Session `{clean_line(row.id)}` has no entry {seq}.", hint=f"Its entries go from 1 to {last}.", code="unknown-moment"
        )
    return row.id, seq


def agree(studio: Studio, plan: Plan, text: str, *, due: str = "", practise: Sequence[str] = ()) -> Plan:
    """Agree on an action; whoever has signed has to sign again.

    Raises UsageError, code `empty-text`, `bad-date` or `due-past`, UnknownId for what cannot be practised, ActionRefused for others than
    coach and learner.
    """
    _party(studio, plan)
    said = within_limits(text)
    if not said:
        raise UsageError("An action says what is to be done.", hint="Write a sentence.", code="empty-text")
    event = ActionAgreed(plan.id, said, _day(studio, due), tuple(_practised(studio, name) for name in practise))
    target = at_learner(studio.settings.home_page, plan.learner, _registration(plan))
    return _go_on(studio, plan, event, target)


def close(studio: Studio, plan: Plan, action: Action, *, done: bool = True, text: str = "") -> Plan:
    """Close an action as done or given up; ActionRefused, code `closed-already`, where it is no longer open."""
    _party(studio, plan)
    if action.state != OPEN:
        raise ActionRefused(f"That action is {action.state} already.", where=f"action {action.id}", code="closed-already")
    return _go_on(studio, plan, ActionClosed(action.id, done, within_limits(text)), _about(studio, plan, action.id))


def sign(studio: Studio, plan: Plan) -> Plan:
    """Sign the plan with its actions as they stand in `plan`, which is what was read.

    ActionRefused, code `signed-already`, where nothing has changed since, `plan-changed` where an action was added meanwhile.
    """
    _party(studio, plan)
    if len(plan_named(studio, plan.id).actions) != len(plan.actions):
        hint = "Read it again before you sign."
        raise ActionRefused("An action was added since you read it.", where=f"plan {plan.id}", hint=hint, code="plan-changed")
    if studio.settings.learner not in plan.missing:
        raise ActionRefused("You have signed it as it stands.", where=f"plan {plan.id}", code="signed-already")
    return _go_on(studio, plan, SignedOff(plan.id), _about(studio, plan, plan.id))


def _party(studio: Studio, plan: Plan) -> None:
    if studio.settings.learner not in {plan.coach, plan.learner}:
        hint = f"It is between {clean_line(plan.coach)} and {clean_line(plan.learner)}; the setting `learner` says who you are."
        raise ActionRefused("Only its coach and its learner go on with a plan.", where=f"plan {plan.id}", hint=hint, code="not-your-plan")


def _day(studio: Studio, due: str) -> str:
    if not due:
        return ""
    try:
        found = date.fromisoformat(due).isoformat()
    except ValueError:
        raise UsageError(f"`{clean_line(due)}` is no date.", hint="Write it as 2026-03-31.", code="bad-date") from None
    if found < studio.today:
        raise UsageError(f"{found} has passed.", hint="Name a day to come.", code="due-past")
    return found


def _practised(studio: Studio, name: str) -> str:
    known = {listing.id for listing in studio.workspace.listings()} | studio.workspace.sops().keys()
    if name not in known:
        raise UnknownId(f"There is nothing to practise called `{clean_line(name)}`.", hint=did_you_mean(name, known))
    return name


def _registration(plan: Plan) -> str:
    return plan.id.rpartition(":")[0]


def _about(studio: Studio, plan: Plan, remark: str) -> Target:
    """What was said before, by its statement."""
    remarks = studio.journal.streams.remarks(PLAN, plan.learner)
    return at_remark(next(known for known in remarks if known.id == remark), _registration(plan))


def _go_on(studio: Studio, plan: Plan, event: CoachingEvent, target: Target) -> Plan:
    after = max(known.at for known in studio.journal.streams.remarks(PLAN, plan.learner))
    _recording(studio, _row(studio, plan.learner)).record(event, target, after=after)
    return plan_named(studio, plan.id)


def _row(studio: Studio, learner: str) -> SessionRow:
    me = studio.settings
    return stream_row(PLAN, learner, author=me.learner, role=me.role, clock=studio.clock, title=f"Coaching of {learner}")


def _recording(studio: Studio, row: SessionRow) -> CoachingRecording:
    return CoachingRecording(studio.journal, studio.identity(), studio.clock, row)


def draw(studio: Studio, learner: str, most: int = MOST_READ) -> tuple[Development, tuple[str, ...]]:
    """What the learner should practise, drawn from their last `most` sessions that may be compared; and why others cannot be read.

    Sessions are replayed one at a time, and each content is compiled once. UnknownId where nothing of the learner is known.
    """
    rows = studio.journal.sessions(learner=learner, status="completed") if studio.paths.database.exists() else []
    if not rows:
        known = {row.learner for row in studio.journal.sessions()} if studio.paths.database.exists() else set()
        hint = "A session counts once it has reached its end." if learner in known else did_you_mean(learner, known)
        raise UnknownId(f"`{clean_line(learner)}` has completed no session.", hint=hint)
    contents = kept_contents(studio.journal)
    kept: list[Found] = []
    played: list[Played] = []
    trouble: list[str] = []
    for row in rows:
        with _told(row, trouble):
            kept.append(Found(row, contents(row.content_hash)))
    counted, left_out = comparable(kept)
    last = sorted((each for ground in counted for each in ground), key=lambda each: (each.row.started, each.row.id), reverse=True)
    for each in last[:most]:
        with _told(each.row, trouble):
            played.append(_played(studio, each, contents))
    return development(learner, played, library(studio), left_out, last[most:]), tuple(trouble)


def _played(studio: Studio, found: Found, contents: ContentOf) -> Played:
    """The session scored from its events; BranchlineError where it cannot be read."""
    content, events = found.content, []
    for step in fold(studio.journal.entries(found.row.id), contents):
        events.append(step.entry.event)
        content = step.content
    return Played(found.row, content, score(content, events))


@contextmanager
def _told(row: SessionRow, trouble: list[str]) -> Iterator[None]:
    """Notes why the session cannot be read, and goes on."""
    try:
        yield
    except BranchlineError as error:
        trouble.append(f"Session {row.id[:8]} is left out: {error}")


def library(studio: Studio) -> list[Exercises]:
    """What everything in the workspace that can be played exercises."""
    workspace = studio.workspace
    playable = (listing for listing in workspace.listings() if listing.playable)
    return [exercises(workspace.load_drill(each.id) if each.kind == "drill" else workspace.load(each.id)) for each in playable]


def redacted(studio: Studio, plan: Plan) -> Plan:
    """The plan for people outside: everything that points at a person is replaced, as in exports of the sessions that it looks at."""
    contents = []
    for session in {session for session, _ in plan.moments}:
        with suppress(BranchlineError):
            contents.append(Review.kept(studio.journal, session, studio.explorations).content)
    key = pseudonym_key(studio.paths)
    found = Redaction(known_names(contents, authors=[plan.coach]), learner=plan.learner, pseudonym=pseudonym(plan.learner, key))
    people = {plan.learner: found.learner, plan.coach: found.person(plan.coach)}
    actions = [
        replace(
            action,
            text=found.text(action.text),
            said=found.text(action.said),
            by=people[action.by],
            closed_by=people.get(action.closed_by, ""),
        )
        for action in plan.actions
    ]
    return replace(
        plan,
        coach=people[plan.coach],
        learner=found.learner,
        goals=tuple(map(found.text, plan.goals)),
        text=found.text(plan.text),
        actions=tuple(actions),
        signatures=tuple((people[name], at) for name, at in plan.signatures),
    )
