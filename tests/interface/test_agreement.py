"""Package and checker agree: what one finds the other sees, with as many bits as it takes."""

import json
import re
from collections import Counter
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import mpmath
import pytest
from conftest import Run
from flint import arb, fmpq

import exactland
from exactland.arithmetic.balls import Balls, precision
from exactland.certificate.writing import certificate_document
from exactland.conditions.ranks import rank
from exactland.errors import ExactlandError, LimitError
from exactland.functions.activations import activation
from exactland.interface.agreement import agreed

UNARY = [
    "exp",
    "log",
    "sqrt",
    "sin",
    "cos",
    "sinh",
    "cosh",
    "tanh",
    "atan",
    "erf",
    "sigmoid",
    "abs",
]
POINTS = ["1/" + "1" + "0" * 30, "1" + "0" * 30, "100", "-500", "-7/3", "1/2", "3", "80", "-100"]
#: Bits of the judge, and the arguments beyond which it would not see all that it should.
JUDGE, FAR = (
    12000,
    {"exp": 3500, "erf": 45, "tanh": 1700, "sigmoid": 3500, "sinh": 3500, "cosh": 3500},
)


def judged(name: str, *arguments: Any) -> Any:
    """A function of the grammar by mpmath; ValueError where it is not defined or too far out."""
    x = arguments[0]
    if name in FAR and abs(x) > FAR[name]:
        raise ValueError
    if name == "erf":  # mpmath takes seconds
        mantissa, exponent = abs(x).man_exp if x else (0, 0)
        found = (arb(mantissa) * arb(2) ** int(exponent)).erf().mid().man_exp()
        return mpmath.sign(x) * mpmath.ldexp(mpmath.mpf(int(found[0])), int(found[1]))
    if name == "sigmoid":
        return 1 / (1 + mpmath.exp(-x))
    builtin = {"abs": abs, "min": min, "max": max}
    return builtin[name](*arguments) if name in builtin else getattr(mpmath, name)(x)


TRUE: dict[str, Any] = {name: partial(judged, name) for name in [*UNARY, "min", "max"]}


def made(draw: Random, depth: int) -> str:
    """A random expression of the grammar."""
    kind = draw.choice(
        ["leaf", "unary", "unary", "unary", "sum", "product", "quotient", "power", "extremum"]
    )
    if depth == 0 or kind == "leaf":
        return draw.choice(["t", "t", "(-t)", "2", "1/3", "pi", "log(2)"])
    left, right = made(draw, depth - 1), made(draw, depth - 1)
    if kind == "unary":
        return f"{draw.choice(UNARY)}({left})"
    if kind == "power":
        return f"({left})**{draw.choice([2, 3, -1])}"
    if kind == "extremum":
        return f"{draw.choice(['min', 'max'])}({left},{right})"
    return f"({left}){ {'sum': draw.choice('+-'), 'product': '*', 'quotient': '/'}[kind] }({right})"


def one_unit(expression: Any, point: str) -> dict[str, Any]:
    layer = {"kind": "dense", "width": 1, "bias": "none", "activation": expression}
    return {
        "format": "exactland-problem/1",
        "data": {"inputs": [[point]]},
        "network": {"kind": "sequential", "layers": [layer]},
        "parameters": [{"W": [[1]]}],
    }


def true_value(text: str, t: fmpq) -> Any:
    """The value by the judge; None where it sees none."""
    with mpmath.workprec(JUDGE), precision(JUDGE):
        names = {"t": mpmath.mpf(int(t.p)) / int(t.q), "pi": +mpmath.pi, "mpf": mpmath.mpf}
        numbers = re.sub(r"(?<!\*\*)(?<!\*\*-)\b(\d+)", r"mpf(\1)", text)
        try:
            value = eval(numbers, {**TRUE, **names})
        except (ZeroDivisionError, ValueError, OverflowError):
            return None
        return value if isinstance(value, mpmath.mpf) and mpmath.isfinite(value) else None


def compared(draw: Random, counts: Counter[str]) -> None:
    text, point = made(draw, draw.choice([2, 3, 4])), draw.choice(POINTS)
    try:
        sigma = activation({"expr": text})
        problem = exactland.problem_from(one_unit({"expr": text}, point))
        finding = rank(problem, layer=1, ceiling=1024)
    except ExactlandError:
        counts["refused"] += 1
        return
    counts[finding.verdict] += 1
    if finding.established is not None:
        try:
            agreed(certificate_document(finding))
            counts["agreed"] += 1
        except LimitError:
            counts["limits"] += 1
    t = fmpq(*map(int, f"{point}/1".split("/")[:2]))
    with precision(256):
        value = sigma.value(arb(t), Balls(256))
    truth = true_value(text, t)
    if truth is not None and value.is_finite():
        with mpmath.workprec(JUDGE):
            (m, e), (r, f) = ([int(x) for x in end.man_exp()] for end in (value.mid(), value.rad()))
            assert abs(truth - mpmath.ldexp(m, e)) <= mpmath.ldexp(r, f), (text, point)
        counts["contained"] += 1


