"""The lines for a shell that start a run's training again, and that stop it."""

from __future__ import annotations

import shlex

from tuimon.analysis.jobs import job_ids
from tuimon.charts.notation import harmless
from tuimon.store.snapshot import RunSnapshot


def reproduce_command(run: RunSnapshot) -> str | None:
    """The shell line that starts the same training again; None where the log does not say how."""
    header = run.header
    if not header.argv:
        return None
    steps = [f"cd {shell_word(header.cwd)}"] if header.cwd else []
    steps += [f"git checkout {shell_word(header.git_commit)}"] if header.git_commit else []
    return " && ".join((*steps, " ".join(map(shell_word, header.argv))))


def shell_word(word: str) -> str:
    """A word quoted for a shell, without a control character: one could end the paste and start a command."""
    if harmless(word) == word:
        return shlex.quote(word)
    escaped = (
        character
        if harmless(character) == character and character not in "\\'"
        else "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
        for character in word
    )
    return f"$'{''.join(escaped)}'"  # as bash, zsh and ksh read it


def stop_command(run: RunSnapshot) -> str | None:
    """The shell line that stops a live training; None where there is nothing to stop."""
    latest = run.resumes[-1] if run.resumes else run.header
    if not run.state.is_live:
        return None
    if job_id := job_ids(run)[-1:]:
        index = "" if run.header.array_index is None else f"_{run.header.array_index}"
        return f"scancel {shell_word(job_id[0] + index)}"
    return None if latest.pid is None else f"kill -INT {latest.pid}"
