"""Annex 6 is the list of work: the same facts, each resident once, and in the workbook every finding by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.checks.tasks import list_work
from gridplan.outputs.report.figures import figures_of
from gridplan.outputs.report.issues import HEADINGS, Issue, issues_of
from gridplan.proposal.files import read_proposal
from gridplan.proposal.proposal import Proposal

SAMPLE = Path(__file__).parents[3] / "maps" / "sample"


@pytest.fixture(scope="module")
def sample() -> Proposal:
    return read_proposal(SAMPLE)


@pytest.fixture(scope="module")
def issues(sample: Proposal) -> list[Issue]:
    return issues_of(figures_of(sample, sample))


def test_people_of_a_row_are_those_that_the_list_of_work_has(sample: Proposal, issues: list[Issue]) -> None:
    """Three missing links in one grid touch its residents once, not three times; nobody is touched twice by one row."""
    told = sorted((i.cause, i.people) for i in issues if i.cause not in ("data", "waived") and i.people is not None)
    work = [
        task
        for task in list_work(sample.findings, sample.units)
        if task.status == "violated" and task.severity != "note"
    ]
    assert told == sorted((part.cause, part.people) for task in work for part in task.parts if part.people is not None)
    assert all(issue.people <= sample.units["population"].sum() for issue in issues if issue.people is not None)


def test_a_row_counts_what_its_own_cause_has(sample: Proposal, issues: list[Issue]) -> None:
    """Of the links of care that are missing, as many as there are findings of that cause."""
    for cause in ("supply", "plan"):
        (row,) = (i for i in issues if i.cause == cause and i.problem.zh.startswith("服务链缺环"))
        own = [f for f in sample.findings if (f.rule, f.status, f.cause) == ("R-34", "violated", cause)]
        counted = sum(
            int(word) for word in row.problem.zh.partition("（")[0].replace("、", " ").split() if word.isdigit()
        )
        assert counted == len(own) > 1
        assert all(
            label in row.problem.zh for label in {f"第{'零一二三四五六'[int(f.subject_id[1:])]}网格" for f in own}
        )


def test_in_full_every_finding_is_a_row_with_its_own_words(sample: Proposal) -> None:
    told = issues_of(figures_of(sample, sample), in_full=True)
    own = [f for f in sample.findings if f.status == "violated" and f.severity != "note"]
    assert sum(issue.cause not in ("data", "waived") for issue in told) == len(own)
    assert any("可考虑转型" in issue.problem.zh for issue in told)


def test_rows_stand_in_the_order_of_their_causes(issues: list[Issue]) -> None:
    places = [list(HEADINGS).index(issue.cause) for issue in issues]
    assert places == sorted(places)
