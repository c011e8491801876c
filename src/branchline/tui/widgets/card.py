"""The customer card: who is on the other side, how they stand, and which SOPs govern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from branchline.text import clean_line
from branchline.tui.widgets.block import Block
from branchline.tui.words import bar, heat_word, months, trust_word

if TYPE_CHECKING:
    from branchline.content.compiled import Customer
    from branchline.practice import Practice

BAR = 12
"""Columns of the trust and heat bars."""
LABEL = 9
"""Columns of the card's labels."""


def card(practice: Practice) -> list[Block]:
    """The card of a session as it stands; trust and heat in practice mode only."""
    scenario = practice.scenario
    blocks = _person(scenario.customer)
    if practice.mode == "practice":
        blocks += _mood(practice.state.trust, practice.state.heat)
    blocks += _history(scenario.customer)
    if scenario.sops:
        blocks.append(heading("Governing SOPs"))
        blocks += [
            Block(Content.assemble((clean_line(sop.id), "bold"), "\n", (clean_line(sop.title), "$desk-soft")), Content("  "))
            for sop in scenario.sops.values()
        ]
    return blocks


def heading(words: str, above: int = 1) -> Block:
    """A heading of the app's own words."""
    return Block(Content.styled(words, "bold $desk-accent"), above=above)


def _person(customer: Customer) -> list[Block]:
    rows = [("Account", customer.account), ("Plan", customer.plan)]
    if customer.tenure_months is not None:
        rows.append(("With us", months(customer.tenure_months)))
    blocks = [Block(Content.styled(clean_line(customer.name) or "Customer", "bold"))]
    blocks += [_row(label, value) for label, value in rows if value]
    if customer.needs:
        blocks.append(heading("Needs"))
        blocks += [Block(Content(clean_line(need)), Content("• ")) for need in customer.needs]
    return blocks


def _mood(trust: int, heat: int) -> list[Block]:
    return [
        heading("How they stand"),
        _row("Trust", "", bar(trust, BAR, "$desk-accent") + Content(f" {trust} {trust_word(trust)}")),
        _row("Heat", "", bar(heat, BAR, "$desk-warn") + Content(f" {heat} {heat_word(heat)}")),
    ]


def _history(customer: Customer) -> list[Block]:
    if not customer.history:
        return []
    blocks = [heading("Earlier contacts")]
    for when, channel, text in customer.history:
        head = f"{clean_line(when)}, {clean_line(channel)}"
        blocks.append(Block(Content.assemble((head, "$desk-soft"), "\n", clean_line(text)), Content("• ")))
    return blocks


def _row(label: str, value: str, drawn: Content | None = None) -> Block:
    return Block(drawn if drawn is not None else Content(clean_line(value)), Content.styled(label.ljust(LABEL), "$desk-soft"))
