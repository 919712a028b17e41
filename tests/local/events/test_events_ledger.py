"""A checkpoint never passes a record that is still open."""

import threading

from local.events.checkpoints import Checkpoint, Checkpoints
from local.events.ledger import Ledger
from local.events.records import StreamRecord


def records(*numbers: int) -> list[StreamRecord]:
    return [StreamRecord(number, str(number), 0.0, "", "", {}) for number in numbers]


def ledger_of(*numbers: int) -> Ledger:
    ledger = Ledger()
    ledger.read(records(*numbers))
    return ledger


def test_nothing_read_is_no_checkpoint():
    assert Ledger().checkpoint() is None


def test_nothing_new_keeps_the_position_it_began_with():
    assert Ledger("7").checkpoint() == "7"


def test_all_finished_is_the_last_read():
    ledger = ledger_of(1, 2, 3)
    ledger.finish(records(2, 3, 1))
    assert ledger.checkpoint() == "3"


def test_an_open_record_holds_the_checkpoint_before_it():
    ledger = ledger_of(1, 2, 3)
    ledger.finish(records(1, 3))
    assert ledger.checkpoint() == "1"


def test_the_first_record_open_is_no_checkpoint():
    ledger = ledger_of(1, 2)
    ledger.finish(records(2))
    assert ledger.checkpoint() is None


def test_waiting_is_for_the_records_open_at_the_call():
    ledger = ledger_of(1)
    threading.Timer(0.01, lambda: (ledger.read(records(2)), ledger.finish(records(1)))).start()
    assert ledger.wait_finished(5)


def test_waiting_ends_at_the_timeout():
    assert not ledger_of(1).wait_finished(0.01)


def test_a_checkpoint_survives_in_its_file(tmp_path):
    Checkpoints(tmp_path / "c.json").save("push", Checkpoint("arn:1", "7"))
    assert Checkpoints(tmp_path / "c.json").find("push", "arn:1") == "7"


def test_a_checkpoint_of_another_stream_does_not_count(tmp_path):
    Checkpoints(tmp_path / "c.json").save("push", Checkpoint("arn:1", "7"))
    assert Checkpoints(tmp_path / "c.json").find("push", "arn:2") is None


def test_an_unreadable_file_is_no_checkpoint(tmp_path):
    (tmp_path / "c.json").write_text("[1")
    assert Checkpoints(tmp_path / "c.json").find("push", "arn:1") is None
