"""What every function of a stage stands in."""

from dataclasses import dataclass

from aws_cdk import aws_lambda as lambda_

from infra.api import Api
from infra.data import Data
from infra.operators import Operators
from infra.release import Release
from infra.stages import StageConfig


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The stage, its data and API, the code and the layer that all functions share, and who is told of trouble."""

    stage: StageConfig
    data: Data
    api: Api
    code: lambda_.Code
    layer: lambda_.LayerVersion
    operators: Operators
    release: Release
