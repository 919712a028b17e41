"""The resolvers' composition: settings, client and shop file in; one handler out. Lambda and laptop build the same."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from domain.shop import Shop, read_shop
from providers.choosing import CONFIRM_URL, Means, choose
from providers.provider import Provider
from resolvers import fields as modules
from resolvers.context import Context
from storage.settings import (
    Settings,
    dynamodb,
    open_store,
    open_uploads,
    read_payment_secret,
    read_secret,
)
from storage.store import Store
from storage.trial_ledger import TrialLedger
from storage.uploads import Uploads
from wiring import dispatch
from wiring.declarations import WITHOUT_FUNCTION, fields
from wiring.identity import Issuers, actor_of
from wiring.metrics import Meter
from wiring.tracing import current

SHOP_FILE = Path(__file__).resolve().parent.parent / "shop.toml"

Handler = Callable[[Any, object], Any]


def build(environment: Mapping[str, str]) -> Handler:
    """The handler of the fields that a function answers: those declared in `FIELD_MODULES` (comma-separated), or all.

    Raises SettingsError, ShopFileError.
    """
    named = environment.get("FIELD_MODULES")
    modules.load(named.split(",") if named else None)
    settings = Settings.read(environment)
    shop = read_shop(SHOP_FILE.read_text())
    store = open_store(settings, dynamodb(settings), shop.warehouse)
    secret = cache(lambda: read_secret(settings))
    provider = provider_of(store, shop, settings, secret)
    uploads = cache(lambda: open_uploads(settings)) if settings.pictures_bucket else None
    return handler(store, shop, settings, secret, Meter.open(environment), provider, uploads)


def provider_of(
    store: Store, shop: Shop, settings: Settings, secret: Callable[[], bytes]
) -> Callable[[], Provider]:
    """Who takes the shop's payments, opened at the first of them: no start waits for it, and no snapshot holds its key."""
    means = Means(
        ledger=TrialLedger(store),
        server_secret=secret,
        payment_secret=lambda: read_payment_secret(settings),
        confirm_url=settings.confirm_url or CONFIRM_URL,
        trial_allowed=settings.stage != "prod",
    )
    return cache(lambda: choose(shop.payment_provider, means))


def handler(
    store: Store,
    shop: Shop,
    settings: Settings,
    secret: Callable[[], bytes],
    meter: Meter = dispatch.LAPTOP,
    provider: Callable[[], Provider] | None = None,
    uploads: Callable[[], Uploads] | None = None,
) -> Handler:
    """The handler of every field loaded by now over a given store; what is opened by a call is so when first needed."""
    issuers = Issuers(settings.customer_issuer, settings.staff_issuer)

    def context(event: Mapping[str, Any]) -> Context:
        now, trace = datetime.now(UTC), current()
        return Context(
            actor=actor_of(event.get("identity"), issuers),
            now=now.replace(microsecond=now.microsecond // 1000 * 1000),
            store=replace(store, trace=trace.text if trace else ""),
            shop=shop,
            secret=secret(),
            stage=settings.stage,
            selection=frozenset(event["info"].get("selectionSetList") or ()),
            meter=meter,
            pictures_url=settings.pictures_url,
            provider=provider,
            uploads=uploads,
        )

    answered = [field for field in fields() if field.source not in WITHOUT_FUNCTION]
    return dispatch.handler(answered, context, meter)
