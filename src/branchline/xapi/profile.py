"""Our xAPI profile as JSON-LD (xAPI Profiles 1.0), made of the same vocabulary as the statements.

Concepts say what each verb, activity type and extension of ours means, templates what each kind of statement holds, and the pattern in
which order they come in one registration. Registered terms are named by their own IRIs and described where they are at home.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from branchline.xapi.vocabulary import ACTIVITY_TYPES, EXTENSIONS, PLATFORM, PROFILE_VERSION, VERBS, Iris

if TYPE_CHECKING:
    from collections.abc import Mapping

PUBLISHED = "2026-03-01T00:00:00Z"
"""When this version of the profile was made."""
_CONTEXT = "https://w3id.org/xapi/profiles/context"

_EXTENSIONS: Mapping[str, tuple[str, str, str]] = {
    "event": (
        "ContextExtension",
        "Event",
        "The recorded event: seq, at, elapsed, digest, codec, event, and withheld where text was left out.",
    ),
    "start": ("ContextExtension", "Start", "What a session was frozen with, or went on with: seed, mode, tier, weights, hashes, facts."),
    "coaching": (
        "ContextExtension",
        "Coaching",
        "A recorded event of coaching: stream, kind, seq, at, role of the author, what it is about, codec, event.",
    ),
    "reply": (
        "ResultExtension",
        "Reply",
        "A reply: node, choice, visit, open choices, quality, levels, flags, next node, trust, heat, steps.",
    ),
    "act": (
        "ResultExtension",
        "Act",
        "An act at the desk: what was done, whether it succeeded, the facts it told and the fields it filled.",
    ),
    "score": ("ResultExtension", "Score", "The parts of a session's score: empathy, SOP, outcome, composite, and what they rest on."),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of statement, as its template describes it."""

    name: str
    label: str
    definition: str
    verb: str
    """Key of VERBS."""
    about: tuple[str, ...]
    """Keys of ACTIVITY_TYPES that its object may have; one makes it a determining property. STATEMENT or AGENT where it is no activity."""
    included: tuple[str, ...] = ()
    """JSONPaths that must be there; `@name` stands for our extension of that name, in its place."""
    excluded: tuple[str, ...] = ()


