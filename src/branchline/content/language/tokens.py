"""Text → tokens. Foreign spellings (`=`, `&&`, `is`, `≥`, quoted words) are noted with their fix and read as what was meant."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from branchline.content.language.problems import Problem
from branchline.text import clean

if TYPE_CHECKING:
    from branchline.content.language.domains import Scope


class TokenKind(StrEnum):
    """What a token is."""

    NUMBER = "number"
    NAME = "name"
    REFERENCE = "reference"
    KEYWORD = "keyword"
    OPERATOR = "operator"
    END = "end"


class Token(NamedTuple):
    """A stretch `[start:end]` of the text; `text` is what it means, which differs from the stretch where a spelling was mended."""

    kind: TokenKind
    text: str
    start: int
    end: int


KEYWORDS: Final = frozenset({"and", "or", "not", "in", "true", "false"})
REFERENCE_FUNCTIONS: Final = frozenset({"visited", "times", "chose", "done"})
NUMBER_FUNCTIONS: Final = frozenset({"min", "max"})

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
    |(?P<name>[0-9]*[^\W\d]\w*(?:[.-]\w+)*)
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<quoted>"[^"]*"|'[^']*'|“[^”]*”|‘[^’]*’)
    |(?P<foreign>===|!==|&&|\|\||=>|=<|<>|:=|[≤≥≠×−&|])
    |(?P<assign>[+-]=|=(?!=))
    |(?P<operator>==|!=|<=|>=|[<>+\-*(){},])
    |(?P<bang>!)""",
    re.VERBOSE,
)
_ARGUMENT: Final = re.compile(r"\s*\(\s*(?P<quote>[\"']?)(?P<id>[\w/.\-]+)(?P=quote)\s*\)")
_HYPHEN_DIGIT: Final = re.compile(r"-[0-9]")
_FOREIGN: Final = {
    "===": ("C014", "=="), "!==": ("C014", "!="), "=>": ("C014", ">="), "=<": ("C014", "<="), "<>": ("C014", "!="),
    "≤": ("C014", "<="), "≥": ("C014", ">="), "≠": ("C014", "!="), "×": ("C014", "*"), "−": ("C014", "-"), ":=": ("C003", "=="),
    "&&": ("C004", "and"), "||": ("C004", "or"), "&": ("C004", "and"), "|": ("C004", "or"),
}  # fmt: skip


def tokenise(text: str, scope: Scope, *, effect: bool = False) -> tuple[list[Token], list[Problem]]:
    """The tokens of `text`, with an END after the last, and what was misspelled; in an effect the first `=` assigns."""
    lexer = _Lexer(text, scope, effect=effect)
    while lexer.at < len(text):
        lexer.step()
    lexer.emit(TokenKind.END, "", len(text), len(text))
    return lexer.tokens, lexer.problems


