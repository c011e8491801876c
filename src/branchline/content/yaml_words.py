"""What YAML's parsers complain about, in words for people who have never read the YAML specification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.text import clean_line

if TYPE_CHECKING:
    import yaml

_COLON = "Put quotation marks around text that holds a colon followed by a space."
_STARTS = "Text that begins with one of @ ` % & * ! | > needs quotation marks around it."
_INDENT = "Keys of one mapping begin in the same column; a quoted text ends at its closing quotation mark."

# A part of the parser's own sentence, what we say, the hint; the first that fits is taken. libyaml and the parser in Python differ.
_WORDS = (
    ("mapping values are not allowed", "A second `: ` on this line, or a key where none can stand.", _COLON),
    ("could not find expected ':'", "This is neither `key: value` nor a list item `- value`.", "Is a colon, or the space after it, missing?"),
    ("sequence entries are not allowed", "A list item `- ` cannot begin here.", "Begin the list on a new line below its key."),
    ("unexpected end of stream", "The quotation mark that opens here is never closed.", "Close it at the end of the text."),
    ("unexpected document separator", "The quotation mark that opens here is never closed.", "Close it at the end of the text."),
    ("unknown escape character", "Unknown escape after a backslash.", "Write \\\\ for a backslash, or use single quotation marks."),
    ("did not find expected ',' or ']'", "This list is not closed, or a comma is missing.", "A list on one line reads [one, two]."),
    ("expected ',' or ']'", "This list is not closed, or a comma is missing.", "A list on one line reads [one, two]."),
    ("did not find expected ',' or '}'", "This mapping is not closed, or a comma is missing.", "A mapping on one line reads {key: value, other: value}."),
    ("expected ',' or '}'", "This mapping is not closed, or a comma is missing.", "A mapping on one line reads {key: value, other: value}."),
    ("did not find expected '-' indicator", "Every item of this list must begin with `- ` in the same column.", _INDENT),
    ("did not find expected key", "This does not fit the lines around it: wrong indentation, or text after a closing quotation mark.", _INDENT),
    ("expected <block end>", "This does not fit the lines around it: wrong indentation, or text after a closing quotation mark.", _INDENT),
    ("cannot start any token", "A value cannot begin with this character.", _STARTS),
    ("alphabetic or numeric", "A value cannot begin with this character.", _STARTS),
    ("undefined alias", "An alias is not allowed.", "Write the value out where it is needed."),
    ("undefined tag handle", "A tag is not allowed.", _STARTS),
    ("another document", "A second document begins here.", "One file holds one document: delete the line `---` or split the file."),
    ("document start", "Text stands after the end of the document.", "Delete it, or indent it so that it belongs to what is above."),
    ("document indicator", "A line `---` or `...` cannot stand here.", "Indent it, or delete it."),
    ("directive", "A line that begins with % is a directive, and this is none.", _STARTS),
)
_OPENERS = ("quoted scalar", "flow sequence", "flow mapping")


def plain_words(error: yaml.MarkedYAMLError) -> tuple[Any, str, str]:
    """The mark, message and hint for a parser's `error`: what is left open is marked where it opens."""
    problem = error.problem or error.context or ""
    for part, message, hint in _WORDS:
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
