"""Forms about comments, from wherever comments are read: write, answer, settle, acknowledge, dispute, decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.coaching.thread import DISPUTED, Comment
from branchline.errors import BranchlineError
from branchline.text import clean, clean_line
from branchline.tui.screens.desk_dialog import FormDialog, Part, PickDialog
from branchline.tui.widgets.block import Block
from branchline.tui.widgets.thread_panel import dispute_words, exchange, marks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from branchline.coaching.thread import Item
    from branchline.practice.coaching import Coaching
    from branchline.tui.screens.desk_dialog import Filled
    from branchline.tui.screens.desk_screen import DeskScreen

    Done = Callable[[], None]
    """Called when something has been recorded, to show it."""

SHARED, PRIVATE = "shared", "private"
WHO_SEES = ((SHARED, "the learner and coaches"), (PRIVATE, "coaches alone, told to no LRS"))
WHO_SEES_MINE = ((SHARED, "your coaches too"), (PRIVATE, "you alone, on this machine"))
UPHELD_WORDS = (("upheld", "the learner is right"), ("rejected", "the comment stands"))


def ask_comment(screen: DeskScreen, coaching: Coaching, seq: int, done: Done) -> None:
    """Write a comment on that entry."""
    try:
        quote = coaching.quote(seq)
    except BranchlineError as error:
        screen.desk.trouble(error)
        return
    who = WHO_SEES_MINE if coaching.as_learner else WHO_SEES
    parts = (Part("text", "Your comment", "text"), Part("who", "Who sees it", "pick", who))
    about = [Block(Content.styled(clean_line(quote), "italic"), Content("❝ "))] if quote else []

    def keep(values: Mapping[str, str]) -> str:
        coaching.comment(seq, values["text"], shared=values["who"] != PRIVATE)
        return f"Seen by {dict(who)[values['who'] or SHARED]}."

    _ask(screen, f"Comment on event {seq}", parts, f"comment {coaching.row.id} {seq}", keep, done, about)


def ask_answer(screen: DeskScreen, coaching: Coaching, items: Sequence[Item], done: Done) -> None:
    """Answer one of these comments."""
    roots = [item for item in items if isinstance(item, Comment) and not item.answers]

    def write(item: Item) -> None:
        private = not item.shared
        who = () if private or coaching.as_learner else (Part("who", "Who sees it", "pick", WHO_SEES),)

        def keep(values: Mapping[str, str]) -> str:
            coaching.answer(item.id, values["text"], shared=values.get("who") != PRIVATE)
            return "The answer is kept."

        about = _about(item)
        _ask(screen, "Answer", (Part("text", "Your answer", "text"), *who), f"answer {item.id}", keep, done, about)

    _choose(screen, "Answer which comment", roots, write, "There is no comment here to answer.")


def settle(screen: DeskScreen, coaching: Coaching, items: Sequence[Item], done: Done) -> None:
    """Settle one of these comments, or take it up again."""
    roots = [item for item in items if isinstance(item, Comment) and not item.answers]

    def change(item: Item) -> None:
        resolved = isinstance(item, Comment) and item.resolved

        def act() -> str:
            (coaching.reopen if resolved else coaching.resolve)(item.id)
            return "It is open again." if resolved else "It is resolved."

        _tried(screen, act, done)

    _choose(screen, "Resolve or open again", roots, change, "There is no comment here to resolve.")


def share(screen: DeskScreen, coaching: Coaching, items: Sequence[Item], done: Done) -> None:
    """Show one of these private comments to the learner."""
    own = [item for item in items if isinstance(item, Comment) and not item.shared and item.author == coaching.me and not item.answers]

    def act(item: Item) -> None:
        def shared() -> str:
            coaching.share(item.id)
            return "The learner will see it."

        _tried(screen, shared, done)

    _choose(screen, "Share which comment", own, act, "There is no private comment of yours here.")


def ask_acknowledge(screen: DeskScreen, coaching: Coaching, items: Sequence[Item], done: Done) -> None:
    """Acknowledge one of these, with a word or without."""
    others = [item for item in items if item.author != coaching.me]

    def write(item: Item) -> None:
        def keep(values: Mapping[str, str]) -> str:
            coaching.acknowledge(item.id, values["text"])
            return "Your coach sees that you have read it."

        parts = (Part("text", "A word to your coach", "line", needed=False),)
        _ask(screen, "Acknowledge", parts, f"acknowledge {item.id}", keep, done, _about(item))

    _choose(screen, "Acknowledge which one", others, write, "There is nothing here to acknowledge.")


def ask_dispute(screen: DeskScreen, coaching: Coaching, items: Sequence[Item], done: Done) -> None:
    """Dispute one of these as the learner, or decide on a dispute as a coach."""
    if not coaching.as_learner:
        _ask_decision(screen, coaching, items, done)
        return
    others = [item for item in items if item.author != coaching.me and item.answered.state != DISPUTED]

    def write(item: Item) -> None:
        def keep(values: Mapping[str, str]) -> str:
            coaching.dispute(item.id, values["text"])
            return "A coach will decide on it."

        until = dispute_words(coaching.disputable_until(item), screen.desk.studio.clock.now())
        title = f"Dispute ({until})" if until else "Dispute"
        _ask(screen, title, (Part("text", "Why you do not agree", "text"),), f"dispute {item.id}", keep, done, _about(item))

    _choose(screen, "Dispute which one", others, write, "There is nothing here to dispute.")


def _ask_decision(screen: DeskScreen, coaching: Coaching, items: Sequence[Item], done: Done) -> None:
    disputed = [item for item in items if item.answered.state == DISPUTED]

    def write(item: Item) -> None:
        def keep(values: Mapping[str, str]) -> str:
            coaching.decide(item.id, upheld=values["upheld"] == "upheld", text=values["text"])
            return "The learner will see your decision."

        parts = (Part("upheld", "Decision", "pick", UPHELD_WORDS), Part("text", "Why", "text"))
        _ask(screen, "Decide on the dispute", parts, f"decide {item.id}", keep, done, _about(item))

    _choose(screen, "Decide which dispute", disputed, write, "There is no dispute here to decide on.")


def _about(item: Item) -> list[Block]:
    """What is spoken of, above the form."""
    text = item.text if isinstance(item, Comment) else item.event.text
    said = Content.assemble((f"{clean_line(item.author)}: ", "bold"), clean(text))
    return [Block(said, Content("  ")), *(Block(words, Content("  ")) for words in exchange(item))]


def _choose(screen: DeskScreen, title: str, items: Sequence[Item], then: Callable[[Item], None], nothing: str) -> None:
    """The only one at once; of several the one that is picked."""
    if not items:
        screen.notify(nothing, severity="warning", markup=False)
    elif len(items) == 1:
        then(items[0])
    else:
        known = {item.id: item for item in items}
        picked = PickDialog(title, [_entry(item) for item in items])
        screen.app.push_screen(picked, lambda chosen: then(known[chosen]) if chosen else None)


def _entry(item: Item) -> Block:
    text = item.text if isinstance(item, Comment) else f"review with {item.event.rubric} {item.event.text}"
    return Block(Content.assemble((f"{clean_line(item.author)}: ", "bold"), clean_line(text)), Content("  "), marks(item), id=item.id)


def _ask(
    screen: DeskScreen,
    title: str,
    parts: Sequence[Part],
    name: str,
    keep: Callable[[Mapping[str, str]], str],
    done: Done,
    about: Sequence[Block],
) -> None:
    """Ask; what is sent is recorded by `keep`, which says what comes of it, what is put aside waits under `name`."""
    drafts = screen.desk.note_drafts

    def answered(filled: Filled | None) -> None:
        if filled is None:
            return
        drafts[name] = filled.values
        if filled.sent and _tried(screen, lambda: keep(filled.values), done):
            del drafts[name]

    screen.app.push_screen(FormDialog(title, parts, drafts.get(name, {}), about), answered)


def _tried(screen: DeskScreen, act: Callable[[], str], done: Done) -> bool:
    """Record something and say what comes of it; what stands in the way is said."""
    try:
        words = act()
    except BranchlineError as error:
        screen.desk.trouble(error)
        return False
    screen.notify(words, title="Kept", markup=False)
    screen.desk.statements_written()
    done()
    return True
