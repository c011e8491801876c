"""BranchlineApp: the app itself: themes, keys, which screen is shown, leaving."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App, SystemCommand
from textual.message import Message

from branchline.errors import BranchlineError
from branchline.text import clean_line
from branchline.tui.commands import EVERYWHERE, bindings
from branchline.tui.hangup import ENDED, watch
from branchline.tui.screens.desk_screen import DeskScreen
from branchline.tui.screens.home import HomeScreen
from branchline.tui.themes import DARK, PALETTES, theme_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from textual.screen import Screen

    from branchline.coaching.mistakes import Waiting
    from branchline.practice import DeskPractice, Practice, Studio
    from branchline.practice.scoring_draft import ScoringDraft
    from branchline.tui.screens.review_reading import Source
    from branchline.xapi.outbox import Delivery, Drainer


class Delivered(Message):
    """A run of delivery in the background has ended; posted from its thread."""

    def __init__(self, delivery: Delivery) -> None:
        """What it did, and why it ended."""
        super().__init__()
        self.delivery = delivery


class BranchlineApp(App[None]):
    """Branchline in a terminal, over one Studio."""

    TITLE = "Branchline"
    BINDINGS = bindings(EVERYWHERE)
    # Textual 8.2 reads the stylesheet of every screen but the default one.
    CSS_PATH = "screens/home.tcss"
    CSS = """
    Toast { background: $desk-panel; color: $desk-ink; }
    """

    def __init__(
        self,
        studio: Studio,
        practice: Practice | DeskPractice | None = None,
        source: Source | None = None,
        mistakes: Sequence[Waiting] | None = None,
    ) -> None:
        """It opens on the session `practice`, the review of `source`, or the first of `mistakes`, where one is given."""
        no_colour = "NO_COLOR" in os.environ
        # Only with native colours does Textual leave every colour out; else it would send greys.
        super().__init__(ansi_color=True if no_colour else None)
        self.studio = studio
        self.mode = studio.settings.mode
        self.guided = False
        """Whether the next drill names its SOP steps; it is practice then, and never counts."""
        self.unreachable_since = ""
        """Local time of day since when the LRS does not answer, empty while it does."""
        self.note_drafts: dict[str, Mapping[str, str]] = {}
        """Notes about SOPs that were put aside, by SOP."""
        self.score_drafts: dict[str, ScoringDraft] = {}
        """Scorecards that were put aside, by what they are about."""
        self._practice = practice
        self._source = source
        self._mistakes = mistakes
        self._drainer: Drainer | None = None
        for palette in PALETTES:
            self.register_theme(palette.theme())
        self.theme = theme_named(studio.settings.theme)
        if not studio.settings.motion:
            self.animation_level = "none"
        self.set_keymap(dict(studio.settings.keys))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What our stylesheets name, whatever theme is on."""
        return DARK.variables()

    def get_default_screen(self) -> Screen[None]:
        """Home, from the first frame."""
        return HomeScreen()

    def on_mount(self) -> None:
        """Open the session that was asked for, and begin delivery once something is on the screen."""
        if self._practice is not None:
            self.open_session(self._practice)
        if self._source is not None:
            self.open_review(self._source)
        if self._mistakes is not None:
            self.open_mistakes(self._mistakes)
        self.call_after_refresh(self._begin_delivery)
        if not self.is_headless:
            watch(self._terminal_gone)

    def on_unmount(self) -> None:
        """End delivery."""
        if self._drainer is not None:
            self._drainer.stop()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The commands of the screen, for the palette."""
        commands = screen.commands() if isinstance(screen, DeskScreen) else EVERYWHERE
        for command in commands:
            if command.id != "palette":
                yield SystemCommand(command.label.capitalize(), command.help, lambda action=command.action: self._do(screen, action))

    def _do(self, screen: Screen[Any], action: str) -> None:
        self.call_later(screen.run_action, action)

    # ------------------------------------------------------------------------------------------------ going places

    def play(self, content_id: str) -> None:
        """Begin a session of that scenario or drill and open it; what stands in the way is said."""
        from branchline.practice import DeskPractice, Practice  # noqa: PLC0415

        def begin() -> Practice | DeskPractice:
            workspace = self.studio.workspace
            if workspace.kind(content_id) == "drill":
                return DeskPractice.begin(self.studio, workspace.load_drill(content_id), mode=self.mode, guided=self.guided)
            return Practice.begin(self.studio, workspace.load(content_id, self.studio.settings.language), mode=self.mode)

        self._open(begin)

    def resume(self, session_id: str) -> None:
        """Go on with that session."""
        from branchline.practice import go_on  # noqa: PLC0415

        self._open(lambda: go_on(self.studio, self.studio.journal.session(session_id)))

    def _open(self, make: Callable[[], Practice | DeskPractice]) -> None:
        try:
            practice = make()
        except BranchlineError as error:
            self.trouble(error)
        else:
            self.open_session(practice)

    def open_session(self, practice: Practice | DeskPractice) -> None:
        """Show a session in play."""
        from branchline.practice import DeskPractice  # noqa: PLC0415  # the first frame needs no other screen

        self._practice = practice
        if isinstance(practice, DeskPractice):
            from branchline.tui.screens.desk_ticket import TicketScreen  # noqa: PLC0415

            self.push_screen(TicketScreen(practice))
            return
        from branchline.tui.screens.conversation import ConversationScreen  # noqa: PLC0415

        self.push_screen(ConversationScreen(practice))

    def open_debrief(self, practice: Practice | DeskPractice) -> None:
        """Show the result of the session in place of what was played."""
        from branchline.tui.played import Played  # noqa: PLC0415
        from branchline.tui.screens.debrief import DebriefScreen  # noqa: PLC0415

        self.switch_screen(DebriefScreen(Played.of(practice)))

    def review(self, session_id: str, at: int = 0) -> None:
        """Show that session moment by moment, from event `at` on."""
        from branchline.tui.screens.review_reading import Kept  # noqa: PLC0415  # the first frame needs no other screen

        self.open_review(Kept(self.studio, session_id), at)

    def open_review(self, source: Source, at: int = 0) -> None:
        """Show a session moment by moment; what stands in the way is said."""
        from branchline.tui.screens.review import ReviewScreen  # noqa: PLC0415  # as above

        try:
            screen = ReviewScreen(source, at)
        except BranchlineError as error:
            self.trouble(error)
        else:
            self.push_screen(screen)

    def open_mistakes(self, queue: Sequence[Waiting]) -> None:
        """Meet these mistakes again."""
        from branchline.practice import Retries  # noqa: PLC0415
        from branchline.tui.screens.retry import RetryScreen  # noqa: PLC0415

        self.push_screen(RetryScreen(Retries(self.studio), queue))

    def action_show_help(self) -> None:
        """Every key of this screen."""
        from branchline.tui.screens.help import HelpScreen  # noqa: PLC0415

        screen = self.screen
        if isinstance(screen, DeskScreen) and not isinstance(screen, HelpScreen):
            self.push_screen(HelpScreen(screen.commands(), screen.more_keys()))

    def action_next_theme(self) -> None:
        """The next of our themes."""
        names = [palette.name for palette in PALETTES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else names[0]

    def action_sop_wrong(self) -> None:
        """A note about an SOP, with its place in the session in play."""
        from branchline.tui.screens.desk_note import ask_note  # noqa: PLC0415

        if isinstance(self.screen, DeskScreen):
            ask_note(self.screen, self._practice if self.in_play else None)

    @property
    def in_play(self) -> bool:
        """Whether a session is being played."""
        return self._practice is not None and not self._practice.finished

    async def action_quit(self) -> None:
        """Leave with 0; a session in play is suspended, and is in the journal whatever happens here."""
        self.leave_session()
        self.exit(return_code=0)

    def _terminal_gone(self) -> None:
        self.call_later(self._end_without_terminal)

    def _end_without_terminal(self) -> None:
        """Suspend the session in play and end here: an orderly end would write to a terminal that is gone."""
        self.leave_session()
        self.on_unmount()
        self.studio.close()
        os._exit(ENDED)

    def leave_session(self) -> None:
        """Suspend the session in play, if there is one."""
        practice, self._practice = self._practice, None
        if practice is None or practice.finished:
            return
        try:
            practice.suspend()
        except BranchlineError as error:
            self.trouble(error)
        self.statements_written()

    # ------------------------------------------------------------------------------------------------ telling

    def trouble(self, error: BranchlineError) -> None:
        """Say what went wrong, where, and what to do; nothing has happened meanwhile."""
        title = clean_line(error.code.replace("-", " ").capitalize())
        self.notify(clean_line(str(error)), title=title, severity="error", timeout=12, markup=False)

    async def on_event(self, event: events.Event) -> None:
        """Whatever is pressed goes before delivery."""
        if self._drainer is not None and isinstance(event, events.InputEvent):
            self._drainer.hold()
        await super().on_event(event)

    def statements_written(self) -> None:
        """Tell delivery that statements wait."""
        if self._drainer is not None:
            self._drainer.wake()

    def _begin_delivery(self) -> None:
        self._drainer = self.studio.drainer(self._tell_delivered)
        if self._drainer is not None:
            self._drainer.start()

    def _tell_delivered(self, done: Delivery) -> None:
        self.post_message(Delivered(done))

    def on_delivered(self, event: Delivered) -> None:
        """Remember since when the LRS does not answer, and say it at home."""
        done = event.delivery
        self.unreachable_since = (self.unreachable_since or f"{self.studio.clock.now().astimezone():%H:%M}") if done.error else ""
        if isinstance(self.screen, HomeScreen):
            self.screen.show_lrs()


def run(
    studio: Studio, practice: Practice | DeskPractice | None = None, source: Source | None = None, mistakes: Sequence[Waiting] | None = None
) -> int:
    """Run the app until the learner leaves; the exit code. It opens on what is given: a session in play, a review, or mistakes."""
    with closing(studio):
        app = BranchlineApp(studio, practice, source, mistakes)
        app.run()
        return app.return_code or 0
