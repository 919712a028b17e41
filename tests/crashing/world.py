"""All that outlives a process: the tables, and whatever consumers reach beyond them, in memory. It can be copied."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from consumers.bus import Entry
from consumers.mailing import Mail
from providers.choosing import Means, open_trial
from providers.trial import Trial
from storage.store import Store
from tests.bucket import Bucket
from tests.consumers.webhook_world import SERVER_SECRET, Line
from tests.providers.trials import MemoryLedger
from tests.shopkeeping import fake, stocked
from tests.workflow.states import MemoryStates

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?")
TRACE = re.compile(r"\b[0-9a-f]{32}\b")
"""Each try is a request of its own."""
TTL = "ttl"


@dataclass
class Outgoing:
    """What left the account, and cannot be taken back. Each method answers as the service's client does."""

    mails: list[str] = field(default_factory=list)
    bus: list[str] = field(default_factory=list)
    publications: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def send_mail(self, mail: Mail) -> None:
        self.mails.append(f"{mail.order_id} {mail.to} {mail.letter.subject}")

    def put_events(self, entries: Sequence[Entry]) -> Sequence[str]:
        self.bus += [f"{each.order_id} {each.type} {each.detail}" for each in entries]
        return [""] * len(entries)

    def publish(self, body: bytes, _headers: Mapping[str, str]) -> tuple[int, bytes]:
        self.publications.append(body.decode())
        return 200, b'{"data": {}}'

    def tell(self, subject: str, text: str) -> None:
        self.told.append(f"{subject}: {text}")


@dataclass
class World:
    """An account with two SKUs on the shelf. `outgoing` by kind is compared as what was sent, and how often."""

    store: Store = field(default_factory=lambda: stocked("LANTERN", "BELL"))
    outgoing: Outgoing = field(default_factory=Outgoing)
    line: Line = field(default_factory=Line)
    states: MemoryStates = field(default_factory=MemoryStates)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    bucket: Bucket = field(default_factory=Bucket)

    @property
    def means(self) -> Means:
        """What the payment provider is opened with."""
        return Means(self.ledger, lambda: SERVER_SECRET, str, "https://pay.example/{reference}")

    @property
    def provider(self) -> Trial:
        """Who takes payments."""
        return open_trial(self.means)

    def copy(self) -> "World":
        """Another world in the same state; nothing is shared."""
        parts = (self.outgoing, self.line, self.states, self.ledger, self.bucket)
        return World(replace(self.store, client=fake(self.store).copy().client), *deepcopy(parts))

    def kept(self) -> str:
        """All that is still there, without when it happened: a redelivery is later than the first try."""
        tables = [_timeless(each) for name in ("orders", "catalog") for each in fake(self.store).items(name)]
        runs = {name: (run.at, run.tries, run.walked) for name, run in sorted(self.states.executions.items())}
        there = {
            "tables": tables, "queue": [each["body"] for each in self.line.waiting], "executions": runs,
            "steps": self.states.queue, "provider": self.ledger.kept,
            "bucket": {key: len(data) for key, data in sorted(self.bucket.objects.items())},
        }  # fmt: skip
        return _plain(json.dumps(there, indent=1, default=str))

    def tables(self, name: str) -> list[dict[str, Any]]:
        """A table's items."""
        return list(fake(self.store).items(name))

    def left(self) -> dict[str, Counter[str]]:
        """What left the account, by kind: how often each."""
        kinds = {name: getattr(self.outgoing, name) for name in ("mails", "bus", "publications", "told")}
        return {kind: Counter(map(_plain, sent)) for kind, sent in kinds.items()}


def _timeless(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in item.items() if name != TTL}


def _plain(text: str) -> str:
    return TRACE.sub("<trace>", MOMENT.sub("<when>", text))
