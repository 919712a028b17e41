"""Metrics as CloudWatch reads them out of a log."""

import json
from typing import Any

import pytest

from wiring.metrics import NAMESPACE, UNITS, Meter


def lines(*values: float, name: str = "PushLatency", **more: str) -> list[dict[str, Any]]:
    written: list[str] = []
    Meter("dev", written.append, lambda: 12.5).put(name, *values, **more)
    assert not [line for line in written if "\n" in line]
    return [json.loads(line) for line in written]


def test_a_value_is_one_line_with_its_metadata() -> None:
    assert lines(7.5) == [
        {
            "_aws": {
                "Timestamp": 12500,
                "CloudWatchMetrics": [
                    {
                        "Namespace": NAMESPACE,
                        "Dimensions": [["Stage"]],
                        "Metrics": [{"Name": "PushLatency", "Unit": "Milliseconds"}],
                    }
                ],
            },
            "Stage": "dev",
            "PushLatency": 7.5,
        }
    ]


def test_a_dimension_is_counted_by_itself_and_in_all() -> None:
    (line,) = lines(1, name="Refusals", Code="BUSY")

    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["Stage"], ["Stage", "Code"]]
    assert (line["Code"], line["Refusals"]) == ("BUSY", 1)


def test_every_name_in_the_metadata_is_a_member_of_the_line() -> None:
    """Else CloudWatch drops the line: the specification's rule on targets."""
    for name in UNITS:
        (line,) = lines(1, name=name, Code="BUSY")
        (described,) = line["_aws"]["CloudWatchMetrics"]
        targets = {each for names in described["Dimensions"] for each in names}
        assert targets | {each["Name"] for each in described["Metrics"]} <= set(line)


def test_a_line_holds_at_most_a_hundred_values() -> None:
    assert [len(line["PushLatency"]) for line in lines(*range(250))] == [100, 100, 50]


def test_no_value_is_no_line() -> None:
    assert lines() == []


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(KeyError, match="Orders"):
        lines(1, name="Orders")


def test_an_unknown_dimension_is_refused() -> None:
    with pytest.raises(ValueError, match="CustomerId"):
        lines(1, CustomerId="c")


def test_a_laptop_writes_none(capsys: pytest.CaptureFixture[str]) -> None:
    Meter().put("OrdersPlaced", 1)

    assert capsys.readouterr().out == ""


def test_a_function_writes_to_its_log(capsys: pytest.CaptureFixture[str]) -> None:
    Meter.open({"STAGE": "prod"}).put("OrdersPlaced", 1)

    assert json.loads(capsys.readouterr().out)["Stage"] == "prod"
