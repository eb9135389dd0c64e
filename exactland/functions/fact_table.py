"""What the papers ask of an activation, for every named one, with a reason that proves it.

s is the sigmoid, Phi and phi the distribution function and density of the normal distribution. The
constants of *clause 2* (NH17 Assumption 3.2(2b), NH18 Assumption 3.2) satisfy
abs(sigma(t)) <= rho_1 exp(rho_2 t) for t < 0 and abs(sigma(t)) <= rho_3 t + rho_4 for t >= 0, with
all four positive.
"""

from __future__ import annotations

from dataclasses import dataclass

from exactland.functions.expression import Expression, parse
from exactland.functions.limits import MINUS, NONE, PLUS, Limit, finite
from exactland.functions.properties import Fact


@dataclass(frozen=True)
class Interval:
    """An open interval; an end that is None is infinite."""

    lower: Expression | None
    upper: Expression | None
    reason: str

    def __str__(self) -> str:
        low = "-infinity" if self.lower is None else str(self.lower)
        return f"({low}, {'infinity' if self.upper is None else self.upper})"


@dataclass(frozen=True)
class Known:
    """The facts of one activation; ``left``, ``right``: the limits at -infinity and +infinity.

    ``increasing`` is strictly increasing; ``injective`` is an interval on which sigma is injective,
    None if there is none; an *exponential polynomial* solves a linear differential equation with
    constant coefficients.
    """

    increasing: Fact
    bounded: Fact
    left: Limit
    right: Limit
    clause_2: Fact
    nonzero_slope: Fact
    injective: Interval | None
    exponential_polynomial: Fact


def _yes(reason: str) -> Fact:
    return Fact(True, reason)


def _no(reason: str) -> Fact:
    return Fact(False, reason)


def _rho(reason: str, *constants: str | Expression) -> Fact:
    """Clause 2 with its four constants, texts of the grammar."""
    parsed = (parse(c) if isinstance(c, str) else c for c in constants)
    return Fact(True, reason, tuple((f"rho_{i}", c) for i, c in enumerate(parsed, 1)))


def _from(reason: str, lower: str | None = None, upper: str | None = None) -> Interval:
    ends = [None if end is None else parse(end) for end in (lower, upper)]
    return Interval(ends[0], ends[1], reason)


HALF_PI = parse("pi/2")
LINE = _from("it is strictly increasing on R")
RIGHT_HALF = "its derivative is positive for t > 0"
BETWEEN_LIMITS = _yes("it is continuous with finite limits at both ends")
TO_INFINITY = _no("it tends to infinity")
NOT_ENTIRE = "an exponential polynomial is analytic on all of C; this function is not: "
NO_DECAY = "exp(rho_2 t) tends to 0 at -infinity, and abs(sigma) does not: "

_ORDER_TWO = _no(
    "an exponential polynomial f has abs(f(z)) <= C exp(c abs(z)) on C; this function grows like"
    " exp(y^2/2) or faster along the imaginary axis z = iy, up to powers of y"
)


def _pole(where: str) -> Fact:
    return _no(NOT_ENTIRE + "it is singular at " + where)


def _pieces(what: str) -> Fact:
    return _no(NOT_ENTIRE + what)


def _dip(slope: str) -> tuple[Fact, Fact]:
    """Not monotone, and so a zero of the derivative, for GELU, SiLU and Mish."""
    return (
        _no("its limit at -infinity and its value at 0 are 0 and it is negative between"),
        _no("it attains a minimum for some t < 0, being negative there with limits 0; there the"
            f" derivative {slope} is 0"),
    )  # fmt: skip


_SMALL_ON_THE_LEFT = (
    "for t < 0: abs(sigma(t)) <= abs(t) exp(t) and abs(t) exp(t/2) <= 2/e < 3/4; for t >= 0:"
    " sigma(t) <= t"
)

