"""Scripts as actions."""

from __future__ import annotations

import pytest

from branchline.engine.actions import Act, Check, Submit, Undo
from branchline.engine.script import decisions, desk_action, opening_draws
from branchline.errors import ActionRefused


def test_draws_belong_to_the_decision_before_them() -> None:
    found = list(decisions(["a~1", "b.x", "c~0", "d~2", "e!timeout"]))
    assert [(each.word.choice if each.word else None, each.branches, each.length) for each in found] == [
        (None, (1,), 1),
        ("x", (0, 2), 3),
        ("!timeout", (), 1),
    ]


def test_only_draws_before_any_decision_open_a_session_and_none_in_an_exam() -> None:
    assert opening_draws(["a~1", "b~0", "x"], "practice") == (1, 0)
    assert opening_draws(["x", "a~1"], "practice") == ()
    assert opening_draws(["a~1"], "exam") == ()
    assert opening_draws([], "practice") == ()


def test_what_a_drill_s_script_writes_becomes_an_action() -> None:
    assert desk_action({"do": "internal_note", "text": "Seen.", "fields": ["a", "b"], "amount": 2.5}) == Act(
        "internal_note", (("amount", 2.5), ("fields", "a, b")), "Seen."
    )
    assert [desk_action({"do": verb}) for verb in ("submit", "check", "undo")] == [Submit(), Check(), Undo()]
    with pytest.raises(ActionRefused) as refused:
        desk_action({"verb": "submit"})
    assert refused.value.code == "unknown-action"
