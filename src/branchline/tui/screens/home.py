"""Home: go on where I stopped, what can be played, the library, my results, and where the statements are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.worker import Worker, WorkerState

from branchline.errors import BranchlineError
from branchline.text import clean_line
from branchline.tui.commands import Command, bindings
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.widgets.bar import Bar
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.card import heading
from branchline.tui.widgets.menu import Menu

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from branchline.coaching.mistakes import Waiting
    from branchline.content.workspace import Listing
    from branchline.journal.model import SessionRow

COMMANDS = (
    Command("open", "enter", "open", "Open the highlighted entry.", "pick"),
    Command("move", "up", "move", "Move the highlight; j and k do it too.", "nothing", hint=False),
    Command("mode", "m", "mode", "Change how the next session is played: practice, expert, exam.", "next_mode"),
    Command("guided", "g", "guided", "Let the next drill name its SOP steps, or not; a guided drill never counts.", "guided"),
    Command("mistakes", "l", "learn", "Learn from my mistakes: meet those that are due again.", "open('retry')", hint=False),
    Command("library", "s", "SOPs", "Open the SOP library.", "open('sops')"),
    Command("results", "r", "results", "Open my results.", "open('results')"),
    Command("leave", "q", "quit", "Leave the app.", "app.quit"),
)
MODES = {
    "practice": "feedback, undo",
    "expert": "judged at the end",
    "exam": "it counts",
}
KINDS = {"scenario": "Conversations", "drill": "Drills"}
"""What can be played, by the heading under which it is listed."""
DUE = "due"
"""The worker that looks for mistakes that are due."""
COMMENTS = "comments"
"""Name of the worker that counts comments."""


class HomeScreen(DeskScreen):
    """The first screen. It is painted at once; its lists follow."""

    HERE = tuple(command for command in COMMANDS if command.id != "move")
    BINDINGS = bindings(command for command in COMMANDS if command.id not in {"open", "move"})
    FIRST = "#doors"

    def __init__(self) -> None:
        """Nothing is read before the first frame."""
        super().__init__()
        self._listings: Sequence[Listing] | None = None
        self._trouble = ""
        self._due: Sequence[Waiting] = ()
        """Mistakes that are due; found after everything else is shown."""
        self._comments = 0
        """How many comments wait; found likewise."""

    def body(self) -> Iterable[Widget]:
        """Title, doors, the LRS line."""
        yield Bar(Content.styled("Branchline", "bold $desk-accent"), id="title")
        yield Menu(id="doors")
        yield Bar(id="lrs")

    def on_mount(self) -> None:
        """The frame without lists."""
        super().on_mount()
        self.query_one(Menu).show([Block(Content.styled("Reading the workspace …", "$desk-soft"), above=1)])
        self.query_one(Menu).focus()
        self._show_title()

    def on_screen_resume(self) -> None:
        """Shown for the first time, or again: read what there is, after the frame is on the screen."""
        self.call_after_refresh(self._read)

    def _read(self) -> None:
        # An app that opens on a session shows home only once that is left; until then nothing of it is read, or held in memory.
        if self.is_current and not self.desk.in_play:
            self._show_title()
            self.run_worker(self._read_workspace, thread=True, exclusive=True, exit_on_error=False)

    def _read_workspace(self) -> tuple[Sequence[Listing], str]:
        """What can be played, and what stands in the way; runs in a thread of its own."""
        try:
            return self.desk.studio.workspace.listings(), ""
        except BranchlineError as error:
            return (), str(error)

    def _read_due(self) -> Sequence[Waiting]:
        """The mistakes that are due; runs in a thread of its own, for sessions may have to be judged first."""
        studio = self.desk.studio
        if not any(row.ended for row in self._sessions()):
            return ()
        from branchline.practice import Retries  # noqa: PLC0415  # judging brings exploration along

        return Retries(studio).to_meet()

    def _read_comments(self) -> int:
        """How many comments wait for whoever is here; runs in a thread of its own, for a coach may have many sessions."""
        from branchline.tui.waiting import waiting_in  # noqa: PLC0415  # after the first frame

        return waiting_in(self.desk.studio).total()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """The workspace was read; a fault of ours in that must not leave the screen waiting."""
        if event.worker.name == DUE:
            if event.state is WorkerState.SUCCESS and event.worker.result != self._due:
                self._due = event.worker.result or ()
                self._show(self._listings or (), self._trouble)
        elif event.worker.name == COMMENTS:
            if event.state is WorkerState.SUCCESS and event.worker.result != self._comments:
                self._comments = event.worker.result or 0
                self._show(self._listings or (), self._trouble)
        elif event.state is WorkerState.SUCCESS and event.worker.result is not None:
            self.run_worker(self._read_comments, name=COMMENTS, group=COMMENTS, thread=True, exclusive=True, exit_on_error=False)
            self.run_worker(self._read_due, name=DUE, group=DUE, thread=True, exclusive=True, exit_on_error=False)
            self._show(*event.worker.result)
        elif event.state is WorkerState.ERROR:
            self._show((), f"The workspace could not be read ({type(event.worker.error).__name__}).")

    def _show(self, listings: Sequence[Listing], trouble: str) -> None:
        """Everything, with the sessions of the journal."""
        self._listings, self._trouble = listings, trouble
        sessions, elsewhere = self._sessions(), self._elsewhere()
        doors = [*self._continue(sessions), *_learn(len(self._due)), *self._coaching()]
        blocks = [*doors, *_playables(listings, sessions), *_more(sessions, elsewhere)]
        self.query_one(Menu).show(blocks)
        self.show_lrs()

    def _coaching(self) -> list[Block]:
        """A coach's door to sessions, and doors to comments that wait and to plans."""
        from branchline.tui.waiting import calibrations_door, comments_door, plans_door  # noqa: PLC0415  # after the first frame

        studio = self.desk.studio
        role = studio.settings.role
        doors = [*([_sessions_door()] if role == "coach" else []), *comments_door(self._comments, role)]
        doors += [*calibrations_door(studio), *plans_door(studio)]
        return [heading("Coaching"), *doors] if doors else []

    def _sessions(self) -> list[SessionRow]:
        studio = self.desk.studio
        if not studio.paths.database.exists():
            return []
        try:
            return studio.journal.sessions(learner=studio.settings.learner)
        except BranchlineError as error:
            self._trouble = str(error)
            return []

    def _elsewhere(self) -> int:
        """How much other tools recorded of the learner."""
        studio = self.desk.studio
        if not studio.paths.database.exists():
            return 0
        try:
            return studio.journal.received().count_of_learner(*studio.settings.names)
        except BranchlineError as error:
            self._trouble = str(error)
            return 0

    def _continue(self, sessions: Sequence[SessionRow]) -> list[Block]:
        blocks = [Block(Content.styled(f"✗ {clean_line(self._trouble)}", "bold $desk-bad"), above=1)] if self._trouble else []
        from branchline.journal.model import UNFINISHED  # noqa: PLC0415  # after the first frame

        waiting = [row for row in sessions if row.status in UNFINISHED]
        if waiting:
            last = waiting[0]
            today = self.desk.studio.today
            right = Content.styled(f"{last.mode}, begun {local(last.started, today)}", "$desk-soft")
            blocks += [heading("Continue"), Block(Content.styled(clean_line(last.title), "bold"), Content("  "), right, id=f"go {last.id}")]
        return blocks

    def show_lrs(self) -> None:
        """How the statements stand, in one line."""
        from branchline.tui.lrs_line import lrs_line  # noqa: PLC0415  # after the first frame

        try:
            well, words = lrs_line(self.desk.studio, self.desk.unreachable_since)
        except BranchlineError as error:
            well, words = False, clean_line(str(error))
        mark = ("✓ ", "$desk-good") if well else ("! ", "bold $desk-warn")
        self.query_one("#lrs", Bar).say(Content.assemble(mark, (words, "$desk-soft")))

    def _show_title(self) -> None:
        mode = self.desk.mode
        left = Content.assemble(("Branchline", "bold $desk-accent"), ("  rehearse hard conversations", "$desk-soft"))
        right = Content.assemble((f"{mode} mode", "bold"), (f": {MODES[mode]}", "$desk-soft"))
        if self.desk.guided:
            right = Content.styled("guided drills, ", "bold $desk-warn") + right
        self.query_one("#title", Bar).say(left, right)

    # ------------------------------------------------------------------------------------------------ what can be done

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """Go through a door."""
        self.action_open(event.entry)

    def action_pick(self) -> None:
        """The highlighted entry, from the palette."""
        self.query_one(Menu).action_pick()

    def action_open(self, entry: str) -> None:
        """Open the door with that name."""
        kind, _, name = entry.partition(" ")
        if kind == "go":
            self.desk.resume(name)
        elif kind == "play":
            self.desk.play(name)
        elif kind == "broken":
            self._explain(name)
        elif kind == "sops":
            from branchline.tui.screens.library import LibraryScreen  # noqa: PLC0415  # the first frame needs no other screen

            self.app.push_screen(LibraryScreen())
        elif kind == "retry" and self._due:
            self.desk.open_mistakes(self._due)
        elif kind == "results":
            from branchline.tui.screens.results import ResultsScreen  # noqa: PLC0415

            self.app.push_screen(ResultsScreen())
        else:
            self._open_coaching(kind)

    def _open_coaching(self, kind: str) -> None:
        if kind == "comments":
            from branchline.tui.screens.comments import CommentsScreen  # noqa: PLC0415

            self.app.push_screen(CommentsScreen())
        elif kind == "calibrations":
            from branchline.tui.screens.rubric_doors import open_waiting  # noqa: PLC0415

            open_waiting(self)
        elif kind == "plans":
            from branchline.tui.screens.plans import PlansScreen  # noqa: PLC0415

            self.app.push_screen(PlansScreen())
        elif kind == "coaching":
            from branchline.tui.screens.coaching import CoachingScreen  # noqa: PLC0415

            self.app.push_screen(CoachingScreen())

    def action_next_mode(self) -> None:
        """Practice, expert, exam, and round again."""
        names = list(MODES)
        self.desk.mode = names[(names.index(self.desk.mode) + 1) % len(names)]
        self._show_title()

    def action_guided(self) -> None:
        """Whether the next drill is guided."""
        self.desk.guided = not self.desk.guided
        self._show_title()

    def _explain(self, scenario_id: str) -> None:
        """Why a scenario cannot be played, with every Diagnostic."""
        from branchline.tui.screens.findings import FindingsScreen  # noqa: PLC0415

        listing = next((found for found in self._listings or () if found.id == scenario_id), None)
        if listing is not None:
            self.app.push_screen(FindingsScreen(listing))


