from __future__ import annotations

from pathlib import Path

import pytest

from branchline.content import load_drill
from branchline.content.catalogue import AuthoredCatalogue, argument_of
from branchline.content.compile_drill import drill_from_bundle
from branchline.content.desk_types import priority_of
from branchline.content.workspace import Workspace
from branchline.errors import ContentError, DamagedData, UnknownId
from desks import DESK, DRILL, SOP, drill, made

BUNDLED = sorted((Path(__file__).parents[2] / "scenarios" / "drills").glob("*.yaml"))


def codes(text: str = DRILL, desk: str = DESK) -> list[str]:
    return [found.code for found in made(text, desk)[1].diagnostics]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "scenarios" / "drills").mkdir(parents=True)
    (tmp_path / "sop_library").mkdir()
    (tmp_path / "scenarios" / "desk.yaml").write_text(DESK, encoding="utf-8")
    (tmp_path / "scenarios" / "drills" / "twice.yaml").write_text(DRILL, encoding="utf-8")
    (tmp_path / "sop_library" / "SOP-PAY.md").write_text(SOP, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_every_bundled_drill_can_be_worked_and_comes_back_from_its_bundle(path: Path) -> None:
    known = load_drill(path)
    again = drill_from_bundle(known.bundle)
    assert (again.content_hash, again.logic_hash) == (known.content_hash, known.logic_hash)
    assert again.fields == known.fields


def test_a_drill_is_read_with_its_desk_and_sops(root: Path) -> None:
    known = load_drill(root / "scenarios" / "drills" / "twice.yaml")
    assert known.ticket["priority"] == "low"
    assert known.ticket["id"] == "7"
    assert known.starts == 600
    assert list(known.sops) == ["SOP-PAY"]
    assert known.forms["amount"] == (("89",),)
    assert known.forms["days"] == (("5", "days"),)
    assert known.catalogue.categories["billing/double"] == "Double"
    assert list(known.catalogue.dispositions_of("billing/double")) == ["explained", "refunded", "hold"]


def test_a_workspace_lists_and_loads_its_drills(root: Path) -> None:
    workspace = Workspace(root)
    assert [(found.id, found.kind, found.playable) for found in workspace.listings()] == [("twice", "drill", True)]
    assert workspace.load_drill("twice").title == "Twice"
    assert workspace.listing("twice").sops == ("SOP-PAY",)
    with pytest.raises(UnknownId, match="Did you mean `twice`"):
        workspace.load_drill("twise")


def test_a_broken_drill_is_listed_with_what_is_wrong(root: Path) -> None:
    path = root / "scenarios" / "drills" / "twice.yaml"
    path.write_text(DRILL.replace("impact: 3", "impact: 9"), encoding="utf-8")
    (found,) = Workspace(root).listings()
    assert (found.kind, found.title, found.playable) == ("drill", "Twice", False)
    with pytest.raises(ContentError, match="cannot be worked"):
        Workspace(root).load_drill("twice")


def test_a_drill_is_read_anew_when_the_desk_changes(root: Path) -> None:
    workspace = Workspace(root)
    before = workspace.load_drill("twice").content_hash
    (root / "scenarios" / "desk.yaml").write_text(DESK + "texts: {hello: there}\n", encoding="utf-8")
    assert workspace.load_drill("twice").content_hash != before


def test_without_a_desk_file_a_drill_cannot_be_worked(root: Path) -> None:
    (root / "scenarios" / "desk.yaml").unlink()
    with pytest.raises(ContentError) as caught:
        load_drill(root / "scenarios" / "drills" / "twice.yaml")
    assert [found.code for found in caught.value.diagnostics] == ["D008"]


def test_an_unknown_sop_is_named(root: Path) -> None:
    (root / "sop_library" / "SOP-PAY.md").unlink()
    with pytest.raises(ContentError) as caught:
        load_drill(root / "scenarios" / "drills" / "twice.yaml")
    assert [found.code for found in caught.value.diagnostics] == ["R002"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("opened: 10m", "allow: [fly]", "D001"),
        ("opened: 10m", "prices: {fly: 1}", "D001"),
        ("after: public_reply", "after: fly", "D001"),
        ("opened: 10m", "allow: [restart]", "D002"),
        ('set: ["payment.way = card"]', 'set: ["payment.way := card"]', "D003"),
        ('set: ["payment.way = card"]', 'set: ["payment.amount = card"]', "D003"),
        ('set: ["payment.way = card"]', 'set: ["payment.way + 1"]', "D003"),
        ("payment.refunded: 89.00}", "payment.refunde: 89.00}", "D005"),
        ("untouched: [customer.name", "untouched: [customer.nane", "D005"),
        ("status: solved, disposition", "state: solved, disposition", "D006"),
        ("told: [days", "told: [nights", "D007"),
        ("opened: 10m", "without: [submit]", "D009"),
        ("  customer: {id: dana,", "  case: {a: 1}\n  customer: {id: dana,", "D010"),
        ("at: 300m", "at: 300m, after: look", "D011"),
        ("opened: 10m", "macros: [sended]", "D012"),
    ],
)
def test_what_means_nothing_is_told(old: str, new: str, code: str) -> None:
    assert old in DRILL
    assert codes(DRILL.replace(old, new)) == [code]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("level: 1..3", "level: 3..1", "D004"),
        ("level: 1..3", "level: some", "D004"),
        ("customer.verified = level", "verified", "D003"),
        ("{priority: urgent}", "{prio: urgent}", "D006"),
    ],
)
def test_what_means_nothing_in_the_desk_file_is_told(old: str, new: str, code: str) -> None:
    assert old in DESK
    assert code in codes(desk=DESK.replace(old, new))


