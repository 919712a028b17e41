"""What every function of a stage stands in."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_lambda as lambda_

from infra.api import Api
from infra.bus import Bus
from infra.data import Data
from infra.mail import Mail
from infra.operators import Operators
from infra.queues import Queues
from infra.release import Release
from infra.stages import StageConfig
from infra.topics import Topics
from infra.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The stage, its data, API, bus, queues, mails, topics and workflow, and who is told of trouble.

    `code` and `layer` all functions share; what is `carried` one has alone.
    """

    stage: StageConfig
    data: Data
    api: Api
    code: lambda_.Code
    layer: lambda_.LayerVersion
    carried: Mapping[str, lambda_.LayerVersion]
    operators: Operators
    release: Release
    bus: Bus
    queues: Queues
    mail: Mail
    topics: Topics
    workflow: Workflow | None
