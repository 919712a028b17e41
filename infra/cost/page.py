"""docs/cost.md, as the command prints it: the bill by part and by line, what moves it, and what it rests on."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

from infra.cost.assumed import LOG_LEVELS, Assumed, Inputs
from infra.cost.model import Bill, Model

ABOUT = """# What it costs

Computed by `python -m infra.cost --write` from the synthesized templates, the capacity table (infra/cost/capacity.toml:
laptop, over tables in memory), and the prices of infra/cost/prices.toml. **Nothing here was billed or measured on AWS**:
the units are our meter's, times are assumed, and free tiers and volume discounts are left out. Orderbell was never run
there. A test fails when this page no longer equals what the command says."""

NOT_IN_IT = """## What is not in it

Taxes and support; free tiers (among them Cognito's 10,000 users and DynamoDB's 25 GB); volume tiers beyond the first;
retries, refused requests and bots that the firewall lets through; mails that Cognito sends; a web shop's own pages and
pictures; the catalogue's storage and upkeep; restoring a backup; queries on logs; alarms that auto scaling makes by
itself; a key's second and third yearly rotation (each adds the price of a key)."""

LEVERS = """## What to do about the largest parts

| part | lever |
| --- | --- |
| Cognito | the feature plan of the customers' pool: nothing here sets one, so new pools are Essentials. Lite was quoted at 0.0055 USD a user on 2026-09-20; look up what it leaves out. Orders a customer a month divides this part. |
| AppSync | requests a visit: a shelf, a product and a search are one request each; a page that asks for them in one document pays once. AppSync's own cache is not used. |
| WAF | counts every request, our publications included; nothing to turn but the number of requests. |
| Lambda | restores: fewer cold starts (a warm copy in busy hours, infra/stages.py `provisioned`); compute: memory in wiring/functions.py. |
| X-Ray | `trace_share` in infra/stages.py. |
| CloudWatch | `platform_logs` in infra/stages.py, `--log-level`; retention in `log_days`. |
| Data out | how much a list asks for: answers are counted whole, as if every field were selected. |
| DynamoDB | writes are held by the meter's ceilings (tests/storage/test_meter.py); a longer history (`months_kept`) costs storage. |"""


def page(model: Model, inputs: Inputs, dev: Model) -> str:
    """The whole page for a production stage; `dev` is told of by what it costs while nobody uses it."""
    bill = model.bill(inputs)
    parts = (
        ABOUT,
        _head(model, inputs, bill, dev),
        _parts(bill, inputs),
        _moves(model, inputs),
        _lines(bill),
        LEVERS,
        _assumptions(model.assumed),
        _unconfirmed(model),
        NOT_IN_IT,
    )
    return "\n\n".join(parts) + "\n"


def _head(model: Model, inputs: Inputs, bill: Bill, dev: Model) -> str:
    prices = [price.date for price in model.prices.by_name.values()]
    users = bill.parts().get("Cognito", 0)
    return (
        f"{inputs.million:g} million orders of {inputs.lines} lines in a month, {inputs.conversion:.1%} of visits order, "
        f"{inputs.staff_screens} screens of staff, log level {inputs.log_level or model.deployed.log_level}, "
        f"{model.prices.region}, prices of {min(prices)} to {max(prices)}, capacity of {model.capacity.measured}:\n\n"
        f"**{_usd(bill.total / inputs.million)} per million orders**, of which Cognito's users are {_usd(users / inputs.million)}"
        f" and all else {_usd((bill.total - users) / inputs.million)}. "
        f"A month without a visit costs {_usd(bill.standing)} in prod and {_usd(dev.bill(inputs).standing)} in dev, "
        "and the sweep's few cents."
    )


def _parts(bill: Bill, inputs: Inputs) -> str:
    rows = [
        (name, _usd(usd / inputs.million), f"{usd / bill.total:.1%}")
        for name, usd in sorted(bill.parts().items(), key=lambda part: -part[1])
    ]
    total = ("**all**", f"**{_usd(bill.total / inputs.million)}**", "")
    return _section("By part, per million orders", _table(("part", "USD", "share"), [*rows, total]))


def _moves(model: Model, inputs: Inputs) -> str:
    """The same bill with one input changed."""
    changed = [
        *(
            (f"{share:.0%} of visits order", replace(inputs, conversion=share))
            for share in (0.01, 0.02, 0.05)
        ),
        *((f"log level {level}", replace(inputs, log_level=level)) for level in LOG_LEVELS),
        *((f"{count} screens of staff", replace(inputs, staff_screens=count)) for count in (1, 10, 50)),
        *((f"{count} lines an order", replace(inputs, lines=count)) for count in (1, 5, 20)),
        *((f"{million:g} million orders", replace(inputs, million=million)) for million in (0.01, 0.1, 10)),
    ]
    rows = []
    for words, each in changed:
        bill = model.bill(each)
        users = bill.parts().get("Cognito", 0)
        rows.append((words, _usd(bill.total / each.million), _usd((bill.total - users) / each.million)))
    header = ("one input changed", "USD per million orders", "without Cognito")
    return _section("What moves it", _table(header, rows))


def _lines(bill: Bill) -> str:
    rows = [
        (line.part, line.what, f"{line.quantity:,.4g}" if line.quantity < 1 else f"{line.quantity:,.0f}",
         bill.prices[line.price].unit, _usd(bill.usd(line)), "standing" if line.fixed else "by use")
        for line in bill.lines
    ]  # fmt: skip
    return _section("Every line of the month", _table(("part", "what", "quantity", "unit", "USD", ""), rows))


def _assumptions(assumed: Assumed) -> str:
    values = asdict(assumed)
    times = values.pop("assumed_ms")
    rows = [(f"`{name}`", f"{value:g}") for name, value in values.items()]
    rows += [(f"`assumed_ms` of {name}", f"{value:g} ms") for name, value in times.items()]
    words = "Guesses, not measurements (infra/cost/assumed.py); replace them by your own shop's."
    return _section("What is assumed", f"{words}\n\n{_table(('name', 'value'), rows)}")


def _unconfirmed(model: Model) -> str:
    named = ((name, model.prices[name]) for name in model.prices.unconfirmed)
    rows = [
        (f"`{name}`", f"{each.usd:.10g}", f"{each.per:,.0f} x {each.unit}", each.source)
        for name, each in named
    ]
    words = (
        "These could not be read in AWS's price list for this region; they are what public texts quote from the page named, "
        "mostly for us-east-1. All others were read in copies of the list (the file says which and of when)."
    )
    return _section("Prices to look up first", f"{words}\n\n{_table(('name', 'USD', 'for', 'page'), rows)}")


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(_row(cells) for cells in (header, ["---"] * len(header), *rows))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _usd(amount: float) -> str:
    return f"{amount:,.2f}"
