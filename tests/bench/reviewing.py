"""The review screen over a session of 10,000 events: until its transcript is on the screen, each kind of key, and reading it whole."""

from __future__ import annotations

import asyncio
import gc
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench.apps import Options
from bench.measure import Row, cost
from bench.terminal import COLUMNS, ROWS
from branchline.coaching.review import Review
from branchline.engine.actions import Choose
from branchline.engine.conversation import open_choices
from branchline.engine.events import SessionResumed, SessionSuspended
from branchline.engine.play import decide, digest, evolve
from branchline.engine.state import State
from branchline.journal.model import Entry
from branchline.practice import Practice, Studio
from branchline.tui.app import BranchlineApp
from branchline.tui.screens.review import ReviewScreen
from branchline.tui.screens.review_reading import Kept

if TYPE_CHECKING:
    from textual.pilot import Pilot

EVENTS, OPENING, KEY = 10_000, 300, 2
"""Budgets: events of the session, milliseconds of processor time, ratio to moving the highlight of a list."""
_KEYS = 40
_PRESSED = (("right", "to the next event"), ("right_square_bracket", "to the next mark"), ("n", "to the next mistake"))
_TALK = """format: 1
id: measured
version: 1
title: Measured
summary: A conversation that leads round and round.
channel: chat
level: 3
minutes: 8
customer: {name: Dana Okafor, account: AC-20417, plan: Business Cloud, trust: 45, heat: 50}
start: n0
nodes:
"""
_TAIL = """endings:
  settled: {title: Settled, outcome: resolved, value: 100}
"""


def review_rows(*, quick: bool) -> list[Row]:
    """Opening, keys, and reading all of it."""
    events = 300 if quick else EVENTS
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio.open(environ=_prepared(Path(folder)))
        try:
            session = _long_session(studio, events)
            return asyncio.run(_measured(studio, session, events, 1 if quick else 7))
        finally:
            studio.close()


def _prepared(folder: Path) -> dict[str, str]:
    path = folder / "workspace" / "scenarios" / "conversations" / "measured.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(_TALK + "".join(map(_node, range(4))) + _TAIL, encoding="utf-8")
    return {"BRANCHLINE_HOME": str(folder / "home"), "BRANCHLINE_WORKSPACE": str(folder / "workspace"), "BRANCHLINE_LEARNER": "measured"}


def _node(number: int) -> str:
    """Two replies that can be said again and again; the last node may also end it. Few enough that the judgement is exact."""
    says = ("I can see both entries on your account and I am staying with it", "Could you tell me which page was the first to go wrong")
    levels = ("{acknowledge: 2, understand: 2, explore: 1, ownership: 2, clarity: 2, tone: 2}", "{acknowledge: 0, understand: 1, tone: 1}")
    choices = "".join(
        f"      - id: c{reply}\n        say: {says[reply]}.\n        sticky: true\n        empathy: {levels[reply]}\n"
        f"        go: n{(number + 1 + reply) % 4}\n        because: {says[reply]}.\n"
        for reply in range(2)
    )
    end = "      - {id: end, say: Good bye., go: settled, because: It ends here.}\n" if number == 3 else ""  # the last
    return f"  n{number}:\n    lines:\n      - customer: And when do I hear from you? ({number})\n    choices:\n{choices}{end}"


def _long_session(studio: Studio, events: int) -> str:
    """A session of that many events, recorded as one play would have."""
    scenario = studio.workspace.load("measured")
    practice = Practice.begin(studio, scenario, mode="practice", seed=1)
    state, last = practice.state, practice.entries[-1]
    began = datetime(2026, 3, 2, tzinfo=UTC)
    entries: list[Entry] = []
    while last.seq + len(entries) < events:
        number = len(entries)
        choices = [choice for choice in open_choices(scenario, state) if choice.id != "end"]
        said = decide(scenario, state, Choose(choices[number * 7 % 5 % len(choices)].id))
        stopped = (SessionSuspended(), SessionResumed(scenario.content_hash)) if number % 50 == 0 else ()
        for event in (*said, *stopped):
            after = evolve(scenario, state, event)
            if not isinstance(after, State):
                raise TypeError(after)
            state, number = after, number + 1
            waited = 3.0 * number + 60.0 * (number // 50)
            at = (began + timedelta(seconds=waited)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            entries.append(Entry(last.seq + number, at, waited, event, digest(state)))
    studio.journal.write(practice.session_id, entries=entries)
    return practice.session_id


async def _measured(studio: Studio, session: str, events: int, rounds: int) -> list[Row]:
    openings, found = [], {key: [] for key, _ in _PRESSED}
    baselines = []
    for _ in range(rounds):
        app = BranchlineApp(studio)
        async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
            await pilot.pause()
            openings.append(await _opened(pilot, app, _Watched(studio, session)))
            await _judged(pilot, app)
            for key, _ in _PRESSED:
                found[key].append(await _pressed(pilot, key))
        bare = Options()
        async with bare.run_test(size=(COLUMNS, ROWS)) as pilot:
            await pilot.pause()
            baselines.append(await _pressed(pilot, "down"))
    opening = Row(f"review of {events} events: until its transcript stands there", 1000 * statistics.median(openings), "ms", budget=OPENING)
    return [opening, *(_key_row(words, found[key], baselines) for key, words in _PRESSED), _read_row(studio, session, events, rounds)]


def _key_row(words: str, ours: list[float], baselines: list[float]) -> Row:
    ratio = statistics.median(one / other for one, other in zip(ours, baselines, strict=True))
    first, second = 1000 * statistics.median(ours), 1000 * statistics.median(baselines)
    return Row(f"review: a key {words} (beside: highlight)", first, "ms", second, ratio, KEY)


def _read_row(studio: Studio, session: str, events: int, rounds: int) -> Row:
    """In the background, once the beginning stands there."""
    spent = statistics.median(cost(lambda: Review.kept(studio.journal, session)) for _ in range(rounds))
    return Row(f"review: reading all {events} events", 1000 * spent, "ms")


class _Watched(Kept):
    """A session that notes when the screen has been painted, which is when it is read on."""

    painted = 0.0

    def whole(self) -> Review:
        """All of it, read in the thread of the screen."""
        self.painted = time.process_time()
        return super().whole()


async def _opened(pilot: Pilot[None], app: BranchlineApp, source: _Watched) -> float:
    """Processor seconds until the transcript is painted."""
    gc.collect()
    began = time.process_time()
    app.open_review(source)
    while not source.painted:
        await pilot.pause(0.001)
    shown = [strip.text for strip in app.screen._compositor.render_strips()]
    if not any("And when do I hear" in line for line in shown):
        raise RuntimeError("\n".join(shown))
    return source.painted - began


async def _judged(pilot: Pilot[None], app: BranchlineApp) -> None:
    while not isinstance(app.screen, ReviewScreen) or app.screen.board.judged is None:
        await pilot.pause(0.05)
    await pilot.pause()


async def _pressed(pilot: Pilot[None], key: str) -> float:
    """Processor seconds of one key."""
    for _ in range(3):
        await pilot.press(key)
    gc.collect()
    began = time.process_time()
    for _ in range(_KEYS):
        await pilot.press(key)
    return (time.process_time() - began) / _KEYS
