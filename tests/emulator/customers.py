"""Who uses the deployed stage: users of its pools, and what they ask over HTTP."""

from contextlib import suppress
from typing import Any, Protocol

import httpx

from tests.emulator.account import Account
from tests.emulator.deploying import Deployment
from tests.journeys.caller import CREATE, RECEIVE

PASSWORD = "A-long-Passw0rd-of-the-tests"


class Stage(Protocol):
    """A deployed stage in use."""

    @property
    def account(self) -> Account: ...
    @property
    def deployed(self) -> Deployment: ...
    @property
    def url(self) -> str: ...


def token(stage: Stage, pool: str, email: str, *groups: str) -> str:
    """The access token of a user, who is made where there is none: customers sign themselves up, staff are made by an administrator."""
    cognito = stage.account.client("cognito-idp")
    ids = {"UserPoolId": stage.deployed.named("Cognito::UserPool", pool)}
    client = stage.deployed.named("Cognito::UserPoolClient", pool)
    with suppress(cognito.exceptions.UsernameExistsException):
        _make(cognito, pool, ids, client, email, groups)
    answer = cognito.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
    )
    access: str = answer["AuthenticationResult"]["AccessToken"]
    return access


def _make(
    cognito: Any, pool: str, ids: dict[str, str], client: str, email: str, groups: tuple[str, ...]
) -> None:
    if pool == "Customers":
        cognito.sign_up(ClientId=client, Username=email, Password=PASSWORD)
        cognito.admin_confirm_sign_up(**ids, Username=email)
    else:
        cognito.admin_create_user(**ids, Username=email, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(**ids, Username=email, Password=PASSWORD, Permanent=True)
        for group in groups:
            cognito.admin_add_user_to_group(**ids, Username=email, GroupName=group)


def ask(stage: Stage, credential: dict[str, str], document: str, **variables: object) -> dict[str, Any]:
    answer = httpx.post(
        stage.url,
        json={"query": document, "variables": variables},
        headers=credential,
        timeout=40,
        trust_env=False,
    )
    result: dict[str, Any] = answer.json()
    return result


def put_on_sale(stage: Stage, staff: dict[str, str], sku: str, *, units: int) -> str:
    """Make a product of one SKU, and receive units of it."""
    made = ask(stage, staff, CREATE, sku=sku, price="2.50")
    received = ask(stage, staff, RECEIVE, sku=sku, units=units, key=f"stock-of-{sku:_>16}")
    answers = [each.get("data") for each in (made, received)]
    assert answers == [{"createProduct": {"userErrors": []}}, {"adjustStock": {"userErrors": []}}], (
        made,
        received,
    )
    return sku
