"""The checker ends within 20 s and 1 GB, whatever a document of less than 1 MB says."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile import FAMILIES, changed, hostile

from exactland.checker import verify

SECONDS, MEMORY = 20, 1 << 30
#: Seeds of the long campaign for each family; mutants of genuine certificates are more.
SEEDS, CHANGES = 12, 300
#: A sample for every run: documents on which a few seconds are enough.
SAMPLE = ["sums_of_powers", "conjunction", "relations", "empty_vectors", "doubled", "changed"]


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))


def checked(data: bytes, folder: Path) -> tuple[int, float, int, str]:
    """Exit code, processor time, memory in MiB and the answer for a document."""
    path = folder / "document.json"
    path.write_bytes(data)
    command = [sys.executable, "-I", "-S", verify.__file__, str(path)]
    with open(folder / "answer", "w+") as answer:
        process = subprocess.Popen(command, stdout=answer, stderr=answer, preexec_fn=limited)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        answer.seek(0)
        said = answer.read(300)
    return process.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss >> 10, said


def require_ended(name: str, seed: int, found: tuple[int, float, int, str]) -> None:
    code, seconds, mebibytes, said = found
    print(f"{name} {seed}: exit {code}, {seconds:.2f} s, {mebibytes} MiB, {said[:110]!r}")
    # 65: what is no JSON object is none of ours.
    assert code in (0, 1, 2, *([65] if name == "text" else [])), (name, seed, said)
    assert "Traceback" not in said, (name, seed, said)
    assert "MemoryError" not in said or code == 2, (name, seed, said)


@pytest.mark.parametrize("name", SAMPLE)
def test_a_sample_ends(name: str, tmp_path: Path) -> None:
    family = next(family for family in FAMILIES if family.__name__ == name)
    require_ended(name, 0, checked(hostile(family, 0), tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_hostile_documents_end(family: Callable[..., Any], tmp_path: Path) -> None:
    for seed in range(CHANGES if family is changed else SEEDS):
        found = checked(hostile(family, seed), tmp_path)
        require_ended(family.__name__, seed, found)
