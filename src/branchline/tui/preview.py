"""PreviewApp: the app on one scenario file that is being written, without journal, learner or LRS."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from branchline.tui.app import BranchlineApp
from branchline.tui.screens.preview import PreviewScreen

if TYPE_CHECKING:
    from textual.screen import Screen

    from branchline.authoring.preview import Preview
    from branchline.practice import Studio


class PreviewApp(BranchlineApp):
    """The app with a preview in place of home. It opens neither the workspace nor the journal, and delivers nothing."""

    # Textual 8.2 reads the stylesheet of every screen but the default one.
    CSS_PATH = "screens/preview.tcss"

    def __init__(self, studio: Studio, preview: Preview) -> None:
        """Of the `studio`, only the settings are used: theme, keys, motion."""
        super().__init__(studio)
        self._preview = preview

    def get_default_screen(self) -> Screen[None]:
        """The preview, from the first frame."""
        return PreviewScreen(self._preview)

    def _begin_delivery(self) -> None:
        """Nothing waits to be delivered."""


def run(studio: Studio, preview: Preview) -> int:
    """Run the app until the designer leaves; the exit code."""
    with closing(studio):
        app = PreviewApp(studio, preview)
        app.run()
        return app.return_code or 0
