"""Development: where a learner is weak, over all sessions that may be compared, and what there is to practise it with.

Sessions of one scenario or drill are compared only where they were played by the same rules: the same logic hash and the same versions
of its SOPs. Those of the rules that were played last count; the others are named as left out, and never averaged in.

A dimension's figure is the mean of its profile (scoring page, "Empathy") over the sessions that say something of it; dimensions are ordered
by what they cost, the dimension's weight times what is missing to 100. A step's figure is the mean of what it lost of the SOP score over
the sessions that cite its SOP, and what it costs the mean over all sessions that count, so that what is met often comes first. What belongs
to no step (a critical error, a field of the record, a clock) has an entry for each reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from branchline.content.compiled import DIMENSIONS
from branchline.scoring.model import SOP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from branchline.coaching.exercises import Exercises
    from branchline.content.sop import Sop
    from branchline.engine.play import Content
    from branchline.journal.model import SessionRow
    from branchline.scoring.model import Deduction, Score

NEVER = "never"
"""The kind of a Deduction for what must never happen, and of the cap after it, which names no SOP."""
WEAK = 80.0
"""A dimension below this is weak: the mark at which sessions pass."""
MOST_PICKS = 3
"""How much is proposed for one weakness."""
MOST_MOMENTS = 5
"""How many moments show one weakness, the costliest first."""


@dataclass(frozen=True, slots=True)
class Found:
    """One completed session with what it was played with."""

    row: SessionRow
    content: Content

    @property
    def rules(self) -> tuple[str, tuple[tuple[str, int], ...]]:
        """What decides whether it may be compared: the logic hash, and the versions of the cited SOPs."""
        return self.content.logic_hash, tuple(sorted((sop.id, sop.version) for sop in self.content.sops.values()))


@dataclass(frozen=True, slots=True)
class Played(Found):
    """The same with what came of it."""

    score: Score


@dataclass(frozen=True, slots=True)
class Ground:
    """The sessions of one scenario or drill that were played by the same rules."""

    kind: str
    id: str
    title: str
    versions: tuple[int, ...]
    logic_hash: str
    sops: tuple[tuple[str, int], ...]
    sessions: tuple[str, ...]
    """Their ids, the first first."""


@dataclass(frozen=True, slots=True)
class Pick:
    """Something to practise with."""

    kind: str
    """`scenario` or `drill`."""
    id: str
    title: str
    passed: bool
    """Whether the learner has passed it."""


@dataclass(frozen=True, slots=True)
class Weakness:
    """One thing that a learner could do better."""

    name: str
    """The dimension, or `SOP/step`; `SOP` alone for a hard rule, and nothing for what belongs to no SOP."""
    words: str
    """What it asks for, for people."""
    figure: float
    """Of a dimension 0..100; of a step what it lost of the SOP score, on average."""
    cost: float
    """What it is ordered by."""
    sessions: int
    """How many sessions it is drawn from."""
    times: int
    """How often it lost something."""
    moments: tuple[tuple[str, int], ...]
    """Session and entry of the costliest moments; what never happened has none."""
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class Development:
    """A learner's weak dimensions and steps, and what they are drawn from."""

    learner: str
    counted: tuple[Ground, ...]
    left_out: tuple[Ground, ...]
    """Played by rules that no longer hold, or not last; not comparable with what counts."""
    dimensions: tuple[Weakness, ...]
    """Those below WEAK, the costliest first."""
    steps: tuple[Weakness, ...]
    """Every step that lost anything, the costliest first."""
    earlier: int = 0
    """How many more sessions could be compared, but were played too long ago to be read."""


Session = TypeVar("Session", bound=Found)


def comparable(sessions: Iterable[Session]) -> tuple[list[list[Session]], list[list[Session]]]:
    """The sessions of each scenario or drill that were played by its last rules, and those by each of the others; the first first."""
    groups: dict[tuple[str, str], dict[object, list[Session]]] = {}
    for each in sorted(sessions, key=lambda found: (found.row.started, found.row.id)):
        groups.setdefault((each.row.kind, each.row.content), {}).setdefault(each.rules, []).append(each)
    counted: list[list[Session]] = []
    left_out: list[list[Session]] = []
    for by_rules in groups.values():
        *others, last = sorted(by_rules.values(), key=lambda found: found[-1].row.started)
        counted.append(last)
        left_out += others
    return counted, left_out


