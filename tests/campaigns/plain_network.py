"""Networks evaluated from their documents, entry by entry; nothing here uses the package.

A document is the JSON of docs/certificate-v1.md, section 3. Numbers are Fractions (``EXACT``) or
mpmath's floating point with many digits (``Digits``); both offer the functions of the grammar.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import isqrt
from typing import Any

import mpmath as mp

Document = dict[str, Any]
SMALL = 1 << 53


class Irrational(Exception):  # noqa: N818
    """An exact value is asked for that is not (obviously) rational."""


class Unclear(Exception):  # noqa: N818
    """The numbers are out of reach of this plain evaluation: nothing is known."""


class Undefined(Exception):  # noqa: N818
    """An expression has no value there: a claim about it is not true."""


# --- Numbers -------------------------------------------------------------------------------------


def rational(value: Any) -> Fraction:
    """A number of a document, section 2."""
    if isinstance(value, int):
        return Fraction(value)
    p, _, q = value.partition("/")
    return Fraction(int(p, 0), int(q, 0) if q else 1)


def written(value: Fraction | int) -> Any:
    """A number as a document writes it."""
    value = Fraction(value)
    if value.denominator == 1 and abs(value) <= SMALL:
        return value.numerator
    if value.denominator == 1:
        return _part(value.numerator)
    return f"{_part(value.numerator)}/{_part(value.denominator)}"


def _part(n: int) -> str:
    return str(n) if abs(n) <= SMALL else f"{'-' if n < 0 else ''}0x{abs(n):x}"


def rationals(rows: Sequence[Sequence[Any]]) -> list[list[Fraction]]:
    return [[rational(x) for x in row] for row in rows]


class Exact:
    """Fractions, and those values of functions that are rational at once."""

    def number(self, value: Fraction) -> Fraction:
        return value

    @property
    def pi(self) -> Fraction:
        raise Irrational("pi")

    def call(self, name: str, x: Fraction) -> Fraction:
        if (name == "log" and x <= 0) or (name == "sqrt" and x < 0):
            raise Undefined(f"{name} of a negative number")
        if name == "sqrt":
            p, q = isqrt(x.numerator), isqrt(x.denominator)
            if (p * p, q * q) == (x.numerator, x.denominator):
                return Fraction(p, q)
        if name == "log" and x == 1:
            return Fraction(0)
        if x == 0 and name in ("sin", "sinh", "tanh", "atan", "erf", "log1p", "expm1"):
            return Fraction(0)
        if x == 0 and name in ("exp", "cos", "cosh"):
            return Fraction(1)
        raise Irrational(name)


class Digits:
    """mpmath numbers; the caller sets the precision."""

    def number(self, value: Fraction) -> Any:
        return mp.mpf(value.numerator) / mp.mpf(value.denominator)

    @property
    def pi(self) -> Any:
        return +mp.pi

    def call(self, name: str, x: Any) -> Any:
        if name in ("exp", "sinh", "cosh", "tanh", "expm1", "sin", "cos") and abs(x) > 10**7:
            raise Unclear(f"{name} of a huge number")
        if (name == "log" and x <= 0) or (name == "sqrt" and x < 0):
            raise Undefined(f"{name} of a negative number")
        return getattr(mp, name)(x)


EXACT = Exact()

# --- Activations ---------------------------------------------------------------------------------


def sigmoid(t: Any, n: Any) -> Any:
    e = n.call("exp", -abs(t))  # never large, and no cancellation
    return 1 / (1 + e) if t > 0 else e / (1 + e)


def softplus(t: Any, n: Any) -> Any:
    return n.call("log1p", n.call("exp", t)) if t < 0 else t + n.call("log1p", n.call("exp", -t))


def dyadic(t: Any, n: Any) -> Any:
    if t >= 0:
        return 1 + 2 * t / 3
    whole = t.numerator // t.denominator if isinstance(t, Fraction) else int(mp.floor(t))
    if whole < -(10**5):
        raise Unclear("a huge power of 2")
    u = t - whole
    return n.number(Fraction(1, 2**-whole)) * (1 + 2 * u / 3 + u * u / 3)


def gelu(t: Any, n: Any) -> Any:
    if t == 0:
        return t
    root = n.call("sqrt", n.number(Fraction(2)))
    return t * (1 + n.call("erf", t / root)) / 2 if t > 0 else t * mp.erfc(-t / root) / 2


#: name: value at t over the numbers n with parameters p (rationals by name).
NAMED: dict[str, Callable[[Any, Any, Any], Any]] = {
    "identity": lambda t, n, p: t,
    "relu": lambda t, n, p: t if t > 0 else 0 * t,
    "leaky-relu": lambda t, n, p: t if t > 0 else n.number(p["slope"]) * t,
    "relu6": lambda t, n, p: 0 * t if t < 0 else t if t < 6 else n.number(Fraction(6)),
    "hard-sigmoid": lambda t, n, p: (
        n.number(Fraction(t > 0)) if abs(t) >= 3 else t / 6 + n.number(Fraction(1, 2))
    ),
    "sigmoid": lambda t, n, p: sigmoid(t, n),
    "tanh": lambda t, n, p: n.call("tanh", t),
    "arctan": lambda t, n, p: n.call("atan", t),
    "erf": lambda t, n, p: n.call("erf", t),
    "sin": lambda t, n, p: n.call("sin", t),
    "cos": lambda t, n, p: n.call("cos", t),
    "exp": lambda t, n, p: n.call("exp", t),
    "softsign": lambda t, n, p: t / (1 + abs(t)),
    "r1": lambda t, n, p: (1 + t / (1 + abs(t))) / 2,
    "lorentz": lambda t, n, p: 1 / (1 + t * t),
    "gaussian": lambda t, n, p: n.call("exp", -t * t),
    "softplus": lambda t, n, p: softplus(n.number(p["alpha"]) * t, n) / n.number(p["alpha"]),
    "log-sigmoid": lambda t, n, p: -softplus(-t, n),
    "silu": lambda t, n, p: t * sigmoid(t, n),
    "gelu": lambda t, n, p: gelu(t, n),
    "mish": lambda t, n, p: t * n.call("tanh", softplus(t, n)),
    "elu": lambda t, n, p: t if t > 0 else n.number(p["alpha"]) * n.call("expm1", t),
    "dyadic-softplus": lambda t, n, p: dyadic(t, n),
    "power": lambda t, n, p: t ** p["exponent"] if p["exponent"] else 0 * t + 1,
    "polynomial": lambda t, n, p: horner(p["coefficients"], t, n),
}


def horner(coefficients: Sequence[Fraction], t: Any, n: Any) -> Any:
    total = n.number(Fraction(0))
    for c in reversed(coefficients):
        total = total * t + n.number(c)
    return total


def activate(spec: Any, t: Any, n: Any) -> Any:
    """sigma(t) for an activation as a document writes it."""
    if isinstance(spec, str):
        return NAMED[spec](t, n, {})
    if "expr" in spec:
        return value_of(spec["expr"], t, n)
    parameters: dict[str, Any] = {}
    for key, value in spec.items():
        if key == "coefficients":
            parameters[key] = [rational(c) for c in value]
        elif key == "exponent":
            parameters[key] = value
        elif key != "name":
            parameters[key] = rational(value)
    return NAMED[spec["name"]](t, n, parameters)


def value_of(text: str, t: Any, n: Any) -> Any:
    """An expression of the grammar at t, through Python's own parser; ``t`` None: a constant."""
    return value_at(_parsed(text), t, n)


