"""Plans: the coaching sessions that a person has to do with, and one of them with its goals, actions and signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content
from textual.worker import Worker, WorkerState

from branchline.coaching.development import goals_of, moments_of
from branchline.coaching.plan import OPEN
from branchline.coaching.thread import LEARNER
from branchline.errors import BranchlineError
from branchline.practice import plans
from branchline.text import clean_line, day
from branchline.tui.commands import Command, bindings
from branchline.tui.screens.desk_dialog import FormDialog, Part, PickDialog
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.menu import Menu
from branchline.tui.widgets.plan_blocks import plan_blocks, plan_entry, plans_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.widget import Widget

    from branchline.coaching.plan import Plan
    from branchline.tui.screens.desk_dialog import Filled

LIST = (
    Command("open", "enter", "open", "Open the highlighted plan.", "pick"),
    Command("plan-hold", "n", "new", "Hold a coaching session: choose the learner, and set goals.", "hold"),
    Command("home", "escape,q", "home", "Go home.", "back"),
)
ONE = (
    Command("plan-pick", "enter", "close or look", "Close the highlighted action, or review the highlighted moment.", "pick"),
    Command("plan-agree", "a", "agree", "Agree on one more action; both sign again.", "agree"),
    Command("plan-sign", "s", "sign", "Sign the plan with its actions as they stand.", "sign"),
    Command("plan-back", "escape,q", "back", "Go back to the list.", "back"),
)


DRAWN = "drawn"
"""Name of the worker that draws a proposal."""


class Proposal(NamedTuple):
    """What a learner's sessions propose."""

    learner: str
    goals: tuple[str, ...]
    moments: tuple[tuple[str, int], ...]


class PlansScreen(DeskScreen):
    """The plans that a person may see."""

    HERE = LIST
    BINDINGS = bindings(LIST[1:])
    CSS_PATH = "plans.tcss"
    FIRST = "#plans"

    def body(self) -> Iterable[Widget]:
        """Title and list."""
        yield Bar(Content.styled("Coaching plans", "bold $desk-accent"), id="title")
        yield Menu(id="plans")

    def on_mount(self) -> None:
        """Focus the list."""
        super().on_mount()
        self.query_one(Menu).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Who is no coach holds no session."""
        return action != "hold" or self.desk.studio.settings.role != LEARNER

    def on_screen_resume(self) -> None:
        """Read the journal, again when a plan was closed."""
        studio = self.desk.studio
        try:
            found = plans.plans_of(studio)
        except BranchlineError as error:
            self.desk.trouble(error)
            found = []
        me, today = studio.settings.learner, studio.today
        nothing = Block(Content.styled("No coaching session has been held.", "italic $desk-soft"))
        self.query_one(Menu).show([plan_entry(each, today, me) for each in reversed(found)] or [nothing])
        right = Content.styled(plans_line(found, today, me) if found else "", "$desk-soft")
        self.query_one("#title", Bar).say(Content.styled("Coaching plans", "bold $desk-accent"), right)

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """Open a plan."""
        self.app.push_screen(PlanScreen(event.entry))

    def action_pick(self) -> None:
        """The highlighted plan, from the palette."""
        self.query_one(Menu).action_pick()

    def action_hold(self) -> None:
        """Choose a learner, then set goals; what their sessions show is proposed."""
        studio = self.desk.studio
        try:
            learners = dict.fromkeys(row.learner for row in studio.journal.sessions() if row.learner != studio.settings.learner)
        except BranchlineError as error:
            self.desk.trouble(error)
            return
        entries = [Block(Content(clean_line(name)), Content("  "), id=f"={name}") for name in learners]
        nobody = Block(Content.styled("Nobody else has played on this machine.", "italic $desk-soft"))
        asked = PickDialog("With whom", entries or [nobody])
        self.app.push_screen(asked, lambda chosen: self._look(chosen.removeprefix("=")) if chosen else None)

    def _look(self, learner: str) -> None:
        """Draw a proposal in a thread of its own: all of the learner's sessions are read for it."""
        self.notify(f"Reading the sessions of {clean_line(learner)} …", markup=False)
        self.run_worker(lambda: self._drawn(learner), name=DRAWN, group=DRAWN, thread=True, exclusive=True, exit_on_error=False)

    def _drawn(self, learner: str) -> Proposal:
        """Goals and moments; none where no session is complete, and the coach writes the goals."""
        try:
            drawn, _ = plans.draw(self.desk.studio, learner)
        except BranchlineError:
            return Proposal(learner, (), ())
        return Proposal(learner, goals_of(drawn), moments_of(drawn))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """The proposal is there; a fault of ours in drawing it keeps nobody from holding a session."""
        if event.worker.name == DRAWN and event.state is WorkerState.SUCCESS and isinstance(event.worker.result, Proposal):
            self._ask_goals(event.worker.result)
        elif event.worker.name == DRAWN and event.state is WorkerState.ERROR:
            self.notify("Nothing could be proposed.", severity="warning", markup=False)

    def _ask_goals(self, proposal: Proposal) -> None:
        studio, learner = self.desk.studio, proposal.learner

        def keep(filled: Filled | None) -> None:
            if filled is None or not filled.sent:
                return
            goals = filled.values["goals"].split("\n")
            try:
                made = plans.hold(studio, learner, goals, moments=proposal.moments, text=filled.values["text"])
            except BranchlineError as error:
                self.desk.trouble(error)
                return
            self.desk.statements_written()
            self.app.push_screen(PlanScreen(made.id))

        parts = (Part("goals", "Goals, one on each line", "text"), Part("text", "What was said", needed=False))
        self.app.push_screen(FormDialog(f"Coaching of {learner}", parts, {"goals": "\n".join(proposal.goals)}), keep)

    def action_back(self) -> None:
        """Go home."""
        self.dismiss()


