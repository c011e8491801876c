"""Two coaches who write at once, and one whose program is killed: nothing is lost, nothing is there twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from branchline.journal.coaching_events import CommentMade
from branchline.journal.streams import COACHING
from branchline.practice.coaching import Coaching

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from branchline.journal.store import Journal
    from branchline.practice import Practice
    from rooms import Room

WRITER = """
import sys
from branchline.practice import Studio
from branchline.practice.coaching import Coaching

session, count = sys.argv[1], int(sys.argv[2])
coaching = Coaching.of(Studio.open(), session)
print("ready", flush=True)
sys.stdin.readline()
for number in range(1, count + 1):
    print(coaching.comment(2, f"{coaching.me} {number}", shared=number % 5 != 0).id, flush=True)
"""
EACH = 50


def coach(folder: Path, name: str, session: str, count: int) -> subprocess.Popen[str]:
    """A program in which a coach waits for a line, and then writes so many comments, every fifth of them private."""
    environ = {
        **os.environ,
        "BRANCHLINE_HOME": str(folder / "home"),
        "BRANCHLINE_WORKSPACE": str(folder / "content"),
        "BRANCHLINE_LEARNER": name,
        "BRANCHLINE_ROLE": "coach",
    }
    command = [sys.executable, "-c", WRITER, session, str(count)]
    return subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def told(program: subprocess.Popen[str], line: str = "") -> str:
    """The next line that the program says, after it was told one."""
    assert program.stdin is not None
    assert program.stdout is not None
    if line:
        program.stdin.write(line)
        program.stdin.flush()
    return program.stdout.readline().strip()


def comments(journal: Journal, session: str) -> dict[str, CommentMade]:
    """Every comment by its id, in the order of time."""
    return {each.id: each.event for each in journal.streams.remarks(COACHING, session) if isinstance(each.event, CommentMade)}


def statements(journal: Journal, session: str) -> list[str]:
    """The texts of every statement about comments, in the order in which they were written."""
    rows = journal.streams.rows(COACHING, session)
    found = sorted((each for row in rows for each in journal.statements(row.id)), key=lambda each: each.seq)
    return [str(json.loads(each.json)["result"]["response"]) for each in found]


@pytest.fixture
def session(begin: Callable[..., Practice]) -> str:
    practice = begin()
    practice.choose("rude")
    practice.suspend()
    return practice.session_id


def test_two_coaches_who_write_at_once_lose_nothing_and_tell_everything_once(room: Room, session: str) -> None:
    with coach(room.folder, "c-1", session, EACH) as one, coach(room.folder, "c-2", session, EACH) as other:
        assert [told(one), told(other)] == ["ready", "ready"]
        written = {program: [told(program, "go\n")] for program in (one, other)}
        for program, first in written.items():
            assert program.stdin is not None
            rest, _ = program.communicate()
            first.extend(rest.split())
        assert (one.returncode, other.returncode) == (0, 0)
    with closing(room.studio()) as studio:
        found = comments(studio.journal, session)
        assert len(found) == 2 * EACH
        assert set(found) == {*written[one], *written[other]}
        for name, program in (("c-1", one), ("c-2", other)):
            mine = [each.text for each in found.values() if each.text.startswith(name)]
            assert mine == [f"{name} {number}" for number in range(1, EACH + 1)]
            assert [own for own in found if own in written[program]] == written[program]
        shared = sorted(each.text for each in found.values() if each.shared)
        assert sorted(statements(studio.journal, session)) == shared
        assert len(shared) == 2 * EACH * 4 // 5
        times = [each.at for each in studio.journal.streams.remarks(COACHING, session)]
        assert times == sorted(times)
        assert len(Coaching.of(studio, session).thread.comments) == len(shared)


def test_a_coach_s_program_that_is_killed_has_recorded_all_that_it_said_was_recorded(room: Room, session: str) -> None:
    chance = random.Random()  # noqa: S311 - the moment of a kill is no secret
    acknowledged: list[str] = []
    for _ in range(2):
        with coach(room.folder, "c-1", session, 10_000) as program:
            assert told(program) == "ready"
            acknowledged.append(told(program, "go\n"))
            acknowledged += [told(program) for _ in range(chance.randint(0, 15))]
            program.kill()
            assert program.stdout is not None
            acknowledged += [line for line in program.stdout.read().split("\n") if line]
    with closing(room.studio()) as studio:
        journal = studio.journal
        journal.check()
        found = comments(journal, session)
        assert set(acknowledged) <= set(found)
        # Of each program the last one may have been recorded, and the program killed before it could say so.
        assert len(found) <= len(acknowledged) + 2
        for row in journal.streams.rows(COACHING, session):
            seqs = [entry.seq for entry in journal.streams.entries(row.id)]
            assert seqs == list(range(1, len(seqs) + 1))
            assert [each.seq for each in journal.statements(row.id)] == [seq for seq in seqs if seq % 5]
        # Who goes on after a kill writes a stream of their own.
        assert len(journal.streams.rows(COACHING, session)) == 2
