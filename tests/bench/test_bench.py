from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bench import run
from bench.authored import authored
from bench.measure import Row
from branchline.content.load import load_scenario

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("group", run.GROUPS)
def test_every_group_can_be_measured_and_gives_numbers(group: str) -> None:
    rows = run.measured([group], quick=True)
    assert rows
    assert all(row.finite for row in rows)
    assert all(row.ours >= 0 for row in rows)


def test_the_same_seed_writes_the_same_scenario_and_it_can_be_played(tmp_path: Path) -> None:
    text = authored(30)
    path = tmp_path / "measured.yaml"
    path.write_text(text, encoding="utf-8")
    assert text == authored(30)
    assert len(load_scenario(path).nodes) == 30


def test_a_thousand_nodes_are_about_as_long_as_a_designer_would_write_them() -> None:
    assert 600_000 < len(authored(1000)) < 900_000


def test_a_row_knows_whether_it_keeps_its_budget() -> None:
    assert Row("most", 3.0, "ms", 2.0, 1.5, 1.6).within
    assert not Row("most", 3.0, "ms", 2.0, 1.5, 1.4).within
    assert Row("least", 3.0, "1/s", 2.0, 1.5, 1.4, least=True).within
    assert not Row("bare", 61.0, "MiB", budget=60).within
    assert Row("told", 1.0, "ms").within is None


def test_the_command_prints_a_table_and_the_same_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    run.main(["journal", "--quick"])
    assert capsys.readouterr().out.startswith("what ")
    run.main(["journal", "--quick", "--json"])
    assert json.loads(capsys.readouterr().out)[0]["unit"] == "µs"


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(SystemExit):
        run.main(["everything"])