STATEMENT, AGENT = ("StatementRef",), ("Agent",)
"""What statements of coaching are about where that is no activity."""
_EVENT = "@event"
_COACHING = "@coaching"
_TIME = "$.result.duration"
KINDS: tuple[Kind, ...] = (
    Kind(
        "initialized",
        "Session begun",
        "A scenario or drill begins.",
        "initialized",
        ("scenario", "drill"),
        (_EVENT, "@start"),
        ("$.result",),
    ),
    Kind(
        "answered",
        "Reply chosen",
        "A reply is chosen at a node.",
        "answered",
        ("decision",),
        (_EVENT, "$.result.response", _TIME, "@reply", "$.object.definition.choices"),
        ("$.result.completion",),
    ),
    Kind(
        "interacted",
        "Something else done",
        "An undo, a silence, a draw, an SOP opened, an act at the desk, something that came in.",
        "interacted",
        ("decision", "step", "sop"),
        (_EVENT, _TIME),
        ("$.result.score", "$.result.success", "$.result.completion", "$.result.response"),
    ),
    Kind("suspended", "Session suspended", "The learner stops for now.", "suspended", ("scenario", "drill"), (_EVENT, _TIME)),
    Kind("resumed", "Session resumed", "The learner goes on.", "resumed", ("scenario", "drill"), (_EVENT, _TIME, "@start")),
    Kind("submit", "Ticket submitted", "The ticket is handed in.", "submit", ("drill",), (_EVENT, _TIME), ("$.result.completion",)),
    Kind(
        "completed",
        "Session completed",
        "The conversation has reached an ending, or the ticket is in.",
        "completed",
        ("scenario", "drill"),
        ("$.result.completion", _TIME),
        ("$.result.success",),
    ),
    Kind("passed", "Session passed", "The score is enough.", "passed", ("scenario", "drill"), ("$.result.success", _TIME)),
    Kind("failed", "Session failed", "The score is not enough.", "failed", ("scenario", "drill"), ("$.result.success", _TIME)),
    Kind("terminated", "Session over", "Nothing follows in this session.", "terminated", ("scenario", "drill"), (_TIME,), (_EVENT,)),
    Kind(
        "exited",
        "Session given up",
        "The learner ends it before any ending.",
        "exited",
        ("scenario", "drill"),
        (_EVENT, "$.result.completion"),
    ),
)
"""Every kind of statement that tells of a session."""
_NO_SCORE = ("$.result.score", "$.result.success", "$.result.completion")
_SAID = (_COACHING, "$.result.response")
_TRIED = (_COACHING, "$.result.completion")
COACHING_KINDS: tuple[Kind, ...] = (
    Kind("commented", "Comment", "Somebody comments on a moment of a session.", "commented", STATEMENT, _SAID, _NO_SCORE),
    Kind(
        "responded",
        "Response",
        "A comment or review is settled, acknowledged, disputed or decided, an action closed, a coaching session signed.",
        "responded",
        STATEMENT,
        (_COACHING,),
        _NO_SCORE,
    ),
    Kind("reviewed", "Review", "A coach scores a session with a rubric.", "reviewed", STATEMENT, (_COACHING,), ("$.result.success",)),
    Kind("assigned", "Calibration", "Several raters are asked to score the same.", "assigned", STATEMENT, (_COACHING,), ("$.result",)),
    Kind("asked", "Rating of choices", "Experts are asked to rate choices.", "asked", ("scenario",), (_COACHING,), ("$.result",)),
    Kind("rated", "Choices rated", "An expert rates choices of a scenario.", "rated", ("scenario",), (_COACHING,), ("$.result",)),
    Kind("attempted", "Retry", "A learner meets an old moment again.", "attempted", ("decision", "step"), _TRIED, ("$.result.score",)),
    Kind("coached", "Coaching", "Coach and learner agree on goals and actions.", "coached", AGENT, (_COACHING,), _NO_SCORE),
)
"""Every kind of statement that tells of coaching; several may come in any order, in the registration of the session that was coached."""

_SHARED = (
    "$.id",
    "$.timestamp",
    "$.actor.account.homePage",
    "$.actor.account.name",
    "$.context.registration",
    "$.context.language",
)
_OF_ACTIVITIES = ("$.context.revision",)
"""The standard allows these only where the object is an activity, as it does the platform."""
_NEVER = ("$.actor.mbox", "$.actor.mbox_sha1sum", "$.actor.openid", "$.attachments")


def profile(iris: Iris, *, name: str = PLATFORM) -> dict[str, Any]:
    """The profile document under `iris`, by the organisation called `name`."""
    terms = _Terms(iris)
    return {
        "@context": _CONTEXT,
        "id": terms.base,
        "type": "Profile",
        "conformsTo": "https://w3id.org/xapi/profiles#1.0",
        "prefLabel": {"en": "Branchline"},
        "definition": {"en": "Rehearsed customer conversations and tickets: every decision, what it was worth, and how the session ended."},
        "versions": [{"id": iris.profile, "generatedAtTime": PUBLISHED}],
        "author": {"type": "Organization", "name": name},
        "concepts": [terms.extension(each) for each in EXTENSIONS],
        "templates": [terms.template(kind) for kind in (*KINDS, *COACHING_KINDS)],
        "patterns": terms.patterns(),
    }


