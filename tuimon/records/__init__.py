"""The log: record and run dataclasses, a record to a line and back, the one fold, run names.

Standard library and orjson only: a training process imports this room."""
