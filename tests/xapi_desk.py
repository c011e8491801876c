"""Drills that are worked and recorded, with all that their statements need."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from branchline.cli.scripted import follow_acts
from branchline.content.workspace import open_workspace
from branchline.practice import DeskPractice, Studio
from rooms import Hands

if TYPE_CHECKING:
    from branchline.journal.model import Entry, SessionRow

STORIES = Path(__file__).parent / "stories" / "drills"


def worked(folder: Path, *, acts: int | None = None, story: str = "refund-duplicate") -> tuple[Studio, SessionRow, list[Entry]]:
    """A studio over a folder of its own, and a session of a bundled drill, as its story has it or only its first acts."""
    script = yaml.safe_load((STORIES / f"{story}.yaml").read_text(encoding="utf-8"))
    environ = {"BRANCHLINE_HOME": str(folder / "home"), "BRANCHLINE_LEARNER": "l-4711"}
    studio = Studio.open(environ=environ, clock=Hands())
    practice = DeskPractice.begin(studio, open_workspace().load_drill(script["drill"]), mode="practice", seed=7)
    refused = follow_acts(practice, script["actions"][:acts])
    assert not refused or story.endswith("-wrong")
    return studio, practice.row, practice.entries
