"""Reading the settings file: the right part of it is used, the wrong part named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tuimon.settings.loading import LARGEST_FILE, load_settings, settings_file
from tuimon.settings.sections import Charts, Look, Settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def problems_of(file: Path, text: str) -> list[str]:
    """The problems of a file with this text, each without the directory."""
    file.write_text(text, encoding="utf-8")
    return [str(problem).replace(f"{file.parent}/", "") for problem in load_settings(file).problems]


def test_what_is_set_is_used_and_the_rest_is_the_default(file: Path) -> None:
    """Each value arrives in its field and its type."""
    file.write_text(
        """
poll = true
[look]
theme = "light"
[charts]
smoothing = 0
[metrics]
starred = ["grad_norm"]
[metrics.directions]
"val/*" = "max"
[alerts]
on_alert = ["notify-send", "a run"]
[keys]
mark = ["space", "v"]
open = "Enter"
""",
        encoding="utf-8",
    )
    loaded = load_settings(file)
    assert loaded.problems == ()
    settings = loaded.settings
    assert settings.poll is True
    assert settings.look == Look(theme="light")
    assert settings.charts == Charts(smoothing=0.0)
    assert settings.metrics.starred == ("grad_norm",)
    assert settings.metrics.directions == {"val/*": "max"}
    assert settings.alerts.on_alert == ("notify-send", "a run")
    assert settings.keys == {"mark": ("space", "v"), "open": ("enter",)}
    assert settings.health == Settings().health


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("\npol = true", "settings.toml:2: pol: no such setting; did you mean poll?"),
        ("smoothing = 0.5", "settings.toml:1: smoothing: no such setting; did you mean charts.smoothing?"),
        (
            "[charts]\n\nsmothing = 0.5",
            "settings.toml:3: charts.smothing: no such setting; did you mean charts.smoothing?",
        ),
        ("[look]\nbell = true", "settings.toml:2: look.bell: no such setting; did you mean alerts.bell?"),
        ("[look]\nthem = 1", "settings.toml:2: look.them: no such setting; did you mean look.theme?"),
        ("[look]\nqwertz = 1", "settings.toml:2: look.qwertz: no such setting"),
        ("[chart]\nsmoothing = 0.5", "settings.toml:1: chart: no such table; did you mean [charts]?"),
        (
            "[directions]\na = 'max'",
            "settings.toml:1: directions: no such table; did you mean [metrics.directions]?",
        ),
        ("charts = 3", "settings.toml:1: charts: must be a table: [charts]"),
        (
            "[charts]\nsmoothing = 2",
            "settings.toml:2: charts.smoothing: must be a number from 0 to 0.999, not 2",
        ),
        (
            "[look]\ntheme = 'Drak'",
            "settings.toml:2: look.theme: must be one of auto, dark, light, colour-blind, ansi, not 'Drak'; "
            "did you mean dark?",
        ),
        (
            "[alerts]\non_alert = [\n'say',\n1]",
            "settings.toml:2: alerts.on_alert: value 2 must be a word, not 1",
        ),
        (
            "[keys]\nmark = 'v'\nopen = 'no key'",
            "settings.toml:3: keys.open: must be a key such as j, G, /, space, f5 or ctrl+n, not 'no key'",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place_and_the_nearest_right_word(
    file: Path, text: str, problem: str
) -> None:
    """One problem: file, line, key, what may stand there, and what was probably meant."""
    assert problems_of(file, text) == [problem]


def test_only_what_is_wrong_falls_back_to_its_default(file: Path) -> None:
    """A mistake costs neither its neighbours nor the other entries of its table; all are named in order."""
    problems = problems_of(
        file,
        """
