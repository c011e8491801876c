"""The audit of an export of tickets, the whole command, beside a process that only parses the same file as CSV."""

from __future__ import annotations

import os
import random
import tempfile
from pathlib import Path

from bench.measure import Row, beside, child

CASES = 5_000
_ACTS = ("verify_identity", "open_billing_history", "check_payment_state", "issue_refund", "public_reply")
_OTHERS = ("internal_note", "open_billing_history", "Viewed")
_PARSE = "import csv, sys; print(sum(1 for _ in csv.reader(open(sys.argv[1], encoding='utf-8', newline=''))))"


def audit_rows(*, quick: bool) -> list[Row]:
    """Cases of five events, a third of them with something else than the SOP asks for."""
    cases, rounds = (200, 1) if quick else (CASES, 7)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log.csv")
        log.write_text(exported(cases), encoding="utf-8")
        environ = {**os.environ, "BRANCHLINE_HOME": folder}

        def ours() -> float:
            return _seconds(["-m", "branchline", "sop", "audit", "SOP-BIL-02", "--log", str(log), "--json"], environ)

        def theirs() -> float:
            return _seconds(["-c", _PARSE, str(log)], environ)

        return [beside(f"sop audit, {cases:,} cases", "ms", ours, theirs, rounds=rounds, budget=None, scale=1000)]


def exported(cases: int) -> str:
    """An export of that many cases, the same for the same number."""
    chance = random.Random(cases)  # noqa: S311  # a seeded export, no secret
    rows = ["case,action,time,amount,comment"]
    for case in range(cases):
        acts = list(_ACTS)
        if chance.random() < 1 / 3:
            acts[chance.randrange(len(acts))] = chance.choice(_OTHERS)
        for at, act in enumerate(acts):
            amount = "89.00" if act == "issue_refund" else ""
            rows.append(f"C-{case},{act},2026-10-01T10:{at:02d}:00Z,{amount},free text")
    return "\n".join(rows) + "\n"


def _seconds(arguments: list[str], environ: dict[str, str]) -> float:
    ended = child(arguments, environ)
    if ended.status:
        raise RuntimeError(f"{arguments} ended with {ended.status}")
    return ended.seconds
