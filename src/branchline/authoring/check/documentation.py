"""The pages of all codes as files: `python -m branchline.authoring.check.documentation FOLDER` writes them."""

from __future__ import annotations

import sys
from pathlib import Path

from branchline.authoring.check.formats import index, markdown
from branchline.authoring.check.registry import rules


def pages() -> dict[str, str]:
    """Every page by the name of its file, the list of all among them."""
    return {"index.md": index(rules().values()), **{f"{code}.md": markdown(rule) for code, rule in rules().items()}}


def write(folder: Path) -> None:
    """Write every page into `folder`, and delete pages of codes that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for old in folder.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
