"""The view that is remembered for each set of directories."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.settings import remembered_view
from tuimon.settings.remembered_view import RememberedView, load_view, save_view

VIEW = {
    "filter_text": "val_loss<3",
    "marked": ["/logs/a.jsonl"],
    "log_y": True,
    "smoothing": 0.9,
    "sort": None,
}


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    directory = tmp_path / "logs"
    directory.mkdir()
    return directory


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the views are kept; not there yet, as on the first start."""
    return tmp_path / "state" / "tuimon" / "views"


def saved_file(folder: Path) -> Path:
    """The only file there, so nothing temporary is left."""
    (file,) = folder.iterdir()
    return file


def test_a_view_comes_back_with_the_time(logs: Path, folder: Path) -> None:
    """On the first start there is none; later it is what was saved last."""
    assert load_view([logs], folder) == RememberedView()
    assert save_view([logs], {"log_y": False}, 1.0, folder) is None
    assert save_view([logs], VIEW, 1764000000.5, folder) is None
    assert load_view([logs], folder) == RememberedView(VIEW, 1764000000.5)
    assert saved_file(folder).suffix == ".json"


def test_each_set_of_directories_has_a_view_of_its_own(logs: Path, folder: Path, tmp_path: Path) -> None:
    """Two directories together are another place than either alone; their order is of no importance."""
    save_view([logs], {"page": 1}, 1.0, folder)
    save_view([logs, tmp_path], {"page": 2}, 2.0, folder)
    assert load_view([logs], folder).view == {"page": 1}
    assert load_view([tmp_path, logs, logs], folder).view == {"page": 2}
    assert load_view([tmp_path], folder) == RememberedView()


def test_a_directory_is_the_same_however_it_is_reached(
    logs: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a relative path or through a link."""
    save_view([logs], VIEW, 1.0, folder)
    (tmp_path / "link").symlink_to(logs)
    monkeypatch.chdir(tmp_path)
    for directory in (Path("logs"), Path("link"), Path("logs/../logs")):
        assert load_view([directory], folder).view == VIEW


@pytest.mark.parametrize("name", [os.fsdecode(b"caf\xe9"), "a\0b", "x" * 5000])
def test_names_that_few_file_systems_have_are_no_trouble(name: str, folder: Path) -> None:
    """Bytes that are no UTF-8, and what no file can be called."""
    assert save_view([Path(name)], VIEW, 1.0, folder) is None
    assert load_view([Path(name)], folder).view == VIEW


def test_a_loop_of_links_is_no_trouble(tmp_path: Path, folder: Path) -> None:
    """It resolves to nothing, so it stands for itself."""
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert save_view([tmp_path / "loop"], VIEW, 1.0, folder) is None
    assert load_view([tmp_path / "loop"], folder).view == VIEW


def test_by_default_views_lie_in_the_state_directory(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Created with the first one, for the person alone."""
    monkeypatch.setattr(remembered_view, "state_directory", lambda: tmp_path / "state")
    assert load_view([logs]) == RememberedView()
    assert not (tmp_path / "state").exists()
    assert save_view([logs], VIEW, 1.0) is None
    assert load_view([logs]).view == VIEW
    assert (tmp_path / "state" / "views").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"view": ["a", "list"]}, RememberedView({}, 1.0)),
        ({"last_open": "yesterday"}, RememberedView(VIEW, None)),
        ({"last_open": True}, RememberedView(VIEW, None)),
        ({"last_open": -1}, RememberedView(VIEW, None)),
        ({"last_open": 10**400}, RememberedView(VIEW, None)),
        ({"last_open": float("nan")}, RememberedView(VIEW, None)),
        ({"last_open": 7}, RememberedView(VIEW, 7.0)),
        ({"from a later version": 1}, RememberedView(VIEW, 1.0)),
    ],
    ids=str,
)
def test_what_is_of_the_right_type_is_used(
    logs: Path, folder: Path, changes: dict[str, Any], expected: RememberedView
) -> None:
    """A part that is wrong or unknown costs nothing else."""
    save_view([logs], VIEW, 1.0, folder)
    file = saved_file(folder)
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))
    assert load_view([logs], folder) == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Expecting value"),
        (b'{"format": 1, "view": {"log', "Unterminated string"),
        (b"[1]", "no JSON object"),
        (b'{"format": 2, "view": {}}', "format 2 instead of 1"),
        (b'{"format": 1, "directories": ["/elsewhere"]}', "it is about other directories"),
        (b"[" * 100_000, "recursion"),
        (b"\xff\xfe\x00", "codec can't decode"),
        (b" " * 1_000_001, "larger than 1000000 bytes"),
    ],
    ids=["empty", "cut off", "list", "later format", "elsewhere", "nested", "binary", "huge"],
)
def test_a_file_that_is_not_usable_is_said_and_replaced(
    logs: Path, folder: Path, content: bytes, reason: str
) -> None:
    """The app starts without a view, and the next one is saved all the same."""
    save_view([logs], VIEW, 1.0, folder)
    file = saved_file(folder)
    file.write_bytes(content)
    loaded = load_view([logs], folder)
    assert loaded.view == {}
    assert loaded.problem is not None
    assert loaded.problem.startswith(f"the view of last time is not usable: {file}: ")
    assert reason in loaded.problem
    assert save_view([logs], VIEW, 2.0, folder) is None
    assert load_view([logs], folder) == RememberedView(VIEW, 2.0)


