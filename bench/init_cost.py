"""What a start of our resolvers costs beside a function that only makes a DynamoDB client: a ratio of processor times.

Both run under Lambda's own runtime client, in turn, on this machine. It leaves out the sandbox, the download, TLS, arm64 and
SnapStart: it guards against growing, and says nothing about milliseconds on AWS.
"""

import platform
import re
import shutil
import statistics
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.fake_runtime import Init, measure
from infra import bytecode, declared, packages
from infra.bytecode import Compiler
from infra.packages import BUILD, ROOT, Package
from wiring.functions import RESOLVER_FUNCTIONS

GATE, GOAL, ROUNDS = 1.0, 0.85, 11
PLACE = BUILD / "bench"
RUNTIME_CLIENT = ("awslambdaric", "simplejson", "snapshot-restore-py")
BARE_NAME = "boto3.client alone"
BARE = "import boto3\nclient = boto3.client('dynamodb')\n\ndef handler(event, context):\n    return None\n"

ENVIRONMENT = {
    "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1", "AWS_LAMBDA_FUNCTION_NAME": "bench",
    "AWS_LAMBDA_FUNCTION_VERSION": "1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
    "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "STAGE": "dev", "ORDERS_TABLE": "orders",
    "CATALOG_TABLE": "catalog", "CUSTOMER_ISSUER": "https://customers", "STAFF_ISSUER": "https://staff",
    "SECRET_ID": "secret", "WORK_SHARDS": "4",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """What is measured: an interpreter, its runtime client, and the two functions with bytecode of that interpreter."""

    compiler: Compiler
    runtime: Path
    ours: Package
    bare: Path


def prepare() -> Setting:
    """Build both functions; with Lambda's Python where there is one, else with this one (and say so)."""
    found = bytecode.find()
    compiler = found or Compiler(Path(sys.executable), platform.python_version())
    if found is None:
        print(f"No Python 3.13 here: measured with {compiler.version}, which Lambda does not run.")
    ours = packages.build(compiler)
    bare = _compiled(packages.dependencies(), "bare", compiler)
    return Setting(compiler, _runtime_client(found), ours, bare)


def main() -> int:
    """Print what each function costs beside the bare one; 1 where the dearest is above the gate."""
    setting = prepare()
    inits = rounds(setting)
    bare = inits.pop(BARE_NAME)
    print(
        f"Start under awslambdaric, Python {setting.compiler.version}, laptop, {ROUNDS} rounds in turn, medians:"
    )
    print(f"  {BARE_NAME:20} {_described(bare)}")
    ratios = {name: _cpu(each) / _cpu(bare) for name, each in inits.items()}
    for name, each in inits.items():
        print(f"  {name:20} {_described(each)}  ratio {ratios[name]:.2f}")
    dearest = max(ratios.values())
    print(f"  dearest {dearest:.2f} (gate {GATE:.2f}, goal {GOAL:.2f})")
    return int(dearest > GATE)


def rounds(setting: Setting) -> dict[str, list[Init]]:
    """Every function started in turn, so that a busy moment of the machine meets them all."""
    declarations = declared.load()
    environments = {
        name: {**ENVIRONMENT, "FIELD_MODULES": ",".join(declarations.modules_of(name))}
        for name in RESOLVER_FUNCTIONS
    }
    inits: dict[str, list[Init]] = {name: [] for name in (BARE_NAME, *environments)}
    for _ in range(ROUNDS):
        inits[BARE_NAME].append(_start(setting, "bare.handler", (setting.bare,), ENVIRONMENT))
        for name, environment in environments.items():
            inits[name].append(
                _start(setting, "resolvers.handler.handler", setting.ours.import_paths, environment)
            )
    return inits


def _start(setting: Setting, handler: str, paths: tuple[Path, ...], environment: Mapping[str, str]) -> Init:
    folder, *layers = paths
    return measure(setting.compiler.binary, handler, folder, (*layers, setting.runtime), environment)


def _described(inits: list[Init]) -> str:
    lowest, highest = min(each.cpu_ms for each in inits), max(each.cpu_ms for each in inits)
    wall = statistics.median(each.wall_ms for each in inits)
    return f"{_cpu(inits):6.1f} ms CPU ({lowest:.0f} to {highest:.0f})  {wall:6.1f} ms wall"


def _cpu(inits: list[Init]) -> float:
    return statistics.median(init.cpu_ms for init in inits)


def _compiled(source: Path, name: str, compiler: Compiler) -> Path:
    """A copy with bytecode; the bare function's module beside it. Made once for each source."""
    folder = PLACE / f"{name}-{compiler.version}-{source.name}"

    def make(empty: Path) -> None:
        shutil.copytree(source, empty, dirs_exist_ok=True)
        (empty / "bare.py").write_text(BARE)
        bytecode.compile_all(compiler, empty)

    if not folder.exists():
        packages.at_once(folder, make)
    return folder


def _runtime_client(found: Compiler | None) -> Path:
    """Lambda's runtime client: this environment's own, or the locked one installed for the other Python."""
    if found is None or found.version == platform.python_version():
        return Path(sysconfig.get_path("platlib"))
    folder = PLACE / f"runtime-{found.version}"
    if not folder.exists():
        PLACE.mkdir(parents=True, exist_ok=True)
        lock = PLACE / "runtime.txt"
        lock.write_text("".join(_locked(name) for name in RUNTIME_CLIENT))
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
        command += ["--only-binary=:all:", "--python-version", ".".join(found.version.split(".")[:2])]
        subprocess.run([*command, "--no-compile", "--target", str(folder), "-r", str(lock)], check=True)
        bytecode.compile_all(found, folder)
    return folder


def _locked(name: str) -> str:
    """The lines of the test lock that pin one package."""
    text = (ROOT / "requirements" / "test.txt").read_text()
    found = re.search(rf"^{re.escape(name)}==.*\n(?:    --hash=.*\n)+", text, re.MULTILINE)
    if found is None:
        raise SystemExit(f"requirements/test.txt does not pin {name}")
    return found.group()


if __name__ == "__main__":
    raise SystemExit(main())
