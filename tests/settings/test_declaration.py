"""Every setting is declared completely, and its default is the one that the app has without settings."""

from __future__ import annotations

import pytest

from tuimon.analysis.metric_roles import direction_of, tell_directions
from tuimon.analysis.smoothing import DEFAULT_SMOOTHING
from tuimon.settings.declaration import Declared, all_settings, sections_of
from tuimon.settings.sections import Metrics, Settings
from tuimon.sources.watch import POLL_INTERVAL
from tuimon.store.liveness import SILENT_INTERVALS, SILENT_SECONDS

ALL = list(all_settings(Settings))


@pytest.mark.parametrize("declared", ALL, ids=lambda declared: ".".join(declared.path))
def test_each_setting_has_a_docstring_and_a_valid_default(declared: Declared) -> None:
    """The docstring beneath the field is found, and the default is one of the values that may be set."""
    assert declared.documentation.endswith(".")
    as_in_toml = list(declared.default) if isinstance(declared.default, tuple) else declared.default
    read = declared.kind.read(as_in_toml)
    assert read == declared.default
    assert type(read) is type(declared.default)


def test_the_dataclass_has_the_declared_defaults() -> None:
    """What ``Settings()`` holds is what was declared, in the sections too."""
    for declared in ALL:
        value: object = Settings()
        for name in declared.path:
            value = getattr(value, name)
        assert value == declared.default


def test_each_group_says_what_it_is_about() -> None:
    """Groups are explained in the file, so each needs a docstring of its own."""
    for name, cls in sections_of(Settings).items():
        assert cls.__doc__, name
        assert not cls.__doc__.startswith(cls.__name__ + "("), f"{name} has the dataclass's own docstring"


def test_defaults_are_those_of_the_rooms_that_use_them() -> None:
    """This room imports no other, so the constants stand twice: they must be equal."""
    settings = Settings()
    assert settings.charts.smoothing == DEFAULT_SMOOTHING
    assert settings.poll_interval == POLL_INTERVAL
    assert settings.health.stall_seconds == SILENT_SECONDS
    assert settings.health.stall_intervals == SILENT_INTERVALS


def test_the_first_pattern_that_matches_tells_a_metrics_direction() -> None:
    """Patterns are tried in the order of the file; a metric that none matches is left to its name."""
    metrics = Metrics(directions={"val/loss_scale": "none", "val/*": "max", "elo": "max", "*_ratio": "min"})
    tell_directions(metrics.told)
    try:
        assert direction_of("val/loss_scale") is None
        assert direction_of("val/score") == "max"
        assert direction_of("clip_ratio") == "min"
        assert direction_of("ELO") is None
        assert direction_of("train_loss") == "min"
    finally:
        tell_directions({})
