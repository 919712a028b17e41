"""The pump on a real stream: what is delivered, in which order, and what happens when a consumer fails."""

import json
import threading
import time
from collections import defaultdict
from pathlib import Path

import pytest

from local.aws.clients import make_client
from local.aws.engine import start_engine
from local.aws.tables import ensure_tables
from local.events.lanes import Mapping
from local.events.pump import Pump
from local.events.shard import NoStreamError, StartAt
from wiring.declarations import TableStream

PYTHON = Path(__file__).resolve().parents[3] / ".venv-engine" / "bin" / "python"

pytestmark = pytest.mark.engine


class Consumer:
    """Remembers what it was called with; fails as it is told."""

    def __init__(self, answer=lambda _sequences: None):
        self.batches = []
        self._answer = answer

    def __call__(self, event):
        changes = [entry["dynamodb"] for entry in event["Records"]]
        self.batches.append([(change["Keys"]["PK"]["S"], change["Keys"]["SK"]["S"]) for change in changes])
        return self._answer([change["SequenceNumber"] for change in changes])

    @property
    def items(self):
        return [item for batch in self.batches for item in batch]


@pytest.fixture
def streams(engine):
    return make_client("dynamodbstreams", engine.endpoint)


@pytest.fixture
def write(engine, table_prefix):
    client = make_client("dynamodb", engine.endpoint)
    ensure_tables(client, table_prefix)

    def put(pk, sk, **attributes):
        client.put_item(
            TableName=f"{table_prefix}orders", Item={"PK": {"S": pk}, "SK": {"S": sk}, **attributes}
        )

    return put


@pytest.fixture
def pump_of(streams, table_prefix, write):
    """Starts pumps on the tables of this test, and stops them at its end."""
    pumps = []

    def start(*mappings, **options):
        pumps.append(Pump(streams, mappings, table_prefix=table_prefix, **options))
        pumps[-1].start()
        return pumps[-1]

    yield start
    for pump in pumps:
        pump.stop(timeout=2)


def mapping(handler, name="push", **changes) -> Mapping:
    options = {"table": "orders", "sort_key_prefix": "Z#", "retries": 2, "parallelization": 1} | changes
    return Mapping(name, TableStream(**options), handler)


def fail(_sequences):
    raise RuntimeError("the consumer is broken")


def test_a_log_entry_arrives_and_other_items_do_not(pump_of, write):
    consumer = Consumer()
    pump = pump_of(mapping(consumer))
    write("O#1", "A")
    write("O#1", "Z#00000001")
    assert pump.drain()
    assert consumer.items == [("O#1", "Z#00000001")]


def test_the_event_is_lambdas(pump_of, write, table_prefix):
    events = []
    pump = pump_of(mapping(events.append))
    write("O#1", "Z#1", note={"S": "hello"}, raw={"B": b"x"})
    assert pump.drain()
    (record,) = events[0]["Records"]
    assert (record["eventName"], record["eventSource"]) == ("INSERT", "aws:dynamodb")
    assert f"table/{table_prefix}orders/stream/" in record["eventSourceARN"]
    assert record["dynamodb"]["NewImage"]["raw"] == {"B": "eA=="}


def test_drain_waits_for_a_slow_consumer(pump_of, write):
    finished = []
    pump = pump_of(mapping(lambda event: (time.sleep(0.2), finished.append(event))[0]))
    write("O#1", "Z#1")
    assert pump.drain()
    assert len(finished) == 1


def test_drain_says_so_when_time_runs_out(pump_of, write):
    released = threading.Event()
    pump = pump_of(mapping(lambda _event: released.wait(5) and None))
    write("O#1", "Z#1")
    assert not pump.drain(timeout=0.2)
    released.set()


def test_a_batch_is_never_larger_than_its_size(pump_of, write):
    consumer = Consumer()
    for number in range(25):
        write("O#1", f"Z#{number:08}")
    pump = pump_of(mapping(consumer, batch_size=10))
    assert pump.drain()
    assert [len(batch) for batch in consumer.batches] == [10, 10, 5]


def test_latest_begins_after_what_is_there(pump_of, write):
    consumer = Consumer()
    write("O#1", "Z#1")
    pump = pump_of(mapping(consumer), start_at=StartAt.LATEST)
    write("O#1", "Z#2")
    assert pump.drain()
    assert consumer.items == [("O#1", "Z#2")]


def test_a_partial_failure_comes_again_from_the_failed_record_on(pump_of, write):
    tries = iter([2])
    consumer = Consumer(
        lambda names: {
            "batchItemFailures": [{"itemIdentifier": names[at]} for at in [next(tries, None)] if at]
        }
    )
    for number in range(4):
        write("O#1", f"Z#{number}")
    pump = pump_of(mapping(consumer))
    assert pump.drain()
    assert [[sk for _, sk in batch] for batch in consumer.batches] == [
        ["Z#0", "Z#1", "Z#2", "Z#3"],
        ["Z#2", "Z#3"],
    ]


def test_a_broken_consumer_is_tried_three_times_and_given_up(pump_of, write):
    consumer = Consumer(fail)
    pump = pump_of(mapping(consumer, retries=2))
    write("O#1", "Z#1")
    assert pump.drain()
    assert len(consumer.batches) == 3
    assert (pump.counts("push").given_up, pump.counts("push").done) == (1, 0)


