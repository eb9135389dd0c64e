"""The table of activations of docs/certificate-v1.md, section 4, written out.

Every row has the definition, the core for formal evaluation, and rules for value and derivative
where the definition loses accuracy (``activation_rules``); elsewhere the definition is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from flint import fmpq

from exactland.arithmetic.formal import Core
from exactland.functions import activation_rules as rules
from exactland.functions.activation_rules import Rule
from exactland.functions.expression import VARIABLE, Expression, number, parse
from exactland.functions.expression_tree import add, multiply, power

Parameters = tuple[fmpq, ...]

ZERO, HALF, ONE = fmpq(0), fmpq(1, 2), fmpq(1)


@dataclass(frozen=True)
class Named:
    """A row: ``define(p)`` is the definition, ``core(p, label)`` the core.

    ``not_analytic(p)`` says why sigma is not analytic on R, "" where it is or where this is left to
    the rules of section 4. Rules that are None evaluate the definition or its derivative.
    """

    define: Callable[[Parameters], Expression | None]
    core: Callable[[Parameters, str], Core]
    value: Rule | None = None
    derivative: Rule | None = None
    parameters: tuple[str, ...] = ()
    not_analytic: Callable[[Parameters], str] = lambda p: ""


@lru_cache(maxsize=256)
def _parsed(text: str) -> Expression:
    return parse(text)


def _text(template: str) -> Callable[[Parameters], Expression]:
    """The definition; ``@`` stands for the parameter."""

    def define(p: Parameters) -> Expression:
        return _parsed(template.replace("@", f"({p[0]})" if p and p[0].q != 1 else str(*p[:1])))

    return define


def _polynomial_definition(p: Parameters) -> Expression:
    return add(*(multiply(number(c), power(VARIABLE, j)) for j, c in enumerate(p)))


def _odd(p: Parameters, label: str) -> Core:
    return Core((), "odd", ONE, label)


def _half_plus_odd(p: Parameters, label: str) -> Core:
    return Core((HALF,), "odd", ONE, label)


def _even(p: Parameters, label: str) -> Core:
    return Core((), "even", ONE, label)


def _half_t_plus_even(p: Parameters, label: str) -> Core:
    return Core((ZERO, HALF), "even", ONE, label)


def _opaque(p: Parameters, label: str) -> Core:
    return Core((), "none", ONE, label)


def _relu_core(p: Parameters, label: str) -> Core:
    return Core((ZERO, HALF), "abs", HALF, "abs")


def _leaky_core(p: Parameters, label: str) -> Core:
    return Core((ZERO, (1 + p[0]) / 2), "abs", (1 - p[0]) / 2, "abs")


def _identity_core(p: Parameters, label: str) -> Core:
    return Core((ZERO, ONE), "none", ZERO, label)


def _power_core(p: Parameters, label: str) -> Core:
    return Core((*[ZERO] * int(p[0].p), ONE), "none", ZERO, label)


def _polynomial_core(p: Parameters, label: str) -> Core:
    return Core(p, "none", ZERO, label)


def _kink(where: str) -> Callable[[Parameters], str]:
    return lambda p: f"it has a kink at {where}, where it has no derivative"


def _leaky_kink(p: Parameters) -> str:
    return "" if p[0] == 1 else "it has a kink at 0, where it has no derivative"


def _second_derivative_jumps(p: Parameters) -> str:
    return "its second derivative has different limits at 0 from the left and from the right"


def _dyadic_pieces(p: Parameters) -> str:
    return "it is affine for t >= 0 and not for t < 0, which no analytic function is"


def _elu_pieces(p: Parameters) -> str:
    return "it is the identity for t >= 0 and not for t < 0, which no analytic function is"


#: The rows, in the order of the page.
NAMED: dict[str, Named] = {
    "identity": Named(_text("t"), _identity_core, rules.identity_value, rules.identity_derivative),
    "relu": Named(
        _text("max(t,0)"),
        _relu_core,
        rules.relu_value,
        rules.relu_derivative,
        not_analytic=_kink("0"),
    ),
    "leaky-relu": Named(
        _text("max(t,0)+@*min(t,0)"),
        _leaky_core,
        None,
        rules.leaky_relu_derivative,
        ("slope",),
        _leaky_kink,
    ),
    "relu6": Named(
        _text("min(max(t,0),6)"),
        _opaque,
        None,
        rules.relu6_derivative,
        not_analytic=_kink("0 and at 6"),
    ),
    "hard-sigmoid": Named(
        _text("max(0,min(1,t/6+1/2))"),
        _half_plus_odd,
        None,
        rules.hard_sigmoid_derivative,
        not_analytic=_kink("-3 and at 3"),
    ),
    "sigmoid": Named(
        _text("1/(1+exp(-t))"), _half_plus_odd, rules.sigmoid_value, rules.sigmoid_derivative
    ),
    "tanh": Named(_text("tanh(t)"), _odd, None, rules.tanh_derivative),
    "arctan": Named(_text("atan(t)"), _odd),
    "erf": Named(_text("erf(t)"), _odd),
    "sin": Named(_text("sin(t)"), _odd),
    "cos": Named(_text("cos(t)"), _even),
    "exp": Named(_text("exp(t)"), _opaque),
    "softsign": Named(
        _text("t/(1+abs(t))"),
        _odd,
        None,
        rules.softsign_derivative,
        not_analytic=_second_derivative_jumps,
    ),
    "r1": Named(
        _text("1/2+t/(2*(1+abs(t)))"),
        _half_plus_odd,
        None,
        rules.r1_derivative,
        not_analytic=_second_derivative_jumps,
    ),
    "lorentz": Named(_text("1/(1+t**2)"), _even),
    "gaussian": Named(_text("exp(-t**2)"), _even),
    "softplus": Named(
        _text("log(1+exp(@*t))/@"),
        _half_t_plus_even,
        rules.softplus_value,
        rules.softplus_derivative,
        ("alpha",),
    ),
    "log-sigmoid": Named(
        _text("-log(1+exp(-t))"),
        _half_t_plus_even,
        rules.log_sigmoid_value,
        rules.log_sigmoid_derivative,
    ),
    "silu": Named(
        _text("t/(1+exp(-t))"), _half_t_plus_even, rules.silu_value, rules.silu_derivative
    ),
    "gelu": Named(
        _text("t*(1+erf(t/sqrt(2)))/2"),
        _half_t_plus_even,
        rules.gelu_value,
        rules.gelu_derivative,
    ),
    "mish": Named(_text("t*tanh(log(1+exp(t)))"), _opaque, rules.mish_value, rules.mish_derivative),
    "elu": Named(
        _text("max(t,0)+@*(exp(min(t,0))-1)"),
        _opaque,
        None,
        rules.elu_derivative,
        ("alpha",),
        _elu_pieces,
    ),
    "dyadic-softplus": Named(
        lambda p: None,
        _opaque,
        rules.dyadic_softplus_value,
        rules.dyadic_softplus_derivative,
        not_analytic=_dyadic_pieces,
    ),
    "power": Named(lambda p: power(VARIABLE, int(p[0].p)), _power_core, parameters=("exponent",)),
    "polynomial": Named(
        _polynomial_definition,
        _polynomial_core,
        rules.polynomial_value,
        rules.polynomial_derivative,
        ("coefficients",),
    ),
}

#: Other usual names, in lower case with "-".
ALIASES = {
    "linear": "identity", "id": "identity", "rectifier": "relu",
    "leakyrelu": "leaky-relu", "lrelu": "leaky-relu", "relu-6": "relu6",
    "hardsigmoid": "hard-sigmoid", "logistic": "sigmoid", "expit": "sigmoid", "sigm": "sigmoid",
    "tangent-hyperbolic": "tanh", "atan": "arctan", "arctg": "arctan", "sine": "sin",
    "cosine": "cos", "exponential": "exp", "soft-sign": "softsign", "cauchy": "lorentz",
    "lorentzian": "lorentz", "gauss": "gaussian", "rbf": "gaussian", "soft-plus": "softplus",
    "logsigmoid": "log-sigmoid", "log-logistic": "log-sigmoid", "swish": "silu", "sil": "silu",
    "dyadicsoftplus": "dyadic-softplus", "monomial": "power",
}  # fmt: skip

#: Parameters that may be left out; ``spec`` writes them out.
DEFAULTS = {
    ("softplus", "alpha"): fmpq(1),
    ("elu", "alpha"): fmpq(1),
    ("leaky-relu", "slope"): fmpq(1, 100),
}
