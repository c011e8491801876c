from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from ralph.models.xapi.base.statements import BaseXapiStatement  # type: ignore[import-untyped]  # Ralph ships no types

from branchline.engine.actions import TimeOut
from branchline.xapi.checks import validate
from branchline.xapi.profile import COACHING_KINDS, KINDS, profile
from branchline.xapi.vocabulary import EXTENSIONS, VERBS, Iris
from json_paths import about, broken, expression, fits, values, without
from xapi_coached import coached
from xapi_desk import worked
from xapi_moments import IDENTITY, Player

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.content.compiled import Scenario

IRIS = Iris(IDENTITY.iri_base)
PROFILE = profile(IRIS)
_FORMS = {"sequence", "alternates", "optional", "zeroOrMore", "oneOrMore"}

Session = list[dict[str, Any]]


def spoken(player: Player) -> Session:
    return [json.loads(stored.json) for stored in player.statements]


@pytest.fixture
def sessions(charged_twice: Scenario, tmp_path: Path) -> list[Session]:
    """Sessions in which every kind of statement occurs."""
    silent = Player(charged_twice)
    silent.act(TimeOut())
    players = [Player(charged_twice).play(), Player(charged_twice).play(worst=True), silent, Player(charged_twice).give_up()]
    desks: list[Session] = []
    for acts in (None, 8):
        # Statements of the studio carry its own base, which the tests' profile is to have too.
        studio, row, _ = worked(tmp_path / str(acts), acts=acts)
        with closing(studio):
            base = studio.settings.iri_base
            desks.append([json.loads(each.json.replace(base, IDENTITY.iri_base)) for each in studio.journal.statements(row.id)])
    return [*map(spoken, players), *desks]


@pytest.fixture
def everything(sessions: list[Session], charged_twice: Scenario) -> list[Session]:
    """The sessions, and what coaches and learners said of one."""
    return [*sessions, [json.loads(each.json) for each in coached(Player(charged_twice).play())]]


def template_of(statement: dict[str, Any]) -> dict[str, Any]:
    (found,) = [each for each in PROFILE["templates"] if fits(statement, each)]
    return dict(found)


def test_every_statement_fits_one_template_and_keeps_each_of_its_rules(everything: list[Session]) -> None:
    for statement in (each for session in everything for each in session):
        template = template_of(statement)
        assert [rule for rule in template["rules"] if broken(statement, rule)] == []


def test_every_template_is_used(everything: list[Session]) -> None:
    used = {template_of(statement)["id"].rpartition("/")[2] for session in everything for statement in session}
    assert used == {kind.name for kind in (*KINDS, *COACHING_KINDS)}


def test_every_rule_can_be_broken(everything: list[Session]) -> None:
    tried = 0
    for statement in (each for session in everything for each in session):
        for rule in template_of(statement)["rules"]:
            if rule["presence"] == "included":
                assert broken(without(statement, rule["location"]), rule), rule
                tried += 1
            if rule.get("all") or rule.get("any"):
                assert broken(statement, {**rule, **{name: ["https://other.example/"] for name in ("all", "any") if name in rule}})
    assert tried > 1000


def test_every_session_follows_the_pattern_and_one_out_of_order_does_not(sessions: list[Session]) -> None:
    whole = expression(PROFILE)
    for session in sessions:
        ordered = sorted(session, key=lambda each: str(each["timestamp"]))
        words = [f"{template_of(each)['id'].rpartition('/')[2]} " for each in ordered]
        assert whole.fullmatch("".join(words)), words
        assert not whole.fullmatch("".join(reversed(words)))
        assert not whole.fullmatch("".join([*words, "initialized "]))


def test_every_kind_of_statement_is_valid_by_our_rules_and_by_an_outside_validator(everything: list[Session]) -> None:
    for statement in (each for session in everything for each in session):
        assert validate(statement) == []
        BaseXapiStatement(**statement)


def test_no_extension_of_ours_is_sent_that_the_profile_does_not_describe(everything: list[Session]) -> None:
    concepts = {each["id"]: each["type"] for each in PROFILE["concepts"]}
    assert set(concepts) == {IRIS.extension(name) for name in EXTENSIONS}
    sent: set[tuple[str, str]] = set()
    for statement in (each for session in everything for each in session):
        for place in ("context", "result"):
            sent |= {(key, f"{place.capitalize()}Extension") for held in values(statement, f"$.{place}.extensions") for key in held}
    assert sent == set(concepts.items())


def test_the_verbs_and_types_are_those_of_the_vocabulary(everything: list[Session]) -> None:
    assert {each["verb"] for each in PROFILE["templates"]} == {iri for role, (iri, _) in VERBS.items() if role != "voided"}
    for statement in (each for session in everything for each in session):
        places = {"$.object.definition.type", "$.object.objectType"}
        (types,) = [rule["all"] for rule in template_of(statement)["rules"] if rule["location"] in places]
        assert about(statement) in types


def test_the_document_has_what_the_standard_asks_for() -> None:
    assert (PROFILE["@context"], PROFILE["type"]) == ("https://w3id.org/xapi/profiles/context", "Profile")
    assert PROFILE["conformsTo"] == "https://w3id.org/xapi/profiles#1.0"
    assert PROFILE["author"].keys() == {"type", "name"}
    (version,) = PROFILE["versions"]
    assert version["id"] == IRIS.profile
    assert PROFILE["id"] != version["id"]
    parts = [*PROFILE["concepts"], *PROFILE["templates"], *PROFILE["patterns"]]
    assert len({each["id"] for each in parts}) == len(parts)
    for part in parts:
        assert part["inScheme"] == version["id"]
        assert part["prefLabel"]["en"]
        assert part["definition"]["en"]
    assert json.loads(json.dumps(PROFILE)) == PROFILE


def test_patterns_name_what_there_is_have_one_form_and_no_circle() -> None:
    patterns = {each["id"]: each for each in PROFILE["patterns"]}
    templates = {each["id"] for each in PROFILE["templates"]}
    for pattern in patterns.values():
        (form,) = _FORMS & pattern.keys()
        named = pattern[form] if isinstance(pattern[form], list) else [pattern[form]]
        assert set(named) <= templates | patterns.keys()
        if form == "alternates":
            assert not any({"optional", "zeroOrMore"} & patterns[each].keys() for each in named if each in patterns)
    assert expression(PROFILE).pattern
    assert sum(each["primary"] for each in patterns.values()) == 1


def test_another_base_gives_the_same_profile_under_other_names() -> None:
    other = profile(Iris("https://other.example/x/"), name="Host & Co")
    assert json.dumps(other).replace("https://other.example/x", IDENTITY.iri_base).replace("Host & Co", "Branchline") == json.dumps(PROFILE)
