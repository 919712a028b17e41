"""What a deployment says of itself: where it answers, its user pools and keys. Kept for `orderbell smoke`."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from infra.packages import ROOT

Outputs = Mapping[str, Mapping[str, str]]
"""By stack and output."""

BETWEEN_STACKS = "ExportsOutput"
"""How CDK begins the names of what one stack takes of the other; nobody else needs them."""

SHOWN = ("GraphqlUrl", "RealtimeUrl", "CustomerPoolId", "CustomerClientId", "StaffPoolId", "StaffClientId")
KEY = "ApiKey"


def path_of(stage: str) -> Path:
    """Where a stage's outputs are kept in this checkout (never committed)."""
    return ROOT / ".orderbell" / f"outputs-{stage}.json"


def parsed(text: str) -> Outputs:
    """What CDK's command line wrote, without what only the stacks need."""
    return {
        stack: {name: value for name, value in values.items() if not name.startswith(BETWEEN_STACKS)}
        for stack, values in json.loads(text).items()
    }


def keep(outputs: Outputs, path: Path) -> None:
    """Write them, readable by their owner alone and never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(json.dumps(outputs, indent=2) + "\n")
    new.replace(path)


def told(outputs: Outputs, path: Path) -> Iterator[str]:
    """Lines for who deployed. API keys are named, not shown: a build's log is read by more than a shop front's page."""
    flat = {name: value for values in outputs.values() for name, value in values.items()}
    for name in SHOWN:
        if name in flat:
            yield f"{name:17} {flat[name]}"
    keys = sorted(name for name in flat if name.endswith(KEY))
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    yield f"{'API keys':17} {', '.join(keys)}: in {shown}"