_CACHE: dict[str, ast.expr] = {}


def _parsed(text: str) -> ast.expr:
    if text not in _CACHE:
        _CACHE[text] = ast.parse(text.strip(), mode="eval").body
    return _CACHE[text]


def value_at(node: ast.expr, t: Any, n: Any) -> Any:
    if isinstance(node, ast.Constant):
        return n.number(Fraction(str(node.value)))
    if isinstance(node, ast.Name):
        return t if node.id == "t" else n.pi
    if isinstance(node, ast.UnaryOp):
        return -value_at(node.operand, t, n)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _call(node.func.id, [value_at(a, t, n) for a in node.args], n)
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Pow):
            return _power(value_at(node.left, t, n), int(ast.literal_eval(node.right)))
        left, right = value_at(node.left, t, n), value_at(node.right, t, n)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.Mult):
            return left * right
        if right == 0:
            raise Undefined("a division by zero")
        return left / right
    raise Unclear(f"an expression with {type(node).__name__}")


def _power(base: Any, exponent: int) -> Any:
    if exponent < 0 and base == 0:
        raise Undefined("a division by zero")
    return base**exponent


def _call(name: str, arguments: list[Any], n: Any) -> Any:
    if name in ("min", "max", "abs"):
        return {"min": min, "max": max, "abs": abs}[name](*arguments)
    if name == "sigmoid":
        return sigmoid(arguments[0], n)
    return n.call(name, arguments[0])


# --- Networks ------------------------------------------------------------------------------------


def patches_of(layer: Document, below: int) -> list[list[int | None]]:
    """The patches of a layer; those of a dense layer are one, of everything."""
    return [list(range(below))] if layer["kind"] == "dense" else layer["patches"]


def filters_of(layer: Document) -> int:
    """T; 1 for pooling."""
    return int(layer.get("width", layer.get("filters", 1)))


