"""The package of a shop that takes payments by Stripe: the library goes along, trimmed, and only then."""

import shutil
from importlib.metadata import files
from pathlib import Path

import pytest

from infra import packages
from infra.packages import LOCK, PROVIDER_LOCKS, Package
from tests.infra.test_infra_packages import THIS, imported, zipped

GATE = 5_500 * 1024


@pytest.fixture
def with_stripe(tmp_path: Path) -> Package:
    """The package as assembled for Stripe, from the wheels' own files as they are installed here."""
    installed = tmp_path / "installed"
    shutil.copytree(packages.dependencies(), installed)
    for name in ("stripe", "typing_extensions"):
        for file in files(name) or ():
            if file.suffix != ".pyc" and ".." not in file.parts:
                target = installed / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(Path(str(file.locate())), target)
    made = Package(tmp_path / "made", THIS)
    packages.assemble(made, installed)
    return made


def test_the_adapter_needs_the_package_alone(with_stripe: Package) -> None:
    loaded = imported(with_stripe, "providers.stripe_payments")

    assert {"stripe", "urllib3", "providers.stripe_transport"} <= loaded
    assert not {"requests", "httpx", "aiohttp"} & loaded


def test_it_has_no_native_code_and_a_size_of_its_own(with_stripe: Package) -> None:
    assert not [*with_stripe.path.rglob("*.so")]
    assert not (with_stripe.layer / "python" / "stripe" / "params").exists()
    assert zipped(with_stripe.code) + zipped(with_stripe.layer) < GATE


@pytest.mark.parametrize(
    ("provider", "chosen"), [("test", (LOCK,)), ("stripe", (LOCK, PROVIDER_LOCKS["stripe"]))]
)
def test_the_shop_file_decides(
    provider: str, chosen: tuple[Path, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (packages.ROOT / "shop.toml").read_text()
    assert 'payment_provider = "test"' in text
    (tmp_path / "shop.toml").write_text(
        text.replace('payment_provider = "test"', f'payment_provider = "{provider}"')
    )
    monkeypatch.setattr(packages, "ROOT", tmp_path)

    assert packages.locks() == chosen


def test_a_handler_loads_no_provider_library(package: Package) -> None:
    loaded = imported(package, "resolvers.handler")

    assert not (package.layer / "python" / "stripe").exists()
    assert not {"stripe", "providers.stripe_payments"} & loaded
