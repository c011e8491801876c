"""The expression language of conditions and effects: text → typed tree → closures, and what can be decided about it beforehand.

There is no evaluation of host code anywhere, every function is total, and every limit is counted.
"""

from branchline.content.language.analysis import Truth, analyse, gaps, shadowed
from branchline.content.language.bounds import compared_limit
from branchline.content.language.check import parse_condition, parse_effect
from branchline.content.language.closures import compile_condition, compile_effect, compile_effects
from branchline.content.language.domains import Domain, FactType, Flag, Range, Ref, RefKind, Scope, Words, word_code
from branchline.content.language.places import Bit, Constant, Core, Place, Slot
from branchline.content.language.problems import CODES, LanguageError, Problem
from branchline.content.language.tree import Effect, Expr, Operation, refs, render, render_effect, writes

__all__ = [
    "CODES",
    "Bit",
    "Constant",
    "Core",
    "Domain",
    "Effect",
    "Expr",
    "FactType",
    "Flag",
    "LanguageError",
    "Operation",
    "Place",
    "Problem",
    "Range",
    "Ref",
    "RefKind",
    "Scope",
    "Slot",
    "Truth",
    "Words",
    "analyse",
    "compared_limit",
    "compile_condition",
    "compile_effect",
    "compile_effects",
    "gaps",
    "parse_condition",
    "parse_effect",
    "refs",
    "render",
    "render_effect",
    "shadowed",
    "word_code",
    "writes",
]
