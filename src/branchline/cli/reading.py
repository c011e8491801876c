"""A recorded session as a document and as plain text."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from branchline.coaching.judging import Explorations, judgement
from branchline.coaching.review import judgements_json
from branchline.content.compiled import Scenario
from branchline.journal.fold import fold
from branchline.journal.model import UNFINISHED
from branchline.journal.result import result
from branchline.journal.transcript import Transcript, transcript
from branchline.journal.verify import kept_contents
from branchline.plain import prose
from branchline.scoring import score

if TYPE_CHECKING:
    from branchline.engine.play import Content, Position
    from branchline.journal.model import Entry, SessionRow
    from branchline.journal.store import Journal
    from branchline.journal.transcript import TranscriptLine


class Recorded:
    """A session as the journal has it, read whole."""

    def __init__(self, journal: Journal, row: SessionRow) -> None:
        """DamagedData where it cannot be read."""
        contents = kept_contents(journal)
        self.row = row
        self.entries: list[Entry] = journal.entries(row.id)
        self.steps = list(fold(self.entries, contents))
        last = self.steps[-1]
        self.content: Content = last.content
        self.state: Position = last.after
        self.transcript: Transcript = transcript(self.entries, contents)
        self.statements = len(journal.statements(row.id))

    def document(self) -> dict[str, Any]:
        """The result, and every line of the transcript."""
        judged = judgements_json(judgement(self.steps, Explorations()))
        found = result(self.row, self.entries, self.content, self.state, self.transcript, (), self.statements, judged)
        found.pop("format")
        return {**found, "lines": [asdict(line) for line in self.transcript.lines]}

    def heading(self) -> str:
        """What was played, by whom, when and how."""
        from branchline.text import minute

        row = self.row
        return f"{row.title} – {row.learner}, {minute(row.started)}, {row.mode} mode, {row.status}"

    def text(self) -> str:
        """Heading, numbered transcript and, once it has ended, the debrief."""
        lines = [self.heading(), f"Session {self.row.id}", "", *(self._line(line) for line in self.transcript.lines)]
        return "\n".join([*lines, "", self.debrief()])

    def debrief(self) -> str:
        """The result in prose; of an unfinished session, that it is."""
        if self.row.status in UNFINISHED:
            return f"Not finished: `branchline resume {self.row.id[:8]}` goes on."
        ending = self.content.endings.get(self.state.node) if isinstance(self.content, Scenario) else None
        found = score(self.content, [entry.event for entry in self.entries])
        return prose.debrief(self.content, found, self.transcript, ending.title if ending else "")

    def _line(self, line: TranscriptLine) -> str:
        return f"{line.number:>4}  {prose.spoken(line, self.content)}{'' if line.standing else '  (taken back)'}"
