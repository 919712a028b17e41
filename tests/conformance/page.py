"""The page of conformance: every case, its source, and what holds it. `python -m tests.conformance.page` writes it."""

from tests.conformance.cases import CHAPTERS, COUNT, OUT_OF_SCOPE, ROOT, SOURCES, WORDS, held

PAGE = ROOT / "docs" / "conformance.md"

HEADING = """# The laptop's AppSync, held to AppSync

What is known of AppSync's behaviour, in {count} numbered cases: from its documentation, from answers of the service that people have
published, and from what the code of its clients relies on. Nothing here was run against AWS. Each case that is held is a test of
`make test` (`pytest tests/local/appsync -k case_031`), over a schema of nobody in particular; "inferred" ones are asserted loosely.

**{tested} of {scope} cases in scope are held. {out} are out of scope.**

**{portable} of them are portable**: the tests in [tests/conformance](../tests/conformance) ask whatever API they are pointed at, without
looking inside. Whoever has an AWS account holds AppSync itself to them:

    .venv/bin/python -m infra.neutral.stack                                # writes a template of one file, and says how to deploy it
    eval "$(.venv/bin/python -m tests.conformance.callers POOL CLIENT)"    # two users of the stack's pool, and their tokens
    APPSYNC_URL=https://... APPSYNC_KEY=da2-... .venv/bin/python -m pytest tests/conformance

Requests are signed with the AWS credentials of the environment. Without them, or without the tokens, what needs them is skipped and
says so. It was never run so from here: what it finds is worth an issue. The rest looks inside (a clock, a list of calls), or drives a client.

Written by `make conformance`; a test compares it with the tests that there are.
"""


def page() -> str:
    """The whole page."""
    tests: dict[int, list[tuple[str, str]]] = {}
    every = tuple(held())
    for each in every:
        tests.setdefault(each.number, []).append((each.title, each.file))
    scope = COUNT - len(OUT_OF_SCOPE)
    text = HEADING.format(
        count=COUNT, tested=len(tests.keys() - OUT_OF_SCOPE.keys()), scope=scope, out=len(OUT_OF_SCOPE),
        portable=len({each.number for each in every if each.file.startswith("tests/conformance/")}),
    )  # fmt: skip
    parts = [text]
    for number in range(1, COUNT + 1):
        if number in CHAPTERS:
            parts += [
                f"\n## {CHAPTERS[number]}\n",
                "| case | what | known from | held by |\n|---|---|---|---|",
            ]
        parts.append(_row(number, tests.get(number, [])))
    return "\n".join(parts) + "\n"


def _row(number: int, tests: list[tuple[str, str]]) -> str:
    source = ", ".join(WORDS[letter] for letter in SOURCES[number - 1])
    if number in OUT_OF_SCOPE:
        return f"| {number} | {OUT_OF_SCOPE[number]} | {source} | out of scope |"
    files = sorted({file for _, file in tests})
    titles = "; ".join(dict.fromkeys(title for title, _ in tests))
    links = ", ".join(f"[{file.rpartition('/')[2]}](../{file})" for file in files)
    return f"| {number} | {titles} | {source} | {links} |"


if __name__ == "__main__":
    PAGE.write_text(page())
