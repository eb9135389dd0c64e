"""The checker as one file answers as ``verify.py`` does, in an empty folder, with nothing else."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import exactland
from exactland.checker import command
from exactland.export.checker_file import CHECKER, archive, build, modules, plain_file

ROOT = Path(__file__).parent.parent.parent
FILES = sorted((ROOT / "tests" / "certificates").glob("*/*.json"))
ALONE = [sys.executable, "-I", "-S"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return build(tmp_path_factory.mktemp("dist"))


def _answers(program: Path, arguments: list[str], folder: Path, **options: object) -> object:
    done = subprocess.run(
        [*ALONE, str(program), *arguments], cwd=folder, capture_output=True, timeout=600, **options
    )
    return done.returncode, done.stdout, done.stderr


def _compare(built: list[Path], files: list[Path], folder: Path) -> None:
    for chosen in (files, [path for path in files if path.parent.name == "good"]):
        expected = _answers(CHECKER / "verify.py", [*map(str, chosen)], folder)
        for program in built:
            assert _answers(program, [*map(str, chosen)], folder) == expected
    assert list(folder.iterdir()) == []


def test_a_sample_of_certificates(built: list[Path], tmp_path: Path) -> None:
    _compare(built, FILES[::40], tmp_path)


@pytest.mark.slow
def test_all_certificates(built: list[Path], tmp_path: Path) -> None:
    _compare(built, FILES, tmp_path)


def test_a_proof_from_standard_input_in_full(built: list[Path], tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    exactland.write_proof(exactland.step("NH18:Thm3.4"), path)
    content = path.read_bytes()
    path.unlink()
    for arguments in (["--explain", "-"], ["-", "missing.json"]):
        expected = _answers(CHECKER / "verify.py", arguments, tmp_path, input=content)
        for program in built:
            assert _answers(program, arguments, tmp_path, input=content) == expected


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["-h"], [], ["--what", "x"]])
def test_calls(built: list[Path], tmp_path: Path, arguments: list[str]) -> None:
    expected = _answers(CHECKER / "verify.py", arguments, tmp_path)
    assert all(_answers(program, arguments, tmp_path) == expected for program in built)
    module = [sys.executable, "-m", "exactland.checker", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(module, capture_output=True, cwd=tmp_path, env=environment)
    assert (done.returncode, done.stdout, done.stderr) == expected


def test_nobody_reads(built: list[Path]) -> None:
    for program in built:
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run([*ALONE, str(program), str(FILES[-1])], stdout=write, stderr=write)
        os.close(write)
        assert done.returncode == 141


def test_the_same_checker_gives_the_same_bytes(tmp_path: Path, built: list[Path]) -> None:
    again = build(tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in built]
    assert again[0].read_bytes() == archive()


def test_every_module_stands_in_the_text_as_it_is() -> None:
    texts = {}
    for node in ast.parse(plain_file()).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            key, value = node.targets[0].slice, node.value
            assert isinstance(key, ast.Constant)
            assert isinstance(value, ast.Constant)
            texts[key.value] = value.value.removeprefix("\n")
    paths = {path for path in CHECKER.rglob("*.py") if path.name != "__main__.py"}
    assert {path for _, path in modules()} == paths
    assert texts == {name: path.read_text(encoding="utf-8") for name, path in modules()}


def test_a_module_comes_after_those_that_it_imports() -> None:
    names = [name for name, _ in modules()]
    for earlier, later in [("outcome", "canonical"), ("canonical", "problem"), ("rank", "bounds")]:
        assert names.index(f"checker.{earlier}") < names.index(f"checker.{later}")
    assert names[-1] == "checker.verify"


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert command.VERSION == exactland.__version__ == project["version"]
