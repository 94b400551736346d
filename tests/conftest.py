"""What all tests share: waiting with a deadline instead of sleeping, and an end for a test that hangs.

A deadline only bounds the waiting of a test that fails, so it is long: machines are slow and busy.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from types import FrameType

import pytest
from hypothesis import HealthCheck, settings

Eventually = Callable[..., None]

DEADLINE = 60.0  # seconds for anything that a test waits for
LONGEST_TEST = 480  # seconds, for a test that waits for something that never comes and has no deadline

# How long an example takes says nothing about it where the processor is shared; and a check that is right for
# one commit is right for it tomorrow. ``pytest --hypothesis-profile=explore`` looks for other examples.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("steady"), derandomize=False)
settings.load_profile("steady")


def wait_until(predicate: Callable[[], object], timeout: float = DEADLINE, message: str = "") -> None:
    """Return when ``predicate()`` is true; fail after ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    while not predicate():
        if time.monotonic() > deadline:
            raise AssertionError(message or f"condition not met within {timeout} s")
        time.sleep(0.005)


# What whoever runs the tests has set for runs of their own.
_PERSONAL = re.compile(
    "TUIMON_(?!UPDATE)|(SLURM|TORCHELASTIC)_"
    "|(RANK|WORLD_SIZE|MASTER_(ADDR|PORT)|CUDA_VISIBLE_DEVICES|NO_COLOR|FORCE_COLOR|COLUMNS|LINES)$"
)


@pytest.fixture(scope="session", autouse=True)
def nobodys_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test, and no process that it starts, sees a person's settings, kept views or job."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in filter(_PERSONAL.match, list(os.environ)):
            patch.delenv(name)
        patch.setenv("XDG_CONFIG_HOME", str(home / "config"))
        patch.setenv("XDG_STATE_HOME", str(home / "state"))
        yield


@pytest.fixture
def eventually() -> Eventually:
    """The waiting function, as a fixture: ``eventually(predicate, timeout=60)``."""
    return wait_until


def pytest_configure() -> None:
    """Ctrl+C works in what the tests start, also behind a shell's ``&``, which takes it away."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _too_long(_number: int, _frame: FrameType | None) -> None:
    pytest.fail(f"the test was still not over after {LONGEST_TEST} s")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Iterator[None]:
    """End a test that hangs, say in reading from a process that says nothing: it fails and tells where."""
    if not hasattr(signal, "SIGALRM"):
        return (yield)
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LONGEST_TEST)
    try:
        return (yield)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
