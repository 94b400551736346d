"""Where what belongs to a person is kept, by the custom of each system."""

from __future__ import annotations

from pathlib import Path

import platformdirs

APPLICATION = "tuimon"


def config_directory() -> Path:
    """Settings that a person writes: ``~/.config/tuimon`` on Linux. Not created here."""
    return platformdirs.user_config_path(APPLICATION, appauthor=False)


def state_directory() -> Path:
    """What the app remembers between sessions: ``~/.local/state/tuimon`` on Linux. Not created here."""
    return platformdirs.user_state_path(APPLICATION, appauthor=False)
