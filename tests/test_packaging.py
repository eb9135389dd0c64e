"""The package as others install it: the licence in the form that stays valid, the command."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_licence_is_an_spdx_expression_with_its_file() -> None:
    project = PROJECT["project"]
    assert project["license"] == "BSD-3-Clause"
    assert [name for name in project["license-files"] if (ROOT / name).is_file()] == ["LICENSE"]
    assert not any(text.startswith("License ::") for text in project["classifiers"])
    (bound,) = (text for text in PROJECT["build-system"]["requires"] if "setuptools" in text)
    found = re.fullmatch(r"setuptools>=(\d+)\.(\d+)\.(\d+)", bound)
    assert found is not None
    assert tuple(map(int, found.groups())) >= (77, 0, 3)


def test_the_command_is_there() -> None:
    module, _, name = PROJECT["project"]["scripts"]["exactland"].partition(":")
    assert callable(getattr(import_module(module), name))


@pytest.mark.slow
def test_a_wheel_is_built(tmp_path: Path) -> None:
    """By pip, in a folder of its own; setuptools comes from where pip finds it."""
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "exactland", source / "exactland", ignore=ignored)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(out)]
    subprocess.run([*command, str(source)], check=True)
    (wheel,) = out.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(next(n for n in names if n.endswith("/METADATA"))).decode()
    assert "License-Expression: BSD-3-Clause\n" in metadata
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert "exactland/checker/verify.py" in names
