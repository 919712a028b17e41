"""The stack that holds no data: the API, its functions, the consumers, and who is told of trouble.

It can be thrown away and made again. Drawn from the declarations: a new field or consumer needs no line here.
"""

from pathlib import Path

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import permissions, symptoms
from infra.answering import Answering
from infra.api import Api
from infra.budget import budget
from infra.bus import Bus
from infra.dashboard import Dashboard
from infra.data import Data
from infra.declared import Declared
from infra.following import Following
from infra.function import ServiceFunction, Work
from infra.mail import Mail
from infra.metrics import of_function
from infra.operators import Operators
from infra.packages import Package
from infra.queueing import Queueing
from infra.queues import Queues
from infra.release import Release
from infra.routes import HttpGate, Routing
from infra.scheduling import Scheduling
from infra.shield import Shield
from infra.stages import StageConfig
from infra.surroundings import Surroundings
from infra.topics import Topics
from infra.tracing import sample
from infra.watching import Watching
from infra.workflow import Workflow
from wiring.declarations import Consumer, FromBus, HttpRoute, Queue, Schedule, TableStream, Upload
from wiring.functions import RESOLVER_FUNCTIONS, ResolverFunction
from wiring.workflow import STEPS

SDK_LAYER = "boto3 with the data of the services that our functions call"


class Service(Stack):
    """The stateless stack."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: StageConfig,
        data: Data,
        declared: Declared,
        package: Package,
    ) -> None:
        super().__init__(scope, name)
        self.declared, self.data = declared, data
        operators = Operators(self, "Operators", stage=stage)
        watching = Watching(self, "Watching", stage=stage, operators=operators, data=data)
        bus = Bus(self, "Bus", stage=stage)
        queues = Queues(self, "Queues", stage=stage, bus=bus, consumers=declared.consumers)
        api = Api(self, "Api", stage=stage, customers=data.customers, staff=data.staff, region=self.region)
        self.around = Surroundings(
            stage=stage,
            data=data,
            api=api,
            code=lambda_.Code.from_asset(str(package.code)),
            layer=_layer(self, "Sdk", SDK_LAYER, package.layer),
            carried={
                name: _layer(self, camel(name), f"What the function behind {name} carries", folder)
                for name, folder in package.carried.items()
            },
            operators=operators,
            release=Release(self, "Release", stage=stage, alarms=[watching.bugs]),
            bus=bus,
            queues=queues,
            mail=Mail(self, "Mail", stage=stage, operators=operators),
            topics=Topics(self, "Topics", stage=stage, consumers=declared.consumers),
            workflow=_workflow(self, stage, queues, operators),
        )
        functions = {name: self._resolver_function(name, size) for name, size in RESOLVER_FUNCTIONS.items()}
        aliases = {name: each.alias for name, each in functions.items()}
        Answering(self, "Answering", api=api, functions=aliases, fields=declared.fields)
        consumers = [self._consumer(consumer) for consumer in declared.consumers]
        Shield(self, "Shield", stage=stage, api=api.api, operators=operators)
        beat = of_function(_clock(consumers).function, "Invocations", minutes=symptoms.KEY_ENDS.minutes)
        watching.of_the_api(api.api.attr_api_id, beat)
        Dashboard(self, "Dashboard", around=self.around, functions=[*functions.values(), *consumers])
        sample(self, stage, api.api.name)
        budget(self, stage, operators)
        CfnOutput(self, "GraphqlUrl", value=api.api.attr_graph_ql_url)
        CfnOutput(self, "RealtimeUrl", value=api.api.attr_realtime_url)
        for key_name, key in api.keys.items():
            CfnOutput(self, f"{key_name}ApiKey", value=key.attr_api_key)

    def _consumer(self, consumer: Consumer) -> ServiceFunction:
        name = camel(consumer.name)
        match consumer.source:
            case TableStream() as source:
                return Following(self, name, consumer=consumer, source=source, around=self.around).function
            case Schedule() as source:
                return Scheduling(self, name, consumer=consumer, source=source, around=self.around).function
            case FromBus() | Queue() | Upload():
                pair = self.around.queues.of(consumer)
                return Queueing(self, name, consumer=consumer, pair=pair, around=self.around).function
            case HttpRoute() as source:
                return Routing(
                    self, name, consumer=consumer, source=source, gate=self._gate(), around=self.around
                ).function

    def _gate(self) -> HttpGate:
        """The one HTTP API, made for the first consumer that has a route."""
        found = self.node.try_find_child("Http")
        return found if isinstance(found, HttpGate) else HttpGate(self, "Http", around=self.around)

    def _resolver_function(self, name: str, size: ResolverFunction) -> ServiceFunction:
        stage, pays = self.around.stage, "orders" in size.writes
        work = Work(
            name=name,
            handler="resolvers.handler.handler",
            memory_mb=size.memory_mb,
            timeout_seconds=size.timeout_seconds,
            concurrency=size.concurrency,
            environment=self._environment(name) | (permissions.payment_variables(stage) if pays else {}),
            statements=[
                *permissions.tables(self.data, name, size.reads, size.writes),
                *permissions.secret(self.data),
                *(permissions.payments(stage) if pays else ()),
                *(permissions.take_uploads(self.data) if size.takes_uploads else []),
            ],
            errors=symptoms.RESOLVER_ERRORS,
        )
        return ServiceFunction(self, name.capitalize(), work=work, around=self.around)

    def _environment(self, name: str) -> dict[str, str]:
        """What `storage.settings.Settings.read` and `resolvers.app.build` read."""
        pictures, takes = self.data.pictures, RESOLVER_FUNCTIONS[name].takes_uploads
        return {
            "PICTURES_URL": pictures.url,
            **({"PICTURES_BUCKET": pictures.bucket.bucket_name} if takes else {}),
            "STAGE": self.around.stage.name,
            **self.data.table_variables(),
            "CUSTOMER_ISSUER": self.data.customers.pool.user_pool_provider_url,
            "STAFF_ISSUER": self.data.staff.pool.user_pool_provider_url,
            "SECRET_ID": self.data.secret.secret_arn,
            "FIELD_MODULES": ",".join(self.declared.modules_of(name)),
            "WORK_SHARDS": str(self.around.stage.work_shards),
        }


def _workflow(scope: Construct, stage: StageConfig, queues: Queues, operators: Operators) -> Workflow | None:
    """The workflow, where a consumer takes its steps."""
    steps = queues.pairs.get(STEPS)
    return Workflow(scope, "Workflow", stage=stage, steps=steps, operators=operators) if steps else None


def camel(name: str) -> str:
    """`PushStatus` of `push_status`: a construct's name."""
    return "".join(part.capitalize() for part in name.split("_"))


def _layer(scope: Construct, name: str, description: str, folder: Path) -> lambda_.LayerVersion:
    return lambda_.LayerVersion(
        scope,
        name,
        description=description,
        code=lambda_.Code.from_asset(str(folder)),
        compatible_architectures=[lambda_.Architecture.ARM_64],
        compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
    )


def _clock(consumers: list[ServiceFunction]) -> ServiceFunction:
    """A function that time wakes: its calls never stop, whatever the shop sells."""
    return next(each for each in consumers if isinstance(each.node.scope, Scheduling))
