"""A key press while statements are delivered in the background, beside the same key press while nothing is."""

from __future__ import annotations

import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.authored import authored
from bench.measure import Row
from bench.terminal import Terminal
from branchline.journal.model import SessionRow, StoredStatement
from branchline.journal.store import Journal
from branchline.paths import Paths

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BUDGET = 2.0
_SESSION = 50
"""Statements of one session."""
_QUIET = 0.05
"""Seconds without output after which the next key is pressed."""
_STILL = 0.4
"""Seconds after which delivery has made its batch ready and waits for an LRS that stands still."""
_LRS = """
import sys
from lrs_servers import said, scripted_lrs

with scripted_lrs(lambda request: said(200, request.ids)) as server:
    print(server.endpoint, flush=True)
    sys.stdin.read()
"""


def pressed_meanwhile(texts: Sequence[str], *, keys: int) -> Row:
    """The median time from a key (a reply: event, commit, repaint) to the first byte of its repaint, with and without delivery.

    `texts` wait; every second key is pressed while the LRS, and so delivery, stands still. RuntimeError where delivery had not begun,
    or was over, while keys were pressed, in a long run.
    """
    with tempfile.TemporaryDirectory() as folder, _lrs() as lrs:
        home = _prepared(Path(folder), texts)
        with _app(home, lrs.endpoint) as terminal:
            pairs = [_both(terminal, lrs) for _ in range(keys)]
        _check_meanwhile(home, len(texts), whole=keys >= 20)  # fewer only show that it runs
    ours, baseline = (1000 * statistics.median(column) for column in zip(*pairs, strict=True))
    what = f"a reply while {len(texts)} statements are delivered, until its repaint begins (beside: none is)"
    return Row(what, ours, "ms", baseline, ours / baseline, BUDGET)


def _both(terminal: Terminal, lrs: _Lrs) -> tuple[float, float]:
    """Seconds of one key press during delivery, and of one with none."""
    lrs.process.send_signal(signal.SIGSTOP)
    terminal.written(_STILL)
    alone = _pressed(terminal)
    lrs.process.send_signal(signal.SIGCONT)
    terminal.written(_QUIET)
    return _pressed(terminal), alone


@dataclass(frozen=True)
class _Lrs:
    """An LRS in a process of its own, so that it takes no time of the app's, and can be made to stand still."""

    endpoint: str
    process: subprocess.Popen[str]


@contextmanager
def _lrs() -> Iterator[_Lrs]:
    command = [sys.executable, "-c", _LRS]
    where = Path(__file__).parents[1]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=where) as process:
        assert process.stdout is not None
        yield _Lrs(process.stdout.readline().strip(), process)
        process.communicate()


def _prepared(folder: Path, texts: Sequence[str]) -> Path:
    """A folder with a workspace of one conversation that never ends, and a home in whose journal the statements wait."""
    path = folder / "workspace" / "scenarios" / "conversations" / "measured.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(authored(60, replies=3), encoding="utf-8")
    with closing(Journal.open(Paths.of(_environ(folder)).database)) as journal:
        for start in range(0, len(texts), _SESSION):
            _put(journal, f"{start:08}-0000-4000-8000-000000000000", texts[start : start + _SESSION])
    return folder


def _put(journal: Journal, session: str, texts: Sequence[str]) -> None:
    row = SessionRow(session, "scenario", "s", "S", 1, "c" * 64, "l" * 64, "l-1", "practice", 1, "en", "completed", "2026-03-01T09:00:00Z")
    statements = [StoredStatement(text[7:43], session, 1, "interacted", text) for text in texts]
    journal.write(session, row=row, content=("c" * 64, {}), statements=statements)


def _environ(folder: Path) -> dict[str, str]:
    return {
        "BRANCHLINE_HOME": str(folder / "home"),
        "BRANCHLINE_WORKSPACE": str(folder / "workspace"),
        "BRANCHLINE_LEARNER": "measured",
        "BRANCHLINE_LRS_USERNAME": "jo",
        "BRANCHLINE_LRS_PASSWORD": "x",
    }


@contextmanager
def _app(folder: Path, endpoint: str) -> Iterator[Terminal]:
    """The app with the conversation open; it leaves when asked."""
    with Terminal("-m", "branchline", "play", "measured", environ={**_environ(folder), "BRANCHLINE_LRS_ENDPOINT": endpoint}) as terminal:
        terminal.settle(0.3)
        yield terminal
        terminal.press("q")
        if status := terminal.ended():
            raise RuntimeError(f"the app ended with {status}")


def _pressed(terminal: Terminal) -> float:
    """Seconds from a key to the first byte of its answer; returns when the answer is whole."""
    began = time.perf_counter()
    terminal.press("1")
    if not terminal.written_at_all():
        raise RuntimeError("a key was not answered")
    spent = time.perf_counter() - began
    while terminal.written(_QUIET):
        pass
    return spent


def _check_meanwhile(folder: Path, count: int, *, whole: bool) -> None:
    with closing(Journal.open(Paths.of(_environ(folder)).database)) as journal:
        counts = journal.counts()
    if whole and not (0 < counts["delivered"] < count <= counts["waiting"] + counts["delivered"]):
        raise RuntimeError(f"statements were not delivered while keys were pressed: {counts}")
