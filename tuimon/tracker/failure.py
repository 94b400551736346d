"""What an exception that ends a run leaves in its log."""

from __future__ import annotations

from typing import Any

MAX_TRACEBACK = 64_000  # characters; of a recursion's endless one both ends are kept


def status_of(error: BaseException | None) -> str:
    """How a run that ``error`` ends is called; leaving by ``sys.exit()`` without a failure is finishing."""
    if interruption(error):
        return "interrupted"  # also Lightning's, which is a SystemExit without a code
    left_well = isinstance(error, SystemExit) and error.code in (None, 0)
    return "finished" if error is None or left_well else "failed"


def interruption(error: BaseException | None) -> str | None:
    """What interrupted the training, where that is what the exception says."""
    if isinstance(error, KeyboardInterrupt):
        return "Ctrl+C"
    return "SIGTERM" if type(error).__name__ == "SIGTERMException" else None  # Lightning's


def failure_fields(error: BaseException | None) -> dict[str, Any]:
    """Type, message and traceback of a failure, for an ``EndRecord``; of an interruption the reason."""
    if (reason := interruption(error)) is not None:
        return {"reason": reason}
    if error is None or status_of(error) != "failed":
        return {}
    import traceback  # only a failing run pays for it

    try:
        text = "".join(traceback.format_exception(error))
        message = str(error)
    except Exception as second:  # an exception whose own text fails; the run still ends as failed
        text, message = "", f"<no text: {type(second).__name__}>"
    if len(text) > MAX_TRACEBACK:
        half = MAX_TRACEBACK // 2
        text = f"{text[:half]}\n[...]\n{text[-half:]}"
    return {"exception_type": type(error).__name__, "exception_message": message, "traceback": text}
