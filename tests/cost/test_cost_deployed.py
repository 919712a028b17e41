"""Reading a stage from its templates."""

from infra.cost.deployed import deployed
from infra.cost.resource_types import COSTED, FREE, unknown
from tests.cost.tables import EVERYTHING

STAGE = deployed([EVERYTHING])


def test_a_function_is_named_by_its_construct() -> None:
    assert [each.name for each in STAGE.functions] == ["write", "read", "browse"]


def test_memory_is_in_gigabytes() -> None:
    assert [each.memory_gb for each in STAGE.functions] == [1.0, 1.0, 0.5]


def test_warm_copies_are_those_of_the_functions_alias() -> None:
    assert [each.warm for each in STAGE.functions] == [0, 2, 0]


def test_lambda_logs_each_call_unless_told_not_to() -> None:
    assert [each.platform_logs for each in STAGE.functions] == [True, True, False]


def test_a_metric_of_ours_is_paid_once_however_many_show_it() -> None:
    assert STAGE.custom_metrics == 3  # Refusals of BUSY, Bugs, OrdersPlaced


def test_an_alarm_over_arithmetic_costs_as_many_metrics_as_it_reads() -> None:
    read = {"MetricStat": {"Metric": {"Namespace": "AWS/DynamoDB", "MetricName": "A"}}}
    alarm = {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {"Metrics": [{"Expression": "m0 + m1"}, read, read]},
    }

    assert deployed([{"Resources": {"Total": alarm}}]).alarm_metrics == 2


def test_no_type_is_both_costed_and_free() -> None:
    assert COSTED.keys() & FREE.keys() == set()


def test_a_type_that_nobody_classified_is_named() -> None:
    assert unknown(["AWS::S3::Bucket", "AWS::EC2::NatGateway"]) == ["AWS::EC2::NatGateway"]