def neurons_of(layer: Document, below: int) -> list[tuple[list[int | None], int]]:
    """For each neuron its patch and filter: by place, then group of channels, then filter."""
    patches, T, g = patches_of(layer, below), filters_of(layer), layer.get("groups", 1)
    return [
        (patches[p + group], group * (T // g) + t)
        for p in range(0, len(patches), g)
        for group in range(g)
        for t in range(T // g)
    ]


def widths(problem: Document) -> list[int]:
    """n_0, ..., n_L."""
    result = [len(problem["data"]["inputs"][0])]
    for layer in problem["network"]["layers"]:
        result.append(len(neurons_of(layer, result[-1])))
    return result


def layer_values(layer: Document, entry: Any, x: list[Any], n: Any) -> list[Any]:
    """f(x) of one layer at one sample, Definitions 2.1 to 2.3 of NH18."""
    if layer["kind"] == "max-pooling":
        return [max(x[i] for i in patch if i is not None) for patch in layer["patches"]]
    if layer["kind"] == "average-pooling":
        pairs = zip(layer["patches"], layer["divisors"], strict=True)
        return [
            sum(x[i] for i in patch if i is not None) / n.number(Fraction(d)) for patch, d in pairs
        ]
    W = [[n.number(rational(w)) for w in row] for row in entry["W"]]
    b = [n.number(rational(value)) for value in entry.get("b", [])]
    zero, result = n.number(Fraction(0)), []
    for h, (patch, t) in enumerate(neurons_of(layer, len(x))):
        total = zero
        for r, i in enumerate(patch):
            if i is not None:
                total += W[r][t] * x[i]
        if layer["bias"] == "neuron":
            total += b[h]
        elif layer["bias"] == "filter":
            total += b[t]
        result.append(activate(layer["activation"], total, n))
    return result


def features(problem: Document, k: int, parameters: Any, n: Any) -> list[list[Any]]:
    """F_k, a row a sample."""
    rows = [[n.number(x) for x in row] for row in rationals(problem["data"]["inputs"])]
    for number in range(k):
        layer = problem["network"]["layers"][number]
        entry = None if parameters is None else parameters[number]
        rows = [layer_values(layer, entry, row, n) for row in rows]
    return rows


def weights(problem: Document, k: int, W: Sequence[Sequence[Any]], zero: Any) -> list[list[Any]]:
    """U_k = M_k(W), by its definition: the sum of the W[r][t] over the places of i in patch p."""
    below, layer = widths(problem)[k - 1], problem["network"]["layers"][k - 1]
    neurons = neurons_of(layer, below)
    U = [[zero] * len(neurons) for _ in range(below)]
    for h, (patch, t) in enumerate(neurons):
        for r, i in enumerate(patch):
            if i is not None:
                U[i][h] += W[r][t]
    return U


def projections(
    problem: Document, k: int, directions: Any, parameters: Any, n: Any
) -> list[list[Any]]:
    """F_{l-1} M_l(Q): layer l with the columns of Q as filters, without bias and activation."""
    layer = problem["network"]["layers"][k - 1]
    size = {"width" if layer["kind"] == "dense" else "filters": len(directions[0])}
    bare = {**layer, **size, "bias": "none", "activation": "identity"}
    rows = features(problem, k - 1, parameters, n)
    return [layer_values(bare, {"W": directions}, row, n) for row in rows]


def skip_features(problem: Document, parameters: Document, n: Any) -> list[list[Any]]:
    """Psi, a row a sample."""
    skips = problem["network"]["skips"]
    samples = unit_values(problem, parameters, skips, n)
    return [[values[id] for id in skips] for values, _ in samples]


def unit_values(
    problem: Document, parameters: Document, wanted: Sequence[str], n: Any
) -> list[tuple[Document, Document]]:
    """For each sample, by id: the values of the wanted units, and their sums without the bias.

    Only units that these depend on are evaluated.
    """
    network, result = problem["network"], []
    needed = set(wanted)
    for unit in reversed(network["units"]):
        if unit["id"] in needed:
            needed.update(unit["in"])
    for row in rationals(problem["data"]["inputs"]):
        values: dict[Any, Any] = {}
        sums: dict[Any, Any] = {}
        for unit in network["units"]:
            if unit["id"] not in needed:
                continue
            total = n.number(Fraction(0))
            for u, source in zip(parameters["groups"][unit["group"]], unit["in"], strict=True):
                below = values[source] if isinstance(source, str) else n.number(row[source])
                total += n.number(rational(u)) * below
            sums[unit["id"]] = total
            if unit["bias"] is not None:
                total += n.number(rational(parameters["biases"][unit["bias"]]))
            values[unit["id"]] = activate(unit["activation"], total, n)
        result.append((values, sums))
    return result


# --- Parameters ----------------------------------------------------------------------------------


def made_parameters(problem: Document, draw: Callable[[], Fraction]) -> Any:
    """Parameters whose numbers are drawn one by one."""

    def numbers(count: int) -> list[Any]:
        return [written(draw()) for _ in range(count)]

    network = problem["network"]
    if network["kind"] == "skip":
        groups = {unit["group"]: numbers(len(unit["in"])) for unit in network["units"]}
        names = {unit["bias"] for unit in network["units"]} - {None}
        return {"groups": groups, "biases": {name: numbers(1)[0] for name in sorted(names)}}
    result: list[Any] = []
    n = widths(problem)
    for below, width, layer in zip(n, n[1:], network["layers"], strict=False):
        if layer["kind"] in ("max-pooling", "average-pooling"):
            result.append(None)
            continue
        T = filters_of(layer)
        entry: Document = {"W": [numbers(T) for _ in patches_of(layer, below)[0]]}
        if layer["bias"] != "none":
            entry["b"] = numbers(T if layer["bias"] == "filter" else width)
        result.append(entry)
    return result
