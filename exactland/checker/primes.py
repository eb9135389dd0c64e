"""Integers as products of primes, as far as trial division goes."""

from __future__ import annotations

from .outcome import Decline
from .work import TURN, once, spend

_PRIMES_BELOW = 10**6
_FACTORED_BITS = 4096


@once
def factors(n: int) -> tuple[tuple[int, int], ...]:
    """n >= 1 as a product of powers: primes below 10^6, and what is left as one factor."""
    if n.bit_length() > _FACTORED_BITS:
        raise Decline(f"an integer of more than {_FACTORED_BITS} bits is to be factored")
    spend(min(_PRIMES_BELOW, 1 << n.bit_length() // 2 + 1) * (TURN + n.bit_length() // 4))
    result, d = [], 2
    while d < _PRIMES_BELOW and d * d <= n:
        count = 0
        while n % d == 0:
            n, count = n // d, count + 1
        if count:
            result.append((d, count))
        d += 1 if d == 2 else 2
    if n > 1:
        result.append((n, 1))
    return tuple(result)
