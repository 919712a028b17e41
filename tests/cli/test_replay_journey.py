"""A cut of the sample day against the real laptop: equal to the penny, and not where one unit is planted."""

import json

import pytest
from replay_cut import CREDIT, CREDIT_OF_NOTHING, CREDITED, GUEST, LARGE, cut

from cli.main import main
from cli.replay import running
from cli.replay.api import ERRORS
from cli.replay.callers import ADMIN

pytestmark = [pytest.mark.engine, pytest.mark.journey]

USUAL = [str(number) for number in range(536365, 536376)]
PLANT = f"mutation Plant($input:AdjustStockInput!){{adjustStock(input:$input){{{ERRORS}}}}}"


@pytest.fixture(autouse=True)
def _own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("ORDERBELL_STATE", str(tmp_path / "state"))


def test_documents_of_every_kind_are_replayed_equal(tmp_path):
    path = str(cut(tmp_path / "cut.csv", *USUAL, CREDITED, CREDIT, CREDIT_OF_NOTHING, GUEST, LARGE))
    assert main(["replay", path, "--json", str(tmp_path / "report.json")]) == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["orders"] == {"placed": 14, "cancelled": 0, "delivered": 14, "refused": 0}
    assert (report["store"]["cancelledAmount"], report["store"]["reservedUnits"]) == ("25.50", 0)
    # Six events an order (the last delivery completes it), and one for the cancelled line.
    assert report["events"] == {"expected": 85, "received": 85, "missing": 0}


def test_one_unit_too_many_in_the_store_exits_with_1(tmp_path, monkeypatch, capsys):
    read_back = running.read_back

    async def plant(api, token, work, *rest, alone):
        """Find one unit of the file's first product, through the API, just before the store is read."""
        sku = work.products[0].sku
        body = {"sku": sku, "delta": 1, "reason": "FOUND", "idempotencyKey": "planted-by-a-test-01"}
        await api.ask(await callers.pop().staff(ADMIN), PLANT, {"input": body})
        return await read_back(api, token, work, *rest, alone=alone)

    callers = []
    made = running.Callers
    monkeypatch.setattr(running, "Callers", lambda site: callers.append(made(site)) or callers[0])
    monkeypatch.setattr(running, "read_back", plant)
    assert main(["replay", str(cut(tmp_path / "cut.csv", "536371", "536374"))]) == 1
    assert "on hand 0 expected, 1 found." in capsys.readouterr().out
