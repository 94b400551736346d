"""What the app leaves out of the standard library, and that it is there for everybody else."""

from __future__ import annotations

import subprocess
import sys

TRIED = """
import sys
from tuimon.tui.start.without_openssl import import_without_openssl
import_without_openssl("hashlib")
import_without_openssl("asyncio")
assert not {"ssl", "_ssl", "_hashlib"} & sys.modules.keys()
import asyncio, hashlib
print(asyncio.run(asyncio.sleep(0, "done")), hashlib.sha256(b"abc").hexdigest()[:8])
import ssl, hmac
print(ssl.create_default_context() is not None, hmac.new(b"key", b"abc", "sha256").hexdigest()[:8])
"""
TOO_LATE = """
import asyncio, sys
from tuimon.tui.start.without_openssl import import_without_openssl
import_without_openssl("asyncio")
print("ssl" in sys.modules, asyncio.sslproto.ssl is sys.modules["ssl"])
"""


def printed(code: str) -> list[str]:
    """What a process of its own prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return done.stdout.split()


def test_asyncio_and_hashlib_work_without_openssl_and_others_get_it() -> None:
    """The event loop runs and digests are right; TLS is there for whoever imports it afterwards."""
    assert printed(TRIED) == ["done", "ba7816bf", "True", "9c196e32"]


def test_what_is_loaded_already_is_left_alone() -> None:
    """A process that has asyncio keeps it with TLS."""
    assert printed(TOO_LATE) == ["True", "True"]
