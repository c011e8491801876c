"""Hypothesis strategies of whole valid scenarios and of legal plays through them.

`scenarios()` gives compiled Scenarios, `written()` the same as designers would write them (`Written`, with `compiled` and `write`),
`plays(scenario)` legal plays of one, `played()` both together. From every state of such a scenario an ending can be reached.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from hypothesis import strategies as st

from branchline.content.compile import scenario_from_bundle
from branchline.content.source import read_text
from branchline.engine.actions import Action, Choose, Draw, GiveUp, OpenSop, Resume, Suspend, TimeOut, Undo
from branchline.engine.conversation import decide, evolve, open_choices
from branchline.engine.events import ChoiceMade, DrawMade, EndingReached, Event, SessionGivenUp, SessionStarted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from branchline.content.compiled import Scenario
    from branchline.engine.state import State

Data = dict[str, Any]

SOP_ID = "SOP-T-01"
PART_ID = "aside"
DIMENSIONS = ("acknowledge", "understand", "explore", "ownership", "clarity", "tone")
FLAGS = ("false_promise", "blame_customer", "policy_shield", "fake_empathy", "over_apology")
COLOURS = ("red", "green", "blue")
ACTS = ("disclose_account", "ask_full_card_number", "issue_refund")
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True)
class Written:
    """A scenario as designers write it: plain data of its file and of its parts, and the texts of its SOPs by id."""

    scenario: Data
    parts: dict[str, Data] = field(default_factory=dict)
    sops: dict[str, str] = field(default_factory=dict)

    def compiled(self) -> Scenario:
        """The Scenario, compiled without files."""
        return scenario_from_bundle({"format": 1, "scenario": self.scenario, "parts": self.parts, "sops": self.sops, "translation": None})

    def write(self, root: Path) -> Path:
        """Everything written as a workspace under `root`; the path of the scenario's file."""
        path = root / "scenarios" / "conversations" / f"{self.scenario['id']}.yaml"
        files = {path: yaml.safe_dump(self.scenario, sort_keys=False, allow_unicode=True)}
        for name, part in self.parts.items():
            files[root / "scenarios" / "parts" / f"{name}.yaml"] = yaml.safe_dump(part, sort_keys=False, allow_unicode=True)
        for name, text in self.sops.items():
            files[root / "sop_library" / f"{name}-generated.md"] = text
        for file, text in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return path


class Play(NamedTuple):
    """A play: `states[i]` stands after `events[i]`; the first event is SessionStarted."""

    scenario: Scenario
    states: tuple[State, ...]
    events: tuple[Event, ...]

    @property
    def state(self) -> State:
        """The last state."""
        return self.states[-1]


class _Names(NamedTuple):
    """What expressions at one place may speak of."""

    variables: dict[str, Any]
    nodes: tuple[str, ...]
    choices: tuple[str, ...]
    steps: tuple[str, ...]
    params: tuple[str, ...] = ()


# What conditions and effects say


def _bounds(declared: Any) -> tuple[int, int]:
    low, _, high = declared["range"].partition("..")
    return int(low), int(high)


@st.composite
def _number_atoms(draw: st.DrawFn, names: _Names) -> str:
    """A comparison of something counted."""
    ranges = [name for name, declared in names.variables.items() if isinstance(declared, dict) and "range" in declared]
    sign = draw(st.sampled_from(_COMPARISONS))
    kinds = ["gauge", "turns", "amount", *(["times"] if names.nodes else []), *(["range"] * 3 if ranges else [])]
    match draw(st.sampled_from(kinds)):
        case "gauge":
            return f"{draw(st.sampled_from(['trust', 'heat']))} {sign} {draw(st.integers(0, 100))}"
        case "turns":
            return f"turns {sign} {draw(st.integers(0, 5))}"
        case "amount":
            return f"case.amount {sign} {draw(st.sampled_from(['10', '89.00', '0.5']))}"
        case "times":
            return f"times({draw(st.sampled_from(names.nodes))}) {sign} {draw(st.integers(0, 3))}"
        case _:
            name = draw(st.sampled_from(ranges))
            low, high = _bounds(names.variables[name])
            other = draw(st.sampled_from([*ranges, *names.params, str(draw(st.integers(low, high)))]))
            return f"{name} {sign} {other}"


