"""A program that is killed while it writes has recorded all that it was told was recorded."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from branchline.journal.store import Journal

if TYPE_CHECKING:
    from pathlib import Path

WRITER = """
import sys
from pathlib import Path
from branchline.engine.events import SopOpened
from branchline.journal.model import Entry, SessionRow, StoredStatement
from branchline.journal.store import Journal

journal = Journal.open(Path(sys.argv[1]))
session = sys.argv[2]
journal.write(session, row=SessionRow(session, "scenario", "c", "t", 1, "h", "l", "learner", "exam", 1, "en", "active", "2026-03-01"))
seq = 0
while True:
    seq += 1
    entry = Entry(seq, "2026-03-01T09:00:00.000Z", float(seq), SopOpened("billing", "x" * (seq % 3000)), "00000000")
    statement = StoredStatement(f"{session}-{seq}", session, seq, "looked-up", "{}" * (seq % 500))
    journal.write(session, entries=[entry], statements=[statement])
    print(seq, flush=True)
"""


def killed_after(path: Path, session: str, acknowledged: int, moment: float) -> int:
    """The last seq that the writer was told is recorded; it is killed `moment` seconds after it was told `acknowledged`."""
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path), session], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            if int(line) == acknowledged:
                break
        end = time.perf_counter() + moment
        while time.perf_counter() < end:
            pass
        writer.kill()
        rest = [line for line in writer.stdout.read().split("\n") if line]
    return int(rest[-1]) if rest else acknowledged


def test_a_killed_program_loses_nothing_that_it_was_told_is_recorded(path: Path) -> None:
    chance = random.Random()  # noqa: S311 - the moment of a kill is no secret
    for kill in range(3):
        session = f"session-{kill}"
        told = killed_after(path, session, chance.randint(1, 120), chance.uniform(0, 0.01))
        with Journal.open(path) as journal:
            journal.check()
            seqs = [entry.seq for entry in journal.entries(session)]
            assert seqs == list(range(1, len(seqs) + 1))
            assert told <= len(seqs) <= told + 1
            assert [statement.seq for statement in journal.statements(session)] == seqs
            assert len(journal.sessions()) == kill + 1
