"""`play --at`: a session that begins with a shortest way to a node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.cli.output import narrate
from branchline.content.facts import TIER, tier_number
from branchline.engine.events import TIMEOUT
from branchline.engine.script import decisions, opening_draws
from branchline.errors import UsageError
from branchline.explore import explore
from branchline.practice import Practice
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compiled import Scenario
    from branchline.explore import Exploration
    from branchline.practice import Studio


def begin_at(studio: Studio, wanted: str, chosen: dict[str, Any], node: str, nth: int) -> Practice:
    """A practice session whose first decisions are those of the `nth` shortest way to different positions at `node`; a notice says so.

    Raises UsageError where the mode is not practice, for a drill or an ending, and where there are fewer ways; UnknownId for no node.
    """
    if studio.workspace.kind(wanted) == "drill":
        raise UsageError(f"`{clean_line(wanted)}` is a drill.", hint="Only scenarios have nodes to begin at.", code="not-a-scenario")
    if chosen["mode"] != "practice":
        hint = "Add `--mode practice`."
        raise UsageError(f"A session in {chosen['mode']} mode begins at the beginning.", hint=hint, code="at-needs-practice")
    scenario = studio.workspace.load(wanted, studio.settings.language)
    if node in scenario.endings:
        raise UsageError(f"`{clean_line(node)}` is an ending; there is nothing to play.", hint="Name a node before it.", code="at-ending")
    explored = explore(scenario, facts={TIER: tier_number(studio.settings.tier)})
    words = _way(explored, scenario, node, nth)
    practice = Practice.begin(studio, scenario, **{**chosen, "draws": opening_draws(words, "practice")})
    _follow(practice, words)
    notice = (
        f"Hypothetical: the first {len(words)} moves were made to begin at {node}, and count in its score: {' '.join(words) or 'none'}."
    )
    practice.notices = (*practice.notices, notice)
    narrate(notice)
    if (others := explored.positions(node)) > 1:
        narrate(f"This is position {nth} of {others} at {node}; `--nth` chooses another one.")
    return practice


def _way(explored: Exploration, scenario: Scenario, node: str, nth: int) -> Sequence[str]:
    """The words of the way; of a node that nobody stops at, those up to where it is passed."""
    if explored.witness(node) is None:
        reason = "no play reaches it" if explored.complete else "no way to it was found"
        raise UsageError(f"`{node}` cannot be begun at: {reason}.", hint=f"`branchline prove {scenario.id}` says more.", code="unreachable")
    ways = explored.witnesses(node, nth) or [explored.witness(node) or ()]
    if nth > len(ways):
        said = "There is one position" if len(ways) == 1 else f"There are {len(ways)} positions"
        raise UsageError(f"{said} at `{node}`.", hint=f"`--nth` goes up to {len(ways)}.", code="too-few-positions")
    return ways[nth - 1]


def _follow(practice: Practice, words: Sequence[str]) -> None:
    for decision in decisions(words):
        if decision.word is None:
            continue
        if decision.word.choice == TIMEOUT:
            practice.time_out(decision.branches)
        else:
            practice.choose(decision.word.choice, decision.branches)
