"""The SDK's data, cut to what our functions call: parsing every service's endpoints is the largest single cost of a start.

Made from the pinned botocore at build time and put in place of its own, so that no setting can miss it.
"""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

OPERATIONS = {
    "dynamodb": ("BatchGetItem", "GetItem", "Query", "TransactWriteItems", "UpdateItem"),
    "events": ("PutEvents",),
    # A form's address is made by way of CreateBucket's, which is never called.
    "s3": ("CreateBucket", "DeleteObject", "GetObject", "PutObject"),
    "secretsmanager": ("GetSecretValue",),
    "sesv2": ("SendEmail",),
    "sns": ("Publish",),
    "sqs": ("SendMessage",),
    "stepfunctions": ("SendTaskFailure", "SendTaskSuccess", "StartExecution"),
}
"""What the functions call; a test compares it with the sources, and another runs each of them on both data."""

WHOLE = ("_retry.json", "partitions.json", "sdk-default-configuration.json")
READ_WHOLE = ("clientContextParams",)
"""Parts of a model whose documentation botocore reads, and fails without (S3's alone, so far)."""
MODEL, RULES = "service-2", "endpoint-rule-set-1"


def trim(full: Path, target: Path) -> None:
    """Write to `target` what OPERATIONS needs of botocore's data folder `full`."""
    target.mkdir(parents=True)
    for name in WHOLE:
        shutil.copyfile(full / name, target / name)
    _write(target / "endpoints.json", _endpoints(_read(full / "endpoints.json")))
    for service, operations in OPERATIONS.items():
        newest = max(path.name for path in (full / service).iterdir() if _model_in(path))
        folder = target / service / newest
        folder.mkdir(parents=True)
        _write(
            folder / f"{MODEL}.json", trim_model(_read(full / service / newest / f"{MODEL}.json"), operations)
        )
        _write(folder / f"{RULES}.json", _read(full / service / newest / f"{RULES}.json"))


def trim_model(model: dict[str, Any], operations: tuple[str, ...]) -> dict[str, Any]:
    """The model with these operations, the shapes that they reach, and no documentation."""
    kept = {name: model["operations"][name] for name in operations}
    reached: dict[str, Any] = {}
    waiting = sorted(_shapes_in(kept))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached[name] = model["shapes"][name]
            waiting += sorted(_shapes_in(reached[name]))
    trimmed = {key: value for key, value in model.items() if key not in {"operations", "shapes"}}
    shapes = {name: reached[name] for name in sorted(reached)}
    settings = {name: trimmed[name] for name in READ_WHOLE if name in trimmed}
    smaller: dict[str, Any] = _undocumented(trimmed | {"operations": kept, "shapes": shapes})
    return smaller | settings


def _shapes_in(node: Any) -> set[str]:
    if isinstance(node, list):
        return {name for each in node for name in _shapes_in(each)}
    if not isinstance(node, dict):
        return set()
    own = {node["shape"]} if isinstance(node.get("shape"), str) else set()
    return own | {name for each in node.values() for name in _shapes_in(each)}


def _undocumented(node: Any) -> Any:
    """Without `documentation` texts (a member of that name is an object, and stays)."""
    if isinstance(node, list):
        return [_undocumented(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _undocumented(value)
        for key, value in node.items()
        if not (key == "documentation" and isinstance(value, str))
    }


def _endpoints(endpoints: dict[str, Any]) -> dict[str, Any]:
    partitions = [
        partition
        | {
            "services": {
                name: partition["services"][name] for name in OPERATIONS if name in partition["services"]
            }
        }
        for partition in endpoints["partitions"]
    ]
    return endpoints | {"partitions": partitions}


def _model_in(folder: Path) -> bool:
    return (folder / f"{MODEL}.json.gz").exists() or (folder / f"{MODEL}.json").exists()


def _read(path: Path) -> dict[str, Any]:
    packed = path.with_name(path.name + ".gz")
    text = gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes()
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _write(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, separators=(",", ":")))
