"""``tuimon docs``: the pages that come with tuimon."""

from __future__ import annotations

import sys

import click
from click.shell_completion import CompletionItem

from tuimon.cli.failure import CommandFailed


def complete_pages(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The pages whose names begin so."""
    from tuimon.docs.pages import PAGES

    return [CompletionItem(name) for name in PAGES if name.startswith(incomplete)]


@click.command()
@click.argument("page", required=False, metavar="[PAGE]", shell_complete=complete_pages)
@click.option("--log-dir", "log_dirs", multiple=True, hidden=True, expose_value=False)
def docs(page: str | None) -> None:
    """Show a page of the documentation; without PAGE, list them.

    On a terminal it is laid out to its width; in a pipe it is Markdown.
    """
    from tuimon.docs.pages import PAGES, UnknownPage, find_page, page_summary, page_text

    if page is None:
        for name in PAGES:
            print(f"{name:<{max(map(len, PAGES))}}  {page_summary(name)}")
        return
    try:
        text = page_text(find_page(page))
    except UnknownPage as error:
        raise CommandFailed(str(error)) from None
    if sys.stdout.isatty():
        _print_laid_out(text)
    else:
        sys.stdout.write(text)


def _print_laid_out(text: str) -> None:
    from tuimon.charts.page_text import page_lines
    from tuimon.cli.printing import print_lines, stdout_paper

    paper = stdout_paper()
    print_lines(page_lines(text, paper.width, ascii=paper.ascii, theme=paper.theme), paper)
