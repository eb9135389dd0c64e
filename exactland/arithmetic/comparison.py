"""The only place where numbers are compared: True, False, or None where the enclosures overlap.

python-flint answers False for ``<``, ``>=``, ``==`` and ``!=`` on overlapping balls and True for
``bool`` of a ball around zero. Here an overlap is None, and so is everything about a value of which
nothing is known.

The scalars are ``fmpq`` (also ``int``), ``arb`` and enclosures of a single number; all bounds are
exact dyadic rationals.
"""

from __future__ import annotations

from typing import Any

from flint import arb, fmpq, fmpz

from exactland.arithmetic.exact import exact_float
from exactland.arithmetic.formal_values import Formal
from exactland.errors import UsageError

#: Numbers with a binary exponent beyond this are bounded by 0, a power of two or not at all:
#: written out as rationals they would not fit into memory.
LARGEST_EXPONENT = 1 << 20


def less(a: Any, b: Any) -> bool | None:
    """Is a < b?

    >>> less(fmpq(1), arb(2)), less(arb(0, 1), fmpq(0)), less(arb(3), arb(3))
    (True, None, False)
    """
    if isinstance(a, (arb, fmpq)) and isinstance(b, (arb, fmpq)):
        # Arb's relations are true only if they hold for all points of the two balls. A rational
        # becomes a ball at whatever precision is set: enough to be right, not always to decide.
        x, y = arb(a), arb(b)
        if not (x.is_finite() and y.is_finite()):
            return None
        if x < y:
            return True
        if x > y:
            return False
    (a_low, a_high), (b_low, b_high) = _ends(a), _ends(b)
    if a_high is not None and b_low is not None and a_high < b_low:
        return True
    if a_low is not None and b_high is not None and a_low >= b_high:
        return False
    return None


def less_or_equal(a: Any, b: Any) -> bool | None:
    """Is a <= b?"""
    greater = less(b, a)
    return None if greater is None else not greater


def sign(a: Any) -> int | None:
    """-1, 0 or 1, or None.

    >>> sign(fmpq(-2, 3)), sign(arb(0)), sign(arb(1, 2))
    (-1, 0, None)
    """
    if isinstance(a, arb):
        if not a.is_finite():
            return None
        return 1 if a > 0 else -1 if a < 0 else 0 if a == 0 else None  # each only if certain
    low, high = _ends(a)
    if low is not None and low > 0:
        return 1
    if high is not None and high < 0:
        return -1
    return 0 if low is not None and low == 0 and high == 0 else None


def is_zero(a: Any) -> bool | None:
    """Is a = 0?"""
    if isinstance(a, Formal):
        # What is formally 0 is 0; of another polynomial in symbols nothing is known.
        return True if a.is_zero() else None if a.as_rational() is None else False
    s = sign(a)
    return None if s is None else s == 0


def excludes_zero(a: Any) -> bool | None:
    """Is a != 0?

    >>> excludes_zero(arb(1, 0.5)), excludes_zero(arb(0, 1)), excludes_zero(fmpq(0))
    (True, None, False)
    """
    zero = is_zero(a)
    return None if zero is None else not zero


def is_finite(a: Any) -> bool:
    """Is anything known about a: is it enclosed between two real numbers?"""
    low, high = _ends(a)
    return low is not None and high is not None


def lower(a: Any) -> fmpq | None:
    """An exact rational at most a (the lower end of the enclosure); None: no bound is known."""
    return _ends(a)[0]


def upper(a: Any) -> fmpq | None:
    """An exact rational at least a (the upper end of the enclosure); None: no bound is known."""
    return _ends(a)[1]


def magnitude_upper(a: Any) -> fmpq | None:
    """An exact rational at least |a|; None: no bound is known.

    >>> magnitude_upper(fmpq(-3, 2)), magnitude_lower(arb(-3, 1)) <= 2
    (3/2, True)
    """
    low, high = _ends(a)
    return None if low is None or high is None else max(-low, high)


def magnitude_lower(a: Any) -> fmpq:
    """An exact rational between 0 and |a|: 0 if a may vanish."""
    low, high = _ends(a)
    if low is not None and low > 0:
        return low
    return -high if high is not None and high < 0 else fmpq(0)


def _ends(a: Any) -> tuple[fmpq | None, fmpq | None]:
    """The two ends of the enclosure as rationals, None for an unbounded side."""
    if isinstance(a, Formal):
        q = a.as_rational()  # of symbols nothing is known
        return q, q
    if isinstance(a, fmpq):
        return a, a
    if isinstance(a, arb):
        return _ball_ends(a)
    if type(a) is int or isinstance(a, fmpz):
        return fmpq(a), fmpq(a)
    if hasattr(a, "lo") and hasattr(a, "hi") and a.lo.ndim == 0:
        return _from_float(a.lo.item()), _from_float(a.hi.item())
    raise UsageError(
        "comparison",
        f"a value of type {type(a).__name__} cannot be compared",
        "compare fmpq, arb or an enclosure of one number",
    )


def _from_float(end: float) -> fmpq | None:
    return None if end in (float("inf"), float("-inf")) else exact_float(end)


def _ball_ends(a: arb) -> tuple[fmpq | None, fmpq | None]:
    """midpoint -+ radius, without rounding except for exponents beyond all use."""
    if not a.is_finite():
        return None, None
    (low, high), (_, radius) = _outward(a.mid()), _outward(a.rad())
    if radius is None:
        return None, None
    return (None if low is None else low - radius), (None if high is None else high + radius)


def _outward(x: arb) -> tuple[fmpq | None, fmpq | None]:
    """Bounds of an exact number: itself twice, unless it is too large or too small to be written
    out.
    """
    mantissa, exponent = x.man_exp()
    magnitude = int(exponent) + int(mantissa.bit_length())  # |x| < 2^magnitude
    if abs(int(exponent)) <= LARGEST_EXPONENT and magnitude <= LARGEST_EXPONENT:
        e = int(exponent)
        value = fmpq(mantissa << e) if e >= 0 else fmpq(mantissa, fmpz(1) << -e)
        return value, value
    edge = None if magnitude > 0 else fmpq(1, fmpz(1) << min(-magnitude, LARGEST_EXPONENT))
    if mantissa > 0:
        return fmpq(0), edge
    return (None if edge is None else -edge), fmpq(0)
