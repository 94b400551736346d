"""Runs by the scheduler's job: filter keys, requeues counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.analysis.builder import changed, make_run
from tuimon.analysis.filter_completion import complete_filter
from tuimon.analysis.run_filter import FilterError, parse_filter
from tuimon.charts.run_commands import stop_command
from tuimon.records.events import ResumeRecord
from tuimon.store.snapshot import RunSnapshot


def run_of(resumes: tuple[ResumeRecord, ...] = (), **header: Any) -> RunSnapshot:
    run = make_run(resumes=resumes)
    return changed(run, header=replace(run.header, **header))


ELEMENT = run_of(job_id="99812", array_index=4, restart_count=0)
REQUEUED = run_of((ResumeRecord(None, job_id="99812", restart_count=2),), job_id="99812", restart_count=0)
CHAINED = run_of((ResumeRecord(None, job_id="99900", restart_count=0),), job_id="99812", restart_count=3)
PLAIN = make_run()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("job:99812", {ELEMENT, REQUEUED, CHAINED}),
        ("job:9981", set()),
        ("job:998*", {ELEMENT, REQUEUED, CHAINED}),
        ("job:99812_4", {ELEMENT}),
        ("job=99900", {CHAINED}),
        ("array:4", {ELEMENT}),
        ("array>=4", {ELEMENT}),
        ("array:14", set()),
        ("restart>0", {REQUEUED}),
        ("restart:0", {ELEMENT, CHAINED}),
        ("restart:2", {REQUEUED}),
        ("not job:*", {PLAIN}),
    ],
)
def test_runs_are_found_by_their_job(text: str, found: set[RunSnapshot]) -> None:
    """An id is meant as a whole; of a run that several jobs wrote each counts, and the newest's restarts."""
    wanted = parse_filter(text)
    assert {run for run in (ELEMENT, REQUEUED, CHAINED, PLAIN) if wanted.matches(run)} == found


def test_what_is_no_number_is_said_so() -> None:
    with pytest.raises(FilterError, match="array is a number"):
        parse_filter("array:four")


def test_jobs_are_offered_while_typing() -> None:
    runs = (ELEMENT, REQUEUED)
    assert "job" in {each.text for each in complete_filter("jo", 2, runs)}
    assert {each.text for each in complete_filter("job:", 4, runs)} == {"99812", "99812_4"}
    assert {each.text for each in complete_filter("restart:", 8, runs)} == {"0", "2"}


def test_a_job_is_stopped_by_its_scheduler() -> None:
    """By the newest job, of an array the element alone."""
    assert stop_command(ELEMENT) == "scancel 99812_4"
    assert stop_command(CHAINED) == "scancel 99900"
