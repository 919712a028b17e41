"""What answers fields on a laptop: the resolvers' handler as Lambda would build it, over the embedded AWS.

Everything of ours is imported when it is built, so that it can be built anew of files that have changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from local.aws.clients import make_client

Handler = Callable[[Any, object], Any]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a handler stands on: the engine, what a function's environment would say, the secret, and the payers' page."""

    endpoint: str
    settings: Mapping[str, Any]
    secret: str = field(repr=False)
    confirm_url: Callable[[], str]
    shop_file: Path


def build_handler(ground: Ground) -> Handler:
    """The handler of every field. Raises what importing raises, ShopFileError, and SettingsError."""
    app, settings_of = import_module("resolvers.app"), import_module("storage.settings")
    import_module("resolvers.fields").load()
    settings = settings_of.Settings(**ground.settings)
    shop = import_module("domain.shop").read_shop(ground.shop_file.read_text())
    store = settings_of.open_store(settings, make_client("dynamodb", ground.endpoint), shop.warehouse)
    uploads = import_module("storage.uploads").Uploads(
        make_client("s3", ground.endpoint), settings.pictures_bucket
    )
    choosing, ledger = (
        import_module("providers.choosing"),
        import_module("storage.trial_ledger").TrialLedger(store),
    )

    @cache
    def provider() -> Any:
        means = choosing.Means(
            ledger=ledger,
            server_secret=ground.secret.encode,
            payment_secret=lambda: settings_of.read_payment_secret(settings),
            confirm_url=ground.confirm_url(),
        )
        return choosing.choose(shop.payment_provider, means)

    made: Handler = app.handler(
        store, shop, settings, ground.secret.encode, provider=provider, uploads=lambda: uploads
    )
    return made
