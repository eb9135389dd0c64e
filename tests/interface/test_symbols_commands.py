"""Problem files with symbols, constants or any activation, on the command line."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exactland.checker.verify import check_file

EXAMPLES = Path(__file__).parents[2] / "examples"
GENERAL = sorted(EXAMPLES.glob("*.toml"))
Run = Callable[..., tuple[int, str, str]]
CONSTANTS = EXAMPLES / "constants-tight-width.toml"


def commands(path: Path) -> list[list[str]]:
    """The commands in the comments of an example."""
    found = re.findall("^# *exactland (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [shlex.split(line) for line in found]


@pytest.mark.parametrize("path", GENERAL, ids=lambda path: path.stem)
def test_the_commands_in_the_examples(run: Run, tmp_path: Path, path: Path) -> None:
    assert commands(path)
    for name, file, *arguments in commands(path):
        assert EXAMPLES.parent / file == path
        code, output, errors = run(name, path, *arguments, "-o", tmp_path / "claim.json", "--force")
        assert (code, errors) == (0, ""), output
        assert "accepted by the independent checker" in output
        code, output, _ = run("check", tmp_path / "claim.json")
        assert code == 0
        assert output.startswith("ACCEPT: ")


def certify(run: Run, tmp_path: Path, problem: Path, claim: str) -> tuple[int, str]:
    out = tmp_path / "claim.json"
    code, output, errors = run("certify", problem, "--claim", claim, "-o", out, "--force")
    assert "Traceback" not in errors + output
    if code in (0, 1):
        result = check_file(out)
        assert result.verdict == "accept"
        return code, result.words
    return code, output + errors


THREE, ODD, CE1 = (
    EXAMPLES / f"symbols-{name}.toml" for name in ("three-inputs", "antisymmetric", "theorem-5-3")
)


@pytest.mark.parametrize(
    ("problem", "claim", "code", "said"),
    [
        (THREE, "for almost all symbols and parameters: rank F_1 = N", 0, ""),
        (THREE, "in every ball of symbols and parameters: rank F_1 = 3", 0, ""),
        (THREE, "for some symbols and parameters: rank F_1 = 3", 0, ""),
        (THREE, "for all symbols and parameters: rank F_1 <= 3", 0, ""),
        (THREE, "for all symbols and parameters: rank F_1 <= 2", 1, "not (for all symbols"),
        (THREE, "for almost all symbols: X has distinct rows", 0, ""),
        (THREE, "for all symbols: X has distinct rows", 2, "no identity"),
        (THREE, "for all symbols: X[1, 1] + x1 = 2 x1 and X[2, 1] = x2", 0, ""),
        (THREE, "for all symbols: x1 < 10", 2, "no identity"),
        (THREE, "for almost all symbols and parameters: rank F_1 = 2", 2, ""),
        (THREE, "at every width of layer 1: for all symbols and parameters: rank F_1 <= 2", 2, ""),
        (THREE, "for almost all data and parameters: rank F_1 = 3", 65, "no quantifier over them"),
        (THREE, "for almost all parameters: rank F_1 = 3", 65, "no quantifier over them"),
        (THREE, "X has distinct rows", 65, "no quantifier over them"),
        (THREE, "for all symbols: at given: F_1 = F_1", 2, ""),
        (THREE, "N = 3 and L = 1", 0, ""),
        (THREE, "for almost all symbols and parameters: rank F_1 = x1", 2, ""),
        (THREE, "at every width of layer 1: N = 3", 2, ""),
        (THREE, "for almost all symbols and parameters: x1 x2 x3 != 0", 0, ""),
        (ODD, "for all symbols and parameters: rank F_1 <= 2", 0, ""),
        (ODD, "for almost all symbols and parameters: rank F_1 = 2", 0, ""),
        (ODD, "at every width of layer 1: for all symbols and parameters: rank F_1 <= 1", 2, ""),
        (CE1, "for all symbols: at given: dPhi = 0 and Phi = 4", 0, ""),
        (CE1, "for all symbols: at given: Phi = 3", 1, "not (for all symbols"),
        (CE1, "for almost all symbols: at given: det W_2 != 0", 0, ""),
        (CE1, "for all symbols: at given: ddPhi = 0", 2, ""),
        (CE1, "at given: dPhi = 0", 65, "no quantifier over them"),
    ],
)
def test_claims(run: Run, tmp_path: Path, problem: Path, claim: str, code: int, said: str) -> None:
    found, output = certify(run, tmp_path, problem, claim)
    assert found == code, output
    assert said in output


@pytest.mark.parametrize(
    ("claim", "code", "said"),
    [
        ("at given: 4.18 < Phi", 0, ""),
        ("at given: Phi < 4.18", 1, "not (at given"),
        ("at given: ddPhi is positive definite", 0, ""),
        ("at given: W_1[1, 1] = W_1[1, 1] + W_2[1, 1] - W_2[1, 1]", 0, ""),
        ("at given: ddPhi is positive definite and Phi > 4.18", 0, ""),
        ("at given: det ddPhi = (62 - 6 sqrt(2)) / 41", 0, ""),
        ("at given: det ddPhi = (62 - 5 sqrt(2)) / 41", 1, "not (at given"),
        ("at given: log(2) = log(4) - log(2)", 0, ""),
        ("at given: 1 / (sqrt(2) - sqrt(2)) = 1 / (sqrt(2) - sqrt(2))", 2, ""),
        ("at given: Phi = exp(log(Phi))", 2, ""),
        ("for almost all parameters: rank F_1 = 1", 0, ""),
        ("for some parameters: Phi < 6", 0, ""),
        ("for all parameters: Phi < 6", 1, "not (for all"),
        ("for all symbols: N = 2", 65, "the problem has no symbols"),
    ],
)
def test_claims_about_constants(run: Run, tmp_path: Path, claim: str, code: int, said: str) -> None:
    found, output = certify(run, tmp_path, CONSTANTS, claim)
    assert found == code, output
    assert said in output


@pytest.mark.parametrize("path", GENERAL, ids=lambda path: path.stem)
@pytest.mark.parametrize(
    "arguments",
    [
        ("show",),
        ("rank", "--layer", 1),
        ("certify", "--claim", "full-rank", "--layer", 1),
        ("certify", "--claim", "NH18:Asm3.1"),
        ("certify", "--claim", "NH17:Thm5.3", "--layer", 0),
        ("step", "NH18:Thm3.4"),
    ],
)
def test_other_commands_refuse_them(run: Run, path: Path, arguments: tuple[Any, ...]) -> None:
    code, output, errors = run(*arguments, path)
    assert (code, output) == (65, "")
    what = "many problems" if "symbols" in path.stem else "not a rational number"
    assert re.search(f": .*{what}; ask `exactland certify", errors)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("log(1+sqrt(2))", "log(1-sqrt(2))", "parameters[0].W[0][0]: it has no value"),
        ("log(1+sqrt(2))", "lag(1+sqrt(2))", "parameters[0].W[0][0]: 'lag' is not expected"),
        ("log(1+sqrt(2))", "x1*sqrt(2)", "parameters[0].W[0][0]: 'x1' is not expected"),
        ("loss", 'symbols = { x1 = "x1 < 0 < x1" }\nloss', "symbols: no numbers satisfy"),
        ("loss", 'symbols = { x1 = "x1 = 0" }\nloss', "symbols.x1: conditions are strict"),
        ("loss", 'symbols = { x1 = "x1**2 > 0" }\nloss', "symbols.x1: it is not read"),
        ("loss", 'symbols = { rank = "" }\nloss', "symbols[0]: 'rank' is a word"),
        ("loss", "symbols = { x1 = 3 }\nloss", "symbols.x1: 3 is no condition"),
        ("loss", 'symbols = "x1"\nloss', "symbols: 'x1' is not an object"),
    ],
)
def test_what_is_wrong_in_a_file_is_told(
    run: Run, tmp_path: Path, old: str, new: str, said: str
) -> None:
    path = tmp_path / "wrong.toml"
    text = re.sub("^#.*\n", "", CONSTANTS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    code, output = certify(run, tmp_path, path, "N = 2")
    assert code == 65, output
    assert said in output
    assert "; " in output
