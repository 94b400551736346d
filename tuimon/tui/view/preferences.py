"""What a person's settings and the last session say of the app, in the app's own words. No Textual."""

from __future__ import annotations

from dataclasses import asdict, field, replace
from typing import TYPE_CHECKING

from tuimon.analysis.health_events import HealthRules
from tuimon.quick_dataclass import dataclass
from tuimon.tui.keys.actions import ACTIONS, Action, with_keys
from tuimon.tui.view.view_state import ViewState

if TYPE_CHECKING:
    from tuimon.settings.loading import LoadedSettings
    from tuimon.settings.problems import SettingsProblem
    from tuimon.settings.sections import Settings
    from tuimon.tui.view.view_memory import ViewMemory

# Between two boards while records keep coming: often enough that a record is on screen within 0.3 s, seldom
# enough that drawing costs a small part of a core.
LIVE_INTERVAL = 0.25

KEEP_INTERVAL = 60.0  # seconds between two times that the view is kept: what a killed terminal loses


@dataclass(frozen=True, slots=True)
class Preferences:
    """``actions`` is the table with the person's keys, ``view`` the one to begin with, ``notice`` a sentence
    for the last line (None: nothing to say), ``live_interval`` the seconds between two pictures. ``memory``
    keeps the view (None: it is not kept). ``rules`` judge the health of runs; an alert rings the ``bell`` and
    starts the program ``on_alert``; ``plateaus`` are alerts, too. ``starred`` metrics and
    ``page_size`` small charts on a page hold until the view says otherwise."""

    actions: tuple[Action, ...] = ACTIONS
    view: ViewState = field(default_factory=ViewState)
    notice: str | None = None
    live_interval: float = LIVE_INTERVAL
    memory: ViewMemory | None = None
    rules: HealthRules = field(default_factory=HealthRules)
    bell: bool = False
    on_alert: tuple[str, ...] = ()
    plateaus: bool = False
    starred: tuple[str, ...] = ()
    page_size: int = 0


DEFAULT_PREFERENCES = Preferences()


def preferences_of(loaded: LoadedSettings, memory: ViewMemory | None = None) -> Preferences:
    """The settings for the app, and the view that was kept."""
    from tuimon.tui.view.remembered import view_from

    settings = loaded.settings
    keys, _ = _keys(loaded)
    start = first_view(settings)
    problems = (*loaded.problems, *further_problems(loaded))
    return Preferences(
        actions=with_keys(keys) if settings.keys else ACTIONS,
        view=view_from(memory.view, start) if memory is not None else start,
        notice=_notice(problems) or (memory.problem if memory is not None else None),
        live_interval=1.0 / settings.look.refresh_rate,
        memory=memory,
        rules=HealthRules(**asdict(settings.health)),
        bell=settings.alerts.bell,
        on_alert=settings.alerts.on_alert,
        plateaus=settings.alerts.plateau,
        starred=settings.metrics.starred,
        page_size=settings.charts.page_size,
    )


def key_problems(loaded: LoadedSettings) -> tuple[SettingsProblem, ...]:
    """What is wrong with the person's keys: only the action table knows."""
    return tuple(
        loaded.problem_at(("keys", action_id), message) for action_id, message in _keys(loaded)[1].items()
    )


def column_problems(loaded: LoadedSettings) -> tuple[SettingsProblem, ...]:
    """The columns of the table that there are not: only the table knows."""
    known = known_columns(loaded.settings)
    unknown = [column for column in loaded.settings.table.columns if column not in known]
    if not unknown:
        return ()
    from tuimon.charts.run_columns import COLUMNS
    from tuimon.settings.problems import did_you_mean, shown

    return tuple(
        loaded.problem_at(("table", "columns"), f"no column {shown(column)}{did_you_mean(column, COLUMNS)}")
        for column in unknown
    )


def known_columns(settings: Settings) -> tuple[str, ...]:
    """The columns that the person wants and that there are."""
    columns = settings.table.columns
    if not columns:
        return ()
    from tuimon.charts.run_columns import COLUMNS
    from tuimon.charts.value_columns import value_column

    return tuple(column for column in columns if column in COLUMNS or value_column(column) is not None)


def further_problems(loaded: LoadedSettings) -> tuple[SettingsProblem, ...]:
    """What is wrong with the settings that the settings themselves cannot know."""
    return (*key_problems(loaded), *column_problems(loaded))


def first_view(settings: Settings) -> ViewState:
    """The view that the settings begin with."""
    charts = settings.charts
    view = replace(
        ViewState(),
        smoothing=charts.smoothing,
        clip_outliers=charts.clip_outliers,
        columns=known_columns(settings) or None,
    )
    return view if charts.x_axis == "auto" else view.with_x_axis(charts.x_axis)


def _keys(loaded: LoadedSettings) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    overrides = loaded.settings.keys
    if not overrides:
        return {}, {}
    from tuimon.settings.key_map import remapped_keys

    return remapped_keys(overrides, ACTIONS)


def _notice(problems: tuple[SettingsProblem, ...]) -> str | None:
    if not problems:
        return None
    more = f" (and {len(problems) - 1} more: tuimon doctor)" if len(problems) > 1 else ""
    return f"{problems[0]}{more}"
