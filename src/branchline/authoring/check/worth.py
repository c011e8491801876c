"""E: whether the levels of replies and the values of endings say something, and do not give the answer away."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from branchline.coaching.ratings import rated as rating_of
from branchline.content.compiled import DIMENSIONS
from branchline.content.levels import MOST
from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchline.authoring.check.report import Related, Report
    from branchline.authoring.check.subject import Subject
    from branchline.content.expand import FlatNode
    from branchline.content.findings import Places
    from branchline.content.scenario import AuthoredReview

_SHARE = 0.6
"""Of all decisions: from there on a pattern gives the best reply away (service page, "Empathy")."""
_FEWEST = 5
"""Decisions below which nothing is a pattern."""
_SHOWN = 3
_HIGHEST = 100
"""The most that an ending can be worth."""
_FAILED = frozenset({"lost", "refused"})


class _Decision(NamedTuple):
    """A node with two or more rated replies that differ, and the one that is best by itself."""

    flat: FlatNode
    best: int
    """Its position."""
    longest: bool


def levels(subject: Subject, report: Report) -> None:
    """E001 and E008: decisions whose replies are all worth the same, or not rated."""
    for flat, worths in subject.rated:
        if len(worths) < 2:  # noqa: PLR2004 - one reply is no decision
            continue
        rated = [e for e in worths if e is not None]
        if not rated:
            span = flat.group.places.span(flat.path, key=True)
            report.add(
                "E008", span, f"No reply of `{flat.id}` is rated: the decision says nothing about empathy.", "Give its choices `empathy`."
            )
        elif len(rated) == len(worths) and max(rated) == min(rated):
            span = flat.group.places.span(flat.path, key=True)
            report.add(
                "E001",
                span,
                f"All replies of `{flat.id}` have the same empathy, {rated[0]:.2f}.",
                "Rate them apart, or leave `empathy` out.",
            )


def texts(subject: Subject, report: Report) -> None:
    """E005 and E006: decisions without a claim, replies without a reason; E010: a level that its flag caps."""
    for flat, _ in subject.rated:
        if not flat.authored.claim.strip():
            span = flat.group.places.span(flat.path, key=True)
            report.add("E005", span, f"`{flat.id}` does not say what its decision is evidence for.", "Add `claim: …`, one sentence.")
        for number, choice in enumerate(flat.authored.choices):
            if not choice.because.strip():
                span = flat.group.places.span((*flat.path, "choices", number, "id"))
                report.add(
                    "E006", span, f"The reply `{choice.id}` gives no reason.", "Add `because: …`: the learner reads it after the choice."
                )
            if "fake_empathy" in choice.flags and choice.empathy is not None and choice.empathy.acknowledge == MOST:
                span = flat.group.places.span((*flat.path, "choices", number, "empathy", "acknowledge"))
                report.add("E010", span, "Beside the flag `fake_empathy` this counts as 1.", "Write 1, or take the flag away.")


def giveaways(subject: Subject, report: Report) -> None:
    """E002 and E003: the best reply is the longest one, or stands at one position, in most decisions."""
    found = list(_decisions(subject))
    if len(found) < _FEWEST:
        return
    longest = [decision for decision in found if decision.longest]
    places = subject.places
    if len(longest) > _SHARE * len(found):
        message = f"The best reply is the longest one in {len(longest)} of {len(found)} decisions."
        hint = "Learners find that out: shorten best replies, or let poor ones be long."
        report.add("E002", places.span(("nodes",), key=True), message, hint, related=_related(longest, "the best one is the longest"))
    for position in sorted({decision.best for decision in found}):
        there = [decision for decision in found if decision.best == position]
        if len(there) > _SHARE * len(found):
            message = f"The best reply stands at position {position + 1} in {len(there)} of {len(found)} decisions."
            hint = "Write the replies in another order now and then; scripts and tests see the authored one."
            report.add("E003", places.span(("nodes",), key=True), message, hint, related=_related(there, "here, for one"))


def _decisions(subject: Subject) -> Iterator[_Decision]:
    for flat, worths in subject.rated:
        rated = [e for e in worths if e is not None]
        if len(rated) < 2:  # noqa: PLR2004 - one reply is no decision
            continue
        top = max(rated)
        if rated.count(top) == 1 and top > min(rated):
            best = worths.index(top)
            lengths = [len(choice.say) for choice in flat.authored.choices]
            longest = lengths[best] == max(lengths) and lengths.count(lengths[best]) == 1
            yield _Decision(flat, best, longest)


def _related(decisions: Sequence[_Decision], words: str) -> tuple[Related, ...]:
    return tuple((one.flat.group.places.span((*one.flat.path, "choices", one.best, "say")), words) for one in decisions[:_SHOWN])


def endings(subject: Subject, report: Report) -> None:
    """E004: a failure that outscores a success; E007: no ending has a value."""
    written = subject.authored.endings
    valued = {name: ending.value for name, ending in written.items() if ending.value is not None}
    if written and not valued:
        report.add(
            "E007",
            subject.places.span(("endings",), key=True),
            "No ending has a value, so the outcome is never scored.",
            "Add `value: 0..100` to the endings.",
        )
    good = [(value, name) for name, value in valued.items() if written[name].outcome == "resolved" and value > 0]
    refusing = good and max(good)[0] < max((value for name, value in valued.items() if written[name].outcome == "refused"), default=0)
    least, success = min(good, default=(_HIGHEST, ""))
    for name, value in valued.items():
        if written[name].outcome not in _FAILED or value <= least or (refusing and written[name].outcome == "refused"):
            continue
        related = ((subject.places.span(("endings", success, "value")), f"this success is worth {least}"),)
        message = f"`{name}` ends {written[name].outcome} and is worth {value}, more than the success `{success}`."
        report.add(
            "E004", subject.places.span(("endings", name, "value")), message, "Lower it, or call its outcome what it is.", related=related
        )


def reviewed(content_id: str, review: AuthoredReview, places: Places, report: Report) -> None:
    """E009: nobody has reviewed it yet."""
    if review.status != "approved":
        span = places.span(("review", "status")) if places.span(("review",)) != places.span(()) else places.span(("id",))
        message = f"`{clean_line(content_id)}` is not yet reviewed ({review.status.replace('_', ' ')})."
        report.add("E009", span, message, "Its levels count, marked “not yet rated”, until real reviewers approve them.")


def ratings(subject: Subject, report: Report) -> None:
    """E011: ratings of replies or dimensions that are not there, or off the scale."""
    if not subject.authored.review.raters:
        return
    known = {f"{flat.id}.{choice.id}" for flat in subject.nodes for choice in flat.authored.choices}
    for name, dimensions in subject.authored.review.raters.items():
        path = ("review", "raters", name)
        if name not in known:
            report.add(
                "E011", subject.places.span(path, key=True), f"There is no reply `{clean_line(name)}` to rate.", report.guess(name, known)
            )
        for dimension, given in dimensions.items():
            if dimension not in DIMENSIONS:
                hint = did_you_mean(dimension, DIMENSIONS)
                report.add(
                    "E011",
                    subject.places.span((*path, dimension), key=True),
                    f"`{clean_line(dimension)}` is no dimension of empathy.",
                    hint,
                )
            for number, level in enumerate(given):
                if isinstance(level, int) and not 0 <= level <= MOST:
                    report.add(
                        "E011",
                        subject.places.span((*path, dimension, number)),
                        f"{level} is no level.",
                        "Levels are 0, 1 and 2, `na`, or `gap`.",
                    )


def disagreement(subject: Subject, report: Report) -> None:
    """E012: experts who do not agree on what the replies are worth."""
    if subject.scenario is None or not subject.authored.review.raters:
        return
    rating = rating_of(subject.scenario)
    if rating.counts:
        return
    worst = [f"{found.item} ({found.alpha:.2f})" for found in rating.dimensions if found.alpha is not None][:_SHOWN]
    hint = (
        f"Least agreed: {', '.join(worst)}. Rewrite the replies, or let more experts rate them."
        if worst and rating.whole == rating.asked
        else "Let more experts rate them: each reply on each of its dimensions, by two or more."
    )
    report.add("E012", subject.places.span(("review", "raters"), key=True), f"The replies are {rating.mark}.", hint)


RULES = (levels, texts, giveaways, endings, ratings, disagreement)
