"""``python -m tuimon`` is ``tuimon``."""

from __future__ import annotations

import sys

from tuimon.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
