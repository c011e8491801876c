"""What tests of the preview share: a scenario file on disk that a test edits, with its SOP and a part."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.authoring.preview import Preview

if TYPE_CHECKING:
    from pathlib import Path

TODAY = "2026-03-01"
TALK = """
format: 1
id: late-parcel
title: Late parcel
summary: A parcel is late.
channel: chat
language: en
level: 1
minutes: 3
sops: [SOP-ORD]
case: {amount: 89.00}
customer: {name: Ada, account: A-1, plan: Basic, tenure_months: 3, trust: 50, heat: 30}
variables:
  verified: flag
  offers: {range: 0..2, start: 0}
  payment: {one_of: [captured, authorised], start: captured}
start: hello
nodes:
  hello:
    claim: Names the wait
    lines:
      - customer: "Where is my parcel?"
      - {desk: "89.00 were captured.", when: payment == captured}
    choices:
      - id: look
        say: "I am looking for it now."
        does: [SOP-ORD/find]
        effects: [set verified]
        go: news
        because: It takes the wait over.
      - id: wait-more
        say: "Please wait."
        sticky: true
        go: hello
        because: It offers nothing.
      - id: send-again
        say: "I am sending another."
        locked_when: {when: not verified, why: You have not looked.}
        go: done
        because: A promise before looking.
  news:
    claim: Brings it to an end
    lines:
      - customer: "And now?"
    choices:
      - id: tomorrow
        say: "It is with you tomorrow."
        go: [{when: trust > 40 and case.amount < 100, go: done}, {go: gone}]
        because: A time.
      - id: refund
        say: "You get your money back."
        when: offers > 0
        go: done
        because: An offer.
    timeout: {after: 20, go: silence}
  silence: {lines: [{customer: "Hello?"}], go: luck}
  luck: {chance: [{weight: 1, go: hello}, {weight: 1, go: news}]}
endings:
  done: {title: Solved, outcome: resolved, value: 100}
  gone: {title: She left, outcome: lost, value: 0}
"""
CARD = """---
format: 1
id: SOP-ORD
title: Lost orders
version: 1
effective: 2026-01-01
owner: Shipping
---
Use when a parcel is late.

1. Find the parcel. {#find do=find_parcel}
"""


@dataclass
class Desk:
    """A workspace whose one scenario is being written."""

    folder: Path

    @property
    def file(self) -> Path:
        """The scenario's file."""
        return self.folder / "scenarios" / "conversations" / "late-parcel.yaml"

    @property
    def card(self) -> Path:
        """The SOP's file."""
        return self.folder / "sop_library" / "SOP-ORD.md"

    def write(self, text: str = TALK) -> Desk:
        """Write everything."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.card.parent.mkdir(exist_ok=True)
        self.card.write_text(CARD, encoding="utf-8")
        return self.save(text)

    def save(self, text: str) -> Desk:
        """Save the scenario, as an editor does."""
        before = self.file.stat().st_mtime_ns if self.file.exists() else 0
        self.file.write_text(text, encoding="utf-8")
        # Two saves within one tick of the file system's clock are still two.
        os.utime(self.file, ns=(before + 1_000_000_000, before + 1_000_000_000))
        return self

    def edit(self, *changes: tuple[str, str]) -> str:
        """Replace each text that stands in the file by another, and save; the new text."""
        text = self.file.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.save(text)
        return text

    def preview(self, *words: str, seed: int = 0) -> Preview:
        """The preview of the file, with these moves made."""
        preview = Preview(self.file, TODAY, seed=seed)
        preview.follow(words)
        return preview
