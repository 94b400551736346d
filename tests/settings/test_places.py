"""Where what belongs to a person is kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tuimon.settings.places import config_directory, state_directory


@pytest.mark.skipif(sys.platform != "linux", reason="the XDG variables are Linux's custom")
def test_the_places_follow_the_xdg_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings and remembered state lie where the person's environment says; asking creates nothing."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert config_directory() == tmp_path / "config" / "tuimon"
    assert state_directory() == tmp_path / "state" / "tuimon"
    assert not any(tmp_path.iterdir())