def test_random_expressions() -> None:
    draw, counts = Random(7), Counter[str]()
    for _ in range(90):
        compared(draw, counts)
    assert counts["agreed"] > 40, counts
    assert counts["contained"] > 30, counts
    assert counts["limits"] <= 0.1 * counts["agreed"], counts


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_random_expressions_at_length(seed: int) -> None:
    draw, counts = Random(seed), Counter[str]()
    for _ in range(500):
        compared(draw, counts)
    assert counts["limits"] <= 0.1 * counts["agreed"], counts


INSIDE = ["log(exp(-t))+t**2", "log(sigmoid(-t))", "1/exp(-t)"]


@pytest.mark.parametrize(
    ("expression", "point"),
    [
        ("log(t)", POINTS[0]),
        ("sqrt(exp(-t))", "400"),
        *((expression, t) for expression in INSIDE for t in ("80", "100", "500")),
    ],
)
def test_precision_inside_an_activation(run: Run, expression: str, point: str) -> None:
    Path("problem.json").write_text(json.dumps(one_unit({"expr": expression}, point)))
    assert run("rank", "problem.json", "--layer", 1)[0] == 0


TAILS = [
    ("gelu", "-100"),
    ("softplus", "-5000"),
    ({"expr": "1-tanh(t)"}, "500"),
    ({"expr": "1-sigmoid(t)"}, "700"),
]


@pytest.mark.parametrize(("expression", "point"), TAILS)
def test_tails(run: Run, expression: Any, point: str) -> None:
    Path("problem.json").write_text(json.dumps(one_unit(expression, point)))
    assert run("rank", "problem.json", "--layer", 1)[0] == 0


def test_a_lower_bound_beside_dependent_rows(run: Run) -> None:
    """Three equal samples, far out and near: the bound counts what the others show."""
    document = one_unit("gelu", "1")
    document["data"]["inputs"] = [["-1"], ["-1"], ["-1"], ["2"], ["-3"]]
    document["network"]["layers"][0]["width"] = 5
    document["parameters"] = [{"W": [["1", "3", "9", "1/3", "2"]]}]
    Path("problem.json").write_text(json.dumps(document))
    code, out, _ = run("rank", "problem.json", "--layer", 1)
    assert code == 1
    assert "F_1 (5 x 5) has rank 3 at the given parameters" in out


def deep(point: str, *expressions: str) -> dict[str, Any]:
    """The same with several layers: what is small below is known to the bits of the evidence."""
    document = one_unit({"expr": expressions[0]}, point)
    for expression in expressions[1:]:
        document["network"]["layers"].append(
            {"kind": "dense", "width": 1, "bias": "none", "activation": {"expr": expression}}
        )
        document["parameters"].append({"W": [[1]]})
    return document


def test_bits_grow_until_the_checker_agrees(run: Run) -> None:
    Path("problem.json").write_text(json.dumps(deep("300", "exp(-t)", "log(t)")))
    asked = ("certify", "problem.json", "--claim", "full-rank", "--layer", 2, "-o", "c.json")
    code, out, _ = run(*asked)
    assert code == 0
    assert "by the independent checker with 8 times the bits" in out
    assert json.loads(Path("c.json").read_text())["evidence"]["lower"]["bits"] == 512
    assert run("check", "c.json")[0] == 0


def test_beyond_the_ceiling_it_is_undecided(run: Run) -> None:
    Path("problem.json").write_text(json.dumps(deep("300", "exp(-t)", "log(t)")))
    code, out, _ = run("rank", "problem.json", "--layer", 2, "--ceiling", 256)
    assert code == 2
    assert "the independent checker does not see it with 256 bits" in out


def test_what_the_checker_rejects_for_another_reason_is_loud() -> None:
    finding = rank(exactland.problem_from(one_unit("sigmoid", "1")), layer=1)
    document = certificate_document(finding)
    document["claim"]["words"] += "!"
    with pytest.raises(RuntimeError, match="words"):
        agreed(document)


@pytest.mark.parametrize(
    "expression",
    [
        "log(1+exp(t))/log(2)",
        "sigmoid(t)/(sqrt(2)-1)",
        "tanh(t)/(3-pi)",
        "log((exp(1)-27/10)+t**2)",
    ],
)
def test_signs_of_constants(run: Run, expression: str) -> None:
    document = one_unit({"expr": expression}, "1")
    document["data"]["inputs"] = [["0"], ["1"], ["2"]]
    document["network"]["layers"][0] |= {"width": 3, "bias": "neuron"}
    del document["parameters"]
    Path("problem.json").write_text(json.dumps(document))
    asked = ("rank", "problem.json", "--layer", 1, "--what", "generic-features")
    assert run(*asked)[0] == 0


def test_a_constant_that_is_0_is_no_denominator(run: Run) -> None:
    document = one_unit({"expr": "tanh(t)/(sqrt(8)-2*sqrt(2))"}, "1")
    Path("problem.json").write_text(json.dumps(document))
    assert run("rank", "problem.json", "--layer", 1, "--what", "generic-features")[0] in (2, 65)
