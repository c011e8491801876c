"""Costs beside each other: ours and a baseline's, taken in turns in one run, so that a busy machine troubles both alike."""

from __future__ import annotations

import gc
import math
import os
import statistics
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Cost = float
"""Processor seconds, or whatever unit the row names."""


@dataclass(frozen=True)
class Row:
    """One line of the table; `ratio` is what the budget is about, or `ours` where there is no baseline."""

    what: str
    ours: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    budget: float | None = None
    """The most that ratio (or ours) may be; None where the row only informs."""
    least: bool = False
    """Whether the budget is the least instead."""

    @property
    def within(self) -> bool | None:
        """Whether the budget is kept, None where there is none."""
        if self.budget is None:
            return None
        found = self.ours if self.ratio is None else self.ratio
        return found >= self.budget if self.least else found <= self.budget

    @property
    def finite(self) -> bool:
        """Whether every number is one."""
        return all(math.isfinite(number) for number in (self.ours, self.baseline, self.ratio) if number is not None)


def beside(
    what: str, unit: str, ours: Callable[[], Cost], baseline: Callable[[], Cost], *, rounds: int, budget: float | None, scale: float = 1
) -> Row:
    """Both costs in turns; medians, and the median of the ratios within each turn."""
    pairs = [(ours(), baseline()) for _ in range(rounds)]
    ratio = statistics.median(one / other for one, other in pairs)
    first, second = (scale * statistics.median(costs) for costs in zip(*pairs, strict=True))
    return Row(what, first, unit, second, ratio, budget)


def rates(what: str, unit: str, ours: Callable[[], float], baseline: Callable[[], float], *, rounds: int, budget: float) -> Row:
    """The same for speeds, of which more is better."""
    found = beside(what, unit, ours, baseline, rounds=rounds, budget=budget)
    return Row(what, found.ours, unit, found.baseline, found.ratio, budget, least=True)


def cost(work: Callable[[], object]) -> Cost:
    """Processor seconds of this process for one call of `work`, begun with nothing to collect."""
    gc.collect()
    began = time.process_time()
    # Letting go of what was made is no part of making it.
    made = work()
    spent = time.process_time() - began
    del made
    return spent


@dataclass(frozen=True)
class Ended:
    """What an ended child process has used."""

    seconds: float
    """Processor seconds, user and system."""
    peak: float
    """Most resident memory, in MiB."""
    status: int


def child(arguments: Sequence[str], environ: Mapping[str, str] | None = None) -> Ended:
    """Run this Python with `arguments`, its output thrown away."""
    null = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    given = dict(os.environ if environ is None else environ)
    pid = os.posix_spawn(sys.executable, [sys.executable, *arguments], given, file_actions=null)
    return reaped(pid)


def reaped(pid: int) -> Ended:
    """What the child `pid` has used, once it has ended."""
    _, status, used = os.wait4(pid, 0)
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Ended(used.ru_utime + used.ru_stime, used.ru_maxrss / unit, os.waitstatus_to_exitcode(status))
