"""The command line: ``tuimon [PATH...]`` opens the app, ``tuimon COMMAND`` does one thing."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from tuimon.cli.words import COMPLETION_VARIABLE, OPEN, with_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# Where each command is; a module is imported when its command is called, or the help lists all of them.
COMMANDS = {
    OPEN: "tuimon.cli.open_command:open_app",
    "best": "tuimon.cli.best_command:best",
    "compare": "tuimon.cli.compare_command:compare",
    "demo": "tuimon.cli.demo_command:demo",
    "doctor": "tuimon.cli.doctor_command:doctor",
    "docs": "tuimon.cli.docs_command:docs",
    "export": "tuimon.cli.export_command:export",
    "journal": "tuimon.cli.journal_command:journal",
    "ls": "tuimon.cli.ls_command:ls",
    "plot": "tuimon.cli.plot_command:plot",
    "run": "tuimon.cli.run_command:run",
    "show": "tuimon.cli.show_command:show",
    "tail": "tuimon.cli.tail_command:tail",
}

# What shells report for a process ended by these signals: 128 and the signal's number.
INTERRUPTED = 130
BROKEN_PIPE = 141

TRACEBACK_VARIABLE = "TUIMON_TRACEBACK"


class CommandLine(click.Group):
    """A group whose command may be left out, which then is opening the app."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, of those that are imported later too."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in self.commands and cmd_name in COMMANDS:
            module, _, name = COMMANDS[cmd_name].partition(":")
            self.add_command(getattr(import_module(module), name), cmd_name)
        return super().get_command(ctx, cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command in front; while a shell asks what may follow, only one that is there."""
        known = {*self.list_commands(ctx)} - {OPEN}
        if ctx.resilient_parsing and not known & {*args}:
            return super().parse_args(ctx, [])
        return super().parse_args(ctx, with_command(args, known))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands and the options of opening; where none begins so, files."""
        from click.shell_completion import CompletionItem

        found = super().shell_complete(ctx, incomplete)
        open_app = self.get_command(ctx, OPEN)
        if incomplete.startswith("-") and open_app is not None:
            found += open_app.shell_complete(ctx, incomplete)
        return found or [CompletionItem(incomplete, type="file")]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of opening the app, then the commands."""
        open_app = self.get_command(ctx, OPEN)
        parameters = open_app.params if open_app is not None else []
        options = [option for option in parameters if isinstance(option, click.Option)]
        records = [option.get_help_record(ctx) for option in (*options, *self.get_params(ctx))]
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record])
        self.format_commands(ctx, formatter)
        from tuimon.cli.completion import SWITCH_ON

        with formatter.section("Completion by Tab, for the start-up file of your shell"):
            formatter.write_dl(list(SWITCH_ON.items()))


@click.group(
    cls=CommandLine,
    subcommand_metavar="[PATH]... | COMMAND [ARGS]...",
    options_metavar="[OPTIONS]",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="tuimon", message="%(prog)s %(version)s")
def commands() -> None:
    """Watch training runs in the terminal.

    PATH is a directory with runs or a log; a first word that names a command is the command (./ls is the
    path). Where stdout is no terminal, one snapshot is printed.
    """


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 success, 1 failure, 2 a wrong call."""
    if sys.stdout is None:  # closed by who started it (`tuimon ls >&-`)
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (for as long as the process)
    try:
        return _exit_code(words)
    finally:
        _drop_what_stdout_refuses()


def _exit_code(words: Sequence[str] | None) -> int:
    try:
        if words is None and os.environ.get(COMPLETION_VARIABLE):
            from tuimon.cli.completion import answer_shell

            return answer_shell(commands)
        code = _invoke(sys.argv[1:] if words is None else list(words))
        sys.stdout.flush()
    except click.ClickException as failure:
        print(f"tuimon: {_one_line(failure.format_message())}", file=sys.stderr)
        return failure.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        return BROKEN_PIPE  # the reader has what it wanted (`tuimon ls | head -1`)
    except Exception as error:  # a fault of ours or the system's; the person gets a line to report
        if os.environ.get(TRACEBACK_VARIABLE):
            raise
        print(f"tuimon: {_fault(error)}", file=sys.stderr)
        return 1
    return code


def _drop_what_stdout_refuses() -> None:
    """Python would try to write it once more at its end, complain, and end with another exit code."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _invoke(words: list[str]) -> int:
    """What click's own ``main`` does but for its ways of ending a process."""
    try:
        with commands.make_context("tuimon", words) as context:
            outcome = commands.invoke(context)
    except click.exceptions.Exit as early:  # --help, --version
        return early.exit_code
    return outcome if isinstance(outcome, int) else 0


def _fault(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return _one_line(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
    import traceback  # 10 ms that only a fault is worth

    *_, last = traceback.extract_tb(error.__traceback__)
    where = f"{Path(last.filename).name}:{last.lineno}"
    reason = _one_line(f"{type(error).__name__}: {error}")
    return f"internal error at {where}: {reason} ({TRACEBACK_VARIABLE}=1 shows the traceback)"


def _one_line(message: str) -> str:
    return " ".join(message.split())
