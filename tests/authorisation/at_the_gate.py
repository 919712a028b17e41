"""The laptop's AppSync before our schema: which callers its directives let pass to a field, whatever stands behind it."""

from typing import Any

from graphql import get_named_type, is_leaf_type

from local.appsync.api import Api, Auth, Limits, Mode
from local.appsync.callers import Caller as AppSyncCaller
from local.appsync.callers import api_key_caller, cognito_caller
from local.appsync.documents import Documents
from local.appsync.guards import CallerClass
from local.appsync.plan import Plan
from local.appsync.schema import load
from tests.authorisation.callers import Caller
from tests.resolvers.schema_document import TEXT

API = Api(TEXT, (), Auth(default=Mode.AWS_IAM), Limits())
MODEL = load(API)
DOCUMENTS = Documents(MODEL, introspection=False)
SCHEMA: Any = MODEL.schema


def passes(caller: Caller, key: str) -> bool:
    """Whether a document that asks for this field alone gets to its resolver."""
    type_name, _, _ = key.partition(".")
    document = DOCUMENTS.get(asking(key))
    operation = document.operation(None)
    plan = Plan(MODEL, document, operation, appsync_caller(caller).kind, {})
    (step,) = plan.compile([operation.selection_set], SCHEMA.type_map[type_name])
    return step.denied is None


def asking(key: str) -> str:
    """The shortest document that asks for a field, its arguments as variables."""
    type_name, _, name = key.partition(".")
    field = SCHEMA.type_map[type_name].fields[name]
    declared = ", ".join(f"${each}: {argument.type}" for each, argument in field.args.items())
    given = ", ".join(f"{each}: ${each}" for each in field.args)
    selected = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    wants = f"({declared})" if declared else ""
    return f"{type_name.lower()} Asked{wants} {{ {name}{f'({given})' if given else ''}{selected} }}"


def appsync_caller(caller: Caller) -> AppSyncCaller:
    """The caller as AppSync knows them once their credentials are checked."""
    if caller.identity is None:
        return api_key_caller()
    if "userArn" in caller.identity:
        return AppSyncCaller(CallerClass(Mode.AWS_IAM), dict(caller.identity), None)
    return cognito_caller({**caller.identity["claims"], "exp": 0}, "ALLOW")
