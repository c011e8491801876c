"""Each rule that only checking has: what it finds, and exactly where."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from branchline.authoring.check import check, rules
from marked import HEAD, SCENARIO, Marked, marked, place, scenario

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.content.diagnostic import Diagnostic

TODAY = "2026-11-22"
PLAIN = "endings: {done: {title: Done, outcome: resolved, value: 100}}\n"
LONG = " ".join(["word"] * 80)
VERY_LONG = " ".join(["word"] * 400)
LEVELS = "empathy: {tone: 1}"


def reply(name: str, go: str = "done", **more: str) -> str:
    """A choice on one line."""
    extra = "".join(f", {key.rstrip('_')}: {value}" for key, value in more.items())
    say = "" if "say" in more else ", say: Yes."
    return f"{{id: {name}{say}, go: {go}, because: B{extra}}}"


def node(name: str, *choices: str, more: str = "") -> str:
    """A node on one line."""
    return f"  {name}: {{claim: C, {more}choices: [{', '.join(choices)}]}}\n"


def variables(text: str) -> str:
    """A head that declares variables."""
    return f"{HEAD}variables:\n{text}"


def six() -> str:
    """Six decisions, of each of which the best reply comes first and is the longest."""
    names = ["n", "n1", "n2", "n3", "n4", "n5", "done"]
    best = 'say: "A much longer text.", empathy: {tone: 2}, because: B'
    return "".join(
        node(name, f"{{id: a, go: {following}, {best}}}", reply("b", empathy="{tone: 0}")) for name, following in pairwise(names)
    )


SIX = marked({SCENARIO: f"{HEAD}start: n\n«nodes»:\n{six()}{PLAIN}"})
FRONT = "format: 1\nid: SOP-A\ntitle: A\n"

CASES: list[tuple[str, Marked]] = [
    ("F101", scenario(node("n", reply("a")) + node("«lost»", reply("a")))),
    ("F101", scenario(node("n", reply("a")) + node("behind", reply("a")) + node("«lost»", reply("a", "behind")))),
    (
        "F102",
        scenario(node("n", reply("a")), endings="endings: {done: {title: D, outcome: resolved}, «never»: {title: N, outcome: lost}}\n"),
    ),
    (
        "F103",
        scenario(
            node("n", reply("a", "x"), reply("b")) + node("«x»", reply("a", "y", sticky="true")) + node("y", reply("a", "x", sticky="true"))
        ),
    ),
    ("F104", scenario(node("«n»", reply("a", "n"), reply("b", when="v")) + "", head=variables("  v: flag\n"))),
    ("C101", scenario(node("n", reply("a"), reply("b", when="«o < 4»")), head=variables("  o: {range: 0..3}\n"))),
    ("C102", scenario(node("n", reply("a"), reply("b", when="«o > 5»")), head=variables("  o: {range: 0..3}\n"))),
    ("C102", scenario(node("n", reply("a"), more="lines: [{customer: Hm, when: «v and not v»}], "), head=variables("  v: flag\n"))),
    ("C103", scenario(node("«n»", reply("a", when="v"), reply("b", when="v")), head=variables("  v: flag\n"))),
    (
        "C104",
        scenario(node("n", reply("a", "[{when: heat > 50, go: done}, {when: «heat > 80», go: n}, {go: done}]"))),
    ),
    ("C105", scenario(node("n", reply("a", "m"), more="lines: [{customer: Hm, when: «visited(m)»}], ") + node("m", reply("a")))),
    ("C105", scenario(node("n", reply("a", "m"), reply("b", when="«chose(m.a)»")) + node("m", reply("a")))),
    ("C106", scenario(node("n", reply("a", "[{when: v, go: n}, {when: not v, go: done}, «{go: done}»]")), head=variables("  v: flag\n"))),
    ("C107", scenario(node("n", reply("b"), reply("a", when="v", locked_when="{when: «v», why: W}")), head=variables("  v: flag\n"))),
    ("V101", scenario(node("n", reply("a")), head=variables("  «v»: flag\n"))),
    ("V102", scenario(node("n", reply("b"), reply("a", when="v")), head=variables("  «v»: flag\n"))),
    ("V103", scenario(node("n", reply("a", effects="[set v]")), head=variables("  «v»: flag\n"))),
    ("E001", scenario(node("«n»", reply("a", empathy="{tone: 1}"), reply("b", empathy="{tone: 1}")))),
    ("E002", SIX),
    ("E003", SIX),
    (
        "E004",
        scenario(
            node("n", reply("a", "[{when: heat > 5, go: lost}, {go: done}]")),
            endings="endings: {done: {title: D, outcome: resolved, value: 60}, lost: {title: L, outcome: lost, value: «80»}}\n",
        ),
    ),
    ("E005", scenario("  «n»: {choices: [{id: a, say: A, go: done, because: B}]}\n")),
    ("E006", scenario("  n: {claim: C, choices: [{id: «a», say: A, go: done}]}\n")),
    ("E007", marked({SCENARIO: f"{HEAD}start: n\nnodes:\n{node('n', reply('a'))}«endings»: {{done: {{title: D, outcome: resolved}}}}\n"})),
    ("E008", scenario(node("«n»", reply("a"), reply("b")))),
    ("E009", scenario(node("n", reply("a")), endings=f"{PLAIN}review: {{status: «draft»}}\n")),
    ("E010", scenario(node("n", reply("a", empathy="{acknowledge: «2»}", flags="[fake_empathy]")))),
    ("E011", scenario(node("n", reply("a")), endings=f"{PLAIN}review: {{raters: {{«n.b»: {{tone: [1]}}}}}}\n")),
    ("E011", scenario(node("n", reply("a")), endings=f"{PLAIN}review: {{raters: {{n.a: {{«tune»: [1]}}}}}}\n")),
    ("E011", scenario(node("n", reply("a")), endings=f"{PLAIN}review: {{raters: {{n.a: {{tone: [1, «3»]}}}}}}\n")),
    (
        "E012",
        scenario(
            node("n", reply("a"), reply("b")), endings=f"{PLAIN}review: {{«raters»: {{n.a: {{tone: [2, 0]}}, n.b: {{tone: [1, 2]}}}}}}\n"
        ),
    ),
    ("E012", scenario(node("n", reply("a"), reply("b")), endings=f"{PLAIN}review: {{«raters»: {{n.a: {{tone: [2, 2]}}}}}}\n")),
    ("L101", scenario(node("n", reply("a", say=f"«{LONG}»")))),
    ("L102", scenario(node("«n»", reply("a", say=VERY_LONG), reply("b", say=VERY_LONG)))),
    ("L103", scenario(node("n", reply("a", say='"Well, «as per» policy."', empathy="{clarity: 2}")))),
    ("L104", scenario(node("n", reply("a", say='"«You should have» called."', empathy="{tone: 2}")))),
    ("L105", scenario(node("n", reply("a", say='"Well. «TODO»"')))),
    ("L106", scenario(node("n", reply("a", say='«""»')))),
    ("A001", scenario(node("n", reply("a", say=LONG), more="timeout: {after: «5s», go: done}, "))),
    ("A002", scenario(node("n", reply("a", say="«PLEASE WAIT A MOMENT»")))),
    ("A003", scenario(node("n", reply("a"), more='lines: [{customer: «"!!!"»}], '))),
    ("A004", scenario(node("«n»", *(reply(f"c{number}") for number in range(10))))),
    ("X001", scenario(node("n", reply("a"), reply("«A»")))),
    ("X001", scenario(node("n", reply("a", "go")) + node("go", reply("a", "Go")) + node("«Go»", reply("a")))),
    ("X002", scenario(node("n", reply("a", "m")) + node("m", reply("a"), more="renamed_from: «n», "))),
    ("X002", scenario(node("n", reply("a"), reply("b", renamed_from="«a»")))),
    ("X003", marked({SCENARIO: f"{HEAD.replace('id: s', 'id: «s s»')}start: n\nnodes:\n{node('n', reply('a'))}{PLAIN}"})),
    ("X004", marked({SCENARIO: f"{HEAD}language: «English»\nstart: n\nnodes:\n{node('n', reply('a'))}{PLAIN}"})),
    ("R015", marked({SCENARIO: f"{HEAD.replace('id: s', 'id: «other»')}start: n\nnodes:\n{node('n', reply('a'))}{PLAIN}"})),
    ("P305", scenario(node("n", reply("a", does="[{do: «submitt»}]")))),
    ("R014", marked({"scenarios/parts/p.yaml": "format: 1\nid: «p»\nstart: a\nnodes: {a: {choices: [{id: ok, say: Ok., go: return}]}}\n"})),
    ("L003", marked({"scenarios/conversations/s.de.yaml": "format: 1\ntranslates: s\nlanguage: «fr»\ntexts: {}\n"})),
    ("L004", marked({"scenarios/conversations/s.de.yaml": "format: 1\ntranslates: «s»\nlanguage: de\ntexts: {}\n"})),
]


def found(case: Marked, root: Path) -> list[Diagnostic]:
    """Everything that a check of the workspace finds."""
    for name, text in case.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(check(root, [], TODAY).diagnostics)


@pytest.mark.parametrize(("code", "case"), CASES, ids=[f"{code}-{number}" for number, (code, _) in enumerate(CASES)])
def test_a_rule_finds_its_fault_at_its_place_and_nowhere_else(code: str, case: Marked, tmp_path: Path) -> None:
    (finding,) = [one for one in found(case, tmp_path) if one.code == code]
    assert place(finding) == case.place
    assert finding.severity is rules()[code].severity
    assert finding.message
    assert finding.hint


def _cited(front: str, does: str, sops: str = "[«SOP-A»]", step: str = "#a do=submit") -> Marked:
    return marked(
        {
            "sop_library/SOP-A.md": f"---\n{FRONT}{front}---\n1. Do. {{{step}}}\n",
            SCENARIO: f"{HEAD}sops: {sops}\nstart: n\nnodes:\n{node('n', reply('b'), reply('a', does=does))}{PLAIN}",
        }
    )


@pytest.mark.parametrize(
    ("code", "case"),
    [
        ("P301", _cited("", "[SOP-A/a]")),
        ("P302", _cited("expires: 2026-11-21\n", "[SOP-A/a]")),
        ("P303", _cited("effective: 2026-11-23\n", "[SOP-A/a]")),
        (
            "P304",
            _cited(
                "limits: {refund: [{tier: 1, max: 50}, {tier: lead, max: 90}]}\n",
                "[«{step: SOP-A/refund, amount: 91}»]",
                "[SOP-A]",
                "#refund do=submit",
            ),
        ),
        (
            "P304",
            _cited(
                "limits: {refund: [{tier: 1, max: 50}, {tier: lead, max: 90}]}\n",
                "[«{step: SOP-A/refund, amount: 51}»]",
                "[SOP-A]",
                "#refund do=submit",
            ),
        ),
    ],
)
def test_a_rule_about_sops_points_into_the_scenario(code: str, case: Marked, tmp_path: Path) -> None:
    (finding,) = [one for one in found(case, tmp_path) if one.code == code]
    assert place(finding) == case.place


def test_advice_is_counted_at_the_first_line_of_it(tmp_path: Path) -> None:
    case = marked({"sop_library/SOP-A.md": f"---\n{FRONT}---\n1. Do. {{#a do=submit}}\n«2». Be kind.\n3. Smile.\n"})
    (finding,) = [one for one in found(case, tmp_path) if one.code == "P306"]
    assert place(finding) == case.place
    assert finding.message.startswith("2 of 3 ")


def test_an_amount_within_the_limit_or_marked_critical_is_nobody_s_business(tmp_path: Path) -> None:
    limits = "limits: {refund: [{tier: 1, max: 50}]}\n"
    within = _cited(limits, "[{step: SOP-A/refund, amount: 50}]", "[«SOP-A»]", "#refund do=submit")
    assert not [one for one in found(within, tmp_path) if one.code == "P304"]
    marked_one = _cited(limits, "[{step: SOP-A/refund, amount: 500}], critical: business", "[«SOP-A»]", "#refund do=submit")
    assert not [one for one in found(marked_one, tmp_path) if one.code == "P304"]


def test_two_scenarios_with_one_id_are_found_at_the_second(tmp_path: Path) -> None:
    text = f"{HEAD}start: n\nnodes:\n{node('n', reply('a'))}{PLAIN}"
    case = marked({"scenarios/conversations/a.yaml": text, "scenarios/conversations/b.yaml": text.replace("id: s", "id: «s»")})
    (finding,) = [one for one in found(case, tmp_path) if one.code == "R013"]
    assert place(finding) == case.place
    assert finding.related[0][0].file == "scenarios/conversations/a.yaml"


def test_gaps_in_a_translation_are_counted(tmp_path: Path) -> None:
    case = marked(
        {
            SCENARIO: f"{HEAD}start: n\nnodes:\n{node('n', reply('a'))}{PLAIN}",
            "scenarios/conversations/s.de.yaml": "format: 1\ntranslates: s\nlanguage: de\n«texts»: {title: {of: '00000000', text: T}}\n",
        }
    )
    codes = {one.code: one for one in found(case, tmp_path)}
    assert place(codes["L107"]) == case.place
    assert codes["L001"].span.file.endswith("s.de.yaml")


def test_a_drill_that_expects_nothing_is_found(tmp_path: Path) -> None:
    case = marked(
        {
            "scenarios/desk.yaml": "format: 1\n",
            "scenarios/drills/d.yaml": "format: 1\nid: «d»\ntitle: D\nticket: {subject: S}\n",
        }
    )
    (finding,) = [one for one in found(case, tmp_path) if one.code == "D101"]
    assert place(finding) == case.place


def test_a_misspelt_target_is_one_cause_and_its_node_not_unreachable(tmp_path: Path) -> None:
    case = scenario(node("n", reply("a", "«apolgy»")) + node("apology", reply("a")))
    (finding,) = [one for one in found(case, tmp_path) if one.code[0] in "RF"]
    assert finding.code == "R001"
    assert place(finding) == case.place


def test_a_misspelt_variable_is_one_cause_and_the_variable_not_unused(tmp_path: Path) -> None:
    case = scenario(node("n", reply("b", effects="[set verified]"), reply("a", when="«verifed»")), head=variables("  verified: flag\n"))
    assert [one.code for one in found(case, tmp_path) if one.code[0] in "CV"] == ["C006"]


def test_what_only_an_unreachable_node_leads_to_is_named_with_it(tmp_path: Path) -> None:
    case = scenario(node("n", reply("a")) + node("«lost»", reply("a", "behind")) + node("behind", reply("a")))
    (finding,) = [one for one in found(case, tmp_path) if one.code == "F101"]
    assert "`behind`" in finding.hint


def test_a_condition_that_is_never_true_names_what_would_make_it_true(tmp_path: Path) -> None:
    case = scenario(node("n", reply("b"), reply("a", when="«v and o > 5»")), head=variables("  v: flag\n  o: {range: 0..3}\n"))
    (finding,) = [one for one in found(case, tmp_path) if one.code == "C102"]
    assert finding.message == "This is never true: `o > 5`, but o is 0..3."
    assert "Without `o > 5` it could be true." in finding.hint


def test_where_refusing_is_right_a_refusal_may_be_worth_most(tmp_path: Path) -> None:
    endings = "endings: {done: {title: D, outcome: resolved, value: 20}, no: {title: N, outcome: refused, value: 100}}\n"
    case = scenario(node("n", reply("«a»"), reply("b", "no")), endings=endings)
    assert "E004" not in {one.code for one in found(case, tmp_path)}


def test_a_variable_that_only_an_sop_reads_is_used(tmp_path: Path) -> None:
    case = marked(
        {
            "sop_library/SOP-A.md": f'---\n{FRONT}---\n1. Do. {{#a do=submit when="v"}}\n',
            SCENARIO: f"{variables('  v: flag')}\nsops: [«SOP-A»]\nstart: n\nnodes:\n{node('n', reply('b', effects='[set v]'))}{PLAIN}",
        }
    )
    assert not [one for one in found(case, tmp_path) if one.code[0] == "V"]


def test_parts_are_checked_where_they_stand_once(tmp_path: Path) -> None:
    calls = "  n: {call: p, with: {d: 1}, go: m}\n  m: {call: p, with: {d: 2}, go: done}\n"
    part = "params: {d: {range: 0..5}}\nstart: a\nnodes:\n  a: {claim: C, choices: [{id: «ok», say: Ok., when: d < 9, go: return}]}\n"
    case = scenario(calls, p=part)
    (finding,) = [one for one in found(case, tmp_path) if one.code == "E006"]
    assert place(finding) == case.place
    assert [one.code for one in found(case, tmp_path) if one.code.startswith("C1")] == ["C101"]
