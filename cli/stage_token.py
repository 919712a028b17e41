"""An access token of a deployed stage: for the console's headers, `orderbell smoke` and scripts of a person's own."""

import getpass
import sys

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from cli.signing_in import Person, SignInError, sign_in
from cli.smoke.place import PlaceError, kept

POOLS = {"staff": "Staff", "customers": "Customer"}


def stage_token(stage: str, pool: str, email: str) -> str:
    """Sign in, asking for what the pool asks for. Needs no AWS credentials. Raises PlaceError, SignInError."""
    told, name = kept(stage), POOLS[pool]
    ids = [told.get(f"{name}PoolId"), told.get(f"{name}ClientId")]
    if None in ids:
        raise PlaceError(f"The outputs of {stage} lack its {pool} pool: deploy again, they are written anew.")
    pool_id, client_id = map(str, ids)
    region = pool_id.partition("_")[0]
    cognito = boto3.Session(region_name=region).client(
        "cognito-idp", config=Config(signature_version=UNSIGNED)
    )
    try:
        return sign_in(cognito, pool_id, client_id, Person(email, _ask, _tell))
    except BotoCoreError as error:
        raise SignInError(str(error)) from None


def _ask(words: str, hidden: bool) -> str:
    if hidden:
        return getpass.getpass(words)
    _tell(words)
    return sys.stdin.readline().strip()


def _tell(words: str) -> None:
    """Words go beside the token, which alone stands on standard output."""
    print(words, file=sys.stderr)
