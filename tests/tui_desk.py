"""What tests of the app share: a small workspace, the app over it, and what stands on its screen."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from branchline.practice import DeskPractice, Practice, Studio
from branchline.tui.app import BranchlineApp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from textual.pilot import Pilot

Kind = TypeVar("Kind")
SCENARIO = """
format: 1
id: lost-order
title: "{title}"
summary: A parcel is late, and the caller has heard nothing.
channel: {channel}
language: en
level: 1
minutes: 3
sops: [SOP-ORD]
customer:
  name: "{name}"
  account: AC-1
  plan: Basic
  tenure_months: 30
  trust: 50
  heat: 40
  needs: [a straight answer]
  history:
    - {{when: yesterday, channel: chat, text: "Asked where it is."}}
variables:
  verified: flag
start: hello
nodes:
  hello:
    claim: Says what is wrong before asking for anything
    lines:
      - desk: "Parcel 77 stands in the depot."
      - customer: "{line}"
    choices:
      - id: sorry
        say: "That wait is on us, and I am looking for your parcel now."
        empathy: {{acknowledge: 2, understand: 1, explore: na, ownership: 2, clarity: 2, tone: 2}}
        effects: [verified = true]
        does: [SOP-ORD/find]
        go: news
        because: It names the wait and takes it over.
      - id: policy
        say: "Parcels may take up to ten days, please read our terms."
        empathy: {{acknowledge: 0, understand: 0, explore: na, ownership: 0, clarity: 1, tone: 0}}
        flags: [policy_shield]
        go: news
        because: The terms answer a question that nobody asked.
      - id: send-again
        say: "I am sending you another one today."
        locked_when: {{when: not verified, why: You have not looked for the parcel.}}
        empathy: {{acknowledge: 1, understand: 1, explore: na, ownership: 2, clarity: 1, tone: 1}}
        go: sent
        because: A promise before looking.
    {timeout}
  silence:
    claim: Comes back from a silence
    lines:
      - customer: "Are you there?"
    choices:
      - id: here
        say: "I am here now."
        empathy: {{acknowledge: 1, understand: 1, explore: na, ownership: 1, clarity: 1, tone: 1}}
        go: news
        because: Short and true.
  news:
    claim: Brings it to an end
    lines:
      - customer: "And now?"
    choices:
      - id: tomorrow
        say: "It is with you tomorrow by noon, and I will call you."
        empathy: {{acknowledge: 1, understand: 2, explore: na, ownership: 2, clarity: 2, tone: 2}}
        go: sent
        because: A time she can rely on.
      - id: wait
        say: "Please wait a little longer."
        empathy: {{acknowledge: 0, understand: 0, explore: na, ownership: 0, clarity: 0, tone: 1}}
        go: gone
        because: More waiting is what she called about.
endings:
  sent: {{title: On its way, outcome: resolved, value: 100}}
  gone: {{title: She cancelled, outcome: lost, value: 0}}
"""
SOP = """---
format: 1
id: SOP-ORD
title: Lost orders
version: 2
effective: 2026-01-01
owner: Shipping
---
Use when a parcel is late.

1. Find the parcel in the depot list. {#find do=find_parcel}
2. Say the day it arrives, with [our map](https://example.org).
"""
BROKEN = """
format: 1
id: torn
title: A torn scenario
channel: telepathy
"""


@dataclass
class Workspace:
    """A workspace and a home in a folder of the test's own."""

    folder: Path

    @property
    def environ(self) -> dict[str, str]:
        """The environment that leads there."""
        return {"BRANCHLINE_HOME": str(self.folder / "home"), "BRANCHLINE_WORKSPACE": str(self.folder), "BRANCHLINE_LEARNER": "robin"}

    def write(
        self, *, title: str = "Lost order", name: str = "Alex Moor", line: str = "Where is it?", channel: str = "phone", seconds: int = 0
    ) -> Workspace:
        """Write the scenario; `seconds` gives its first moment a time limit."""
        timeout = f"timeout: {{after: {seconds}s, go: silence}}" if seconds else ""
        conversations, library = self.folder / "scenarios" / "conversations", self.folder / "sop_library"
        conversations.mkdir(parents=True, exist_ok=True)
        library.mkdir(exist_ok=True)
        text = SCENARIO.format(title=title, name=name, line=line, channel=channel, timeout=timeout)
        (conversations / "lost-order.yaml").write_text(text, encoding="utf-8")
        (library / "SOP-ORD.md").write_text(SOP, encoding="utf-8")
        return self

    def break_one(self) -> Workspace:
        """Add a scenario that cannot be played."""
        (self.folder / "scenarios" / "conversations" / "torn.yaml").write_text(BROKEN, encoding="utf-8")
        return self

    def studio(self, **more: str) -> Studio:
        """The studio over it; `more` are settings."""
        return Studio.open(environ={**self.environ, **{f"BRANCHLINE_{name.upper()}": value for name, value in more.items()}})

    def begin(self, studio: Studio, mode: str = "practice") -> Practice:
        """A session of the scenario, its choices in a known order."""
        return Practice.begin(studio, studio.workspace.load("lost-order"), mode=mode, seed=7)


def current(app: BranchlineApp, kind: type[Kind]) -> Kind:
    """The screen that is shown, which must be of that kind."""
    screen: object = app.screen
    assert isinstance(screen, kind), screen
    return screen


def lines(app: BranchlineApp) -> list[str]:
    """The screen as plain text lines."""
    rows = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in row).rstrip() for row in rows]


def text(app: BranchlineApp) -> str:
    """The screen as one text, runs of spaces and line breaks as one space."""
    return " ".join(" ".join(lines(app)).split())


async def until(pilot: Pilot[None], words: str) -> str:
    """Wait until the words stand on the screen; the screen's text."""
    app = pilot.app
    assert isinstance(app, BranchlineApp)
    for _ in range(200):
        await pilot.pause()
        if words in text(app):
            return text(app)
        await asyncio.sleep(0.01)
    raise AssertionError(f"{words!r} is not on the screen:\n" + "\n".join(lines(app)))


def show(
    studio: Studio,
    body: Callable[[Pilot[None], BranchlineApp], Awaitable[None]],
    *,
    practice: Practice | DeskPractice | None = None,
    size: tuple[int, int] = (80, 24),
) -> BranchlineApp:
    """Run the app at that size, and `body` with it; the app after it has ended."""
    app = BranchlineApp(studio, practice)

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await body(pilot, app)

    asyncio.run(run())
    studio.close()
    return app
