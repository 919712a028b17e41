"""A cut of the sample day against the real laptop: equal to the penny, and not where one unit is planted."""

import csv
import gzip
import json

import pytest

from cli.main import main
from cli.replay import running
from cli.replay.api import ERRORS
from cli.replay.callers import ADMIN
from cli.sample import SAMPLE_DAY

pytestmark = pytest.mark.journey

USUAL = [str(number) for number in range(536365, 536376)]
CREDITED, CREDIT, CREDIT_OF_NOTHING, GUEST, LARGE = "536488", "C536506", "C536379", "536555", "536544"
BEYOND_ONE = 91
PLANT = f"mutation Plant($input:AdjustStockInput!){{adjustStock(input:$input){{{ERRORS}}}}}"


def cut(path, *documents):
    """Write these documents of the sample day; of the large one just more products than one transaction takes."""
    with gzip.open(SAMPLE_DAY, "rt", encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    few = list(dict.fromkeys(row[1] for row in rows if row[0] == LARGE))[:BEYOND_ONE]
    chosen = (row for row in rows if row[0] in documents and (row[0] != LARGE or row[1] in few))
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *chosen])
    return str(path)


def test_documents_of_every_kind_are_replayed_equal(tmp_path):
    path = cut(tmp_path / "cut.csv", *USUAL, CREDITED, CREDIT, CREDIT_OF_NOTHING, GUEST, LARGE)
    assert main(["replay", path, "--json", str(tmp_path / "report.json")]) == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["orders"] == {"placed": 14, "cancelled": 0, "delivered": 14, "refused": 0}
    assert (report["store"]["cancelledAmount"], report["store"]["reservedUnits"]) == ("25.50", 0)
    # Six events an order (the last delivery completes it), and one for the cancelled line.
    assert report["events"] == {"expected": 85, "received": 85, "missing": 0}


def test_one_unit_too_many_in_the_store_exits_with_1(tmp_path, monkeypatch, capsys):
    read_back = running.read_back

    async def plant(api, token, work, *rest):
        """Find one unit of the file's first product, through the API, just before the store is read."""
        sku = work.products[0].sku
        body = {"sku": sku, "delta": 1, "reason": "FOUND", "idempotencyKey": "planted-by-a-test-01"}
        await api.ask(await callers.pop().staff(ADMIN), PLANT, {"input": body})
        return await read_back(api, token, work, *rest)

    callers = []
    made = running.Callers
    monkeypatch.setattr(running, "Callers", lambda laptop: callers.append(made(laptop)) or callers[0])
    monkeypatch.setattr(running, "read_back", plant)
    assert main(["replay", cut(tmp_path / "cut.csv", "536371", "536374")]) == 1
    assert "on hand 0 expected, 1 found." in capsys.readouterr().out
