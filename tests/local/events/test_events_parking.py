"""Parked records: whole, each once, bounded, and never a reason to stop."""

import json

from local.events.parking import Parking
from local.events.records import StreamRecord


def record(number: int) -> StreamRecord:
    return StreamRecord(number, str(number), 0.0, "item", "Z#1", {"eventID": f"e{number}"})


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def test_a_record_is_kept_whole_with_consumer_reason_and_time(tmp_path):
    assert Parking(tmp_path / "parked").park("push", "no retries left", [record(7)]) == 1
    parked = json.loads((tmp_path / "parked" / "push-7.json").read_text())
    assert parked.pop("parkedAt").endswith("+00:00")
    assert parked == {"consumer": "push", "reason": "no retries left", "record": {"eventID": "e7"}}


def test_the_same_record_parked_again_is_one_file(tmp_path):
    Parking(tmp_path).park("push", "old", [record(7)])
    assert Parking(tmp_path, most=1).park("push", "new", [record(7)]) == 1
    assert names(tmp_path) == ["push-7.json"]


def test_a_full_place_keeps_the_oldest_and_counts_what_it_kept(tmp_path):
    assert Parking(tmp_path, most=2).park("push", "why", [record(1), record(2), record(3)]) == 2
    assert Parking(tmp_path, most=2).park("push", "why", [record(4)]) == 0
    assert names(tmp_path) == ["push-1.json", "push-2.json"]


def test_a_folder_that_cannot_be_written_is_told_and_stops_nothing(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    assert Parking(tmp_path / "file").park("push", "why", [record(1)]) == 0
    assert "cannot park push-1.json" in caplog.text
