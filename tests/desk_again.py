"""A bundled drill that is worked as its story has it, or with acts left out, for tests of mistakes met again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from branchline.cli.scripted import follow_acts
from branchline.practice import DeskPractice

if TYPE_CHECKING:
    from branchline.practice import Studio

STORY = yaml.safe_load((Path(__file__).parent / "stories" / "drills" / "refund-duplicate.yaml").read_text(encoding="utf-8"))


def worked(studio: Studio, *left_out: str) -> DeskPractice:
    """A session of the drill that was submitted, without these verbs."""
    practice = DeskPractice.begin(studio, studio.workspace.load_drill(STORY["drill"]), mode="practice", seed=7)
    follow_acts(practice, [act for act in STORY["actions"] if act["do"] not in left_out])
    assert practice.finished
    return practice
