"""Public fakes for tests of code that uses tuimon.

- :class:`FakeClock`: time that moves when told to; for ``RunStore(clock=...)``.
- :class:`FakeWatcher`: hints when told to; for ``RunStore(watcher=...)``.
- :class:`RunBuilder`: writes a log by hand, line by line, whole lines or torn ones.
- :func:`sample_runs`: a directory of telling runs: live, finished, failed, with NaN, with hostile names, ...
"""

from tuimon.testing.fake_clock import FakeClock
from tuimon.testing.fake_watcher import FakeWatcher
from tuimon.testing.run_builder import RunBuilder
from tuimon.testing.sample_runs import sample_runs

__all__ = ["FakeClock", "FakeWatcher", "RunBuilder", "sample_runs"]