def local(instant: str, today: str) -> str:
    """A UTC instant as people here say it: the time of day, with the date unless it is `today` (ISO)."""
    from datetime import datetime  # noqa: PLC0415  # not needed before there is a session

    try:
        moment = datetime.fromisoformat(instant).astimezone()
    except ValueError:
        return clean_line(instant)
    return f"{moment:%H:%M}" if moment.date().isoformat() == today else f"{moment:%Y-%m-%d %H:%M}"


def verdict(row: SessionRow) -> Content:
    """A completed session's composite and whether it was passed."""
    import json  # noqa: PLC0415  # not needed before there is a session

    try:
        composite = json.loads(row.scores or "{}").get("composite")
    except (ValueError, AttributeError):
        composite = None
    number = f"{composite:.0f} " if isinstance(composite, int | float) else ""
    return Content.styled(f"✓ {number}passed", "$desk-good") if row.passed else Content.styled(f"✗ {number}not passed", "$desk-warn")


def _learn(due: int) -> list[Block]:
    """The door to the mistakes that are due; none where none is."""
    right = Content.styled(f"{due} due", "bold $desk-warn")
    return [heading("Learn"), Block(Content("Learn from my mistakes"), Content("  "), right, id="retry")] if due else []


def _playables(listings: Sequence[Listing], sessions: Sequence[SessionRow]) -> list[Block]:
    """Conversations and drills under their headings, each with its last result."""
    last: dict[str, SessionRow] = {}
    for row in sessions:
        if row.status == "completed":
            last.setdefault(row.content, row)
    blocks: list[Block] = []
    for kind, title in KINDS.items():
        found = [listing for listing in listings if listing.kind == kind]
        if found:
            blocks.append(heading(title))
            blocks += [_playable(listing, last.get(listing.id)) if listing.playable else _broken(listing) for listing in found]
    nothing = Block(Content.styled("There is nothing to play in this workspace.", "italic $desk-soft"), Content("  "))
    return blocks or [heading(KINDS["scenario"]), nothing]


