"""Syntax trees: no clock, chance or file in what must be pure, and no text from data handed to a widget as markup."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).parents[2] / "src" / "branchline"
PURE = [path for folder in ("engine", "scoring", "explore") for path in sorted((SOURCE / folder).rglob("*.py"))]
SCREEN = sorted((SOURCE / "tui").rglob("*.py"))

CLOCKS_AND_FILES = {"time", "random", "secrets", "os", "pathlib", "io", "uuid", "socket", "subprocess"}
WIDGETS = {"Static", "Label", "Button", "Option", "Selection", "Collapsible", "TabPane", "ListItem", "Link"}
METHODS = {"update", "notify", "add_option", "add_options", "set_title"}
TITLES = {"border_title", "border_subtitle", "tooltip"}


def impure(tree: ast.AST) -> Iterator[str]:
    """Each import of a clock, chance or files, and each call of `open` or of a clock of datetime."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (f"{node.lineno}: import {name.name}" for name in node.names if name.name.partition(".")[0] in CLOCKS_AND_FILES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in CLOCKS_AND_FILES:
            yield f"{node.lineno}: from {node.module}"
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"open", "print", "input"}:
            yield f"{node.lineno}: {ast.unparse(node.func)}"
        elif isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow"} and "date" in ast.unparse(node.value):
            yield f"{node.lineno}: {ast.unparse(node)}"


def is_bare(value: ast.expr) -> bool:
    """Whether an expression is text put together from data, which a widget would read as markup."""
    if isinstance(value, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in value.values)
    if isinstance(value, ast.BinOp):
        return isinstance(value.op, (ast.Mod, ast.Add)) and (_is_text(value.left) or _is_text(value.right))
    if isinstance(value, ast.Call):
        name = ast.unparse(value.func)
        return name in {"str", "clean", "clean_line", "text.clean"} or name.endswith((".format", ".join"))
    if isinstance(value, ast.IfExp):
        return is_bare(value.body) or is_bare(value.orelse)
    return isinstance(value, ast.Attribute) and value.attr in {"say", "text", "summary", "because", "learner"}


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Constant) and isinstance(value.value, str))


def bare_strings(tree: ast.AST) -> Iterator[str]:
    """Each place where a widget gets text put together from data, with markup not switched off."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            plain = any(each.arg == "markup" and ast.unparse(each.value) == "False" for each in node.keywords)
            if name in WIDGETS | METHODS and not plain:
                yield from (f"{each.lineno}: {name}({ast.unparse(each)})" for each in node.args[:1] if is_bare(each))
        elif isinstance(node, ast.Assign) and is_bare(node.value):
            titles = [each for each in node.targets if isinstance(each, ast.Attribute) and each.attr in TITLES]
            yield from (f"{node.lineno}: {ast.unparse(each)}" for each in titles)


def test_there_is_pure_code_to_look_at() -> None:
    assert any(path.parent.name == "engine" for path in PURE)


@pytest.mark.parametrize("path", PURE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_playing_and_scoring_ask_no_clock_no_chance_and_no_file(path: Path) -> None:
    assert list(impure(ast.parse(path.read_text(encoding="utf-8")))) == []


def test_no_widget_gets_text_from_data_as_markup() -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{place}" for path in SCREEN for place in bare_strings(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code", ["import time", "from random import random", "import os.path", "open('x')", "datetime.now()", "datetime.date.today()"]
)
def test_what_is_impure_is_found(code: str) -> None:
    assert list(impure(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "Static(f'hello {name}')",
        "self.notify('saved ' + name)",
        "widget.update('%s' % name)",
        "Label(str(error))",
        "Static(choice.say)",
        "Button(a if b else f'{c}')",
        "self.border_title = f'{title}'",
    ],
)
def test_a_bare_string_is_found(code: str) -> None:
    assert list(bare_strings(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["Static('Continue')", "Static(Content(choice.say))", "self.notify(f'{x}', markup=False)", "values.update(found)"]
)
def test_harmless_text_is_let_through(code: str) -> None:
    assert list(bare_strings(ast.parse(code))) == []
