"""Builds what Lambda unpacks, without Docker: our code, and the locked SDK with trimmed data as a layer. Into build/.

One code package and one layer serve every function: `python -m infra.packages` builds both. A release of our own
uploads the code alone. The same sources give the same bytes.
"""

import contextlib
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.shop import read_shop
from infra import bytecode, sdk_data
from infra.bytecode import Compiler

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LOCK = ROOT / "requirements" / "lambda.txt"
PROVIDER_LOCKS = {"stripe": ROOT / "requirements" / "stripe.txt"}
"""What a payment provider's library adds, where the shop file chooses it."""

CARRIED = {"pictures": ROOT / "requirements" / "pictures.txt"}
"""Layers that a function has beside the SDK's, by the name that its consumer declares (`carries`)."""

FOLDERS = ("domain", "storage", "wiring", "providers", "resolvers", "consumers")
TEMPLATES = "consumers/templates"
"""What customers are written: a function reads them beside its code."""
LEFT_OUT = frozenset({"resolvers/schema.py", "resolvers/sdl.py", "storage/auditing.py"})
"""Strawberry's wrapper and its printer, and the audit that a person runs (it scans, which no function may)."""

PLATFORM = ["--implementation", "cp", "--python-version", "3.13", "--only-binary=:all:"]
PLATFORM += ["--platform", "manylinux2014_aarch64", "--platform", "manylinux_2_28_aarch64"]
"""Both tags: newer wheels have the second alone, and Python 3.13 runs on Amazon Linux 2023, which takes both."""


KEPT = 8
"""Packages that stay in build/: each edit makes another, and a process may still be reading the one before."""


@dataclass(frozen=True, slots=True)
class Package:
    """A built package: its folder, and what compiled it (None: no bytecode, not for deployment)."""

    path: Path
    compiler: Compiler | None

    @property
    def code(self) -> Path:
        """What Lambda unpacks to /var/task: our folders."""
        return self.path / "code"

    @property
    def layer(self) -> Path:
        """What Lambda unpacks to /opt: the SDK, in `python/`."""
        return self.path / "layer"

    @property
    def carried(self) -> Mapping[str, Path]:
        """What Lambda unpacks to /opt for the functions that carry it, by its declared name."""
        return {name: self.path / "carried" / name for name in CARRIED}

    @property
    def import_paths(self) -> tuple[Path, ...]:
        """What a function imports from, in Lambda's order, before the standard library."""
        return self.code, self.layer / "python"

    @property
    def interpreter(self) -> Path:
        """A Python that can run it: what compiled it, or this one."""
        return self.compiler.binary if self.compiler else Path(sys.executable)

    @property
    def deployable(self) -> bool:
        """Whether it carries Lambda's own bytecode."""
        return self.compiler is not None

    @property
    def refusal(self) -> str:
        """Why it is not for deployment, and what to do."""
        version = "{}.{}".format(*bytecode.LAMBDA_VERSION)
        return (
            f"Not for deployment: no Python {version} was found to compile the package. Put python{version} on PATH"
            f" or name it in {bytecode.VARIABLE}, then build again."
        )


def build(compiler: Compiler | None = None, into: Path = BUILD) -> Package:
    """The package of these sources, built unless it is there. The SDK comes from the package index once per lock file."""
    compiler = compiler or bytecode.find()
    folder = into / "packages" / _fingerprint(compiler.version if compiler else None)
    if not folder.exists():
        installed = dependencies(into)
        carried = {name: dependencies(into, (lock,)) for name, lock in CARRIED.items()}

        def make(made: Path) -> None:
            assemble(Package(made, compiler), installed)
            for name, wheels in carried.items():
                assemble_carried(Package(made, compiler), name, wheels)

        at_once(folder, make)
        _forget_old(folder.parent)
    return Package(folder, compiler)


def dependencies(into: Path = BUILD, chosen: tuple[Path, ...] | None = None) -> Path:
    """What lock files name, as wheels hold it: the SDK with the chosen provider's library, if no others are given.

    Raises CalledProcessError where pip does (its words say why).
    """
    chosen = chosen or locks()
    folder = into / "dependencies" / digest_of(*chosen)
    if not folder.exists():
        at_once(folder, lambda made: _install(made, chosen))
    return folder


