"""Is a claim true? Formulas evaluated plainly, from docs/claims.md; nothing here uses exactland.

``Plain(problem)(claim)`` answers True, False or None. Where all is rational the answer is exact;
else it is by numbers of many digits, whose derivatives are differences: numbers that agree to
``EQUAL`` are taken for equal, and ``margin`` is False then. Quantifiers are sampled: a claim about
all parameters is False if it fails at one that was tried, and never True.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Any

import mpmath as mp
import plain_network as plain
from plain_facts import FACTS
from plain_network import EXACT, Digits, Irrational, Unclear, Undefined

DIGITS, MORE = 160, 1200
#: Steps when looking around a point.
NEAR = 25
Json = Any
Rows = list[list[Any]]
Answer = bool | None
POOLING = ("max-pooling", "average-pooling")


class Plain:
    """Claims about one problem."""

    def __init__(self, problem: Json, seed: int = 0, digits: int = DIGITS) -> None:
        self.digits, self.step = digits, digits // 4
        #: Differences below the first are none, and above the second are some.
        self.apart = mp.mpf(10) ** -(digits // 8)
        self.none = mp.mpf(10) ** -(digits * 7 // 25)
        self.problem, self.network = problem, problem["network"]
        self.layers = self.network.get("layers", [])
        self.units = {unit["id"]: unit for unit in self.network.get("units", [])}
        self.widths = plain.widths(problem) if self.layers else []
        self.random = Random(seed)

    def __call__(self, claim: Json) -> Answer:
        """Whether the claim is true; Undefined where it has no value."""
        self.margin, self.definitions, self.points = True, {}, {}
        if claim[0] == "let":
            self.definitions = {name: (names, body) for name, names, body in claim[1]}
            claim = claim[2]
        with mp.workdps(self.digits):
            try:
                self.n: Any = EXACT
                return self.holds(claim, {}, None)
            except Irrational:
                self.n, self.margin, self.points = Digits(), True, {}
                return self.holds(claim, {}, None)

    def value_at(self, point: Json, term: Json) -> Fraction | None:
        """About the value of a number at a point, if it has one that is not huge."""
        self.margin, self.definitions = True, {}
        with mp.workdps(self.digits):
            self.n = Digits()
            try:
                value = self.real(term, {}, self.parameters(point, {}, None))
            except (Undefined, Unclear):
                return None
            return Fraction(int(mp.nint(value * 10**9)), 10**9) if abs(value) < 10**6 else None

    # --- Propositions ----------------------------------------------------------------------------

    def holds(self, claim: Json, names: Json, point: Json) -> Answer:
        head, *rest = claim
        try:
            return getattr(self, "is_" + PROPOSITIONS[head])(names, point, *rest)
        except Unclear:
            return None

    def compare(self, x: Any, y: Any) -> int:
        if self.n is EXACT:
            return int(x > y) - int(x < y)
        gap, size = x - y, 1 + abs(x) + abs(y)
        if abs(gap) < self.none * size:
            self.margin = False
            return 0
        if abs(gap) < self.apart * size:
            raise Unclear("numbers too near")
        return 1 if gap > 0 else -1

    def every(self, answers: Iterable[Answer]) -> Answer:
        result: Answer = True
        try:
            for answer in answers:
                if answer is False:
                    return False
                result = None if answer is None else result
        except Undefined:  # who knows more may have stopped before
            if result:
                raise
        return result

    def is_not(self, names: Json, point: Json, claim: Json) -> Answer:
        return _not(self.holds(claim, names, point))

    def is_and(self, names: Json, point: Json, *claims: Json) -> Answer:
        return self.every(self.holds(claim, names, point) for claim in claims)

    def is_or(self, names: Json, point: Json, *claims: Json) -> Answer:
        return _not(self.every(_not(self.holds(claim, names, point)) for claim in claims))

    def is_implies(self, names: Json, point: Json, left: Json, right: Json) -> Answer:
        premise = self.holds(left, names, point)
        if premise is False:
            return True
        try:
            conclusion = self.holds(right, names, point)
        except Undefined:
            if premise:
                raise
            return None
        return conclusion if premise else True if conclusion else None

    def is_all(self, names: Json, point: Json, i: str, low: Json, high: Json, body: Json) -> Answer:
        span = self.span(low, high, names, point)
        return self.every(self.holds(body, {**names, i: n}, point) for n in span)

    def is_some(self, names: Json, point: Json, *rest: Json) -> Answer:
        i, low, high, body = rest
        span = self.span(low, high, names, point)
        return _not(self.every(_not(self.holds(body, {**names, i: n}, point)) for n in span))

    def is_at(self, names: Json, point: Json, place: Json, body: Json) -> Answer:
        return self.holds(body, names, self.parameters(place, names, point))

    def is_less(self, names: Json, point: Json, x: Json, y: Json) -> Answer:
        return self.compare(self.real(x, names, point), self.real(y, names, point)) < 0

    def is_at_most(self, names: Json, point: Json, x: Json, y: Json) -> Answer:
        return self.compare(self.real(x, names, point), self.real(y, names, point)) <= 0

    def is_equal(self, names: Json, point: Json, x: Json, y: Json) -> Answer:
        left, right = self.value(x, names, point), self.value(y, names, point)
        return self.same(left, right)

    def is_different(self, names: Json, point: Json, x: Json, y: Json) -> Answer:
        return _not(self.is_equal(names, point, x, y))

    def same(self, left: Any, right: Any) -> Answer:
        if not isinstance(left, list):
            return self.compare(left, right) == 0
        if (len(left), len(left[0])) != (len(right), len(right[0])):
            return False
        pairs = [(x, y) for r, s in zip(left, right, strict=True) for x, y in zip(r, s)]  # noqa: B905
        return self.every(self._settled(x, y) for x, y in pairs)

    def _settled(self, x: Any, y: Any) -> Answer:
        try:
            return self.compare(x, y) == 0
        except Unclear:
            return None

    def is_zero(self, names: Json, point: Json, term: Json) -> Answer:
        rows = self.matrix(term, names, point)
        return self.every(self._settled(x, self.number(0)) for row in rows for x in row)

    def is_distinct(self, names: Json, point: Json, term: Json) -> Answer:
        rows = self.matrix(term, names, point)
        return self.every(_not(self.same([r], [s])) for r, s in combinations(rows, 2))

    def is_apart(self, names: Json, point: Json, term: Json) -> Answer:
        rows = self.matrix(term, names, point)
        pairs = ((x, y) for r, s in combinations(rows, 2) for x in r for y in s)
        return self.every(_not(self._settled(x, y)) for x, y in pairs)

    def is_definite(self, names: Json, point: Json, term: Json) -> Answer:
        """All leading minors of A + A^T are positive."""
        rows = self.square(term, names, point)
        both = [[rows[i][j] + rows[j][i] for j in range(len(rows))] for i in range(len(rows))]
        minors = ([row[:k] for row in both[:k]] for k in range(1, len(both) + 1))
        return self.every(self.compare(determinant(m), self.number(0)) > 0 for m in minors)

    def is_fact(self, names: Json, point: Json, name: str, *rest: Json) -> Answer:
        return FACTS[name](self, names, point, *rest)

    def is_kind(self, names: Json, point: Json, place: Json, kind: str) -> Answer:
        """Partial derivatives, and points around and elsewhere where Phi is less."""
        there = self.parameters(place, names, point)
        if kind == "global minimum":
            return self._lower_elsewhere(there)
        partial = self.whole_gradient(there)
        critical = self.every(self._settled(x, self.number(0)) for (x,) in partial)
        if kind == "critical point" or critical is False:
            return critical
        return self._looked_around(there, kind)

    def _lower_elsewhere(self, there: Json) -> Answer:
        here = self.loss_at(there)
        for _ in range(20):
            with suppress(Undefined, Unclear, Irrational):
                if self.compare(self.loss_at(self.anywhere()), here) < 0:
                    return False
        for body in [b for names, b in self.definitions.values() if not names and _is_point(b)]:
            if self.compare(self.loss_at(self.parameters(body, {}, there)), here) < 0:
                return False
        return None

    def _looked_around(self, there: Json, kind: str) -> Answer:
        if self.n is EXACT:
            raise Irrational("small steps")
        here, keys = self.loss_at(there), list(entries(there))
        for count in (1, 1, 1, 2, len(keys), len(keys), len(keys)):
            chosen = set(self.random.sample(keys, min(count, len(keys))))
            step = {key: mp.mpf(self.random.randint(-9, 9)) * mp.mpf(10) ** -NEAR for key in chosen}
            if not any(step.values()):
                continue
            rise = self.loss_at(moved(there, step)) - here
            tiny = mp.mpf(10) ** -120
            if kind == "local minimum" and rise < -tiny:
                return False
            if kind == "strict local minimum" and rise < tiny:
                return False
            if kind == "local maximum" and rise > tiny:
                return False
        return None

    # Quantifiers, which are sampled.

    def anywhere(self) -> Json:
        def draw() -> Any:
            return self.number(Fraction(self.random.randint(-30, 30), self.random.randint(1, 7)))

        return {key: [[draw() for _ in row] for row in rows] for key, rows in self.zero().items()}

    def samples(self, domain: Json) -> list[Json] | None:
        if domain != "parameters":
            return None
        found = [self.zero(), *(self.anywhere() for _ in range(5))]
        if "parameters" in self.problem:
            found.append(self.given())
        return found

    def is_forall(self, names: Json, point: Json, domain: Json, body: Json) -> Answer:
        for there in self.samples(domain) or ():
            if self.holds(body, names, there) is False:
                return False
        return None

    def is_almost_all(self, names: Json, point: Json, domain: Json, body: Json) -> Answer:
        found = [self.holds(body, names, self.anywhere()) for _ in range(3 * (domain in WHOLE))]
        return False if found and all(x is False for x in found) else None

    def is_exists(self, names: Json, point: Json, domain: Json, body: Json) -> Answer:
        for there in self.samples(domain) or ():
            with suppress(Undefined, Unclear):
                if self.holds(body, names, there) is True:
                    return True
        return None

    def is_real(self, names: Json, point: Json, x: str, body: Json) -> Answer:
        return self._at_numbers(names, point, x, body, [-100, -3, -1, 0, 1, 3, 100])

    def is_from(self, names: Json, point: Json, start: Json, x: str, body: Json) -> Answer:
        first = self.real(start, names, point)
        return self._at_numbers(names, point, x, body, [first + n for n in (0, 1, 3, 10, 99)])

    def is_in(self, names: Json, point: Json, *rest: Json) -> Answer:
        low, high, x, body = rest
        a, b = self.real(low, names, point), self.real(high, names, point)
        if self.compare(a, b) > 0:
            return True
        return self._at_numbers(names, point, x, body, [a + (b - a) * n / 8 for n in range(9)])

    def _at_numbers(self, names: Json, point: Json, x: str, body: Json, values: Any) -> Answer:
        for value in values:
            number = self.number(value) if isinstance(value, int) else value
            if self.holds(body, {**names, x: number}, point) is False:
                return False
        return None

    def is_open(self, names: Json, point: Json, *rest: Json) -> Answer:
        return None

    # --- Numbers ---------------------------------------------------------------------------------

    def number(self, value: Any) -> Any:
        return self.n.number(Fraction(value))

    def integer(self, term: Json, names: Json, point: Json) -> int:
        value = self.real(term, names, point)
        nearest = int(mp.nint(value)) if self.n is not EXACT else round(value)
        if self.compare(value, self.number(nearest)):
            raise Unclear("no integer")
        return nearest

    def real(self, term: Json, names: Json, point: Json) -> Any:
        found = self.value(term, names, point)
        if isinstance(found, list):
            raise TypeError(f"a matrix for a number: {term}")
        return found

    def matrix(self, term: Json, names: Json, point: Json) -> Rows:
        found = self.value(term, names, point)
        if not isinstance(found, list):
            raise TypeError(f"a number for a matrix: {term}")
        if not found or not found[0]:
            raise Undefined("a matrix without rows or columns")
        return found

    def square(self, term: Json, names: Json, point: Json) -> Rows:
        rows = self.matrix(term, names, point)
        if len(rows) != len(rows[0]):
            raise Undefined("no square matrix")
        return rows

    def value(self, term: Json, names: Json, point: Json) -> Any:
        """A number or a matrix."""
        if isinstance(term, int) or (isinstance(term, str) and not term[:1].isalpha()):
            return self.number(plain.rational(term))
        if isinstance(term, str) and term in names:
            found = names[term]
            return self.number(found) if isinstance(found, int) else found
        if isinstance(term, str) or term[0] == "ref":
            return self.value(*self.body(term, names, point))
        return TERMS[term[0]](self, names, point, *term[1:])

    def body(self, term: Json, names: Json, point: Json) -> tuple[Json, Json, Json]:
        """The body of a definition, its arguments, and the point where it is used."""
        name, values = (term, []) if isinstance(term, str) else (term[1], term[2:])
        arguments, body = self.definitions[name]
        whole = [a[0] in "ijhrs" for a in arguments]
        inner = {
            a: (self.integer if w else self.real)(v, names, point)
            for a, v, w in zip(arguments, values, whole, strict=True)
        }
        return body, inner, point

    def span(self, low: Json, high: Json, names: Json, point: Json) -> range:
        return range(self.integer(low, names, point), self.integer(high, names, point) + 1)

    def within(self, n: int, size: int) -> int:
        if not 1 <= n <= size:
            raise Undefined(f"{n} is not one of 1 to {size}")
        return n - 1

    # --- The network -----------------------------------------------------------------------------

    def layer(self, k: Json, names: Json, point: Json) -> Json:
        return self.layers[self.within(self.integer(k, names, point), len(self.layers))]

    def sigma(self, k: Json, names: Json, point: Json) -> Json:
        """The activation of a layer or unit, as the problem writes it."""
        if isinstance(k, list) and k[0] == "unit":
            return self.unit(k[1])["activation"]
        layer = self.layer(k, names, point)
        if layer["kind"] in POOLING:
            raise Undefined("no activation")
        return layer["activation"]

    def unit(self, name: str) -> Json:
        if name not in self.units:
            raise Undefined("no such unit")
        return self.units[name]

    def zero(self) -> Json:
        """Parameters that are all 0, by their matrices."""
        if not self.layers and not self.units:
            return {}
        found: Json = {}
        for key, rows, columns in self.shapes():
            found[key] = [[self.number(0)] * columns for _ in range(rows)]
        return found

    def shapes(self) -> Iterable[tuple[Any, int, int]]:
        for k, layer in enumerate(self.layers, 1):
            if layer["kind"] in POOLING:
                continue
            T = plain.filters_of(layer)
            yield ("W", k), len(plain.patches_of(layer, self.widths[k - 1])[0]), T
            if layer["bias"] != "none":
                yield ("b", k), 1, T if layer["bias"] == "filter" else self.widths[k]
        seen = set()
        for unit in self.units.values():
            for key, rows in ((("W", unit["group"]), len(unit["in"])), (("b", unit["bias"]), 1)):
                if key[1] is not None and key not in seen:
                    seen.add(key)
                    yield key, rows, 1
        targets = self.problem["data"].get("targets")
        if self.units and targets:
            yield ("V", 0), len(self.network["skips"]), len(targets[0])

    def given(self) -> Json:
        found: Json = {}
        parameters = self.problem.get("parameters")
        if self.units and parameters:
            for name, weights in parameters["groups"].items():
                found["W", name] = self.numbers([[w] for w in weights])
            for name, bias in parameters["biases"].items():
                found["b", name] = self.numbers([[bias]])
        for k, entry in enumerate([] if self.units else parameters or [], 1):
            if entry is not None:
                found["W", k] = self.numbers(entry["W"])
                if entry.get("b"):
                    found["b", k] = self.numbers([entry["b"]])
        return found

    def numbers(self, rows: Json) -> Rows:
        return [[self.number(plain.rational(x)) for x in row] for row in rows]

    def parameters(self, term: Json, names: Json, point: Json) -> Json:
        """The parameters of a point."""
        if term in ("given", "zero"):
            return self.given() if term == "given" else self.zero()
        if term == "here":
            if point is None:
                raise Unclear("nowhere")
            return point
        if isinstance(term, str):
            return self.parameters(*self.body(term, names, point))
        base = self.parameters(term[1], names, point)
        if term[0] == "move":
            factor, step = self.real(term[2], names, point), term[3]
            other = self.parameters(step, names, point)
            if base.keys() != other.keys():
                raise Undefined("other parameters")
            return moved(base, {key: factor * x for key, x in entries(other).items()})
        found, shapes = dict(base), {key: (r, c) for key, r, c in self.shapes()}
        for target, value in term[2:]:
            key = self.key(target, names, base)
            rows = self.matrix(value, names, base)
            if shapes.get(key) != (len(rows), len(rows[0])):
                raise Undefined("another size")
            found[key] = rows
        return found

    def key(self, target: Json, names: Json, point: Json) -> Any:
        if target[0] == "V":
            return "V", 0
        if isinstance(target[1], list) and target[1][0] == "unit":
            unit = self.unit(target[1][1])
            return target[0], unit["group" if target[0] == "W" else "bias"]
        k = self.integer(target[1], names, point)
        self.within(k, len(self.layers))
        return target[0], k

    def block(self, target: Json, names: Json, point: Json) -> Rows:
        found = self.at(point).get(self.key(target, names, point))
        if found is None:
            raise Undefined("no such parameters")
        return found

    def at(self, point: Json) -> Json:
        if point is None:
            raise Unclear("nowhere")
        return point

    def passed(self, point: Json, k: int, change: Json = None) -> tuple[Rows, Rows]:
        """G_k and F_k; ``change`` is added: by ("U", k) or ("G", k) to U_k or G_k."""
        point, change = self.at(point), change or {}
        rows = self.numbers(self.problem["data"]["inputs"])
        G = rows
        for number, layer in enumerate(self.layers[:k], 1):
            below = rows
            if layer["kind"] in POOLING:
                G = rows = [plain.layer_values(layer, None, row, self.n) for row in below]
                continue
            if ("W", number) not in point or (
                layer["bias"] != "none" and ("b", number) not in point
            ):
                raise Undefined("no parameters")
            G = [self._sums(layer, number, row, point) for row in below]
            for (block, at, r, c), x in change.items():
                if at == number and block == "G":
                    G[r][c] += x
                if at == number and block == "U":
                    for row, values in zip(G, below, strict=True):
                        row[c] += values[r] * x
            rows = [[plain.activate(layer["activation"], t, self.n) for t in row] for row in G]
        return G, rows

    def _sums(self, layer: Json, number: int, x: list[Any], point: Json) -> list[Any]:
        W, sums = point["W", number], []
        for h, (patch, t) in enumerate(plain.neurons_of(layer, len(x))):
            total = self.number(0)
            for r, i in enumerate(patch):
                if i is not None:
                    total += W[r][t] * x[i]
            if layer["bias"] != "none":
                total += point["b", number][0][h if layer["bias"] == "neuron" else t]
            sums.append(total)
        return sums

    def unit_columns(self, point: Json, name: str) -> tuple[Rows, Rows]:
        """A unit before and after its activation, a row a sample."""
        unit, found = self.unit(name), []
        inputs = self.numbers(self.problem["data"]["inputs"])
        below = {s: self.unit_columns(point, s)[1] for s in unit["in"] if isinstance(s, str)}
        keys = [("W", unit["group"])] + [("b", unit["bias"])] * (unit["bias"] is not None)
        if any(key not in self.at(point) for key in keys):
            raise Undefined("no parameters")
        for n, row in enumerate(inputs):
            read = [below[s][n][0] if isinstance(s, str) else row[s] for s in unit["in"]]
            total = sum(
                (w * x for (w,), x in zip(point[keys[0]], read, strict=True)), self.number(0)
            )
            found.append([total + (point[keys[1]][0][0] if keys[1:] else 0)])
        return found, [[plain.activate(unit["activation"], t, self.n)] for (t,) in found]

    def skip_values(self, point: Json) -> Rows:
        skips = self.network.get("skips", [])
        columns = [[t for (t,) in self.unit_columns(point, name)[1]] for name in skips]
        return [list(row) for row in zip(*columns, strict=True)]

    def residual(self, t: Any) -> Any:
        """l(t) by the name of the loss."""
        name, _, inside = self.problem.get("loss", "").partition("(delta=")
        if name in ("squared", "half-squared"):
            return t * t / (1 if name == "squared" else 2)
        if name not in ("cauchy", "pseudo-huber"):
            raise Undefined("no loss of this kind")
        d2 = self.number(Fraction(inside[:-1])) ** 2
        if name == "cauchy":
            return d2 * self.n.call("log", 1 + t * t / d2)
        return 2 * d2 * (self.n.call("sqrt", 1 + t * t / d2) - 1)

    def loss_at(self, point: Json, change: Json = None) -> Any:
        """Phi."""
        if "targets" not in self.problem["data"] or "loss" not in self.problem:
            raise Undefined("no loss")
        targets = self.numbers(self.problem["data"]["targets"])
        if self.layers:
            outputs = self.passed(point, len(self.layers), change)[1]
        elif ("V", 0) not in self.at(point):
            raise Undefined("no V")
        else:
            outputs = product(self.skip_values(point), point["V", 0])
        if len(targets[0]) != len(outputs[0]):
            raise Undefined("targets of another width")
        total, hinge = self.number(0), self.problem["loss"] == "squared-hinge"
        for row, wanted in zip(outputs, targets, strict=True):
            for f, y in zip(row, wanted, strict=True):
                if hinge and abs(y) != 1:
                    raise Undefined("targets of the hinge")
                total += max(0 * f, 1 - y * f) ** 2 if hinge else self.residual(f - y)
        return total

    # --- Derivatives, by differences -------------------------------------------------------------

    def bumps(self, target: Json, names: Json, point: Json) -> list[list[Any]]:
        """(block, layer, row, column) for each entry."""
        block = target[0]
        if block == "V" or not self.layers:
            raise Unclear("skip networks")
        k = self.integer(target[1], names, point)
        layer = self.layers[self.within(k, len(self.layers))]
        if layer["kind"] in POOLING:
            raise Undefined("no parameters")
        sizes = {key: (rows, columns) for key, rows, columns in self.shapes()}
        sizes["U", k] = self.widths[k - 1], self.widths[k]
        sizes["G", k] = len(self.problem["data"]["inputs"]), self.widths[k]
        if (block, k) not in sizes:
            raise Undefined("no biases")
        rows, columns = sizes[block, k]
        return [[(block, k, r, c) for c in range(columns)] for r in range(rows)]

    def loss_near(self, point: Json, steps: Json) -> Any:
        """Phi where these entries grow."""
        own = {k: x for k, x in steps.items() if k[0] in "Wb"}
        return self.loss_at(
            moved(self.at(point), own), {k: x for k, x in steps.items() if k not in own}
        )

    def slope(self, point: Json, bump: Any) -> Any:
        if self.n is EXACT:
            raise Irrational("differences")
        h = mp.mpf(10) ** -self.step
        up, here, down = (self.loss_near(point, {bump: s * h}) for s in (1, 0, -1))
        if abs((up - here) - (here - down)) > h * mp.mpf(10) ** -20 * (1 + abs(up - here) / h):
            raise Unclear("a kink")
        return (up - down) / (2 * h)

    def curvature(self, point: Json, a: Any, b: Any) -> Any:
        if self.n is EXACT:
            raise Irrational("differences")
        h = mp.mpf(10) ** -self.step
        self.slope(point, a), self.slope(point, b)

        def at(s: int, t: int) -> Any:
            steps = {a: s * h}
            steps[b] = steps.get(b, 0) + t * h
            return self.loss_near(point, steps)

        one = (at(1, 1) - at(1, 0) - at(0, 1) + at(0, 0)) / h**2
        other = (at(-1, -1) - at(-1, 0) - at(0, -1) + at(0, 0)) / h**2
        mixed = (at(1, -1) - at(1, 0) - at(0, -1) + at(0, 0)) / -(h**2)
        if max(abs(one - other), abs(one - mixed)) > mp.mpf(10) ** -20 * (1 + abs(one)):
            raise Unclear("no second derivative")
        return ((at(1, 1) - at(1, -1)) - (at(-1, 1) - at(-1, -1))) / (4 * h**2)

    def all_bumps(self, targets: Json, names: Json, point: Json) -> list[Any]:
        return [b for t in targets for row in self.bumps(t, names, point) for b in row]

    def blocks(self) -> list[Json]:
        if not self.layers:
            raise Unclear("skip networks")
        return [list(key) for key, _, _ in self.shapes()]

    def whole_gradient(self, point: Json) -> Rows:
        return [[self.slope(point, bump)] for bump in self.all_bumps(self.blocks(), {}, point)]

    def hessian(self, targets: Json, names: Json, point: Json) -> Rows:
        bumps = self.all_bumps(targets, names, point)
        if len(bumps) > 8:
            raise Unclear("many parameters")
        return [[self.curvature(point, a, b) for b in bumps] for a in bumps]

    def derivative(self, function: Callable[[Any], Any], order: int, x: Any) -> Any:
        if order == 0:
            return function(x)
        if order > 6:
            raise Unclear("a high order")
        if self.n is EXACT:
            raise Irrational("differences")
        h = mp.mpf(10) ** -(self.digits // (order + 3))
        signs = [(-1) ** (order - j) * mp.binomial(order, j) for j in range(order + 1)]

        def quotient(start: Any) -> Any:
            return sum(s * function(x + (start + j) * h) for j, s in enumerate(signs)) / h**order

        left, right, middle = quotient(-order), quotient(0), quotient(mp.mpf(-order) / 2)
        if abs(left - right) > mp.mpf(10) ** -8 * (1 + abs(left)):
            raise Unclear("a kink")
        finer = h / 2
        half = [function(x + (mp.mpf(-order) / 2 + j) * finer) for j in range(order + 1)]
        better = sum(s * f for s, f in zip(signs, half, strict=True)) / finer**order
        return (4 * better - middle) / 3


# --- Plain matrices ------------------------------------------------------------------------------


def _not(answer: Answer) -> Answer:
    return None if answer is None else not answer


def _is_point(body: Json) -> bool:
    return isinstance(body, list) and body[0] in ("but", "move")


def entries(point: Json) -> dict[Any, Any]:
    return {
        (*key, r, c): x
        for key, rows in point.items()
        for r, row in enumerate(rows)
        for c, x in enumerate(row)
    }


def moved(point: Json, step: Json) -> Json:
    """The point where some entries grow."""
    found = {key: [list(row) for row in rows] for key, rows in point.items()}
    for (block, k, r, c), x in step.items():
        if (block, k) not in found:
            raise Undefined("no such parameters")
        found[block, k][r][c] += x
    return found


def product(left: Rows, right: Rows) -> Rows:
    if len(left[0]) != len(right):
        raise Undefined("sizes of a product")
    return [
        [
            sum((x * y for x, y in zip(row, column, strict=True)), 0 * row[0])
            for column in zip(*right, strict=True)
        ]
        for row in left
    ]


def determinant(rows: Rows) -> Any:
    """By expansion along the first row."""
    if len(rows) == 1:
        return rows[0][0]
    if len(rows) > 7:
        raise Unclear("a large determinant")
    return sum(
        (-1) ** j * x * determinant([row[:j] + row[j + 1 :] for row in rows[1:]])
        for j, x in enumerate(rows[0])
    )


def each(value: Any, function: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        return [[function(x) for x in row] for row in value]
    return function(value)


def both(left: Any, right: Any, function: Callable[[Any, Any], Any]) -> Any:
    if not isinstance(left, list):
        return function(left, right)
    if (len(left), len(left[0])) != (len(right), len(right[0])):
        raise Undefined("sizes")
    return [
        [function(x, y) for x, y in zip(r, s, strict=True)]
        for r, s in zip(left, right, strict=True)
    ]


def times(left: Any, right: Any) -> Any:
    if isinstance(left, list) and isinstance(right, list):
        return product(left, right)
    if isinstance(left, list):
        return each(left, lambda x: x * right)
    return each(right, lambda x: left * x)


def rank(s: Plain, rows: Rows) -> int:
    work, found = [list(row) for row in rows], 0
    columns = list(range(len(work[0])))
    while found < len(work) and columns:
        i, j = max(
            ((i, j) for i in range(found, len(work)) for j in columns),
            key=lambda at: abs(work[at[0]][at[1]]),
        )
        if s.compare(work[i][j], s.number(0)) == 0:
            break
        work[found], work[i] = work[i], work[found]
        for row in work[found + 1 :]:
            factor = row[j] / work[found][j]
            for c in columns:
                row[c] -= factor * work[found][c]
        columns.remove(j)
        found += 1
    return found


def singular(s: Plain, rows: Rows, which: int) -> Any:
    if s.n is EXACT:
        raise Irrational("singular values")
    found = mp.svd_r(mp.matrix(rows), compute_uv=False)
    return found[0] if which > 0 else found[min(len(rows), len(rows[0])) - 1]


# --- Terms ---------------------------------------------------------------------------------------


def _fold(function: Callable[[Any, Any], Any]) -> Any:
    def folded(s: Plain, n: Json, p: Json, *terms: Json) -> Any:
        first, *rest = (s.value(term, n, p) for term in terms)
        for value in rest:
            first = function(first, value)
        return first

    return folded


def _quotient(s: Plain, n: Json, p: Json, x: Json, y: Json) -> Any:
    top, bottom = s.real(x, n, p), s.real(y, n, p)
    if s.compare(bottom, s.number(0)) == 0:
        raise Undefined("a division by 0")
    return top / bottom


def _power(s: Plain, n: Json, p: Json, x: Json, y: Json) -> Any:
    exponent = s.integer(y, n, p)
    if exponent < 0:
        raise Undefined("a negative exponent")
    base = s.real(x, n, p)
    if exponent > 1000:
        raise Unclear("a large power")
    return base**exponent if exponent else s.number(1)


def _call(s: Plain, n: Json, p: Json, name: str, x: Json) -> Any:
    value = s.real(x, n, p)
    return plain.sigmoid(value, s.n) if name == "sigmoid" else s.n.call(name, value)


def _sum(s: Plain, n: Json, p: Json, i: str, low: Json, high: Json, body: Json) -> Any:
    values = [s.real(body, {**n, i: m}, p) for m in s.span(low, high, n, p)]
    return sum(values, s.number(0))


def _sigma(s: Plain, n: Json, p: Json, k: Json, x: Json) -> Any:
    spec = s.sigma(k, n, p)
    return each(s.value(x, n, p), lambda t: plain.activate(spec, t, s.n))


def _dsigma(s: Plain, n: Json, p: Json, k: Json, order: Json, x: Json) -> Any:
    spec, m = s.sigma(k, n, p), s.integer(order, n, p)
    if m < 0:
        raise Undefined("a negative order")
    return each(
        s.value(x, n, p), lambda t: s.derivative(lambda u: plain.activate(spec, u, s.n), m, t)
    )


def _loss(s: Plain, n: Json, p: Json, order: Json, x: Json) -> Any:
    m = s.integer(order, n, p)
    if m < 0:
        raise Undefined("a negative order")
    return each(s.value(x, n, p), lambda t: s.derivative(s.residual, m, t))


def _limit(s: Plain, n: Json, p: Json, k: Json, side: str) -> Any:
    """The values far out, where they are settled."""
    spec = s.sigma(k, n, p)
    if s.n is EXACT:
        raise Irrational("a limit")
    sign = -1 if side == "-infinity" else 1
    far = [plain.activate(spec, mp.mpf(sign * t), s.n) for t in (10**3, 10**4, 10**5, 10**6)]
    if abs(far[3]) > 10**4:
        raise Undefined("no finite limit")
    if abs(far[2] - far[3]) > s.none:
        raise Unclear("a slow limit")
    return far[3]


def _entry(s: Plain, n: Json, p: Json, m: Json, i: Json, j: Json) -> Any:
    rows = s.matrix(m, n, p)
    r = s.within(s.integer(i, n, p), len(rows))
    return rows[r][s.within(s.integer(j, n, p), len(rows[0]))]


def _features(s: Plain, n: Json, p: Json, k: Json, which: int = 1) -> Rows:
    if isinstance(k, list) and k[0] == "unit":
        return s.unit_columns(p, k[1])[which]
    number = s.integer(k, n, p)
    if number == 0 and which:
        return s.numbers(s.problem["data"]["inputs"])
    s.within(number, len(s.layers))
    return s.passed(p, number)[which]


def _layer_matrix(s: Plain, n: Json, p: Json, k: Json, filters: Json = None) -> Rows:
    number, layer = s.integer(k, n, p), s.layer(k, n, p)
    if layer["kind"] in POOLING:
        raise Undefined("a pooling layer")
    W = s.block(["W", k], n, p) if filters is None else s.matrix(filters, n, p)
    length = len(plain.patches_of(layer, s.widths[number - 1])[0])
    if len(W) != length or len(W[0]) % layer.get("groups", 1):
        raise Undefined("filters of another size")
    size = "width" if layer["kind"] == "dense" else "filters"
    other = {**s.problem, "network": {"kind": "sequential", "layers": list(s.layers)}}
    other["network"]["layers"][number - 1] = {**layer, size: len(W[0])}
    other["network"]["layers"] = other["network"]["layers"][:number]
    return plain.weights(other, number, W, s.number(0))


def _patch(s: Plain, n: Json, p: Json, k: Json, q: Json) -> Rows:
    number = s.integer(k, n, p)
    s.within(number, len(s.layers))
    patches = plain.patches_of(s.layers[number - 1], s.widths[number - 1])
    chosen = patches[s.within(s.integer(q, n, p), len(patches))]
    below = _features(s, n, p, number - 1)
    return [[s.number(0) if i is None else row[i] for i in chosen] for row in below]


def _width(s: Plain, n: Json, p: Json, k: Json) -> Any:
    number = s.integer(k, n, p)
    if number == 0:
        return s.number(len(s.problem["data"]["inputs"][0]))
    s.within(number, len(s.layers))
    return s.number(s.widths[number])


def _patches(s: Plain, n: Json, p: Json, k: Json) -> Any:
    number = s.integer(k, n, p)
    s.within(number, len(s.layers))
    return s.number(len(plain.patches_of(s.layers[number - 1], s.widths[number - 1])))


def _targets(s: Plain, n: Json, p: Json) -> Rows:
    if "targets" not in s.problem["data"]:
        raise Undefined("no targets")
    return s.numbers(s.problem["data"]["targets"])


def _gradient(s: Plain, n: Json, p: Json, target: Json) -> Rows:
    return [[s.slope(p, bump) for bump in row] for row in s.bumps(target, n, p)]


def _table(s: Plain, n: Json, p: Json, *parts: Json) -> Rows:
    i, height, j, width, body = parts
    rows, columns = s.integer(height, n, p), s.integer(width, n, p)
    return [
        [s.real(body, {**n, i: r, j: c}, p) for c in range(1, columns + 1)]
        for r in range(1, rows + 1)
    ]


def _indices(s: Plain, n: Json, p: Json, term: Json, size: int) -> list[int]:
    while isinstance(term, str):
        term, n, p = s.body(term, n, p)
    head, *values = term
    if head == "every":
        return list(range(size))
    found: Any = s.span(*values, n, p) if head == "to" else [s.integer(v, n, p) for v in values]
    return [s.within(m, size) for m in found]


def _part(s: Plain, n: Json, p: Json, m: Json, rows: Json, columns: Json) -> Rows:
    whole = s.matrix(m, n, p)
    chosen = _indices(s, n, p, columns, len(whole[0]))
    return [[whole[i][j] for j in chosen] for i in _indices(s, n, p, rows, len(whole))]


def _beside(s: Plain, n: Json, p: Json, *terms: Json) -> Rows:
    found = [s.matrix(term, n, p) for term in terms]
    if len({len(rows) for rows in found}) != 1:
        raise Undefined("heights")
    return [[x for row in rows for x in row] for rows in zip(*found, strict=True)]


def _filled(s: Plain, n: Json, p: Json, rows: Json, columns: Json) -> Rows:
    height, width = s.integer(rows, n, p), s.integer(columns, n, p)
    return [[s.number(1)] * width for _ in range(height)]


def _unit_matrix(s: Plain, n: Json, p: Json, size: Json) -> Rows:
    m = s.integer(size, n, p)
    return [[s.number(int(i == j)) for j in range(m)] for i in range(m)]


TERMS: dict[str, Callable[..., Any]] = {
    "+": _fold(lambda x, y: both(x, y, lambda a, b: a + b)),
    "-": _fold(lambda x, y: both(x, y, lambda a, b: a - b)),
    "o": _fold(lambda x, y: both(x, y, lambda a, b: a * b)),
    "*": _fold(times),
    "/": _quotient,
    "neg": lambda s, n, p, x: each(s.value(x, n, p), lambda t: -t),
    "^": _power,
    "abs": lambda s, n, p, x: abs(s.real(x, n, p)),
    "max": _fold(max),
    "min": _fold(min),
    "call": _call,
    "pi": lambda s, n, p: s.n.pi,
    "at": lambda s, n, p, point, x: s.value(x, n, s.parameters(point, n, p)),
    "sum": _sum,
    "sigma": _sigma,
    "dsigma": _dsigma,
    "limit": _limit,
    "loss": _loss,
    "entry": _entry,
    "least": lambda s, n, p, m: min(x for row in s.matrix(m, n, p) for x in row),
    "largest": lambda s, n, p, m: max(x for row in s.matrix(m, n, p) for x in row),
    "det": lambda s, n, p, m: determinant(s.square(m, n, p)),
    "rank": lambda s, n, p, m: s.number(rank(s, s.matrix(m, n, p))),
    "norm": lambda s, n, p, m: s.n.call(
        "sqrt", sum((x * x for row in s.matrix(m, n, p) for x in row), s.number(0))
    ),
    "smin": lambda s, n, p, m: singular(s, s.matrix(m, n, p), -1),
    "smax": lambda s, n, p, m: singular(s, s.matrix(m, n, p), 1),
    "columns": lambda s, n, p, m: s.number(len(s.matrix(m, n, p)[0])),
    "N": lambda s, n, p: s.number(len(s.problem["data"]["inputs"])),
    "L": lambda s, n, p: s.number(len(s.layers)),
    "n": _width,
    "patches": _patches,
    "skips": lambda s, n, p: s.number(len(s.network.get("skips", []))),
    "Phi": lambda s, n, p: s.loss_at(p),
    "X": lambda s, n, p: s.numbers(s.problem["data"]["inputs"]),
    "Y": _targets,
    "F": _features,
    "G": lambda s, n, p, k: _features(s, n, p, k, 0),
    "U": _layer_matrix,
    "M": _layer_matrix,
    "W": lambda s, n, p, k: s.block(["W", k], n, p),
    "b": lambda s, n, p, k: s.block(["b", k], n, p),
    "V": lambda s, n, p: s.block(["V"], n, p),
    "patch": _patch,
    "Psi": lambda s, n, p: s.skip_values(p),
    "grad": _gradient,
    "dPhi": lambda s, n, p: s.whole_gradient(p),
    "ddPhi": lambda s, n, p: s.hessian(s.blocks(), n, p),
    "hess": lambda s, n, p, *targets: s.hessian(targets, n, p),
    "matrix": lambda s, n, p, *rows: [[s.real(x, n, p) for x in row] for row in rows],
    "table": _table,
    "T": lambda s, n, p, m: [list(c) for c in zip(*s.matrix(m, n, p), strict=True)],
    "part": _part,
    "beside": _beside,
    "ones": _filled,
    "I": _unit_matrix,
}
WHOLE = ("parameters",)
#: The method of each proposition.
PROPOSITIONS = {
    "not": "not", "and": "and", "or": "or", "implies": "implies", "all": "all", "some": "some",
    "at": "at", "<": "less", "<=": "at_most", "=": "equal", "!=": "different", "zero": "zero",
    "distinct-rows": "distinct", "apart": "apart", "definite": "definite", "has": "fact",
    "is": "kind", "forall": "forall", "almost-all": "almost_all", "exists": "exists",
    "real": "real", "from": "from", "in": "in", "every-ball": "open", "box": "open",
    "exists-in": "open", "exists-one-in": "open", "every-width": "open", "descends": "open",
    "analytic": "open",
}  # fmt: skip
