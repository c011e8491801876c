"""Whole processes: how long help takes to appear, beside an interpreter that only imports click."""

from __future__ import annotations

from bench.measure import Row, beside, child

BUDGET = 2


def command_rows(*, quick: bool) -> list[Row]:
    """`--help` and `--version`."""
    return [_row(flag, 1 if quick else 15) for flag in ("--help", "--version")]


def _row(flag: str, rounds: int) -> Row:
    def ours() -> float:
        return _seconds("-m", "branchline", flag)

    def theirs() -> float:
        return _seconds("-c", "import click")

    return beside(f"branchline {flag}", "ms", ours, theirs, rounds=rounds, budget=BUDGET, scale=1000)


def _seconds(*arguments: str) -> float:
    ended = child(arguments)
    if ended.status:
        raise RuntimeError(f"{arguments} ended with {ended.status}")
    return ended.seconds
