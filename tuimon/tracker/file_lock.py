"""The advisory lock by which a live writer is known, where the platform and the file system have locks.

The kernel holds it and lets go of it when the process dies, however it dies.
"""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import msvcrt
    import os

    _LOCKED_BYTE = 2**40  # Windows locks are mandatory, so the byte locked is one that no log ever reaches

    def try_lock(descriptor: int) -> bool:
        """Take the lock if nobody has it; whether somebody else does not."""
        place = os.lseek(descriptor, 0, os.SEEK_CUR)
        try:
            os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        except OSError:
            return True
        finally:
            os.lseek(descriptor, place, os.SEEK_SET)
        return True
else:
    import fcntl

    def try_lock(descriptor: int) -> bool:
        """Take the lock if nobody has it; whether somebody else does not.

        ``flock`` rather than ``lockf``: the latter is lost as soon as the process closes any other descriptor
        of the file, as reading the log back does. File systems without locks count as nobody having it.
        """
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True
