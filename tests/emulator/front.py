"""Our AppSync over a deployed template: its schema, resolver table, modes and limits; each field calls its deployed function."""

import base64
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from local.appsync.api import Api, ApiKey, Auth, IamCaller, Kind, Limits, Mode, Resolver, UserPool
from local.declared_api import ending
from resolvers import fields as modules
from tests.emulator.account import Account
from tests.emulator.deploying import Deployment
from wiring.declarations import fields

FIELDS = "/types/Mutation/fields/"


class CalledError(Exception):
    """What a deployed function raised; its subclasses bear the names that the function's errors have.

    `log` is the end of the function's log.
    """

    log = ""


def invoke(account: Account, function: str, event: Any) -> Any:
    """Call a deployed function by its alias. Raises CalledError by the class of what it raised."""
    payload = json.dumps(event).encode()
    answer = account.client("lambda").invoke(FunctionName=function, Payload=payload, LogType="Tail")
    body = json.loads(answer["Payload"].read() or b"null")
    if answer.get("FunctionError"):
        log = base64.b64decode(answer.get("LogResult", "")).decode(errors="replace")
        raise type(body.get("errorType", "Unhandled"), (CalledError,), {"log": log})(
            body.get("errorMessage", "")
        )
    return body


def api_of(account: Account, deployed: Deployment, sessions: Path) -> Api:
    """The API of the deployed template; what functions sign is checked by the credentials kept in `sessions`."""
    (made,) = deployed.of_type("AppSync::GraphQLApi").values()
    (schema,) = deployed.of_type("AppSync::GraphQLSchema").values()
    settings = made["Properties"]
    return Api(
        sdl=schema["Properties"]["Definition"],
        resolvers=tuple(_resolvers(account, deployed)),
        auth=Auth(
            default=Mode(settings["AuthenticationType"]),
            api_keys=tuple(_keys(deployed)),
            user_pools=tuple(_pools(account, deployed, settings)),
            iam_callers=tuple(_callers(account, deployed, sessions)),
            region="eu-west-1",
        ),
        limits=Limits(depth=settings["QueryDepthLimit"], resolver_count=settings["ResolverCountLimit"]),
    )


def _resolvers(account: Account, deployed: Deployment) -> Iterator[Resolver]:
    sources = deployed.of_type("AppSync::DataSource")
    for each in deployed.of_type("AppSync::Resolver").values():
        field = each["Properties"]
        source = sources[field["DataSourceName"]["Fn::GetAtt"][0]]["Properties"]
        code = field.get("Code", "")
        if source["Type"] == "NONE":
            yield _without_function(field["TypeName"], field["FieldName"], code)
            continue
        alias = deployed.names[source["LambdaConfig"]["LambdaFunctionArn"]["Ref"]]
        kind = Kind.SUBSCRIBE if "setSubscriptionFilter" in code else Kind.LAMBDA
        yield Resolver(
            field["TypeName"],
            field["FieldName"],
            kind,
            partial(invoke, account, alias),
            field.get("MaxBatchSize", 0),
        )


def _without_function(type_name: str, name: str, code: str) -> Resolver:
    """What the deployed JavaScript does by itself; ending streams is the laptop's own function (tests/local)."""
    if "invalidateSubscriptions" not in code:
        return Resolver(type_name, name, Kind.PUBLISH)
    modules.load()
    (declared,) = (each for each in fields() if (each.type_name, each.name) == (type_name, name))
    return Resolver(type_name, name, Kind.END, ending(declared))


def _keys(deployed: Deployment) -> Iterator[ApiKey]:
    for id_ in deployed.of_type("AppSync::ApiKey"):
        yield ApiKey(deployed.names[id_], datetime.now(UTC) + timedelta(days=90))


def _pools(account: Account, deployed: Deployment, settings: dict[str, Any]) -> Iterator[UserPool]:
    for provider in settings["AdditionalAuthenticationProviders"]:
        if provider["AuthenticationType"] == "AMAZON_COGNITO_USER_POOLS":
            start = "Customers" if "Customers" in str(provider["UserPoolConfig"]) else "Staff"
            pool, client = (
                deployed.named("Cognito::UserPool", start),
                deployed.named("Cognito::UserPoolClient", start),
            )
            issuer = f"https://cognito-idp.eu-west-1.amazonaws.com/{pool}"
            yield UserPool(issuer, f"{account.endpoint}/{pool}/.well-known/jwks.json", (client,))


def _callers(account: Account, deployed: Deployment, sessions: Path) -> Iterator[IamCaller]:
    """The credentials that the emulator gave to functions, each with the mutations that its role's policy allows."""
    for file in sorted(sessions.iterdir()):
        given = json.loads(file.read_text())
        name = given["AWS_LAMBDA_FUNCTION_NAME"]
        (function,) = (id_ for id_ in deployed.of_type("Lambda::Function") if deployed.names[id_] == name)
        role = deployed.of_type("Lambda::Function")[function]["Properties"]["Role"]["Fn::GetAtt"][0]
        yield IamCaller(
            access_key=given["AWS_ACCESS_KEY_ID"],
            secret_key=given["AWS_SECRET_ACCESS_KEY"],
            account_id=account.id,
            user_arn=f"arn:aws:sts::{account.id}:assumed-role/{deployed.names[role]}/{name}",
            user_name=name,
            may=Allowed(account.client("iam"), deployed.names[role]),
        )


@dataclass(frozen=True, slots=True)
class Allowed(Collection[str]):
    """The mutations that a role's policies in the running emulator allow, as they are now."""

    iam: Any
    role: str

    def __iter__(self) -> Iterator[str]:
        for policy in self.iam.list_role_policies(RoleName=self.role)["PolicyNames"]:
            document = self.iam.get_role_policy(RoleName=self.role, PolicyName=policy)["PolicyDocument"]
            for statement in document["Statement"]:
                if "appsync:GraphQL" in statement["Action"]:
                    resources = statement["Resource"]
                    for resource in resources if isinstance(resources, list) else [resources]:
                        yield f"Mutation.{resource.rpartition(FIELDS)[2]}"

    def __contains__(self, name: object) -> bool:
        return any(each == name for each in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
