"""What is decided and frozen when a session begins."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from branchline.errors import ActionRefused
from branchline.journal import codec
from branchline.journal.model import SessionRow

if TYPE_CHECKING:
    from branchline.engine.events import SessionStarted
    from branchline.engine.play import Content
    from branchline.practice.studio import Studio
    from branchline.recording import Clock

RETAKE = timedelta(hours=24)
"""How long after an exam the same one may be taken again (command line page, "Modes")."""


def row_of(content: Content, started: SessionStarted, learner: str, clock: Clock) -> SessionRow:
    """The row of a session that begins now, with a new id."""
    return SessionRow(
        id=str(uuid.uuid4()),
        kind=started.kind,
        content=content.id,
        title=content.title,
        version=content.version,
        content_hash=content.content_hash,
        logic_hash=content.logic_hash,
        learner=learner,
        mode=started.mode,
        seed=started.seed,
        language=started.language,
        status="active",
        started=clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    )


def check_retake(studio: Studio, content: Content, learner: str, seed: int) -> None:
    """An exam may be retaken after 24 hours, with another seed."""
    for row in studio.journal.sessions(learner=learner, content=content.id):
        if row.mode != "exam":
            continue
        again = datetime.fromisoformat(codec.instant(row.started)) + RETAKE
        if studio.clock.now() < again:
            hint = (
                f"Take it again after {again:%Y-%m-%d %H:%M} UTC, or resume it with `branchline resume {row.id[:8]}` if it has not ended."
            )
            raise ActionRefused("This exam was taken less than 24 hours ago.", hint=hint, code="exam-too-soon")
        if row.seed == seed:
            raise ActionRefused("This exam was taken with that seed before.", hint="Leave `--seed` out.", code="exam-too-soon")
