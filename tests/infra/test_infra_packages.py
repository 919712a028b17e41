"""The package that Lambda unpacks."""

import hashlib
import io
import json
import marshal
import platform
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import bytecode, packages
from infra.bytecode import VARIABLE, Compiler
from infra.declared import Declared
from infra.packages import CARRIED, LEFT_OUT, Package

ENVIRONMENT = {
    "AWS_REGION": "eu-west-1",
    "ORDERS_TABLE": "orders",
    "CATALOG_TABLE": "catalog",
    "CUSTOMER_ISSUER": "https://customers",
    "STAFF_ISSUER": "https://staff",
    "SECRET_ID": "secret",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "APPSYNC_ENDPOINT": "https://api/graphql",
    "CONSUMER": "push_status",
}
AARCH64 = 183
"""The processor in a library's header: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html."""
THIS = Compiler(Path(sys.executable), platform.python_version())


def imported(package: Package, module: str) -> set[str]:
    """The modules loaded after importing one, with nothing but the package and the standard library in reach."""
    paths = [str(path) for path in package.import_paths]
    code = (
        f"import sys, json; sys.path[:0] = {paths!r}; import {module}; print(json.dumps(list(sys.modules)))"
    )
    found = subprocess.run(
        [str(package.interpreter), "-B", "-S", "-I", "-c", code],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(found.stdout))


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def stand_in(folder: Path, script: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "python3.13"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("module", ["resolvers.handler", "consumers.handler"])
def test_a_handler_needs_the_package_alone(package: Package, module: str) -> None:
    assert module in imported(package, module)


def test_a_handler_loads_no_schema_library(package: Package) -> None:
    loaded = {name.partition(".")[0] for name in imported(package, "resolvers.handler")}

    assert not loaded & {"strawberry", "graphql", "pydantic", "aws_cdk"}


def test_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        packages.assemble(Package(tmp_path / name, THIS), packages.dependencies())

    assert digests(tmp_path / "first") == digests(tmp_path / "second")


def test_the_sdk_goes_as_bytecode_alone_and_our_code_keeps_its_sources(tmp_path: Path) -> None:
    made = Package(tmp_path / "made", THIS)
    packages.assemble(made, packages.dependencies())

    assert [*made.layer.rglob("*.pyc")]
    assert not [*made.layer.rglob("*.py")]
    assert {path.name for path in made.code.rglob("place_order*")} > {"place_order.py"}


def test_a_compiled_package_runs_by_itself(tmp_path: Path) -> None:
    made = Package(tmp_path / "made", THIS)
    packages.assemble(made, packages.dependencies())

    assert "boto3" in imported(made, "resolvers.handler")


def test_a_package_without_bytecode_runs_by_itself(tmp_path: Path) -> None:
    made = Package(tmp_path / "made", None)
    packages.assemble(made, packages.dependencies())

    assert "boto3" in imported(made, "resolvers.handler")


def test_bytecode_names_files_where_lambda_has_them_and_is_not_checked_again(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("x = 1\n")

    bytecode.compile_all(THIS, tmp_path)

    (compiled,) = (tmp_path / "__pycache__").iterdir()
    content = compiled.read_bytes()
    assert content[4:8] == b"\x01\x00\x00\x00"  # a hash in place of a time, never checked (PEP 552)
    assert marshal.loads(content[16:]).co_filename == "/var/task/module.py"


def test_the_package_has_our_folders_and_leaves_the_printer_out(package: Package) -> None:
    assert (package.code / "resolvers" / "place_order.py").is_file()
    assert (package.code / "shop.toml").is_file()
    assert not [name for name in LEFT_OUT if (package.code / name).exists()]


def test_what_every_function_has_is_no_native_code(package: Package) -> None:
    """Pure Python: the same on the machine that builds it and on Lambda's arm64."""
    native = [path for part in (package.code, package.layer) for path in part.rglob("*.so*")]
    assert not native


def test_what_one_function_carries_is_native_code_for_lambdas_processor(package: Package) -> None:
    native = [*package.carried["pictures"].rglob("*.so*")]
    machines = {int.from_bytes(path.read_bytes()[18:20], "little") for path in native}
    assert machines == {AARCH64}
    assert [path for path in native if path.name.startswith("_imaging.cpython-313-")]


def test_what_consumers_carry_is_built(package: Package, declarations: Declared) -> None:
    carried = {each.carries for each in declarations.consumers if each.carries}
    assert carried == set(CARRIED)
    assert all((package.carried[name] / "python").is_dir() for name in carried)


def test_what_one_function_carries_is_small(package: Package) -> None:
    assert zipped(package.carried["pictures"]) < 8_000 * 1024


def zipped(folder: Path) -> int:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.rglob("*"):
            archive.write(path, path.relative_to(folder))
    return len(packed.getvalue())


def test_code_and_layer_are_small(package: Package) -> None:
    """A start downloads both; `python -m bench.package` shows the figures."""
    assert zipped(package.code) + zipped(package.layer) < 2_750 * 1024


def test_a_package_without_lambdas_bytecode_says_how_to_get_it(package: Package) -> None:
    without = Package(package.path, None)

    assert not without.deployable
    assert VARIABLE in without.refusal


def test_the_variable_names_the_compiler(tmp_path: Path) -> None:
    binary = stand_in(tmp_path / "named", "echo 3.13.9")
    stand_in(tmp_path / "path", "echo 3.13.1")

    assert bytecode.find({VARIABLE: str(binary), "PATH": str(tmp_path / "path")}) == Compiler(
        binary, "3.13.9"
    )


def test_a_version_managers_python_is_found(tmp_path: Path) -> None:
    binary = stand_in(tmp_path / "pyenv" / "versions" / "3.13.4" / "bin", "echo 3.13.4")

    assert bytecode.find({"PYENV_ROOT": str(tmp_path / "pyenv")}) == Compiler(binary, "3.13.4")


def test_a_stand_in_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    stand_in(tmp_path / "broken", "echo 'not installed' >&2; exit 127")
    works = stand_in(tmp_path / "works", "echo 3.13.1")

    path = f"{tmp_path / 'missing'}:{tmp_path / 'broken'}:{tmp_path / 'works'}"
    assert bytecode.find({"PATH": path}) == Compiler(works, "3.13.1")


@pytest.mark.skipif(sys.version_info[:2] == bytecode.LAMBDA_VERSION, reason="this Python is Lambda's own")
def test_another_version_is_not_taken(tmp_path: Path) -> None:
    stand_in(tmp_path, "echo 3.12.1")

    assert bytecode.find({"PATH": str(tmp_path)}) is None
