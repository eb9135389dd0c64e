"""The named facts of docs/claims.md, by the table of a problem and by sampling functions.

A fact about a function is False where values contradict it; it is True only where values show it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath as mp
import plain_network as plain
from plain_network import Digits, Unclear, Undefined

Json = Any
Answer = bool | None
#: Where functions are looked at; kinks are expected at whole numbers and halves.
GRID = [Fraction(n, 4) for n in range(-48, 49)] + [Fraction(n, 7) for n in (-3, 1, 2, 10)]
FAR = 10**6
TINY = mp.mpf(10) ** -60


def _function(spec: Json) -> Callable[[Any], Any]:
    n = Digits()
    return lambda t: plain.activate(spec, n.number(t) if isinstance(t, Fraction) else t, n)


def _sampled(spec: Json) -> list[tuple[Fraction, Any]]:
    found, f = [], _function(spec)
    for t in sorted(GRID):
        with suppress(Undefined, Unclear):
            found.append((t, f(t)))
    return found


def _slopes(f: Callable[[Any], Any], t: Fraction) -> tuple[Any, Any]:
    """From the left and from the right."""
    h, x = mp.mpf(10) ** -30, mp.mpf(t.numerator) / t.denominator
    return (f(x) - f(x - h)) / h, (f(x + h) - f(x)) / h


def _is_sharp(spec: Json) -> bool:
    f = _function(spec)
    for t in GRID:
        with suppress(Undefined, Unclear):
            left, right = _slopes(f, t)
            if abs(left - right) > mp.mpf(10) ** -10:
                return True
    return False


def _smooth(spec: Json) -> Answer:
    return False if _is_sharp(spec) else None


def _increasing(spec: Json) -> Answer:
    """Far out, values that agree in all digits may still differ, as those of erf do."""
    for (s, x), (t, y) in pairwise(_sampled(spec)):
        if y - x < -TINY or (y - x <= TINY and max(abs(s), abs(t)) <= 4):
            return False
    return None


def _monotone(spec: Json) -> Answer:
    steps = [y - x for (_, x), (_, y) in pairwise(_sampled(spec))]
    rising, falling = all(s > TINY for s in steps), all(s < -TINY for s in steps)
    return None if rising or falling else False


def _slope_signs(spec: Json) -> set[int]:
    f, found = _function(spec), set()
    for t in GRID:
        with suppress(Undefined, Unclear):
            left, right = _slopes(f, t)
            if abs(left - right) < mp.mpf(10) ** -10:
                found.add(0 if abs(right) < mp.mpf(10) ** -25 else 1 if right > 0 else -1)
    return found


def _positive_slope(spec: Json) -> Answer:
    return False if _is_sharp(spec) or _slope_signs(spec) & {-1} else None


def _nonzero_slope(spec: Json) -> Answer:
    return False if _is_sharp(spec) or {-1, 1} <= _slope_signs(spec) else None


def _some_slope(spec: Json) -> Answer:
    return True if _slope_signs(spec) - {0} else None


def _not_constant(spec: Json) -> Answer:
    values = [x for _, x in _sampled(spec)]
    return any(abs(x - values[0]) > TINY for x in values)


def _ends(spec: Json) -> list[Any]:
    f, found = _function(spec), []
    for t in (-FAR, FAR):
        try:
            found.append(abs(f(mp.mpf(t))))
        except (Undefined, Unclear):
            found.append(None)
    return found


def _bounded(spec: Json) -> Answer:
    return False if any(end is not None and end > 10**4 for end in _ends(spec)) else None


def _growth(spec: Json) -> Answer:
    left, right = _ends(spec)
    wrong = (left is not None and left > mp.mpf(1) / 1000) or (right is not None and right > 10**10)
    return False if wrong else None


def _zero_limit(spec: Json) -> Answer:
    ends = _ends(spec)
    if _bounded(spec) is False:
        return False
    return False if all(end is not None and end > mp.mpf(1) / 1000 for end in ends) else None


def _affine(spec: Json) -> Answer:
    f = _function(spec)
    points = [mp.mpf(7 * n) / 5 + mp.mpf(1) / 9 for n in range(-40, 41)]
    try:
        values = [f(t) for t in points]
    except (Undefined, Unclear):
        return None
    return all(abs(c - 2 * b + a) < TINY for a, b, c in zip(values, values[1:], values[2:]))  # noqa: B905


def _identity(spec: Json) -> Answer:
    return all(abs(x - mp.mpf(t.numerator) / t.denominator) < TINY for t, x in _sampled(spec))


def _named(spec: Json, name: str) -> Answer:
    if isinstance(spec, dict) and "expr" in spec:
        return None
    return bool((spec["name"] if isinstance(spec, dict) else spec) == name)


def _of_function(test: Callable[..., Answer]) -> Any:
    return lambda s, n, p, k, *rest: test(s.sigma(k, n, p), *rest)


def _dense(layer: Json, below: int) -> Answer:
    if layer["kind"] == "dense":
        return True
    whole = all(len({*patch} - {None}) == below for patch in layer["patches"])
    return None if whole else False


def _convolutional(layer: Json, below: int) -> Answer:
    return layer["kind"] in ("dense", "convolution") and "groups" not in layer


def _pooling(layer: Json, below: int) -> Answer:
    padded = any(None in patch for patch in layer.get("patches", []))
    return layer["kind"] == "max-pooling" and not padded


def _own_biases(layer: Json, below: int) -> Answer:
    if layer.get("bias", "none") == "none":
        return False
    one_place = len(plain.neurons_of(layer, below)) == plain.filters_of(layer)
    return bool(layer["bias"] == "neuron" or one_place)


def _no_biases(layer: Json, below: int) -> Answer:
    return bool(layer.get("bias", "none") == "none")


def _covers(layer: Json, below: int) -> Answer:
    sets = [frozenset({*patch} - {None}) for patch in plain.patches_of(layer, below)]
    return len(frozenset().union(*sets)) == below and len({*sets}) == len(sets)


def _of_layer(test: Callable[[Json, int], Answer]) -> Any:
    def asked(s: Any, n: Json, p: Json, k: Json) -> Answer:
        number = s.integer(k, n, p)
        s.within(number, len(s.layers))
        return test(s.layers[number - 1], s.widths[number - 1])

    return asked


def _skip_biases(s: Any, n: Json, p: Json) -> Answer:
    every = [unit["bias"] for unit in s.units.values()]
    own = [s.units[name]["bias"] for name in s.network.get("skips", [])]
    return all(bias is not None and every.count(bias) == 1 for bias in own)


def _loss_name(s: Any) -> str | None:
    loss = s.problem.get("loss")
    return None if loss is None else str(loss).partition("(")[0]


def _loss_named(s: Any, n: Json, p: Json, name: str) -> Answer:
    return None if _loss_name(s) is None else _loss_name(s) == name


def _convex(s: Any, n: Json, p: Json) -> Answer:
    return False if _loss_name(s) == "cauchy" else None


def _one_sided(s: Any, n: Json, p: Json) -> Answer:
    return True if _loss_name(s) == "squared-hinge" else None


def _smooth_loss(s: Any, n: Json, p: Json) -> Answer:
    return False if _loss_name(s) == "squared-hinge" else None


def _open(s: Any, n: Json, p: Json, *rest: Json) -> Answer:
    return None


FACTS: dict[str, Callable[..., Answer]] = {
    "continuous": _open,
    "differentiable": _of_function(_smooth),
    "smooth": _of_function(_smooth),
    "analytic": _of_function(_smooth),
    "increasing": _of_function(_increasing),
    "monotone": _of_function(_monotone),
    "positive-slope": _of_function(_positive_slope),
    "nonzero-slope": _of_function(_nonzero_slope),
    "some-slope": _of_function(_some_slope),
    "not-constant": _of_function(_not_constant),
    "bounded": _of_function(_bounded),
    "linear-growth": _of_function(_growth),
    "one-sided-limit": _of_function(_zero_limit),
    "affine": _of_function(_affine),
    "is-identity": _of_function(_identity),
    "named": _of_function(_named),
    "dense": _of_layer(_dense),
    "convolutional": _of_layer(_convolutional),
    "pooling": _of_layer(_pooling),
    "own-biases": _of_layer(_own_biases),
    "no-biases": _of_layer(_no_biases),
    "covers": _of_layer(_covers),
    "skip-biases": _skip_biases,
    "loss-named": _loss_named,
    "convex-loss": _convex,
    "smooth-loss": _smooth_loss,
    "one-sided-loss": _one_sided,
    **dict.fromkeys(
        ("well-formed", "skip-analytic", "skip-limits", "skip-inputs", "stationary-loss",
         "separable", "weakly-global", "uniform-limit"), _open
    ),
}  # fmt: skip
