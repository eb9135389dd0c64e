"""Elementary functions at one point, enclosed in fixed point.

A number is an integer ``a`` that stands for x = a * 2^-bits. Each function returns integers
``(lo, hi)`` with lo * 2^-bits <= f(x) <= hi * 2^-bits; one *ulp* is a unit of the working
precision ``wp``. Floats occur only as first guesses, which the enclosures do not rely on.

>>> exp(0, 10), atan(0, 10)
((1024, 1024), (0, 0))
"""

from __future__ import annotations

import math

from . import work
from .limits import ANGLE_BITS, EXPONENT_BITS
from .outcome import Coarse, Decline, Reject
from .work import TURN, VALUE, once, product, spend

Pair = tuple[int, int]
_GUARD = 64


def _ceiling(a: int, shift: int) -> int:
    """a * 2^-shift, rounded up."""
    return -(-a >> shift)


def quotient(a: Pair, b: Pair, bits: int) -> Pair:
    """a / b for b > 0, rounded outwards."""
    if b[0] <= 0:
        raise Coarse("", "a divisor is not shown to be positive")
    n, m = max(a[0].bit_length(), a[1].bit_length()) + bits, b[1].bit_length()
    spend(5 * TURN + 2 * work.quotient(n, m))
    lo = (a[0] << bits) // (b[1] if a[0] >= 0 else b[0])
    hi = -((-a[1] << bits) // (b[0] if a[1] >= 0 else b[1]))
    return lo, hi


def _inverse_series(n: int, wp: int, sign: int) -> Pair:
    """sum of sign^j / ((2j+1) n^(2j+1)): atanh(1/n) for sign 1, atan(1/n) for sign -1; n >= 2."""
    spend((wp // n.bit_length() + 2) * (2 * TURN + wp // 4))
    power, total, j = (1 << wp) // n, 0, 0
    while power:
        # floor(floor(x/a)/b) = floor(x/(ab)): each term is below the true one by less than 1 ulp.
        total += (power // (2 * j + 1)) * (sign if j % 2 else 1)
        power, j = power // (n * n), j + 1
    # The omitted terms are below 1 ulp, then fall by n^2 >= 4 each: together less than 2 ulp.
    return total - j - 2, total + j + 2


@once
def log2_constant(bits: int) -> Pair:
    """log 2 = 18 atanh(1/26) - 2 atanh(1/4801) + 8 atanh(1/8749)."""
    wp = bits + _GUARD
    a, b, c = (_inverse_series(n, wp, 1) for n in (26, 4801, 8749))
    lo, hi = 18 * a[0] - 2 * b[1] + 8 * c[0], 18 * a[1] - 2 * b[0] + 8 * c[1]
    return lo >> _GUARD, _ceiling(hi, _GUARD)


@once
def pi_constant(bits: int) -> Pair:
    """pi = 16 atan(1/5) - 4 atan(1/239)."""
    wp = bits + _GUARD
    a, b = _inverse_series(5, wp, -1), _inverse_series(239, wp, -1)
    return (16 * a[0] - 4 * b[1]) >> _GUARD, _ceiling(16 * a[1] - 4 * b[0], _GUARD)


def exp(a: int, bits: int) -> Pair:
    """e^x by x = k log 2 + r, Taylor's series at r / 2^s, and s squarings."""
    if a == 0:
        return 1 << bits, 1 << bits
    if a > 1 << (bits + EXPONENT_BITS):
        raise Decline(f"exp of a number above 2^{EXPONENT_BITS}")
    k = (a * 6196328018) >> (bits + 32)  # 6196328018 = floor(2^32 / log 2)
    if k < -bits - 8:
        # The constant is rounded down and x < 0, so x / log 2 < k + 1 < -bits and e^x < 2^-bits.
        return 0, 1
    s = max(4, math.isqrt(bits + max(k, 0)) * 2 // 3)  # squarings cost as much as terms
    guard = 20 + s + abs(k).bit_length()
    wp = bits + max(k, 0) + guard
    # The terms fall by 2^s and more.
    spend((wp // s + s + 10) * (2 * TURN + product(wp, wp)))
    one = 1 << wp
    lo2, hi2 = log2_constant(wp)
    r = (a << (wp - bits)) - k * (hi2 if k >= 0 else lo2)  # r <= true r <= r + |k| (hi2 - lo2)
    if r < 0:
        k, r = k - 1, r + lo2
    slack = (abs(k) + 2) * (hi2 - lo2)
    if not 0 <= r < one:
        raise Reject("", "argument reduction of exp")
    y = r >> s  # y <= true r / 2^s <= y + slack + 1
    total = term = one
    n = 0
    while term:
        n += 1
        term = (term * y >> wp) // n
        total += term
    # Each term is below the true one by at most 2 ulp (e_n <= e_(n-1) y/n + 1, y < 1, first exact),
    # the omitted ones are below 3 and halve: 2n + 6. By the mean value theorem the error of y
    # adds at most e^1 (slack + 1). All errors have one sign.
    error = 2 * n + 6 + 3 * (slack + 1)
    for _ in range(s):
        # (v + e)^2 = v^2 + 2 v e + e^2, with e^2 < 1 ulp as e < 2^(wp/2), and two roundings.
        if error * error > one:
            raise Reject("", "error bound of exp")
        total, error = total * total >> wp, (2 * total * error >> wp) + 3
    shift = wp - bits - k
    return total >> shift, ((total + error) >> shift) + 1


def _small_atanh(z: Pair, wp: int, sign: int) -> Pair:
    """atanh(z) for sign 1, atan(z) for sign -1, where |z| <= 2^-40."""
    size = max(abs(z[0]), abs(z[1]))
    if size >> (wp - 40):
        raise Reject("", "a first guess was wrong")
    centre, radius = (z[0] + z[1]) >> 1, ((z[1] - z[0]) >> 1) + 1
    spend((wp // 80 + 2) * (2 * TURN + product(wp, wp)))
    square, power, total, j = (centre * centre) >> wp, abs(centre), 0, 0
    while power:
        total += power // (2 * j + 1) * (sign if j % 2 else 1)
        power, j = (power * square) >> wp, j + 1
    # Powers: each product of floors is low by less than 2 ulp, each term by at most 3; what is
    # omitted is below 3 ulp; both functions have a slope below 2 there.
    error = 3 * j + 6 + 2 * radius
    total = total if centre >= 0 else -total
    return total - error, total + error


def log(a: int, bits: int) -> Pair:
    """log x for x > 0: x = f 2^e with f in [1, 2), log f = y + 2 atanh((f - e^y)/(f + e^y))."""
    if a <= 0:
        raise Coarse("", "the logarithm of a number that is not shown to be positive")
    if a == 1 << bits:
        return 0, 0
    e = a.bit_length() - 1 - bits
    wp = bits + _GUARD + abs(e).bit_length() + 8
    spend(VALUE + (wp + abs(e)) // 2)
    f = a << (wp - bits - e) if wp - bits - e >= 0 else 0
    exact = 0
    if not f:  # a has more bits than wp: f is rounded down
        f, exact = a >> (bits + e - wp), 1
    y = round(math.log((f >> (wp - 60)) / 2.0**60) * 2**50) << (wp - 50)
    low, high = exp(y, wp)
    upper = quotient((f + exact - low,) * 2, (f + exact + low,) * 2, wp)[1]  # increasing in f / e^y
    lower = quotient((f - high,) * 2, (f + high,) * 2, wp)[0]
    z = _small_atanh((lower, upper), wp, 1)
    lo2, hi2 = log2_constant(wp)
    lo = e * (lo2 if e >= 0 else hi2) + y + 2 * z[0]
    hi = e * (hi2 if e >= 0 else lo2) + y + 2 * z[1]
    return lo >> (wp - bits), _ceiling(hi, wp - bits)


def cos_sin(a: int, bits: int) -> tuple[Pair, Pair]:
    """cos x and sin x by x = n pi/2 + r and Taylor's series at |r| <= 1."""
    if a == 0:
        return (1 << bits, 1 << bits), (0, 0)
    if a.bit_length() > bits + ANGLE_BITS:
        raise Decline(f"sin or cos of a number above 2^{ANGLE_BITS}")
    wp = bits + _GUARD + max(0, a.bit_length() - bits)
    # m! > 2^wp with room to spare for m = 2 wp/(log2 wp - 3).
    spend((2 * wp // (wp.bit_length() - 4)) * (2 * TURN + product(wp, wp)))
    one = 1 << wp
    p = pi_constant(wp)
    x = a << (wp - bits)
    n = (2 * x + (p[0] >> 1)) // p[0]
    r = x - (n * p[0] >> 1)
    slack = abs(n) * (p[1] - p[0]) + 1  # |true r - r| <= slack
    if abs(r) > one:
        raise Reject("", "argument reduction of sin and cos")
    sums, term, m = [one, 0], one, 0
    while term:
        m += 1
        term = (term * abs(r) >> wp) // m
        sums[m % 2] += -term if m & 2 else term
    # Terms as in exp: low by at most 2 ulp each, omitted 6; sin and cos have slope at most 1.
    error = 2 * m + 6 + slack
    cosine, sine = sums[0], sums[1] if r >= 0 else -sums[1]
    for _ in range(n % 4):  # one quarter turn: cos(x + pi/2) = -sin x, sin(x + pi/2) = cos x
        cosine, sine = -sine, cosine
    return _outward(cosine, error, bits, wp), _outward(sine, error, bits, wp)


def _outward(value: int, error: int, bits: int, wp: int) -> Pair:
    """value +- error at wp, cut to [-1, 1] and rounded to bits: for sin and cos."""
    lo, hi = (value - error) >> (wp - bits), _ceiling(value + error, wp - bits)
    return max(lo, -1 << bits), min(hi, 1 << bits)


def _negated(pair: Pair) -> Pair:
    return -pair[1], -pair[0]


def atan(a: int, bits: int) -> Pair:
    """atan x: for 0 <= x <= 1 as y + atan((x c - s)/(c + x s)) with c, s = cos y, sin y."""
    if a < 0:
        return _negated(atan(-a, bits))
    if a == 0:
        return 0, 0
    wp = bits + _GUARD
    one = 1 << wp
    x, turned = a << _GUARD, a > 1 << bits
    near = (x, x) if not turned else quotient((one, one), (x, x), wp)  # atan x = pi/2 - atan 1/x
    y = round(math.atan((near[0] >> (wp - 60)) / 2.0**60) * 2**50) << (wp - 50)
    (c_lo, c_hi), (s_lo, s_hi) = cos_sin(y, wp)
    # tan(u - y), a quotient of differences of products of nonnegative numbers, rounded outwards.
    s_lo = max(s_lo, 0)
    top = ((near[0] * c_lo >> wp) - s_hi, _ceiling(near[1] * c_hi, wp) - s_lo)
    bottom = (c_lo + (near[0] * s_lo >> wp), c_hi + _ceiling(near[1] * s_hi, wp))
    lo, hi = _small_atanh(quotient(top, bottom, wp), wp, -1)
    lo, hi = lo + y, hi + y
    if turned:
        p = pi_constant(wp)
        lo, hi = (p[0] >> 1) - hi, _ceiling(p[1], 1) - lo
    return lo >> _GUARD, _ceiling(hi, _GUARD)


def erf(a: int, bits: int) -> Pair:
    """erf x = 2/sqrt(pi) e^(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!, a series of positive terms."""
    if a < 0:
        return _negated(erf(-a, bits))
    if a == 0:
        return 0, 0
    top, bottom = a * a, 1 << (2 * bits)  # x^2, exactly
    if top >= bottom * (bits + 2):
        return (1 << bits) - 1, 1 << bits  # 1 - erf x <= e^(-x^2) < 2^-bits
    if 5 * top >= 2 * bottom * (bits + 64):
        lo, hi = _erfc_far(a, bits)
        return (1 << bits) - hi, (1 << bits) - lo
    block = max(1, math.isqrt(bits) // 4)
    growth = 2 * (top // bottom) + block * (2 * top // bottom).bit_length()
    wp = bits + _GUARD + growth + 2 * bits.bit_length()
    low, high = _odd_factorials(a, bits, block, wp)
    x, decay = a << (wp - bits), _decay(a, bits, wp)
    low, high = 2 * (x * low >> wp), 2 * _ceiling(x * high, wp)
    lo, hi = quotient((low * decay[0] >> wp, _ceiling(high * decay[1], wp)), _root_pi(wp), wp)
    return lo >> (wp - bits), min(_ceiling(hi, wp - bits), 1 << bits)


def _odd_factorials(a: int, bits: int, block: int, wp: int) -> Pair:
    """The sum of y^n / (2n+1)!! for y = 2 x^2, at wp.

    A block of terms shares a power of y: term n is t y^(n mod block), where t is divided by a small
    number at each step and multiplied by y^block after each block. The sums of the t for each
    remainder are multiplied by the powers at the end.
    """
    square = 2 * a * a
    y = (square << wp) >> 2 * bits, _ceiling(square << wp, 2 * bits)
    powers, turn, large = [(1 << wp, 1 << wp)], 6 * TURN + wp, product(wp, wp)
    spend(4 * block * (TURN + large))
    for _ in range(block):
        low, high = powers[-1]
        powers.append((low * y[0] >> wp, _ceiling(high * y[1], wp)))
    sums, excess = [0] * block, [0] * block
    t, error, n = 1 << wp, 0, 0  # t <= true <= t + error
    while True:
        i = n % block
        spend(turn)
        if i == 0 and n:
            spend(2 * large)
            above = _ceiling((t + error) * powers[block][1], wp)
            t = t * powers[block][0] >> wp
            error = above - t
            # From here on each term is at most half the one before.
            if t <= error + 3 and (2 * n + 1) << wp >= 2 * y[1]:
                break
        sums[i], excess[i] = sums[i] + t, excess[i] + error
        n += 1
        t, error = t // (2 * n + 1), error // (2 * n + 1) + 2
    pairs = list(zip(sums, excess, powers, strict=False))
    low = sum(s * power[0] >> wp for s, _, power in pairs)
    high = sum(_ceiling((s + e) * power[1], wp) for s, e, power in pairs)
    return low, high + 2 * (t + error)


def _decay(a: int, bits: int, wp: int) -> Pair:
    """e^(-x^2), at wp."""
    square = a * a << (wp - 2 * bits) if wp >= 2 * bits else a * a >> (2 * bits - wp)
    return exp(-square - 1, wp)[0], exp(-square, wp)[1]


def _root_pi(wp: int) -> Pair:
    p = pi_constant(wp)
    return math.isqrt(p[0] << wp), math.isqrt(p[1] << wp) + 1


def _erfc_far(a: int, bits: int) -> Pair:
    """1 - erf x = e^(-x^2)/(x sqrt(pi)) (1 - 1/(2x^2) + 1*3/(2x^2)^2 - ...) for large x > 0.

    The error of a partial sum is at most the first term that is left out, which falls to about
    e^(-x^2): with the factor before it, to 2^-bits if 2 x^2 > bits log 2.
    """
    wp = bits + _GUARD
    x, decay = a << _GUARD, _decay(a, bits, wp)
    lower, upper = quotient((1 << wp, 1 << wp), (x, x), wp)  # 1/x, and 1/(2x^2)
    lower, upper = lower * lower >> (wp + 1), _ceiling(upper * upper, wp + 1)
    low = high = 0
    term, k = (1 << wp, 1 << wp), 0
    turn = 10 * TURN + 3 * product(wp, wp)
    while term[1] * decay[1] >> wp and (2 * k - 1) * upper < 1 << wp:
        spend(turn)
        low, high = (
            (low + term[0], high + term[1]) if k % 2 == 0 else (low - term[1], high - term[0])
        )
        k += 1
        term = (2 * k - 1) * term[0] * lower >> wp, _ceiling((2 * k - 1) * term[1] * upper, wp)
    low, high = max(low - term[1], 0), high + term[1]
    root = _root_pi(wp)
    bottom = x * root[0] >> wp, _ceiling(x * root[1], wp)
    lo, hi = quotient((low * decay[0] >> wp, _ceiling(high * decay[1], wp)), bottom, wp)
    return lo >> _GUARD, _ceiling(hi, _GUARD)


def tanh(a: int, bits: int) -> Pair:
    """tanh x = (1 - w)/(1 + w) with w = e^(-2x), for x >= 0; odd."""
    if a < 0:
        return _negated(tanh(-a, bits))
    one, (lo, hi) = 1 << bits, exp(-2 * a, bits)
    if lo == hi:  # x = 0, w = 1
        return 0, 0
    return quotient((one - hi, one - hi), (one + hi,) * 2, bits)[0], quotient(
        (one - lo, one - lo), (one + lo,) * 2, bits
    )[1]


def sigmoid(a: int, bits: int) -> Pair:
    """1/(1 + e^(-x)) = 1/(1 + w) with w = e^(-|x|) for x >= 0 and w/(1 + w) below."""
    one, (lo, hi) = 1 << bits, exp(-abs(a), bits)
    if a >= 0:
        return quotient((one, one), (one + lo, one + hi), bits)
    return (lo << bits) // (one + lo), -((-hi << bits) // (one + hi))


def softplus(a: int, bits: int) -> Pair:
    """log(1 + e^x) = max(x, 0) + log(1 + e^(-|x|))."""
    lo, hi = exp(-abs(a), bits)
    one, base = 1 << bits, max(a, 0)
    low = log(one + lo, bits)
    return base + low[0], base + low[1] + (hi - lo)  # the logarithm has slope <= 1 above 1
