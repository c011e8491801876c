"""Mistakes met again, line by line: read up to the moment, choose by number, and see why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from branchline.engine.events import TIMEOUT
from branchline.errors import ActionRefused, JournalUnavailable
from branchline.plain import prose
from branchline.plain.page import terminal_columns
from branchline.practice.retry import DrillAgain, Retired, Retry
from branchline.text import clean_line, day, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchline.coaching.met_again import Answer
    from branchline.coaching.mistakes import Waiting
    from branchline.plain.reader import Reader
    from branchline.practice.retry import Retries, Tried

HELP = """Type the number of a reply and press Enter. Or:
  v  view the solution
  k  skip it for today
  r  repeat what was said
  n  go on without deciding (drills)
  q  stop here
  ?  show this"""


@dataclass
class MeetAgain:
    """A sitting on paper: `write` gets whole lines of text, `columns` tells how wide they may be now."""

    retries: Retries
    queue: Sequence[Waiting]
    reader: Reader
    write: Callable[[str], None]
    columns: Callable[[], int] = terminal_columns
    _met: Retry | DrillAgain | None = None
    _leaving: bool = False
    _outcomes: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Meet them until the last, `q` or the end of input; an interruption goes on upwards as KeyboardInterrupt."""
        count = len(self.queue)
        self._say(f"{count} mistake{'' if count == 1 else 's'} to meet again. Type ? for help.")
        try:
            for number, met in enumerate(self.retries.sitting(self.queue), 1):
                self._say(f"\n{number} of {count}: {clean_line(met.item.wrong.row.title)}, played {day(met.item.wrong.row.started)}")
                if isinstance(met, Retired):
                    self._say(f"Retired: {met.reason}")
                else:
                    self._meet(met)
                if self._leaving:
                    break
        except (EOFError, KeyboardInterrupt) as stop:
            if self._met is not None:
                self._met.leave()
            if isinstance(stop, KeyboardInterrupt):
                self.write("")
                raise
        self._say(self._end())

    def _meet(self, met: Retry | DrillAgain) -> None:
        self._met = met
        self._leaving = False
        self._repeat()
        self._ask()
        while not met.outcome and not self._leaving:
            typed = self.reader.line() or ""
            try:
                if self._obey(met, typed):
                    break
            except (ActionRefused, JournalUnavailable) as error:
                self._say(str(error))
        if met.outcome:
            self._outcomes.append(met.outcome)
        self._met = None

    def _obey(self, met: Retry | DrillAgain, typed: str) -> bool:
        """Do what was typed; whether to go on with the next one although this one is not over."""
        match typed.lower():
            case "":
                pass
            case "q":
                met.leave()
                self._leaving = True
            case "?":
                self._say(HELP)
            case "r":
                self._repeat()
                self._ask()
            case "k":
                met.skip()
                self._say("Skipped; it comes back tomorrow.")
            case "v":
                self._show(met)
            case "n" if isinstance(met, DrillAgain):
                return True
            case _:
                self._try(met, typed)
        return False

    def _try(self, met: Retry | DrillAgain, typed: str) -> None:
        offered = {str(each.number): each.id for each in met.offered()} if isinstance(met, Retry) else {}
        if not isinstance(met, Retry) or typed not in offered:
            self._say(f"`{clean_line(typed)[:20]}` is not one of the numbers above. Type ? for help.")
            return
        tried = met.try_(offered[typed])
        self._say(explained(tried, met))
        if met.outcome:
            self._say(solution(met.solution(), tried.answer.id))
        else:
            self._say("Try again, or type v to view the solution.")

    def _show(self, met: Retry | DrillAgain) -> None:
        if isinstance(met, Retry):
            self._say(solution(met.show(), ""))
            return
        for lost in met.show():
            self._say(f"  -{lost.lost:.1f} {lost.part}: {lost.reason}")

    def _repeat(self) -> None:
        met = self._met
        if isinstance(met, Retry):
            for line in met.position.lines:
                self._say(prose.spoken(line, met.scenario))
        elif met is not None:
            for line in met.lines:
                self._say(prose.spoken(line, met.review.content))

    def _ask(self) -> None:
        met = self._met
        if isinstance(met, DrillAgain):
            what = f"you did this: {met.done}" if met.done else "you submitted the ticket"
            self._say(f"Here {what}. It lost {100 * met.item.wrong.loss:.0f} points of 100.")
            self._say(f"A drill is met again as a whole: branchline play {met.drill}. v shows what was lost, k skips, n goes on.")
        elif met is not None:
            if met.edited:
                self._say("Note: the scenario was edited since; this is how it reads now.")
            self._say(then(met))
            self._say("\n".join(["What would have been better?", *(prose.reply(each) for each in met.offered())]))

    def _end(self) -> str:
        told = ", ".join(f"{self._outcomes.count(each)} {each}" for each in ("solved", "shown", "skipped") if each in self._outcomes)
        left = len(self.retries.to_meet())
        return f"\nMet again: {told or 'none'}. {left} still due."

    def _say(self, text: str) -> None:
        self.write(wrap(text, self.columns(), "  "))


def then(met: Retry) -> str:
    """What was chosen in the session."""
    if met.position.chosen == TIMEOUT:
        return "Then you said nothing until the time was up."
    return f'Then you said: "{met.position.chosen_say}"' if met.position.chosen_say else "What you said then is gone from the scenario."


def explained(tried: Tried, met: Retry) -> str:
    """Whether a try is accepted, what it gives away, and why."""
    answer, state = tried.answer, met.position.state
    verdict = "Yes" if tried.accepted else "Not that"
    costs = f"it gives away {answer.regret:.0f} points of 100" if round(answer.regret) else "it gives nothing away"
    told = prose.feedback(tried.feedback, state.trust + tried.feedback.trust, state.heat + tried.feedback.heat)
    return f"{verdict}: {costs} ({answer.word}).\n{told}"


def solution(answers: Sequence[Answer], chosen: str) -> str:
    """Every reply that is accepted with the reason, the best first, and what the others give away."""
    lines = ["The solution:" if not chosen else "Acceptable here:"]
    for answer in answers:
        costs = f" (gives away {answer.regret:.0f})" if round(answer.regret) else ""
        mine = ", yours" if answer.id == chosen else ""
        word = f"{answer.word}{mine}{costs}"
        lines.append(f'  {word}: "{answer.say}"' + (f" {answer.because}" if answer.accepted else ""))
    return "\n".join(lines)
