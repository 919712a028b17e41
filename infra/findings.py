"""`python -m infra.findings` writes docs/findings.md: what the rule packs find and why it stays."""

from collections.abc import Iterator
from pathlib import Path

from infra.acknowledged import ACKNOWLEDGED

PAGE = Path(__file__).resolve().parent.parent / "docs" / "findings.md"
TITLE = """# Findings that stay

Every synthesis runs cdk-nag's AwsSolutions and Serverless packs over all stages, and stops on a finding that has no row here;
cfn-lint reads the templates in the tests. A row that no finding needs any more fails a test. The table is made from
`infra/acknowledged.py` by `python -m infra.findings`.

| rule | where (below a stage) | why it stays |
| --- | --- | --- |
"""


def page() -> str:
    """The page's text."""
    return TITLE + "".join(f"{row}\n" for row in _rows())


def _rows() -> Iterator[str]:
    for row in ACKNOWLEDGED:
        yield f"| {row.rule.partition('::')[2]} | `{row.constructs}` | {row.reason} |"


if __name__ == "__main__":
    PAGE.write_text(page())
