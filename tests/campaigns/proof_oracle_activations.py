"""Properties of activations, looked at on grids."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

import mpmath as mp
import oracle
import plain_network as plain
from plain_network import Digits, Document, Unclear, Undefined, rational
from proof_view import Judgement, View, numbers_on

#: Named activations whose limits at -infinity and +infinity are both finite.
BOUNDED = {
    "relu6", "hard-sigmoid", "sigmoid", "tanh", "arctan", "erf", "sin", "cos", "softsign", "r1",
    "lorentz", "gaussian",
}  # fmt: skip
GRID = [Fraction(i, 8) for i in range(-160, 161)]
FAR = [Fraction(s * 10**j) for j in range(2, 7) for s in (-1, 1)]
#: Where limits are looked for, in so many digits.
TOWARDS = [10**j for j in range(20, 101, 16)]
DIGITS = 260
SETTLED = mp.mpf(10) ** -9


def name_of(sigma: Any) -> str:
    return str(sigma if isinstance(sigma, str) else sigma.get("name", ""))


class Far(Digits):
    """Functions of huge numbers."""

    def call(self, name: str, x: Any) -> Any:
        if abs(x) > mp.mpf(10) ** 220 and name not in ("erf", "tanh", "atan"):
            raise Unclear(f"{name} of a number beyond all bounds")
        return getattr(mp, name)(x) if abs(x) > 10**6 else super().call(name, x)


@lru_cache(maxsize=4096)
def _end(sigma: str, side: int) -> Any:
    spec, n = json.loads(sigma), Far()
    with mp.workdps(DIGITS):
        try:
            values = [plain.activate(spec, n.number(Fraction(side * t)), n) for t in TOWARDS]
        except (Unclear, OverflowError):
            return None
        steps = [abs(y - x) for x, y in pairwise(values)]
        if all(step < SETTLED for step in steps[-3:]):
            return values[-1]
        # What comes ever nearer, but slowly, may have a limit or not.
        return None if all(x > y for x, y in pairwise(steps)) else False


def end_of(sigma: Any, side: int) -> Any:
    """The limit of sigma at side times infinity; False if there is no finite one, or None."""
    return _end(json.dumps(sigma, sort_keys=True), side)


def has_end(sigma: Any, side: int) -> Judgement:
    found = end_of(sigma, side)
    return found if found is None or found is False else True


def _increasing(sigma: Any) -> Judgement:
    """Strictly, on a grid; where numbers are too near to each other, exactly."""
    values = numbers_on(sigma, GRID, DIGITS)
    with mp.workdps(DIGITS):
        near = mp.mpf(10) ** (20 - DIGITS)
        steps = [y - x for x, y in pairwise(values)]
        if any(step < -near for step in steps):
            return False
        if all(step > near for step in steps) or isinstance(sigma, str):
            return all(step > 0 for step in steps)
    try:
        exact = [plain.activate(sigma, point, plain.EXACT) for point in GRID]
    except plain.Irrational:
        return None
    return all(x < y for x, y in pairwise(exact))


def _analytic(sigma: Any) -> Judgement:
    """As the oracle of ranks says; with abs, min or max in an expression, not where a kink is met:
    whether there is none is out of sight."""
    pieces = isinstance(sigma, dict) and re.search("abs|min|max", sigma.get("expr", ""))
    if not pieces:
        return oracle.is_analytic(sigma) and _continuous(sigma)
    step, places = Fraction(1, 10**12), [Fraction(n, 12) for n in range(-60, 61)]
    with suppress(Unclear):
        left, here, right = (
            numbers_on(sigma, [t + n * step for t in places], DIGITS) for n in (-1, 0, 1)
        )
        bends = (abs(x - 2 * y + z) for x, y, z in zip(left, here, right, strict=True))
        if any(bend * 10**12 > mp.mpf("1e-6") for bend in bends):
            return False
    return None


def _bounded(sigma: Any) -> Judgement:
    """By name, or with finite limits; without either, unbounded where large values are met."""
    if name_of(sigma) in BOUNDED:
        return all(abs(x) < 7 for x in numbers_on(sigma, FAR + GRID))
    ends = _all_of(_continuous(sigma), has_end(sigma, -1), has_end(sigma, 1))
    if ends is False and all(abs(x) < 7 for x in numbers_on(sigma, FAR + GRID)):
        return None
    return ends


def _all_of(*judged: Judgement) -> Judgement:
    return False if False in judged else None if None in judged else True


def _within_reach(sigma: Any, *passed_over: type[Exception]) -> list[Any]:
    """The values on the grid; those that are out of reach are left out."""
    found = []
    for point in GRID:
        with suppress(Unclear, *passed_over):
            found += numbers_on(sigma, [point])
    return found


def _continuous(sigma: Any) -> Judgement:
    """All that the grammar has is continuous where it is defined."""
    return True if _within_reach(sigma) else None


def bounded_by(sigma: Any, rho: tuple[Any, Any, Any, Any]) -> bool:
    """|sigma(t)| <= rho_1 exp(rho_2 t) for t < 0 and <= rho_3 t + rho_4 for t >= 0, on a grid."""
    points = [*GRID, *(Fraction(s * x) for x in (50, 100, 400, 1000, 9000) for s in (-1, 1))]
    points += [Fraction(10**6)]
    values = numbers_on(sigma, points)
    with mp.workdps(60):
        slack, n = mp.mpf(10) ** -40, Digits()
        for point, value in zip(points, values, strict=True):
            t = n.number(point)
            bound = rho[0] * mp.exp(rho[1] * t) if point < 0 else rho[2] * t + rho[3]
            if abs(value) > bound * (1 + slack):
                return False
    return True


def _varies(sigma: Any) -> bool:
    """Two values differ; that there are others does not matter."""
    values = _within_reach(sigma, Undefined)
    return bool(max(values) > min(values))


def _finite_limits(sigma: Any) -> Judgement:
    return _all_of(_continuous(sigma), _varies(sigma), has_end(sigma, -1), has_end(sigma, 1))


def _clause_1(sigma: Any) -> Judgement:
    """NH18: finite limits whose product is 0."""
    found = _finite_limits(sigma)
    return found and bool(abs(end_of(sigma, -1) * end_of(sigma, 1)) < SETTLED)


def _assumption_3_2(sigma: Any) -> Judgement:
    """NH18: clause 1, or some constants of clause 2."""
    if not (_continuous(sigma) and _varies(sigma)):
        return False
    first = _clause_1(sigma)
    if first is not False:
        return first
    scale = 1 if isinstance(sigma, str) else rational(sigma.get("alpha", 1))
    slow, size = min(Fraction(1, 4), scale), max(8, 8 / scale)
    return bounded_by(sigma, (float(size), float(slow), 2, float(size)))


def _assumption_3_2_of_nh17(sigma: Any) -> Judgement:
    bounded = _bounded(sigma)
    grows = bounded if bounded is not False else _assumption_3_2(sigma)
    return _all_of(oracle.is_analytic(sigma), _increasing(sigma), grows)


PROPERTIES: dict[str, Callable[[Any], Judgement]] = {
    "analytic": lambda sigma: _analytic(sigma),
    "continuous": _continuous,
    "non-constant": _varies,
    "increasing": _increasing,
    "bounded": _bounded,
    "identity": lambda sigma: numbers_on(sigma, GRID) == numbers_on("identity", GRID),
    "finite-limits": _finite_limits,
    "nh18-3.2": _assumption_3_2,
    "nh18-3.2-1": _clause_1,
    "nh17-3.2": _assumption_3_2_of_nh17,
}


def vanishes_on_the_left(sigma: Any) -> Judgement:
    """Bounded, and 0 at -infinity."""
    bounded = _bounded(sigma)
    return bounded and bool(abs(numbers_on(sigma, [Fraction(-(10**7))])[0]) < 1e-6)


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
    sigma = view.sigma(claim["layer"])
    ends = [end_of(sigma, side) for side in (-1, 1)]
    if None in ends:
        return None
    with mp.workdps(60):
        wanted = [plain.value_of(text, None, Digits()) for text in claim["limits"]]
        return len(wanted) == 2 and all(
            x is not False and bool(abs(x - y) < SETTLED) for x, y in zip(ends, wanted, strict=True)
        )


def analytic_outputs(view: View, claim: Document, at: Any) -> Judgement:
    view.layer(claim["layer"])
    layers = range(1, claim["layer"] + 1)
    return _all_of(*(has_property(view.sigma(number), "analytic") for number in layers))
