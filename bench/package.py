"""Sizes of what every function unpacks: our code, the layer with the SDK, and the zips that are uploaded."""

import io
import zipfile
from pathlib import Path

from infra.packages import build, locks, size

GATE_ZIP_KIB, GATE_WITH_PROVIDER_KIB = 2_500, 5_000
"""Without, and with the library of a payment provider that the shop file chose."""
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
    """Print the sizes; 1 where code and layer together are above the gate."""
    package = build()
    parts = {"code": package.code, "layer (SDK)": package.layer}
    compiled = (
        f"bytecode of Python {package.compiler.version}"
        if package.compiler
        else "without bytecode, not for deployment"
    )
    print(f"Package, {compiled}:")
    packed = {name: zipped(folder) / KIB for name, folder in parts.items()}
    for name, folder in parts.items():
        print(f"  {name:12} {size(folder) / KIB:7,.0f} KiB unpacked, zip {packed[name]:7,.0f} KiB")
    gate = GATE_WITH_PROVIDER_KIB if len(locks()) > 1 else GATE_ZIP_KIB
    print(f"  both         zip {sum(packed.values()):7,.0f} KiB (gate {gate:,} KiB)")
    return int(sum(packed.values()) > gate)


if __name__ == "__main__":
    raise SystemExit(main())
