"""A room in which one session has been played and can be scored, by any number of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.coaching.review import Review
from branchline.practice import Practice
from practice_talk import CARD as SOP_CARD
from practice_talk import talk
from rooms import Room
from rubrics import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from branchline.practice import Studio


class ScoredRoom(Room):
    """The talk of `practice_talk`, the rubric `card`, and sessions that were played to their end."""

    def __init__(self, folder: Path) -> None:
        """No session yet."""
        super().__init__(folder, talk(), {"SOP-T": SOP_CARD})
        self.rubric_file = folder / "content" / "scenarios" / "rubrics" / "card.yaml"
        self.rubric_file.parent.mkdir()
        self.rubric_file.write_text(TEXT)

    @property
    def environ(self) -> dict[str, str]:
        """The environment that leads here."""
        return {"BRANCHLINE_HOME": str(self.folder / "home"), "BRANCHLINE_WORKSPACE": str(self.folder / "content")}

    def person(self, name: str, role: str = "coach") -> Studio:
        """Another program, of that person."""
        return self.studio(BRANCHLINE_LEARNER=name, BRANCHLINE_ROLE=role)

    def play(self, words: Sequence[str] = ("kind", "explain"), learner: str = "robin") -> str:
        """The id of a session that was played to its end."""
        studio = self.person(learner, "learner")
        practice = Practice.begin(studio, studio.workspace.load(self.name), mode="practice", seed=7)
        *early, last = words
        for word in early:
            practice.choose(word)
        practice.choose(last, (0,))
        studio.close()
        self.clock.move(60)
        return practice.session_id


def review(studio: Studio, session: str) -> Review:
    """The session as its reader has it."""
    return Review.kept(studio.journal, session)
