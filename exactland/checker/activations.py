"""The table of activations (section 4): definition, and core for formal evaluation (section 8).

>>> activation("relu", "here").core.kind
'abs'
>>> describe({"name": "softplus", "alpha": "1/2"})
'softplus(alpha=1/2)'
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .canonical import fields, integer, listed, natural, rational, rationals, text
from .expression import Node, Number, Power, Product, Sum, Variable, parse
from .limits import DECIMAL_BITS
from .outcome import Decline, Reject
from .properties import is_defined, is_polynomial, parity
from .spelling import equal_entry, parts, suggested
from .work import VALUE, once, quotient, size, spend

#: name: (parameter or "", definition, kind of core, its polynomial part). ``softplus(u)`` is
#: log(1+exp(u)), ``sigmoid(u)`` is 1/(1+exp(-u)); a is the parameter.
TABLE = {
    "identity": ("", "t", "polynomial", ""),
    "relu": ("", "max(t,0)", "abs", "t/2"),
    "leaky-relu": ("slope", "max(t,0)+a*min(t,0)", "abs", "(1+a)/2*t"),
    "relu6": ("", "min(max(t,0),6)", "none", ""),
    "hard-sigmoid": ("", "max(0,min(1,t/6+1/2))", "odd", "1/2"),
    "sigmoid": ("", "sigmoid(t)", "odd", "1/2"),
    "tanh": ("", "tanh(t)", "odd", "0"),
    "arctan": ("", "atan(t)", "odd", "0"),
    "erf": ("", "erf(t)", "odd", "0"),
    "sin": ("", "sin(t)", "odd", "0"),
    "cos": ("", "cos(t)", "even", "0"),
    "exp": ("", "exp(t)", "none", ""),
    "softsign": ("", "t/(1+abs(t))", "odd", "0"),
    "r1": ("", "1/2+t/(2*(1+abs(t)))", "odd", "1/2"),
    "lorentz": ("", "1/(1+t**2)", "even", "0"),
    "gaussian": ("", "exp(-t**2)", "even", "0"),
    "softplus": ("alpha", "softplus(a*t)/a", "even", "t/2"),
    "log-sigmoid": ("", "-softplus(-t)", "even", "t/2"),
    "silu": ("", "t*sigmoid(t)", "even", "t/2"),
    "gelu": ("", "t*(1+erf(t/sqrt(2)))/2", "even", "t/2"),
    "mish": ("", "t*tanh(softplus(t))", "none", ""),
    "elu": ("alpha", "max(t,0)+a*(exp(min(t,0))-1)", "none", ""),
    "dyadic-softplus": ("", "dyadic_softplus(t)", "none", ""),
}
POSITIVE = ("softplus", "elu")  # their parameter has to be positive
DEGREE = 64


@dataclass(frozen=True)
class Core:
    """sigma(t) = polynomial(t) + rest(t), the rest being odd, even or ``scale`` * abs(t), with a
    constant ``scale``.

    ``kind`` is "polynomial" (no rest), "abs", "odd", "even" or "none" (nothing is known, and
    ``polynomial`` is 0).
    """

    kind: str
    polynomial: Node
    scale: Node


@dataclass(frozen=True)
class Activation:
    """An activation; ``key`` is its canonical text, equal for equal activations.

    ``is_total`` says that it is shown to be defined at every real number. One with a ``table`` is
    any differentiable function R -> R with these values and slopes at these points; those with the
    same key are the same function, and its definition has no value anywhere.
    """

    key: str
    definition: Node
    core: Core
    is_total: bool
    table: tuple[tuple[Any, Any, Any], ...] = ()


def _made(key: str, definition: Node, core: Core) -> Activation:
    return Activation(key, definition, core, is_defined(definition))


ZERO = Number(Fraction(0))
#: The definition of a function of which some values are known.
UNKNOWN = parse("1/(t-t)")


def tabled(value: Any, table: Sequence[Sequence[Any]]) -> Activation:
    """Any differentiable function with these points, values and slopes."""
    key = json.dumps(value, sort_keys=True)
    rows = tuple((row[0], row[1], row[2]) for row in table)
    return Activation(key, UNKNOWN, Core("none", ZERO, ZERO), True, rows)


def activation(value: Any, place: str) -> Activation:
    """The activation that the JSON ``value`` describes."""
    key = json.dumps(value, sort_keys=True)
    if isinstance(value, dict) and "expr" in value:
        source = text(fields(value, place, "expr")["expr"], f"{place}.expr")
        node = parse(source, f"{place}.expr")
        entry = table_entry(value)
        if entry is not value:
            return activation(entry, place)
        return _made(key, node, core_of(node))
    name = text(value.get("name") if isinstance(value, dict) else value, f"{place}.name")
    if name in ("power", "polynomial"):
        node = _polynomial(value, place)
        return _made(key, node, Core("polynomial", node, ZERO))
    if name not in TABLE:
        raise Reject(place, "this activation is not in the table")
    parameter, definition, kind, part = TABLE[name]
    if isinstance(value, dict) and not parameter:
        raise Reject(place, "an activation without parameters is written as a string")
    spend(10 * VALUE)
    names = {}
    if parameter:
        number = rational(fields(value, place, f"name {parameter}")[parameter], place)
        if name in POSITIVE and number <= 0:
            raise Reject(place, f"{parameter} has to be positive")
        names["a"] = number
    node = parse(definition, place, names)
    if kind == "polynomial":
        return _made(key, node, Core(kind, node, ZERO))
    scale = (1 - names.get("a", Fraction(0))) / 2 if kind == "abs" else Fraction(0)
    return _made(key, node, Core(kind, parse(part or "0", place, names), Number(scale)))


def table_entry(value: Any) -> Any:
    """The entry of the table that an expression, defined on all of R, is shown to be equal to.

    >>> table_entry({"expr": "t*sigmoid(t)"}), table_entry({"expr": "log(1+exp(t/2))*2"})
    ('silu', {'name': 'softplus', 'alpha': '1/2'})
    """
    if not isinstance(value, dict) or "expr" not in value:
        return value
    found = _entry(str(value["expr"]))
    return value if found is None else json.loads(found)


@once
def _entry(source: str) -> str | None:
    """The entry as JSON; the text is one that parses."""
    node = parse(source)
    if not is_defined(node):
        return None
    found = parts(node)
    if found is not None and found[0] == "polynomial":
        known = [c.value for c in found[1] if isinstance(c, Number)]
        if known == [0, 1]:
            return '"identity"'
        if len(known) == len(found[1]) <= DEGREE + 1:
            coefficients = [_written(c) for c in known or [Fraction(0)]]
            return json.dumps({"name": "polynomial", "coefficients": coefficients})
        return None
    entry = equal_entry(node, _entries(node))
    return None if entry is None else json.dumps(entry)


def _entries(node: Node) -> Iterator[tuple[Any, Node]]:
    """The table: entries without parameters, then those that the expression suggests."""
    for name, (parameter, definition, _, _) in TABLE.items():
        if not parameter:
            yield name, parse(definition, name, {})
    for name, number in suggested(node):
        parameter, definition, _, _ = TABLE[name]
        yield {"name": name, parameter: _written(number)}, parse(definition, name, {"a": number})


def core_of(node: Node) -> Core:
    """As it is written, by the normal form, or by the rules of parity."""
    if is_polynomial(node):
        return Core("polynomial", node, ZERO)
    found = parts(node) if is_defined(node) else None
    if found is None:
        return Core(parity(node) or "none", ZERO, ZERO)
    kind, coefficients, scale = found
    return Core(kind, _sum_of_powers(coefficients), scale)


def _sum_of_powers(coefficients: Sequence[Node]) -> Node:
    terms = [(1, Product(((1, c), (1, Power(Variable(), j))))) for j, c in enumerate(coefficients)]
    return Sum(tuple(terms)) if terms else ZERO


def _written(value: Fraction) -> Any:
    """A rational as section 2 writes it."""
    texts = [n if abs(n) <= 2**53 else hex(n) for n in (value.numerator, value.denominator)]
    return texts[0] if value.denominator == 1 else f"{texts[0]}/{texts[1]}"


def _polynomial(value: Any, place: str) -> Node:
    if not isinstance(value, dict):
        raise Reject(place, "this activation needs its parameter")
    if value["name"] == "power":
        exponent = natural(fields(value, place, "name exponent")["exponent"], place, 0, DEGREE)
        return Power(Variable(), exponent)
    coefficients = rationals(fields(value, place, "name coefficients")["coefficients"], place)
    if not 1 <= len(coefficients) <= DEGREE + 1:
        raise Reject(place, f"a polynomial has 1 to {DEGREE + 1} coefficients")
    return _sum_of_powers([Number(c) for c in coefficients])


def describe(value: Any) -> str:
    """An activation that ``activation`` has accepted, for the words of a claim."""
    if isinstance(value, str):
        return value
    if "expr" in value:
        return str(value["expr"])
    parts = [f"{key}={_plain(value[key])}" for key in sorted(value) if key != "name"]
    return f"{value['name']}({','.join(parts)})"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ",".join(_plain(entry) for entry in listed(value, "")) + "]"
    if isinstance(value, str) and "/" not in value:
        return str(integer(value, ""))
    return decimal(rational(value, ""))


def decimal(value: Fraction) -> str:
    """A rational number in decimal: ``-3/4``."""
    bits = size(value)
    if bits > DECIMAL_BITS:
        raise Decline(f"a number of more than {DECIMAL_BITS} bits in a sentence")
    spend(VALUE + quotient(2 * bits, bits))
    return str(value)