def _playable(listing: Listing, last: SessionRow | None) -> Block:
    facts = f"{clean_line(listing.channel)}, level {listing.level}, {listing.minutes} min"
    right = Content.styled(facts, "$desk-soft")
    if last is not None:
        right = verdict(last) + Content("  ") + right
    text = Content.assemble((clean_line(listing.title), "bold"))
    return Block(text + Content.assemble("\n", (clean_line(listing.summary), "$desk-soft")), Content("  "), right, id=f"play {listing.id}")


def _broken(listing: Listing) -> Block:
    why = clean_line(listing.diagnostics[0].message) if listing.diagnostics else "It cannot be read."
    text = Content.assemble((clean_line(listing.title), "bold $desk-soft"), (f"\n✗ cannot be played: {why}", "$desk-bad"))
    return Block(text, Content.styled("✗ ", "bold $desk-bad"), id=f"broken {listing.id}")


def _sessions_door() -> Block:
    right = Content.styled("sessions of every learner", "$desk-soft")
    return Block(Content.styled("Review sessions", "bold"), Content("  "), right, id="coaching")


def _more(sessions: Sequence[SessionRow], elsewhere: int) -> list[Block]:
    blocks = [heading("Look up"), Block(Content("SOP library"), Content("  "), id="sops")]
    done = sum(row.status == "completed" for row in sessions)
    if sessions or elsewhere:
        words = [f"{done} completed of {len(sessions)}", f"{elsewhere} from other tools" if elsewhere else ""]
        right = Content.styled(", ".join(filter(None, words)), "$desk-soft")
        blocks.append(Block(Content("My results"), Content("  "), right, id="results"))
    return blocks