@st.composite
def _atoms(draw: st.DrawFn, names: _Names) -> str:  # noqa: PLR0911 - one arm for each kind of atom
    """One thing that is true or false."""
    flags = [name for name, declared in names.variables.items() if declared == "flag"]
    words = {name: declared["one_of"] for name, declared in names.variables.items() if isinstance(declared, dict) and "one_of" in declared}
    kinds = ["number", "open"]
    kinds += ["flag"] * 3 if flags else []
    kinds += ["word"] * 2 if words else []
    kinds += ["visited"] if names.nodes else []
    kinds += ["chose"] if names.choices else []
    kinds += ["done"] if names.steps else []
    match draw(st.sampled_from(kinds)):
        case "flag":
            return draw(st.sampled_from(flags))
        case "word":
            name = draw(st.sampled_from(sorted(words)))
            some = draw(st.lists(st.sampled_from(words[name]), min_size=1, max_size=2, unique=True))
            return f"{name} in {{{', '.join(some)}}}" if len(some) > 1 else f"{name} {draw(st.sampled_from(['==', '!=']))} {some[0]}"
        case "visited":
            return f"visited({draw(st.sampled_from(names.nodes))})"
        case "chose":
            return f"chose({draw(st.sampled_from(names.choices))})"
        case "done":
            return f"done({draw(st.sampled_from(names.steps))})"
        case "open":
            return "case.open"
        case _:
            return draw(_number_atoms(names))


@st.composite
def _guards(draw: st.DrawFn, names: _Names) -> str:
    """A condition of one to three atoms."""
    parts = draw(st.lists(_atoms(names), min_size=1, max_size=3))
    parts = [f"not ({part})" if draw(st.booleans()) else part for part in parts]
    return f" {draw(st.sampled_from(['and', 'or']))} ".join(parts)


@st.composite
def _effects(draw: st.DrawFn, names: _Names) -> list[str]:
    """Up to three effects."""
    found = []
    for name in draw(st.lists(st.sampled_from([*names.variables, "trust", "heat"]), max_size=3)):
        declared = names.variables.get(name)
        if declared == "flag":
            found.append(f"{draw(st.sampled_from(['set', 'clear']))} {name}")
        elif isinstance(declared, dict) and "one_of" in declared:
            found.append(f"{name} = {draw(st.sampled_from(declared['one_of']))}")
        else:
            found.append(f"{name} {draw(st.sampled_from('+-'))}{draw(st.integers(0, 3 if declared else 40))}")
    return found


# What a scenario is made of


def _variables() -> st.SearchStrategy[Data]:
    flags = st.lists(st.sampled_from(["verified", "angry"]), max_size=2, unique=True).map(lambda names: dict.fromkeys(names, "flag"))
    colours = st.lists(st.sampled_from(COLOURS), min_size=2, max_size=3, unique=True)
    words = st.one_of(
        st.just(dict[str, Any]()),
        colours.flatmap(lambda found: st.sampled_from(found).map(lambda start: {"colour": {"one_of": found, "start": start}})),
    )
    ranges = st.lists(
        st.tuples(st.sampled_from(["offers", "depth"]), st.integers(-2, 0), st.integers(1, 3)), max_size=2, unique_by=lambda item: item[0]
    ).map(lambda found: {name: {"range": f"{low}..{high}", "start": low} for name, low, high in found})
    return st.tuples(flags, words, ranges).map(lambda found: {**found[0], **found[1], **found[2]})


@st.composite
def _sop_texts(draw: st.DrawFn) -> tuple[str, tuple[str, ...]]:
    """The text of one SOP and the ids of its steps."""
    steps = tuple(f"s{number}" for number in range(draw(st.integers(1, 5))))
    lines = []
    for number, step in enumerate(steps):
        after = draw(st.lists(st.sampled_from(steps[:number]), max_size=2, unique=True)) if number else []
        facts = [f"#{step}", f"do=act_{step}", *([f"after={','.join(after)}"] if after else [])]
        facts += draw(st.sampled_from([[], [], [f"weight={draw(st.integers(1, 3))}"], ["optional"]]))
        lines.append(f"{number + 1}. Do {step}. {{{' '.join(facts)}}}")
    lines.append(f"{len(steps) + 1}. Be kind.")
    front: Data = {"format": 1, "id": SOP_ID, "title": "A procedure", "version": 1}
    if draw(st.booleans()):
        some = draw(st.lists(st.sampled_from(steps), min_size=1, unique=True))
        front["outcomes"] = {"done": {"when": "case.open", "requires": sorted(some)}, "other": {"requires": list(steps)}}
    if draw(st.booleans()):
        rule: Data = {"do": draw(st.sampled_from(ACTS)), "severity": draw(st.sampled_from(["critical", "major", "minor"]))}
        front["never"] = [{**rule, "before": draw(st.sampled_from(steps))} if draw(st.booleans()) else rule]
    return f"---\n{yaml.safe_dump(front, sort_keys=False)}---\nUse it.\n\n" + "\n".join(lines) + "\n", steps


