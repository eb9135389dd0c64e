"""What proves a non-strict bad local minimum (LDS18, Proposition 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flint import fmpq


@dataclass(frozen=True)
class LocalMinimumProof:
    """Why sigma <= 0 near t, a better point, and why Assumption 2 holds or fails.

    Attributes
    ----------
    sign_method : "taylor": sigma and its derivatives below the even ``sign_order`` vanish at t, and
        that of order ``sign_order`` is negative on the whole interval; "enclosure": an enclosure of
        sigma on the interval is at most 0.
    w1, w2 : rational parameters (one entry a hidden unit) whose loss is smaller.
    bits : precision of the intervals that show it.
    assumption_2_method : None where it is not decided.
    dominated_from : the order from which one exponential dominates all derivatives at 0.
    """

    sign_method: Literal["taylor", "enclosure"]
    sign_order: int | None
    w1: tuple[fmpq, ...]
    w2: tuple[fmpq, ...]
    bits: int
    assumption_2_method: Literal["derivatives", "exponential-polynomial"] | None
    dominated_from: int | None = None
