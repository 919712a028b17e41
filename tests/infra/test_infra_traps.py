"""What synthesis takes without a word and AWS refuses, ignores or charges for; each was met once."""

import json
from pathlib import Path

from templates import Stacks, of_type, properties, read_stacks, target

from infra.app import build_app
from infra.packages import Package
from infra.stages import DEV


def test_tables_are_of_one_region(stacks: Stacks) -> None:
    """A global table's template differs in shape, and emulators know no customer key of it."""
    assert not of_type(stacks.data, "DynamoDB::GlobalTable")


def test_every_permission_names_its_source(stacks: Stacks) -> None:
    """Without it, anybody's rule may call our function through the service (the confused deputy)."""
    for permission in properties(stacks.service, "Lambda::Permission"):
        assert permission["SourceArn"]


def test_no_metrics_are_paid_by_resolver(stacks: Stacks) -> None:
    """AppSync's enhanced metrics make one for each resolver and request."""
    for api in properties(stacks.service, "AppSync::GraphQLApi"):
        assert "EnhancedMetricsConfig" not in api


def test_two_syntheses_are_the_same_bytes(
    synthesized: dict[str, Stacks], package: Package, tmp_path: Path
) -> None:
    """Else every deployment replaces what did not change."""
    build_app(package, [DEV], tmp_path).synth()
    again = read_stacks(tmp_path, DEV.name)

    assert (again.data, again.service) == (synthesized["dev"].data, synthesized["dev"].service)


def test_a_template_fits_into_what_cloudformation_takes(stacks: Stacks) -> None:
    """1 MB, and 500 resources: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html."""
    for template in (stacks.data, stacks.service):
        assert len(json.dumps(template)) < 1_000_000
        assert len(template["Resources"]) < 500


def test_every_batch_that_fails_ends_where_an_alarm_looks(stacks: Stacks) -> None:
    watched = alarmed_dimensions(stacks)

    for id_, mapping in of_type(stacks.service, "Lambda::EventSourceMapping").items():
        if "Queue" in str(mapping["Properties"]["EventSourceArn"]):
            continue  # a queue keeps what fails: its dead letters have an alarm (test_infra_queues)
        assert mapping["Properties"]["DestinationConfig"]["OnFailure"]["Destination"]
        assert {metric for metric, by in watched if by == id_} == {
            "OnFailureDestinationDeliveredEventCount",
            "DroppedEventCount",
        }


def test_every_function_that_fails_has_an_alarm(stacks: Stacks) -> None:
    watched = alarmed_dimensions(stacks)

    for id_ in of_type(stacks.service, "Lambda::Function"):
        assert {"Errors", "Throttles", "Duration"} <= {metric for metric, by in watched if by == id_}


def test_every_schedule_wakes_a_function_whose_silence_is_an_alarm(stacks: Stacks) -> None:
    watched = alarmed_dimensions(stacks)

    for rule in properties(stacks.service, "Events::Rule"):
        if "ScheduleExpression" not in rule:
            continue  # of events: their queues are watched (test_infra_queues)
        for each in rule["Targets"]:
            alias = stacks.service["Resources"][target(each["Arn"])]["Properties"]
            assert ("Invocations", target(alias["FunctionName"])) in watched


def alarmed_dimensions(stacks: Stacks) -> set[tuple[str, str]]:
    """Each metric that an alarm looks at, with the resource that its dimension names."""
    found = set()
    for alarm in properties(stacks.service, "CloudWatch::Alarm"):
        parts = [each["MetricStat"]["Metric"] for each in alarm.get("Metrics", ()) if "MetricStat" in each]
        for metric in [alarm, *parts]:
            for dimension in metric.get("Dimensions", ()):
                if isinstance(dimension["Value"], dict) and dimension["Value"].keys() & {"Ref", "Fn::GetAtt"}:
                    found.add((metric["MetricName"], target(dimension["Value"])))
    return found
