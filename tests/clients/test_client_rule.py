"""The TypeScript rule for following an order is Python's: the same calls, in any order, have the same answers."""

import json
import subprocess
from random import Random
from typing import Any

from cli.following import Ask, Check, Event, Following, Page, Rewound, Show
from infra.node import node_binary
from tests.clients.driving import FOLDER

STEPS, SEEDS = 500, 40
Call = tuple[str, Any]


def calls(dice: Random) -> list[Call]:
    """What a network might do: events in any order, pages of any length, lost connections."""
    made: list[Call] = [("new", dice.choice([0, 0, 7]))]
    for _ in range(STEPS):
        sequence = dice.randint(1, 40)
        match dice.choice(["frame", "frame", "frame", "page", "connected", "due", "lost"]):
            case "frame":
                made.append(
                    (
                        "frame",
                        {
                            "sequence": sequence,
                            "previousSequence": max(0, sequence - dice.choice([1, 1, 2, 3])),
                        },
                    )
                )
            case "page":
                after = dice.randint(0, 40)
                through = dice.choice([after + dice.randint(0, 5), max(0, after - 2)])
                events = [
                    {"sequence": each, "previousSequence": each - 1} for each in range(after + 1, through + 1)
                ]
                made.append(
                    (
                        "page",
                        {"after": after, "events": events, "through": through, "more": dice.random() < 0.3},
                    )
                )
            case name:
                made.append((name, None))
    return made


def by_python(made: list[Call]) -> list[Any]:
    following, answers = Following(), list[Any]()
    for name, given in made:
        actions: list[Any] = []
        match name:
            case "new":
                following = Following(given)
            case "frame":
                actions = following.frame(event_of(given))
            case "page":
                events = [event_of(each) for each in given["events"]]
                actions = following.page(Page(given["after"], events, given["through"], given["more"]))
            case _:
                actions = getattr(following, name)() or []
        answers.append([[told(each) for each in actions], following.last])
    return answers


def event_of(given: dict[str, int]) -> Event:
    return Event(given["sequence"], given["previousSequence"], "", "")


def told(action: object) -> dict[str, Any]:
    match action:
        case Show(event):
            return {"show": {"sequence": event.sequence, "previousSequence": event.previous}}
        case Ask(after):
            return {"ask": after}
        case Check(seconds):
            return {"check": round(seconds * 1000)}
        case Rewound(through):
            return {"rewound": through}
    raise AssertionError(action)


def by_typescript(made: list[Call]) -> list[Any]:
    done = subprocess.run(
        [str(node_binary()), "following.mjs"],
        cwd=FOLDER, input="".join(json.dumps(each) + "\n" for each in made), capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_same_calls_have_the_same_answers() -> None:
    made = [each for seed in range(SEEDS) for each in calls(Random(seed))]
    assert by_typescript(made) == by_python(made)
    said = json.dumps(by_python(made))
    assert all(f'"{each}"' in said for each in ("show", "ask", "check", "rewound"))