@st.composite
def _targets(draw: st.DrawFn, places: Sequence[str], names: _Names) -> str | list[Data]:
    """A way on, guarded or not."""
    last = draw(st.sampled_from(places))
    guards = draw(st.lists(_guards(names), max_size=2))
    if not guards:
        return last
    return [*({"when": guard, "go": draw(st.sampled_from(places))} for guard in guards), {"go": last}]


@st.composite
def _ratings(draw: st.DrawFn) -> Data:
    """What a reply is worth: rated or unrated, flags, what it does."""
    found: Data = {}
    if draw(st.integers(0, 3)):
        levels = draw(st.tuples(*(st.sampled_from([0, 1, 2, "na"]) for _ in DIMENSIONS)))
        found["empathy"] = dict(zip(DIMENSIONS, levels, strict=True))
    if draw(st.booleans()):
        found["flags"] = draw(st.lists(st.sampled_from(FLAGS), max_size=2, unique=True))
        found |= dict.fromkeys(draw(st.lists(st.sampled_from(["solves", "repeats", "transfers"]), max_size=2)), True)
    if not draw(st.integers(0, 9)):
        found["critical"] = draw(st.sampled_from(["customer", "business", "compliance"]))
    return found


@st.composite
def _choices(draw: st.DrawFn, choice_id: str, places: Sequence[str], names: _Names) -> Data:
    """One choice with everything a choice can have."""
    choice: Data = {"id": choice_id, "say": draw(_texts(names)), "because": f"Because of {choice_id}.", **draw(_ratings())}
    if draw(st.booleans()):
        choice["effects"] = draw(_effects(names))
    if draw(st.booleans()) and names.steps:
        steps = st.sampled_from(names.steps)
        valued: st.SearchStrategy[Data] = steps.map(lambda step: {"step": step, "amount": 5.0})
        acts: st.SearchStrategy[Data] = st.sampled_from(ACTS).map(lambda act: {"do": act})
        deeds: st.SearchStrategy[str | Data] = st.one_of(steps, valued, acts)
        choice["does"] = draw(st.lists(deeds, max_size=2))
    match draw(st.integers(0, 5)):
        case 0:
            choice["when"] = draw(_guards(names))
        case 1:
            choice["locked_when"] = {"when": draw(_guards(names)), "why": "Not yet."}
        case 2:
            choice["sticky"] = True
        case _:
            pass
    choice["go"] = draw(_targets(places, names))
    return choice


@st.composite
def _texts(draw: st.DrawFn, names: _Names) -> str:
    """A sentence, often with a name in it."""
    known = [*names.variables, *names.params, "trust", "customer.name", "case.amount"]
    return draw(st.sampled_from(["I see.", "One moment, please.", f"It is {{{draw(st.sampled_from(known))}}} now.", "Grüße: 日本語"]))


@st.composite
def _nodes(draw: st.DrawFn, place: int, places: Sequence[str], ahead: Sequence[str], names: _Names, *, calls: bool, timed: bool) -> Data:
    """The node at `place`; `ahead` are what it may lead to where no decision stands between."""
    node: Data = {}
    if draw(st.booleans()):
        node["on_enter"] = draw(_effects(names))
    if draw(st.booleans()):
        lines = [{draw(st.sampled_from(["customer", "desk", "narrator"])): draw(_texts(names))} for _ in range(draw(st.integers(1, 2)))]
        node["lines"] = [{**line, "when": draw(_guards(names))} if draw(st.booleans()) else line for line in lines]
    match draw(st.integers(0, 9)):
        case 9:
            return {**node, "go": draw(_targets(ahead, names))}
        case 8:
            branches = draw(st.lists(st.tuples(st.integers(1, 5), st.sampled_from(ahead)), min_size=1, max_size=3))
            return {**node, "chance": [{"weight": weight, "go": target} for weight, target in branches]}
        case 6 | 7 if calls:
            arguments = {"days": draw(st.integers(1, 5))} if draw(st.booleans()) else {}
            return {**node, "call": PART_ID, "with": arguments, "go": draw(_targets(ahead, names))}
        case _:
            pass
    choices = [draw(_choices(f"c{number}", places, names)) for number in range(draw(st.integers(1, 2)))]
    out = {"id": "out", "say": "Let us go on.", "sticky": True, "go": draw(st.sampled_from(ahead)), **draw(_ratings())}
    choices.insert(draw(st.integers(0, len(choices))), out)
    if timed and draw(st.booleans()):
        node["timeout"] = {"after": "30s", "go": draw(_targets(places, names))}
    return {**node, "claim": f"Decides at {place}", "choices": choices}


