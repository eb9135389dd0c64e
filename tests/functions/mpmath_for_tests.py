"""Independent evaluation with mpmath: texts of the grammar, and the named activations."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import mpmath as mp
from flint import arb, fmpq

from exactland.arithmetic.comparison import lower, upper

NAMESPACE = {
    "exp": mp.exp, "log": mp.log, "sqrt": mp.sqrt, "sin": mp.sin, "cos": mp.cos, "sinh": mp.sinh,
    "cosh": mp.cosh, "tanh": mp.tanh, "atan": mp.atan, "erf": mp.erf, "abs": abs, "min": min,
    "max": max, "sigmoid": lambda u: 1 / (1 + mp.exp(-u)), "pi": mp.pi, "mpf": mp.mpf,
    "sign": mp.sign, "root": mp.sqrt, "inverse": lambda u: 1 / u,
}  # fmt: skip


def text_function(text: str) -> Callable[[Any], Any]:
    """A text of the grammar as a function, through Python's own parser; exponents stay integers."""
    numbers = re.sub(r"(?<!\*\*)(?<!\*\*-)(?<![0-9.])([0-9]+(?:\.[0-9]+)?)", r"mpf('\1')", text)
    code = compile(numbers, "test", "eval")
    return lambda t: mp.mpf(eval(code, {"__builtins__": {}}, {**NAMESPACE, "t": mp.mpf(t)}))


def formal_number(value: Any) -> Any:
    """The number that a formal value without parameters, or a rational, is: from its text."""
    return text_function(re.sub(r"\^(-?[0-9]+(?:/[0-9]+)?)", r"**(\1)", str(value)))(0)


def mpf(value: fmpq) -> Any:
    return mp.mpf(int(value.p)) / mp.mpf(int(value.q))


def contains(ball: arb, value: Any, slack: float = 1e-38) -> bool:
    """Whether the ball, widened by the error of mpmath, contains ``value``."""
    low, high = lower(ball), upper(ball)
    if low is None or high is None:
        return False
    margin = mp.mpf(slack) * max(1, abs(value))
    return bool(mpf(low) - margin <= value <= mpf(high) + margin)


def encloses(ball: arb, value: fmpq) -> bool:
    """Whether the rational lies in the ball; ``arb.contains`` would round it first."""
    low, high = lower(ball), upper(ball)
    return low is not None and high is not None and low <= value <= high


def _softplus(t: Any, a: Any = 1) -> Any:
    return mp.log1p(mp.exp(a * t)) / a if a * t < 50 else t + mp.log1p(mp.exp(-a * t)) / a


def _dyadic(t: Any) -> Any:
    if t >= 0:
        return 1 + 2 * t / 3
    n = mp.floor(t)
    u = t - n
    return mp.mpf(2) ** int(n) * (1 + 2 * u / 3 + u * u / 3)


#: name: (parameters as in a problem file, the function)
NAMED: dict[str, tuple[dict[str, Any], Callable[[Any], Any]]] = {
    "identity": ({}, lambda t: t),
    "relu": ({}, lambda t: max(t, 0)),
    "leaky-relu": ({"slope": "1/8"}, lambda t: t if t > 0 else t / 8),
    "relu6": ({}, lambda t: min(max(t, 0), 6)),
    "hard-sigmoid": ({}, lambda t: max(0, min(1, (t + 3) / 6))),
    "sigmoid": ({}, lambda t: 1 / (1 + mp.exp(-t))),
    "tanh": ({}, mp.tanh),
    "arctan": ({}, mp.atan),
    "erf": ({}, mp.erf),
    "sin": ({}, mp.sin),
    "cos": ({}, mp.cos),
    "exp": ({}, mp.exp),
    "softsign": ({}, lambda t: t / (1 + abs(t))),
    "r1": ({}, lambda t: mp.mpf(1) / 2 + t / (2 * (1 + abs(t)))),
    "lorentz": ({}, lambda t: 1 / (1 + t * t)),
    "gaussian": ({}, lambda t: mp.exp(-t * t)),
    "softplus": ({"alpha": "3/2"}, lambda t: _softplus(t, mp.mpf(3) / 2)),
    "log-sigmoid": ({}, lambda t: -_softplus(-t)),
    "silu": ({}, lambda t: t / (1 + mp.exp(-t))),
    "gelu": ({}, lambda t: t * mp.erfc(-t / mp.sqrt(2)) / 2),
    "mish": ({}, lambda t: t * mp.tanh(_softplus(t))),
    "elu": ({"alpha": "2"}, lambda t: t if t > 0 else 2 * mp.expm1(t)),
    "dyadic-softplus": ({}, _dyadic),
    "power": ({"exponent": 3}, lambda t: t**3),
    "polynomial": ({"coefficients": [1, "-1/2", 3]}, lambda t: 1 - t / 2 + 3 * t * t),
}
