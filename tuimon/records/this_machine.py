"""Which machine this is, in the words of a header: written by a run, compared by whoever asks if it lives."""

from __future__ import annotations

import os


def machine_facts() -> dict[str, str | None]:
    """``host``, ``boot_id`` and ``pid_namespace``: a process id means something where all three are the same.

    What the system does not tell is ``None``.
    """
    return {
        "host": os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME"),
        "boot_id": read_system_file("/proc/sys/kernel/random/boot_id").strip() or None,
        "pid_namespace": _link("/proc/self/ns/pid"),
    }


def read_system_file(path: str) -> str:
    """The text of a file that not every system has; empty where it is not there."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _link(path: str) -> str | None:
    try:
        return os.readlink(path)  # noqa: PTH115 (pathlib would make `pid:[4026531836]` a path)
    except OSError:
        return None