class PlanScreen(DeskScreen):
    """One plan."""

    HERE = ONE
    BINDINGS = bindings(ONE[1:])
    CSS_PATH = "plans.tcss"
    FIRST = "#plan"

    def __init__(self, plan_id: str) -> None:
        """The plan is read when it is shown."""
        super().__init__()
        self._plan_id = plan_id
        self._shown: Plan | None = None
        """The plan as it stands on the screen."""

    def body(self) -> Iterable[Widget]:
        """Title and plan."""
        yield Bar(id="title")
        yield Menu(id="plan")

    def on_mount(self) -> None:
        """Focus the plan."""
        super().on_mount()
        self.query_one(Menu).focus()

    def on_screen_resume(self) -> None:
        """Read it, again after something was done with it."""
        plan = self._shown = self._plan()
        if plan is None:
            return
        state = {"unsigned": "to be signed"}.get(plan.state, plan.state)
        left = Content.styled(clean_line(f"Coaching of {plan.learner}, {day(plan.at)}"), "bold $desk-accent")
        right = Content.styled(clean_line(f"held by {plan.coach}, {state}"), "$desk-soft")
        self.query_one("#title", Bar).say(left, right)
        self.query_one(Menu).show(plan_blocks(plan, self.desk.studio.today))

    def _plan(self) -> Plan | None:
        try:
            return plans.plan_named(self.desk.studio, self._plan_id)
        except BranchlineError as error:
            self.desk.trouble(error)
            return None

    def _do(self, deed: Callable[[Plan], Plan], words: str) -> None:
        """Do something with the plan and say so; what stands in the way is said."""
        plan = self._plan()
        if plan is None:
            return
        try:
            deed(plan)
        except BranchlineError as error:
            self.desk.trouble(error)
            return
        self.desk.statements_written()
        self.on_screen_resume()
        self.notify(words, markup=False)

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """An action is closed, a moment reviewed."""
        kind, _, rest = event.entry.partition(" ")
        if kind == "moment":
            self.desk.review(rest.partition(" ")[0])
        else:
            self._ask_outcome(rest)

    def _ask_outcome(self, action_id: str) -> None:
        plan = self._plan()
        action = plan.action(action_id) if plan is not None else None
        if action is None:
            return
        if action.state != OPEN:
            self.notify(f"That action is {action.state}.", markup=False)
            return

        def keep(filled: Filled | None) -> None:
            if filled is not None and filled.sent:
                done, text = filled.values["outcome"] == "done", filled.values["text"]
                self._do(lambda known: plans.close(self.desk.studio, known, action, done=done, text=text), "Closed.")

        outcome = Part("outcome", "What became of it", "pick", (("done", "done"), ("given-up", "given up")))
        self.app.push_screen(FormDialog(action.text, (outcome, Part("text", "How it went", needed=False)), {}), keep)

    def action_pick(self) -> None:
        """The highlighted entry, from the palette."""
        self.query_one(Menu).action_pick()

    def action_agree(self) -> None:
        """Ask for one more action."""

        def keep(filled: Filled | None) -> None:
            if filled is not None and filled.sent:
                said = filled.values
                named = [name for name in said["practise"].replace(",", " ").split() if name]
                self._do(lambda plan: plans.agree(self.desk.studio, plan, said["text"], due=said["due"].strip(), practise=named), "Agreed.")

        parts = (
            Part("text", "What is to be done"),
            Part("due", "Until", needed=False, tip="a date such as 2026-03-31"),
            Part("practise", "With", needed=False, tip="ids of scenarios, drills or SOPs"),
        )
        self.app.push_screen(FormDialog("One more action", parts, {}), keep)

    def action_sign(self) -> None:
        """Sign it as it stands on the screen; where it stands otherwise now, that is shown instead."""
        self._do(lambda plan: plans.sign(self.desk.studio, self._shown or plan), "Signed.")
        self.on_screen_resume()

    def action_back(self) -> None:
        """Back to the list."""
        self.dismiss()