def test_an_sla_condition_with_an_error_stands_in_the_desk_file() -> None:
    (found,) = made(desk=DESK.replace("priority != urgent", "priority = urgent"))[1].diagnostics
    assert found.span.file == "desk.yaml"


def test_verbs_whose_records_are_missing_are_left_out() -> None:
    assert list(drill().verbs) == ["look", "refund", "verify", "lift", "rename"]


def test_a_drill_narrows_and_reprices() -> None:
    known = drill(DRILL.replace("opened: 10m", "allow: [look]\nwithout: [merge]\nprices: {look: 9m, assign: 2}\nmacros: [calm]"))
    assert (list(known.verbs), known.verbs["look"].minutes, known.ticket_minutes["assign"]) == (["look"], 9, 2)
    assert "merge" not in known.ticket_minutes
    assert list(known.catalogue.macros) == ["calm"]


def test_the_learner_takes_over_at_the_latest_message_where_nothing_else_is_said() -> None:
    text = DRILL.replace("opened: 10m", "summary: x").replace('twice."}]', 'twice."}, {from: note, at: 2h, text: Asked again.}]')
    known = drill(text)
    assert known.starts == 7200
    assert (known.conversation[1].author, known.conversation[1].public) == ("agent", False)


def test_texts_change_the_content_hash_alone() -> None:
    first, other = drill(), drill(DRILL.replace("title: Twice", "title: Other"))
    assert first.content_hash != other.content_hash
    assert first.logic_hash == other.logic_hash
    assert drill(DRILL.replace("state: captured", "state: authorised")).logic_hash != first.logic_hash


@pytest.mark.parametrize("bundle", [{}, {"drill": {}, "desk": {}, "sops": {}}, {"drill": None, "desk": None, "sops": None}])
def test_a_damaged_bundle_is_refused(bundle: dict[str, object]) -> None:
    with pytest.raises(DamagedData):
        drill_from_bundle(bundle)


def test_arguments_are_of_known_kinds() -> None:
    desk = AuthoredCatalogue.model_validate({"format": 1, "verbs": {"a": {"args": {"b": {"is": ["x", 2]}, "c": "money"}}}})
    args = {name: argument_of(name, written) for name, written in desk.verbs["a"].args.items()}
    assert (args["b"].words, args["b"].optional, args["c"].kind) == (("x", "2"), True, "money")
    with pytest.raises(ValueError, match="a list of words needs a word"):
        argument_of("d", [])


def test_priorities_follow_the_measured_matrix() -> None:
    matrix = [[priority_of(impact, urgency) for urgency in (1, 2, 3)] for impact in (1, 2, 3)]
    assert matrix == [["urgent", "high", "normal"], ["high", "normal", "low"], ["normal", "low", "low"]]
