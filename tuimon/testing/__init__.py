"""Public fakes for tests of code that uses tuimon: clock, watcher, run builder."""
