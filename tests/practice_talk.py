"""A talk of three moments: a trusted start, a timed middle with a locked choice, and chance before the end."""

from __future__ import annotations

from typing import Any

from tiny import BAD, FAIR, GOOD, authored, choice, node, sop

CARD = sop(["#check do=check", "#tell do=tell after=check"])
ENDINGS = {
    "sunny": {"title": "Sunny", "outcome": "resolved", "value": 100},
    "rainy": {"title": "Rainy", "outcome": "pending", "value": 40},
}


def talk() -> dict[str, Any]:
    """The scenario as plain data, to be edited by tests."""
    return authored(
        {
            "hello": node(
                choice("kind", GOOD, go="middle", does=["SOP-T/check"]),
                choice("fair", FAIR, go="middle", effects=["heat +3"]),
                choice("rude", BAD, go="middle", flags=["blame_customer"]),
                line="You charged me twice.",
            ),
            "middle": node(
                choice("explain", GOOD, go="sky", does=["SOP-T/tell"], effects=["trust +1"]),
                choice("mumble", BAD, go="sky"),
                choice("refund", FAIR, go="sky", locked_when={"when": "trust < 101", "why": "Above your limit."}),
                line="And now?",
                timeout={"after": 20, "go": "alone"},
            ),
            "alone": {"choices": [], "lines": [{"customer": "Hello?"}], "timeout": {"after": 5, "go": "sky"}},
            "sky": {"chance": [{"weight": 1, "go": "sunny"}, {"weight": 1, "go": "rainy"}]},
        },
        sops=["SOP-T"],
        endings=ENDINGS,
    )
