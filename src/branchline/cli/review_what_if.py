"""`review --what-if`: how a session would have gone on, in words and as `branchline.what-if/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from branchline.coaching.continued import Continued
    from branchline.coaching.review import Review


def print_what_if(review: Review, wanted: str, *, as_json: bool) -> None:
    """Print it; UsageError, code `bad-what-if`, where `wanted` is no `NODE.CHOICE[,CHOICE…]`, else what `continued` raises."""
    from branchline.cli.output import emit, say
    from branchline.coaching.continued import continued
    from branchline.errors import UsageError

    first, *others = [each.strip() for each in wanted.split(",")]
    node, _, choice = first.rpartition("!" if first.endswith("!timeout") else ".")
    choice = "!timeout" if first.endswith("!timeout") else choice
    if not node or not choice or not all(others):
        hint = "Name the node and the reply, then further replies: `opening.own-it,pin`."
        raise UsageError("That is no NODE.CHOICE[,CHOICE…].", hint=hint, code="bad-what-if")
    found = continued(review, node, [choice, *others])
    if as_json:
        emit("what-if", document(review, found))
    else:
        say(told(review, found))


def document(review: Review, found: Continued) -> dict[str, Any]:
    """`branchline.what-if/1` without its format; nothing of it was recorded, scored or sent."""
    return {
        "session": review.row.id,
        "hypothetical": True,
        "seq": found.seq,
        "path": list(found.play.words()),
        "ended": found.play.ended,
        "node": found.play.state.node,
        "moments": [
            {
                "node": each.node,
                "choice": each.choice,
                "word": each.word or None,
                "loss": each.loss,
                "regret": each.regret,
                "best": list(each.best),
            }
            for each in found.moments
        ],
        "lines": [{"speaker": line.speaker, "text": line.text} for line in found.play.lines()],
    }


def told(review: Review, found: Continued) -> str:
    """The continuation as people read it, marked as what it is."""
    from branchline.plain import prose

    heading = f"HYPOTHETICAL, in place of entry {found.seq}: nothing of this was recorded, scored or sent."
    lines = [f"{line.number:>4}  {prose.spoken(line, review.content)}" for line in found.play.lines()]
    words = ", ".join(f"{each.node}.{each.choice} {each.word}" for each in found.moments)
    end = "" if found.play.ended else f"\nIt stands at `{found.play.state.node}`."
    return "\n".join([heading, "", *lines, "", f"{words}.{end}"])
