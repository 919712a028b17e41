"""The ready-made operations of docs/console/, one by one: name, what it is for, text, and the variables that it takes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphql import OperationDefinitionNode, parse

BUYERS = frozenset({"guest", "customer"})
HERE = {"sku": "85123A"}
"""What buyers find in the laptop's shop; docs/console/ has them buy what its catalogue operations have made before."""
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "console"


def operations() -> Iterator[dict[str, Any]]:
    """Every operation, by file. The file says who runs it."""
    for path in sorted(FOLDER.glob("*.graphql")):
        text, given = path.read_text(), json.loads(path.with_suffix(".json").read_text())
        for node in parse(text).definitions:
            if isinstance(node, OperationDefinitionNode) and node.loc and node.name:
                declared = [each.variable.name.value for each in node.variable_definitions or ()]
                there = given | HERE if path.stem in BUYERS else given
                variables = {name: there[name] for name in declared if name in given}
                body = text[node.loc.start : node.loc.end]
                about = _comment_above(text[: node.loc.start])
                yield {
                    "who": path.stem,
                    "name": node.name.value,
                    "about": about,
                    "query": body,
                    "variables": variables,
                }


def _comment_above(before: str) -> str:
    lines = []
    for line in reversed(before.rstrip().splitlines()):
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# "))
    return " ".join(reversed(lines))
