"""Where the journey goes: a deployed stage by its outputs or by options, or the server that runs in this checkout."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from cli.state import ROOT, last_port, state_dir
from cli.token import NotRunningError, token
from local.aws.clients import make_client
from local.aws.pools import ensure_pools
from local.aws.record import read_record
from local.identity import FILE, kept_identity

NEEDED = {
    "GraphqlUrl": "--endpoint",
    "ApiKey": "--api-key",
    "CustomerPoolId": "--customer-pool",
    "CustomerClientId": "--customer-client",
}
"""What is needed of a stage, by the name of its output, with the option that says it."""

CONFIRMS = "support@shop.example"
"""The member of this checkout's staff who confirms."""

PATIENCE = Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})


class PlaceError(Exception):
    """There is nowhere to go; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """An API with its customers' pool; `cognito` is a client of who runs this."""

    graphql: str
    api_key: str = field(repr=False)
    pool_id: str = ""
    client_id: str = ""
    cognito: Any = None

    @property
    def realtime(self) -> str:
        """What gql's transport takes: on AWS it makes AppSync's realtime host of it."""
        return "ws" + self.graphql.removeprefix("http")

    @property
    def host(self) -> str:
        """The host that credentials are bound to."""
        return self.graphql.partition("://")[2].partition("/")[0]


def outputs_file(stage: str) -> Path:
    """Where `make deploy` keeps what a stage said of itself."""
    return ROOT / ".orderbell" / f"outputs-{stage}.json"


def deployed(stage: str | None, given: Mapping[str, str]) -> Place:
    """A stage by its outputs; what is `given` (by the names of NEEDED) comes before them. Raises PlaceError."""
    told = {**(kept(stage) if stage else {}), **given}
    missing = [name for name in NEEDED if name not in told]
    if missing and stage:
        names = ", ".join(missing)
        raise PlaceError(f"{outputs_file(stage)} lacks {names}: deploy again, it is written anew.")
    if missing:
        raise PlaceError(f"Give {', '.join(NEEDED[name] for name in missing)} as well, or --stage.")
    region = told["CustomerPoolId"].partition("_")[0]
    try:
        cognito = boto3.Session(region_name=region).client("cognito-idp", config=PATIENCE)
    except (BotoCoreError, ValueError) as error:
        raise PlaceError(f"No client for the pool {told['CustomerPoolId']} can be made: {error}") from None
    return Place(
        graphql=told["GraphqlUrl"],
        api_key=told["ApiKey"],
        pool_id=told["CustomerPoolId"],
        client_id=told["CustomerClientId"],
        cognito=cognito,
    )


def kept(stage: str) -> dict[str, str]:
    """What a stage deployed from this checkout said of itself, by the names of NEEDED. Raises PlaceError."""
    path = outputs_file(stage)
    try:
        told = flat(json.loads(path.read_text()))
    except FileNotFoundError:
        raise PlaceError(
            f"{path} is missing: `make deploy STAGE={stage} ...` writes it; "
            f"or give {', '.join(NEEDED.values())}."
        ) from None
    except (ValueError, AttributeError):
        raise PlaceError(f"{path} is no outputs file: deploy again, it is written anew.") from None
    keys = sorted(name for name in told if name.endswith("ApiKey"))
    return told | ({"ApiKey": told[keys[0]]} if keys else {})


def flat(outputs: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Every output by its name, whichever stack has it."""
    return {name: value for values in outputs.values() for name, value in values.items()}


def here() -> Place:
    """The server of this checkout. Raises PlaceError where none runs."""
    record, port = read_record(state_dir()), last_port()
    if record is None or record.clean or not (state_dir() / FILE).exists():
        raise PlaceError("No server runs here: start one with `make run`, or name a stage with --stage.")
    cognito = make_client("cognito-idp", record.endpoint)
    try:
        pool = ensure_pools(cognito).customers
    except BotoCoreError:
        raise PlaceError("The server does not answer: start it with `make run`.") from None
    return Place(
        graphql=f"http://localhost:{port}/graphql",
        api_key=kept_identity(state_dir()).api_key,
        pool_id=pool.id,
        client_id=pool.client_id,
        cognito=cognito,
    )


def staff_here() -> str:
    """An access token of staff who may confirm, of the server of this checkout. Raises PlaceError."""
    try:
        return token(CONFIRMS)
    except NotRunningError as error:
        raise PlaceError(str(error)) from None
