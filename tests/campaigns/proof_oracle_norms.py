"""Steps about the norms ||F_l^T x||: eigenvalues of F F^T in many digits, and single vectors."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath as mp
from plain_network import Digits, Document, rational
from proof_view import Judgement, View, all_positive

DIGITS = 160
SHARP = Fraction(101, 100)


def _extremes(view: View, claim: Document, at: Any) -> tuple[Any, Any, Any]:
    """The smallest and the largest eigenvalue of F F^T, and what they may be wrong by."""
    F = mp.matrix(view.features(claim["layer"], at, Digits()))
    values = mp.eigsy(F * F.T, eigvals_only=True)
    return min(values), max(values), mp.mpf(10) ** -(3 * DIGITS // 4) * (1 + max(values))


def below(view: View, claim: Document, at: Any) -> Judgement:
    with mp.workdps(DIGITS):
        smallest, _, slack = _extremes(view, claim, at)
        low = rational(claim["low"])
        return low > 0 and bool(Digits().number(low) <= smallest + slack)


def above(view: View, claim: Document, at: Any) -> Judgement:
    with mp.workdps(DIGITS):
        _, largest, slack = _extremes(view, claim, at)
        return bool(largest <= Digits().number(rational(claim["high"])) + slack)


def _squares(view: View, claim: Document, at: Any, n: Any) -> tuple[Any, Any]:
    """||F^T x||^2 and ||x||^2."""
    rows = view.features(claim["layer"], at, n)
    x = [n.number(rational(value)) for value in claim["vector"]]
    if len(x) != len(rows):
        raise ValueError("a vector of another length")
    image = [sum(a * b for a, b in zip(x, column, strict=True))
             for column in zip(*rows, strict=True)]  # fmt: skip
    return sum(a * a for a in image), sum(a * a for a in x)


def sharp_below(view: View, claim: Document, at: Any) -> Judgement:
    if len(claim["vector"]) != view.samples:
        return False

    def values(n: Any) -> list[Any]:
        image, length = _squares(view, claim, at, n)
        return [n.number(SHARP * rational(claim["low"])) * length - image, length]

    return all_positive(values)


def sharp_above(view: View, claim: Document, at: Any) -> Judgement:
    if len(claim["vector"]) != view.samples:
        return False

    def values(n: Any) -> list[Any]:
        image, length = _squares(view, claim, at, n)
        return [n.number(SHARP) * image - n.number(rational(claim["high"])) * length, length]

    return all_positive(values)


def norm_bounds(view: View, claim: Document, at: Any) -> Judgement:
    """Both bounds; and the eigenvectors, as vectors or as matrices of one column, come close."""
    with mp.workdps(DIGITS):
        smallest, largest, slack = _extremes(view, claim, at)
        low, high = (Digits().number(rational(claim[key])) for key in ("low", "high"))
        close = smallest < mp.mpf("1.01") * low + slack and mp.mpf("1.01") * largest > high - slack
        inside = low <= smallest + slack and largest <= high + slack
        return bool(low > 0 and inside and close)
