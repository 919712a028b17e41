"""AppSync's own ESLint rules over the JavaScript that AppSync runs, in the locked Node."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from infra import javascript_lint
from infra.javascript_tools import FOLDER, tool

APPSYNC = "@aws-appsync/"
HANDLERS = "export function request(ctx) {{ {} }}\nexport function response(ctx) {{ return ctx.result; }}\n"
PLANTED = {
    "no-for": "let n = 0; for (let i = 0; i < 3; i += 1) { n += i; } return n;",
    "no-while": "let n = 0; do { n += 1; } while (n < ctx.args.n); return n;",
    "no-continue": "for (const each of ctx.args.all) { if (!each) { continue; } } return {};",
    "no-labels": "out: for (const each of ctx.args.all) { if (each) { break out; } } return {};",
    "no-try": "try { return ctx.args; } catch { return {}; }",
    "no-async": "const later = async () => 1; return { later };",
    "no-await": "const later = async () => { await ctx.args.one; }; return { later };",
    "no-promise": "return new Promise(ctx.args.one);",
    "no-generators": "function* made() { return ctx.args; } return { made };",
    "no-yield": "const made = function* () { yield 1; }; return { made };",
    "no-classes": "class One {} return { kind: One };",
    "no-regex": "return /a/.test(ctx.args.one);",
    "no-this": "return this;",
    "no-in-operator": "return 'one' in ctx.args;",
    "no-disallowed-unary-operators": "let n = 1; n++; return n;",
    "no-disallowed-binary-operators": "return ctx.args instanceof Object;",
    "no-disallowed-re-assignment": "ctx.args = {}; return {};",
    "no-disallowed-methods": "return 'a'.padStart(3);",
    "no-function-passing": "const call = (one) => one(); return call(() => ctx.args);",
    "no-function-return": "const one = () => ctx.args; return one;",
    "no-function-reassign": "const one = () => ctx.args; const two = one; return two();",
    "no-recursion": "const one = (n) => n < 1 ? 0 : one(n - 1); return one(3);",
}
"""What AppSync refuses, by the rule of its plugin that must find it."""
OUR_OWN = {
    "throw": "throw ctx.args.one;",
    "a class that is an expression": "return { kind: class {} };",
    "new": "return new Date();",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The rules that found something, by planted file; one ESLint run."""
    folder = tmp_path_factory.mktemp("planted")
    (folder / "node_modules").symlink_to(FOLDER / "node_modules", target_is_directory=True)
    for name in ("package.json", "tsconfig.json", "eslint.config.mjs"):
        shutil.copyfile(FOLDER / name, folder / name)
    for name, code in (PLANTED | OUR_OWN).items():
        (folder / f"{name}.js").write_text(HANDLERS.format(code))
    (folder / "silenced.js").write_text("// eslint-disable-next-line\n" + HANDLERS.format("return this;"))
    command = [*tool("eslint/bin/eslint.js"), "--format", "json", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    return {
        Path(file["filePath"]).stem: {str(each["ruleId"]) for each in file["messages"]}
        for file in json.loads(done.stdout)
    }


def test_the_linter_finds_nothing_in_what_appsync_runs(capfd: pytest.CaptureFixture[str]) -> None:
    code = javascript_lint.main()

    assert (capfd.readouterr().out, code) == ("", 0)


@pytest.mark.parametrize("rule", PLANTED)
def test_the_rule_finds_what_was_planted_for_it(found: dict[str, set[str]], rule: str) -> None:
    assert APPSYNC + rule in found[rule]


@pytest.mark.parametrize("name", OUR_OWN)
def test_what_the_plugin_misses_is_found_too(found: dict[str, set[str]], name: str) -> None:
    assert "no-restricted-syntax" in found[name]


def test_a_comment_silences_no_rule(found: dict[str, set[str]]) -> None:
    assert APPSYNC + "no-this" in found["silenced"]


def test_every_rule_of_the_plugin_has_its_planted_file() -> None:
    plugin = "import p from '@aws-appsync/eslint-plugin'; console.log(JSON.stringify(Object.keys(p.rules)))"
    node = tool("eslint/bin/eslint.js")[0]
    done = subprocess.run(
        [node, "--input-type=module", "-e", plugin], cwd=FOLDER, capture_output=True, text=True, check=True
    )

    assert set(json.loads(done.stdout)) == set(PLANTED)
