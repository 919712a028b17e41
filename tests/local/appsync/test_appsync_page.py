"""The program of docs/laptop-appsync.md works as it is written."""

import re
from pathlib import Path
from typing import Any

from neutral_api import ask

PAGE = Path(__file__).resolve().parents[3] / "docs" / "laptop-appsync.md"


async def test_the_program_of_the_page_answers() -> None:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    made: dict[str, Any] = {}
    exec(program, made)
    answer = await ask(made["app"], '{order(id:"7"){id status}}', None, {"x-api-key": "da2-mine"})
    assert answer == {"data": {"order": {"id": "7", "status": "NEW"}}}
