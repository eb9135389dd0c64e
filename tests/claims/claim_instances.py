"""Random small problems, and closed claims about them whose sizes fit: most can be decided.

A term is made for a wanted size; a claim compares a term with another of its size, with its own
value up to a margin, or with a copy that is altered in one place, so that claims are true and false
about equally often.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from plain_network import written

from exactland.checker.signature import CALLS, FACTS, KINDS, SIDES

Formula = Any
ACTIVATIONS: tuple[Any, ...] = (
    "identity", "sigmoid", "tanh", "softplus", "relu", "r1", "sin", "exp", "arctan", "lorentz",
    {"expr": "t+t**3"}, {"expr": "t**2-1"}, {"expr": "t*sigmoid(2*t)"},
)  # fmt: skip
#: Activations under which everything stays rational.
RATIONAL = ("identity", "relu", "r1", "lorentz", {"expr": "t+t**3"}, {"expr": "t**2-1"})
LOSSES = ("squared", "half-squared", "cauchy(delta=2)", "pseudo-huber(delta=1)")


class Instances:
    """Problems and claims from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.problem = self._problem()
        layers = self.problem["network"].get("layers", [])
        self.samples = len(self.problem["data"]["inputs"])
        self.widths = [len(self.problem["data"]["inputs"][0])]
        self.shapes = []
        for layer in layers:
            below = self.widths[-1]
            patches = layer.get("patches", [list(range(below))])
            T = layer.get("filters", layer.get("width", 1))
            self.widths.append(len(patches) * T)
            self.shapes.append((len(patches[0]), T, len(patches)))
        #: Layers with an activation, by their numbers.
        self.active = [k for k, layer in enumerate(layers, 1) if "activation" in layer]

    def _number(self) -> Any:
        p, q = self.random.randint(-6, 6), self.random.choice([1, 1, 2, 3])
        value = Fraction(p, q)
        return int(value) if value.denominator == 1 else str(value)

    def _numbers(self, count: int) -> list[Any]:
        return [self._number() for _ in range(count)]

    def _pooling(self, width: int) -> dict[str, Any]:
        """Overlapping pairs, their largest or their mean (or half of that)."""
        patches = [[i, i + 1] for i in range(width - 1)]
        if self.random.random() < 0.5:
            return {"kind": "max-pooling", "patches": patches}
        divisors = [self.random.choice([2, 2, 4]) for _ in patches]
        return {"kind": "average-pooling", "patches": patches, "divisors": divisors}

    def _problem(self) -> dict[str, Any]:
        r = self.random
        samples, width, depth = r.randint(1, 3), r.randint(1, 3), r.randint(1, 3)
        inputs = [self._numbers(width) for _ in range(samples)]
        choices = RATIONAL if r.random() < 0.5 else ACTIVATIONS
        layers: list[dict[str, Any]] = []
        parameters: list[Any] = []
        for _ in range(depth):
            sigma = r.choice(choices)
            sigma = {"name": "softplus", "alpha": 1} if sigma == "softplus" else sigma
            bias = r.choice(["neuron", "neuron", "none", "filter"])
            if width >= 2 and layers and r.random() < 0.15:
                layers.append(self._pooling(width))
                parameters.append(None)
                width -= 1
                continue
            if width >= 2 and r.random() < 0.3:
                patches = [[i, i + 1] for i in range(width - 1)]
                T = r.randint(1, 2)
                layers.append(
                    {"kind": "convolution", "patches": patches, "filters": T, "bias": bias,
                     "activation": sigma}
                )  # fmt: skip
                length, width = 2, len(patches) * T
            else:
                T = r.randint(1, 3)
                layers.append({"kind": "dense", "width": T, "bias": bias, "activation": sigma})
                length, width = width, T
            entry = {"W": [self._numbers(T) for _ in range(length)]}
            if bias != "none":
                entry["b"] = self._numbers(T if bias == "filter" else width)
            parameters.append(entry)
        average = any(layer["kind"] == "average-pooling" for layer in layers)
        return {
            "format": f"exactland-problem/{1 + average}",
            "data": {"inputs": inputs, "targets": [self._numbers(width) for _ in range(samples)]},
            "network": {"kind": "sequential", "layers": layers},
            "parameters": parameters,
            "loss": r.choice(LOSSES),
        }

    # Claims.

    def claim(self, size: int = 3) -> Formula:
        """A closed proposition, at the given point or at one near it; denied as often as not."""
        body, definitions = self._placed(size), []
        if self.random.random() < 0.25:
            definition, use = self._definition(size)
            definitions.append(definition)
            body = [self.random.choice(["and", "or", "implies"]), use, body]
        if self.random.random() < 0.5:
            body = ["not", body]
        return ["let", definitions, body] if definitions else body

    def sharp(self, value_at: Any, size: int = 2) -> Formula:
        """A term is within 1/500 of its value (or, as often, of a number next to it)."""
        r = self.random
        point = r.choice(["given", "given", "zero", self._point()])
        term = self._real(size)
        if r.random() < 0.6:
            found = [(m, rows, columns) for m, rows, columns in self._named() if m != ["V"]]
            named, rows, columns = r.choice(found)
            term = ["entry", named, r.randint(1, rows), r.randint(1, columns)]
        if self.active and r.random() < 0.15:
            k = r.choice(self.active)
            size = self.shapes[k - 1][0] * self.shapes[k - 1][1]
            term = ["entry", ["hess", ["W", k]], r.randint(1, size), r.randint(1, size)]
        value = value_at(point, term)
        if value is None:
            return ["at", point, ["<=", term, term]]
        near = written(Fraction(round(value * 1000), 1000) + r.choice([0, 1]))
        return ["at", point, ["<", ["abs", ["-", term, near]], "1/500"]]

    def _placed(self, size: int) -> Formula:
        point = self.random.choice(["given", "given", "zero", self._point()])
        if self.random.random() < 0.04:
            return ["is", point, self.random.choice(KINDS)]
        return ["at", point, self._proposition(size)]

    def _definition(self, size: int) -> tuple[Formula, Formula]:
        """A definition, and a proposition that uses it."""
        r = self.random
        kind = r.choice(["point", "matrix", "number", "tuple"])
        if kind == "point":
            return ["p", [], self._point()], ["at", "p", self._proposition(size - 1)]
        if kind == "tuple":
            orders = [["tuple", *r.sample(range(1, self.samples + 1), self.samples)] for _ in "ab"]
            parts = [["part", ["X"], chosen, ["every"]] for chosen in ("gamma", orders[1])]
            return ["gamma", [], orders[0]], ["=", *parts]
        if kind == "matrix":
            rows, columns = r.randint(1, 3), r.randint(1, 3)
            body = self._matrix(rows, columns, size - 1)
            name = "H" if body[0] == "matrix" else "A"
            other = body if r.random() < 0.5 else self._matrix(rows, columns, size - 1)
            return [name, [], body], ["at", "given", ["=", name, other]]
        line = ["+", ["*", "alpha", self._real(size - 2)], self._real(size - 2)]
        values = [["ref", "c", self._number()] for _ in "ab"]
        return ["c", ["alpha"], line], ["at", "given", [r.choice(["<", "<="]), *values]]

    def _point(self) -> Formula:
        k = self.random.choice(self.active)
        length, T, _ = self.shapes[k - 1]
        changed = ["but", "given", [["W", k], self._literal(length, T)]]
        if self.random.random() < 0.5:
            return changed
        return ["move", "given", self._number(), changed]

    def _proposition(self, size: int) -> Formula:
        r = self.random
        if size > 0 and r.random() < 0.35:
            head = r.choice(["and", "or", "not", "implies", "all", "some"])
            if head == "not":
                return ["not", self._proposition(size - 1)]
            if head in ("all", "some"):
                column = r.randint(1, self.widths[0])
                body = ["<", ["entry", ["X"], "i", column], self._number()]
                return [head, "i", 1, ["N"], body]
            return [head, self._proposition(size - 1), self._proposition(size - 1)]
        kind = r.choice(
            [*["number"] * 5, *["matrix"] * 4, "fact", "of matrix", "of matrix", "curved", "curved"]
        )
        if kind == "curved":
            return self._curved()
        if kind == "number":
            left, right = self._real(size), self._real(size)
            right = left if r.random() < 0.1 else right
            return [r.choice(["<", "<=", "=", "!="]), left, right]
        rows, columns = r.randint(1, 3), r.randint(1, 3)
        if kind == "matrix":
            left = self._matrix(rows, columns, size)
            right = left if r.random() < 0.4 else self._matrix(rows, columns, size)
            return ["=", left, right]
        if kind == "fact":
            return self._fact()
        head = r.choice(["zero", "distinct-rows", "apart", "definite"])
        if head == "definite":
            square = self._matrix(rows, rows, size - 1)
            return ["definite", ["+", ["*", square, ["T", square]], ["I", rows]]]
        matrix = self._matrix(rows, columns, size)
        return [head, ["-", matrix, matrix] if head == "zero" and r.random() < 0.5 else matrix]

    def _curved(self) -> Formula:
        """About second derivatives, limits and derivatives of all parameters."""
        r = self.random
        k = r.choice(self.active)
        if r.random() < 0.4:
            limit = ["limit", k, r.choice(SIDES)]
            return [r.choice(["<", "=", "<="]), *r.sample([limit, r.choice([0, 1, "1/2"])], 2)]
        length, T, _ = self.shapes[k - 1]
        size = length * T
        hess: Formula = ["hess", ["W", k]]
        if r.random() < 0.2:
            size, hess = sum(self._counts()), ["ddPhi"]
        i, j = r.randint(1, size), r.randint(1, size)
        return r.choice(
            [
                ["definite", hess],
                ["definite", ["+", hess, ["*", abs(self.random.randint(0, 99)), ["I", size]]]],
                ["=", ["entry", hess, i, j], ["entry", hess, j, i]],
                ["<", ["entry", hess, i, j], self._number()],
                ["<", self._number(), ["entry", ["dPhi"], 1, 1]],
                ["zero", ["dPhi"]],
            ]
        )

    def _counts(self) -> list[int]:
        """The number of parameters of each layer."""
        found = []
        for k in self.active:
            length, T, _ = self.shapes[k - 1]
            bias = self.problem["network"]["layers"][k - 1]["bias"]
            found.append(length * T + {"none": 0, "filter": T, "neuron": self.widths[k]}[bias])
        return found

    def _fact(self) -> Formula:
        k = self.random.randint(1, len(self.shapes))
        names = [name for name, fact in FACTS.items() if fact.takes in ("I", "K")]
        if k not in self.active:
            names = [name for name, fact in FACTS.items() if fact.takes == "I"]
        return ["has", self.random.choice([name for name in names if name not in SLOW]), k]

    # Terms.

    def _real(self, size: int) -> Formula:
        r = self.random
        if size <= 0:
            return r.choice([self._number(), ["N"], ["L"], ["n", r.randint(0, len(self.shapes))]])
        head = r.choice(
            ["+", "-", "*", "/", "neg", "^", "abs", "max", "min", "call", "pi", "sigma", "dsigma",
             "entry", "entry", "entry", "det", "rank", "norm", "Phi", "sum", "least", "largest",
             "columns", "patches", "at", "loss"]
        )  # fmt: skip
        below = size - 1
        rows, columns = r.randint(1, 3), r.randint(1, 3)
        k = r.choice(self.active)
        made: dict[str, Any] = {
            "+": lambda: ["+", self._real(below), self._real(below)],
            "-": lambda: ["-", self._real(below), self._real(below)],
            "*": lambda: ["*", self._real(below), self._real(below)],
            "/": lambda: ["/", self._real(below), r.choice([2, -3, "5/7", ["N"]])],
            "neg": lambda: ["neg", ["N"]],
            "^": lambda: ["^", self._real(below), r.randint(0, 3)],
            "abs": lambda: ["abs", self._real(below)],
            "max": lambda: ["max", self._real(below), self._real(below)],
            "min": lambda: ["min", self._real(below), self._real(below)],
            "call": lambda: ["call", r.choice(TOTAL), self._small()],
            "pi": lambda: ["pi"],
            "sigma": lambda: ["sigma", k, self._small()],
            "dsigma": lambda: ["dsigma", k, r.randint(1, 3), r.choice(["1/2", "-1/3", 2])],
            "entry": lambda: self._entry(rows, columns, below),
            "det": lambda: ["det", self._matrix(rows, rows, below)],
            "rank": lambda: ["rank", self._matrix(rows, columns, below)],
            "norm": lambda: ["norm", self._matrix(rows, columns, below)],
            "Phi": lambda: ["Phi"],
            "sum": lambda: ["sum", "i", 1, ["N"], ["entry", ["X"], "i", 1]],
            "least": lambda: ["least", self._matrix(rows, columns, below)],
            "largest": lambda: ["largest", self._matrix(rows, columns, below)],
            "columns": lambda: ["columns", self._matrix(rows, columns, below)],
            "patches": lambda: ["patches", k],
            "at": lambda: ["at", "given", self._real(below)],
            "loss": lambda: ["loss", r.randint(0, 1), self._small()],
        }
        return made[head]()

    def _small(self) -> Formula:
        return self.random.choice(["1/2", "-2/3", 1, -2, "7/4", ["/", ["N"], 3]])

    def _entry(self, rows: int, columns: int, size: int) -> Formula:
        i, j = self.random.randint(1, rows), self.random.randint(1, columns)
        return ["entry", self._matrix(rows, columns, size), i, j]

    def _literal(self, rows: int, columns: int) -> Formula:
        return ["matrix", *(self._numbers(columns) for _ in range(rows))]

    def _named(self) -> list[tuple[Formula, int, int]]:
        """Matrices of the network with their sizes."""
        found = [(["X"], self.samples, self.widths[0]), (["Y"], self.samples, self.widths[-1])]
        for k, (length, T, patches) in enumerate(self.shapes, 1):
            n, below = self.widths[k], self.widths[k - 1]
            found += [(["F", k], self.samples, n), (["G", k], self.samples, n)]
            if k not in self.active:
                continue
            found += [
                (["U", k], below, n),
                (["W", k], length, T), (["grad", ["W", k]], length, T),
                (["grad", ["U", k]], below, n), (["grad", ["G", k]], self.samples, n),
                (["patch", k, self.random.randint(1, patches)], self.samples, length),
                (["M", k, self._literal(length, 2)], below, 2 * patches),
            ]  # fmt: skip
            bias = self.problem["network"]["layers"][k - 1]["bias"]
            if bias != "none":
                width = T if bias == "filter" else n
                found += [(["b", k], 1, width), (["grad", ["b", k]], 1, width)]
        return found

    def _matrix(self, rows: int, columns: int, size: int) -> Formula:
        r = self.random
        fits = [m for m, height, width in self._named() if (height, width) == (rows, columns)]
        wider = [
            (m, height, width)
            for m, height, width in self._named()
            if height >= rows and width >= columns
        ]
        if fits and r.random() < 0.5:
            return r.choice(fits)
        if wider and r.random() < 0.4:
            m, height, width = r.choice(wider)
            chosen = ["tuple", *r.sample(range(1, width + 1), columns)]
            every = ["to", 1, rows] if rows < height else ["every"]
            return ["part", m, every, chosen]
        if size <= 0:
            return r.choice([self._literal(rows, columns), ["ones", rows, columns]])
        below = size - 1
        head = r.choice(["+", "-", "*", "neg", "T", "o", "table", "sigma", "beside", "I", "scaled"])
        if head in ("+", "-", "o"):
            return [head, *(self._matrix(rows, columns, below) for _ in range(2))]
        if head == "*":
            inner = r.randint(1, 3)
            return ["*", self._matrix(rows, inner, below), self._matrix(inner, columns, below)]
        if head == "neg":
            return ["neg", self._matrix(rows, columns, below)]
        if head == "T":
            return ["T", self._matrix(columns, rows, below)]
        if head == "table":
            return ["table", "i", rows, "j", columns, ["-", ["*", "i", self._number()], "j"]]
        if head == "sigma":
            return ["sigma", r.choice(self.active), self._literal(rows, columns)]
        if head == "beside" and columns > 1:
            return ["beside", self._matrix(rows, columns - 1, below), ["ones", rows, 1]]
        if head == "I" and rows == columns:
            return ["I", rows]
        return ["*", self._number(), self._matrix(rows, columns, below)]


