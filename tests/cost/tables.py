"""A stage, a capacity table and prices small enough to reckon by hand."""

from datetime import date

from infra.cost.assumed import Assumed
from infra.cost.capacity import Capacity, read_capacity
from infra.cost.deployed import Deployed, DeployedFunction, deployed
from infra.cost.model import Model
from infra.cost.prices import Prices, read_prices
from infra.declared import load

DAY = date(2026, 11, 25)


def function(kind: str, memory_mb: int, **more: object) -> dict[str, object]:
    """A function of a template."""
    return {"Type": "AWS::Lambda::Function", "Properties": {"MemorySize": memory_mb, **more}}


def alias(of: str, warm: int) -> dict[str, object]:
    """An alias that keeps copies warm."""
    provisioned = {"ProvisionedConcurrentExecutions": warm}
    return {
        "Type": "AWS::Lambda::Alias",
        "Properties": {"FunctionName": {"Ref": of}, "ProvisionedConcurrencyConfig": provisioned},
    }


def alarm(namespace: str, name: str, **dimensions: str) -> dict[str, object]:
    """An alarm on one metric."""
    pairs = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {"Namespace": namespace, "MetricName": name, "Dimensions": pairs},
    }


SNAPSHOT = {"SnapStart": {"ApplyOn": "PublishedVersions"}}
EVERYTHING = {
    "Resources": {
        "WriteFunction1": function("write", 1024, **SNAPSHOT),
        "ReadFunction1": function("read", 1024),
        "ReadLive": alias("ReadFunction1", 2),
        "BrowseFunction1": function("browse", 512, LoggingConfig={"SystemLogLevel": "WARN"}),
        "Busy": alarm("Orderbell", "Refusals", Stage="prod", Code="BUSY"),
        "Bugs": alarm("Orderbell", "Bugs", Stage="prod"),
        "BugsAgain": alarm("Orderbell", "Bugs", Stage="prod"),
        "Slow": alarm("AWS/Lambda", "Duration"),
        "Page": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {
                "DashboardBody": '{"metrics":[["Orderbell","Bugs","Stage","prod",{"stat":"Sum"}],'
                '["Orderbell","OrdersPlaced","Stage","prod",{"stat":"Sum"}]]}'
            },
        },
        "Acl": {"Type": "AWS::WAFv2::WebACL", "Properties": {"Rules": [{}, {}]}},
        "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30}},
        "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"PointInTimeRecoverySpecification": {}}},
        "Sampling": {
            "Type": "AWS::XRay::SamplingRule",
            "Properties": {"SamplingRule": {"FixedRate": 0.5, "ReservoirSize": 1}},
        },
        **{
            kind.rpartition(":")[2]: {"Type": f"AWS::{kind}", "Properties": {}}
            for kind in (
                "KMS::Key",
                "SecretsManager::Secret",
                "Cognito::UserPool",
                "S3::Bucket",
                "SNS::Topic",
                "SQS::Queue",
                "StepFunctions::StateMachine",
            )
        },
    }
}
"""A template with something of everything that costs."""


def model(
    stage: Deployed | None = None, assumed: Assumed | None = None, prices: Prices | None = None
) -> Model:
    """The real capacity table over a stage."""
    stage = stage or deployed([EVERYTHING])
    return Model(stage, load(), read_capacity(), prices or read_prices(), assumed or Assumed())


def bare(*functions: DeployedFunction) -> Deployed:
    """A stage of functions and nothing else."""
    return Deployed({}, functions, 0, 0, 0, 30, recovery=False, trace_share=0, traces_a_second=0)


SMALL = Capacity(
    DAY,
    {
        "put.1": {"table": 10, "read": 2},
        "put.5": {"table": 18, "read": 6},
        "put.20": {"table": 48, "read": 21},
        "list": {"read": 1},
    },
    {"1": 3000, "5": 4000, "20": 7000},
)
