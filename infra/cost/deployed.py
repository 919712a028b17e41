"""What a stage's templates say of its costs: functions, alarms, keys, retention and so on, read as they are synthesized."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.metrics import OURS

Template = Mapping[str, Any]
Resource = Mapping[str, Any]

OURS_IN_A_DASHBOARD = re.compile(rf'\[("{OURS}",[^\]{{]*)')


@dataclass(frozen=True, slots=True)
class DeployedFunction:
    """One function: its memory, copies kept warm, whether it restores snapshots, and whether Lambda logs each call."""

    name: str
    memory_gb: float
    warm: float
    snapshots: bool
    platform_logs: bool


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stage. `counts` is of resources by type, without `AWS::`."""

    counts: Mapping[str, int]
    functions: tuple[DeployedFunction, ...]
    alarm_metrics: int
    custom_metrics: int
    rules: int
    log_days: int
    recovery: bool
    trace_share: float
    traces_a_second: float

    @property
    def log_level(self) -> str:
        """The level that is deployed."""
        return "platform" if any(each.platform_logs for each in self.functions) else "info"


def read_templates(folder: Path, stage: str) -> list[Template]:
    """The templates of a stage that were synthesized into a folder."""
    files = sorted((folder / f"assembly-orderbell-{stage}").glob("*.template.json"))
    return [json.loads(each.read_text()) for each in files]


def types_of(templates: Iterable[Template]) -> set[str]:
    """Every type of resource in them."""
    return {each["Type"] for template in templates for each in template["Resources"].values()}


def deployed(templates: Iterable[Template]) -> Deployed:
    """Read a stage from its templates."""
    resources = {id_: each for template in templates for id_, each in template["Resources"].items()}
    sampling: Mapping[str, Any] = next(
        (each["SamplingRule"] for each in _of("XRay::SamplingRule", resources)), {}
    )
    alarms = list(_of("CloudWatch::Alarm", resources))
    return Deployed(
        counts=Counter(each["Type"].removeprefix("AWS::") for each in resources.values()),
        functions=tuple(_functions(resources)),
        alarm_metrics=sum(len(list(_metrics(each))) for each in alarms),
        custom_metrics=len(_ours(alarms, _of("CloudWatch::Dashboard", resources))),
        rules=sum(len(each["Rules"]) for each in _of("WAFv2::WebACL", resources)),
        log_days=max((each["RetentionInDays"] for each in _of("Logs::LogGroup", resources)), default=0),
        recovery=any(
            "PointInTimeRecoverySpecification" in each for each in _of("DynamoDB::Table", resources)
        ),
        trace_share=sampling.get("FixedRate", 0),
        traces_a_second=sampling.get("ReservoirSize", 0),
    )


def _of(kind: str, resources: Mapping[str, Resource]) -> Iterator[Mapping[str, Any]]:
    return (each["Properties"] for each in resources.values() if each["Type"] == f"AWS::{kind}")


def _functions(resources: Mapping[str, Resource]) -> Iterator[DeployedFunction]:
    warm: Counter[str] = Counter()
    for alias in _of("Lambda::Alias", resources):
        provisioned = alias.get("ProvisionedConcurrencyConfig", {})
        warm[alias["FunctionName"]["Ref"]] += provisioned.get("ProvisionedConcurrentExecutions", 0)
    for id_, each in resources.items():
        if each["Type"] == "AWS::Lambda::Function":
            made = each["Properties"]
            named = made.get("Environment", {}).get("Variables", {}).get("CONSUMER")
            yield DeployedFunction(
                name=named or id_.partition("Function")[0].lower(),
                memory_gb=made["MemorySize"] / 1024,
                warm=warm[id_],
                snapshots=made.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions",
                platform_logs=made.get("LoggingConfig", {}).get("SystemLogLevel") != "WARN",
            )


def _metrics(alarm: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Namespace, and name with dimensions, of each metric that an alarm reads; arithmetic over them is free."""
    read = [each["MetricStat"]["Metric"] for each in alarm.get("Metrics", ()) if "MetricStat" in each]
    for each in read or [alarm]:
        dimensions = {pair["Name"]: str(pair["Value"]) for pair in each.get("Dimensions", ())}
        yield each["Namespace"], json.dumps([each["MetricName"], dimensions], sort_keys=True)


def _ours(alarms: Iterable[Mapping[str, Any]], dashboards: Iterable[Mapping[str, Any]]) -> set[str]:
    """The metrics of our own that alarms or dashboards show: each is paid for by the month."""
    found = {name for alarm in alarms for namespace, name in _metrics(alarm) if namespace == OURS}
    for dashboard in dashboards:
        body = dashboard["DashboardBody"]
        text = (
            "".join(part for part in body["Fn::Join"][1] if isinstance(part, str))
            if isinstance(body, dict)
            else body
        )
        for shown in OURS_IN_A_DASHBOARD.findall(text):
            _, name, *pairs = json.loads(f"[{shown.rstrip(',')}]")
            dimensions = dict(zip(pairs[::2], pairs[1::2], strict=True))
            found.add(json.dumps([name, dimensions], sort_keys=True))
    return found
