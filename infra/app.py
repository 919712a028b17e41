"""The CDK app: every stage with its two stacks, over a package that is built before (nothing is bundled at synthesis)."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from aws_cdk import App, Environment, Stage, Tags

from infra import declared, packages
from infra.acknowledged import check_at_synthesis
from infra.context import load_context
from infra.data import Data
from infra.declared import Declared
from infra.packages import Package
from infra.service import Service
from infra.stages import STAGES, StageConfig
from wiring.functions import RESOLVER_FUNCTIONS


def build_app(
    package: Package,
    stages: Iterable[StageConfig] = STAGES,
    outdir: Path | None = None,
    declarations: Declared | None = None,
) -> App:
    """The app with these stages, of what the product declares; `app.synth()` writes it."""
    app = App(
        context=load_context(),
        outdir=str(outdir) if outdir else None,
        analytics_reporting=False,
        tree_metadata=False,
        stack_traces=False,
    )
    declarations = declarations or declared.load()
    for stage in stages:
        add_stage(app, _placed(app, stage), declarations, package)
    check_at_synthesis(app)
    return app


def add_stage(app: App, stage: StageConfig, declarations: Declared, package: Package) -> None:
    """One stage: the stack with the data, and the stack without. Raises ValueError for what AWS would refuse."""
    shares = {name: size.concurrency for name, size in RESOLVER_FUNCTIONS.items()}
    shares |= {each.name.replace("_", "-"): each.concurrency for each in declarations.consumers}
    stage.check(shares)
    environment = Environment(account=stage.account, region=stage.region)
    made = Stage(app, f"orderbell-{stage.name}", env=environment)
    data = Data(made, "Data", stage=stage, tables=declarations.tables)
    Service(
        made,
        "Service",
        stage=stage,
        data=data,
        declared=declarations,
        package=package,
    )
    for name, value in tags(stage).items():
        Tags.of(made).add(name, value)


def tags(stage: StageConfig) -> Mapping[str, str]:
    """What bills and searches are grouped by."""
    return {"service": "orderbell", "stage": stage.name, "cost-center": stage.cost_center}


def _placed(app: App, stage: StageConfig) -> StageConfig:
    """The stage in the account and region, and with the mailboxes and sender, that the command line gives.

    `-c account=... -c region=... -c operators=one@example.com,two@example.com -c mail_from=orders@example.com`
    """
    given: dict[str, Any] = {
        name: app.node.try_get_context(name) for name in ("account", "region", "mail_from")
    }
    mailboxes = app.node.try_get_context("operators")
    if mailboxes:
        given["operators"] = tuple(address.strip() for address in str(mailboxes).split(","))
    return replace(stage, **{name: value for name, value in given.items() if value})


def main() -> None:
    """What the CDK command runs; it refuses a package that is not for deployment."""
    package = packages.build()
    if not package.deployable:
        sys.exit(package.refusal)
    build_app(package).synth()


if __name__ == "__main__":
    main()
