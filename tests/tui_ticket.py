"""What tests of the desk in the app share: its sessions, and lists and forms worked with keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from textual.widgets import Input, TextArea

from branchline.engine.events import DeskActed
from branchline.practice import DeskPractice, Studio
from branchline.tui.app import BranchlineApp
from branchline.tui.screens.desk_dialog import FormDialog, PickDialog
from branchline.tui.widgets.menu import Menu
from branchline.tui.widgets.paper import Paper
from tui_desk import current

if TYPE_CHECKING:
    from textual.pilot import Pilot

SCRIPTS = Path(__file__).parent / "stories" / "drills"
KEYS = {
    "public_reply": "r", "internal_note": "n", "set_field": "f", "set_status": "o", "apply_macro": "m", "log_exception": "x", "wait": "w",
    "escalate": "e",
}  # fmt: skip


def studio_at(folder: Path, **more: str) -> Studio:
    """A studio over the bundled content, with a home of the test's own."""
    environ = {"BRANCHLINE_HOME": str(folder / "home"), "BRANCHLINE_LEARNER": "robin"}
    return Studio.open(environ={**environ, **{f"BRANCHLINE_{name.upper()}": value for name, value in more.items()}})


def begin(studio: Studio, drill: str = "refund-duplicate", **more: Any) -> DeskPractice:
    """A session of a drill."""
    return DeskPractice.begin(studio, studio.workspace.load_drill(drill), seed=1, **more)


def acts(practice: DeskPractice) -> list[tuple[str, bool]]:
    """Everything tried so far, and whether it was done."""
    return [(entry.event.verb, entry.event.ok) for entry in practice.entries if isinstance(entry.event, DeskActed)]


def app_of(pilot: Pilot[None]) -> BranchlineApp:
    """The app under a pilot, by its own type."""
    assert isinstance(pilot.app, BranchlineApp)
    return pilot.app


async def pick(pilot: Pilot[None], entry: str) -> None:
    """Choose an entry of the list that is open."""
    await pilot.pause()
    menu = current(app_of(pilot), PickDialog).query_one("#entries", Menu)
    place = next(index for index, block in enumerate(menu.blocks) if block.id == entry)
    menu.highlight(place)
    await pilot.press("enter")
    await pilot.pause()


async def fill(pilot: Pilot[None], values: dict[str, str]) -> None:
    """Write into the form that is open, and send it."""
    await pilot.pause()
    form = current(app_of(pilot), FormDialog)
    for name, value in values.items():
        field = form.query_one(f"#{form._ids[name if name in form._ids else 'text']}")
        if isinstance(field, Menu):
            field.highlight(next(index for index, block in enumerate(field.blocks) if block.id == f"={value}"))
        elif isinstance(field, TextArea):
            field.text = value
        elif isinstance(field, Input):
            field.value = value
    await pilot.press("ctrl+d")
    await pilot.pause()


async def carry_out(pilot: Pilot[None], action: dict[str, Any]) -> None:
    """One act of a script, through the keys of the screen."""
    given = {name: str(value) for name, value in action.items() if name != "do"}
    verb = str(action["do"])
    await pilot.press(KEYS.get(verb, "a"))
    if verb == "set_field":
        await pick(pilot, given.pop("field"))
    elif verb == "escalate":
        await pick(pilot, f"to {given.pop('to')}")
    elif verb == "apply_macro":
        await pick(pilot, given.pop("macro"))
        await pick(pilot, "go")
    elif verb not in KEYS:
        await pick(pilot, verb)
    if verb == "assign":
        given = {}
        await pilot.press("ctrl+d")
        await pilot.pause()
    elif isinstance(pilot.app.screen, FormDialog):
        await fill(pilot, given)


async def work(pilot: Pilot[None], practice: DeskPractice, actions: list[dict[str, Any]]) -> None:
    """A whole script, each act recorded before the next."""
    for action in actions:
        before = len(acts(practice))
        await carry_out(pilot, action)
        assert len(acts(practice)) == before + 1, action


def script(name: str) -> list[dict[str, Any]]:
    """The acts of a script, without the last one, which submits."""
    actions = yaml.safe_load((SCRIPTS / f"{name}.yaml").read_text(encoding="utf-8"))["actions"]
    return [action for action in actions if action["do"] != "submit"]


async def submit(pilot: Pilot[None]) -> None:
    """Submit, and say so again."""
    await pilot.press("ctrl+d")
    await pick(pilot, "go")
    await pilot.pause()


def stream_of(app: BranchlineApp) -> str:
    """The ticket's stream on one line."""
    return " ".join(app.screen.query_one("#stream", Paper).plain.split())


async def refund(pilot: Pilot[None], amount: str) -> None:
    """Try to refund."""
    await pilot.press("a")
    await pick(pilot, "issue_refund")
    await fill(pilot, {"amount": amount, "method": "original"})
