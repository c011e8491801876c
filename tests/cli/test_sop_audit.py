"""`sop audit`: from an export to the report."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Command = Callable[..., Any]

SOP = """---
format: 1
id: SOP-T
title: Refund
version: 2
outcomes:
  refunded: {when: case.captured, requires: [verify, refund, note]}
  refused: {when: not case.captured, requires: [verify, note]}
never:
  - {do: ask_card, severity: critical}
verbs: [verify_identity, issue_refund, internal_note, ask_card]
---
1. Confirm the caller. {#verify do=verify_identity weight=2}
2. Refund. {#refund do=issue_refund after=verify expect="method in {original}"}
3. Note. {#note do=internal_note}
"""
ROWS: list[tuple[str, str, dict[str, Any]]] = [
    ("good", "case", {"captured": True}), ("good", "verify_identity", {}), ("good", "issue_refund", {"method": "original"}),
    ("good", "internal_note", {}), ("no verify", "case", {"captured": True}), ("no verify", "issue_refund", {"method": "original"}),
    ("no verify", "internal_note", {}), ("refused", "case", {"captured": False}), ("refused", "verify_identity", {}),
    ("refused", "internal_note", {}), ("card", "case", {"captured": False}), ("card", "verify_identity", {}), ("card", "ask_card", {}),
    ("card", "internal_note", {}), ("card", "dance", {}),
]  # fmt: skip
SCORES = {"good": 100, "no verify": 50, "refused": 100, "card": 59}


@pytest.fixture
def content(tmp_path: Path) -> str:
    folder = tmp_path / "content"
    (folder / "sop_library").mkdir(parents=True)
    (folder / "scenarios").mkdir()
    (folder / "sop_library" / "SOP-T.md").write_text(SOP, encoding="utf-8")
    return str(folder)


def as_jsonl() -> str:
    return "".join(json.dumps({"case": case, "action": action, "fields": fields}) + "\n" for case, action, fields in ROWS)


def as_csv() -> str:
    rows = ["case,action,captured,method"]
    rows += [f"{case},{action},{fields.get('captured', '')},{fields.get('method', '')}" for case, action, fields in ROWS]
    return "\r\n".join(rows)


def as_xes() -> str:
    out = ["<log>"]
    for name in SCORES:
        mine = [(action, fields) for case, action, fields in ROWS if case == name]
        captured = str(mine[0][1]["captured"]).lower()
        out.append(f'<trace><string key="concept:name" value="{name}"/><boolean key="captured" value="{captured}"/>')
        for action, fields in mine[1:]:
            values = "".join(f'<string key="{key}" value="{value}"/>' for key, value in fields.items())
            out.append(f'<event><string key="concept:name" value="{action}"/>{values}</event>')
        out.append("</trace>")
    return "".join([*out, "</log>"])


@pytest.mark.parametrize(("name", "text"), [("log.jsonl", as_jsonl()), ("log.csv", as_csv()), ("log.xes", as_xes())])
def test_every_format_gives_the_same_report(branchline: Command, content: str, tmp_path: Path, name: str, text: str) -> None:
    log = tmp_path / name
    log.write_text(text, encoding="utf-8")
    outcome = branchline("sop", "audit", "sop-t", "--log", str(log), "--json", "--workspace", content)
    document = outcome.document
    assert outcome.code == 0
    assert (document["format"], document["sop"], document["cases"], document["fit"]) == ("branchline.audit/1", "SOP-T", 4, 2)
    assert {each["case"]: each["score"] for each in document["per_case"]} == pytest.approx(SCORES)
    assert document["mean_score"] == pytest.approx(sum(SCORES.values()) / 4)
    assert document["mean_fitness"] == pytest.approx((1 + 0.5 + 1 + 1) / 4)
    assert {(each["step"], each["kind"], each["count"]) for each in document["deviations"]} == {("verify", "skip", 1), (None, "never", 1)}
    assert document["unknown_actions"] == [{"action": "dance", "count": 1}]
    assert document["malformed"] == {"count": 0, "first": []}
    for each in document["per_case"]:
        assert 100 - sum(deduction["lost"] for deduction in each["deductions"]) == pytest.approx(each["score"], abs=1e-9)
        assert all({"part", "lost", "sop", "step", "kind", "reason", "seq", "line"} <= set(deduction) for deduction in each["deductions"])
    assert {each["case"]: each["outcome"] for each in document["per_case"]}["refused"] == "refused"


def test_a_packed_log_and_a_named_format_are_read(branchline: Command, content: str, tmp_path: Path) -> None:
    packed = tmp_path / "log.csv.gz"
    packed.write_bytes(gzip.compress(as_csv().encode()))
    assert branchline("sop", "audit", "SOP-T", "--log", str(packed), "--json", "--workspace", content).document["cases"] == 4
    odd = tmp_path / "export.dat"
    odd.write_text(as_csv(), encoding="utf-8")
    refused = branchline("sop", "audit", "SOP-T", "--log", str(odd), "--json", "--workspace", content)
    assert (refused.code, refused.error["code"]) == (2, "log-format")
    named = branchline("sop", "audit", "SOP-T", "--log", str(odd), "--format", "csv", "--json", "--workspace", content)
    assert named.document["cases"] == 4


def test_the_page_has_totals_deviations_and_the_lowest_scores(branchline: Command, content: str, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(as_jsonl().replace("card", "ca\\u001b[31mrd") + "broken\n", encoding="utf-8")
    text = branchline("sop", "audit", "SOP-T", "--log", str(log), "--workspace", content).out
    assert "4 cases, " in text
    assert "never happened" in text
    assert text.index("no verify  50.0") > text.index("Lowest scores")
    assert "dance" in text
    assert "line 16" in text
    assert "\x1b" not in text


def test_csv_has_one_row_a_case_that_no_spreadsheet_runs(branchline: Command, content: str, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(as_jsonl().replace('"good"', '"=cmd()"'), encoding="utf-8")
    outcome = branchline("sop", "audit", "SOP-T", "--log", str(log), "--csv", "--workspace", content)
    rows = list(csv.DictReader(io.StringIO(outcome.out)))
    assert [row["case"] for row in rows] == ["'=cmd()", "no verify", "refused", "card"]
    assert [float(row["score"]) for row in rows] == [100, 50, 100, 59]
    assert "verify skip -50.00" in rows[1]["deductions"]
    assert "4 cases" in outcome.err


def test_a_limit_lists_the_lowest_scores_and_counts_all(branchline: Command, content: str, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(as_csv(), encoding="utf-8")
    base = ("sop", "audit", "SOP-T", "--log", str(log), "--workspace", content)
    document = branchline(*base, "--json", "--limit", "2").document
    assert ([each["case"] for each in document["per_case"]], document["cases"]) == (["no verify", "card"], 4)
    assert branchline(*base, "--json", "--limit", "0").document["per_case"] == []
    assert [row["case"] for row in csv.DictReader(io.StringIO(branchline(*base, "--csv", "--limit", "1").out))] == ["no verify"]


def test_a_mapping_translates_columns_and_actions(branchline: Command, content: str, tmp_path: Path) -> None:
    log, mapping = tmp_path / "export.csv", tmp_path / "map.yaml"
    log.write_text(
        "Ticket;Did;When;Paid;Way\n1;Note written;01.10.2026 12:00;yes;\n1;Refunded;01.10.2026 11:00;yes;original\n"
        "1;Caller checked;01.10.2026 10:00;yes;\n1;Viewed;01.10.2026 10:30;yes;\n",
        encoding="utf-8",
    )
    mapping.write_text(
        'case: Ticket\naction: Did\ntime: When\ntime_format: "%d.%m.%Y %H:%M"\nvalues: {method: Way}\nfacts: {captured: Paid}\n'
        "actions: {Note written: internal_note, Refunded: issue_refund, Caller checked: verify_identity}\nignore: [Viewed]\n",
        encoding="utf-8",
    )
    document = branchline("sop", "audit", "SOP-T", "--log", str(log), "--map", str(mapping), "--json", "--workspace", content).document
    assert [(each["case"], each["score"], each["outcome"]) for each in document["per_case"]] == [("1", 100, "refunded")]
    assert document["unknown_actions"] == []


@pytest.mark.parametrize(
    ("more", "code", "number"),
    [
        (["--log", "missing.csv"], "log-unreadable", 2),
        (["--log", "."], "log-format", 2),
        (["--log", "log.csv", "--csv"], "two-formats", 2),
        (["--log", "log.csv", "--map", "missing.yaml"], "log-map", 3),
        (["--log", "columns.csv"], "log-columns", 3),
        (["--log", "bomb.xes"], "content", 1),
    ],
)
def test_what_cannot_be_audited_is_told(
    branchline: Command, content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str], code: str, number: int
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text(as_csv(), encoding="utf-8")
    (tmp_path / "columns.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "bomb.xes").write_text('<!DOCTYPE l [<!ENTITY a "aa">]><log>&a;</log>', encoding="utf-8")
    outcome = branchline("sop", "audit", "SOP-T", *more, "--json", "--workspace", content)
    assert (outcome.code, outcome.error["code"]) == (number, code)
    assert outcome.out == ""


@pytest.mark.parametrize("name", ["empty.csv", "empty.jsonl"])
def test_an_empty_log_is_no_error(branchline: Command, content: str, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    document = branchline("sop", "audit", "SOP-T", "--log", str(tmp_path / name), "--json", "--workspace", content).document
    assert (document["cases"], document["mean_score"], document["per_case"]) == (0, None, [])


@pytest.mark.parametrize("cut", ["short", "changed"])
def test_a_packed_log_that_breaks_off_is_read_up_to_there(branchline: Command, content: str, tmp_path: Path, cut: str) -> None:
    whole = gzip.compress((as_csv() + "\n" + "x,y,z,\n" * 50_000 + "random\n" * 9).encode(), 1)
    broken = whole[: len(whole) * 2 // 3] + (b"" if cut == "short" else b"\xff" * (len(whole) // 3))
    (tmp_path / "log.csv.gz").write_bytes(broken)
    document = branchline("sop", "audit", "SOP-T", "--log", str(tmp_path / "log.csv.gz"), "--json", "--workspace", content).document
    assert document["cases"] >= 4
    assert document["malformed"]["count"] >= 1
    assert any("cannot be read to its end" in note for note in document["notes"])


def test_a_log_beyond_what_is_held_gives_the_same_scores(branchline: Command, content: str, tmp_path: Path) -> None:
    ends = [(case, f"{action},{fields.get('captured', '')},{fields.get('method', '')}") for case, action, fields in ROWS]
    rows = [f"{case} {number},{end}" for number in range(4000) for case, end in ends]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(["case,action,captured,method", *sorted(rows, key=lambda row: row.split(",")[1] != "case")]), encoding="utf-8")
    document = branchline("sop", "audit", "SOP-T", "--log", str(log), "--json", "--limit", "0", "--workspace", content).document
    assert (document["cases"], document["fit"]) == (16_000, 8_000)
    assert document["mean_score"] == pytest.approx(sum(SCORES.values()) / 4)
