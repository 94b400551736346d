"""Runs in memory: growable columns, the run, the store, its one ingest thread, liveness."""
