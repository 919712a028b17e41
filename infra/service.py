"""The stack that holds no data: the API, its functions and the consumers. It can be thrown away and made again."""

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import permissions
from infra.answering import Answering
from infra.api import Api
from infra.consuming import Surroundings
from infra.data import Data
from infra.declared import Declared
from infra.following import Following
from infra.function import ServiceFunction
from infra.scheduling import Scheduling
from infra.stages import StageConfig
from wiring.declarations import Consumer, Schedule, TableStream
from wiring.functions import RESOLVER_FUNCTIONS, ResolverFunction


class Service(Stack):
    """The stateless stack, drawn from the declarations: a new field or consumer needs no line here."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: StageConfig,
        data: Data,
        declared: Declared,
        code: lambda_.Code,
    ) -> None:
        super().__init__(scope, name)
        self.stage, self.data, self.code, self.declared = stage, data, code, declared
        api = Api(self, "Api", stage=stage, customers=data.customers, staff=data.staff, region=self.region)
        functions = {name: self._function(name, size) for name, size in RESOLVER_FUNCTIONS.items()}
        Answering(self, "Answering", api=api, functions=functions, fields=declared.fields)
        around = Surroundings(stage, data, api, code)
        for consumer in declared.consumers:
            self._consumer(consumer, around)
        CfnOutput(self, "GraphqlUrl", value=api.api.attr_graph_ql_url)

    def _consumer(self, consumer: Consumer, around: Surroundings) -> None:
        name = camel(consumer.name)
        match consumer.source:
            case TableStream() as source:
                Following(self, name, consumer=consumer, source=source, around=around)
            case Schedule() as source:
                Scheduling(self, name, consumer=consumer, source=source, around=around)

    def _function(self, name: str, size: ResolverFunction) -> lambda_.Alias:
        statements = [*permissions.tables(self.data, size.reads, size.writes), *permissions.secret(self.data)]
        made = ServiceFunction(
            self,
            name.capitalize(),
            stage=self.stage,
            code=self.code,
            handler="resolvers.handler.handler",
            memory_mb=size.memory_mb,
            timeout_seconds=size.timeout_seconds,
            environment=self._environment(name),
            statements=statements,
        )
        return made.alias

    def _environment(self, name: str) -> dict[str, str]:
        """What `storage.settings.Settings.read` and `resolvers.app.build` read."""
        return {
            "STAGE": self.stage.name,
            **self.data.table_variables(),
            "CUSTOMER_ISSUER": self.data.customers.pool.user_pool_provider_url,
            "STAFF_ISSUER": self.data.staff.pool.user_pool_provider_url,
            "SECRET_ID": self.data.secret.secret_arn,
            "FIELD_MODULES": ",".join(self.declared.modules_of(name)),
            "WORK_SHARDS": str(self.stage.work_shards),
        }


def camel(name: str) -> str:
    """`PushStatus` of `push_status`: a construct's name."""
    return "".join(part.capitalize() for part in name.split("_"))
