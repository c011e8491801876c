"""A session as the text of one export."""

from __future__ import annotations

from pathlib import Path


def exported(name: str, form: str, *, keep: bool, private: bool) -> str:
    """The session of the journal, or of the file where there is one of that name; UnknownId where there is neither."""
    from branchline.cli.opening import open_journal, open_settings
    from branchline.cli.review import file_text, is_file
    from branchline.coaching.exports.export import export_file, export_kept
    from branchline.paths import Paths
    from branchline.settings import pseudonym_key

    key, reader = b"" if keep else pseudonym_key(Paths.of()), open_settings().learner
    path = Path(name)
    if is_file(path):
        return export_file(file_text(path), form, key, keep=keep, private=private, reader=reader)
    with open_journal() as journal:
        return export_kept(journal, name, form, key, keep=keep, private=private, reader=reader)
