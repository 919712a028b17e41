"""The testing guide shows tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SNIPPETS = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "testing.md").read_text(), re.DOTALL)


def test_the_guide_has_snippets() -> None:
    assert len(SNIPPETS) >= 10


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.split("(")[0].rpartition(" ")[2])
def test_a_snippet_of_the_guide_is_in_a_test_file(snippet: str) -> None:
    files = (path for path in (ROOT / "tests").rglob("*.py") if path.name != Path(__file__).name)
    assert any(snippet in path.read_text() for path in files)
