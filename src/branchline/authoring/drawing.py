"""A graph drawn: as an outline for the terminal, as Mermaid, as DOT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchline.authoring.graph import Edge, Graph, Spot

DEEPEST = 20
"""Columns of indentation stop growing at this depth, so that long conversations stay on the screen."""
_LONGEST = 60
_SHAPES = {"resolved": "#d5f0d5", "pending": "#fdf3c8", "escalated": "#dbe7fb", "refused": "#eadcf5", "lost": "#f8d3d3"}
"""Fill of an ending by its outcome."""


def outline(graph: Graph) -> str:
    """Every node once, under the node from which it is first visited, with its ways on.

    `→` goes to a node that stands below this one, `↗` to one that stands elsewhere, `■` to an ending.
    """
    lines = [f"{graph.id}: {graph.title}"]
    if graph.sessions:
        lines[0] += f" ({graph.sessions} session{'' if graph.sessions == 1 else 's'})"
    for spot, depth in _under(graph):
        lines += _spot_lines(graph, spot, "  " * min(depth, DEEPEST))
    endings = [spot for spot in graph.spots.values() if spot.is_ending]
    lines += ["", "endings", *(f"  ■ {spot.id}: {spot.title} ({spot.outcome}){_lost(graph, spot)}" for spot in endings)]
    return "\n".join(_cleaned(line) for line in lines)


def _cleaned(line: str) -> str:
    """The line, safe for a terminal, its indentation kept."""
    return " " * (len(line) - len(line.lstrip(" "))) + clean_line(line)


def _under(graph: Graph) -> Iterator[tuple[Spot, int]]:
    """Nodes with their depth, each after the node that it is first visited from."""
    children: dict[str, list[str]] = {}
    for name in graph.spots:
        if name in graph.parents:
            children.setdefault(graph.parents[name], []).append(name)
    roots = [name for name in graph.spots if name not in graph.parents]
    waiting = [(name, 0) for name in reversed(roots)]
    while waiting:
        name, depth = waiting.pop()
        if not graph.spots[name].is_ending:
            yield graph.spots[name], depth
        waiting += [(child, depth + 1) for child in reversed(children.get(name, []))]


def _spot_lines(graph: Graph, spot: Spot, indent: str) -> list[str]:
    unreached = "" if spot.id == graph.start or spot.id in graph.parents else "  (no way leads here)"
    return [f"{indent}{spot.id}{unreached}", *(f"{indent}  {_way(graph, edge)}" for edge in graph.leaving(spot.id))]


def _way(graph: Graph, edge: Edge) -> str:
    ending = graph.spots[edge.target].is_ending
    arrow = "■" if ending else "→" if graph.parents.get(edge.target) == edge.source else "↗"
    label = f"{edge.label} " if edge.label else ""
    guard = f"  [{edge.when}]" if edge.when else ""
    return f"{label}{arrow} {edge.target}{guard}{_weight(edge)}"


def _weight(edge: Edge) -> str:
    return "" if edge.share is None else f"  {edge.share:.0%} ({edge.count})"


def _lost(graph: Graph, spot: Spot) -> str:
    return "" if spot.id in graph.parents or spot.id == graph.start else "  (no way leads here)"


def mermaid(graph: Graph) -> str:
    """A Mermaid flow chart, top down; endings are round and coloured by outcome, the more sessions the thicker the way."""
    names = {spot: f"n{number}" for number, spot in enumerate(graph.spots)}
    lines = ["flowchart TD"]
    for spot in graph.spots.values():
        text = _mermaid_text(_caption(spot, "<br/>"))
        lines.append(f'  {names[spot.id]}(["{text}"]):::{spot.outcome}' if spot.is_ending else f'  {names[spot.id]}["{text}"]')
    for edge in graph.edges:
        label = _mermaid_text(_label(edge))
        middle = f'-- "{label}" -->' if label else "-->"
        lines.append(f"  {names[edge.source]} {middle} {names[edge.target]}")
    for number, edge in enumerate(graph.edges):
        if edge.share is not None:
            lines.append(f"  linkStyle {number} stroke-width:{_pen(edge):.1f}px")
    outcomes = {spot.outcome for spot in graph.spots.values() if spot.is_ending}
    lines += [f"  classDef {outcome} fill:{_SHAPES[outcome]},color:#111111" for outcome in sorted(outcomes)]
    return "\n".join(lines)


def dot(graph: Graph) -> str:
    """A DOT digraph for Graphviz; endings are rounded and coloured by outcome, the more sessions the thicker the way."""
    lines = [f"digraph {_quoted(graph.id)} {{", '  rankdir="TB"; node [shape="box" fontname="sans-serif"]; edge [fontname="sans-serif"];']
    for spot in graph.spots.values():
        style = f' style="rounded,filled" fillcolor="{_SHAPES[spot.outcome]}"' if spot.is_ending else ""
        lines.append(f"  {_quoted(spot.id)} [label={_quoted(_caption(spot, chr(10)))}{style}];")
    for edge in graph.edges:
        pen = "" if edge.share is None else f' penwidth="{_pen(edge):.1f}"'
        dashed = ' style="dashed"' if edge.kind in {"timeout", "chance"} else ""
        lines.append(f"  {_quoted(edge.source)} -> {_quoted(edge.target)} [label={_quoted(_label(edge))}{pen}{dashed}];")
    return "\n".join([*lines, "}"])


def _caption(spot: Spot, line_break: str) -> str:
    title = clean_line(spot.title)
    short = title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"
    return f"{clean_line(spot.id)}{line_break}{short}" if short else clean_line(spot.id)


def _label(edge: Edge) -> str:
    guard = f" [{clean_line(edge.when)}]" if edge.when else ""
    return f"{edge.label}{guard}{_weight(edge)}".strip()


def _pen(edge: Edge) -> float:
    return 1 + 4 * (edge.share or 0.0)


def _mermaid_text(text: str) -> str:
    """Text inside Mermaid's quotation marks: its entities for what would end the text or be read as markup."""
    kept = text.replace("<br/>", "\n").replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
    return kept.replace("`", "#96;").replace("\n", "<br/>")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
