"""Readers and users who leave: exit codes 141 and 130, no traceback, nothing on standard error."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import exactland

ROOT = Path(__file__).parent.parent.parent
GOOD = sorted((ROOT / "tests" / "certificates" / "good").iterdir())
PACKAGE = [sys.executable, "-m", "exactland"]
ALONE = [sys.executable, "-I", "-S", str(Path(exactland.__file__).parent / "checker" / "verify.py")]
PROBLEM = str(ROOT / "examples" / "relu-dense.json")
TALKING = [
    [*PACKAGE, "--help"],
    [*PACKAGE, "show", PROBLEM],
    [*PACKAGE, "show", PROBLEM, "--json"],
    [*PACKAGE, "statements"],
    [*PACKAGE, "certify", PROBLEM, "--claim", "NH18:Asm3.1", "-o", "-"],
    [*PACKAGE, "check", *map(str, GOOD[:3])],
    [*PACKAGE, "check", str(GOOD[0]), "--json"],
    [*PACKAGE, "step", "NH18:Asm3.1"],
    [*PACKAGE, "step", "NH18:Thm3.9"],  # speaks on standard error only
    [*ALONE, *map(str, GOOD[:3])],
    [*ALONE],
]


def _name(command: list[str]) -> str:
    return " ".join(Path(word).name for word in command[1:5])


@pytest.mark.parametrize("command", TALKING, ids=_name)
def test_nobody_reads(command: list[str]) -> None:
    """Standard output leads to a pipe whose reader has gone, or so do both streams."""
    errors_too = command[-1] in ("NH18:Thm3.9", ALONE[-1])
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        command,
        input=b"next 1\nsave -\nwhy 1\n",
        stdout=write,
        stderr=write if errors_too else subprocess.PIPE,
        timeout=60,
    )
    os.close(write)
    assert done.returncode == 141
    assert not done.stderr


def test_a_reader_of_one_line() -> None:
    for command in ("statements", f"show {PROBLEM}"):
        text = f"set -o pipefail; {' '.join(PACKAGE)} {command} | head -n 1"
        done = subprocess.run(["bash", "-c", text], capture_output=True, timeout=60)
        assert done.returncode in (0, 141)
        assert done.stderr == b""
        assert done.stdout.count(b"\n") == 1


def test_a_full_disc_is_no_rejection() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*ALONE, str(GOOD[0])], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 65
    assert done.stderr == b"the output cannot be written: No space left on device\n"


# --- Ctrl-C --------------------------------------------------------------------------------------

BUSY = [
    [*PACKAGE, "rank", str(ROOT / "examples" / "sigmoid-with-bias.json"), "--layer", "1"],
    [*PACKAGE, "show", PROBLEM],
    [*PACKAGE, "certify", PROBLEM, "--claim", "NH18:Asm3.1", "-o", "x.json"],
    [*PACKAGE, "step", "NH18:Asm3.1"],
    [*PACKAGE, "check", str(GOOD[0])],
    [*ALONE, *map(str, GOOD)],
]


def _interrupted(command: list[str], seconds: float, folder: Path) -> None:
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdin is not None
    process.stdin.write(b"goto 99\nhelp\nshow\n" * 3)
    process.stdin.flush()
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    said = errors.strip().decode()
    where = f"{_name(command)} after {seconds:.3f} s: exit code {process.returncode}\n{said}"
    assert process.returncode in (0, 130), where
    assert said in ("", "exactland: interrupted"), where
    assert not list(folder.glob(".exactland-*"))


def _starting() -> float:
    """How long Python itself takes to start here, before anything of ours can answer."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import exactland"], check=True)
    return time.perf_counter() - begin


def _bombard(seed: int, times: int, folder: Path) -> None:
    chance, starting = random.Random(seed), _starting()
    for _ in range(times):
        command = chance.choice(BUSY)
        _interrupted(command, 2 * starting + chance.uniform(0, 0.9), folder)


def test_ctrl_c_at_any_time(tmp_path: Path) -> None:
    _bombard(7, 5, tmp_path)


@pytest.mark.slow
def test_ctrl_c_at_any_time_often(tmp_path: Path) -> None:
    _bombard(8, 400, tmp_path)


def test_a_background_job_is_not_interrupted() -> None:
    """A shell without job control starts those with the signal ignored; it stays so."""
    text = f"{' '.join(PACKAGE)} statements > /dev/null & sleep 0.3; kill -INT $!; wait $!"
    assert subprocess.run(["sh", "-c", text], timeout=60).returncode == 0


def test_an_interrupt_that_cannot_be_raised_is_repeated() -> None:
    """One that comes in a callback, such as those of locks while modules are loaded."""
    program = (
        "import sys, time, exactland.interface.cli as cli\n"
        "class Callback:\n"
        "    def __del__(self): raise KeyboardInterrupt\n"
        "def busy():\n"
        "    Callback()\n"
        "    time.sleep(20)\n"
        "cli._answered, answered = lambda: answered(), cli._answered\n"
        "cli.cli.main = lambda **options: busy()\n"
        "from exactland.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=15)
    assert (done.returncode, done.stderr.strip()) == (130, b"exactland: interrupted")


# --- Memory --------------------------------------------------------------------------------------


def test_memory_that_does_not_suffice_is_a_decline(tmp_path: Path) -> None:
    """A certificate whose data alone take more than there is."""
    text = GOOD[0].read_text()
    long = text.replace('"evidence":{', '"evidence":{"a":[' + "0," * 5_000_000 + "0],")
    assert long != text
    (tmp_path / "long.json").write_text(long)
    for command, megabytes in (([*ALONE], 60), ([*PACKAGE, "check"], 100)):

        def less(limit: int = megabytes) -> None:
            resource.setrlimit(resource.RLIMIT_AS, (limit << 20, limit << 20))

        done = subprocess.run(
            [*command, str(tmp_path / "long.json")], capture_output=True, preexec_fn=less
        )
        assert (done.returncode, done.stderr) == (2, b"")
        assert done.stdout == b"DECLINE: the memory of this machine does not suffice\n"
