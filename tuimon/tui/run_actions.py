"""The actions about a run's files: note, tags, archive, delete, export, lines to copy.

Files are written in threads, never in the event loop: a slow disk must not hold up keys. The store notices by
itself what was written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from tuimon.charts.notation import harmless
from tuimon.quick_dataclass import dataclass
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.feed import StoreFeed
from tuimon.tui.view_actions import ViewActions


@dataclass(frozen=True, slots=True)
class OpenNote:
    """A note while it is being written: the side file it belongs in, the text when it was opened and now."""

    path: Path
    before: str
    text: str


class RunActions(ViewActions):
    """Mixed into the app: what a person does to runs rather than to the view of them."""

    feed: StoreFeed
    open_note: OpenNote | None = None
    lost_note: str | None = None  # one that could not be written when the app ended

    # Which runs

    def _chosen_run(self) -> RunSnapshot | None:
        """The run under the cursor, or that of the screen; the newest that is known of it."""
        from tuimon.tui.screens.board_screen import BoardScreen

        screen = self.screen
        if not isinstance(screen, BoardScreen):
            return None
        key = screen.chosen_key()
        return next((run for run in self.feed.snapshot().runs if run.key == key), None)

    def _chosen_runs(self) -> tuple[RunSnapshot, ...]:
        """The marked runs, else the one under the cursor."""
        from tuimon.tui.screens.board_screen import BoardScreen

        screen = self.screen
        if not isinstance(screen, BoardScreen):
            return ()
        known = {run.key: run for run in self.feed.snapshot().runs}
        return tuple(known[key] for key in screen.chosen_keys() if key in known)

    # Note and tags

    def action_note(self) -> None:
        """Write a note on the run; whatever closes it keeps it."""
        from tuimon.records.person_meta import meta_path
        from tuimon.tui.screens.write import NoteScreen, editable  # loaded at its first use

        run = self._chosen_run()
        if run is None:
            return
        path, before = meta_path(run.path), editable(run.notes)
        self.open_note = OpenNote(path, before, before)

        def typed(text: str) -> None:
            self.open_note = OpenNote(path, before, text)

        def closed(text: str | None) -> None:
            self.open_note = None
            if text is not None and text != before:
                self._change_meta([run], lambda _: {"notes": text}, "note kept")

        self.push_screen(NoteScreen(f"note on {harmless(run.name)}", before, typed), closed)

    def keep_open_note(self) -> None:
        """Write the note that is open, if any, at the end of the app; no event loop is needed for it."""
        from tuimon.records.person_meta import write_meta

        note, self.open_note = self.open_note, None
        if note is None or note.text == note.before:
            return
        try:
            write_meta(note.path, {"notes": note.text})
        except OSError:
            self.lost_note = note.text

    def action_tags(self) -> None:
        """Edit the tags of one run, or add tags to several."""
        from tuimon.records.person_meta import parse_tags
        from tuimon.tui.screens.write import LineScreen  # loaded at its first use

        runs = self._chosen_runs()
        if not runs:
            return
        before = harmless(" ".join(runs[0].meta.tags)) if len(runs) == 1 else ""
        title = f"tags of {harmless(runs[0].name)}" if len(runs) == 1 else f"tags to add to {len(runs)} runs"
        given = tuple(dict.fromkeys(tag for run in runs for tag in run.header.tags))
        hint = f"given by the program: {' '.join(given)}" if given else "by spaces or commas"

        def closed(line: str | None) -> None:
            if line is None or line == before:
                return
            tags = parse_tags(line)

            def changes(kept: tuple[str, ...]) -> dict[str, object]:
                return {"tags": list(tags if len(runs) == 1 else dict.fromkeys((*kept, *tags)))}

            self._change_meta(runs, changes, "tags kept")

        self.push_screen(LineScreen(title, before, harmless(hint)), closed)

    def action_archive(self) -> None:
        """Hide the runs, or bring them back where all of them are archived."""
        runs = self._chosen_runs()
        if not runs:
            return
        archived = not all(run.meta.archived for run in runs)
        if archived and not self.view.show_archived:
            self._move_on_from(runs)
        done = f"{_names(runs)} {'archived' if archived else 'no longer archived'}"
        self._change_meta(runs, lambda _: {"archived": archived}, done)

    def action_show_archived(self) -> None:
        """Archived runs among the others, or hidden."""
        self.change_view(self.view.archived_toggled())

    def _change_meta(
        self,
        runs: Sequence[RunSnapshot],
        changes: Callable[[tuple[str, ...]], dict[str, object]],
        done: str,
    ) -> None:
        """Write ``changes(tags that the side file has)`` beside each run, and say that it is ``done``."""
        from tuimon.records.person_meta import meta_path, read_meta, write_meta

        def write() -> str:
            for run in runs:
                path = meta_path(run.path)
                write_meta(path, changes(read_meta(path).tags))
            return done

        self._do(write)

    # Delete

    def action_delete(self) -> None:
        """Move a run to the trash once its name was typed."""
        from tuimon.tui.screens.write import LineScreen  # loaded at its first use

        run = self._chosen_run()
        if run is None:
            return
        if run.state.is_live:
            self._say(f"{harmless(run.name)} is {run.state.value}: only a run that is over is deleted", True)
            return
        name = harmless(run.name).strip() or run.run_id
        screen = LineScreen(f"delete {name}", "", "type its name to move it to .trash/", expected=name)
        self.push_screen(screen, lambda typed: None if typed is None else self._delete(run))

    def _delete(self, run: RunSnapshot) -> None:
        from tuimon.records.trash import move_to_trash

        now = next((other for other in self.feed.snapshot().runs if other.key == run.key), None)
        if now is not None and now.state.is_live:
            self._say(f"{harmless(run.name)} goes on by now: not deleted", True)
            return
        self._move_on_from([run])

        def move() -> str:
            moved = move_to_trash(run.path)
            files = "1 file" if len(moved) == 1 else f"{len(moved)} files"
            return f"{harmless(run.name)}: {files} moved to {moved[-1].parent}"

        self._do(move)

    def _move_on_from(self, runs: Sequence[RunSnapshot]) -> None:
        """Take the cursor to the next run that stays, and the marks off those that go."""
        board = self.board
        if board is None:
            return
        gone = {run.key for run in runs}
        place = self.view.place(board.keys)
        after = [key for key in (*board.keys[place:], *board.keys[:place][::-1]) if key not in gone]
        view = self.view.with_cursor(after[0] if after else None)
        for key in gone & set(view.marked):
            view = view.mark_toggled(key)
        self.change_view(view)

    # Export and copy

    def action_export(self) -> None:
        """Write the curves of the runs to a CSV file in the directory where the app was started."""
        runs = self._chosen_runs()
        if not runs:
            return
        loading = next((run for run in runs if run.loading), None)
        if loading is not None:
            self._say(f"{harmless(loading.name)} is still being read ({loading.progress:.0%})", True)
            return

        def write() -> str:
            from tuimon.export.csv_file import curves_csv  # loaded at its first use
            from tuimon.whole_file import write_new

            several = f"curves_{datetime.now():%Y%m%d_%H%M%S}"
            path = Path.cwd() / f"{runs[0].path.stem if len(runs) == 1 else several}.csv"
            parts = (part.encode("utf-8", "backslashreplace") for part in curves_csv(runs))
            return f"{_names(runs)} written to {write_new(path, parts)}"

        self._do(write)

    def action_copy_line(self) -> None:
        """Pick a line about the run; it goes to the clipboard of the person's own terminal (OSC 52)."""
        from tuimon.tui.screens.board_screen import BoardScreen
        from tuimon.tui.screens.pick import Option, PickScreen  # loaded at its first use

        run = self._chosen_run()
        if run is None:
            return
        lines = copy_lines(run)
        texts = self.screen.copy_texts() if isinstance(self.screen, BoardScreen) else {}

        def picked(what: str | None) -> None:
            if what is not None and what in texts:
                self.copy_to_clipboard(texts[what])
                self._say(f"copied: {what}")
            elif what is not None:
                self.copy_to_clipboard(lines[what])
                self._say(f"copied: {lines[what]}")

        options = [Option(what, what, "all of it") for what in texts]
        options += [Option(what, line, what) for what, line in lines.items()]
        self.push_screen(PickScreen("copy", options), picked)

    # Doing and telling

    def _do(self, work: Callable[[], str]) -> None:
        """Run ``work`` in a thread; tell what it returns, or why it failed."""

        async def worker() -> None:
            try:
                done = await asyncio.to_thread(work)
            except OSError as error:
                place = f": {error.filename}" if error.filename else ""
                self._say(f"failed: {error.strerror or error}{place}", True)
            else:
                self._say(done)

        self.run_worker(worker(), group="files")

    def _say(self, text: str, bad: bool = False) -> None:
        self.notify(harmless(text), severity="error" if bad else "information", timeout=4, markup=False)


def copy_lines(run: RunSnapshot) -> dict[str, str]:
    """What can be copied of a run: its title, and the line."""
    from tuimon.charts.run_text import reproduce_command, stop_command

    lines = {"stop": stop_command(run), "reproduce": reproduce_command(run)}
    lines |= {"log": harmless(str(run.path)), "run id": harmless(run.run_id)}
    return {what: line for what, line in lines.items() if line}


def _names(runs: Sequence[RunSnapshot]) -> str:
    return harmless(runs[0].name) if len(runs) == 1 else f"{len(runs)} runs"