@given(
    content=st.binary()
    | st.recursive(st.none() | st.floats() | st.text(), st.lists).map(json.dumps).map(str.encode)
)
def test_no_content_raises(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Bytes and JSON of any kind."""
    folder = tmp_path_factory.getbasetemp() / "fuzzed"
    save_view([Path("logs")], VIEW, 1.0, folder)
    saved_file(folder).write_bytes(content)
    loaded = load_view([Path("logs")], folder)
    assert loaded.view == {}
    assert loaded.problem is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(view=st.dictionaries(st.text(), JSON, max_size=5), last_open=st.floats(0, 4e9))
def test_any_view_comes_back(
    tmp_path_factory: pytest.TempPathFactory, view: dict[str, Any], last_open: float
) -> None:
    """Whatever JSON holds, surrogates of run names included."""
    folder = tmp_path_factory.getbasetemp() / "any"
    assert save_view([Path("logs")], view, last_open, folder) is None
    assert load_view([Path("logs")], folder) == RememberedView(view, last_open)


@pytest.mark.parametrize(
    "view",
    [{"smoothing": float("nan")}, {"object": object()}, {"marked": ["x" * 1_000_000]}],
    ids=["nan", "object", "huge"],
)
def test_a_view_that_cannot_be_kept_leaves_the_earlier_one(
    logs: Path, folder: Path, view: dict[str, Any]
) -> None:
    """It is said, and nothing is raised."""
    save_view([logs], VIEW, 1.0, folder)
    problem = save_view([logs], view, 2.0, folder)
    assert problem is not None
    assert problem.startswith("the view is not kept: ")
    assert load_view([logs], folder) == RememberedView(VIEW, 1.0)


def test_a_place_that_cannot_be_written_is_said(logs: Path, tmp_path: Path) -> None:
    """A file where the folder should be: nothing is raised, neither in saving nor in loading."""
    blocked = tmp_path / "blocked"
    blocked.touch()
    problem = save_view([logs], VIEW, 1.0, blocked / "views")
    assert problem == f"the view is not kept: {blocked / 'views'}: Not a directory"
    loaded = load_view([logs], blocked / "views")
    assert loaded.view == {}
    assert (loaded.problem or "").startswith("the view of last time cannot be read: ")


def test_a_failed_save_leaves_nothing_behind(
    logs: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The earlier view stays, and no temporary file."""
    save_view([logs], VIEW, 1.0, folder)

    def refuse(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    problem = save_view([logs], {}, 2.0, folder)
    assert problem is not None
    assert problem.endswith("No space left on device")
    assert saved_file(folder).exists()
    assert load_view([logs], folder) == RememberedView(VIEW, 1.0)


def test_only_the_newest_directories_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go first, by when they were saved; what a killed process left goes with them."""
    monkeypatch.setattr(remembered_view, "KEPT_DIRECTORIES", 3)
    folder.mkdir(parents=True)
    (folder / ".killed.123.abc.tmp").touch()
    os.utime(folder / ".killed.123.abc.tmp", (0, 0))
    for number in range(5):
        before = set(folder.glob("*.json"))
        assert save_view([Path(f"logs{number}")], {"page": number}, float(number), folder) is None
        (new,) = set(folder.glob("*.json")) - before
        os.utime(new, (1000 + number, 1000 + number))
    assert len(list(folder.iterdir())) == 3
    assert [load_view([Path(f"logs{number}")], folder).view.get("page") for number in range(5)] == [
        None,
        None,
        2,
        3,
        4,
    ]


def _save_often(folder: Path, name: str, count: int) -> None:
    for number in range(count):
        view = {"writer": name, "filler": name * 5000, "number": number}
        assert save_view([Path("logs")], view, 1.0, folder) is None


def test_apps_that_save_at_once_never_leave_a_part(folder: Path) -> None:
    """Two processes save on the same directory while this one reads: always one whole view of either."""
    _save_often(folder, "a", 1)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_save_often, args=(folder, name, 200)) for name in "ab"]
    for writer in writers:
        writer.start()
    running = True
    while running:
        running = any(writer.is_alive() for writer in writers)
        loaded = load_view([Path("logs")], folder)
        assert loaded.problem is None
        assert loaded.view["filler"] == loaded.view["writer"] * 5000
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert saved_file(folder).suffix == ".json"
