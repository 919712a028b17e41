"""Places in the product that call AWS: those that are written, by syntax, and those that ran, by the stack."""

import ast
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).parents[3]
FOLDERS = ("storage", "resolvers", "consumers", "wiring")
NOT_DEPLOYED = {"storage/auditing.py", "consumers/sending.py"}
"""What the command line alone runs; and what no consumer uses yet (`sends_to`): the first that does takes it off."""

Site = tuple[str, str]
"""A file and the function within it."""


def written() -> set[Site]:
    """Every function that takes a method of a client."""
    files = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")))
    named = ((path.relative_to(ROOT).as_posix(), path) for path in files)
    return {
        (name, function) for name, path in named if name not in NOT_DEPLOYED for function in _calling(path)
    }


def sites(frame: FrameType | None) -> Iterator[Site]:
    """The product's functions on a stack."""
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(ROOT) and file.relative_to(ROOT).parts[0] in FOLDERS:
            yield file.relative_to(ROOT).as_posix(), frame.f_code.co_name
        frame = frame.f_back


def _calling(path: Path) -> Iterator[str]:
    for function in ast.walk(ast.parse(path.read_text())):
        if isinstance(function, ast.FunctionDef) and any(map(_is_client_method, ast.walk(function))):
            yield function.name


def _is_client_method(node: ast.AST) -> bool:
    """`store.client.query` or `client.get_secret_value`: a snake-cased method, no attribute of ours."""
    if not isinstance(node, ast.Attribute):
        return False
    owner = node.value
    name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return name == "client" and ("_" in node.attr or node.attr in {"query", "scan"})
