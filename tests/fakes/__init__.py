"""Stand-ins for services that our code talks to, for tests that want no process, no network and no clock.

`FakeDynamoDB` (in `tests.fakes.dynamodb`) answers like `boto3.client("dynamodb")` for the calls that storage makes:
the same keyword arguments, answers, exceptions and stream records, in memory and in microseconds.

    fake = FakeDynamoDB(prefix="test-")           # the tables of storage.tables, empty
    store = Store(client=fake.client, orders="test-orders", ...)
    fake.before(hook); fake.after(hook)           # hook(name, request) may raise: lost before, lost after the effect
    fake.calls                                    # (name, request) of each round trip
    fake.items("orders"), fake.stream("orders")   # what is stored; the stream's records as a Lambda gets them
    fake.expire()                                 # what TTL would delete by now, as the service deletes it
    fake.index_delay_seconds = 10                 # index reads see writes that much later (by `clock`)
    fake.batch_get_limit = 20                     # a batch read leaves the rest in UnprocessedKeys
    client_error("ThrottlingException", operation="Query")   # to raise from a hook (tests.fakes.refusals)

What it is not: it never throttles, never conflicts and never scans in AWS's order; it knows string keys only, and
none of the legacy parameters from before expressions. Where AWS refuses and the embedded engine does not, it refuses.
The contract suite (tests/storage/test_dynamodb_contract*.py) and the differential test keep it honest.
"""
