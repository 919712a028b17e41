"""A shop that `orderbell audit` and `orderbell recount` find where a server's would be; nothing runs."""

import pytest

from cli import counting_run
from cli.store_options import Opened
from tests.shopkeeping import fake
from tests.storage.damaging import Orders, shop


@pytest.fixture
def orders(monkeypatch, tmp_path) -> tuple[object, Orders]:
    """A store and its orders by kind, with a state folder of its own."""
    store, made = shop()
    fake(store).describe_table = lambda **_: {"Table": {"ItemCount": 100}}  # type: ignore[attr-defined]
    monkeypatch.setenv("ORDERBELL_STATE", str(tmp_path))
    for name in ("ORDERS_TABLE", "CATALOG_TABLE", "AWS_ENDPOINT_URL", "WORK_SHARDS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(counting_run, "open_store", lambda _args: Opened(store, "a test's shop"))
    return store, made
