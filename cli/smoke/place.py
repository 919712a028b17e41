"""Where the journey goes: a deployed stage by its outputs, or the server that runs in this checkout."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError

from cli.state import ROOT, last_port, state_dir
from local.aws.clients import make_client
from local.aws.pools import ensure_pools
from local.aws.record import read_record
from local.identity import FILE, kept_identity

NEEDED = ("GraphqlUrl", "CustomerPoolId", "CustomerClientId")


class PlaceError(Exception):
    """There is nowhere to go; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """An API with its customers' pool. `realtime` is what gql's transport takes; `cognito` is a client of who runs this."""

    graphql: str
    realtime: str
    api_key: str = field(repr=False)
    pool_id: str = ""
    client_id: str = ""
    cognito: Any = None

    @property
    def host(self) -> str:
        """The host that credentials are bound to."""
        return self.graphql.partition("://")[2].partition("/")[0]


def outputs_file(stage: str) -> Path:
    """Where `make deploy` keeps what a stage said of itself."""
    return ROOT / ".orderbell" / f"outputs-{stage}.json"


def deployed(stage: str) -> Place:
    """A stage that was deployed from this checkout. Raises PlaceError."""
    path = outputs_file(stage)
    try:
        told = flat(json.loads(path.read_text()))
    except FileNotFoundError:
        raise PlaceError(f"{path} is missing: `make deploy STAGE={stage} ...` writes it.") from None
    except (ValueError, AttributeError):
        raise PlaceError(f"{path} is no outputs file: deploy again, it is written anew.") from None
    keys = sorted(name for name in told if name.endswith("ApiKey"))
    missing = [name for name in NEEDED if name not in told] + ([] if keys else ["an API key"])
    if missing:
        raise PlaceError(f"{path} lacks {', '.join(missing)}: deploy again, it is written anew.")
    region = told["CustomerPoolId"].partition("_")[0]
    try:
        cognito = boto3.Session(region_name=region).client("cognito-idp")
    except BotoCoreError as error:
        raise PlaceError(f"No credentials for AWS: {error}") from None
    return Place(
        graphql=told["GraphqlUrl"],
        realtime=told["GraphqlUrl"],  # gql makes the realtime address of it
        api_key=told[keys[0]],
        pool_id=told["CustomerPoolId"],
        client_id=told["CustomerClientId"],
        cognito=cognito,
    )


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
        realtime=f"ws://localhost:{port}/graphql",
        api_key=kept_identity(state_dir()).api_key,
        pool_id=pool.id,
        client_id=pool.client_id,
        cognito=cognito,
    )
