"""The numbered cases of AppSync's behaviour: where each is known from, and the tests that hold the laptop to it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "tests" / "local" / "appsync", ROOT / "tests" / "conformance")
COUNT = 161

_SOURCES = (
    "D DO D C C C D D D DI D O O I O I D I C C C O I D DI DI O I D C O D O C D O D D C I D D O D D D D D "
    "O D D D D D DO DO I O O O D D O D I D O O D DO O C D D D D D D D D DO D O D D D D D I D D D D D C C "
    "D D C D DC OC O C C D DI D O O O D C O O D C D I I C D I C D O I D D D D O D D I I D D D D DI D D D "
    "D D D D C C C C C C C C C C C C C "
)
SOURCES = tuple(_SOURCES.split())
"""Of each case, from 1: D documented by AWS, O observed on the service, C what a client's code does, I inferred from these."""

WORDS = {"D": "documented", "O": "observed", "C": "clients", "I": "inferred"}
CHAPTERS = {
    1: "HTTP", 31: "Authorization", 56: "Scalars and schema", 73: "Lambda data sources", 95: "Realtime: handshake and frames",
    125: "Publication and filters", 149: "Real clients",
}  # fmt: skip
"""By the number of its first case."""

OUT_OF_SCOPE = {
    92: "`util.error` is called by JavaScript or VTL of one's own; here fields are functions",
    93: "`util.appendError` is called by JavaScript or VTL of one's own",
    94: "`runtime.earlyReturn` is called by JavaScript of one's own",
}
"""What needs handlers that AppSync runs, beyond the three constant ones of infra/javascript (those are linted and compared)."""

NAMED = re.compile(r"^test_cases?((?:_(?:to_)?\d{3})+)_(.+)$")
ONE = re.compile(r"^case_(\d{3})(?:_|$)")


@dataclass(frozen=True, slots=True)
class Held:
    """A test that holds the laptop to a case."""

    number: int
    title: str
    file: str


def held() -> Iterator[Held]:
    """Every test whose name, or the id of whose parameters, says a case."""
    for path in sorted(path for folder in FOLDERS for path in folder.glob("test_*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                name = path.relative_to(ROOT).as_posix()
                match = NAMED.match(node.name)
                title = (match[2] if match else node.name.removeprefix("test_")).replace("_", " ")
                for number in sorted({*numbers_of(match), *parameters_of(node)}):
                    yield Held(number, title, name)


def numbers_of(match: re.Match[str] | None) -> Iterator[int]:
    """The cases that a test's name says."""
    yield from (int(each) for each in (re.findall(r"\d{3}", match[1]) if match else ()))


def parameters_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[int]:
    """The cases that ids of its parameters say."""
    for decorator in node.decorator_list:
        for inner in ast.walk(decorator):
            if (
                isinstance(inner, ast.Constant)
                and isinstance(inner.value, str)
                and (found := ONE.match(inner.value))
            ):
                yield int(found[1])
