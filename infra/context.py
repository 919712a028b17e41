"""CDK's feature flags, read from cdk.json by us: the CLI alone reads them, and templates must not depend on who synthesizes.

All are as the library recommends but one: references between stacks stay exports (`defaultCrossStackReferences`). The
recommended Fn::GetStackOutput is younger than the emulators that templates are tried on, and Data's exports are explicit,
which is the other cure for a stack that cannot drop a use.
"""

import json
from pathlib import Path
from typing import Any

CDK_JSON = Path(__file__).resolve().parent.parent / "cdk.json"


def load_context(path: Path = CDK_JSON) -> dict[str, Any]:
    """The `context` of cdk.json; what the CLI passes (`-c name=value`) wins over it."""
    context: dict[str, Any] = json.loads(path.read_text())["context"]
    return context
