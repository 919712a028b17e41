"""The command line: what it lists, what it imports, how it fails."""

import subprocess
import sys

import pytest

from cli.main import COMMANDS, main


def test_help_lists_every_command(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert stopped.value.code == 0
    assert all(command.summary in text for command in COMMANDS)


def test_help_imports_no_command():
    code = (
        "import sys; from cli.main import main\ntry: main(['--help'])\nfinally: print('rich' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.endswith("False\n")


@pytest.mark.parametrize("words", [[], ["nonsense"]])
def test_wrong_command_line_exits_with_2(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert "usage: orderbell" in capsys.readouterr().err


def test_dry_run_judges_the_sample(capsys):
    assert main(["replay", "--dry-run"]) == 0
    assert "57626.33" in capsys.readouterr().out


def test_missing_file_exits_with_2(capsys):
    assert main(["replay", "--dry-run", "gone.csv"]) == 2
    assert capsys.readouterr().err == "gone.csv: there is no such file.\n"