def test_one_bad_record_is_parked_whole_and_the_others_arrive(pump_of, write, tmp_path, caplog):
    arrived = []

    def handle(event):
        names = [record["dynamodb"]["Keys"]["SK"]["S"] for record in event["Records"]]
        if "Z#5" in names:
            raise RuntimeError("bad record")
        arrived.extend(names)

    for number in range(10):
        write("O#1", f"Z#{number}", note={"S": f"note {number}"})
    pump = pump_of(mapping(handle), parking_folder=tmp_path / "parked")
    assert pump.drain()
    (file,) = (tmp_path / "parked").iterdir()
    parked = json.loads(file.read_text())
    assert arrived == [f"Z#{number}" for number in range(10) if number != 5]
    assert (parked["consumer"], parked["reason"]) == ("push", "no retries left")
    assert parked["record"]["dynamodb"]["NewImage"]["note"] == {"S": "note 5"}
    assert (pump.counts("push").given_up, pump.counts("push").parked) == (1, 1)
    assert str(tmp_path / "parked") in caplog.records[-1].getMessage()


def test_what_follows_a_batch_given_up_is_delivered(pump_of, write):
    consumer = Consumer(lambda names: fail(names) if len(consumer.batches) < 2 else None)
    pump = pump_of(mapping(consumer, retries=0))
    write("O#1", "Z#1")
    assert pump.drain()
    write("O#1", "Z#2")
    assert pump.drain()
    assert consumer.items[-1] == ("O#1", "Z#2")


def test_a_record_that_is_too_old_is_given_up_unseen(pump_of, write):
    consumer = Consumer()
    pump = pump_of(mapping(consumer, record_age_seconds=0))
    write("O#1", "Z#1")
    assert pump.drain()
    assert (consumer.batches, pump.counts("push").given_up) == ([], 1)


def test_a_stuck_consumer_does_not_hold_up_another(pump_of, write):
    released = threading.Event()
    quick, arrived = Consumer(), threading.Event()
    pump_of(
        mapping(lambda _event: released.wait(5) and None, name="stuck"),
        mapping(lambda event: (quick(event), arrived.set())[0], name="quick"),
    )
    write("O#1", "Z#1")
    assert arrived.wait(5)
    released.set()


def test_a_failing_item_does_not_hold_up_another(pump_of, write):
    others = threading.Event()

    def handle(event):
        if event["Records"][0]["dynamodb"]["Keys"]["SK"]["S"] == "Z#bad":
            others.wait(5)
            raise RuntimeError("bad item")
        others.set()

    pump = pump_of(mapping(handle, parallelization=10, batch_size=1, retries=0))
    write("O#1", "Z#bad")
    for number in range(20):
        write("O#1", f"Z#{number}")
    assert others.wait(4)
    assert pump.drain()


def test_order_holds_per_item_under_parallel_failures(pump_of, write):
    versions, lock, calls = defaultdict(list), threading.Lock(), iter(range(10_000))

    def handle(event):
        if next(calls) % 4 == 0:
            raise RuntimeError("every fourth call")
        with lock:
            for record in event["Records"]:
                change = record["dynamodb"]
                versions[change["Keys"]["PK"]["S"]].append(int(change["NewImage"]["version"]["N"]))

    source = {"parallelization": 10, "batch_size": 3, "retries": -1, "event_names": ("INSERT", "MODIFY")}
    pump = pump_of(mapping(handle, **source))
    for version in range(10):
        for item in range(20):
            write(f"O#{item}", "Z#1", version={"N": str(version)})
    assert pump.drain()
    assert all(seen == list(range(10)) for seen in versions.values())
    assert len(versions) == 20


def test_a_second_pump_goes_on_from_the_checkpoint(pump_of, write, tmp_path):
    first, second = Consumer(), Consumer()
    pump = pump_of(mapping(first), checkpoint_file=tmp_path / "checkpoints.json")
    write("O#1", "Z#1")
    assert pump.stop()
    write("O#1", "Z#2")
    assert pump_of(mapping(second), checkpoint_file=tmp_path / "checkpoints.json").drain()
    assert (first.items, second.items) == ([("O#1", "Z#1")], [("O#1", "Z#2")])


def test_what_a_stopped_pump_left_open_is_delivered_again(pump_of, write, tmp_path):
    consumer = Consumer(fail)
    pump = pump_of(mapping(consumer, retries=-1), checkpoint_file=tmp_path / "checkpoints.json")
    write("O#1", "Z#1")
    assert not pump.stop(timeout=0.3)
    second = Consumer()
    assert pump_of(mapping(second), checkpoint_file=tmp_path / "checkpoints.json").drain()
    assert second.items == [("O#1", "Z#1")]


def test_stopping_twice_is_stopping_once(pump_of):
    pump = pump_of(mapping(Consumer()))
    assert (pump.stop(), pump.stop(), pump.drain()) == (True, True, False)


def test_a_table_without_stream_is_refused_at_the_start(pump_of):
    with pytest.raises(NoStreamError, match="nowhere"):
        pump_of(mapping(Consumer(), table="nowhere"))


def one_run(state, sort_key):
    """A whole run of the laptop on a state folder: engine up, pump, one write, pump and engine down."""
    consumer, engine = Consumer(), start_engine(PYTHON, state)
    client = make_client("dynamodb", engine.endpoint)
    ensure_tables(client)
    pump = Pump(
        make_client("dynamodbstreams", engine.endpoint),
        [mapping(consumer)],
        checkpoint_file=state / "checkpoints.json",
    )
    pump.start()
    client.put_item(TableName="orders", Item={"PK": {"S": "O#1"}, "SK": {"S": sort_key}})
    pump.stop()
    engine.stop()
    return consumer.items


def test_each_run_delivers_its_own_records_once(tmp_path):
    assert one_run(tmp_path, "Z#1") == [("O#1", "Z#1")]
    assert one_run(tmp_path, "Z#2") == [("O#1", "Z#2")]
