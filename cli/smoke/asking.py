"""Asks AppSync as front ends do: gql's own transports, over HTTP and over the realtime endpoint."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.appsync_auth import (
    AppSyncApiKeyAuthentication,
    AppSyncAuthentication,
    AppSyncJWTAuthentication,
)
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport
from gql.transport.exceptions import TransportError, TransportQueryError

from cli.smoke.place import Place
from cli.smoke.report import SmokeError

SECONDS = 20


def as_guest(place: Place) -> AppSyncAuthentication:
    """By the API key."""
    return AppSyncApiKeyAuthentication(host=place.host, api_key=place.api_key)


def as_user(place: Place, token: str) -> AppSyncAuthentication:
    """By an access token of one of the pools."""
    return AppSyncJWTAuthentication(host=place.host, jwt=token)


async def ask(place: Place, auth: AppSyncAuthentication, document: str, **variables: object) -> Any:
    """The data of an answer. Raises SmokeError for errors, and where nothing answers."""
    transport = AIOHTTPTransport(url=place.graphql, auth=auth, timeout=SECONDS, ssl=True)
    request = gql(document)
    request.variable_values = variables
    try:
        async with Client(transport=transport) as session:
            return await session.execute(request)
    except (TransportError, OSError, TimeoutError) as error:
        raise SmokeError(f"{place.graphql} answered {type(error).__name__}: {error}") from error


async def payload(
    place: Place, auth: AppSyncAuthentication, document: str, **variables: object
) -> dict[str, Any]:
    """The payload of a mutation. Raises SmokeError where it was refused."""
    (answer,) = (await ask(place, auth, document, **variables)).values()
    if answer["userErrors"]:
        raise SmokeError(f"it was refused: {answer['userErrors'][0]['message']}")
    found: dict[str, Any] = answer
    return found


@asynccontextmanager
async def following(
    place: Place, auth: AppSyncAuthentication, document: str, **variables: object
) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """A subscription's events for as long as the block lasts."""
    client = Client(transport=AppSyncWebsocketsTransport(url=place.realtime, auth=auth))
    request = gql(document)
    request.variable_values = variables
    async with client as session:
        events = session.subscribe(request)
        try:
            yield events
        finally:
            await events.aclose()


def refusal(error: TransportQueryError) -> str:
    """The errorType of a refused subscription; gql gives AppSync's error frame, whose payload has the errors."""
    (frame, *_) = error.errors or [{}]
    (first, *_) = frame.get("errors") or [frame]
    return str(first.get("errorType", ""))
