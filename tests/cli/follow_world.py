"""A shop with one busy order and a bad network, on a virtual clock: what a follower is tested in."""

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from cli.following import Action, Ask, Check, Event, Following, Page, Rewound, Show, pause

PAGE = 50
STATUSES = ("PLACED", "CONFIRMED", "COMPLETED", "CANCELLED")


@dataclass(frozen=True)
class Weather:
    """How bad the network is: chances per frame, per query and per second; of the lost connections, some stay away long."""

    dropped: float = 0.08
    repeated: float = 0.08
    slowest: float = 2.0
    query_lost: float = 0.05
    killed_a_second: float = 0.05
    tunnels: float = 0.2


@dataclass
class World:
    """A log that grows, subscriptions that are cut, and one follower. Everything is drawn from one seed."""

    seed: int
    following: Following
    weather: Weather = field(default_factory=Weather)
    shown: list[Event] = field(default_factory=list)
    log: list[Event] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._now = 0.0
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._turns = count()
        self._connection = 0
        self._connected = False
        self._attempt = 0
        self._sequence = 0
        self._due = 0
        self._newest_arrived = 0

    def run(self, visible: int, a_second: float = 5.0) -> "World":
        """Append so many visible events, then let the follower come to rest. Faults go on until the end."""
        self._at(0.0, self._connect)
        at = 0.0
        for _ in range(visible):
            at += self._dice.expovariate(a_second)
            self._at(at, self._append)
        self._at(0.5, self._weather_turn)
        end = at + 300.0
        while self._agenda and self._agenda[0][0] < end:
            self._now, _, action = heapq.heappop(self._agenda)
            action()
        return self

    def _at(self, delay: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (self._now + delay, next(self._turns), action))

    def _travel(self) -> float:
        """Most are quick, a few very slow: so they overtake each other."""
        return self._dice.random() ** 4 * self.weather.slowest

    def _append(self) -> None:
        """One event more, after up to two that this caller may not see."""
        self._sequence += self._dice.choice((1, 1, 1, 2, 3))
        previous = self.log[-1].sequence if self.log else 0
        event = Event(self._sequence, previous, "CHANGED", self._dice.choice(STATUSES))
        self.log.append(event)
        if self._connected:
            self._push(event)

    def _push(self, event: Event) -> None:
        if self._dice.random() < self.weather.dropped:
            self.faults["dropped"] += 1
            return
        self._at(self._travel(), lambda: self._arrive(event))
        if self._dice.random() < self.weather.repeated:
            self.faults["repeated"] += 1
            self._at(self._travel(), lambda: self._arrive(event))

    def _arrive(self, event: Event) -> None:
        """Even from a connection that is gone: a client may have read it from its socket already."""
        if event.sequence < self._newest_arrived:
            self.faults["reordered"] += 1
        self._newest_arrived = max(self._newest_arrived, event.sequence)
        self._do(self.following.frame(event))

    def _connect(self) -> None:
        self._connection += 1
        self._connected, self._newest_arrived = True, 0
        # What is pushed between the server's acknowledgement and the client's reading of it is lost on some clients.
        self._at(self._travel() / 4, self._for_this_connection(lambda: self._do(self.following.connected())))

    def _weather_turn(self) -> None:
        if self._connected and self._dice.random() < self.weather.killed_a_second / 2:
            self.faults["killed"] += 1
            self._lose()
        self._at(0.5, self._weather_turn)

    def _lose(self) -> None:
        self._connected = False
        self._connection += 1
        self.following.lost()
        away = 30.0 if self._dice.random() < self.weather.tunnels else 0.01
        self._at(away + pause(self._attempt, self._dice.random()), self._connect)
        self._attempt = 0 if self._dice.random() < 0.7 else self._attempt + 1

    def _for_this_connection(self, action: Callable[[], None]) -> Callable[[], None]:
        mine = self._connection
        return lambda: action() if self._connection == mine else None

    def _do(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Show(event):
                    self.shown.append(event)
                case Ask(after):
                    self._at(self._travel(), lambda after=after: self._answer(after))  # type: ignore[misc]
                case Check(seconds):
                    self._due += 1
                    self._at(seconds, lambda mine=self._due: self._check(mine))  # type: ignore[misc]
                case Rewound():
                    self.faults["rewound"] += 1

    def _check(self, mine: int) -> None:
        if mine == self._due and self._connected:
            self._do(self.following.due())

    def _answer(self, after: int) -> None:
        """The server reads its log now; the answer travels, or is lost with its connection."""
        found = [event for event in self.log if event.sequence > after][: PAGE + 1]
        through = found[:PAGE][-1].sequence if found else after
        page = Page(after, tuple(found[:PAGE]), through, len(found) > PAGE)
        if self._dice.random() < self.weather.query_lost:
            self.faults["query lost"] += 1
            self._at(0.0, self._for_this_connection(self._lose))
            return
        self._at(self._travel(), lambda: self._do(self.following.page(page)))