def development(
    learner: str,
    sessions: Iterable[Played],
    library: Sequence[Exercises],
    left_out: Iterable[Sequence[Found]] = (),
    earlier: Sequence[Found] = (),
) -> Development:
    """What to practise next, drawn from the learner's completed sessions; `library` is what there is to practise with.

    `left_out` and `earlier` are sessions that were not read: played by other rules, and comparable but too long ago.
    """
    counted, others = comparable(sessions)
    known = [each for ground in counted for each in ground]
    passed = {each.row.content for each in (*known, *earlier) if each.row.passed}
    return Development(
        learner,
        tuple(map(_ground, counted)),
        tuple(_ground(each) for each in (*others, *left_out)),
        _dimensions(known, library, passed),
        _steps(known, library, passed),
        len(earlier),
    )


def _ground(found: Sequence[Found]) -> Ground:
    last = found[-1]
    logic_hash, sops = last.rules
    versions = tuple(sorted({each.row.version for each in found}))
    return Ground(last.row.kind, last.row.content, last.row.title, versions, logic_hash, sops, tuple(each.row.id for each in found))


def _dimensions(sessions: Sequence[Played], library: Sequence[Exercises], passed: set[str]) -> tuple[Weakness, ...]:
    found = []
    for dimension, weight in DIMENSIONS.items():
        told = [(each, value) for each in sessions if (value := each.score.profile.get(dimension)) is not None]
        if not told:
            continue
        figure = sum(value for _, value in told) / len(told)
        if figure < WEAK:
            lost = [(each.row.id, one) for each in sessions for one in each.score.deductions if one.dimension == dimension]
            offers = [(each, each.dimensions.get(dimension, 0)) for each in library]
            cost = weight / 100 * (100 - figure)
            picks = _picks([(each, use) for each, use in offers if use], passed)
            found.append(Weakness(dimension, dimension, figure, cost, len(told), len(lost), _moments(lost), picks))
    return tuple(sorted(found, key=lambda each: (-each.cost, each.name)))


def _steps(sessions: Sequence[Played], library: Sequence[Exercises], passed: set[str]) -> tuple[Weakness, ...]:
    """A weakness for each step that lost something, and for each reason that no step has: a hard rule, a field of the record, a clock.

    The cap after a critical error is nothing to practise, the error is: it stands there by itself, unless a rule has it already.
    """
    lost: dict[tuple[str, str, str], list[tuple[Played, Deduction]]] = {}
    for each in sessions:
        for one in each.score.deductions:
            if one.part == SOP and not (cap := _is_cap(one)):
                lost.setdefault((one.sop or "", one.step or "", "" if one.step else one.reason), []).append((each, one))
            elif (
                one.part == SOP
                and cap
                and not any(other.kind == NEVER and other.sop and other.seq == one.seq for other in each.score.deductions)
            ):
                reason = next((error.reason for error in each.score.critical if error.seq == one.seq), one.reason)
                lost.setdefault(("", "", f"Critical error: {reason}"), []).append((each, one))
    found = [_step(key, rows, sessions, library, passed) for key, rows in lost.items()]
    return tuple(sorted(found, key=lambda each: (-each.cost, each.name, each.words)))


def _step(
    key: tuple[str, str, str],
    lost: Sequence[tuple[Played, Deduction]],
    sessions: Sequence[Played],
    library: Sequence[Exercises],
    passed: set[str],
) -> Weakness:
    sop_id, step_id, reason = key
    where = {each.row.content for each, _ in lost}
    could = [each for each in sessions if (sop_id in each.content.sops if sop_id else each.row.content in where)]
    sop = lost[-1][0].content.sops.get(sop_id)
    members = frozenset(sop.members(step_id)) if sop is not None and step_id else frozenset[str]()
    offers = [
        (each, sum((sop_id, member) in each.steps for member in members) if members else each.content.id in where) for each in library
    ]
    figure = sum(one.lost for _, one in lost) / len(could)
    moments = _moments([(each.row.id, one) for each, one in lost])
    name = f"{sop_id}/{step_id}" if step_id else sop_id
    picks = _picks([(each, int(use)) for each, use in offers if use], passed)
    cost = sum(one.lost for _, one in lost) / len(sessions)
    return Weakness(name, bare(_words(sop, step_id) or reason), figure, cost, len(could), len(lost), moments, picks)


