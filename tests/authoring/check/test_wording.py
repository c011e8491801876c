"""Turns of speech are looked for by their marks first."""

from __future__ import annotations

import re

import pytest

from branchline.authoring.check.pieces import Said
from branchline.authoring.check.wording import BLAME, JARGON, Phrases
from branchline.content.expand import FlatNode, Group
from branchline.content.findings import Nowhere
from branchline.content.scenario import AuthoredNode

SAID = {
    JARGON: (
        "As always, as per the contract.",
        "Please kindly revert.",
        "We revert back.",
        "So please be advised.",
        "Call at your earliest convenience.",
        "It is per our records.",
        "Be careful going forward.",
        "Let us touch base.",
        "We leverage it.",
        "We utilise it.",
        "It was escalated internally.",
        "Our team says our backend does it.",
        "In our ticketing system.",
        "Now your case has been closed.",
        "You can rest assured.",
        "The tier 2 team.",
        "Two SLAs.",
        "No ETA.",
        "The RCA.",
        "These SOPs.",
        "Ask L1.",
        "Ask L2.",
        "Ask L3.",
        "A KB article.",
    ),
    BLAME: (
        "Well, You Should Have called.",
        "Then you must have lost it.",
        "But you failed to say so.",
        "Maybe you forgot it.",
        "It is your own fault.",
        "But you clearly did.",
        "As you obviously know.",
        "Now calm down.",
        "As I already told you, no.",
        "It is as you were told.",
        "You'll have to understand that.",
        "Well, if you had only asked.",
        "But nobody forced you to.",
    ),
}


def _said(text: str) -> Said:
    return Said(text, FlatNode("n", AuthoredNode(), Group(Nowhere()), ("nodes", "n")), ("choices", 0, "say"))


@pytest.mark.parametrize("phrases", SAID, ids=("jargon", "blame"))
def test_each_form_is_found_by_its_mark_alone_and_beside_the_others(phrases: Phrases) -> None:
    texts = [_said(text) for text in SAID[phrases]]
    assert len(texts) >= len(phrases.forms)
    together = {said.text: match.span() for said, match in phrases.found(texts)}
    for said in texts:
        ((_, alone),) = phrases.found([said])
        assert together[said.text] == alone.span()
    for form in phrases.forms.values():
        assert any(re.search(rf"\b(?:{form})\b", said.text, phrases.flags) for said in texts)


def test_only_whole_words_in_their_own_letters_are_found() -> None:
    assert list(JARGON.found([_said("Theta is a slate of soup: has per, asper, teams.")])) == []
    assert list(BLAME.found([_said("We have a clearly better fault line.")])) == []
