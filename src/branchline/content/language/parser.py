"""Tokens → syntax: a Pratt parser that counts its depth and nodes, so that no text can exhaust the stack.

Binding, loosest first: or, and, not, comparisons with in, `+ -`, `*`, unary minus.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from branchline.content.language.problems import Problem, failed
from branchline.content.language.tokens import KEYWORDS, NUMBER_FUNCTIONS, REFERENCE_FUNCTIONS, Token, TokenKind, tokenise
from branchline.text import clean_line, did_you_mean, nearest

if TYPE_CHECKING:
    from branchline.content.language.domains import Scope

MAXIMUM_LENGTH: Final = 500
MAXIMUM_DEPTH: Final = 32
MAXIMUM_NODES: Final = 200


class Form(StrEnum):
    """What a syntax node is."""

    NUMBER = "number"
    TRUTH = "truth"
    NAME = "name"
    CALL = "call"
    EXTREME = "extreme"
    NOT = "not"
    NEGATE = "negate"
    ARITHMETIC = "arithmetic"
    COMPARE = "compare"
    MEMBER = "member"
    ALL = "and"
    SOME = "or"


@dataclass(frozen=True, slots=True)
class Syntax:
    """A stretch of the text as it was read: names are not resolved and types not checked.

    `text` is the literal, name, operator or function; a CALL has its reference as only part, a NAME.
    """

    form: Form
    text: str
    start: int
    end: int
    parts: tuple[Syntax, ...] = ()
    operators: tuple[str, ...] = ()
    depth: int = 1


_OR, _AND, _NOT, _COMPARE, _ADD, _MULTIPLY, _SIGN = range(1, 8)
_BINDING: Final = {
    "or": _OR, "and": _AND, "==": _COMPARE, "!=": _COMPARE, "<": _COMPARE, "<=": _COMPARE, ">": _COMPARE, ">=": _COMPARE,
    "in": _COMPARE, "not": _COMPARE, "+": _ADD, "-": _ADD, "*": _MULTIPLY,
}  # fmt: skip
_COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})
EFFECT_HINT: Final = "Write `set x`, `clear x`, `x = value`, `x +n` or `x -n`."


@dataclass(frozen=True, slots=True)
class EffectSyntax:
    """An effect as it was read: `operator` is `set`, `clear`, `=`, `+` or `-`; `value` is None for set and clear."""

    target: Token
    operator: Token
    value: Syntax | None


def read_condition(text: str, scope: Scope) -> tuple[Syntax, list[Problem]]:
    """The syntax of `text` and the misspellings in it; raises LanguageError where no syntax can be read."""
    parser = _parser(text, scope, effect=False)
    syntax = parser.expression(_OR)
    parser.finish()
    return syntax, parser.problems


def read_effect(text: str, scope: Scope) -> tuple[EffectSyntax, list[Problem]]:
    """The syntax of the effect `text` and the misspellings in it; raises LanguageError where no syntax can be read."""
    parser = _parser(text, scope, effect=True)
    effect = parser.effect()
    parser.finish()
    return effect, parser.problems


def _parser(text: str, scope: Scope, *, effect: bool) -> _Parser:
    if len(text) > MAXIMUM_LENGTH:
        message = f"This is {len(text):,} characters long; {MAXIMUM_LENGTH} are the limit."
        raise failed([Problem("C008", MAXIMUM_LENGTH, len(text), message, "Keep a partial result in a variable.")])
    if not text.strip():
        hint = EFFECT_HINT if effect else "Write a condition, or leave `when` out."
        raise failed([Problem("C001", 0, len(text), "Nothing is written here.", hint)])
    return _Parser(text, *tokenise(text, scope, effect=effect))


class _Parser:
    def __init__(self, text: str, tokens: list[Token], problems: list[Problem]) -> None:
        self.text = text
        self.tokens = tokens
        self.problems = problems
        self.at = 0
        self.depth = 0
        self.nodes = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def stop(self, code: str, start: int, end: int, message: str, *, hint: str = "", fix: str | None = None) -> Exception:
        return failed([*self.problems, Problem(code, start, end, message, hint, fix)])

    def advance(self) -> Token:
        token = self.token
        if token.kind is not TokenKind.END:
            self.at += 1
        return token

    def spot(self, text: str) -> bool:
        return self.token.text == text and self.token.kind in {TokenKind.OPERATOR, TokenKind.KEYWORD}

    def take(self, text: str) -> bool:
        found = self.spot(text)
        if found:
            self.advance()
        return found

    def close(self, bracket: str, opened: Token) -> int:
        """The end of the closing `bracket`, which must come next."""
        token = self.token
        if self.take(bracket):
            return token.end
        if token.kind is TokenKind.END:
            hint = f"Add `{bracket}`."
            raise self.stop("C002", token.start, token.end, f"`{opened.text}` is never closed.", hint=hint, fix=bracket)
        raise self.unexpected(f"`{bracket}` is due here")

    def unexpected(self, due: str) -> Exception:
        token = self.token
        written = clean_line(self.text[token.start : token.end])
        what = "the end" if token.kind is TokenKind.END else f"`{written}`"
        return self.stop("C002", token.start, token.end, f"{due[0].upper()}{due[1:]}, and not {what}.")

    def finish(self) -> None:
        if self.token.kind is TokenKind.END:
            return
        if self.spot(")") or self.spot("}"):
            token = self.token
            raise self.stop("C002", token.start, token.end, f"`{token.text}` closes nothing.", fix="")
        raise self.unexpected("an operator such as `and` is due here")

    def node(
        self, form: Form, text: str, start: int, end: int, parts: tuple[Syntax, ...] = (), *, operators: tuple[str, ...] = ()
    ) -> Syntax:
        self.nodes += 1
        if self.nodes > MAXIMUM_NODES:
            raise self.stop("C010", start, end, f"This has more than {MAXIMUM_NODES} parts.", hint="Keep a partial result in a variable.")
        depth = 1 + max((part.depth for part in parts), default=0)
        if depth > MAXIMUM_DEPTH:
            raise self.too_deep(start, end)
        return Syntax(form, text, start, end, parts, operators, depth)

    def too_deep(self, start: int, end: int) -> Exception:
        return self.stop("C009", start, end, f"This nests deeper than {MAXIMUM_DEPTH}.", hint="Keep a partial result in a variable.")

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAXIMUM_DEPTH:
            raise self.too_deep(self.token.start, self.token.end)

    def expression(self, floor: int) -> Syntax:
        """What stands here, up to the first operator that binds looser than `floor`."""
        left = self.unary()
        while (binding := self.binding()) >= floor:
            if binding in {_OR, _AND}:
                left = self.junction(left, binding)
            elif binding == _COMPARE:
                left = self.comparison(left)
            else:
                operator = self.advance().text
                right = self.expression(binding + 1)
                left = self.node(Form.ARITHMETIC, operator, left.start, right.end, (left, right))
        return left

    def binding(self) -> int:
        return _BINDING.get(self.token.text, 0) if self.token.kind in {TokenKind.OPERATOR, TokenKind.KEYWORD} else 0

    def junction(self, left: Syntax, binding: int) -> Syntax:
        word = self.token.text
        parts = [left]
        while self.take(word):
            parts.append(self.expression(binding + 1))
        return self.node(Form.ALL if word == "and" else Form.SOME, word, left.start, parts[-1].end, tuple(parts))

    def comparison(self, left: Syntax) -> Syntax:
        if self.token.text in {"in", "not"}:
            return self.membership(left)
        parts, operators = [left], []
        while self.token.kind is TokenKind.OPERATOR and self.token.text in _COMPARISONS:
            operators.append(self.advance().text)
            parts.append(self.expression(_ADD))
        if self.binding() == _COMPARE:
            raise self.unexpected("a comparison and `in` stand together only in brackets; `and` is due here")
        return self.node(Form.COMPARE, operators[0], left.start, parts[-1].end, tuple(parts), operators=tuple(operators))

    def membership(self, left: Syntax) -> Syntax:
        negated = self.take("not")
        if not self.take("in"):
            raise self.unexpected("`in` is due here")
        opened = self.token
        if not self.take("{"):
            raise self.unexpected("a list in braces such as `{a, b}` is due here")
        parts = [left, self.unary()]
        while self.take(","):
            parts.append(self.unary())
        end = self.close("}", opened)
        if self.binding() == _COMPARE:
            raise self.unexpected("a comparison and `in` stand together only in brackets; `and` is due here")
        return self.node(Form.MEMBER, "not in" if negated else "in", left.start, end, tuple(parts))

    def unary(self) -> Syntax:
        """A literal, a name, a call, a bracket, or one of them behind `not` or `-`."""
        self.enter()
        token = self.advance()
        if token.kind is TokenKind.KEYWORD and token.text == "not":
            operand = self.expression(_NOT)
            found = self.node(Form.NOT, "not", token.start, operand.end, (operand,))
        elif token.kind is TokenKind.OPERATOR and token.text == "-":
            operand = self.unary()
            found = self.node(Form.NEGATE, "-", token.start, operand.end, (operand,))
        elif token.kind is TokenKind.OPERATOR and token.text == "(":
            found = self.expression(_OR)
            self.close(")", token)
        else:
            found = self.atom(token)
        self.depth -= 1
        return found

    def atom(self, token: Token) -> Syntax:
        if token.kind is TokenKind.NUMBER:
            return self.node(Form.NUMBER, token.text, token.start, token.end)
        if token.kind is TokenKind.KEYWORD and token.text in {"true", "false"}:
            return self.node(Form.TRUTH, token.text, token.start, token.end)
        if token.kind is TokenKind.NAME:
            return self.call(token) if self.spot("(") else self.node(Form.NAME, token.text, token.start, token.end)
        if token.kind is not TokenKind.END:
            self.at -= 1
        raise self.unexpected("a name, a number or a bracket is due here")

    def call(self, name: Token) -> Syntax:
        if name.text in NUMBER_FUNCTIONS:
            return self.extreme(name)
        functions = REFERENCE_FUNCTIONS | NUMBER_FUNCTIONS
        if name.text not in functions:
            message, hint = f"There is no function `{name.text}`.", did_you_mean(name.text, functions)
            raise self.stop("C006", name.start, name.end, message, hint=hint, fix=nearest(name.text, functions))
        opened = self.advance()
        token = self.advance()
        if token.kind is not TokenKind.REFERENCE:
            self.at -= token.kind is not TokenKind.END
            raise self.unexpected(f"one id is due in `{name.text}(…)`")
        inner = self.node(Form.NAME, token.text, token.start, token.end)
        return self.node(Form.CALL, name.text, name.start, self.close(")", opened), (inner,))

    def extreme(self, name: Token) -> Syntax:
        opened = self.advance()
        parts = [self.expression(_OR)]
        while self.take(","):
            parts.append(self.expression(_OR))
        if len(parts) == 1:
            raise self.unexpected(f"`{name.text}` takes two or more values; `,` is due here")
        return self.node(Form.EXTREME, name.text, name.start, self.close(")", opened), tuple(parts))

    def effect(self) -> EffectSyntax:
        first, second = self.advance(), self.advance()
        if first.kind is not TokenKind.NAME or first.text in KEYWORDS:
            raise self.form(first.start, first.end)
        if first.text in {"set", "clear"} and second.kind is TokenKind.NAME:
            if self.token.kind is TokenKind.OPERATOR and self.token.text in {"=", "+", "-"}:
                raise self.stop("C015", first.start, second.start, f"`{first.text}` takes a flag alone.", hint=EFFECT_HINT, fix="")
            return EffectSyntax(second, first, None)
        if second.kind is TokenKind.END:
            message = f"It is not said what happens to `{first.text}`."
            raise self.stop("C015", first.start, first.end, message, hint=EFFECT_HINT, fix=f"set {first.text}")
        if second.kind is not TokenKind.OPERATOR or second.text not in {"=", "+", "-"}:
            raise self.form(second.start, second.end)
        if self.token.text == second.text == "+":
            raise self.stop("C015", second.start, self.token.end, "`++` is written `+1`.", hint=EFFECT_HINT, fix="+1")
        return EffectSyntax(first, second, self.expression(_OR) if second.text == "=" else self.unary())

    def form(self, start: int, end: int) -> Exception:
        return self.stop("C015", start, end, "This is not the form of an effect.", hint=EFFECT_HINT)
