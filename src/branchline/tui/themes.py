"""Three themes of our own, in which every text colour can be read on every ground it stands on."""

from __future__ import annotations

from dataclasses import dataclass

from textual.theme import Theme

GROUNDS = ("ground", "panel", "select")
"""What text stands on: the screen, a panel or a note within it, the highlighted choice."""
INKS = ("ink", "soft", "accent", "good", "warn", "bad")
"""What text is drawn in. No meaning is carried by one of these alone: a glyph or a word says it too."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme, as `#rrggbb`."""

    name: str
    dark: bool
    contrast: float
    """The least WCAG contrast of any ink on any ground."""
    ground: str
    panel: str
    select: str
    ink: str
    soft: str
    accent: str
    good: str
    warn: str
    bad: str
    rule: str
    """Lines and scroll bars; never text."""

    def colour(self, role: str) -> str:
        """The colour of that ground or ink."""
        return str(getattr(self, role))

    def variables(self) -> dict[str, str]:
        """The colours as the stylesheets name them, such as `$desk-ink`."""
        return {f"desk-{role}": self.colour(role) for role in (*GROUNDS, *INKS, "rule")}

    def theme(self) -> Theme:
        """This palette as a theme of the app, with what Textual's own widgets need."""
        own = {
            **self.variables(),
            "text": self.ink, "text-muted": self.soft, "text-disabled": self.soft,
            "text-primary": self.accent, "text-accent": self.accent, "text-secondary": self.accent,
            "text-success": self.good, "text-warning": self.warn, "text-error": self.bad,
            "foreground-muted": self.soft, "foreground-disabled": self.soft,
            "border": self.accent, "border-blurred": self.rule,
            "block-cursor-foreground": self.ink, "block-cursor-background": self.select, "block-cursor-text-style": "bold",
            "block-hover-background": self.panel,
            "input-cursor-foreground": self.ground, "input-cursor-background": self.ink,
            "input-selection-background": self.select, "input-selection-foreground": self.ink,
            "scrollbar": self.rule, "scrollbar-hover": self.soft, "scrollbar-active": self.accent,
            "scrollbar-background": self.ground, "scrollbar-background-hover": self.ground,
            "scrollbar-background-active": self.ground, "scrollbar-corner-color": self.ground,
        }  # fmt: skip
        return Theme(
            name=self.name,
            primary=self.accent,
            secondary=self.accent,
            accent=self.accent,
            success=self.good,
            warning=self.warn,
            error=self.bad,
            foreground=self.ink,
            background=self.ground,
            surface=self.panel,
            panel=self.panel,
            boost=self.panel,
            dark=self.dark,
            text_alpha=1.0,
            variables=own,
        )


PALETTES = (
    Palette(
        "desk-dark", dark=True, contrast=4.5, ground="#14181d", panel="#1c232b", select="#28384a",
        ink="#e6e9ed", soft="#a9b4c0", accent="#85bdf0", good="#8fd19e", warn="#e6bf6a", bad="#f5a097", rule="#46525f",
    ),
    Palette(
        "desk-light", dark=False, contrast=4.5, ground="#fbfaf7", panel="#f1efe9", select="#dbe7f4",
        ink="#1f2428", soft="#505962", accent="#12508f", good="#1c6130", warn="#6f4a00", bad="#9d2118", rule="#b3b2ab",
    ),
    Palette(
        "desk-contrast", dark=True, contrast=7.0, ground="#000000", panel="#101418", select="#00305f",
        ink="#ffffff", soft="#d6dbe0", accent="#8fd8ff", good="#8dff9f", warn="#ffdd70", bad="#ffc2bc", rule="#8d959d",
    ),
)  # fmt: skip
"""Our themes; the setting `theme` names one without its `desk-`."""

DARK = PALETTES[0]


def theme_named(setting: str) -> str:
    """The name of the app's theme for the setting `theme`; the dark one where it names none of ours."""
    name = f"desk-{setting}"
    return name if any(palette.name == name for palette in PALETTES) else DARK.name


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0..1 (WCAG 2.2, "relative luminance")."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)  # noqa: PLR2004  # the standard's
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1..21 (WCAG 2.2, "contrast ratio")."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
