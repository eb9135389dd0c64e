"""Properties of activations, looked at on grids."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

import mpmath as mp
import oracle
import plain_network as plain
from plain_network import Digits, Document, Unclear, rational
from proof_view import Judgement, View, numbers_on

#: Named activations whose limits at -infinity and +infinity are both finite.
BOUNDED = {
    "relu6", "hard-sigmoid", "sigmoid", "tanh", "arctan", "erf", "sin", "cos", "softsign", "r1",
    "lorentz", "gaussian",
}  # fmt: skip
#: mu and mu' of the increasing ones among them, as numbers.
LIMITS: dict[str, Callable[[], tuple[Any, Any]]] = {
    "sigmoid": lambda: (0, 1),
    "tanh": lambda: (-1, 1),
    "arctan": lambda: (-mp.pi / 2, mp.pi / 2),
    "erf": lambda: (-1, 1),
    "softsign": lambda: (-1, 1),
    "r1": lambda: (0, 1),
}
GRID = [Fraction(i, 8) for i in range(-160, 161)]
FAR = [Fraction(s * 10**j) for j in range(2, 7) for s in (-1, 1)]


def name_of(sigma: Any) -> str:
    return str(sigma if isinstance(sigma, str) else sigma.get("name", ""))


def _on_the_grid(test: Callable[[list[Any]], bool]) -> Callable[[Any], Judgement]:
    return lambda sigma: test(numbers_on(sigma, GRID))


def _increasing(sigma: Any) -> Judgement:
    values = numbers_on(sigma, GRID, 400)
    return all(x < y for x, y in pairwise(values))


def _bounded(sigma: Any) -> Judgement:
    if name_of(sigma) not in BOUNDED:
        return None if "expr" in sigma else False
    return all(abs(x) < 7 for x in numbers_on(sigma, FAR + GRID))


def _continuous(sigma: Any) -> Judgement:
    """All that the grammar has is continuous where it is defined."""
    numbers_on(sigma, GRID)
    return True


def bounded_by(sigma: Any, rho: tuple[Any, Any, Any, Any]) -> bool:
    """|sigma(t)| <= rho_1 exp(rho_2 t) for t < 0 and <= rho_3 t + rho_4 for t >= 0, on a grid."""
    points = [*GRID, *(Fraction(s * x) for x in (50, 100, 400, 1000) for s in (-1, 1))]
    values = numbers_on(sigma, points)
    with mp.workdps(60):
        slack, n = mp.mpf(10) ** -40, Digits()
        for point, value in zip(points, values, strict=True):
            t = n.number(point)
            bound = rho[0] * mp.exp(rho[1] * t) if point < 0 else rho[2] * t + rho[3]
            if abs(value) > bound * (1 + slack):
                return False
    return True


def _assumption_3_2(sigma: Any) -> Judgement:
    """NH18: finite limits whose product is 0, or some constants of clause 2."""
    ends = [Fraction(s * 10**j) for j in (6, 7) for s in (-1, 1)]
    values = numbers_on(sigma, GRID)
    if max(values) == min(values):
        return False
    try:
        left, right, far_left, far_right = numbers_on(sigma, ends)
        settled = max(abs(left - far_left), abs(right - far_right)) < 1e-5
        if settled and abs(left * right) < 1e-5:
            return True
    except Unclear:
        pass
    scale = 1 if isinstance(sigma, str) else rational(sigma.get("alpha", 1))
    slow, size = min(Fraction(1, 4), scale), max(8, 8 / scale)
    return bounded_by(sigma, (float(size), float(slow), 2, float(size)))


def _assumption_3_2_of_nh17(sigma: Any) -> Judgement:
    if not (oracle.is_analytic(sigma) and _increasing(sigma)):
        return False
    return True if _bounded(sigma) else _assumption_3_2(sigma)


PROPERTIES: dict[str, Callable[[Any], Judgement]] = {
    "analytic": lambda sigma: oracle.is_analytic(sigma) and _continuous(sigma),
    "continuous": _continuous,
    "non-constant": _on_the_grid(lambda values: max(values) > min(values)),
    "increasing": _increasing,
    "bounded": _bounded,
    "identity": lambda sigma: numbers_on(sigma, GRID) == numbers_on("identity", GRID),
    "nh18-3.2": _assumption_3_2,
    "nh17-3.2": _assumption_3_2_of_nh17,
}


def vanishes_on_the_left(sigma: Any) -> Judgement:
    """Bounded, and 0 at -infinity."""
    if not _bounded(sigma):
        return _bounded(sigma)
    return abs(numbers_on(sigma, [Fraction(-(10**7))])[0]) < 1e-6


@lru_cache(maxsize=4096)
def _property(name: str, sigma: str) -> Judgement:
    return PROPERTIES[name](json.loads(sigma))


def has_property(sigma: Any, name: str) -> Judgement:
    return _property(name, json.dumps(sigma, sort_keys=True))


def activation(view: View, claim: Document, at: Any) -> Judgement:
    return has_property(view.sigma(claim["layer"]), claim["property"])


def growth(view: View, claim: Document, at: Any) -> Judgement:
    with mp.workdps(60):
        rho = tuple(plain.value_of(text, None, Digits()) for text in claim["rho"])
        if len(rho) != 4:
            return False
        return bounded_by(view.sigma(claim["layer"]), (rho[0], rho[1], rho[2], rho[3]))


def limits(view: View, claim: Document, at: Any) -> Judgement:
    ends = numbers_on(view.sigma(claim["layer"]), [Fraction(-(10**7)), Fraction(10**7)])
    with mp.workdps(60):
        wanted = [plain.value_of(text, None, Digits()) for text in claim["limits"]]
        return len(wanted) == 2 and all(
            abs(x - y) < 1e-5 for x, y in zip(ends, wanted, strict=True)
        )


def analytic_outputs(view: View, claim: Document, at: Any) -> Judgement:
    view.layer(claim["layer"])
    return all(
        has_property(view.sigma(number), "analytic") is True
        for number in range(1, claim["layer"] + 1)
    )