def locks() -> tuple[Path, ...]:
    """The lock files of what functions carry. Raises ShopFileError."""
    added = PROVIDER_LOCKS.get(read_shop((ROOT / "shop.toml").read_text()).payment_provider)
    return (LOCK, added) if added else (LOCK,)


def digest_of(*files: Path) -> str:
    """A short name for what these files hold."""
    return hashlib.sha256(b"".join(each.read_bytes() for each in files)).hexdigest()[:16]


def sources() -> Iterator[tuple[str, Path]]:
    """Our files in the package: their place in it and here, in order."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name not in LEFT_OUT:
                yield name, path
    for path in sorted((ROOT / TEMPLATES).iterdir()):
        yield f"{TEMPLATES}/{path.name}", path
    yield "shop.toml", ROOT / "shop.toml"


def assemble(package: Package, installed: Path) -> None:
    """Write the package into its empty folder. The SDK goes as bytecode alone, where there is any."""
    sdk = package.layer / "python"
    shutil.copytree(installed, sdk, ignore=_unwanted)
    sdk_data.trim(installed / "botocore" / "data", sdk / "botocore" / "data")
    for name, path in sources():
        (package.code / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, package.code / name)
    if package.compiler:
        bytecode.compile_all(package.compiler, sdk, root=bytecode.LAYER_ROOT, alone=True)
        bytecode.compile_all(package.compiler, package.code)


def assemble_carried(package: Package, name: str, installed: Path) -> None:
    """Write one of the layers that some functions carry: its library as bytecode alone, its native code as it is."""
    folder = package.carried[name] / "python"
    shutil.copytree(installed, folder, ignore=_unwanted)
    if package.compiler:
        bytecode.compile_all(package.compiler, folder, root=bytecode.LAYER_ROOT, alone=True)


def _forget_old(packages: Path) -> None:
    for old in sorted(packages.glob("[!m]*"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


_UNWANTED = {"boto3": {"data"}, "botocore": {"data"}, "stripe": {"params"}}


def _unwanted(where: str, names: list[str]) -> set[str]:
    """Of the libraries: what pip notes, commands, examples, data that is trimmed or (boto3's) never read, Stripe's types."""
    dropped = {"bin", "examples"} | _UNWANTED.get(Path(where).name, set())
    return {name for name in names if name in dropped or name.endswith(".dist-info")}


def _install(folder: Path, chosen: tuple[Path, ...]) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--require-hashes", "--no-deps", "--no-compile", *PLATFORM]
    command += ["--target", str(folder), *(part for lock in chosen for part in ("-r", str(lock)))]
    subprocess.run(command, check=True)  # noqa: S603


def _fingerprint(version: str | None) -> str:
    """Everything that decides the package's bytes."""
    digest = hashlib.sha256(str(version).encode())
    makers = [
        (f"infra/{name}", ROOT / "infra" / name) for name in ("packages.py", "sdk_data.py", "bytecode.py")
    ]
    for name, path in [*((lock.name, lock) for lock in (*locks(), *CARRIED.values())), *makers, *sources()]:
        digest.update(f"\n{name} {hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    return digest.hexdigest()[:16]


def at_once(folder: Path, make: Callable[[Path], None]) -> None:
    """Make a folder that is never seen half made, also when two processes make it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="making-") as temporary:
        made = Path(temporary) / folder.name
        made.mkdir()
        make(made)
        with contextlib.suppress(OSError):  # another process was first, with the same bytes
            made.rename(folder)


def size(folder: Path) -> int:
    """Bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    """Build, and say what was built."""
    package = build()
    for part in (package.code, package.layer, *package.carried.values()):
        sys.stdout.write(f"{part.relative_to(ROOT)}: {size(part) / 1024:,.0f} KiB unpacked\n")
    if not package.deployable:
        sys.stdout.write(package.refusal + "\n")


if __name__ == "__main__":
    main()
