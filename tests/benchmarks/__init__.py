"""Benchmarks: ``python -m tests.benchmarks`` prints each budget of the design beside its measured value."""
