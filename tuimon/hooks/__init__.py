"""Inside a training that a framework runs: its own hooks, logging to a tracker.

Each framework has a module, which imports it; nothing else does. Uses `tuimon.tracker`, `tuimon.records`."""
