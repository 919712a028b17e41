"""The workflow's picture in docs/workflow.md, drawn from its definition: `python -m infra.workflow_page` puts it in its place."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wiring.workflow import FILE

PAGE = Path(__file__).resolve().parent.parent / "docs" / "workflow.md"
PICTURE = re.compile(r"```mermaid\n.*?```\n", re.DOTALL)
TABLE = re.compile(r"\| state \|.*?\n\n", re.DOTALL)

_DAY, _MINUTE = 86_400, 60


def page(text: str) -> str:
    """The page with the picture and the table of today's definition."""
    states = json.loads(FILE.read_text())
    drawn = PICTURE.sub("```mermaid\n" + "\n".join(picture(states)) + "\n```\n", text)
    return TABLE.sub("\n".join(table(states["States"])) + "\n\n", drawn)


def picture(machine: dict[str, Any]) -> Iterator[str]:
    """A state diagram: what follows what, by outcome, and where a step that failed goes to, if that is elsewhere."""
    yield "stateDiagram-v2"
    yield f"  [*] --> {machine['StartAt']}"
    for name, state in machine["States"].items():
        yield from _arrows(_id(name), state)


def _arrows(name: str, state: dict[str, Any]) -> Iterator[str]:
    if state["Type"] == "Choice":
        yield f"  state {name} <<choice>>"
        for each in state["Choices"]:
            yield f"  {name} --> {_id(each['Next'])}: {each['StringEquals']}"
        yield f"  {name} --> {_id(state['Default'])}: else"
    if state.get("End"):
        yield f"  {name} --> [*]"
    elif "Next" in state:
        yield f"  {name} --> {_id(state['Next'])}"
    for each in state.get("Catch", ()):
        if each["Next"] != state["Next"]:
            yield f"  {name} --> {_id(each['Next'])}: failed, or too late"


def table(states: dict[str, Any]) -> Iterator[str]:
    """Each step: what it does, how long it may last, and how often it is tried."""
    yield "| state | what it does | lasts at most | tries |"
    yield "| --- | --- | --- | --- |"
    for name, state in states.items():
        if state["Type"] == "Task":
            tries = 1 + sum(each["MaxAttempts"] for each in state.get("Retry", ()))
            yield f"| {name} | {state['Comment']} | {_span(state['TimeoutSeconds'])} | {tries} |"


def _span(seconds: int) -> str:
    return f"{seconds // _DAY} days" if seconds % _DAY == 0 else f"{seconds // _MINUTE} minutes"


def _id(name: str) -> str:
    """Mermaid takes letters for a state's name."""
    return name.rstrip("?")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
