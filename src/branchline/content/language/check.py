"""Syntax → typed tree: names are resolved in a Scope, words typed by the other side's domain, numbers scaled beside amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from branchline.content.language.bounds import UnboundedCounter, bounds, limits
from branchline.content.language.domains import GAUGE, GAUGES, Domain, FactType, Flag, Range, Ref, RefKind, Words, word_code
from branchline.content.language.parser import EFFECT_HINT, EffectSyntax, Form, Syntax, read_condition, read_effect
from branchline.content.language.problems import Problem, failed
from branchline.content.language.tree import (
    NUMERIC,
    All,
    Arithmetic,
    Compare,
    Effect,
    Expr,
    Extreme,
    Kind,
    Literal,
    Member,
    Negate,
    Not,
    Operation,
    Read,
    Scaled,
    Some,
    walk,
)
from branchline.text import clean_line, did_you_mean, nearest

if TYPE_CHECKING:
    from branchline.content.language.domains import Scope
    from branchline.content.language.tokens import Token

TRILLION: Final = 10**12
HUNDRED: Final = 100
_ORDERED: Final = frozenset({"<", "<=", ">", ">="})
_CALLS: Final = {"visited": RefKind.VISITED, "times": RefKind.TIMES, "chose": RefKind.CHOSE, "done": RefKind.DONE}
_FACT_KINDS: Final = {FactType.NUMBER: Kind.HUNDREDTHS, FactType.FLAG: Kind.TRUTH, FactType.WORD: Kind.CODE}


def parse_condition(text: str, scope: Scope) -> Expr:
    """The typed tree of the condition `text`; raises LanguageError with every Problem that was found."""
    syntax, problems = read_condition(text, scope)
    checker = _Checker(scope, problems)
    expr = checker.truth(syntax)
    if expr is None or checker.problems:
        raise failed(checker.problems)
    return expr


def parse_effect(text: str, scope: Scope) -> Effect:
    """The effect that `text` says; raises LanguageError with every Problem that was found."""
    syntax, problems = read_effect(text, scope)
    checker = _Checker(scope, problems)
    effect = checker.effect(syntax)
    if effect is None or checker.problems:
        raise failed(checker.problems)
    return effect


def _domain_kind(domain: Domain) -> Kind:
    if isinstance(domain, Flag):
        return Kind.TRUTH
    return Kind.WORD if isinstance(domain, Words) else Kind.WHOLE


def _is_amount(expr: Expr) -> bool:
    """Whether a fact stands in `expr`, beside which decimals are legal."""
    return any(isinstance(node, Read) and node.ref.kind is RefKind.FACT for node in walk(expr))


def _scaled(expr: Expr) -> Expr:
    if expr.kind is Kind.HUNDREDTHS:
        return expr
    return Literal(expr.value * HUNDRED, Kind.HUNDREDTHS) if isinstance(expr, Literal) else Scaled(expr)


class _Checker:
    """Turns syntax into the tree; None stands for what has a Problem already."""

    def __init__(self, scope: Scope, problems: list[Problem]) -> None:
        self.scope = scope
        self.problems = problems

    def note(self, code: str, at: Syntax | Token, message: str, *, hint: str = "", fix: str | None = None) -> None:
        self.problems.append(Problem(code, at.start, at.end, message, hint, fix))

    def truth(self, syntax: Syntax) -> Expr | None:
        """`syntax` as something true or false."""
        expr = self.value(syntax)
        if expr is None or expr.kind is Kind.TRUTH:
            return expr
        hint = "Compare it, for example with `> 0`." if expr.kind in NUMERIC else "Compare it with `==`."
        self.note("C007", syntax, f"This is {expr.kind}, where true or false is due.", hint=hint)
        return None

    def number(self, syntax: Syntax) -> Expr | None:
        """`syntax` as a number."""
        expr = self.value(syntax)
        if expr is None or expr.kind in NUMERIC:
            return expr
        self.note("C007", syntax, f"This is {expr.kind}, where a number is due.")
        return None

    def value(self, syntax: Syntax) -> Expr | None:  # noqa: C901, PLR0911 - one arm for each kind of node
        """`syntax` with the type it has by itself."""
        match syntax.form:
            case Form.NUMBER:
                return self.literal(syntax)
            case Form.TRUTH:
                return Literal(int(syntax.text == "true"), Kind.TRUTH)
            case Form.NAME:
                return self.name(syntax)
            case Form.CALL:
                return self.call(syntax)
            case Form.NOT:
                operand = self.truth(syntax.parts[0])
                return None if operand is None else Not(operand)
            case Form.ALL | Form.SOME:
                return self.junction(syntax)
            case Form.NEGATE:
                return self.negate(syntax)
            case Form.ARITHMETIC:
                return self.arithmetic(syntax)
            case Form.EXTREME:
                return self.extreme(syntax)
            case Form.COMPARE:
                return self.compare(syntax)
            case Form.MEMBER:
                return self.member(syntax)

    def literal(self, syntax: Syntax) -> Expr | None:
        whole, _, decimals = syntax.text.partition(".")
        if len(decimals) > len("00"):
            self.note("C017", syntax, "Amounts have two decimals at most.")
            return None
        if int(whole) >= TRILLION:
            self.note("C012", syntax, "This number is too large.", hint="Numbers stay below a trillion.")
            return None
        if decimals:
            return Literal(int(whole) * HUNDRED + int(decimals.ljust(2, "0")), Kind.HUNDREDTHS)
        return Literal(int(whole), Kind.WHOLE)

    def name(self, syntax: Syntax) -> Expr | None:
        found = self.resolved(syntax.text)
        if found is None:
            known = self.scope.names()
            hint = did_you_mean(syntax.text, known)
            self.note("C006", syntax, f"Nothing is called `{clean_line(syntax.text)}`.", hint=hint, fix=nearest(syntax.text, known))
        return found

    def resolved(self, name: str) -> Expr | None:
        """What `name` stands for by itself, or None."""
        scope = self.scope
        constant = scope.constants.get(name)
        if isinstance(constant, bool):
            return Literal(int(constant), Kind.TRUTH)
        if isinstance(constant, int):
            return Literal(constant, Kind.WHOLE)
        if name in GAUGES:
            return Read(Ref(GAUGES[name]), Kind.WHOLE, None if name == "turns" else GAUGE)
        if name in scope.variables:
            domain = scope.variables[name]
            return Read(Ref(RefKind.VARIABLE, name), _domain_kind(domain), domain)
        if name in scope.facts:
            kind = _FACT_KINDS[scope.facts[name]]
            return Read(Ref(RefKind.FACT, name), kind, Flag() if kind is Kind.TRUTH else None)
        return None

    def call(self, syntax: Syntax) -> Expr | None:
        kind, name = _CALLS[syntax.text], syntax.parts[0]
        known, noun = {
            RefKind.CHOSE: (self.scope.choices, "choice"),
            RefKind.DONE: (self.scope.steps, "SOP step"),
        }.get(kind, (self.scope.nodes, "node"))
        if known is not None and name.text not in known:
            hint, fix = did_you_mean(name.text, known), nearest(name.text, known)
            self.note("C006", name, f"There is no {noun} `{name.text}`.", hint=hint, fix=fix)
            return None
        counter = kind is RefKind.TIMES
        return Read(Ref(kind, name.text), Kind.WHOLE if counter else Kind.TRUTH, None if counter else Flag())

    def junction(self, syntax: Syntax) -> Expr | None:
        sort = All if syntax.form is Form.ALL else Some
        operands: list[Expr] = []
        for operand in [self.truth(part) for part in syntax.parts]:
            if operand is None:
                return None
            operands.extend(operand.operands if isinstance(operand, sort) else [operand])
        return sort(tuple(operands))

    def bounded(self, syntax: Syntax, expr: Expr) -> Expr | None:
        """`expr`, unless its value could be a trillion or more by its numbers alone."""
        if all(abs(bound) < TRILLION * HUNDRED or abs(bound) == float("inf") for bound in bounds(expr)):
            return expr
        self.note("C012", syntax, "This can become too large.", hint="Numbers stay below a trillion.")
        return None

    def negate(self, syntax: Syntax) -> Expr | None:
        operand = self.number(syntax.parts[0])
        if isinstance(operand, Literal):
            return Literal(-operand.value, operand.kind)
        return None if operand is None else Negate(operand, operand.kind)

    def arithmetic(self, syntax: Syntax) -> Expr | None:
        left, right = (self.number(part) for part in syntax.parts)
        if left is None or right is None:
            return None
        kind = Kind.HUNDREDTHS if Kind.HUNDREDTHS in {left.kind, right.kind} else Kind.WHOLE
        if syntax.text == "*":
            if left.kind is right.kind is Kind.HUNDREDTHS:
                self.note("C007", syntax, "Two amounts cannot be multiplied.", hint="Multiply an amount by a whole number.")
                return None
        elif kind is Kind.HUNDREDTHS:
            left, right = _scaled(left), _scaled(right)
        return self.bounded(syntax, Arithmetic(syntax.text, left, right, kind))

    def extreme(self, syntax: Syntax) -> Expr | None:
        found = [self.number(part) for part in syntax.parts]
        operands = tuple(operand for operand in found if operand is not None)
        if len(operands) < len(found):
            return None
        if any(operand.kind is Kind.HUNDREDTHS for operand in operands):
            return Extreme(syntax.text, tuple(map(_scaled, operands)), Kind.HUNDREDTHS)
        return Extreme(syntax.text, operands, Kind.WHOLE)

    def aligned(self, parts: tuple[Syntax, ...]) -> tuple[Expr, ...] | None:
        """`parts` as values of one type: words by the domain of the enum among them, whole numbers scaled beside amounts."""
        home = next((found for part in parts if (found := self.enum(part)) is not None), None)
        read = [self.value(part) if home is None else self.beside(part, home) for part in parts]
        values = [value for value in read if value is not None]
        if len(values) < len(read):
            return None
        kinds = {value.kind for value in values}
        if kinds == NUMERIC:
            values = [_scaled(value) for value in values]
        elif len(kinds) > 1:
            odd = next(index for index, value in enumerate(values) if value.kind is not values[0].kind)
            self.mismatch(parts[odd], values[0], values[odd])
            return None
        if Kind.HUNDREDTHS in kinds and not any(map(_is_amount, values)):
            odd = next(index for index, value in enumerate(read) if value is not None and value.kind is Kind.HUNDREDTHS)
            self.note("C017", parts[odd], "Decimals stand beside facts only.", hint="Everything else is a whole number.")
            return None
        return tuple(values)

    def mismatch(self, syntax: Syntax, first: Expr, odd: Expr) -> None:
        fix = None
        if first.kind is Kind.TRUTH and isinstance(odd, Literal) and odd.kind is Kind.WHOLE and odd.value in {0, 1}:
            fix = "true" if odd.value else "false"
        self.note("C007", syntax, f"This is {odd.kind}, and it stands beside {first.kind}.", hint=f"Write `{fix}`." if fix else "", fix=fix)

    def enum(self, syntax: Syntax) -> Read | None:
        """The enum variable or word fact that `syntax` names, if it names one."""
        found = self.resolved(syntax.text) if syntax.form is Form.NAME else None
        return found if isinstance(found, Read) and found.kind in {Kind.WORD, Kind.CODE} else None

    def beside(self, syntax: Syntax, home: Read) -> Expr | None:
        """`syntax` as a value that can stand beside the enum `home`."""
        own = self.enum(syntax)
        if own is not None:
            if own.kind is home.kind and own.domain == home.domain:
                return own
            self.note("C007", syntax, f"`{own.ref}` and `{home.ref}` do not hold the same words.", hint="Compare each with a word.")
            return None
        word = self.word(syntax)
        if word is None:
            return self.value(syntax)
        if not isinstance(home.domain, Words):
            return Literal(word_code(word), Kind.CODE, word)
        words = home.domain.words
        if word in words:
            return Literal(words.index(word), Kind.WORD, word)
        message, fix = f"`{home.ref}` is never `{clean_line(word)}`.", nearest(word, words)
        self.note("C011", syntax, message, hint=f"It is one of: {', '.join(words)}.", fix=fix)
        return None

    def word(self, syntax: Syntax) -> str | None:
        """The word that `syntax` can be beside an enum: a name, or a whole number such as the tier in `tier == 2`."""
        if syntax.form is Form.NAME:
            constant = self.scope.constants.get(syntax.text, syntax.text)
            return None if isinstance(constant, bool) else str(constant)
        return syntax.text if syntax.form is Form.NUMBER and "." not in syntax.text else None

    def counted(self, syntax: Syntax | Token, subject: Expr | Effect) -> bool:
        """Whether every counter that `subject` reads can be held small; notes it where not."""
        try:
            for _ in limits(subject):
                pass
        except UnboundedCounter:
            hint = "Compare it with a whole number, as in `turns > 3`."
            self.note("C016", syntax, "`turns` and `times(…)` cannot be counted this far.", hint=hint)
            return False
        return True

    def compare(self, syntax: Syntax) -> Expr | None:
        values = self.aligned(syntax.parts)
        if values is None:
            return None
        unordered = values[0].kind not in NUMERIC
        if unordered and _ORDERED & set(syntax.operators):
            self.note("C018", syntax, f"`{syntax.text}` orders numbers; these are neither.", hint="Use `==`, `!=` or `in {…}`.")
            return None
        compare = Compare(syntax.operators, values)
        return compare if self.counted(syntax, compare) else None

    def member(self, syntax: Syntax) -> Expr | None:
        values = self.aligned(syntax.parts)
        if values is None:
            return None
        literals = tuple(value for value in values[1:] if isinstance(value, Literal))
        if len(literals) < len(values) - 1:
            odd = next(part for part, value in zip(syntax.parts[1:], values[1:], strict=True) if not isinstance(value, Literal))
            self.note("C007", odd, "Braces hold fixed words and numbers only.", hint="Compare with `==` and join with `or`.")
            return None
        member = Member(values[0], literals, syntax.text == "not in")
        return member if self.counted(syntax, member) else None

    def effect(self, syntax: EffectSyntax) -> Effect | None:
        target = syntax.target
        domain = GAUGE if target.text in {"trust", "heat"} else self.scope.variables.get(target.text)
        if domain is None:
            self.unwritable(target)
            return None
        ref = Ref(GAUGES.get(target.text, RefKind.VARIABLE), "" if target.text in GAUGES else target.text)
        if syntax.value is None:
            return self.switch(syntax, ref, domain)
        if syntax.operator.text == "=":
            return self.assign(syntax, syntax.value, Read(ref, _domain_kind(domain), domain))
        value = self.number(syntax.value)
        if not isinstance(domain, Range):
            hint = EFFECT_HINT if isinstance(domain, Flag) else f"It is one of: {', '.join(domain.words)}."
            self.note("C007", target, f"`{target.text}` is no number.", hint=hint)
            return None
        if value is None or not self.whole(syntax.value, value):
            return None
        if syntax.operator.text == "-":
            value = Literal(-value.value, value.kind) if isinstance(value, Literal) else Negate(value, value.kind)
        effect = Effect(ref, Operation.ADD, value, domain.low, domain.high)
        return effect if self.counted(syntax.value, effect) else None

    def unwritable(self, target: Token) -> None:
        known = {*self.scope.variables, "trust", "heat"}
        if target.text in self.scope.names():
            hint = "Only variables, trust and heat change."
            self.note("C006", target, f"`{target.text}` cannot be changed.", hint=hint)
            return
        hint = did_you_mean(target.text, known)
        self.note("C006", target, f"No variable is called `{clean_line(target.text)}`.", hint=hint, fix=nearest(target.text, known))

    def switch(self, syntax: EffectSyntax, ref: Ref, domain: Domain) -> Effect | None:
        if not isinstance(domain, Flag):
            message = f"`{syntax.operator.text}` is for flags, and `{ref}` is none."
            self.note("C007", syntax.target, message, hint=f"Write `{ref} = value`.")
            return None
        return Effect(ref, Operation.ASSIGN, Literal(int(syntax.operator.text == "set"), Kind.TRUTH), 0, 1)

    def assign(self, syntax: EffectSyntax, written: Syntax, target: Read) -> Effect | None:
        domain = target.domain
        value = self.beside(written, target) if isinstance(domain, Words) else self.value(written)
        if domain is None or value is None:
            return None
        if target.kind is Kind.WHOLE:
            if not self.whole(written, value):
                return None
        elif value.kind is not target.kind:
            self.mismatch(written, target, value)
            return None
        if isinstance(value, Literal) and not domain.low <= value.value <= domain.high:
            nearer = min(max(value.value, domain.low), domain.high)
            message = f"`{target.ref}` is {domain.low}..{domain.high}, never {value.value}."
            self.note("C012", written, message, fix=str(nearer))
            return None
        effect = Effect(target.ref, Operation.ASSIGN, value, domain.low, domain.high)
        return effect if self.counted(syntax.target, effect) else None

    def whole(self, syntax: Syntax, value: Expr) -> bool:
        """Whether `value` is a whole number; notes it where not."""
        if value.kind is Kind.WHOLE:
            return True
        code, hint = ("C017", "Variables hold whole numbers.") if value.kind is Kind.HUNDREDTHS else ("C007", "")
        self.note(code, syntax, f"This is {value.kind}, where a whole number is due.", hint=hint)
        return False