[keys]
mark = "v"
open = 5
[metrics.directions]
a = "max"
b = "up"
[charts]
smoothing = -1
page_size = 4
nonsense = 1
""",
    )
    settings = load_settings(file).settings
    assert settings.keys == {"mark": ("v",)}
    assert settings.metrics.directions == {"a": "max"}
    assert settings.charts == Charts(page_size=4)
    assert [problem.split(":")[1] for problem in problems] == ["4", "7", "9", "11"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("poll = true\nlook = ?\n", 2),
        ("poll = true\n[look\nx = 1", 2),
        ("poll = true\nx = '\x1b[31m'\n", 2),
        ("poll = true\npoll = true\n", 2),
        ("poll = true\nlook =", 2),
        ("poll = true\nlook = [\n\n", 2),
    ],
)
def test_a_broken_file_gives_one_sentence(file: Path, text: str, line: int) -> None:
    """It says where, and that nothing is used; the app starts with the defaults.

    The reason is in Python's words, which differ between versions.
    """
    (problem,) = problems_of(file, text)
    assert problem.startswith(f"settings.toml:{line}: not valid TOML, so nothing in it is used: ")
    assert problem.isprintable()
    assert "(at" not in problem
    assert load_settings(file).settings == Settings()


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"poll = true\n# caf\xe9\n", 2, "not UTF-8"),
        (b"x = " + b"[" * 50_000, None, "nested too deeply"),
        (b"x = " + b"9" * 50_000, None, "not valid TOML"),
        (b"#" * (LARGEST_FILE + 1), None, "larger than 100 kB"),
    ],
    ids=["latin-1", "nested", "huge number", "huge file"],
)
def test_what_is_no_settings_file_is_said(file: Path, content: bytes, line: int | None, message: str) -> None:
    """One problem and the defaults, whatever the bytes."""
    file.write_bytes(content)
    loaded = load_settings(file)
    (problem,) = loaded.problems
    assert problem.line == line
    assert problem.message.startswith(message)
    assert loaded.settings == Settings()


def test_a_byte_order_mark_and_windows_lines_are_read(file: Path) -> None:
    """As an editor on Windows writes them."""
    file.write_bytes("poll = true\r\n[look]\r\ntheme = 'light'\r\nnope = 1\r\n".encode("utf-8-sig"))
    loaded = load_settings(file)
    assert loaded.settings.poll
    assert loaded.settings.look.theme == "light"
    assert [problem.line for problem in loaded.problems] == [4]


def test_no_file_is_no_problem_where_none_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most people have none; who names one expects it to be there."""
    monkeypatch.setattr("tuimon.settings.loading.config_directory", lambda: tmp_path)
    missing = tmp_path / "settings.toml"
    assert load_settings(environ={}).problems == ()
    assert load_settings(environ={"TUIMON_SETTINGS": ""}).problems == ()
    for loaded in (load_settings(missing, {}), load_settings(environ={"TUIMON_SETTINGS": str(missing)})):
        assert [str(problem) for problem in loaded.problems] == [f"{missing}: no such file"]
        assert loaded.settings == Settings()


def test_the_variable_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """$TUIMON_SETTINGS goes before the file in the config directory."""
    monkeypatch.setattr("tuimon.settings.loading.config_directory", lambda: tmp_path)
    (tmp_path / "settings.toml").write_text("poll_interval = 2", encoding="utf-8")
    (tmp_path / "other.toml").write_text("poll_interval = 3", encoding="utf-8")
    other = {"TUIMON_SETTINGS": str(tmp_path / "other.toml")}
    assert settings_file(other) == tmp_path / "other.toml"
    assert load_settings(environ={}).settings.poll_interval == 2
    assert load_settings(environ=other).settings.poll_interval == 3


def test_an_unreadable_file_is_said(tmp_path: Path) -> None:
    """A directory in its place, and a path that no file can have."""
    (problem,) = load_settings(tmp_path).problems
    assert str(problem) == f"{tmp_path}: cannot be read: Is a directory"
    (problem,) = load_settings(Path("a\0b")).problems
    assert str(problem).startswith("a\\x00b: cannot be read: ")


def test_problems_found_further_up_get_their_line(file: Path) -> None:
    """The app knows actions and columns; the file's line is told to it."""
    file.write_text("[keys]\nmrak = 'v'\n", encoding="utf-8")
    problem = load_settings(file).problem_at(("keys", "mrak"), "no such action; did you mean mark?")
    assert str(problem) == f"{file}:2: keys.mrak: no such action; did you mean mark?"


def test_keys_of_a_hostile_file_are_shown_harmless(file: Path) -> None:
    """Control characters and other writing directions in a key are told as escapes, and shortened."""
    (problem,) = problems_of(file, '"\\u001b[2J\\u202e' + "x" * 500 + '" = 1')
    assert problem.isprintable()
    assert len(problem) < 120
    assert problem.startswith("settings.toml:1: \\x1b[2J\\u202exxx")


KEYS = st.sampled_from(
    ["poll", "look", "theme", "charts", "keys", "metrics.directions", "a.b.c.d", '""', "x"]
)
VALUES = st.sampled_from(
    [
        "1",
        "-1.5",
        "nan",
        "true",
        '"dark"',
        "[]",
        "[1, 'x']",
        "{}",
        "{theme = 3}",
        "1979-05-27T07:32:00Z",
        "[[]]",
    ]
)
LINES = st.one_of(
    KEYS.map("[{}]".format), KEYS.map("[[{}]]".format), st.tuples(KEYS, VALUES).map(" = ".join), st.text()
)


@given(st.lists(LINES).map("\n".join).map(str.encode) | st.binary())
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_file_keeps_the_app_from_starting(file: Path, content: bytes) -> None:
    """Whatever the file holds there are settings, each of a valid value, and problems on one line each."""
    file.write_bytes(content)
    loaded = load_settings(file)
    assert loaded.settings.look.theme in ("auto", "dark", "light")
    assert all(str(problem).isprintable() for problem in loaded.problems)
