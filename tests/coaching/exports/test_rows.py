"""The moments as a table."""

from __future__ import annotations

import csv
import io

import pytest

from branchline.coaching.exports.export import export
from branchline.coaching.exports.rows import COLUMNS
from reviewed import review_of, said, told
from tiny import BAD, GOOD, choice, compiled, node, played


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_there_is_one_row_a_moment_with_lines_ended_as_the_rfc_says() -> None:
    text = export(told(), "csv")
    assert text.partition("\r\n")[0] == ",".join(COLUMNS)
    assert text.endswith("\r\n")
    rows = rows_of(text)
    assert [(row["choice"], row["word"], row["stands"]) for row in rows] == [
        ("rude", "blunder", "false"),
        ("rude", "blunder", "true"),
        ("fair", "inaccuracy", "true"),
    ]
    assert rows[1]["best"] == "kind"
    assert float(rows[1]["regret"]) == pytest.approx(told().judgement.moments[1].regret, abs=1e-4)
    assert rows[1]["flags"] == "policy_shield"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", "＝", " =", "\r+"])
def test_no_text_is_a_formula(begin: str) -> None:
    said = f"{begin}HYPERLINK(1)"
    nodes = {"hello": node(choice("kind", GOOD, because=said) | {"say": said}, choice("rude", BAD))}
    scenario = compiled(nodes, title=said)
    row = rows_of(export(review_of(scenario, played(scenario, ["kind"]), learner=said), "csv"))[0]
    for column in ("learner", "said", "best_said"):
        assert not row[column].lstrip().startswith(("=", "+", "-", "@", "＝")), column
        assert "HYPERLINK(1)" in row[column]


def test_cells_with_commas_quotes_and_new_lines_come_back_whole() -> None:
    said = 'One, "two"\nthree'
    scenario = compiled({"hello": node(choice("kind", GOOD) | {"say": said})})
    assert rows_of(export(review_of(scenario, played(scenario, ["kind"])), "csv"))[0]["said"] == said


def test_comments_stand_with_their_moment() -> None:
    assert "coach-7" in rows_of(export(told(), "csv", said=said()))[1]["comments"]
