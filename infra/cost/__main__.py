"""`python -m infra.cost`: dollars per million orders, by part, of the stages as they are synthesized now."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from infra import declared, packages
from infra.app import build_app
from infra.cost.assumed import LOG_LEVELS, Inputs
from infra.cost.capacity import read_capacity
from infra.cost.deployed import deployed, read_templates
from infra.cost.model import Bill, Model
from infra.cost.page import page
from infra.cost.prices import read_prices
from infra.packages import ROOT

PAGE = ROOT / "docs" / "cost.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the page, or the bill as JSON; `--write` writes docs/cost.md, which is of the defaults."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    inputs = Inputs(asked.million, asked.conversion, asked.lines, asked.staff_screens, asked.log_level)
    if asked.write and inputs != Inputs():
        parser.error("--write takes no other option: the page is of the defaults")
    prod, dev = _models(asked.templates)
    if asked.json:
        sys.stdout.write(json.dumps(as_json(prod.bill(inputs)), indent=2) + "\n")
        return 0
    text = page(prod, inputs, dev)
    if asked.write:
        PAGE.write_text(text)
        sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")
    else:
        sys.stdout.write(text)
    return 0


def as_json(bill: Bill) -> dict[str, object]:
    """A bill for other programs: US dollars of the month, by part and by line."""
    lines = [
        {"part": line.part, "what": line.what, "quantity": line.quantity, "price": line.price, "usd": bill.usd(line), "fixed": line.fixed}
        for line in bill.lines
    ]  # fmt: skip
    return {"region": bill.prices.region, "total": bill.total, "parts": bill.parts(), "lines": lines}


def _parser() -> argparse.ArgumentParser:
    usual, region = Inputs(), read_prices().region
    parser = argparse.ArgumentParser(prog="python -m infra.cost", description=__doc__)
    parser.add_argument(
        "--million", type=_more_than_0, default=usual.million, help="million orders a month (%(default)s)"
    )
    parser.add_argument(
        "--conversion", type=_share, default=usual.conversion, help="orders per visit (%(default)s)"
    )
    parser.add_argument(
        "--lines",
        type=int,
        default=usual.lines,
        choices=range(1, 91),
        metavar="1..90",
        help="lines an order (%(default)s)",
    )
    parser.add_argument(
        "--staff-screens",
        type=int,
        default=usual.staff_screens,
        help="screens that follow all orders (%(default)s)",
    )
    parser.add_argument("--log-level", choices=LOG_LEVELS, help="default: as the stage deploys it")
    parser.add_argument(
        "--region", choices=[region], default=region, help="whose prices (there is one price file)"
    )
    parser.add_argument(
        "--templates", type=Path, help="a folder of synthesized templates (default: synthesize)"
    )
    parser.add_argument("--json", action="store_true", help="the bill as JSON")
    parser.add_argument("--write", action="store_true", help="write docs/cost.md")
    return parser


def _models(folder: Path | None) -> tuple[Model, Model]:
    """Production and development."""
    if folder is None:
        with TemporaryDirectory() as made:
            build_app(packages.build(), outdir=Path(made)).synth()
            return _models(Path(made))
    prod = Model(deployed(read_templates(folder, "prod")), declared.load(), read_capacity(), read_prices())
    return prod, replace(prod, deployed=deployed(read_templates(folder, "dev")))


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError("a share is more than 0 and at most 1")
    return value


def _more_than_0(text: str) -> float:
    value = float(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("more than 0, please")
    return value


if __name__ == "__main__":
    raise SystemExit(main())
