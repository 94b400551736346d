"""The actions about a run's files: note, tags, archive, delete, export, lines to copy.

Files are written in threads, never in the event loop: a slow disk must not hold up keys. The store notices by
itself what was written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from tuimon.charts.notation import harmless
from tuimon.quick_dataclass import dataclass
from tuimon.store.clock import Clock
from tuimon.store.snapshot import RunSnapshot
from tuimon.tui.background.feed import StoreFeed
from tuimon.tui.view.deletable import stalled_since, why_kept
from tuimon.tui.view.naming import about
from tuimon.tui.view_actions import ViewActions


@dataclass(frozen=True, slots=True)
class OpenNote:
    """A note while it is being written: on which runs, the text when it was opened and now.

    ``added``: the runs have different notes, and the text is to be added to each.
    """

    runs: tuple[RunSnapshot, ...]
    before: str
    text: str
    added: bool

    def note_of(self, run: RunSnapshot) -> str:
        """What the note of one of the runs is to be."""
        return "\n".join(part for part in (run.notes, self.text) if part) if self.added else self.text


class RunActions(ViewActions):
    """Mixed into the app: what a person does to runs rather than to the view of them."""

    feed: StoreFeed
    _clock: Clock
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

    def _chosen_words(self, runs: Sequence[RunSnapshot]) -> str:
        """What these chosen runs are called, harmless; that they are those marked is said."""
        from tuimon.tui.screens.board_screen import BoardScreen

        screen = self.screen
        marked = isinstance(screen, BoardScreen) and screen.chooses_marked()
        if len(runs) == 1:
            return f"the marked run {_names(runs)}" if marked else _names(runs)
        return f"{len(runs)} marked runs" if marked else _names(runs)

    def _runs_of_row(self) -> tuple[RunSnapshot, ...]:
        """The run under the cursor or of the screen; of a group all its members."""
        run = self._chosen_run()
        if run is None or self.board is None:
            return () if run is None else (run,)
        known = {other.key: other for other in self.feed.snapshot().runs}
        return tuple(known[key] for key in self.board.members(run.key) if key in known)

    def _row_words(self, runs: Sequence[RunSnapshot]) -> str:
        """What the row of these runs is called, harmless."""
        if len(runs) == 1:
            return harmless(runs[0].name)
        row = self.board.cursor_row if self.board is not None else None
        return f"the {len(runs)} runs of {harmless(row.name if row is not None else runs[0].name)}"

    # Note and tags

    def action_note(self) -> None:
        """Write a note on the run; whatever closes it but Ctrl+R keeps it. On a group it is added to that of
        each.
        """
        from tuimon.tui.screens.write import NoteScreen, editable  # loaded at its first use

        runs = self._runs_of_row()
        if not runs:
            self.lacks_runs("to write a note on")
            return
        added = len({run.notes for run in runs}) > 1
        before = "" if added else editable(runs[0].notes)
        note = OpenNote(runs, before, before, added)
        self.open_note = note

        def typed(text: str) -> None:
            self.open_note = replace(note, text=text)

        def closed(text: str | None) -> None:
            self.open_note = None
            if text is not None and text != before:
                kept = replace(note, text=text)
                self._write_meta([(run, {"notes": kept.note_of(run)}) for run in runs], "note kept")

        title = f"note {'to add to' if added else 'on'} {self._row_words(runs)}"
        self.push_screen(NoteScreen(title, before, typed), closed)

    def keep_open_note(self) -> None:
        """Write the note that is open, if any, at the end of the app; no event loop is needed for it."""
        from tuimon.records.person_meta import meta_path, write_meta

        note, self.open_note = self.open_note, None
        if note is None or note.text == note.before:
            return
        try:
            for run in note.runs:
                write_meta(meta_path(run.path), {"notes": note.note_of(run)})
        except OSError:
            self.lost_note = note.text

    def action_tags(self) -> None:
        """Edit the tags of one run, or add tags to several."""
        from tuimon.records.person_meta import parse_tags
        from tuimon.tui.screens.write import DISCARD, LineScreen  # loaded at its first use

        runs = self._chosen_runs()
        if not runs:
            self.lacks_runs("to tag")
            return
        before = harmless(" ".join(runs[0].meta.tags)) if len(runs) == 1 else ""
        words = self._chosen_words(runs)
        title = f"tags of {words}" if len(runs) == 1 else f"tags to add to {words}"
        given = tuple(dict.fromkeys(tag for run in runs for tag in run.header.tags))
        hint = f"given by the program: {' '.join(given)}" if given else "by spaces or commas"

        def closed(line: str | None) -> None:
            if line is None or line == before:
                return
            tags = parse_tags(line)

            def changes(kept: tuple[str, ...]) -> dict[str, object]:
                return {"tags": list(tags if len(runs) == 1 else dict.fromkeys((*kept, *tags)))}

            self._change_meta(runs, changes, "tags kept")

        keys, short = (("Enter or Esc", "keep"), DISCARD), (("Esc", "keep"), DISCARD)
        self.push_screen(LineScreen(title, before, harmless(hint), keys, short), closed)

    def action_archive(self) -> None:
        """Hide the runs, or bring them back where all of them are archived."""
        runs = self._chosen_runs()
        if not runs:
            self.lacks_runs("to archive")
            return
        archived = not all(run.meta.archived for run in runs)
        words = self._chosen_words(runs)  # before the marks go
        if archived and not self.view.show_archived:
            self._move_on_from(runs)
        done = about(words, f" {'archived' if archived else 'no longer archived'}", self.size.width)
        self._change_meta(runs, lambda _: {"archived": archived}, done)

    def action_show_archived(self) -> None:
        """Archived runs among the others, or hidden."""
        self.change_view(self.view.archived_toggled())
        if not any(run.meta.archived for run in self.feed.snapshot().runs):
            self.tell("no run here is archived")

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

    def _write_meta(self, changes: Sequence[tuple[RunSnapshot, dict[str, object]]], done: str) -> None:
        """Write each run's own changes beside it, and say that it is ``done``."""
        from tuimon.records.person_meta import meta_path, write_meta

        def write() -> str:
            for run, change in changes:
                write_meta(meta_path(run.path), change)
            return done

        self._do(write)

    # Output

    def action_output(self) -> None:
        """What the program printed."""
        from tuimon.tui.screens.output import OutputScreen  # loaded at its first use

        run = self._chosen_run()
        if run is None:
            self.lacks_runs("with output")
        else:
            self.push_screen(OutputScreen(run.key, run.path))

    # Delete

    def action_delete(self) -> None:
        """Move a run to the trash once its name was typed."""
        from tuimon.tui.screens.write import LineScreen  # loaded at its first use

        runs = self._runs_of_row()
        if not runs:
            self.lacks_runs("to delete")
            return
        kept = self._first_kept(runs)
        if kept is not None:
            run, why = kept
            self.tell(about(run.name, f" {why}", self.size.width))
            return
        row = self.board.cursor_row if len(runs) > 1 and self.board is not None else None
        name = harmless(row.name if row is not None else runs[0].name).strip() or runs[0].run_id
        what = name if len(runs) == 1 else self._row_words(runs)
        hint = f"type {'its name' if len(runs) == 1 else name} to move {'it' if len(runs) == 1 else 'all'}"
        keys = (("Enter", "move it" if len(runs) == 1 else "move them"), ("Esc", "close"))
        stalled = next(filter(None, map(stalled_since, runs)), None)
        hint = f"{hint} to .trash/" if stalled is None else f"{stalled}: {hint} to .trash/"
        screen = LineScreen(f"delete {what}", "", hint, keys, expected=name)
        self.push_screen(screen, lambda typed: None if typed is None else self._delete(runs))

    def _first_kept(self, runs: Sequence[RunSnapshot]) -> tuple[RunSnapshot, str] | None:
        """The first of these runs that cannot be deleted, and why."""
        now = self._clock.time()
        return next(((run, why) for run in runs if (why := why_kept(run, now)) is not None), None)

    def _delete(self, runs: Sequence[RunSnapshot]) -> None:
        from tuimon.records.trash import move_to_trash

        now = {run.key: run for run in self.feed.snapshot().runs}
        kept = self._first_kept([now[run.key] for run in runs if run.key in now])
        if kept is not None:
            self.tell(about(kept[0].name, " goes on by now: not deleted", self.size.width))
            return
        self._move_on_from(runs)
        width = self.size.width

        def move() -> str:
            moved = [path for run in runs for path in move_to_trash(run.path)]
            files = "1 file" if len(moved) == 1 else f"{len(moved)} files"
            return about(_names(runs), f": {files} moved to {moved[-1].parent}", width)

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
        """Write the curves of the runs, or what the screen has instead, to a CSV file in the directory where
        the app was started.
        """
        from tuimon.tui.screens.board_screen import BoardScreen

        runs = self._chosen_runs()
        loading = next((run for run in runs if run.loading), None)
        if loading is not None:
            said = f" is still being read ({loading.progress:.0%})"
            self.tell(about(loading.name, said, self.size.width))
            return
        shown = self.screen.export_text() if isinstance(self.screen, BoardScreen) else None
        if shown is not None:
            self._do(partial(_write_text, *shown))
            return
        if not runs:
            self.lacks_runs("to export")
            return

        words, width = self._chosen_words(runs), self.size.width

        def write() -> str:
            from tuimon.export.csv_file import curves_csv  # loaded at its first use
            from tuimon.export.file_names import export_path
            from tuimon.whole_file import write_new

            several = Path.cwd() / f"curves_{datetime.now():%Y%m%d_%H%M%S}.csv"
            path = export_path(Path.cwd(), runs[0]) if len(runs) == 1 else several
            parts = (part.encode("utf-8", "backslashreplace") for part in curves_csv(runs))
            written = write_new(path, parts)
            # Where the line ends too early, the name of the file is whole.
            said = f" to {written.name} in "
            return f"{about(words, said, width, before='wrote ')}{written.parent}"

        self._do(write)

    def action_copy_line(self) -> None:
        """Pick a line about the run; it goes to the clipboard of the person's own terminal (OSC 52)."""
        from tuimon.tui.screens.board_screen import BoardScreen
        from tuimon.tui.screens.pick import Option, PickScreen  # loaded at its first use

        run = self._chosen_run()
        if run is None:
            self.lacks_runs("to copy from")
            return
        lines = copy_lines(run)
        texts = self.screen.copy_texts() if isinstance(self.screen, BoardScreen) else {}

        def picked(what: str | None) -> None:
            if what is not None and what in texts:
                self.copy_to_clipboard(texts[what])
                self.tell(f"copied: {what}")
            elif what is not None:
                self.copy_to_clipboard(lines[what])
                self.tell(f"copied: {lines[what]}")

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
                reason = str(error.strerror or error)
                said = f"failed: {reason}"
                if error.filename:
                    said = about(str(error.filename), f": {reason}", self.size.width, before="failed: ")
                self.tell(said, failed=True)
            else:
                self.tell(done)

        self.run_worker(worker(), group="files")


def _write_text(name: str, text: str) -> str:
    """Write a CSV file of this name to where the app was started; what is to be said of it."""
    from tuimon.records.run_names import safe_file_name
    from tuimon.whole_file import write_new

    path = Path.cwd() / f"{safe_file_name(name)}.csv"
    written = write_new(path, [text.encode("utf-8", "backslashreplace")])
    return f"wrote the table to {written.name} in {written.parent}"


def copy_lines(run: RunSnapshot) -> dict[str, str]:
    """What can be copied of a run: its title, and the line."""
    from tuimon.charts.run_commands import reproduce_command, stop_command

    lines = {"stop": stop_command(run), "reproduce": reproduce_command(run)}
    lines |= {"log": harmless(str(run.path)), "run id": harmless(run.run_id)}
    return {what: line for what, line in lines.items() if line}


def _names(runs: Sequence[RunSnapshot]) -> str:
    return harmless(runs[0].name) if len(runs) == 1 else f"{len(runs)} runs"