@st.composite
def _parts(draw: st.DrawFn, variables: Data, steps: tuple[str, ...], *, timed: bool) -> Data:
    """A part with a parameter, that always comes to its return."""
    ids = tuple(f"p{number}" for number in range(draw(st.integers(1, 2))))
    names = _Names(variables, ids, (), steps, ("days",))
    places = [*ids, "return"]
    nodes = {name: draw(_nodes(n, places, places[n + 1 :], names, calls=False, timed=timed)) for n, name in enumerate(ids)}
    return {"format": 1, "id": PART_ID, "params": {"days": {"range": "1..5", "start": 2}}, "start": "p0", "nodes": nodes}


@st.composite
def _endings(draw: st.DrawFn) -> Data:
    outcomes = draw(st.lists(st.sampled_from(["resolved", "pending", "escalated", "refused", "lost"]), min_size=1, max_size=3))
    values = draw(st.one_of(st.just([None] * 3), st.lists(st.integers(0, 100), min_size=3, max_size=3)))
    return {
        f"e{n}": {"title": f"Ending {n}", "outcome": outcome, **({} if value is None else {"value": value})}
        for n, (outcome, value) in enumerate(zip(outcomes, values, strict=False))
    }


@st.composite
def written(draw: st.DrawFn, most_nodes: int = 5) -> Written:
    """A whole valid scenario with at most `most_nodes` nodes of its own, beside those of a part."""
    variables = draw(_variables())
    endings = draw(_endings())
    sop, steps = draw(st.one_of(st.just(("", ())), _sop_texts()))
    names_of_steps = tuple(f"{SOP_ID}/{step}" for step in steps)
    channel = draw(st.sampled_from(["phone", "chat", "email", "ticket"]))
    timed = channel in {"phone", "chat"}
    part = draw(st.one_of(st.none(), _parts(variables, names_of_steps, timed=timed)))
    ids = tuple(f"n{number}" for number in range(draw(st.integers(1, most_nodes))))
    names = _Names(variables, ids, (), names_of_steps)
    places = [*ids, *endings]
    nodes = {name: draw(_nodes(n, places, places[n + 1 :], names, calls=part is not None, timed=timed)) for n, name in enumerate(ids)}
    nodes = draw(_with_memories(nodes, names))
    scenario: Data = {
        "format": 1, "id": "generated", "version": draw(st.integers(1, 9)), "title": "Generated", "summary": "Made for a test.",
        "channel": channel, "level": 1, "minutes": 5, "sops": [SOP_ID] if sop else [],
        "case": {"amount": draw(st.sampled_from([10, 89.0, 0.5])), "open": draw(st.booleans())},
        "customer": {
            "name": "Dana Okafor", "account": "AC-1", "plan": "Business Cloud", "tenure_months": 3,
            "trust": draw(st.integers(0, 100)), "heat": draw(st.integers(0, 100)),
            "volatility": draw(st.sampled_from(["calm", "normal", "quick"])),
        },
        "variables": variables, "start": "n0", "nodes": nodes, "endings": endings,
    }  # fmt: skip
    called = any("call" in node for node in nodes.values())
    return Written(scenario, {PART_ID: part} if part is not None and called else {}, {SOP_ID: sop} if sop else {})


@st.composite
def _with_memories(draw: st.DrawFn, nodes: Data, names: _Names) -> Data:
    """The nodes, some of whose choices ask which others were made: only now their names are known."""
    known = tuple(f"{name}.{choice['id']}" for name, node in nodes.items() for choice in node.get("choices", ()))
    if not known or not draw(st.booleans()):
        return nodes
    asking = draw(st.sampled_from(known))
    guard = draw(_guards(names._replace(choices=known)))
    node_id, _, choice_id = asking.partition(".")
    for choice in nodes[node_id]["choices"]:
        if choice["id"] == choice_id:
            choice["go"] = [{"when": guard, "go": choice["go"] if isinstance(choice["go"], str) else choice["go"][-1]["go"]}, {"go": "e0"}]
    return nodes


def scenarios(most_nodes: int = 5) -> st.SearchStrategy[Scenario]:
    """Compiled valid scenarios."""
    return written(most_nodes).map(Written.compiled)


