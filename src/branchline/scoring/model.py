"""Score and Deduction: what scoring says, as frozen facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

EMPATHY, SOP, OUTCOME = "empathy", "sop", "outcome"


@dataclass(frozen=True, slots=True)
class Deduction:
    """One lost part of a score."""

    part: str
    """`empathy`, `sop` or `outcome`."""
    lost: float
    """Points of that part's 100."""
    reason: str
    """One sentence for the learner."""
    seq: int | None
    """The event it is about; None for what never happened."""
    dimension: str | None = None
    sop: str | None = None
    step: str | None = None
    kind: str | None = None
    """Of an SOP deduction: `skip`, `late`, `value`, `extra`, `never`, `authority`, `escalation`, `tell`, `record` or `timing`."""


@dataclass(frozen=True, slots=True)
class Critical:
    """An error that no number makes good: the session is not passed."""

    kind: str
    """`customer`, `business` or `compliance`."""
    reason: str
    seq: int


@dataclass(frozen=True, slots=True)
class Score:
    """The result of a session. A part is None where it says nothing; in each part 100 − Σ deductions = score."""

    empathy: float | None
    sop: float | None
    outcome: float | None
    composite: float | None
    passed: bool
    profile: Mapping[str, float | None]
    """Each dimension by the empathy formula on its own levels, 0..100; they need not add up to the score."""
    critical: tuple[Critical, ...]
    deductions: tuple[Deduction, ...]
    flags: tuple[tuple[str, int], ...]
    """Each flag of a reply that stands, with its seq."""
    trust: int
    heat: int
    effort: int
    """Repeats + transfers + time-outs."""
    ended: bool
    csat_proxy: float | None
    """Simulated, 1..5: 1 + 4·(0.6·trust/100 + 0.3·resolved + 0.1·max(0, 1 − effort/5)); None before the end."""
    fcr_proxy: bool | None
    """Simulated: resolved, nothing promised falsely, no required step skipped."""
    escalation_proxy: bool | None
    """Simulated: it ended escalated although a resolved ending of higher value existed."""
    procedure: float | None = None
    """Of a drill's SOP score, 0..100: how the cited SOPs were followed; None where it does not apply."""
    record: float | None = None
    """The share of expected ticket fields, note fields and logged exceptions, 0..100."""
    timing: float | None = None
    """The share of SLA clocks that were met, 0..100."""