#: The activations without parameters; the others are in ``fact_families``.
KNOWN: dict[str, Known] = {
    "relu": Known(
        _no("it is 0 for t <= 0"),
        TO_INFINITY,
        finite(0),
        PLUS,
        _rho("it is 0 for t < 0 and t for t >= 0", "1", "1", "1", "1"),
        _no("its derivative is 0 for t < 0, and there is none at 0"),
        _from("it is t there", "0"),
        _pieces("it has a kink at 0"),
    ),
    "relu6": Known(
        _no("it is 0 for t <= 0"),
        BETWEEN_LIMITS,
        finite(0),
        finite(6),
        _rho("it is 0 for t < 0 and at most 6 for t >= 0", "1", "1", "1", "6"),
        _no("its derivative is 0 for t < 0, and there is none at 0 and 6"),
        _from("it is t there", "0", "6"),
        _pieces("it has a kink at 0"),
    ),
    "hard-sigmoid": Known(
        _no("it is 0 for t <= -3"),
        BETWEEN_LIMITS,
        finite(0),
        finite(1),
        _rho("for t < 0: 0 <= max(0,t/6+1/2) <= exp(t/3)/2 by 1+x <= exp(x); for t >= 0: at most 1",
             "1/2", "1/3", "1", "1"),
        _no("its derivative is 0 for t < -3, and there is none at -3 and 3"),
        _from("it is t/6+1/2 there", "-3", "3"),
        _pieces("it has a kink at -3"),
    ),
    "sigmoid": Known(
        _yes("its derivative s(t) s(-t) is positive"),
        BETWEEN_LIMITS,
        finite(0),
        finite(1),
        _rho("s(t) = exp(t)/(1+exp(t)) <= exp(t), and s(t) <= 1", "1", "1", "1", "1"),
        _yes("the derivative s(t) s(-t) is positive"),
        LINE,
        _pole("i pi"),
    ),
    "tanh": Known(
        _yes("its derivative 1 - tanh(t)^2 is positive, as abs(tanh) < 1"),
        BETWEEN_LIMITS,
        finite(-1),
        finite(1),
        _no(NO_DECAY + "it tends to 1"),
        _yes("the derivative 1 - tanh(t)^2 is positive, as abs(tanh) < 1"),
        LINE,
        _pole("i pi/2"),
    ),
    "arctan": Known(
        _yes("its derivative 1/(1+t^2) is positive"),
        BETWEEN_LIMITS,
        finite(parse("-pi/2")),
        finite(HALF_PI),
        _no(NO_DECAY + "it tends to pi/2"),
        _yes("the derivative 1/(1+t^2) is positive"),
        LINE,
        _pole("i, where its derivative 1/(1+t^2) has a pole"),
    ),
    "erf": Known(
        _yes("its derivative 2 exp(-t^2)/sqrt(pi) is positive"),
        BETWEEN_LIMITS,
        finite(-1),
        finite(1),
        _no(NO_DECAY + "it tends to 1"),
        _yes("the derivative 2 exp(-t^2)/sqrt(pi) is positive"),
        LINE,
        _ORDER_TWO,
    ),
    "sin": Known(
        _no("it has period 2 pi"),
        _yes("abs(sin) <= 1"),
        NONE,
        NONE,
        _no(NO_DECAY + "it has period 2 pi"),
        _no("its derivative cos(t) is 0 at pi/2"),
        _from("its derivative cos(t) is positive there", "-pi/2", "pi/2"),
        _yes("it solves y'' + y = 0"),
    ),
    "cos": Known(
        _no("it has period 2 pi"),
        _yes("abs(cos) <= 1"),
        NONE,
        NONE,
        _no(NO_DECAY + "it has period 2 pi"),
        _no("its derivative -sin(t) is 0 at 0"),
        _from("its derivative -sin(t) is negative there", "0", "pi"),
        _yes("it solves y'' + y = 0"),
    ),
    "exp": Known(
        _yes("its derivative exp(t) is positive"),
        TO_INFINITY,
        finite(0),
        PLUS,
        _no("it grows faster than rho_3 t + rho_4 at +infinity"),
        _yes("the derivative exp(t) is positive"),
        LINE,
        _yes("it solves y' = y"),
    ),
    "softsign": Known(
        _yes("its derivative 1/(1+abs(t))^2 is positive"),
        BETWEEN_LIMITS,
        finite(-1),
        finite(1),
        _no(NO_DECAY + "it tends to 1"),
        _yes("the derivative 1/(1+abs(t))^2 is positive"),
        LINE,
        _pieces("its second derivative jumps at 0"),
    ),
    "r1": Known(
        _yes("its derivative 1/(2(1+abs(t))^2) is positive"),
        BETWEEN_LIMITS,
        finite(0),
        finite(1),
        _no("for t < 0 it is 1/(2(1-t)), which decays more slowly than any exp(rho_2 t)"),
        _yes("the derivative 1/(2(1+abs(t))^2) is positive"),
        LINE,
        _pieces("its second derivative jumps at 0"),
    ),
    "lorentz": Known(
        _no("it is even"),
        BETWEEN_LIMITS,
        finite(0),
        finite(0),
        _no("it decays like 1/t^2, more slowly than any exp(rho_2 t)"),
        _no("its derivative -2t/(1+t^2)^2 is 0 at 0"),
        _from("its derivative -2t/(1+t^2)^2 is negative there", "0"),
        _pole("i"),
    ),
    "gaussian": Known(
        _no("it is even"),
        BETWEEN_LIMITS,
        finite(0),
        finite(0),
        _rho("(t+1/2)^2 >= 0 gives -t^2 <= t + 1/4, and exp(1/4) <= 2; for t >= 0: at most 1",
             "2", "1", "1", "1"),
        _no("its derivative -2t exp(-t^2) is 0 at 0"),
        _from("its derivative -2t exp(-t^2) is negative there", "0"),
        _ORDER_TWO,
    ),
    "log-sigmoid": Known(
        _yes("its derivative s(-t) is positive"),
        _no("it tends to -infinity at -infinity"),
        MINUS,
        finite(0),
        _no(NO_DECAY + "it tends to infinity"),
        _yes("the derivative s(-t) is positive"),
        LINE,
        _pole("i pi"),
    ),
    "silu": Known(
        _dip("s(t) (1 + t s(-t))")[0],
        TO_INFINITY,
        finite(0),
        PLUS,
        _rho(f"s(t) <= exp(t), so {_SMALL_ON_THE_LEFT}", "3/4", "1/2", "1", "1"),
        _dip("s(t) (1 + t s(-t))")[1],
        _from("its derivative s(t) (1 + t s(-t)) is positive for t > 0", "0"),
        _pole("i pi"),
    ),
    "mish": Known(
        _dip("T + t (1 - T^2) s(t), T = tanh(log(1+exp(t))),")[0],
        TO_INFINITY,
        finite(0),
        PLUS,
        _rho(f"0 < tanh(log(1+exp(t))) <= min(exp(t), 1), so {_SMALL_ON_THE_LEFT}",
             "3/4", "1/2", "1", "1"),
        _dip("T + t (1 - T^2) s(t), T = tanh(log(1+exp(t))),")[1],
        _from("its derivative T + t (1 - T^2) s(t), T = tanh(log(1+exp(t))), is positive for t > 0",
              "0"),
        _pole("log(2)/2 + 3 pi i/4, where (1+exp(z))^2 = -1"),
    ),
    "gelu": Known(
        _dip("Phi(t) + t phi(t)")[0],
        TO_INFINITY,
        finite(0),
        PLUS,
        _rho("for t = -r < 0: r Phi(-r) exp(r) <= r exp(r - r^2/2)/2"
             " = (sqrt(e)/2) r exp(-(r-1)^2/2) <= (sqrt(e)/2) 2r/(r^2-2r+3)"
             " <= (sqrt(e)/2) (sqrt(3)+1)/2 < 6/5, by"
             " Phi(-r) <= exp(-r^2/2)/2 and exp(x) >= 1+x; for t >= 0: Phi <= 1",
             "6/5", "1", "1", "1"),
        _dip("Phi(t) + t phi(t)")[1],
        _from("its derivative Phi(t) + t phi(t) is positive for t > 0", "0"),
        _ORDER_TWO,
    ),
    "dyadic-softplus": Known(
        _yes("its derivative, continuous and affine between integers, is 2^n 2/3 at n <= 0"),
        TO_INFINITY,
        finite(0),
        PLUS,
        _rho("for t = n+u < 0: 2^n (1+2u/3+u^2/3) <= 2 2^n <= 2 2^t <= 2 exp(t/2), as log(2) > 1/2;"
             " for t >= 0 it is 1+2t/3", "2", "1/2", "2/3", "1"),
        _yes("the derivative, continuous and affine between integers, is 2^n 2/3 at n <= 0"),
        LINE,
        _pieces("it is affine for t >= 0 and not for t < 0"),
    ),
}  # fmt: skip
