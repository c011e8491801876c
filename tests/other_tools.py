"""What Articulate Storyline and Rise say of a learner, as an LRS gives it back."""

from __future__ import annotations

from typing import Any

ADL = "http://adlnet.gov/expapi/verbs"
TYPES = "http://adlnet.gov/expapi/activities"
HOME_PAGE = "https://lms.example"


def said(number: int, verb: str, activity: dict[str, Any], learner: str = "robin", **more: Any) -> dict[str, Any]:
    """One statement of another tool; its id is of version 7, its time follows from the number."""
    return {
        "id": f"0190163e-7a55-7b7e-9d0a-{number:012x}",
        "actor": {"objectType": "Agent", "account": {"homePage": HOME_PAGE, "name": learner}, "name": "Robin"},
        "verb": {"id": f"{ADL}/{verb}", "display": {"en-US": verb}},
        "object": {"objectType": "Activity", **activity},
        "timestamp": f"2026-02-01T08:{number:02}:00+01:00",
        **more,
    }


def named(identity: str, name: str, kind: str, **more: Any) -> dict[str, Any]:
    """An activity with a name in no particular language, as Storyline writes it."""
    return {"id": identity, "definition": {"name": {"und": name}, "type": f"{TYPES}/{kind}", **more}}


COURSE = named("http://6Tq_course_id", "Empathy basics", "course")


def a_course(learner: str = "robin") -> list[dict[str, Any]]:
    """A Storyline course gone through, then a lesson of Rise."""
    within = {"contextActivities": {"parent": [COURSE], "grouping": [COURSE]}, "platform": "Storyline"}
    rise = {"contextActivities": {"grouping": [{"id": "https://rise.articulate.com/share/Zq8"}]}}
    question = named("http://6Tq_course_id/6Xy/Question1", "Which reply names the feeling?", "cmi.interaction", interactionType="choice")
    return [
        said(1, "experienced", named("http://6Tq_course_id/5Ab", "Welcome\x1b[2J to \u202ethe course", "module"), learner, context=within),
        said(2, "answered", question, learner, context=within, result={"response": "b", "success": True, "score": {"scaled": 1}}),
        said(3, "completed", COURSE, learner, context={"platform": "Storyline"}, result={"completion": True, "duration": "PT4M"}),
        said(4, "passed", COURSE, learner, context={"platform": "Storyline"}, result={"success": True, "score": {"raw": 8, "max": 10}}),
        said(5, "completed", {"id": "https://rise.articulate.com/share/Zq8#/lessons/naming-a-feeling"}, learner, context=rise),
    ]
