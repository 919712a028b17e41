"""An API at work: takes a GraphQL request of an authorized caller, gives AppSync's result."""

from concurrent.futures import Executor
from dataclasses import dataclass

from graphql import GraphQLObjectType, OperationDefinitionNode, OperationType

from local.appsync.api import Api
from local.appsync.callers import Caller
from local.appsync.documents import Document, Documents
from local.appsync.events import Request
from local.appsync.executing import Execution, Live
from local.appsync.guards import CallerClass
from local.appsync.hub import Hub
from local.appsync.inputs import coerce_variables
from local.appsync.invoking import Invoker
from local.appsync.plan import Plan, depth
from local.appsync.problems import (
    DocumentProblem,
    Json,
    TransportProblem,
    unauthorized,
    unparsable,
    validation_error,
)
from local.appsync.schema import Model, load

PlanKey = tuple[str | None, CallerClass]


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """The body of a request, checked for shape alone."""

    query: str
    variables: Json
    operation_name: str | None


def graphql_request(body: object) -> GraphQLRequest:
    """Read a decoded body; unknown keys are ignored (case 5), anything else wrong is case 8."""
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise unparsable()
    variables = body.get("variables")
    name = body.get("operationName")
    if (variables is not None and not isinstance(variables, dict)) or (
        name is not None and not isinstance(name, str)
    ):
        raise unparsable()
    return GraphQLRequest(body["query"], variables or {}, name or None)


class Engine:
    """Holds what is kept between requests: the model, documents, plans and the hub of live subscriptions."""

    def __init__(self, api: Api, executor: Executor) -> None:
        self.api = api
        self.model: Model = load(api)
        self.hub = Hub(self.model, api.limits)
        self.invoker = Invoker(executor, api.limits.timeout_seconds)
        self._documents = Documents(self.model, introspection=api.limits.introspection)

    async def execute(self, wanted: GraphQLRequest, request: Request) -> Json:
        """Answer a query or a mutation. TransportProblem and DocumentProblem are the caller's to write."""
        document, operation, variables = self.prepare(wanted)
        if operation.operation is OperationType.SUBSCRIPTION:
            text = "Subscriptions are served over a WebSocket, at the path /graphql/realtime."
            raise DocumentProblem([{**validation_error(text, []), "errorType": "OperationNotSupported"}])
        plan = self.plan(document, operation, request.caller, variables)
        self.check_policy(plan, request.caller)
        execution = Execution(
            plan=plan,
            request=request,
            variables=variables,
            given=wanted.variables,
            invoker=self.invoker,
            limits=self.api.limits,
            live=Live(self.hub.publish, self.hub.end_subscriptions),
        )
        return await execution.run()

    def prepare(self, wanted: GraphQLRequest) -> tuple[Document, OperationDefinitionNode, Json]:
        """Parse, validate, choose the operation, coerce its variables; DocumentProblem says what is wrong."""
        document = self._documents.get(wanted.query)
        operation = document.operation(wanted.operation_name)
        limit = self.api.limits.depth
        if limit and depth(document, operation.selection_set) > limit:
            text = f"The query is deeper than the {limit} levels that the API allows."
            raise DocumentProblem([{**validation_error(text, []), "errorType": "QueryDepthLimitReached"}])
        return document, operation, coerce_variables(self.model.schema, operation, wanted.variables)

    def plan(
        self, document: Document, operation: OperationDefinitionNode, caller: Caller, variables: Json
    ) -> Plan:
        """The operation compiled for the caller's class; compiled anew when variables steer its selections."""
        key: PlanKey = (operation.name.value if operation.name else None, caller.kind)
        kept: Plan | None = document.plans.get(key)
        if kept is not None:
            return kept
        root: GraphQLObjectType | None = self.model.schema.get_root_type(operation.operation)
        if root is None:
            raise TransportProblem(500, "InternalFailure", "The schema has no such operation.")
        plan = Plan(self.model, document, operation, caller.kind, variables)
        plan.root = tuple(plan.compile([operation.selection_set], root))
        if not document.conditional:
            document.keep_plan(key, plan)
        return plan

    @staticmethod
    def check_policy(plan: Plan, caller: Caller) -> None:
        """An IAM caller needs its policy's leave for every root field; 401 otherwise."""
        for step in plan.root:
            if not step.name.startswith("__") and not caller.may_call(step.parent, step.name):
                raise unauthorized("Permission denied")
