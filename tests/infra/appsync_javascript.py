"""Runs the files that AppSync runs, in the locked Node: one process for any number of calls.

The npm package @aws-appsync/utils holds types alone (its `util` is an empty object), so its functions are stand-ins
here: `util.error` stops the handler, the `extensions` note what they are given.
"""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.answering import JAVASCRIPT
from infra.node import node_binary

LIBRARY = """
export const noted = { registered: [], ending: [], ended: [] };
export const util = {
  error: (message, type) => { const raised = new Error(message); raised.type = type ?? null; throw raised; },
};
export const extensions = {
  setSubscriptionFilter: (filter) => { noted.registered.push(filter); },
  setSubscriptionInvalidationFilter: (filter) => { noted.ending.push(filter); },
  invalidateSubscriptions: (what) => { noted.ended.push(what); },
};
"""
HARNESS = """
import { createInterface } from 'node:readline';
import { noted } from '@aws-appsync/utils';
for await (const line of createInterface({ input: process.stdin })) {
  const { file, handler, ctx } = JSON.parse(line);
  Object.assign(noted, { registered: [], ending: [], ended: [] });
  const module = await import(`./${file}`);
  const seen = { result: null, error: null };
  try { seen.result = module[handler](ctx) ?? null; }
  catch (raised) { seen.error = { message: raised.message, type: raised.type ?? 'crash' }; }
  console.log(JSON.stringify({ ...seen, ...noted }));
}
"""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a handler of a file."""

    file: str
    handler: str
    ctx: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Runtime:
    """A folder with the files and the stand-in."""

    folder: Path

    def all(self, calls: Sequence[Call]) -> list[dict[str, Any]]:
        """What each call answered and noted, in order."""
        lines = [json.dumps({"file": c.file, "handler": c.handler, "ctx": c.ctx}) for c in calls]
        found = subprocess.run(
            [str(node_binary()), "harness.js"],
            cwd=self.folder,
            input="\n".join(lines),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
            timeout=60,
        )
        # Not splitlines: a text may hold U+2028, which JSON leaves as it is.
        return [json.loads(line) for line in found.stdout.split("\n") if line]

    def one(self, file: str, handler: str, ctx: dict[str, Any]) -> dict[str, Any]:
        """What one call answered and noted."""
        (seen,) = self.all([Call(file, handler, ctx)])
        return seen


def prepared(folder: Path) -> Runtime:
    """Put the files and the stand-in into an empty folder."""
    library = folder / "node_modules" / "@aws-appsync" / "utils"
    library.mkdir(parents=True)
    (folder / "package.json").write_text('{"type": "module"}')
    (library / "package.json").write_text('{"type": "module", "main": "index.js"}')
    (library / "index.js").write_text(LIBRARY)
    (folder / "harness.js").write_text(HARNESS)
    for file in JAVASCRIPT.glob("*.js"):
        (folder / file.name).write_text(file.read_text())
    return Runtime(folder)