class _Lexer:
    def __init__(self, text: str, scope: Scope, *, effect: bool) -> None:
        self.text = text
        self.scope = scope
        self.assignable = effect
        self.at = 0
        self.tokens: list[Token] = []
        self.problems: list[Problem] = []

    def emit(self, kind: TokenKind, text: str, start: int, end: int) -> None:
        self.tokens.append(Token(kind, text, start, end))
        self.at = end

    def note(self, code: str, start: int, end: int, message: str, *, hint: str = "", fix: str | None = None) -> None:
        self.problems.append(Problem(code, start, end, message, hint, fix))

    def step(self) -> None:
        found = _TOKEN.match(self.text, self.at)
        if found is None:
            shown = clean(self.text[self.at])
            self.note("C002", self.at, self.at + 1, f"`{shown}` means nothing here.", hint=_unknown_hint(self.text[self.at]))
            self.at += 1
            return
        kind, text, start, end = found.lastgroup, found.group(), found.start(), found.end()
        match kind:
            case "name":
                self._name(text, start)
            case "number":
                self.emit(TokenKind.NUMBER, text, start, end)
            case "operator":
                self._operator(text, start, end)
            case "foreign":
                self._foreign(text, start, end)
            case "assign":
                self._assign(text, start, end)
            case "quoted":
                self._quoted(text, start, end)
            case "bang":
                self.note("C004", start, end, "`!` is written `not`.", fix="not ")
                self.emit(TokenKind.KEYWORD, "not", start, end)
            case _:
                self.at = end

    def _operator(self, text: str, start: int, end: int) -> None:
        if text == "==" and self.assignable:
            self.assignable = False
            self.note("C015", start, end, "`==` compares; an effect assigns with `=`.", fix="=")
            text = "="
        self.emit(TokenKind.OPERATOR, text, start, end)

    def _foreign(self, text: str, start: int, end: int) -> None:
        code, meant = _FOREIGN[text]
        if text == ":=" and self.assignable:
            self.assignable = False
            code, meant = "C015", "="
        word = meant.isalpha()
        fix = meant
        if word:
            before = "" if start == 0 or self.text[start - 1].isspace() else " "
            after = "" if end == len(self.text) or self.text[end].isspace() else " "
            fix = f"{before}{meant}{after}"
        self.note(code, start, end, f"`{text}` is written `{meant}`.", fix=fix)
        self.emit(TokenKind.KEYWORD if word else TokenKind.OPERATOR, meant, start, end)

    def _assign(self, text: str, start: int, end: int) -> None:
        if self.assignable:
            self.assignable = False
            if text != "=":
                self.note("C015", start, end, f"`{text}` is written `{text[0]}`.", hint="Write `trust +5` or `trust -5`.", fix=text[0])
            self.emit(TokenKind.OPERATOR, text[0], start, end)
        elif text == "=":
            self.note("C003", start, end, "`=` does not compare.", hint="Write `==`.", fix="==")
            self.emit(TokenKind.OPERATOR, "==", start, end)
        else:
            self.note("C002", start, end, f"`{text}` means nothing here.")
            self.at = end

    def _quoted(self, text: str, start: int, end: int) -> None:
        word = text[1:-1].strip()
        if re.fullmatch(r"[\w.\-]+", word):
            self.note("C013", start, end, "Words stand without quotation marks.", fix=word)
            self.emit(TokenKind.NAME, word, start, end)
        else:
            self.note("C013", start, end, "Free text has no place here.", hint="Name a word, a variable or a number.")
            self.emit(TokenKind.NAME, word or "text", start, end)

    def _name(self, text: str, start: int) -> None:
        if "-" in text:
            text = self._unglued(text)
        end = start + len(text)
        argument = None if text in KEYWORDS or text in NUMBER_FUNCTIONS else _ARGUMENT.match(self.text, end)
        if text in KEYWORDS:
            self.emit(TokenKind.KEYWORD, text, start, end)
        elif text == "is":
            self._is(start, end)
        elif argument:
            self._call(text, start, argument)
        elif text.lower() in KEYWORDS and text not in self.scope.names() | self.scope.words():
            self.note("C014", start, end, f"`{text}` is written `{text.lower()}`.", fix=text.lower())
            self.emit(TokenKind.KEYWORD, text.lower(), start, end)
        else:
            self.emit(TokenKind.NAME, text, start, end)

    def _is(self, start: int, end: int) -> None:
        if negated := re.compile(r"\s+not\b").match(self.text, end):
            end = negated.end()
        meant = "!=" if negated else "=="
        self.note("C005", start, end, f"`{self.text[start:end]}` does not compare.", hint=f"Write `{meant}`.", fix=meant)
        self.emit(TokenKind.OPERATOR, meant, start, end)

    def _call(self, name: str, start: int, argument: re.Match[str]) -> None:
        inner, outer = argument.span("id"), argument.end()
        self.emit(TokenKind.NAME, name, start, start + len(name))
        self.emit(TokenKind.OPERATOR, "(", argument.start(), inner[0])
        if argument["quote"]:
            self.note("C013", inner[0] - 1, inner[1] + 1, "Ids stand without quotation marks.", fix=argument["id"])
        self.emit(TokenKind.REFERENCE, argument["id"], *inner)
        self.emit(TokenKind.OPERATOR, ")", outer - 1, outer)

    def _unglued(self, text: str) -> str:
        """`text` up to the hyphen that is a minus: the longest known name or word, else a hyphen before a digit subtracts."""
        known = self.scope.names() | self.scope.words()
        cut = len(text)
        while cut > 0:
            if text[:cut] in known:
                return text[:cut]
            cut = text.rfind("-", 0, cut)
        subtracts = _HYPHEN_DIGIT.search(text)
        return text[: subtracts.start()] if subtracts else text


def _unknown_hint(char: str) -> str:
    if char in "/%":
        return "There is no division; compare products instead."
    return "" if char.isprintable() else "An invisible character stands here."