#: Functions that have a value everywhere, and no large one.
TOTAL = [name for name in CALLS if name not in ("log", "sqrt", "sinh", "cosh")]
#: Facts that are searched for, or of another kind of network.
SLOW = frozenset({"separable"})


class SkipInstances(Instances):
    """Claims about skip networks: two units that read inputs, one that reads both and an input."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.shapes, self.active = [], []

    def _problem(self) -> dict[str, Any]:
        r = self.random
        samples, width = r.randint(1, 3), r.randint(1, 3)
        self.outputs, self.skips = r.randint(1, 2), r.sample(["h1", "h2", "h3"], r.randint(1, 3))

        def unit(name: str, layer: int, sources: list[Any], group: str) -> dict[str, Any]:
            sigma = r.choice([a for a in ACTIVATIONS if a != "softplus"])
            bias = r.choice([None, "b1", f"own-{name}"])
            return {"id": name, "layer": layer, "in": sources, "group": group, "bias": bias,
                    "activation": sigma}  # fmt: skip

        second = r.choice(["g1", "g2"])
        units = [
            unit("h1", 1, [0], "g1"),
            unit("h2", 1, [width - 1], second),
            unit("h3", 2, ["h1", "h2", 0], "g3"),
        ]
        self.biases = {u["id"]: u["bias"] for u in units}
        groups = {"g1": self._numbers(1), second: self._numbers(1), "g3": self._numbers(3)}
        names = sorted({bias for bias in self.biases.values() if bias is not None})
        return {
            "format": "exactland-problem/1",
            "data": {
                "inputs": [self._numbers(width) for _ in range(samples)],
                "targets": [self._numbers(self.outputs) for _ in range(samples)],
            },
            "network": {"kind": "skip", "units": units, "skips": self.skips},
            "parameters": {"groups": groups, "biases": {n: self._number() for n in names}},
            "loss": "squared",
        }

    def _point(self) -> Formula:
        columns = len(self.skips)
        if self.random.random() < 0.15:
            return ["but", "given", [["V"], self._literal(columns, self.outputs)]]
        return ["but", "given", [["W", ["unit", "h1"]], self._literal(1, 1)]]

    def _curved(self) -> Formula:
        return self._fact()

    def _fact(self) -> Formula:
        unit = ["unit", self.random.choice(["h1", "h2", "h3"])]
        names = [name for name, fact in FACTS.items() if fact.takes == "K"]
        fact: Formula = ["has", self.random.choice(names), unit]
        return self.random.choice([fact, ["has", "skip-biases"], ["has", "named", unit, "tanh"]])

    def _real(self, size: int) -> Formula:
        r = self.random
        if size <= 0:
            return r.choice([self._number(), ["N"], ["skips"]])
        rows, columns = r.randint(1, 3), r.randint(1, 3)
        unit, below = ["unit", r.choice(["h1", "h2", "h3"])], size - 1
        return r.choice(
            [
                ["sigma", unit, self._small()],
                ["dsigma", unit, r.randint(1, 2), self._small()],
                ["rank", ["Psi"]],
                ["columns", ["Psi"]],
                ["norm", self._matrix(rows, columns, below)],
                ["entry", ["F", unit], r.randint(1, self.samples), 1],
                ["+", self._real(below), self._real(below)],
                ["*", self._real(below), self._real(below)],
            ]
        )

    def _named(self) -> list[tuple[Formula, int, int]]:
        found: list[tuple[Formula, int, int]] = [
            (["X"], self.samples, self.widths[0]), (["Y"], self.samples, self.outputs),
            (["Psi"], self.samples, len(self.skips)),
        ]  # fmt: skip
        for name, bias in self.biases.items():
            unit = ["unit", name]
            found += [(["F", unit], self.samples, 1)] * 3 + [(["G", unit], self.samples, 1)]
            found.append((["W", unit], 3 if name == "h3" else 1, 1))
            if bias is not None:
                found.append((["b", unit], 1, 1))
        return found

    def _matrix(self, rows: int, columns: int, size: int) -> Formula:
        r = self.random
        named = [m for m, height, width in self._named() if (height, width) == (rows, columns)]
        if named and r.random() < 0.7:
            return r.choice(named)
        if size > 0 and r.random() < 0.5:
            return ["+", *(self._matrix(rows, columns, size - 1) for _ in "ab")]
        return r.choice([self._literal(rows, columns), ["T", self._literal(columns, rows)]])


def instances(seed: int) -> Instances:
    """One in eight is a skip network."""
    return SkipInstances(seed) if seed % 8 == 7 else Instances(seed)
