"""docs/carts.md, run as written, against a server started as `make run` starts it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from local.laptop import ROOT
from tests.journeys.serving import serve
from tests.journeys.test_readme_tour import BLOCK, run

pytestmark = [pytest.mark.engine, pytest.mark.journey, pytest.mark.timeout(180)]

PARTS = ("create", "add", "address", "see", "place", "live", "cancel", "revoke", "merge")
REFUSED = re.compile(r'"userErrors": \[\s*\{')
SCRIPT = """
until_has() { for _ in $(seq 200); do grep -q "$1" "$2" && return 0; sleep 0.1; done; echo "never came: $1" >&2; cat "$2" >&2; return 1; }
set -eu
%(create)s
%(add)s
%(address)s
echo AS IT STANDS
%(see)s
echo PLACED
%(place)s
( set +e; %(live)s ; echo "ended with $?" ) > "$SCRATCH/live.out" 2> "$SCRATCH/live.err" &
until_has Listening "$SCRATCH/live.err"
%(cancel)s
until_has PAYMENT_VOIDED "$SCRATCH/live.out"
echo REVOKED
%(revoke)s
until_has "ended with 1" "$SCRATCH/live.out"
echo MERGED
%(merge)s
"""


def page() -> dict[str, str]:
    """The page's commands, by the part they play."""
    found = BLOCK.findall((ROOT / "docs" / "carts.md").read_text())
    assert [label for label, _ in found] == ["sh"] * 5 + ["sh live", "sh", "sh revoke", "sh"]
    return dict(zip(PARTS, (text.strip() for _, text in found), strict=True))


def answers(printed: str) -> list[dict[str, Any]]:
    """The data of the answers that were printed one after another."""
    return [
        json.loads(each)["data"] for each in re.findall(r"^\{\n.*?^\}", printed, re.DOTALL | re.MULTILINE)
    ]


def test_the_page_works_as_written(tmp_path: Path) -> None:
    with serve(tmp_path) as served:
        output = run(served, SCRIPT % page())

    seen, rest = output.partition("AS IT STANDS")[2].split("PLACED")
    cancelled, rest = rest.split("REVOKED")
    revoked, merged = rest.split("MERGED")
    assert output.count('"userErrors": []') == 7
    assert not REFUSED.search(output), output
    (cart,) = answers(seen)
    assert [line["quantity"] for line in cart["cart"]["lines"]] == [2, 1]
    assert cart["cart"]["problems"] == []
    assert '"status": "CANCELLED"' in cancelled
    assert answers(revoked)[1] == {"order": None}
    assert [line["quantity"] for line in answers(merged)[0]["mergeCart"]["cart"]["lines"]] == [3]
