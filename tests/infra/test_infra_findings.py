"""The rule packs' findings: each is acknowledged with its reason, and nothing else is."""

import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_sqs as sqs
from templates import Stacks

from infra.acknowledged import ACKNOWLEDGED, Acknowledged, check_at_synthesis
from infra.findings import PAGE, page

Found = list[tuple[str, str]]


@pytest.fixture(scope="module")
def reports(synthesized: dict[str, Stacks]) -> list[dict[str, Any]]:
    return reported(Path(synthesized["dev"].files[0]).parent.parent)


def reported(out: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((out / "validation-report.json").read_text())["pluginReports"]
    return found


@pytest.fixture(scope="module")
def all_reports(reports: list[dict[str, Any]], exemplary: Stacks) -> list[dict[str, Any]]:
    """With those of the examples: their synthesis passed, so they found nothing that is not acknowledged."""
    out = Path(exemplary.files[0]).parent.parent
    return reports + json.loads((out / "validation-report.json").read_text())["pluginReports"]  # type: ignore[no-any-return]


def listed(reports: list[dict[str, Any]], kind: str) -> Found:
    return [
        (each.get("acknowledgedId", each["ruleName"]), construct["constructPath"])
        for report in reports
        for each in report.get(kind, ())
        for construct in each["violatingConstructs"]
    ]


def test_both_packs_ran_over_both_stages(reports: list[dict[str, Any]]) -> None:
    stages = {path.partition("/")[0] for _, path in listed(reports, "suppressedViolations")}

    assert [report["pluginName"] for report in reports] == ["AwsSolutions", "Serverless"]
    assert stages == {"orderbell-dev", "orderbell-prod"}


def test_nothing_is_found_that_is_not_acknowledged(reports: list[dict[str, Any]]) -> None:
    assert listed(reports, "violations") == []


@pytest.mark.parametrize("row", ACKNOWLEDGED, ids=lambda row: row.rule.rpartition("::")[2])
def test_every_acknowledgement_is_needed(
    all_reports: list[dict[str, Any]], deployable: Path, row: Acknowledged
) -> None:
    """By a stage as it is, or as it is deployed, or with an example of each kind of consumer."""
    needed = [
        rule
        for rule, path in listed([*all_reports, *reported(deployable)], "suppressedViolations")
        if rule == row.rule.format(stage=path.partition("/")[0].removeprefix("orderbell-"))
        and fnmatchcase(path.partition("/")[2], row.constructs)
    ]

    assert needed


def test_every_reason_says_something() -> None:
    assert min(len(row.reason) for row in ACKNOWLEDGED) > 40


def test_a_finding_without_a_row_stops_synthesis(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    sqs.Queue(Stack(app, "Bad"), "NoDeadLetters")
    check_at_synthesis(app)

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    assert "AwsSolutions-SQS" in (tmp_path / "validation-report.json").read_text()


def test_the_page_is_made_from_the_table() -> None:
    assert PAGE.read_text() == page()