class _Terms:
    """The parts of the document, all in the scheme of one version."""

    def __init__(self, iris: Iris) -> None:
        self._iris = iris
        self.base = iris.profile.rpartition(f"/v{PROFILE_VERSION}")[0]

    def _part(self, kind: str, own: str, label: str, definition: str) -> dict[str, Any]:
        words = {"prefLabel": {"en": label}, "definition": {"en": definition}}
        return {"id": own, "type": kind, "inScheme": self._iris.profile, **words}

    def extension(self, name: str) -> dict[str, Any]:
        kind, label, definition = _EXTENSIONS[name]
        return {**self._part(kind, self._iris.extension(name), label, definition), "inlineSchema": '{"type": "object"}'}

    def template(self, kind: Kind) -> dict[str, Any]:
        types = [ACTIVITY_TYPES[each] for each in kind.about] if kind.about not in {STATEMENT, AGENT} else []
        determining: dict[str, Any] = {"verb": VERBS[kind.verb][0], "contextCategoryActivityType": [ACTIVITY_TYPES["profile"]]}
        if len(types) == 1:
            determining["objectActivityType"] = types[0]
        return {
            **self._part("StatementTemplate", self._of("templates", kind.name), kind.label, kind.definition),
            **determining,
            "rules": self._rules(kind, types),
        }

    def _rules(self, kind: Kind, types: list[str]) -> list[dict[str, Any]]:
        activity = bool(types)
        about = (
            {"location": "$.object.definition.type", "presence": "included", "all": types}
            if activity
            else {"location": "$.object.objectType", "presence": "included", "all": list(kind.about)}
        )
        platform = [{"location": "$.context.platform", "presence": "included", "all": [PLATFORM]}] if activity else []
        included = (*_SHARED, *(_OF_ACTIVITIES if activity else ()), *kind.included)
        return [
            {"location": "$.verb.id", "presence": "included", "all": [VERBS[kind.verb][0]]},
            about,
            {"location": "$.context.contextActivities.category[*].id", "presence": "included", "any": [self._iris.profile]},
            *platform,
            {"location": "$.version", "presence": "included"},
            *({"location": self._location(each), "presence": "included"} for each in included),
            *({"location": self._location(each), "presence": "excluded"} for each in (*_NEVER, *kind.excluded)),
        ]

    def _location(self, path: str) -> str:
        if not path.startswith("@"):
            return path
        place = "context" if _EXTENSIONS[path[1:]][0] == "ContextExtension" else "result"
        return f"$.{place}.extensions['{self._iris.extension(path[1:])}']"

    def _of(self, kind: str, name: str) -> str:
        return f"{self.base}/{kind}/{name}"

    def patterns(self) -> list[dict[str, Any]]:
        """A session: its start, what happened in any number, and at most one end."""
        templates = {kind.name: self._of("templates", kind.name) for kind in KINDS}
        pattern = self._of
        verdict = self._pattern("verdict", "Verdict", "Passed or failed.", {"alternates": [templates["passed"], templates["failed"]]})
        judged = self._pattern(
            "judged", "Verdict, if there is one", "A session without a score has none.", {"optional": pattern("patterns", "verdict")}
        )
        handed = self._pattern("handed-in", "Ticket, if there is one", "Only a drill is submitted.", {"optional": templates["submit"]})
        ended = {
            "sequence": [pattern("patterns", "handed-in"), templates["completed"], pattern("patterns", "judged"), templates["terminated"]]
        }
        finish = self._pattern("finished", "Finished", "The session reached its end.", ended)
        end = {"alternates": [pattern("patterns", "finished"), templates["exited"]]}
        stop = self._pattern("end", "End", "Finished or given up.", end)
        maybe = self._pattern(
            "end-if-any", "End, if there is one yet", "A session may never end.", {"optional": pattern("patterns", "end")}
        )
        middle = {"alternates": [templates[name] for name in ("answered", "interacted", "suspended", "resumed")]}
        doing = self._pattern("doing", "Doing", "One thing that happens.", middle)
        course = self._pattern("play", "Play", "All that happens.", {"zeroOrMore": pattern("patterns", "doing")})
        whole = {"primary": True, "sequence": [templates["initialized"], pattern("patterns", "play"), pattern("patterns", "end-if-any")]}
        session = self._pattern("session", "Session", "All statements of one registration, by timestamp.", whole)
        return [session, course, doing, maybe, stop, finish, handed, judged, verdict]

    def _pattern(self, name: str, label: str, definition: str, rest: Mapping[str, Any]) -> dict[str, Any]:
        return {**self._part("Pattern", self._of("patterns", name), label, definition), "primary": False, **rest}
