"""Looking up a process by pid, on Linux and by `ps`."""

import os
import signal
import subprocess

import pytest

from local.aws.processes import look_up, read_ps, send, still_runs, terminate


def test_this_process_is_found_with_its_command():
    assert "python" in look_up(os.getpid()).command


def test_a_pid_that_nobody_has_is_not_found():
    assert look_up(2**22 + 1) is None


def test_a_process_that_only_waits_to_be_reaped_has_ended():
    ended = subprocess.Popen(["true"])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    assert look_up(ended.pid) is None
    ended.wait()


def test_another_start_mark_is_another_process():
    assert not still_runs(os.getpid(), "an earlier start")


def test_a_line_of_ps_holds_start_mark_and_command():
    found = read_ps(7, "Ss   Mon Nov 23 20:11:59 2026 /opt/python -m ministack\n")
    assert (found.started, found.command) == ("Mon Nov 23 20:11:59 2026", "/opt/python -m ministack")


def test_no_line_of_ps_is_no_process():
    assert read_ps(7, "") is None


def test_a_zombie_in_ps_is_no_process():
    assert read_ps(7, "Z+   Mon Nov 23 20:11:59 2026 (python)\n") is None


def test_a_process_that_ignores_sigterm_is_killed():
    program = "trap '' TERM; echo ready; while true; do sleep 0.1; done"
    with subprocess.Popen(["sh", "-c", program], stdout=subprocess.PIPE) as stubborn:
        stubborn.stdout.readline()
        assert not terminate(stubborn.pid, look_up(stubborn.pid).started, timeout=0.2)


@pytest.mark.parametrize("pidfd", [True, False])
def test_a_signal_reaches_the_very_process_and_no_other(pidfd, monkeypatch):
    if not pidfd:
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        assert not send(sleeper.pid, "an earlier start", signal.SIGTERM)
        assert sleeper.poll() is None
        assert send(sleeper.pid, look_up(sleeper.pid).started, signal.SIGTERM)
    assert sleeper.returncode == -signal.SIGTERM


@pytest.mark.parametrize("pidfd", [True, False])
def test_a_process_that_has_ended_is_not_signalled(pidfd, monkeypatch):
    if not pidfd:
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        started = look_up(sleeper.pid).started
        sleeper.kill()
    assert not send(sleeper.pid, started, signal.SIGTERM)
