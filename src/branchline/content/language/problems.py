"""What can be wrong with a condition or an effect: the stable codes, one Problem, and the error that carries them.

Offsets count characters of the text that was parsed; `[start:end]` is the stretch a Problem speaks of, and its fix replaces that stretch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CODES: Final = {
    "C001": "the condition or effect is empty",
    "C002": "something stands where it cannot stand",
    "C003": "`=` where `==` compares",
    "C004": "`&&`, `||` or `!` where the words and, or, not are meant",
    "C005": "`is` where `==` compares",
    "C006": "no such name, node, choice, SOP step or function",
    "C007": "values of different types stand together",
    "C008": "longer than 500 characters",
    "C009": "nested deeper than 32",
    "C010": "more than 200 tree nodes",
    "C011": "not one of the words that the variable can hold",
    "C012": "a number outside of what the variable can hold, or a trillion and more",
    "C013": "quotation marks around a word or id",
    "C014": "an operator or keyword in another language's spelling",
    "C015": "not the form of an effect",
    "C016": "turns or times(…) where its value cannot be kept small",
    "C017": "a decimal where only whole numbers stand, or with more than two decimals",
    "C018": "an order between things that have none",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding in the text of an expression; `fix`, where there is one, replaces `[start:end]`."""

    code: str
    start: int
    end: int
    message: str
    hint: str = ""
    fix: str | None = None


class LanguageError(Exception):
    """The text is no condition or effect in its scope; `problems` holds what was found, in the order of the text."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """`problems` holds at least one."""
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def failed(found: list[Problem]) -> LanguageError:
    """The error for what was `found`, each once and in the order of the text."""
    return LanguageError(tuple(sorted(dict.fromkeys(found), key=lambda problem: (problem.start, problem.end))))
