"""What answers each declared field: data sources and resolvers, one for one from the records."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from aws_cdk import Stack
from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import permissions
from infra.api import Api
from wiring.declarations import Field, Source

JAVASCRIPT = Path(__file__).resolve().parent / "javascript"
CODE = {Source.SUBSCRIPTION: "subscription.js", Source.NONE: "publish.js", Source.ENDING: "ending.js"}
"""The constant files; a field that a function answers has none, and AppSync hands its event over as it is."""

NO_SOURCE = "none"


class Answering(Construct):
    """A data source for each function and one without; a resolver for each field."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        api: Api,
        functions: Mapping[str, lambda_.Alias],
        fields: Iterable[Field],
    ) -> None:
        super().__init__(scope, name)
        self.api = api
        self.sources = {name: self._function_source(name, alias) for name, alias in functions.items()}
        self.sources[NO_SOURCE] = self._source(NO_SOURCE, type="NONE")
        for field in fields:
            self._resolver(field)

    def _function_source(self, name: str, alias: lambda_.Alias) -> appsync.CfnDataSource:
        role = iam.Role(
            self,
            f"{name.capitalize()}Role",
            assumed_by=permissions.serves("appsync", Stack.of(self).account, self.api.api.attr_arn),
        )
        role.add_to_policy(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[alias.function_arn])
        )
        return self._source(
            name,
            type="AWS_LAMBDA",
            service_role_arn=role.role_arn,
            lambda_config=appsync.CfnDataSource.LambdaConfigProperty(lambda_function_arn=alias.function_arn),
        )

    def _source(
        self,
        name: str,
        *,
        type: str,
        service_role_arn: str | None = None,
        lambda_config: appsync.CfnDataSource.LambdaConfigProperty | None = None,
    ) -> appsync.CfnDataSource:
        return appsync.CfnDataSource(
            self,
            f"{name.capitalize()}Source",
            api_id=self.api.api.attr_api_id,
            name=name,
            type=type,
            service_role_arn=service_role_arn,
            lambda_config=lambda_config,
        )

    def _resolver(self, field: Field) -> None:
        source = self.sources[field.runs_in or NO_SOURCE]
        file = CODE.get(field.source)
        resolver = appsync.CfnResolver(
            self,
            f"{field.type_name}{field.name}",
            api_id=self.api.api.attr_api_id,
            type_name=field.type_name,
            field_name=field.name,
            kind="UNIT",
            data_source_name=source.attr_name,
            max_batch_size=field.batch_size or None,
            code=(JAVASCRIPT / file).read_text() if file else None,
            runtime=_runtime() if file else None,
        )
        resolver.override_logical_id(logical_id(field))
        resolver.add_resource_dependency(self.api.schema)


def logical_id(field: Field) -> str:
    """`MutationPlaceOrderResolver`: from type and field alone, so that no move in the code replaces a resolver."""
    return f"{field.type_name}{field.name[0].upper()}{field.name[1:]}Resolver"


def _runtime() -> appsync.CfnResolver.AppSyncRuntimeProperty:
    return appsync.CfnResolver.AppSyncRuntimeProperty(name="APPSYNC_JS", runtime_version="1.0.0")