# Plays


def session_started(scenario: Scenario, seed: int = 1, mode: str = "practice") -> SessionStarted:
    """The first event of a session of that scenario."""
    return SessionStarted(
        "scenario", scenario.id, scenario.version, scenario.content_hash, scenario.logic_hash, mode, seed, scenario.language, "1",
        tuple(sorted(scenario.facts.items())), scenario.weights, scenario.pass_mark,
    )  # fmt: skip


def begun(scenario: Scenario, seed: int = 1) -> Play:
    """A play that stands at its first decision (or ending)."""
    event = session_started(scenario, seed)
    play = Play(scenario, (evolve(scenario, None, event),), (event,))
    place = play.state.place
    if play.state.ended:
        end = EndingReached(place.id)
        return Play(scenario, (play.state, evolve(scenario, play.state, end)), (event, end))
    return acted(play, Draw()) if scenario.nodes.get(place.id) is not None and scenario.nodes[place.id].draws else play


def acted(play: Play, action: Action) -> Play:
    """The play after one more action."""
    states, state = list(play.states), play.state
    events = decide(play.scenario, state, action)
    for event in events:
        state = evolve(play.scenario, state, event)
        states.append(state)
    return Play(play.scenario, tuple(states), (*play.events, *events))


@st.composite
def _actions(draw: st.DrawFn, play: Play) -> Action:
    """Something that is allowed now."""
    scenario, state = play.scenario, play.state
    node = scenario.nodes.get(state.node)
    found: list[Action] = []
    if node is not None:
        choices = open_choices(scenario, state)
        found += [Choose(choice.id) for choice in choices] * 2
        found += [TimeOut()] if node.timeout is not None else []
    if state.previous is not None and state.decision is not None:
        found.append(Undo())
    found += [OpenSop(sop) for sop in scenario.sops]
    if not state.ended:
        found += [Suspend(), Resume()]
    action = draw(st.sampled_from(found))
    if not isinstance(action, Choose | TimeOut):
        return action
    drawn = next((event for event in decide(scenario, state, action) if isinstance(event, DrawMade)), None)
    if drawn is None or draw(st.booleans()):
        return action
    return action._replace(draws=(draw(st.integers(0, len(scenario.nodes[drawn.node].draws) - 1)),))


@st.composite
def plays(draw: st.DrawFn, scenario: Scenario, most_actions: int = 12, *, to_the_end: bool = False) -> Play:
    """A legal play: replies, silence, undo, SOP look-ups, breaks; with `to_the_end` it goes on to an ending, or gives up."""
    play = begun(scenario, draw(st.integers(0, 2**32)))
    for _ in range(draw(st.integers(0, most_actions))):
        if play.state.ended and (play.state.previous is None or not draw(st.booleans())):
            break
        play = acted(play, draw(_actions(play)))
    while to_the_end and not play.state.ended:
        play = acted(play, GiveUp() if not draw(st.integers(0, 19)) else Choose("out"))
        if isinstance(play.events[-1], SessionGivenUp):
            break
    return play


@st.composite
def played(draw: st.DrawFn, most_nodes: int = 5, most_actions: int = 12, *, to_the_end: bool = False) -> Play:
    """A scenario with a legal play through it."""
    return draw(plays(draw(scenarios(most_nodes)), most_actions, to_the_end=to_the_end))


def decisions_made(play: Play) -> list[ChoiceMade]:
    """Every reply of a play, taken back or not."""
    return [event for event in play.events if isinstance(event, ChoiceMade)]


# Scenes: small scenarios written by hand


def scene(text: str, parts: dict[str, str] | None = None, sops: dict[str, str] | None = None) -> Written:
    """A scenario of which `text` says only what a test is about; it starts at its first node, and may end at `done` or `lost`."""
    data = read_text(text, "scene.yaml").data
    usual: Data = {
        "format": 1, "id": "scene", "title": "Scene", "channel": "phone", "start": next(iter(data["nodes"])),
        "customer": {"name": "Dana Okafor", "trust": 50, "heat": 30},
        "endings": {
            "done": {"title": "Done", "outcome": "resolved", "value": 100},
            "lost": {"title": "Lost", "outcome": "lost", "value": 0},
        },
    }  # fmt: skip
    read_parts = {name: read_text(part, f"{name}.yaml").data for name, part in (parts or {}).items()}
    return Written({**usual, **data}, {name: {"format": 1, "id": name, **part} for name, part in read_parts.items()}, sops or {})
