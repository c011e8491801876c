"""Translations: the texts of a scenario in another language, each tied to the source text it was made from.

Text ids: `title`, `summary`, `node` (its claim), `node.choice`, `node.choice.because`, `node.choice.why`, `node/lines/1` (from 1),
`ending` as `endings/<id>`. A translation whose `of` no longer matches the source text is stale: the source text is shown instead.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from branchline.content.findings import Findings, Places
    from branchline.content.scenario import AuthoredChoice, AuthoredEnding, AuthoredNode, AuthoredScenario, AuthoredTranslation


def text_hash(text: str) -> str:
    """Eight hex digits of SHA-256 of a source text: what a translation's `of` holds."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def source_texts(authored: AuthoredScenario) -> dict[str, str]:
    """Every text that can be translated, by its id."""
    found = {"title": authored.title, "summary": authored.summary}
    for node_id, node in authored.nodes.items():
        found[node_id] = node.claim
        found |= {f"{node_id}/lines/{n}": line.customer or line.desk or line.narrator or "" for n, line in enumerate(node.lines, 1)}
        for choice in node.choices:
            name = f"{node_id}.{choice.id}"
            found |= {name: choice.say, f"{name}.because": choice.because}
            if choice.locked_when is not None:
                found[f"{name}.why"] = choice.locked_when.why
    found |= {f"endings/{name}": ending.title for name, ending in authored.endings.items()}
    return {name: text for name, text in found.items() if text}


def translated(authored: AuthoredScenario, translation: AuthoredTranslation, places: Places, findings: Findings) -> AuthoredScenario:
    """The scenario with every text that has a fresh translation in its place; stale and unknown ones become warnings.

    `places` are those of the translation's file.
    """
    known = source_texts(authored)
    fresh: dict[str, str] = {}
    for name, entry in translation.texts.items():
        if name not in known:
            span = places.span(("texts", name), key=True)
            findings.warning("L002", span, f"`{clean_line(name)}` is no text of the scenario.", did_you_mean(name, known))
        elif entry.of != text_hash(known[name]):
            span = places.span(("texts", name, "of"))
            hint = f"Translate it again, with `of: {text_hash(known[name])}`; until then the source text is shown."
            findings.warning("L001", span, f"The translation of `{name}` is of an older text.", hint)
        else:
            fresh[name] = entry.text
    return authored.model_copy(
        update={
            "title": fresh.get("title", authored.title),
            "summary": fresh.get("summary", authored.summary),
            "nodes": {node_id: _node(node_id, node, fresh) for node_id, node in authored.nodes.items()},
            "endings": {name: _ending(name, ending, fresh) for name, ending in authored.endings.items()},
        }
    )


def _node(node_id: str, node: AuthoredNode, fresh: dict[str, str]) -> AuthoredNode:
    lines = []
    for number, line in enumerate(node.lines, 1):
        text = fresh.get(f"{node_id}/lines/{number}")
        speaker = "customer" if line.customer is not None else "desk" if line.desk is not None else "narrator"
        lines.append(line if text is None else line.model_copy(update={speaker: text}))
    choices = [_choice(f"{node_id}.{choice.id}", choice, fresh) for choice in node.choices]
    return node.model_copy(update={"claim": fresh.get(node_id, node.claim), "lines": lines, "choices": choices})


def _choice(name: str, choice: AuthoredChoice, fresh: dict[str, str]) -> AuthoredChoice:
    update: dict[str, Any] = {"say": fresh.get(name, choice.say), "because": fresh.get(f"{name}.because", choice.because)}
    if choice.locked_when is not None:
        update["locked_when"] = choice.locked_when.model_copy(update={"why": fresh.get(f"{name}.why", choice.locked_when.why)})
    return choice.model_copy(update=update)


def _ending(name: str, ending: AuthoredEnding, fresh: dict[str, str]) -> AuthoredEnding:
    return ending.model_copy(update={"title": fresh.get(f"endings/{name}", ending.title)})
