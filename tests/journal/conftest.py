"""A session as the journal meets it: its row, six entries, three statements, a bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from branchline.engine.events import ChoiceMade, DrawMade, EndingReached, SessionStarted, SopOpened, TimedOut
from branchline.journal.model import Entry, SessionRow, StoredStatement
from branchline.journal.store import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from branchline.engine.events import Event

SESSION = "3f0c5b1e-7a55-4b7e-9d0a-1f6f2f3a9c11"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with Journal.open(path, timeout=0.05) as opened:
        yield opened


@pytest.fixture
def row() -> SessionRow:
    return SessionRow(
        id=SESSION,
        kind="scenario",
        content="charged-twice",
        title="Charged twice [b]before[/b] rent day 🏠",
        version=3,
        content_hash="c0ffee",
        logic_hash="10c1c",
        learner="learner-7",
        mode="practice",
        seed=2**70 + 1,
        language="en",
        status="active",
        started="2026-03-01T09:00:00.000Z",
    )


@pytest.fixture
def bundle() -> dict[str, Any]:
    return {"id": "charged-twice", "nodes": [{"id": "hello", "text": "Grüße \x1b[31m\u202e \u0000 😀"}], "weights": [40, 40, 20]}


@pytest.fixture
def entries() -> list[Entry]:
    events: tuple[Event, ...] = (
        SessionStarted(
            "scenario", "charged-twice", 3, "c0ffee", "10c1c", "practice", 2**70, "en", "1", (("paid", True),), (40, 40, 20), 70
        ),
        ChoiceMade("hello", "sorry", ("sorry", "so-what")),
        DrawMade("wait", 1),
        SopOpened("billing", "wait"),
        TimedOut("wait", ("look", "ask")),
        EndingReached("refunded"),
    )
    return [Entry(seq, f"2026-03-01T09:00:0{seq}.000Z", seq * 1.1, event, f"0000000{seq}") for seq, event in enumerate(events, start=1)]


@pytest.fixture
def statements() -> list[StoredStatement]:
    return [
        StoredStatement("s-1", SESSION, 1, "launched", '{"verb":"launched"}'),
        StoredStatement("s-2", SESSION, 2, "responded", '{"verb":"responded"}', attempts=2, status=503, error="busy"),
        StoredStatement("s-6", SESSION, 6, "completed", '{"verb":"completed"}', state="delivered"),
    ]