def _words(sop: Sop | None, step_id: str) -> str:
    """The step's text, of a group those of its members."""
    if sop is None or not step_id:
        return ""
    steps = [step for member in sop.members(step_id) if (step := sop.step(member)) is not None]
    return " / ".join(step.text for step in steps) or step_id


_MARKUP = re.compile(r"\*\*(?=\S)|(?<=\S)\*\*|__(?=\w)|(?<=[\w.!?])__|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|`")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def bare(text: str) -> str:
    """The text without Markdown's emphasis, code marks and link targets."""
    return _MARKUP.sub("", _LINK.sub(r"\1", text))


def _is_cap(one: Deduction) -> bool:
    return one.kind == NEVER and not one.sop and not one.step


def _moments(lost: Sequence[tuple[str, Deduction]]) -> tuple[tuple[str, int], ...]:
    ordered = sorted(lost, key=lambda found: -found[1].lost)
    return tuple(dict.fromkeys((session, one.seq) for session, one in ordered if one.seq is not None))[:MOST_MOMENTS]


def _picks(offers: Iterable[tuple[Exercises, int]], passed: set[str]) -> tuple[Pick, ...]:
    """What exercises it most first; what the learner has not passed comes before what was passed."""
    ordered = sorted(offers, key=lambda found: (found[0].content.id in passed, -found[1], found[0].content.level, found[0].content.id))
    return tuple(Pick(each.kind, each.content.id, each.content.title, each.content.id in passed) for each, _ in ordered[:MOST_PICKS])


def goals_of(found: Development, most: int = MOST_PICKS) -> tuple[str, ...]:
    """The costliest weaknesses as goals of a coaching session."""
    dimensions = [f"Raise {each.name} from {each.figure:.0f} of 100." for each in found.dimensions]
    steps = [f"{each.name}: {_first(each.words)}" if each.name else each.words for each in found.steps]
    return (*dimensions[:most], *steps[:most])


def _first(words: str) -> str:
    """The first sentence."""
    return words.partition(". ")[0].rstrip(".") + "."


def moments_of(found: Development, most: int = MOST_MOMENTS) -> tuple[tuple[str, int], ...]:
    """The costliest moments of them, each weakness in its turn."""
    weak: Sequence[Weakness] = (*found.dimensions, *found.steps)
    turns = (each.moments[turn] for turn in range(MOST_MOMENTS) for each in weak if turn < len(each.moments))
    return tuple(dict.fromkeys(turns))[:most]


def document(found: Development) -> Mapping[str, object]:
    """`branchline.development/1`."""
    return {
        "learner": found.learner,
        "counted": [_ground_json(each) for each in found.counted],
        "left_out": [_ground_json(each) for each in found.left_out],
        "dimensions": [_weakness_json(each, "dimension") for each in found.dimensions],
        "steps": [_weakness_json(each, "step") for each in found.steps],
        "earlier": found.earlier,
    }


def _ground_json(each: Ground) -> dict[str, object]:
    return {
        "kind": each.kind, "id": each.id, "title": each.title, "versions": list(each.versions), "logic_hash": each.logic_hash,
        "sops": [{"id": sop, "version": version} for sop, version in each.sops], "sessions": list(each.sessions),
    }  # fmt: skip


def _weakness_json(each: Weakness, kind: str) -> dict[str, object]:
    sop, _, step = each.name.partition("/")
    named: dict[str, object] = (
        {"dimension": each.name} if kind == "dimension" else {"sop": sop or None, "step": step or None, "text": each.words}
    )
    figure = {"figure": each.figure} if kind == "dimension" else {"lost": each.figure}
    return {
        **named, **figure, "cost": each.cost, "sessions": each.sessions, "times": each.times,
        "moments": [{"session": session, "seq": seq} for session, seq in each.moments],
        "practise": [{"kind": pick.kind, "id": pick.id, "title": pick.title, "passed": pick.passed} for pick in each.picks],
    }  # fmt: skip
