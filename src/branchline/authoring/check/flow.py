"""F: whether every node and ending can be reached, and every conversation can end. Ways are taken as drawn; `prove` knows more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.authoring.check.reaching import circles, reach
from branchline.content.expand import RETURN
from branchline.content.language import gaps
from branchline.content.language.analysis import EVERY_CASE

if TYPE_CHECKING:
    from branchline.authoring.check.report import Report
    from branchline.authoring.check.subject import Subject

_SHOWN = 6


def unreachable(subject: Subject, report: Report) -> None:
    """F101 and F102; what only an unreachable node leads to is named with it, not by itself."""
    if not subject.start:
        return
    lost = [name for name in [*subject.by_id, *subject.authored.endings] if name not in subject.reached]
    outside = set(lost)
    first = [name for name in lost if not any(before in outside and before != name for before in subject.backward.get(name, ()))]
    apart = {name: [target for target in subject.onward.get(name, ()) if target in outside] for name in lost}
    order = {name: number for number, name in enumerate(lost)}
    told: set[str] = set()
    for name in [*first, *lost]:
        if name in told:
            continue
        behind = reach([name], apart) - told
        others = sorted(behind - {name}, key=order.__getitem__)
        told |= behind
        _tell(name, others, subject, report)


def _tell(name: str, others: list[str], subject: Subject, report: Report) -> None:
    rest = [other for other in others if not other.endswith(f"/{RETURN}")]
    along = f" Only through it: {_listed(rest)}." if rest else ""
    if name in subject.by_id:
        report.add("F101", subject.key(name), f"No way leads to the node `{name}`.", f"Name it in a `go`, or delete it.{along}")
    else:
        report.add("F102", subject.key(name), f"No way leads to the ending `{name}`.", "Name it in a `go`, or delete it.")


def traps(subject: Subject, report: Report) -> None:
    """F103: nodes that can be reached and from which no ending can; told of the circle that the ways end in."""
    ending = reach(list(subject.authored.endings), subject.backward)
    stuck = {name: subject.onward[name] for name in subject.by_id if name in subject.reached and name not in ending}
    for circle in circles(stuck):
        if any(target not in circle for name in circle for target in stuck[name]) or not all(stuck[name] for name in circle):
            continue
        shown = [name for name in stuck if name in circle and not name.endswith(f"/{RETURN}")]
        message = f"From `{shown[0]}` no ending can be reached."
        report.add("F103", subject.key(shown[0]), message, f"The way only goes round through {_listed(shown)}: let a `go` lead out.")


def exhausted(subject: Subject, report: Report) -> None:
    """F104: a node whose open choices all lead back to it: once they are made only guarded ones are left, and these may be closed."""
    for flat in subject.nodes:
        choices, name = flat.authored.choices, flat.id
        free = [choice for choice in choices if choice.when is None and choice.locked_when is None]
        if not free or len(free) == len(choices) or flat.authored.timeout is not None or name not in subject.reached:
            continue
        if (
            any(choice.sticky for choice in free)
            or not subject.effort.spend(len(subject.nodes), 2)
            or not _all_back({choice.id for choice in free}, name, subject)
        ):
            continue
        scope = subject.scope(flat.group)
        guards = [when for choice in choices if choice not in free and (when := subject.open_when(choice, flat.group)) is not None]
        case = gaps(guards, scope, subject.effort) if len(guards) == len(choices) - len(free) else None
        if case is not None:
            rest = "nothing is left" if case == EVERY_CASE else f"nothing is open when {case}"
            message = f"Once {_listed([choice.id for choice in free])} {'is' if len(free) == 1 else 'are'} said in `{name}`, {rest}."
            report.add("F104", subject.key(name), message, "Give it a choice that leads away, or make one `sticky: true`.")


def _all_back(choices: set[str], name: str, subject: Subject) -> bool:
    """Whether every way of those choices leads to the node `name` again before any ending."""
    without = {node: [target for target in following if target != name] for node, following in subject.onward.items() if node != name}
    targets = [way.to for way in subject.ways[name] if way.choice in choices and way.to != name]
    behind = reach(targets, without)
    return not any(target in subject.authored.endings for target in behind)


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown


RULES = (unreachable, traps, exhausted)
