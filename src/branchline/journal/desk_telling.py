"""What is said and done at the desk, as lines of a transcript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.content.facts import spelled
from branchline.engine.events import DeskActed, Event, SessionStarted, TicketChanged, TicketChecked

if TYPE_CHECKING:
    from branchline.content.desk_types import Drill
    from branchline.engine.play import Position

LEARNER, DESK, CUSTOMER = "learner", "desk", "customer"
REPLY, NOTE = "public_reply", "internal_note"


def desk_lines(drill: Drill, before: Position | None, event: Event) -> tuple[tuple[str, str], ...]:
    """Speaker and text of each line that `event` adds: what was written, what was done with what result, what came in."""
    match event:
        case SessionStarted() if before is None:
            return tuple((_speaker(message.author), message.text) for message in drill.conversation)
        case DeskActed():
            return _act(drill, event)
        case TicketChanged(number):
            change = drill.events[number]
            return ((_speaker(change.author), change.text),) if change.text else ()
        case TicketChecked(findings):
            return ((DESK, "Check: " + ("; ".join(findings) if findings else "nothing is missing.")),)
        case _:
            return ()


def _act(drill: Drill, event: DeskActed) -> tuple[tuple[str, str], ...]:
    said = act_in_words(drill, event)
    return ((LEARNER, said), (DESK, event.message)) if event.message else ((LEARNER, said),)


def act_in_words(drill: Drill, event: DeskActed) -> str:
    """The act as people read it: its title, what it was done with, and what was written."""
    verb = drill.verbs.get(event.verb)
    title = verb.title if verb is not None else event.verb.replace("_", " ").capitalize()
    given = ", ".join(f"{name.replace('_', ' ')} {spelled(value)}" for name, value in event.arguments if name != "text")
    head = f"{title} ({given})" if given else title
    refused = "" if event.ok else " – refused"
    return f"{head}{refused}: {event.text}" if event.text else f"{head}{refused}"


def _speaker(author: str) -> str:
    """A drill's authors as a transcript names them: the customer, or the desk for colleagues, teams and the system."""
    return CUSTOMER if author == CUSTOMER else DESK
