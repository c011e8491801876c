"""What YAML's parsers complain about, in words for people who have never read the YAML specification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.text import clean_line

if TYPE_CHECKING:
    import yaml

_COLON = "Put quotation marks around text that holds a colon followed by a space."
_STARTS = "Text that begins with one of @ ` % & * ! | > needs quotation marks around it."
_INDENT = "Keys of one mapping begin in the same column; a quoted text ends at its closing quotation mark."

_LIST = ("This list is not closed, or a comma is missing.", "A list on one line reads [one, two].")
_MAPPING = ("This mapping is not closed, or a comma is missing.", "A mapping on one line reads {key: value, other: value}.")
_OPEN = ("The quotation mark that opens here is never closed.", "Close it at the end of the text.")
_UNFITTING = ("This does not fit the lines around it: wrong indentation, or text after a closing quotation mark.", _INDENT)
_CHARACTER = ("A value cannot begin with this character.", _STARTS)
_NO_COLON = ("This is neither `key: value` nor a list item `- value`.", "Is a colon, or the space after it, missing?")
_ITEM = ("A list item `- ` cannot begin here.", "Begin the list on a new line below its key.")
_ESCAPE = ("Unknown escape after a backslash.", "Write \\\\ for a backslash, or use single quotation marks.")
_SECOND = ("A second document begins here.", "One file holds one document: delete the line `---` or split the file.")

# A part of the parser's own sentence, what we say, the hint; the first that fits is taken. libyaml and the parser in Python differ.
_WORDS: tuple[tuple[str, tuple[str, str]], ...] = (
    ("mapping values are not allowed", ("A second `: ` on this line, or a key where none can stand.", _COLON)),
    ("could not find expected ':'", _NO_COLON),
    ("sequence entries are not allowed", _ITEM),
    ("unexpected end of stream", _OPEN),
    ("unexpected document separator", _OPEN),
    ("unknown escape character", _ESCAPE),
    ("expected ',' or ']'", _LIST),
    ("expected ',' or '}'", _MAPPING),
    ("did not find expected '-' indicator", ("Every item of this list must begin with `- ` in the same column.", _INDENT)),
    ("did not find expected key", _UNFITTING),
    ("expected <block end>", _UNFITTING),
    ("node content", ("A value is missing here, or a bracket above is never closed.", "Write the value, or close the bracket.")),
    ("cannot start any token", _CHARACTER),
    ("alphabetic or numeric", _CHARACTER),
    ("undefined alias", ("An alias is not allowed.", "Write the value out where it is needed.")),
    ("undefined tag handle", ("A tag is not allowed.", _STARTS)),
    ("another document", _SECOND),
    ("document start", ("Text stands after the end of the document.", "Delete it, or indent it so that it belongs to what is above.")),
    ("document indicator", ("A line `---` or `...` cannot stand here.", "Indent it, or delete it.")),
    ("directive", ("A line that begins with % is a directive, and this is none.", _STARTS)),
)
_OPENERS = ("quoted scalar", "flow sequence", "flow mapping")


def plain_words(error: yaml.MarkedYAMLError) -> tuple[Any, str, str]:
    """The mark, message and hint for a parser's `error`: what is left open is marked where it opens."""
    problem = error.problem or error.context or ""
    for part, (message, hint) in _WORDS:
        if part in problem:
            opens = error.context_mark is not None and any(word in (error.context or "") for word in _OPENERS)
            mark = error.context_mark if opens else error.problem_mark
            return mark or error.context_mark, message, hint
    return error.problem_mark or error.context_mark, f"This is not valid YAML: {clean_line(problem)}.", ""


def is_tab(text: str, index: int) -> tuple[int, int] | None:
    """The stretch of indentation with a tab on the line of `index`, if that is what a parser stumbled over there."""
    start = text.rfind("\n", 0, index) + 1
    stop = start
    while stop < len(text) and text[stop] in " \t":
        stop += 1
    return (start, stop) if "\t" in text[start:stop] and index <= stop else None
