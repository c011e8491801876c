"""Authored drill + catalogue + cited SOPs → the Drill that the desk runs; and the same again from what the journal kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from branchline.content.catalogue import AuthoredCatalogue, AuthoredPolicy, argument_of, catalogue_of
from branchline.content.compile import WEIGHTS
from branchline.content.desk_binding import argument_kind, bind, effect_of, effect_parts, kinds_of, neutral
from branchline.content.desk_types import (
    METRICS,
    TICKET_FIELDS,
    TICKET_NUMBERS,
    TICKET_VERBS,
    ApprovalRule,
    Argument,
    Barrier,
    Drill,
    DrillEvent,
    Expectation,
    Message,
    RecordEffect,
    SlaPolicy,
    Test,
    Value,
    Verb,
    priority_of,
)
from branchline.content.drill import AuthoredDrill, AuthoredDrillEvent, AuthoredTicket
from branchline.content.facts import TIER, held, tier_number
from branchline.content.findings import Findings, Nowhere, Places
from branchline.content.sop import Sop, read_sop
from branchline.content.told import words_of
from branchline.errors import DamagedData
from branchline.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.content.findings import Path
    from branchline.content.language import FactType

_SECONDS = 60


@dataclass(frozen=True)
class LoadedDrill:
    """One drill and what it draws on, read and of the right shape."""

    data: Mapping[str, Any]
    authored: AuthoredDrill
    places: Places
    desk_data: Mapping[str, Any]
    desk: AuthoredCatalogue
    desk_places: Places
    sops: Mapping[str, Sop]


def compile_drill(loaded: LoadedDrill, findings: Findings) -> Drill | None:
    """The playable Drill, or None where the findings hold an error."""
    drill = _Compiler(loaded, findings).compile()
    return None if findings.failed else drill


def drill_from_bundle(bundle: Mapping[str, Any]) -> Drill:
    """The Drill that the journal kept, compiled again; DamagedData where it no longer compiles."""
    findings = Findings()
    try:
        sops = {name: sop for name, text in bundle["sops"].items() if (sop := read_sop(text, name)[0]) is not None}
        authored, desk = AuthoredDrill.model_validate(bundle["drill"]), AuthoredCatalogue.model_validate(bundle["desk"])
        drill = compile_drill(LoadedDrill(bundle["drill"], authored, Nowhere(), bundle["desk"], desk, Nowhere(), sops), findings)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise DamagedData("The kept content of a session cannot be read.", hint="Export the session and report it.") from error
    if drill is None:
        raise DamagedData(f"The kept content of a session no longer compiles: {findings.diagnostics[0].message}")
    return drill


class _Compiler:
    def __init__(self, loaded: LoadedDrill, findings: Findings) -> None:
        self.authored, self.desk, self.sops = loaded.authored, loaded.desk, loaded.sops
        self.places, self.desk_places, self.findings = loaded.places, loaded.desk_places, findings
        self.loaded = loaded
        self.arguments = {name: self.arguments_of(name) for name in self.desk.verbs}
        self.values, self.lists = self.records()
        self.ticket = _ticket(self.authored.ticket)
        self.verb_names = self.allowed()
        self.add_missing_fields()
        self.fields = tuple(self.values)
        self.facts: dict[str, Value] = {
            **self.values,
            **{f"ticket.{name}": value for name, value in self.ticket.items()},
            **{f"case.{name}": value for name, value in self.authored.case.items()},
            **self.authored.case,
            TIER: tier_number(self.authored.tier) if self.authored.tier.isdecimal() or self.authored.tier == "lead" else 0,
        }
        self.names = tuple(self.facts)
        self.kinds = kinds_of(self.facts)

    def compile(self) -> Drill:
        authored = self.authored
        verbs = {name: self.verb(name) for name in self.verb_names}
        forms = self.forms()
        return Drill(
            id=authored.id,
            version=authored.version,
            title=authored.title,
            summary=authored.summary,
            channel=authored.ticket.channel,
            language=authored.language,
            level=authored.level,
            minutes=authored.minutes,
            tier=authored.tier,
            skills=tuple(authored.skills),
            sops=self.sops,
            catalogue=catalogue_of(self.desk, self.policies(), self.macros()),
            facts=self.facts,
            ticket=self.ticket,
            tags=tuple(authored.ticket.tags),
            conversation=self.conversation(),
            starts=self.starts(),
            fields=self.fields,
            values=tuple(self.values.values()),
            lists=self.lists,
            verbs=verbs,
            ticket_minutes=self.ticket_minutes(),
            names=self.names,
            kinds=self.kinds,
            guards=self.sop_guards(),
            events=tuple(self.event(number, event) for number, event in enumerate(authored.events)),
            approvals=self.approvals(),
            forms=forms,
            sop_sla=_strictest([sop.sla for sop in self.sops.values()]),
            expect=self.expectation(forms),
            do_nothing=authored.do_nothing,
            weights=WEIGHTS,
            pass_mark=authored.pass_mark,
            review_status=authored.review.status,
            bundle={
                "format": 1,
                "drill": self.loaded.data,
                "desk": self.loaded.desk_data,
                "sops": {name: sop.text for name, sop in sorted(self.sops.items())},
            },
        )

    def arguments_of(self, name: str) -> tuple[Argument, ...]:
        found = []
        for argument, written in self.desk.verbs[name].args.items():
            try:
                found.append(argument_of(argument, written))
            except ValueError as error:
                self.findings.error(
                    "D004", self.desk_places.span(("verbs", name, "args", argument)), f"`{argument}` cannot be read: {error}."
                )
        return tuple(found)

    def records(self) -> tuple[dict[str, Value], dict[str, tuple[Mapping[str, Value], ...]]]:
        values: dict[str, Value] = {}
        lists: dict[str, tuple[Mapping[str, Value], ...]] = {}
        for record, written in self.authored.records.items():
            if record in {"ticket", "case"}:
                self.findings.error("D010", self.places.span(("records", record), key=True), f"`{record}` cannot be the name of a record.")
            elif isinstance(written, list):
                lists[record] = tuple({name: "" if value is None else value for name, value in entry.items()} for entry in written)
            else:
                values |= {f"{record}.{name}": "" if value is None else value for name, value in written.items()}
        return values, lists

    def allowed(self) -> tuple[str, ...]:
        """The company verbs of this drill: those it lists, or all whose records are there."""
        if self.authored.allow is None:
            return tuple(name for name in self.desk.verbs if self.fits(name))
        names = dict.fromkeys(self.authored.allow)
        found = []
        for number, name in enumerate(names):
            if name in self.desk.verbs:
                found.append(name)
            elif name not in TICKET_VERBS:
                hint = did_you_mean(name, self.desk.verbs)
                self.findings.error("D001", self.places.span(("allow", number)), f"The desk has no verb `{name}`.", hint)
        return tuple(found)

    def fits(self, name: str) -> bool:
        """Whether the records that a verb changes and asks about are there."""
        verb, known = self.desk.verbs[name], {field.partition(".")[0] for field in self.values}
        try:
            if not all(effect_parts(text)[0].partition(".")[0] in known for text in verb.effects):
                return False
        except ValueError:
            return True
        ticket = {f"ticket.{field}": value for field, value in self.ticket.items()}
        facts = {**self.values, **ticket, **{f"case.{fact}": value for fact, value in self.authored.case.items()}, TIER: 1}
        kinds = kinds_of(facts) | {argument.name: argument_kind(argument) for argument in self.arguments[name]}
        return not verb.when or not isinstance(bind(verb.when, tuple(kinds), kinds), tuple)

    def add_missing_fields(self) -> None:
        """A field that only effects name is there all the same, and empty at first, where its record is."""
        records = {field.partition(".")[0] for field in self.values}
        for name in self.verb_names:
            for number, text in enumerate(self.desk.verbs[name].effects):
                try:
                    target = effect_parts(text)[0]
                    if target in self.values:
                        continue
                    if target.partition(".")[0] in records:
                        self.values[target] = neutral(text, self.arguments[name])
                        continue
                    message, hint = (
                        f"`{name}` changes `{target}`, and the drill has no such record.",
                        f"Add `{target.partition('.')[0]}` to `records`.",
                    )
                    self.findings.error("D002", self.places.span(("records",), key=True), message, hint)
                except ValueError as error:
                    self.findings.error("D003", self.desk_places.span(("verbs", name, "effects", number)), f"`{text}`: {error}.")

    def verb(self, name: str) -> Verb:
        written, arguments = self.desk.verbs[name], self.arguments[name]
        barriers: tuple[Barrier, ...] = ()
        if written.when:
            names = (*self.names, *(argument.name for argument in arguments))
            kinds = {**self.kinds, **{argument.name: argument_kind(argument) for argument in arguments}}
            found = self.condition(
                written.when,
                ("verbs", name, "when"),
                names,
                kinds,
                self.desk_places,
                why=f"`{name}` cannot be used in `{self.authored.id}`",
            )
            if found is not None:
                barriers = (Barrier(found, written.refuse or f"{written.title or name}: is not possible now."),)
        effects = tuple(
            effect
            for number, text in enumerate(written.effects)
            if self.readable(text)
            and (effect := self.effect(text, arguments, self.desk_places, ("verbs", name, "effects", number))) is not None
        )
        minutes = self.authored.prices.get(name, written.minutes)
        return Verb(name, written.title or name.replace("_", " "), arguments, minutes, written.authority, barriers, effects, written.shows)

    def effect(self, text: str, arguments: Sequence[Argument], places: Places, path: Path) -> RecordEffect | None:
        try:
            return effect_of(text, self.fields, self.kinds, arguments)
        except ValueError as error:
            self.findings.error("D003", places.span(path), f"`{text}`: {error}.")
            return None

    def readable(self, text: str) -> bool:
        """Whether an effect has a form and a target; where not, that has been said."""
        try:
            return effect_parts(text)[0] in self.fields
        except ValueError:
            return False

    def condition(
        self, text: str, path: Path, names: Sequence[str], kinds: Mapping[str, FactType], places: Places, *, why: str = ""
    ) -> Test | None:
        found = bind(text, names, kinds)
        if not isinstance(found, tuple):
            return found
        if why:
            span = self.places.span(("allow",) if self.authored.allow is not None else ("records",))
            self.findings.error("D002", span, f"{why}: {found[0].message}", found[0].hint)
        else:
            self.findings.problems(found, places, path)
        return None

    def own(self, text: str | None, path: Path) -> Test | None:
        """A condition of the drill itself."""
        return None if text is None else self.condition(text, path, self.names, self.kinds, self.places)

    def macros(self) -> list[str] | None:
        for number, name in enumerate(self.authored.macros or ()):
            if name not in self.desk.macros:
                span = self.places.span(("macros", number))
                self.findings.error("D012", span, f"The desk has no macro `{name}`.", did_you_mean(name, self.desk.macros))
        return self.authored.macros

    def policies(self) -> tuple[SlaPolicy, ...]:
        return tuple(
            SlaPolicy(policy.name, self.policy_test(policy, number), _targets(policy)) for number, policy in enumerate(self.desk.sla)
        )

    def policy_test(self, policy: AuthoredPolicy, number: int) -> Test | None:
        """Reads the ticket's row: its fields in order."""
        names, kinds = tuple(self.ticket), kinds_of(self.ticket)
        if policy.when is None:
            return None
        if isinstance(policy.when, str):
            return self.condition(policy.when, ("sla", number, "when"), names, kinds, self.desk_places)
        wanted: list[tuple[int, int]] = []
        for name, value in policy.when.items():
            if name in self.ticket:
                wanted.append((names.index(name), held(kinds[name], value)))
            else:
                span = self.desk_places.span(("sla", number, "when", name), key=True)
                self.findings.error("D006", span, f"A ticket has no field `{name}`.", did_you_mean(name, names))
        return lambda row: all(row[place] == value for place, value in wanted)

    def conversation(self) -> tuple[Message, ...]:
        written = [
            Message(_seconds(known.at), _author(known.from_), _public(known.from_, known.public), known.text)
            for known in self.authored.conversation
        ]
        if not written and self.authored.ticket.description:
            written = [Message(0, "customer", public=True, text=self.authored.ticket.description)]
        return tuple(sorted(written, key=lambda message: message.at))

    def starts(self) -> int:
        if self.authored.opened is not None:
            return _seconds(self.authored.opened)
        return max([0, *(message.at for message in self.conversation())])

    def ticket_minutes(self) -> dict[str, float]:
        for name in self.desk.minutes:
            if name not in TICKET_VERBS:
                self.findings.error(
                    "D009",
                    self.desk_places.span(("minutes", name), key=True),
                    f"`{name}` is no ticket verb.",
                    did_you_mean(name, TICKET_VERBS),
                )
        for number, name in enumerate(self.authored.without):
            if name not in TICKET_VERBS or name == "submit":
                self.findings.error(
                    "D009",
                    self.places.span(("without", number)),
                    f"`{name}` is no ticket verb that can be taken away.",
                    did_you_mean(name, TICKET_VERBS),
                )
        for name in self.authored.prices:
            if name not in TICKET_VERBS and name not in self.desk.verbs:
                self.findings.error(
                    "D001", self.places.span(("prices", name), key=True), f"There is no verb `{name}`.", did_you_mean(name, self.desk.verbs)
                )
        prices = {**TICKET_VERBS, **self.desk.minutes, **self.authored.prices}
        return {name: prices[name] for name in TICKET_VERBS if name not in self.authored.without}

    def sop_guards(self) -> dict[tuple[str, str], Test]:
        """The guards in cited SOPs that the drill's facts decide; one that reads an unknown fact is left undecided."""
        texts = {(sop.id, outcome.id): outcome.when for sop in self.sops.values() for outcome in sop.outcomes}
        texts |= {(sop.id, f"#{step.id}"): step.when for sop in self.sops.values() for step in sop.steps if step.id}
        texts |= {(sop.id, f"^{number}"): rule.when for sop in self.sops.values() for number, rule in enumerate(sop.raised)}
        found = {key: bind(text, self.names, self.kinds) for key, text in texts.items() if text}
        return {key: test for key, test in found.items() if not isinstance(test, tuple)}

    def event(self, number: int, written: AuthoredDrillEvent) -> DrillEvent:
        here: Path = ("events", number)
        if (written.after is None) == (written.at is None):
            self.findings.error(
                "D011", self.places.span(here), "An event has either `after` or `at`.", "Write the act it follows, or its minute."
            )
        for key, verb in (("after", written.after), ("then", written.then)):
            if verb is not None and verb not in TICKET_VERBS and verb not in self.desk.verbs:
                hint = did_you_mean(verb, [*TICKET_VERBS, *self.desk.verbs])
                self.findings.error("D001", self.places.span((*here, key)), f"There is no verb `{verb}`.", hint)
        read = [self.effect(text, (), self.places, (*here, "set", place)) for place, text in enumerate(written.set)]
        effects = tuple(effect for effect in read if effect is not None)
        return DrillEvent(
            after=written.after or "",
            then=written.then or "",
            delay=_seconds(written.delay),
            at=None if written.at is None else _seconds(written.at),
            when=self.own(written.when, (*here, "when")),
            author=_author(written.from_),
            public=_public(written.from_, written.public),
            text=written.text,
            status=written.status or "",
            effects=effects,
            approve=written.approve,
        )

    def approvals(self) -> tuple[ApprovalRule, ...]:
        return tuple(
            ApprovalRule(rule.for_, self.own(rule.when, ("approvals", number, "when")), rule.grant, rule.after, rule.text)
            for number, rule in enumerate(self.authored.approvals)
        )

    def forms(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        told = {name: (fact.value, fact.say) for sop in self.sops.values() for name, fact in sop.facts.items()}
        told |= {name: (fact.value, tuple(fact.say)) for name, fact in self.authored.facts.items()}
        found = {}
        for name, (value, say) in told.items():
            meant = self.facts.get(value, value) if isinstance(value, str) else value
            found[name] = tuple(words for form in (say or (str(meant),)) if (words := words_of(form)))
        return found

    def expectation(self, forms: Mapping[str, object]) -> Expectation:
        written = self.authored.expect
        for name in written.records:
            self.known_field(name, ("expect", "records", name))
        for number, name in enumerate(written.told):
            macros = {fact for macro in self.desk.macros.values() for fact in macro.tells}
            if name not in forms and name not in macros:
                span = self.places.span(("expect", "told", number))
                self.findings.error(
                    "D007", span, f"Nobody can tell `{name}`.", did_you_mean(name, [*forms, *macros]) or "Define it under `facts`."
                )
        ticket: dict[str, tuple[Value, ...]] = {}
        for name, value in written.ticket.items():
            if name not in self.ticket:
                span = self.places.span(("expect", "ticket", name), key=True)
                self.findings.error("D006", span, f"A ticket has no field `{name}`.", did_you_mean(name, self.ticket))
            ticket[name] = tuple(value) if isinstance(value, list) else (value,)
        untouched = tuple(field for number, name in enumerate(written.untouched) for field in self.fields_named(name, number))
        return Expectation(written.records, ticket, tuple(written.told), untouched, tuple(written.note), tuple(written.exceptions))

    def fields_named(self, name: str, number: int) -> tuple[str, ...]:
        if name.startswith("ticket.") and name.removeprefix("ticket.") in self.ticket:
            return (name,)
        found = tuple(field for field in self.fields if field == name or field.partition(".")[0] == name)
        if not found:
            self.known_field(name, ("expect", "untouched", number))
        return found

    def known_field(self, name: str, path: Path) -> None:
        if name not in self.fields:
            self.findings.error("D005", self.places.span(path), f"The drill has no record field `{name}`.", did_you_mean(name, self.fields))


def _ticket(written: AuthoredTicket) -> dict[str, Value]:
    given = written.model_dump(exclude={"tags", "fields", "number"}) | {"id": str(written.number)}
    given["priority"] = written.priority or priority_of(written.impact, written.urgency)
    known: dict[str, Value] = {name: given.get(name, 0 if name in TICKET_NUMBERS else "") for name in TICKET_FIELDS}
    return known | {name: value for name, value in written.fields.items() if name not in known}


def _author(written: str) -> str:
    return "agent" if written == "note" else written


def _public(author: str, written: bool | None) -> bool:  # noqa: FBT001  # as it is written in the file
    return author in {"customer", "agent"} if written is None else written


def _targets(policy: AuthoredPolicy) -> tuple[tuple[str, float], ...]:
    return tuple((metric, target) for metric in METRICS if (target := getattr(policy, metric)) is not None)


def _strictest(promised: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {
        metric: min(known[metric] for known in promised if metric in known)
        for metric in METRICS
        if any(metric in known for known in promised)
    }


def _seconds(minutes: float) -> int:
    return round(minutes * _SECONDS)
