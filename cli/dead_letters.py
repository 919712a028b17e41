"""Dead letters of this machine's server: what consumers could not handle, in queues, and the relay's parked records."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from consumers.bus import Bus
from consumers.relay import relay
from domain.values import value
from local.aws.routing import Addresses

PAGE = 10
RELAY = "relay"
LOOK_SECONDS = 30
"""A message that is looked at is hidden so long at most: it is shown again at the end of the look."""

Tell = Callable[[str], None]


@value
class Letters:
    """The dead letters in reach: of queues by their names, and the relay's in a folder."""

    sqs: Any
    addresses: Addresses
    bus: Bus
    parked: Path

    def counts(self) -> dict[str, int]:
        """How many there are, by name."""
        queues = {name: self._depth(url) for name, url in self.addresses.dead_letters.items()}
        return queues | {RELAY: len(self._files())}

    def show(self, name: str, most: int) -> Iterator[dict[str, Any]]:
        """Some of them, as they are; they stay. Raises KeyError for an unknown name."""
        if name == RELAY:
            for file in self._files()[:most]:
                yield json.loads(file.read_text())
            return
        address = self.addresses.dead_letters[name]
        seen: list[dict[str, Any]] = []
        while len(seen) < most and (got := self._receive(address, min(PAGE, most - len(seen)))):
            seen += got
        for each in seen:
            handle = {"QueueUrl": address, "ReceiptHandle": each["ReceiptHandle"]}
            self.sqs.change_message_visibility(**handle, VisibilityTimeout=0)
            yield {"id": each["MessageId"], "body": _json(each["Body"]), "attributes": each["Attributes"]}

    def redrive(self, name: str, tell: Tell) -> int:
        """Send them back to who could not handle them; how many went. Those that come meanwhile stay.

        Stopped in between, a message may be in both places: consumers take it twice with one effect.
        """
        if name == RELAY:
            return self._relay_again(tell)
        dead, home = self.addresses.dead_letters[name], self.addresses.queues[name]
        total = self._depth(dead)
        moved = 0
        while moved < total and (got := self._receive(dead, min(PAGE, total - moved))):
            for each in got:
                self.sqs.send_message(QueueUrl=home, **_as_sent(each))
                self.sqs.delete_message(QueueUrl=dead, ReceiptHandle=each["ReceiptHandle"])
                moved += 1
            tell(f"{moved} of {total} sent back")
        return moved

    def _relay_again(self, tell: Tell) -> int:
        """Put the parked events on the bus, in the stream's order, and forget each that was taken."""
        files = sorted(self._files(), key=lambda file: int(file.stem.rpartition("-")[2]))
        for number, file in enumerate(files):
            answer = relay({"Records": [json.loads(file.read_text())["record"]]}, self.bus)
            if answer["batchItemFailures"]:
                tell("the bus does not take them: is the server up?")
                return number
            file.unlink()
            tell(f"{number + 1} of {len(files)} put on the bus")
        return len(files)

    def _files(self) -> list[Path]:
        return sorted(self.parked.glob(f"{RELAY}-*.json"))

    def _depth(self, address: str) -> int:
        names = ["ApproximateNumberOfMessages"]
        found = self.sqs.get_queue_attributes(QueueUrl=address, AttributeNames=names)
        return int(found["Attributes"]["ApproximateNumberOfMessages"])

    def _receive(self, address: str, most: int) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(
            QueueUrl=address, MaxNumberOfMessages=most, VisibilityTimeout=LOOK_SECONDS, AttributeNames=["All"]
        )
        return list(answer.get("Messages", []))


def _as_sent(message: dict[str, Any]) -> dict[str, str]:
    """The message as its sender sent it; in an ordered queue under a new name, or SQS would drop it as a repetition."""
    group = message["Attributes"].get("MessageGroupId")
    ordered = (
        {"MessageGroupId": group, "MessageDeduplicationId": message["ReceiptHandle"][-80:]} if group else {}
    )
    return {"MessageBody": message["Body"], **ordered}


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
