"""Sizes of the package that every function unpacks: ours, the SDK, and the zip that is uploaded."""

import io
import zipfile
from pathlib import Path

from infra.packages import FOLDERS, build, size

GATE_ZIP_KIB = 2_500
KIB = 1024


def zipped(folder: Path) -> int:
    """Bytes of the folder as a zip file, as an upload of it has."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return held.getbuffer().nbytes


def main() -> int:
    """Print the sizes; 1 where the zip is above the gate."""
    package = build()
    ours = sum(size(package.path / folder) for folder in FOLDERS)
    whole, packed = size(package.path), zipped(package.path) / KIB
    code = (
        f"bytecode of Python {package.python}" if package.python else "without bytecode, not for deployment"
    )
    print(f"Package, {code}:")
    print(
        f"  ours {ours / KIB:7,.0f} KiB   SDK and its data {(whole - ours) / KIB:7,.0f} KiB   unpacked {whole / KIB:7,.0f} KiB"
    )
    print(f"  zip  {packed:7,.0f} KiB (gate {GATE_ZIP_KIB:,} KiB)")
    return int(packed > GATE_ZIP_KIB)


if __name__ == "__main__":
    raise SystemExit(main())
